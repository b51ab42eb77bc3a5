"""Routes: the connections and their status; add one, change one."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

from aws_lambda_powertools.event_handler import Response

from mediamosa_sync.domain.connection import DEFAULT_PAGE_SIZE, DEFAULT_TIME_ZONE
from mediamosa_sync.domain.policies import OnRecordDelete, Policies, Removal
from mediamosa_sync.runtime.compose_control import use_cases
from mediamosa_sync.runtime.responses import answer, tagged
from mediamosa_sync.runtime.routes.acting import acting, check_id
from mediamosa_sync.runtime.routes.bodies import (
    Fields,
    check_names,
    choice,
    fields_of,
    secret,
    switch,
    text,
    whole_number,
)
from mediamosa_sync.runtime.routes.router import new_router
from mediamosa_sync.service.connections import Change, NewConnection
from mediamosa_sync.service.refusals import InvalidRequest

router = new_router()

REQUIRED = ("url", "user_name", "password")
NEW_FIELDS = (*REQUIRED, "time_zone", "page_size", "policies")
CHANGE_FIELDS = ("password", "time_zone", "page_size", "policies", "enabled")
POLICIES = ("on_trash", "on_unpublish", "on_record_delete")

_LONGEST_URL, _LONGEST_NAME, _LONGEST_ZONE = 1000, 255, 100
_REMOVALS = {removal.value: removal for removal in Removal}
_ON_RECORD_DELETE = {one.value: one for one in OnRecordDelete}

T = TypeVar("T")
GivenPolicies = tuple[Removal | None, Removal | None, OnRecordDelete | None]


@router.get("/connections")
def list_connections() -> Response[str]:
    """The status of every connection."""
    return tagged({"items": use_cases().control.statuses(), "next": None}, _if_none_match())


@router.get("/connections/<connection_id>")
def get_connection(connection_id: str) -> Response[str]:
    """The status of one connection."""
    check_id(connection_id)
    return tagged(use_cases().control.status(connection_id), _if_none_match())


@router.post("/connections")
def add_connection() -> Response[str]:
    """Add a connection; the same one again is there already."""
    cases = use_cases()
    with acting(router.current_event, "add") as action:
        new = _new_connection(fields_of(router.current_event, NEW_FIELDS))
        added = new.connection().connection_id
        action.connection_id = added
        action.changed = cases.connections.add(new)
    headers = {"Location": f"connections/{added}"}
    status = HTTPStatus.CREATED if action.changed else HTTPStatus.OK
    return answer(cases.control.status(added), status=status, headers=headers)


@router.put("/connections/<connection_id>")
def change_connection(connection_id: str) -> Response[str]:
    """Change what the body names of a connection."""
    cases = use_cases()
    with acting(router.current_event, "change", connection_id) as action:
        fields = fields_of(router.current_event, (*CHANGE_FIELDS, "url", "user_name"))
        _refuse_identity(fields)
        action.about = " ".join(sorted(fields))
        action.changed = cases.connections.change(connection_id, _change(fields))
    return answer(cases.control.status(connection_id))


def _if_none_match() -> str:
    """The header, "" without one; sent several times it is one list (RFC 9110)."""
    event, name = router.current_event, "If-None-Match"
    return ", ".join(event.multi_value_headers.get(name) or [event.headers.get(name, "")])


def _new_connection(fields: Fields) -> NewConnection:
    on_trash, on_unpublish, on_record_delete = _policies(fields)
    usual = Policies()
    return NewConnection(
        url=text(fields, "url", _LONGEST_URL),
        user_name=text(fields, "user_name", _LONGEST_NAME),
        password=secret(fields, "password", _LONGEST_NAME),
        time_zone=_time_zone(fields) or DEFAULT_TIME_ZONE,
        page_size=whole_number(fields, "page_size") if "page_size" in fields else DEFAULT_PAGE_SIZE,
        policies=Policies(
            on_trash or usual.on_trash,
            on_unpublish or usual.on_unpublish,
            on_record_delete or usual.on_record_delete,
        ),
    )


def _change(fields: Fields) -> Change:
    on_trash, on_unpublish, on_record_delete = _policies(fields)
    return Change(
        password=secret(fields, "password", _LONGEST_NAME) if "password" in fields else None,
        time_zone=_time_zone(fields),
        page_size=whole_number(fields, "page_size") if "page_size" in fields else None,
        on_trash=on_trash,
        on_unpublish=on_unpublish,
        on_record_delete=on_record_delete,
        enabled=switch(fields, "enabled") if "enabled" in fields else None,
    )


def _time_zone(fields: Fields) -> str | None:
    return text(fields, "time_zone", _LONGEST_ZONE) if "time_zone" in fields else None


def _policies(fields: Fields) -> GivenPolicies:
    """What is given of on_trash, on_unpublish and on_record_delete."""
    given = fields.get("policies", {})
    if not isinstance(given, dict):
        raise InvalidRequest(f"The field policies must be an object: {', '.join(POLICIES)}.")
    check_names(given, POLICIES, "policies.")
    return (
        _policy(given, "on_trash", _REMOVALS),
        _policy(given, "on_unpublish", _REMOVALS),
        _policy(given, "on_record_delete", _ON_RECORD_DELETE),
    )


def _policy(given: Fields, name: str, choices: Mapping[str, T]) -> T | None:
    return choice(given, name, choices, "policies.") if name in given else None


def _refuse_identity(fields: Fields) -> None:
    named = sorted(fields.keys() & {"url", "user_name"})
    if named:
        raise InvalidRequest(
            f"The field {named[0]} cannot be changed, for a connection is known by it: add another "
            "connection, and switch this one off with enabled."
        )
