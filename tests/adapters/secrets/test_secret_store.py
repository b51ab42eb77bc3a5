"""Secrets: cached for five minutes, read anew when asked, and never in a message."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

import pytest
from botocore.exceptions import EndpointConnectionError, ParamValidationError
from botocore.stub import Stubber
from moto import mock_aws

from mediamosa_sync.adapters.secrets.store import SecretsManagerSecretStore, secrets_client
from mediamosa_sync.errors import SecretUnavailable
from tests.fakes.clock import FakeClock
from tests.fakes.secrets import FakeSecrets

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mediamosa-key-AbCdEf"
ASKED = {"SecretId": ARN}


class Manager:
    """Secrets Manager with answers in order; each may be taken once."""

    def __init__(self) -> None:
        self.client = secrets_client()
        self.stubber = Stubber(self.client)
        self.clock = FakeClock()
        self.store = SecretsManagerSecretStore(self.client, self.clock)

    def answers(self, text: str) -> None:
        self.stubber.add_response("get_secret_value", {"SecretString": text}, ASKED)


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    made = Manager()
    with made.stubber:
        yield made
        made.stubber.assert_no_pending_responses()


def test_a_secret_is_read_once_in_five_minutes(manager: Manager) -> None:
    manager.answers("first")
    manager.answers("second")

    assert manager.store.secret(ARN) == "first"
    manager.clock.advance(seconds=299)
    assert manager.store.secret(ARN) == "first"
    manager.clock.advance(seconds=1)
    assert manager.store.secret(ARN) == "second"


def test_a_fresh_secret_is_read_again_and_replaces_the_cached_one(manager: Manager) -> None:
    manager.answers("first")
    manager.answers("rotated")

    assert manager.store.secret(ARN) == "first"
    assert manager.store.secret(ARN, fresh=True) == "rotated"
    assert manager.store.secret(ARN) == "rotated"


def test_a_clock_that_was_put_back_keeps_no_secret_longer(manager: Manager) -> None:
    manager.answers("first")
    manager.answers("second")

    assert manager.store.secret(ARN) == "first"
    manager.clock.advance(seconds=-1)
    assert manager.store.secret(ARN) == "second"


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException"])
def test_a_secret_that_cannot_be_read_is_named_without_its_account(
    manager: Manager, code: str
) -> None:
    manager.stubber.add_client_error("get_secret_value", code, "the account 123456789012 …")

    with pytest.raises(SecretUnavailable) as raised:
        manager.store.secret(ARN)

    assert "mediamosa-key-AbCdEf" in str(raised.value)
    assert code in str(raised.value)
    assert "123456789012" not in str(raised.value)


def test_a_binary_secret_is_refused(manager: Manager) -> None:
    manager.stubber.add_response("get_secret_value", {"SecretBinary": b"bytes"}, ASKED)

    with pytest.raises(SecretUnavailable, match="holds no text"):
        manager.store.secret(ARN)


def test_a_failed_read_is_not_remembered(manager: Manager) -> None:
    manager.stubber.add_client_error("get_secret_value", "AccessDeniedException")
    manager.answers("now")

    with pytest.raises(SecretUnavailable):
        manager.store.secret(ARN)
    assert manager.store.secret(ARN) == "now"


def test_no_representation_shows_a_secret(manager: Manager) -> None:
    manager.answers("top secret")
    manager.store.secret(ARN)

    assert "top secret" not in repr(vars(manager.store))


def test_a_manager_that_is_not_reached_is_unavailable() -> None:
    class Unreachable:
        def get_secret_value(self, **_asked: str) -> None:
            raise EndpointConnectionError(endpoint_url="https://nowhere")

    # It has only the method that the adapter calls.
    store = SecretsManagerSecretStore(Unreachable(), FakeClock())  # type: ignore[arg-type]

    with pytest.raises(SecretUnavailable, match="did not answer"):
        store.secret(ARN)


CREATED = {"Name": "mediamosa-key", "SecretString": "top secret"}
CHANGED = {"SecretId": "mediamosa-key", "SecretString": "top secret"}


def test_a_new_secret_is_created(manager: Manager) -> None:
    manager.stubber.add_response("create_secret", {"ARN": ARN}, CREATED)

    assert manager.store.put("mediamosa-key", "top secret") == ARN


def test_a_known_secret_gets_another_text_and_the_cache_forgets_it(manager: Manager) -> None:
    manager.answers("old")
    assert manager.store.secret(ARN) == "old"
    manager.stubber.add_client_error("create_secret", "ResourceExistsException")
    manager.stubber.add_response("put_secret_value", {"ARN": ARN}, CHANGED)
    manager.answers("top secret")

    assert manager.store.put("mediamosa-key", "top secret") == ARN
    assert manager.store.secret(ARN) == "top secret"


def text_of(error: BaseException) -> str:
    """Everything that a log of *error* would show."""
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize("code", ["AccessDeniedException", "InvalidRequestException"])
def test_a_secret_that_cannot_be_written_is_named_without_its_text(
    manager: Manager, code: str
) -> None:
    manager.stubber.add_client_error("create_secret", code, "Value 'top secret' of 123456789012")

    with pytest.raises(
        SecretUnavailable, match=f"mediamosa-key cannot be written .{code}"
    ) as raised:
        manager.store.put("mediamosa-key", "top secret")

    assert "mediamosa-key" in str(raised.value)
    assert "top secret'" not in text_of(raised.value)
    assert "123456789012" not in text_of(raised.value)


def test_a_secret_that_cannot_be_changed_is_named_without_its_text(manager: Manager) -> None:
    manager.stubber.add_client_error("create_secret", "ResourceExistsException", "top secret'")
    manager.stubber.add_client_error("put_secret_value", "LimitExceededException", "top secret'")

    with pytest.raises(SecretUnavailable, match="LimitExceededException") as raised:
        manager.store.put("mediamosa-key", "top secret")

    assert "top secret'" not in text_of(raised.value)


def test_what_the_sdk_refuses_is_not_quoted() -> None:
    class Strict:
        def create_secret(self, **asked: str) -> None:
            raise ParamValidationError(report=f"Invalid: {asked}")

    # It has only what the adapter uses.
    store = SecretsManagerSecretStore(Strict(), FakeClock())  # type: ignore[arg-type]

    with pytest.raises(SecretUnavailable, match="ParamValidationError") as raised:
        store.put("mediamosa-key", "top secret")
    assert "Invalid" not in text_of(raised.value)


def test_an_empty_secret_is_refused(manager: Manager) -> None:
    with pytest.raises(SecretUnavailable, match="no text"):
        manager.store.put("mediamosa-key", "")


@mock_aws
def test_secrets_manager_keeps_what_was_put(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    store = SecretsManagerSecretStore(secrets_client(), FakeClock())

    arn = store.put("mediamosa/a", "first")
    assert store.secret(arn) == "first"
    assert store.put("mediamosa/a", "second") == arn
    assert store.secret(arn) == "second"


def test_the_fake_keeps_what_was_put_too() -> None:
    store = FakeSecrets()

    arn = store.put("mediamosa/a", "first")
    assert store.secret(arn) == "first"
    assert store.put("mediamosa/a", "second") == arn
    assert store.secret(arn) == "second"
