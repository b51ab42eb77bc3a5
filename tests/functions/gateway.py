"""API Gateway as far as the functions can tell: routes, authorizer and refusals of the template.

What it does to a request stands in AWS's "API Gateway Developer Guide": input of a Lambda function
for proxy integration, output of a Lambda authorizer, gateway responses. A path reaches a function
as it was sent, percent-encoded, a query decoded.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import boto3
import pytest

from functions.api import handler as api
from functions.authorize import handler as authorize
from functions.page import handler as page
from tests.functions.conftest import LambdaContext
from tests.infrastructure.template import FUNCTIONS, RESOURCES

API = RESOURCES["Api"]["Properties"]
TOKENS = {"operator": "OperatorToken48", "viewer": "ViewerToken48"}
STAGE_ARN = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/v1"
HANDLERS: Mapping[str, Callable[[dict[str, Any], Any], dict[str, Any]]] = {
    "ApiFunction": api.lambda_handler,
    "PageFunction": page.lambda_handler,
}


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one resource, as the template has it."""

    function: str
    method: str
    resource: str
    public: bool

    def parameters_of(self, path: str) -> dict[str, str] | None:
        """What the path has for the placeholders; None if it is not this resource's."""
        parts = re.split(r"{(\w+)}", self.resource)
        pattern = "".join(
            f"(?P<{part}>[^/]+)" if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        )
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found else None


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends; *path* is that below the stage, percent-encoded."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client gets; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> Any:
        """The body as it reads."""
        return json.loads(self.body)


def _routes() -> Iterator[Route]:
    for name, function in FUNCTIONS.items():
        for event in function.get("Events", {}).values():
            if event["Type"] == "Api":
                told = event["Properties"]
                public = told.get("Auth") == {"Authorizer": "NONE"}
                yield Route(name, told["Method"], told["Path"], public)


# A resource without placeholders goes before one that would take its name for a value.
ROUTES = sorted(_routes(), key=lambda route: (route.resource.count("{"), route.resource))


def deploy_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the authorizer its secrets, which hold ``TOKENS``; it has seen nobody yet."""
    client = boto3.client("secretsmanager")
    for role, token in TOKENS.items():
        told = client.create_secret(Name=f"{role}-token", SecretString=token)
        monkeypatch.setenv(f"{role.upper()}_TOKEN_ARN", told["ARN"])
    authorize.gate.cache_clear()


def method_arn(method: str, path: str) -> str:
    """What an authorizer is told of a request."""
    return f"{STAGE_ARN}/{method}{path}"


def allows(document: Mapping[str, Any], arn: str) -> bool:
    """Whether a policy lets its bearer call *arn* (IAM: denied unless allowed, a Deny stands).

    In a resource ``*`` stands for any characters, slashes too, and ``?`` for one of them.
    """
    effects = {
        statement["Effect"]
        for statement in document["Statement"]
        if statement["Action"] in {"execute-api:Invoke", "execute-api:*", "*"}
        and _matches(statement["Resource"], arn)
    }
    return effects == {"Allow"}


def _matches(resource: str, arn: str) -> bool:
    pattern = re.escape(resource).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(pattern, arn, re.DOTALL) is not None


def policy_for(method: str, path: str, authorization: str | None) -> dict[str, Any] | None:
    """What the authorizer says of a request; None if it knows nobody by that token."""
    told = API["Auth"]["Authorizers"]["BearerToken"]["Identity"]
    if authorization is None or not re.fullmatch(told["ValidationExpression"], authorization):
        return None
    event = {
        "type": "TOKEN",
        "authorizationToken": authorization,
        "methodArn": method_arn(method, path),
    }
    try:
        return authorize.lambda_handler(event, LambdaContext())  # type: ignore[arg-type]  # what it reads of it
    except authorize.UnauthorizedError:
        return None


def send(request: Request, request_id: str = "request-1") -> Answer:
    """The answer to a request, by whoever it is that gives it."""
    for route in ROUTES:
        parameters = route.parameters_of(request.path)
        if parameters is not None and route.method == request.method:
            return _routed(request, route, parameters, request_id)
    return _refusal("MISSING_AUTHENTICATION_TOKEN")


def _routed(
    request: Request, route: Route, parameters: Mapping[str, str], request_id: str
) -> Answer:
    authorizer: dict[str, str] | None = None
    if not route.public:
        named = {name.lower(): value for name, value in request.headers.items()}
        policy = policy_for(request.method, request.path, named.get("authorization"))
        if policy is None:
            return _refusal("UNAUTHORIZED")
        if not allows(policy["policyDocument"], method_arn(request.method, request.path)):
            return _refusal("ACCESS_DENIED")
        authorizer = {**policy["context"], "principalId": policy["principalId"]}
    event = event_of(request, route, parameters, authorizer, request_id)
    return _answer(HANDLERS[route.function](event, LambdaContext()))


def event_of(
    request: Request,
    route: Route,
    parameters: Mapping[str, str],
    authorizer: Mapping[str, str] | None,
    request_id: str,
) -> dict[str, Any]:
    """A request as a function is given it."""
    query = parse_qsl(request.query, keep_blank_values=True)
    many: dict[str, list[str]] = {}
    for name, value in query:
        many.setdefault(name, []).append(value)
    return {
        "resource": route.resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": dict(request.headers) or None,
        "multiValueHeaders": {name: [value] for name, value in request.headers.items()} or None,
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": many or None,
        "pathParameters": dict(parameters) or None,
        "stageVariables": None,
        "requestContext": {
            "authorizer": authorizer,
            "httpMethod": request.method,
            "path": f"/v1{request.path}",
            "requestId": request_id,
            "resourcePath": route.resource,
            "stage": "v1",
        },
        **_passed_on(request.body),
    }


def _passed_on(body: str | None) -> dict[str, Any]:
    """A body as text, or as base64 if the API takes it for binary."""
    if body is None or "*/*" not in API.get("BinaryMediaTypes", []):
        return {"body": body, "isBase64Encoded": False}
    return {"body": base64.b64encode(body.encode()).decode(), "isBase64Encoded": True}


def _answer(told: Mapping[str, Any]) -> Answer:
    headers = {name: values[-1] for name, values in told.get("multiValueHeaders", {}).items()}
    headers |= told.get("headers", {})
    named = {name.lower(): str(value) for name, value in headers.items()}
    body = str(told["body"])
    if told.get("isBase64Encoded"):
        sent = base64.b64decode(body)
        zipped = named.pop("content-encoding", "") == "gzip"
        body = (gzip.decompress(sent) if zipped else sent).decode()
    return Answer(told["statusCode"], named, body)


def _refusal(kind: str) -> Answer:
    told = API["GatewayResponses"][kind]
    headers = told["ResponseParameters"]["Headers"]
    named = {name.lower(): value.strip("'") for name, value in headers.items()}
    return Answer(told["StatusCode"], named, told["ResponseTemplates"]["application/json"])
