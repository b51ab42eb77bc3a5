"""Routes: which properties take part in a connection."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response

from mediamosa_sync.domain.field_rules import LONGEST_RECORD_NAME, FieldRule
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.runtime.compose_control import use_cases
from mediamosa_sync.runtime.responses import answer
from mediamosa_sync.runtime.routes.acting import acting, check_id
from mediamosa_sync.runtime.routes.bodies import check_names, choice, fields_of, objects, text
from mediamosa_sync.runtime.routes.router import new_router

router = new_router()

RULE_FIELDS = ("name", "direction", "record_name")
MOST_RULES, LONGEST_NAME = 500, 255

_DIRECTIONS = {direction.value: direction for direction in Direction}


@router.get("/connections/<connection_id>/properties")
def properties(connection_id: str) -> Response[str]:
    """The properties that MediaMosa has, and what becomes of each."""
    check_id(connection_id)
    return answer(use_cases().properties.properties(connection_id))


@router.put("/connections/<connection_id>/properties")
def replace_rules(connection_id: str) -> Response[str]:
    """Decide what differs from the usual, for all properties at once."""
    with acting(router.current_event, "change properties", connection_id) as action:
        given = objects(fields_of(router.current_event, ("fields",)), "fields", MOST_RULES)
        rules = [_rule(fields) for fields in given]
        action.about = " ".join(rule.name for rule in rules)
        body, action.changed = use_cases().properties.replace_rules(connection_id, rules)
    return answer(body)


def _rule(fields: dict[str, object]) -> FieldRule:
    check_names(fields, RULE_FIELDS, "fields.")
    direction, record_name = Direction.BOTH, ""
    if "direction" in fields:
        direction = choice(fields, "direction", _DIRECTIONS, "fields.")
    if "record_name" in fields:
        record_name = text(fields, "record_name", LONGEST_RECORD_NAME)
    return FieldRule(text(fields, "name", LONGEST_NAME), direction, record_name)
