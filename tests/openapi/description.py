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


def resolved(thing: dict[str, Any]) -> dict[str, Any]:
    """What *thing* refers to, or itself."""
    if "$ref" not in thing:
        return thing
    found: Any = description()
    for part in thing["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, dict)
    return found


def examples_of(content: dict[str, Any]) -> list[Any]:
    """The examples of what is sent or answered, one or several."""
    if "example" in content:
        return [content["example"]]
    return [resolved(each)["value"] for each in content.get("examples", {}).values()]


def problem_types(response: dict[str, Any]) -> set[str]:
    """The types of problems that a response of the description has; each has an example."""
    content = resolved(response).get("content", {}).get("application/problem+json", {})
    return {example["type"] for example in examples_of(content)}
