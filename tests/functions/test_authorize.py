"""The function that tells who may call the API."""

from __future__ import annotations

import fnmatch
import json
import re
from datetime import timedelta

import boto3
import pytest

from functions.authorize.handler import MOST_FAILURES, WINDOW, Gate, UnauthorizedError, policy
from mediamosa_sync.adapters.secrets.store import (
    LONGEST_CACHED,
    SecretsManagerSecretStore,
    secrets_client,
)
from mediamosa_sync.errors import SecretUnavailable
from tests.fakes.clock import FakeClock
from tests.fakes.secrets import FakeSecrets

ARNS = {"operator": "operator_arn", "viewer": "viewer_arn"}
METHOD = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/v1/GET/connections"
STAGE = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/v1"


@pytest.fixture
def secrets() -> FakeSecrets:
    return FakeSecrets(operator_arn="OperatorToken48", viewer_arn="ViewerToken48")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def gate(clock: FakeClock) -> Gate:
    return Gate(clock)


def guess(gate: Gate, secrets: FakeSecrets, times: int = MOST_FAILURES) -> None:
    for number in range(times):
        assert gate.role_of(f"Bearer guess-{number}", ARNS, secrets) is None


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Bearer OperatorToken48", "operator"),
        ("Bearer ViewerToken48", "viewer"),
        ("bearer ViewerToken48", "viewer"),
        ("Bearer  ViewerToken48 ", "viewer"),
    ],
)
def test_a_token_tells_its_role(gate: Gate, secrets: FakeSecrets, header: str, role: str) -> None:
    assert gate.role_of(header, ARNS, secrets) == role


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
        "Bearer \ud800",
    ],
)
def test_anything_else_is_nobodys(gate: Gate, secrets: FakeSecrets, header: str) -> None:
    assert gate.role_of(header, ARNS, secrets) is None


@pytest.mark.parametrize("header", ["Bearer ", "Bearer", "Bearer \n", "Bearer \0"])
def test_an_empty_secret_lets_nobody_in(gate: Gate, header: str) -> None:
    empty = FakeSecrets(operator_arn="", viewer_arn=" \n")
    assert gate.role_of(header, ARNS, empty) is None


def test_a_line_break_at_the_end_of_a_secret_does_not_lock_its_owner_out(gate: Gate) -> None:
    secrets = FakeSecrets(operator_arn="OperatorToken48\n", viewer_arn="ViewerToken48")

    assert gate.role_of("Bearer OperatorToken48", ARNS, secrets) == "operator"


def test_the_tokens_are_read_once_for_many_calls(gate: Gate, secrets: FakeSecrets) -> None:
    for _ in range(10):
        gate.role_of("Bearer ViewerToken48", ARNS, secrets)

    assert secrets.reads == len(ARNS)


def test_no_token_is_compared_without_both_secrets(gate: Gate) -> None:
    with pytest.raises(SecretUnavailable):
        gate.role_of("Bearer OperatorToken48", ARNS, FakeSecrets(operator_arn="OperatorToken48"))


@pytest.mark.parametrize(
    "call",
    ["GET/connections", "GET/connections/0a1b", "POST/connections/0a1b/restart", "DELETE/x/y"],
)
@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_whoever_is_somebody_reaches_the_function_which_decides(role: str, call: str) -> None:
    (statement,) = policy(role, METHOD)["policyDocument"]["Statement"]

    assert statement["Effect"] == "Allow"
    assert fnmatch.fnmatchcase(f"{STAGE}/{call}", statement["Resource"])


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


def test_who_guesses_is_not_even_looked_at_after_ten_tries(
    gate: Gate, secrets: FakeSecrets, caplog: pytest.LogCaptureFixture
) -> None:
    guess(gate, secrets)
    assert "too many failed attempts" not in caplog.messages
    assert gate.role_of("Bearer OperatorToken48", ARNS, secrets) is None
    assert caplog.messages == ["too many failed attempts"]
    assert "OperatorToken48" not in caplog.text


def test_one_try_less_and_a_good_token_is_let_in(gate: Gate, secrets: FakeSecrets) -> None:
    guess(gate, secrets, MOST_FAILURES - 1)
    assert gate.role_of("Bearer OperatorToken48", ARNS, secrets) == "operator"


def test_who_was_let_in_before_goes_on_while_others_guess(gate: Gate, secrets: FakeSecrets) -> None:
    assert gate.role_of("Bearer ViewerToken48", ARNS, secrets) == "viewer"
    guess(gate, secrets, 3 * MOST_FAILURES)
    assert gate.role_of("Bearer ViewerToken48", ARNS, secrets) == "viewer"
    assert gate.role_of("Bearer OperatorToken48", ARNS, secrets) is None


def test_the_gate_opens_when_the_window_has_moved_on(
    gate: Gate, secrets: FakeSecrets, clock: FakeClock
) -> None:
    guess(gate, secrets)
    clock.advance(WINDOW - timedelta(microseconds=1))
    assert gate.role_of("Bearer OperatorToken48", ARNS, secrets) is None
    clock.advance(timedelta(microseconds=1))
    assert gate.role_of("Bearer OperatorToken48", ARNS, secrets) == "operator"


def test_within_any_minute_ten_wrong_tokens_are_looked_at(
    gate: Gate, secrets: FakeSecrets, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    tries = 300
    for number in range(tries):
        gate.role_of(f"Bearer guess-{number}", ARNS, secrets)
        clock.advance(seconds=1)
    looked_at = tries - caplog.messages.count("too many failed attempts")
    assert looked_at == MOST_FAILURES * (tries // WINDOW.seconds)


def test_what_is_no_token_at_all_is_no_guess(gate: Gate, secrets: FakeSecrets) -> None:
    for _ in range(2 * MOST_FAILURES):
        gate.role_of("Basic YTpi", ARNS, secrets)
    assert gate.role_of("Bearer OperatorToken48", ARNS, secrets) == "operator"


def test_a_clock_that_was_put_back_does_not_keep_the_gate_shut(
    gate: Gate, secrets: FakeSecrets, clock: FakeClock
) -> None:
    guess(gate, secrets)
    clock.advance(seconds=-3600)
    assert gate.role_of("Bearer OperatorToken48", ARNS, secrets) == "operator"


def test_that_a_token_was_good_before_it_was_rotated_opens_nothing(
    gate: Gate, secrets: FakeSecrets, clock: FakeClock
) -> None:
    assert gate.role_of("Bearer OperatorToken48", ARNS, secrets) == "operator"
    secrets.stored["operator_arn"] = "RotatedToken48"
    secrets.secret("operator_arn", fresh=True)
    assert gate.role_of("Bearer OperatorToken48", ARNS, secrets) is None
    guess(gate, secrets)
    assert gate.role_of("Bearer OperatorToken48", ARNS, secrets) is None
    clock.advance(WINDOW)
    assert gate.role_of("Bearer RotatedToken48", ARNS, secrets) == "operator"


@pytest.mark.usefixtures("stack")
def test_a_token_is_rotated_without_a_deployment(gate: Gate, clock: FakeClock) -> None:
    client = boto3.client("secretsmanager")
    arns = {
        role: client.create_secret(Name=f"{role}-token", SecretString=f"{role}-first")["ARN"]
        for role in ARNS
    }
    store = SecretsManagerSecretStore(secrets_client(), clock)
    assert gate.role_of("Bearer operator-first", arns, store) == "operator"
    client.put_secret_value(SecretId=arns["operator"], SecretString="operator-second")
    clock.advance(LONGEST_CACHED - timedelta(seconds=1))
    assert gate.role_of("Bearer operator-second", arns, store) is None
    clock.advance(seconds=1)
    assert gate.role_of("Bearer operator-second", arns, store) == "operator"
    assert gate.role_of("Bearer operator-first", arns, store) is None
    assert gate.role_of("Bearer viewer-first", arns, store) == "viewer"
