"""A router of Powertools, with the type that Powertools leaves out."""

from __future__ import annotations

from collections.abc import Callable

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

new_router: Callable[[], APIGatewayRouter] = APIGatewayRouter
