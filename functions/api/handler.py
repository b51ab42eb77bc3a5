"""Status and restart, for admins (API Gateway)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.ports import StoreError
from mediamosa_sync.runtime.compose_control import control
from mediamosa_sync.runtime.observability import logger
from mediamosa_sync.runtime.responses import Problem, answer, problem, tagged
from mediamosa_sync.service.control import UnknownConnection

app = APIGatewayRestResolver()

_CONNECTION_ID = re.compile(r"[0-9a-f]{40}")


@app.get("/connections")
def list_connections() -> Response[str]:
    """The status of every connection."""
    return tagged({"items": control().statuses(), "next": None}, _if_none_match())


@app.get("/connections/<connection_id>")
def get_connection(connection_id: str) -> Response[str]:
    """The status of one connection."""
    _check_id(connection_id)
    return tagged(control().status(connection_id), _if_none_match())


@app.post("/connections/<connection_id>/restart")
def restart(connection_id: str) -> Response[str]:
    """Mark the wish; the next scheduled run acts."""
    if app.current_event.request_context.authorizer.get("role") != "operator":
        return problem(Problem.FORBIDDEN, "A viewer may look only: use an operator's token.")
    _check_id(connection_id)
    wish, next_run = control().request_restart(
        connection_id,
        requested_by="operator",
        restart_id=app.current_event.request_context.request_id,
    )
    logger.info("restart requested", connection_id=connection_id, restart_id=wish.restart_id)
    body = {"restart_requested_at": iso(wish.requested_at), "next_run": iso(next_run) or None}
    return answer(body, status=HTTPStatus.ACCEPTED)


class _BadConnectionId(ValueError):
    """The path's connection id cannot be one."""


def _check_id(connection_id: str) -> None:
    if not _CONNECTION_ID.fullmatch(connection_id):
        raise _BadConnectionId


def _if_none_match() -> str | None:
    return app.current_event.headers.get("If-None-Match")


def _bad_id(_: _BadConnectionId) -> Response[str]:
    return problem(Problem.BAD_REQUEST, "A connection id is 40 hexadecimal digits in lower case.")


def _unknown(_: UnknownConnection) -> Response[str]:
    return problem(
        Problem.CONNECTION_NOT_FOUND,
        "There is no connection with this id: GET connections lists them.",
    )


def _store_error(error: StoreError) -> Response[str]:
    logger.exception("store did not answer")
    del error
    return problem(
        Problem.UNAVAILABLE, "The tables could not be read: wait a moment and try again."
    )


@app.not_found
def _no_route(_: NotFoundError) -> Response[str]:
    return problem(Problem.NOT_FOUND, "There is nothing at this address.")


def _unexpected(_: Exception) -> Response[str]:
    logger.exception("request failed")
    return problem(Problem.INTERNAL, "The request could not be carried out: try again.")


for _error, _answer in (
    (_BadConnectionId, _bad_id),
    (UnknownConnection, _unknown),
    (StoreError, _store_error),
    (Exception, _unexpected),
):
    app.exception_handler(_error)(_answer)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway's REST proxy."""
    return app.resolve(event, context)
