"""Secrets, read from Secrets Manager at most every five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mediamosa_sync.errors import SecretUnavailable
from mediamosa_sync.ports import Clock

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

LONGEST_CACHED = timedelta(minutes=5)


def secrets_client() -> SecretsManagerClient:
    """A client of the account, region and endpoint that the environment names."""
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    return boto3.client("secretsmanager", config=config)


@dataclass(frozen=True, slots=True)
class _Cached:
    # Its text stands in no representation, so in no log of one either.
    text: str
    read_at: datetime

    def __repr__(self) -> str:
        return f"_Cached(read_at={self.read_at!r})"


class SecretsManagerSecretStore:
    """The port ``SecretStore``; its cache lives as long as the warm function does."""

    def __init__(self, client: SecretsManagerClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._cache: dict[str, _Cached] = {}

    def secret(self, arn: str, *, fresh: bool = False) -> str:
        """The secret's text.

        With *fresh* it is read again: after a refused login it may just have been rotated.

        Raises:
            SecretUnavailable: it does not exist, holds no text, may not be read, or Secrets
                Manager was not reached.
        """
        now = self._clock.now()
        cached = self._cache.get(arn)
        # A clock that was put back must not keep a secret for longer.
        if not fresh and cached and timedelta() <= now - cached.read_at < LONGEST_CACHED:
            return cached.text
        text = self._read(arn)
        self._cache[arn] = _Cached(text, now)
        return text

    def put(self, name: str, text: str) -> str:
        """Create the secret of that name, or give it another text; returns its ARN.

        Nothing of what Secrets Manager or the SDK says goes into the error: it may quote the text.

        Raises:
            SecretUnavailable: *text* is empty, the secret may not be written or is being deleted,
                or Secrets Manager was not reached.
        """
        if not text:
            raise SecretUnavailable(f"The secret {name} has no text: give the key that it is for.")
        try:
            arn = self._write(name, text)
        except ClientError as exc:
            code = exc.response.get("Error", {}).get("Code", "")
            raise SecretUnavailable(
                f"The secret {name} cannot be written ({code}): check that the function's role may "
                "write it and that it is not being deleted."
            ) from None
        except BotoCoreError as exc:
            raise SecretUnavailable(
                f"Secrets Manager could not be asked to write {name} ({type(exc).__name__}): try "
                "again in a minute."
            ) from None
        self._cache.pop(arn, None)
        self._cache.pop(name, None)
        return arn

    def _write(self, name: str, text: str) -> str:
        try:
            return self._client.create_secret(Name=name, SecretString=text)["ARN"]
        except ClientError as exc:
            if exc.response.get("Error", {}).get("Code") != "ResourceExistsException":
                raise
        return self._client.put_secret_value(SecretId=name, SecretString=text)["ARN"]

    def _read(self, arn: str) -> str:
        try:
            answer = self._client.get_secret_value(SecretId=arn)
        except ClientError as exc:
            code = exc.response.get("Error", {}).get("Code", "")
            raise SecretUnavailable(
                f"The secret {_name(arn)} cannot be read ({code}): check that it exists and that "
                "the function's role may read it."
            ) from exc
        except BotoCoreError as exc:
            raise SecretUnavailable(
                f"Secrets Manager did not answer when asked for {_name(arn)}: try again in a "
                "minute."
            ) from exc
        text = answer.get("SecretString")
        if not text:
            raise SecretUnavailable(f"The secret {_name(arn)} holds no text: store it as a text.")
        return text


def _name(arn: str) -> str:
    """The secret's name, as its ARN ends in it: account and region are nobody's business."""
    return arn.rpartition(":secret:")[2]
