"""The function that tells who may call the API."""

from __future__ import annotations

import fnmatch
import json
import re

import pytest

from functions.authorize.handler import UnauthorizedError, policy, role_of
from mediamosa_sync.errors import SecretUnavailable
from tests.fakes.secrets import FakeSecrets

ARNS = {"operator": "operator_arn", "viewer": "viewer_arn"}
METHOD = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/v1/GET/connections"
STAGE = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/v1"


@pytest.fixture
def secrets() -> FakeSecrets:
    return FakeSecrets(operator_arn="OperatorToken48", viewer_arn="ViewerToken48")


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Bearer OperatorToken48", "operator"),
        ("Bearer ViewerToken48", "viewer"),
        ("bearer ViewerToken48", "viewer"),
        ("Bearer  ViewerToken48 ", "viewer"),
    ],
)
def test_a_token_tells_its_role(secrets: FakeSecrets, header: str, role: str) -> None:
    assert role_of(header, ARNS, secrets) == role


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "ViewerToken48",
        "Basic ViewerToken48",
        "Bearer viewertoken48",
        "Bearer ViewerToken4",
        "Bearer ViewerToken488",
        "Bearer ViewerToken48 OperatorToken48",
        "Bearer Vi\u00ebwerToken48",
        "Bearer viewer_arn",
    ],
)
def test_anything_else_is_nobodys(secrets: FakeSecrets, header: str) -> None:
    assert role_of(header, ARNS, secrets) is None


def test_an_empty_secret_lets_nobody_in() -> None:
    assert role_of("Bearer ", ARNS, FakeSecrets(operator_arn="", viewer_arn="")) is None


def test_a_line_break_at_the_end_of_a_secret_does_not_lock_its_owner_out() -> None:
    secrets = FakeSecrets(operator_arn="OperatorToken48\n", viewer_arn="ViewerToken48")

    assert role_of("Bearer OperatorToken48", ARNS, secrets) == "operator"


def test_the_tokens_are_read_once_for_many_calls(secrets: FakeSecrets) -> None:
    for _ in range(10):
        role_of("Bearer ViewerToken48", ARNS, secrets)

    assert secrets.reads == len(ARNS)


def test_no_token_is_compared_without_both_secrets() -> None:
    with pytest.raises(SecretUnavailable):
        role_of("Bearer OperatorToken48", ARNS, FakeSecrets(operator_arn="OperatorToken48"))


@pytest.mark.parametrize(
    ("role", "call", "allowed"),
    [
        ("viewer", "GET/connections", True),
        ("viewer", "GET/connections/0a1b", True),
        ("viewer", "POST/connections/0a1b/restart", False),
        ("viewer", "DELETE/connections/0a1b/restart", False),
        ("operator", "GET/connections", True),
        ("operator", "POST/connections/0a1b/restart", True),
    ],
)
def test_a_viewer_may_look_and_an_operator_act_in_the_whole_stage(
    role: str, call: str, *, allowed: bool
) -> None:
    (statement,) = policy(role, METHOD)["policyDocument"]["Statement"]

    assert statement["Effect"] == "Allow"
    assert fnmatch.fnmatchcase(f"{STAGE}/{call}", statement["Resource"]) is allowed


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_a_policy_is_for_this_stage_of_this_api_alone(role: str) -> None:
    (statement,) = policy(role, METHOD)["policyDocument"]["Statement"]

    assert statement["Resource"].startswith(f"{STAGE}/")


def test_handlers_are_told_the_role_and_no_token() -> None:
    answer = policy("viewer", METHOD)

    assert answer["context"] == {"role": "viewer"}
    assert not re.search("token", json.dumps(answer), re.IGNORECASE)


def test_api_gateway_makes_a_401_of_the_refusal() -> None:
    assert str(UnauthorizedError()) == "Unauthorized"
