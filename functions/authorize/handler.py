"""Who may call the API, and as what: viewer or operator (API Gateway, type TOKEN).

Both may call every route. That a viewer only looks is decided by the function behind the routes,
which notes in the audit what it refuses (``docs/decisions/0018``).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from mediamosa_sync.ports import Clock, SecretStore
from mediamosa_sync.runtime.clock import SystemClock
from mediamosa_sync.runtime.compose_authorize import token_arns
from mediamosa_sync.runtime.compose_secrets import secret_store
from mediamosa_sync.runtime.observability import logger

# So many tokens that are nobody's does one execution environment look at within the window.
MOST_FAILURES, WINDOW = 10, timedelta(minutes=1)

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE)


class UnauthorizedError(Exception):
    """The caller is nobody we know. API Gateway makes a 401 of exactly this message."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class Gate:
    """Compares tokens, and makes guessing them slow.

    API Gateway keeps a policy for 60 s, so who has a good token is seldom asked for it again; a
    refusal is not kept, so every guess comes here. An execution environment therefore looks at
    ``MOST_FAILURES`` wrong tokens within any ``WINDOW``; beyond that it refuses, without looking,
    every token that it has not let in before. One that it has goes on working, so that a guesser
    does not lock out who is at work. What is not looked at does not count: the gate opens by
    itself as the failures grow old. How many environments there are at once, and with that how
    many guesses, is bounded by the throttle of the API's stage, which is the other half.

    The memory of tokens let in (SHA-256) opens nothing: they are compared like all others, and it
    is emptied when a secret changes. So a withdrawn token is bad as soon as the new secret is read.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed: deque[datetime] = deque(maxlen=MOST_FAILURES)
        self._let_in: set[bytes] = set()
        self._secrets: frozenset[bytes] = frozenset()

    def role_of(self, header: str, arns: Mapping[str, str], secrets: SecretStore) -> str | None:
        """Return the role whose token the header carries, None if it is nobody's.

        Args:
            header: the value of ``Authorization``, as ``Bearer <token>``.
            arns: role -> ARN of the secret with its token.
            secrets: where the tokens are; it keeps them at most five minutes, so that a rotated
                token is good and the old one bad without a deployment.

        Raises:
            SecretUnavailable: a token could not be read.
        """
        bearer = _BEARER.fullmatch(header.strip())
        if bearer is None:
            return None
        given = bearer.group(1).encode(errors="surrogatepass")
        tokens = {role: secrets.secret(arn).strip().encode() for role, arn in arns.items()}
        self._forget_if_changed(tokens)
        digest = hashlib.sha256(given).digest()
        if digest not in self._let_in and self._is_shut():
            logger.warning("too many failed attempts")
            return None
        role = _matching(given, tokens)
        if role is None:
            self._failed.append(self._clock.now())
        else:
            self._let_in.add(digest)
        return role

    def _is_shut(self) -> bool:
        if len(self._failed) < MOST_FAILURES:
            return False
        # A clock that was put back must not keep the gate shut for longer.
        return timedelta() <= self._clock.now() - self._failed[0] < WINDOW

    def _forget_if_changed(self, tokens: Mapping[str, bytes]) -> None:
        digests = frozenset(hashlib.sha256(token).digest() for token in tokens.values())
        if digests != self._secrets:
            self._let_in.clear()
            self._secrets = digests


@cache
def gate() -> Gate:
    """The gate of this execution environment."""
    return Gate(SystemClock())


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the policy of the caller whose header ``Authorization`` this is.

    Raises:
        UnauthorizedError: the header holds none of the tokens (401).
        SecretUnavailable: the tokens could not be read (500).
    """
    del context
    header = str(event.get("authorizationToken", ""))
    role = gate().role_of(header, token_arns(), secret_store())
    if role is None:
        logger.info("token refused")
        raise UnauthorizedError
    return policy(role, str(event["methodArn"]))


def _matching(given: bytes, tokens: Mapping[str, bytes]) -> str | None:
    # Every token is compared, in constant time, whether or not one has matched: the time that an
    # answer takes tells nothing about a token.
    matches = {role: hmac.compare_digest(given, token) for role, token in tokens.items()}
    return next((role for role, matched in matches.items() if matched), None)


def policy(role: str, method_arn: str) -> dict[str, Any]:
    """Return the policy of a role: every method and path of the stage, and of no other.

    API Gateway keeps it for the next calls, whichever those are.

    Args:
        role: ``viewer`` or ``operator``; handlers see it as ``authorizer.role``.
        method_arn: ``arn:…:<api id>/<stage>/<method>/<path>`` of the call.
    """
    api, stage = method_arn.split("/")[:2]
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": f"{api}/{stage}/*/*",
    }
    return {
        "principalId": role,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"role": role},
    }
