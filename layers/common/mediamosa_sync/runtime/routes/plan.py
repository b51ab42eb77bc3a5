"""Route: plan what the next run would do, and do nothing of it."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from mediamosa_sync.runtime.compose_control import use_cases
from mediamosa_sync.runtime.responses import answer
from mediamosa_sync.runtime.routes.acting import acting
from mediamosa_sync.runtime.routes.bodies import fields_of, secret, switch
from mediamosa_sync.runtime.routes.router import new_router
from mediamosa_sync.service.dry.position import LONGEST_TOKEN
from mediamosa_sync.service.refusals import InvalidRequest

router = new_router()

LONGEST_BODY = LONGEST_TOKEN + 1024
"""Bytes: what a plan has to know of its earlier pages, its client carries from one to the next."""


@router.post("/connections/<connection_id>/plan")
def plan(connection_id: str) -> Response[str]:
    """One page of the plan; every page asks MediaMosa, which only an operator may let it be."""
    # A plan writes nothing anywhere, so no entry of the audit either.
    with acting(router.current_event, "plan", connection_id, looks=True):
        fields = fields_of(router.current_event, ("full", "next"), LONGEST_BODY)
        if len(fields) > 1:
            raise InvalidRequest("The field full is for a plan's beginning: give it without next.")
        full = switch(fields, "full") if "full" in fields else False
        token = secret(fields, "next", LONGEST_TOKEN) if "next" in fields else ""
        body = use_cases().plans.page(connection_id, full=full, token=token)
    return answer(body)
