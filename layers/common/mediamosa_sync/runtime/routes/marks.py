"""Routes: restart, full run, pause and resume."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.runtime.compose_control import use_cases
from mediamosa_sync.runtime.responses import answer
from mediamosa_sync.runtime.routes.acting import acting, admin_of
from mediamosa_sync.runtime.routes.bodies import choice, fields_of
from mediamosa_sync.runtime.routes.router import new_router
from mediamosa_sync.service.audit import Admin
from mediamosa_sync.service.control import Marked

router = new_router()

DIRECTIONS = {"pull": ("pull",), "push": ("push",), "both": ("pull", "push")}


@router.post("/connections/<connection_id>/restart")
def restart(connection_id: str) -> Response[str]:
    """Mark the wish; the next scheduled run acts."""
    ask = use_cases().control.request_restart
    return _wished(connection_id, "restart", ask, "restart_requested_at")


@router.delete("/connections/<connection_id>/restart")
def withdraw_restart(connection_id: str) -> Response[str]:
    """Take the wish back, if no run has acted on it yet."""
    with acting(router.current_event, "withdraw restart", connection_id) as action:
        action.changed = use_cases().control.withdraw_restart(connection_id)
    return answer({"withdrawn": action.changed})


@router.post("/connections/<connection_id>/full")
def full(connection_id: str) -> Response[str]:
    """Mark the wish for a full run; the next scheduled run acts."""
    return _wished(connection_id, "full", use_cases().control.request_full, "requested_at")


@router.post("/connections/<connection_id>/pause")
def pause(connection_id: str) -> Response[str]:
    """Let one direction, or both, rest."""
    return _paused(connection_id, "pause", paused=True)


@router.post("/connections/<connection_id>/resume")
def resume(connection_id: str) -> Response[str]:
    """Go on with one direction, or both."""
    return _paused(connection_id, "resume", paused=False)


def _wished(
    connection_id: str, verb: str, ask: Callable[[str, Admin], Marked], asked_at: str
) -> Response[str]:
    """Leave a wish by *ask*; *asked_at* is what the answer calls the time of it."""
    with acting(router.current_event, verb, connection_id) as action:
        marked = ask(connection_id, admin_of(router.current_event))
        action.changed = marked.fresh
    body = {asked_at: iso(marked.at), "next_run": iso(marked.next_run) or None}
    return answer(body, status=HTTPStatus.ACCEPTED)


def _paused(connection_id: str, verb: str, *, paused: bool) -> Response[str]:
    control = use_cases().control
    with acting(router.current_event, verb, connection_id) as action:
        fields = fields_of(router.current_event, ("direction",))
        directions = choice(fields, "direction", DIRECTIONS)
        action.about = " ".join(directions)
        action.changed = control.pause(connection_id, directions, paused=paused)
    return answer(control.status(connection_id))
