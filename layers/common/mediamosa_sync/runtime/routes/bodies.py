"""The body of a request, field by field; API Gateway passes on whatever it is given."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import TypeVar

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from mediamosa_sync.service.refusals import InvalidRequest

LONGEST_BODY = 16 * 1024
"""Bytes."""

_SHOWN = 40

Fields = Mapping[str, object]
T = TypeVar("T")


def fields_of(
    event: APIGatewayProxyEvent, names: Collection[str], longest: int = LONGEST_BODY
) -> Fields:
    """The fields of the JSON object that the body is; every one is one of *names*.

    Raises:
        InvalidRequest: no such object, or of more than *longest* bytes.
    """
    fields = _parsed(_text_of(event, longest))
    if not isinstance(fields, dict):
        raise InvalidRequest(f"The body must be a JSON object with {_listed(names)}.")
    check_names(fields, names)
    return fields


def check_names(fields: Fields, names: Collection[str], within: str = "") -> None:
    """Refuse fields that are none of *names*; *within* is what they stand in, with its dot."""
    unknown = sorted(fields.keys() - set(names))
    if unknown:
        shown = ", ".join(ascii(within + name[:_SHOWN]) for name in unknown[:3])
        raise InvalidRequest(f"There is no field {shown} here: known are {_listed(names)}.")


def text(fields: Fields, name: str, longest: int) -> str:
    """The field, which must be there: text of 1 to *longest* characters that can be shown."""
    value = secret(fields, name, longest)
    if not value.isprintable():
        raise InvalidRequest(f"The field {name} holds characters that cannot be shown.")
    return value


def secret(fields: Fields, name: str, longest: int) -> str:
    """The field, which must be there: text of 1 to *longest* characters; nothing quotes it."""
    value = fields.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest or not _is_unicode(value):
        raise InvalidRequest(f"The field {name} must be text of 1 to {longest} characters.")
    return value


def whole_number(fields: Fields, name: str) -> int:
    """The field, which must be there: a whole number."""
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidRequest(f"The field {name} must be a whole number.")
    return value


def switch(fields: Fields, name: str) -> bool:
    """The field, which must be there: true or false."""
    value = fields.get(name)
    if not isinstance(value, bool):
        raise InvalidRequest(f"The field {name} must be true or false.")
    return value


def choice(fields: Fields, name: str, choices: Mapping[str, T], within: str = "") -> T:
    """What *choices* has for the word in the field, which must be there."""
    value = fields.get(name)
    if not isinstance(value, str) or value not in choices:
        raise InvalidRequest(f"The field {within}{name} must be one of {_listed(choices)}.")
    return choices[value]


def texts(fields: Fields, name: str, most: int, longest: int) -> tuple[str, ...]:
    """The field, which must be there: 1 to *most* texts of at most *longest* bytes each."""
    values = _list(fields, name, "texts", 1, most)
    if not all(isinstance(value, str) and _can_be_id(value, longest) for value in values):
        raise InvalidRequest(
            f"Each of {name} must be text of 1 to {longest} bytes that can be shown."
        )
    return tuple(str(value) for value in values)


def objects(fields: Fields, name: str, most: int) -> list[dict[str, object]]:
    """The field, which must be there: at most *most* objects."""
    given = _list(fields, name, "objects", 0, most)
    values = [value for value in given if isinstance(value, dict)]
    if len(values) < len(given):
        raise InvalidRequest(f"Each of {name} must be an object.")
    return values


def _list(fields: Fields, name: str, of_what: str, least: int, most: int) -> list[object]:
    values = fields.get(name)
    if not isinstance(values, list) or not least <= len(values) <= most:
        raise InvalidRequest(f"The field {name} must be a list of {least} to {most} {of_what}.")
    return values


def _can_be_id(value: str, longest: int) -> bool:
    return _is_unicode(value) and value.isprintable() and 1 <= len(value.encode()) <= longest


def _text_of(event: APIGatewayProxyEvent, longest: int) -> str:
    try:
        given = event.decoded_body or ""
    except ValueError:
        raise InvalidRequest("The body is not base64, as it says it is.") from None
    if len(given.encode(errors="replace")) > longest:
        raise InvalidRequest(f"The body is longer than {longest // 1024} kB.")
    return given


def _parsed(given: str) -> object:
    try:
        return json.loads(given)
    except (ValueError, RecursionError):
        # The error quotes the text, in which a password may stand.
        raise InvalidRequest("The body is not JSON: send a JSON object.") from None


def _is_unicode(value: str) -> bool:
    """JSON can spell halves of characters, which nothing else can store."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _listed(names: Collection[str]) -> str:
    return ", ".join(names)
