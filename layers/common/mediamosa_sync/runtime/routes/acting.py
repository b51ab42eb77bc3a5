"""What every route begins with: who asks, about which connection; and that it is noted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from mediamosa_sync.runtime.compose_control import use_cases
from mediamosa_sync.runtime.observability import logger
from mediamosa_sync.service.audit import Action, Admin
from mediamosa_sync.service.refusals import Forbidden, InvalidRequest

OPERATOR = "operator"

_CONNECTION_ID = re.compile(r"[0-9a-f]{40}")


def check_id(connection_id: str) -> None:
    """Refuse what cannot be the id of a connection. Raises :class:`InvalidRequest`."""
    if not _CONNECTION_ID.fullmatch(connection_id):
        raise InvalidRequest("A connection id is 40 hexadecimal digits in lower case.")


def admin_of(event: APIGatewayProxyEvent) -> Admin:
    """Who asks, as API Gateway's authorizer says."""
    role = event.request_context.authorizer.get("role") or "nobody"
    return Admin(role, event.request_context.request_id)


@contextmanager
def acting(
    event: APIGatewayProxyEvent,
    verb: str,
    connection_id: str | None = None,
    *,
    looks: bool = False,
) -> Iterator[Action]:
    """Let an operator act, and note what comes of it.

    Parameters:
        connection_id: as the path names it; None if it names none.
        looks: whether nothing comes of it, so that nothing is noted but that it was forbidden.

    Raises:
        Forbidden: whoever asks is no operator.
        InvalidRequest: the path's id cannot be one.
    """
    admin = admin_of(event)
    action = Action(verb, changed=not looks, looks=looks)
    if connection_id is not None and _CONNECTION_ID.fullmatch(connection_id):
        action.connection_id = connection_id
    with use_cases().audit.noting(admin, action):
        if admin.by != OPERATOR:
            raise Forbidden("A viewer may look only: use an operator's token.")
        if connection_id is not None:
            check_id(connection_id)
        yield action
    logger.info(
        "admin acted",
        action=action.text,
        connection_id=action.connection_id,
        changed=action.changed,
        request_id=admin.request_id,
    )
