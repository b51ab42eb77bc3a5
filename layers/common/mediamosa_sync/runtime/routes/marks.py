"""Routes: restart, full run, pause and resume."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.runtime.compose_control import use_cases
from mediamosa_sync.runtime.responses import answer
from mediamosa_sync.runtime.routes.acting import acting, admin_of
from mediamosa_sync.runtime.routes.bodies import choice, fields_of
from mediamosa_sync.runtime.routes.router import new_router

router = new_router()

DIRECTIONS = {"pull": ("pull",), "push": ("push",), "both": ("pull", "push")}


@router.post("/connections/<connection_id>/restart")
def restart(connection_id: str) -> Response[str]:
    """Mark the wish; the next scheduled run acts."""
    with acting(router.current_event, "restart", connection_id) as action:
        admin = admin_of(router.current_event)
        marked = use_cases().control.request_restart(connection_id, admin)
        action.changed = marked.fresh
    body = {"restart_requested_at": iso(marked.at), "next_run": iso(marked.next_run) or None}
    return answer(body, status=HTTPStatus.ACCEPTED)


@router.delete("/connections/<connection_id>/restart")
def withdraw_restart(connection_id: str) -> Response[str]:
    """Take the wish back, if no run has acted on it yet."""
    with acting(router.current_event, "withdraw restart", connection_id) as action:
        action.changed = use_cases().control.withdraw_restart(connection_id)
    return answer({"withdrawn": action.changed})


@router.post("/connections/<connection_id>/full")
def full(connection_id: str) -> Response[str]:
    """Mark the wish for a full run; the next scheduled run acts."""
    with acting(router.current_event, "full", connection_id) as action:
        admin = admin_of(router.current_event)
        marked = use_cases().control.request_full(connection_id, admin)
        action.changed = marked.fresh
    body = {"requested_at": iso(marked.at), "next_run": iso(marked.next_run) or None}
    return answer(body, status=HTTPStatus.ACCEPTED)


@router.post("/connections/<connection_id>/pause")
def pause(connection_id: str) -> Response[str]:
    """Let one direction, or both, rest."""
    return _paused(connection_id, "pause", paused=True)


@router.post("/connections/<connection_id>/resume")
def resume(connection_id: str) -> Response[str]:
    """Go on with one direction, or both."""
    return _paused(connection_id, "resume", paused=False)


def _paused(connection_id: str, verb: str, *, paused: bool) -> Response[str]:
    control = use_cases().control
    with acting(router.current_event, verb, connection_id) as action:
        fields = fields_of(router.current_event, ("direction",))
        directions = choice(fields, "direction", DIRECTIONS)
        action.verb = " ".join([verb, *directions])
        action.changed = control.pause(connection_id, directions, paused=paused)
    return answer(control.status(connection_id))
