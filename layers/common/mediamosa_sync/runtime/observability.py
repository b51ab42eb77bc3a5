"""Logs: JSON, one object a line, constant messages with data in keys."""

from __future__ import annotations

from aws_lambda_powertools import Logger

logger = Logger(service="mediamosa-sync", utc=True)
