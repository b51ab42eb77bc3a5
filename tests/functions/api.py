"""Requests to the function behind the API, as API Gateway passes them on."""

from __future__ import annotations

import json
from typing import Any

from functions.api.handler import lambda_handler
from tests.functions.conftest import LambdaContext
from tests.openapi.description import description, validator


def call(
    method: str,
    path: str,
    body: object = None,
    *,
    role: str | None = "viewer",
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    request_id: str = "request-1",
) -> tuple[int, Any, dict[str, str]]:
    """Status, body and headers of the answer to one request.

    Parameters:
        body: text as it is sent, anything else as JSON.
    """
    event = event_of(method, path, role=role, request_id=request_id)
    event["body"] = body if body is None or isinstance(body, str) else json.dumps(body)
    event["headers"], event["queryStringParameters"] = headers or {}, query
    return send(event)


def event_of(
    method: str, path: str, *, role: str | None = "viewer", request_id: str = "request-1"
) -> dict[str, Any]:
    """A request without a body, a query and headers."""
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "pathParameters": None,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": request_id,
            "stage": "v1",
            "authorizer": {"role": role} if role else None,
        },
    }


def send(event: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    """As :func:`call`, with an event of the test's own making."""
    answer = lambda_handler(event, LambdaContext())  # type: ignore[arg-type]  # what it reads of it
    told = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
    return answer["statusCode"], json.loads(answer["body"] or "null"), told


def act(method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Status and body of the answer to an operator."""
    status, answer, _ = call(method, path, body, role="operator")
    return status, answer


def problem_of(body: Any) -> str:
    """The type of a problem, which is as described."""
    validator("Problem").validate(body)
    return str(body["type"])


def described(method: str, path: str, status: int, body: Any) -> Any:
    """*body*, which is as the API describes the answer of *status* to *method* on *path*."""
    operation = description()["paths"][path][method.lower()]
    response = operation["responses"][str(status)]
    schema = response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    validator(schema).validate(body)
    return body
