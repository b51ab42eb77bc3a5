"""Routes: decide about held deletions, bring a removed record back."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.runtime.compose_control import use_cases
from mediamosa_sync.runtime.responses import answer
from mediamosa_sync.runtime.routes.acting import acting, admin_of
from mediamosa_sync.runtime.routes.bodies import fields_of, text
from mediamosa_sync.runtime.routes.router import new_router
from mediamosa_sync.service.refusals import InvalidRequest

router = new_router()

LONGEST_TOKEN = 64
LONGEST_ASSET_ID = 32
"""Bytes (protocol § 5)."""


@router.post("/connections/<connection_id>/held/approve")
def approve(connection_id: str) -> Response[str]:
    """Let the records of held deletions go, each after a proof of its own."""
    return _decided(connection_id, approve=True)


@router.post("/connections/<connection_id>/held/reject")
def reject(connection_id: str) -> Response[str]:
    """Keep the records of held deletions."""
    return _decided(connection_id, approve=False)


@router.post("/connections/<connection_id>/removed/<asset_id>/restore")
def restore(connection_id: str, asset_id: str) -> Response[str]:
    """Bring a removed record back as it was."""
    with acting(router.current_event, "restore", connection_id) as action:
        if len(asset_id.encode()) > LONGEST_ASSET_ID or not asset_id.isprintable():
            raise InvalidRequest("An asset id is of at most 32 characters: take one from removed.")
        action.about = asset_id
        body, action.changed = use_cases().removed.restore(connection_id, asset_id)
    return answer(body)


def _decided(connection_id: str, *, approve: bool) -> Response[str]:
    verb = "approve" if approve else "reject"
    with acting(router.current_event, verb, connection_id) as action:
        token = text(fields_of(router.current_event, ("token",)), "token", LONGEST_TOKEN)
        action.about = token
        admin = admin_of(router.current_event)
        marked = use_cases().rulings.decide(connection_id, token, approve=approve, admin=admin)
        action.changed = marked.fresh
    body = {"at": iso(marked.at), "next_run": iso(marked.next_run) or None}
    return answer(body, status=HTTPStatus.ACCEPTED)
