"""The API's description as tests read it: the document, validators of its schemas, its examples."""

from __future__ import annotations

import copy
import functools
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS31Validator, oas31_format_checker

PATH = Path(__file__).parents[2] / "infra" / "openapi.yaml"


@functools.cache
def description() -> dict[str, Any]:
    """Return `infra/openapi.yaml`, parsed; not to be changed, since all tests share it."""
    document: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return document


@functools.cache
def validator(schema: str) -> OAS31Validator:
    """Return a validator of one of the schemas by name, such as "Status" or "Problem".

    `validator("Status").validate(answer)` raises a ValidationError that says where an answer
    is not as described; `is_valid` only tells whether it is.
    """
    return OAS31Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": description()["components"]},
        format_checker=oas31_format_checker,
    )


def example_status(state: str) -> dict[str, Any]:
    """Return the described example of a status in that state; the caller's own, free to change."""
    example: dict[str, Any] = copy.deepcopy(description()["components"]["examples"][state]["value"])
    return example
