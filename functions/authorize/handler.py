"""Who may call the API: viewers may look, operators may look and act (API Gateway, type TOKEN)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from mediamosa_sync.ports import SecretStore
from mediamosa_sync.runtime.compose_authorize import token_arns
from mediamosa_sync.runtime.compose_secrets import secret_store
from mediamosa_sync.runtime.observability import logger

# What a role may call, as "method/path" below the stage.
CALLS = {"operator": "*/*", "viewer": "GET/*"}

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE)


class UnauthorizedError(Exception):
    """The caller is nobody we know. API Gateway makes a 401 of exactly this message."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the policy of the caller whose header ``Authorization`` this is.

    Raises:
        UnauthorizedError: the header holds none of the tokens (401).
        SecretUnavailable: the tokens could not be read (500).
    """
    del context
    role = role_of(str(event.get("authorizationToken", "")), token_arns(), secret_store())
    if role is None:
        logger.info("token refused")
        raise UnauthorizedError
    return policy(role, str(event["methodArn"]))


def role_of(header: str, arns: Mapping[str, str], secrets: SecretStore) -> str | None:
    """Return the role whose token the header carries, None if it is nobody's.

    Args:
        header: the value of ``Authorization``, as ``Bearer <token>``.
        arns: role -> ARN of the secret with its token.
        secrets: where the tokens are; it keeps them at most five minutes, so that a rotated token
            is good and the old one bad without a deployment.
    """
    bearer = _BEARER.fullmatch(header.strip())
    if bearer is None:
        return None
    given = bearer.group(1).encode()
    # Every token is compared, in constant time, whether or not one has matched: the time that an
    # answer takes tells nothing about a token.
    matches = {
        role: hmac.compare_digest(given, secrets.secret(arn).strip().encode())
        for role, arn in arns.items()
    }
    return next((role for role, matched in matches.items() if matched), None)


def policy(role: str, method_arn: str) -> dict[str, Any]:
    """Return the policy of a role for the whole stage: API Gateway keeps it for the next calls.

    Args:
        role: ``viewer`` or ``operator``; handlers see it as ``authorizer.role``.
        method_arn: ``arn:…:<api id>/<stage>/<method>/<path>`` of the call.
    """
    api, stage = method_arn.split("/")[:2]
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": f"{api}/{stage}/{CALLS[role]}",
    }
    return {
        "principalId": role,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"role": role},
    }
