"""`POST /asset/{id}/metadata`: all or nothing, normalised per type (§ 10.4, § 14)."""

from __future__ import annotations

from datetime import tzinfo

from infra.local.mediamosa import access, errors, items, times
from infra.local.mediamosa.answers import Element, Outcome
from infra.local.mediamosa.context import Context
from infra.local.mediamosa.parameters import Parameters, php_int
from infra.local.mediamosa.records import CHAR, DATETIME, INT, Asset, Property, Value

REPLACE, APPEND, UPDATE = "replace", "append", "update"
LANGUAGE = "language"
_WHITE_SPACE = " \t\n\r\0\x0b"
_BASIC_PLANE = 0xFFFF
_INT_MINIMUM, _INT_MAXIMUM = -(2**31), 2**31 - 1
_SHOWN_BYTES = 6
_FIRST_SHOWN, _LAST_SHOWN = 0x20, 0x7E
_ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "
    "hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb "
    "lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om "
    "or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw "
    "ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_LANGUAGES = frozenset(_ISO_639_1.split())


def write(context: Context, parameters: Parameters) -> Outcome:
    """Store the properties given; nothing is stored if one value is refused."""
    access.acting_user(parameters)
    trashed = parameters.flag("is_app_admin")
    asset = access.existing(context, parameters.text("asset_id"), trashed=trashed)
    access.owned(context, asset, parameters)
    definitions = context.store.properties_of(context.application.app_id)
    known = {one.name: one for one in definitions}
    values: dict[int, list[Value]] = {}
    for name in parameters.given:
        if name in known:
            values[known[name].prop_id] = _values(context, known[name], parameters)
    action = _action(parameters)
    stored = {
        number: storable(texts, utf8mb4=context.settings.utf8mb4)
        for number, texts in values.items()
    }
    context.store.will_change(asset, context.now)
    for one in definitions:
        _apply(asset, one, stored.get(one.prop_id), action)
    context.store.stamp(asset, context.now)
    return Outcome(tuple(_items(context, definitions, stored)))


def _action(parameters: Parameters) -> str:
    replace = parameters.flag("replace", default=True)
    action = parameters.choice("action", REPLACE, (REPLACE, APPEND, UPDATE), "ALPHA")
    if parameters.has("action") and parameters.has("replace"):
        raise errors.action_and_replace()
    if parameters.has("action"):
        return action
    return REPLACE if replace else APPEND


def _values(context: Context, one: Property, parameters: Parameters) -> list[Value]:
    texts = parameters.array(one.name, _kind(one)) or []
    return [normalised(one, text, context.application.time_zone) for text in texts]


def _kind(one: Property) -> str:
    if one.name == LANGUAGE:
        return "LANGUAGE_CODE"
    return "STRING" if one.kind == CHAR else one.kind


def normalised(one: Property, text: str, time_zone: tzinfo) -> Value:
    """Return what is kept of a text as a value of this property; a time as its instant.

    Raises:
        RefusedError: 1003, the text is not of the property's type; 500, the column cannot hold it.
    """
    kind = _kind(one)
    if one.name == LANGUAGE:
        if text.lower() not in _LANGUAGES:
            raise errors.failed(one.name, kind)
        return text.lower()
    if one.kind == INT:
        return _int(php_int(text, one.name, kind))
    if one.kind == DATETIME:
        return times.parameter_time(text, one.name, kind, time_zone)
    return text


def _int(number: int) -> int:
    if not _INT_MINIMUM <= number <= _INT_MAXIMUM:
        raise errors.database_error(
            "SQLSTATE[22003]: Numeric value out of range: 1264 Out of range value for column "
            "'val_int' at row 1",
            "INSERT INTO {mediamosa_asset_metadata}",
        )
    return number


def storable(values: list[Value], *, utf8mb4: bool) -> list[Value]:
    """Return the values that the database takes: blank ones are left out.

    Raises:
        RefusedError: 500, the database refuses one.
    """
    kept = [one for one in values if not isinstance(one, str) or one.strip(_WHITE_SPACE)]
    for one in kept:
        if isinstance(one, int):
            continue
        if not utf8mb4 and any(ord(char) > _BASIC_PLANE for char in one):
            raise _incorrect_string(one)
    return kept


def _incorrect_string(value: str) -> errors.RefusedError:
    at = next(number for number, char in enumerate(value) if ord(char) > _BASIC_PLANE)
    rest = value[at:].encode()
    shown = "".join(
        chr(byte) if _FIRST_SHOWN <= byte <= _LAST_SHOWN else f"\\x{byte:02X}"
        for byte in rest[:_SHOWN_BYTES]
    )
    more = "..." if len(rest) > _SHOWN_BYTES else ""
    return errors.database_error(
        f"SQLSTATE[22007]: Invalid datetime format: 1366 Incorrect string value: '{shown}{more}' "
        "for column `mm`.`mediamosa_asset_metadata`.`val_char` at row 1",
        "INSERT INTO {mediamosa_asset_metadata}",
    )


def _apply(asset: Asset, one: Property, values: list[Value] | None, action: str) -> None:
    given = values is not None
    emptied = given if action == UPDATE else action == REPLACE and (given or not one.protected)
    if emptied:
        asset.metadata.pop(one.prop_id, None)
    if values:
        asset.metadata.setdefault(one.prop_id, []).extend(values)


def _items(
    context: Context, definitions: tuple[Property, ...], stored: dict[int, list[Value]]
) -> list[Element]:
    return [
        Element(
            "item",
            tuple(
                Element(one.name, items.value_text(context, one.kind, value))
                for value in stored[one.prop_id]
            ),
        )
        for one in definitions
        if stored.get(one.prop_id)
    ]
