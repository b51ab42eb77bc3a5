"""How the media table's stream reaches the function that pushes edits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.push_edits.handler import BUDGET
from tests.infrastructure.template import FUNCTIONS, RESOURCES, TEMPLATE, of_type

(MAPPING,) = of_type("AWS::Lambda::EventSourceMapping").values()
PATTERNS = [json.loads(one["Pattern"]) for one in MAPPING["FilterCriteria"]["Filters"]]

OURS = {"uri": {"S": "mediamosa://asset/x"}}
OTHER = {"uri": {"S": "https://example.org/x"}}
NO_TEXT = {"uri": {"N": "7"}}

NAME_GIVEN = {"Fn::Not": [{"Fn::Equals": [{"Ref": "MediaTableName"}, ""]}]}
STREAM_GIVEN = {"Fn::Not": [{"Fn::Equals": [{"Ref": "MediaTableStreamArn"}, ""]}]}


def matches(pattern: Any, value: Any) -> bool:
    """Tell whether a pattern of prefixes takes a value (AWS: "Lambda event filtering")."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and matches(inner, value[name]) for name, inner in pattern.items()
        )
    return isinstance(value, str) and any(value.startswith(one["prefix"]) for one in pattern)


def test_it_is_the_stream_of_the_table_that_is_created_or_named() -> None:
    created, named = MAPPING["EventSourceArn"]["Fn::If"][1:]

    assert created == {"Fn::GetAtt": "MediaTable.StreamArn"}
    assert named == {"Fn::Sub": "${MediaTableStreamArn}"}
    assert MAPPING["FunctionName"] == {"Fn::GetAtt": "PushEditsFunction.Arn"}


@pytest.mark.parametrize(
    ("given", "needed"), [(NAME_GIVEN, STREAM_GIVEN), (STREAM_GIVEN, NAME_GIVEN)]
)
def test_an_existing_table_is_given_by_name_and_stream_or_the_stack_is_refused(
    given: dict[str, Any], needed: dict[str, Any]
) -> None:
    (rule,) = (rule for rule in TEMPLATE["Rules"].values() if rule["RuleCondition"] == given)
    (assertion,) = rule["Assertions"]

    assert assertion["Assert"] == needed
    assert "MediaTableName" in assertion["AssertDescription"]
    assert "MediaTableStreamArn" in assertion["AssertDescription"]


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({"NewImage": OURS}, True),
        ({"NewImage": OURS, "OldImage": OTHER}, True),
        ({"NewImage": OTHER, "OldImage": OURS}, True),
        ({"OldImage": OURS}, True),
        ({"NewImage": {}, "OldImage": OURS}, True),
        ({"NewImage": OTHER, "OldImage": OTHER}, False),
        ({"NewImage": NO_TEXT}, False),
        ({"NewImage": {}}, False),
    ],
)
def test_a_record_starts_the_function_only_if_it_has_or_had_a_mediamosa_uri(
    change: dict[str, Any], *, taken: bool
) -> None:
    assert any(matches(pattern, {"dynamodb": change}) for pattern in PATTERNS) is taken


def test_an_edit_waits_for_no_other() -> None:
    assert MAPPING["MaximumBatchingWindowInSeconds"] == 0
    assert MAPPING["BatchSize"] == 100


def test_what_was_written_before_the_function_was_there_is_pushed_too() -> None:
    assert MAPPING["StartingPosition"] == "TRIM_HORIZON"


def test_a_record_that_fails_blocks_its_shard_for_a_time_and_is_then_set_aside() -> None:
    assert MAPPING["BisectBatchOnFunctionError"] is True
    assert 1 <= MAPPING["MaximumRetryAttempts"] <= 100
    assert 60 <= MAPPING["MaximumRecordAgeInSeconds"] <= 86400
    aside = MAPPING["DestinationConfig"]["OnFailure"]["Destination"]
    assert aside == {"Fn::GetAtt": "PushDeadLetters.Arn"}


@pytest.mark.parametrize("name", sorted(of_type("AWS::SQS::Queue")))
def test_what_is_set_aside_is_encrypted_and_kept_for_two_weeks(name: str) -> None:
    assert RESOURCES[name]["Properties"] == {
        "MessageRetentionPeriod": 14 * 86400,
        "SqsManagedSseEnabled": True,
    }


def test_few_invocations_push_at_once_and_none_is_taken_from_other_functions() -> None:
    assert MAPPING["ParallelizationFactor"] == 1
    assert "ReservedConcurrentExecutions" not in FUNCTIONS["PushEditsFunction"]


def test_the_last_asset_has_two_minutes_left() -> None:
    assert FUNCTIONS["PushEditsFunction"]["Timeout"] - BUDGET.total_seconds() >= 120
