"""Routes: what there is to look through: runs, audit, held deletions, removed records."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from mediamosa_sync.runtime.compose_control import use_cases
from mediamosa_sync.runtime.responses import answer
from mediamosa_sync.runtime.routes.acting import check_id
from mediamosa_sync.runtime.routes.paging import limit_of, page, position_of
from mediamosa_sync.runtime.routes.router import new_router
from mediamosa_sync.service.audit import NO_CONNECTION

router = new_router()


@router.get("/connections/<connection_id>/runs")
def runs(connection_id: str) -> Response[str]:
    """The runs that have ended, newest first."""
    check_id(connection_id)
    event = router.current_event
    limit, before = limit_of(event), position_of(event, "runs")
    return answer(page("runs", use_cases().history.runs(connection_id, limit=limit, before=before)))


@router.get("/connections/<connection_id>/audit")
def audit(connection_id: str) -> Response[str]:
    """What admins did or were refused, newest first."""
    if connection_id != NO_CONNECTION:
        check_id(connection_id)
    event, history = router.current_event, use_cases().history
    limit, before = limit_of(event), position_of(event, "audit")
    return answer(page("audit", history.audit(connection_id, limit=limit, before=before)))


@router.get("/connections/<connection_id>/held")
def held(connection_id: str) -> Response[str]:
    """The deletions that wait for a person, and the token with which to decide."""
    check_id(connection_id)
    event, rulings = router.current_event, use_cases().rulings
    limit, after = limit_of(event), position_of(event, "held")
    # The token is read first: a list that grows meanwhile is not the one that it names.
    token, count = rulings.token(connection_id)
    portion = rulings.held(connection_id, limit=limit, after=after)
    return answer({**page("held", portion), "token": token, "count": count})


@router.get("/connections/<connection_id>/removed")
def removed(connection_id: str) -> Response[str]:
    """The removed records of which a copy is kept."""
    check_id(connection_id)
    event = router.current_event
    limit, after = limit_of(event), position_of(event, "removed")
    portion = use_cases().removed.removed(connection_id, limit=limit, after=after)
    return answer(page("removed", portion))
