"""Routes: the conflict log, and bringing the record's value back."""

from __future__ import annotations

import re

from aws_lambda_powertools.event_handler import Response

from mediamosa_sync.runtime.compose_control import use_cases
from mediamosa_sync.runtime.responses import answer
from mediamosa_sync.runtime.routes.acting import acting, admin_of, check_id
from mediamosa_sync.runtime.routes.paging import limit_of, page, position_of
from mediamosa_sync.runtime.routes.router import new_router
from mediamosa_sync.service.refusals import InvalidRequest

router = new_router()

_CONFLICT_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


@router.get("/connections/<connection_id>/conflicts")
def conflicts(connection_id: str) -> Response[str]:
    """The conflict log, newest first."""
    check_id(connection_id)
    event = router.current_event
    limit, before = limit_of(event), position_of(event, "conflicts")
    portion = use_cases().conflicts.conflicts(connection_id, limit=limit, before=before)
    return answer(page("conflicts", portion))


@router.post("/connections/<connection_id>/conflicts/<conflict_id>/use-record-value")
def use_record_value(connection_id: str, conflict_id: str) -> Response[str]:
    """Write the record's value back into the record."""
    with acting(router.current_event, "use record value", connection_id) as action:
        if not _CONFLICT_ID.fullmatch(conflict_id):
            raise InvalidRequest("This cannot be a conflict's id: take one from conflicts.")
        action.about = conflict_id
        admin = admin_of(router.current_event)
        cases = use_cases().conflicts
        body, action.changed = cases.use_record_value(connection_id, conflict_id, admin)
    return answer(body)
