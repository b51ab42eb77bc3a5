"""Routes: links and records without one; retry or discard what is parked."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.runtime.compose_control import use_cases
from mediamosa_sync.runtime.responses import answer
from mediamosa_sync.runtime.routes.acting import acting, check_id
from mediamosa_sync.runtime.routes.bodies import Fields, fields_of, switch, texts
from mediamosa_sync.runtime.routes.deletions import LONGEST_ASSET_ID
from mediamosa_sync.runtime.routes.paging import limit_of, page, position_of
from mediamosa_sync.runtime.routes.router import new_router
from mediamosa_sync.service.links import Row, row_object
from mediamosa_sync.service.parked import MOST_MARKED, Chosen, Marks
from mediamosa_sync.service.portion import Portion
from mediamosa_sync.service.refusals import InvalidRequest

router = new_router()

LONGEST_MEDIA_ID = 1000
"""Bytes: the key of a record that waits is part of a sort key (AWS: at most 1,024 bytes)."""

CHOICES = ("asset_ids", "media_ids", "all")


@router.get("/connections/<connection_id>/links")
def links(connection_id: str) -> Response[str]:
    """Links in a state, or all; that of one asset or record."""
    check_id(connection_id)
    event, cases = router.current_event, use_cases()
    state = _state_of(event.query_string_parameters.get("state", ""))
    # Positions of one state mean nothing in another.
    name = f"links/{state}" if state else "links"
    limit, after = limit_of(event), position_of(event, name)
    asset_id = event.query_string_parameters.get("asset_id")
    media_id = event.query_string_parameters.get("media_id")
    if asset_id is not None and media_id is not None:
        raise InvalidRequest("Give asset_id or media_id, not both.")
    if asset_id is not None:
        rows = cases.links.of_asset(connection_id, _within(asset_id, "asset_id", LONGEST_ASSET_ID))
        return answer(page(name, _only(rows, state)))
    if media_id is not None:
        rows = cases.links.of_record(connection_id, _within(media_id, "media_id", LONGEST_MEDIA_ID))
        return answer(page(name, _only(rows, state)))
    return answer(page(name, cases.links.links(connection_id, state, limit=limit, after=after)))


@router.post("/connections/<connection_id>/parked/retry")
def retry(connection_id: str) -> Response[str]:
    """Let the next run try what is parked again."""
    return _marked(connection_id, "retry", use_cases().parked.retry)


@router.post("/connections/<connection_id>/parked/discard")
def discard(connection_id: str) -> Response[str]:
    """Give parked values up: the records take MediaMosa's."""
    return _marked(connection_id, "discard", use_cases().parked.discard)


def _marked(connection_id: str, verb: str, ask: Callable[[str, Chosen], Marks]) -> Response[str]:
    with acting(router.current_event, verb, connection_id) as action:
        chosen = _chosen(fields_of(router.current_event, CHOICES))
        action.about = " ".join((*chosen.asset_ids, *chosen.media_ids)) or "all"
        marks = ask(connection_id, chosen)
        action.changed = marks.marked > 0
    body = {
        "marked": marks.marked,
        "left": marks.left,
        "more": marks.more,
        "next_run": iso(marks.next_run) or None,
    }
    return answer(body, status=HTTPStatus.ACCEPTED)


def _chosen(fields: Fields) -> Chosen:
    if len(fields) != 1:
        raise InvalidRequest(f"The body must have exactly one of {', '.join(CHOICES)}.")
    if "asset_ids" in fields:
        return Chosen(asset_ids=texts(fields, "asset_ids", MOST_MARKED, LONGEST_ASSET_ID))
    if "media_ids" in fields:
        return Chosen(media_ids=texts(fields, "media_ids", MOST_MARKED, LONGEST_MEDIA_ID))
    if not switch(fields, "all"):
        raise InvalidRequest("The field all must be true: leave it out to name ids.")
    return Chosen()


def _state_of(given: str) -> LinkState | None:
    if not given:
        return None
    try:
        return LinkState(given)
    except ValueError:
        known = ", ".join(LinkState)
        raise InvalidRequest(f"The parameter state must be one of {known}.") from None


def _within(given: str, name: str, longest: int) -> str:
    # An empty one is a mistake of the caller's: all links are not what was asked for.
    if not 1 <= len(given.encode(errors="replace")) <= longest or not given.isprintable():
        raise InvalidRequest(
            f"The parameter {name} must be at most {longest} bytes of plain text, and not empty."
        )
    return given


def _only(rows: list[Row], state: LinkState | None) -> Portion:
    return Portion([row_object(row) for row in rows if state in {None, row.state}], None)
