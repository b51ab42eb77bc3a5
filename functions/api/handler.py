"""Everything that admins see and do (API Gateway); the routes are in ``runtime/routes``."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

from mediamosa_sync.errors import SecretUnavailable, StoreError
from mediamosa_sync.runtime.observability import logger
from mediamosa_sync.runtime.responses import Problem, problem, refused
from mediamosa_sync.runtime.routes import (
    conflicts,
    connections,
    deletions,
    links,
    lists,
    marks,
    plan,
    properties,
)
from mediamosa_sync.service.refusals import Refusal

app = APIGatewayRestResolver()

for routes in (connections, marks, lists, deletions, links, conflicts, properties, plan):
    app.include_router(routes.router)


def _store_error(error: StoreError) -> Response[str]:
    logger.exception("store did not answer")
    del error
    return problem(
        Problem.UNAVAILABLE, "The tables could not be reached: wait a moment and try again."
    )


def _secret_unavailable(error: SecretUnavailable) -> Response[str]:
    logger.exception("secret not written")
    return problem(Problem.UNAVAILABLE, str(error))


@app.not_found
def _no_route(_: NotFoundError) -> Response[str]:
    return problem(Problem.NOT_FOUND, "There is nothing at this address.")


def _unexpected(_: Exception) -> Response[str]:
    logger.exception("request failed")
    return problem(Problem.INTERNAL, "The request could not be carried out: try again.")


for _error, _answer in (
    (Refusal, refused),
    (StoreError, _store_error),
    (SecretUnavailable, _secret_unavailable),
    (Exception, _unexpected),
):
    app.exception_handler(_error)(_answer)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway's REST proxy."""
    return app.resolve(event, context)
