"""What template.yaml promises."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mediamosa_sync.adapters.functions.planner import READ_TIMEOUT_SECONDS
from mediamosa_sync.domain.transitions import Rules
from mediamosa_sync.runtime.configuration import rules_of
from tests.infrastructure.template import (
    FUNCTIONS,
    PARAMETERS,
    PROJECT,
    RESOURCES,
    TEMPLATE,
    of_type,
    references,
)

TABLES = of_type("AWS::DynamoDB::Table")
STREAM = "arn:aws:dynamodb:eu-west-1:123456789012:table/app.media-records"


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_every_parameter_is_described_bounded_and_says_what_it_wants(name: str) -> None:
    parameter = PARAMETERS[name]

    assert parameter["Description"]
    assert parameter["ConstraintDescription"].startswith("must ")
    assert {"AllowedPattern", "AllowedValues", "MinValue", "MinLength"} & set(parameter)


def test_every_parameter_is_shown_in_a_group() -> None:
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(PARAMETERS)


def test_every_parameter_is_used() -> None:
    text = (PROJECT / "template.yaml").read_text(encoding="utf-8")

    for name in PARAMETERS:
        assert re.search(rf"!Ref {name}\b|\$\{{{name}\}}", text), name


def test_every_default_keeps_to_its_own_bounds() -> None:
    for name, parameter in PARAMETERS.items():
        if "Default" in parameter:
            default = parameter["Default"]
            assert default in parameter.get("AllowedValues", [default]), name
            assert re.fullmatch(parameter.get("AllowedPattern", ".*"), str(default)), name
            if "MinValue" in parameter:
                assert parameter["MinValue"] <= default <= parameter["MaxValue"], name


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("MediaMosaUrl", "https://mediamosa.example.org", True),
        ("MediaMosaUrl", "http://127.0.0.1:8080/mediamosa", True),
        ("MediaMosaUrl", "ftp://mediamosa.example.org", False),
        ("MediaMosaUrl", "https://user:word@mediamosa.example.org", False),
        ("MediaMosaUrl", "https://mediamosa.example.org/?x=1", False),
        ("MediaMosaUrl", "mediamosa.example.org", False),
        ("TimeZone", "Europe/Amsterdam", True),
        ("TimeZone", "America/Argentina/Buenos_Aires", True),
        ("TimeZone", "UTC", True),
        ("TimeZone", "Etc/GMT+1", True),
        ("TimeZone", "../etc/passwd", False),
        ("TimeZone", "", False),
        ("ScheduleExpression", "rate(1 minute)", True),
        ("ScheduleExpression", "rate(15 minutes)", True),
        ("ScheduleExpression", "cron(0/5 * * * ? *)", True),
        ("ScheduleExpression", "rate(0 minutes)", False),
        ("ScheduleExpression", "every minute", False),
        ("AllowedHosts", "", True),
        ("AllowedHosts", "127.0.0.1,mediamosa.internal", True),
        ("AllowedHosts", "a, b", False),
        ("MediaKeyAttribute", "media_id", True),
        ("MediaKeyAttribute", "media id", False),
        ("MediaTableName", "", True),
        ("MediaTableName", "app.media-records", True),
        ("MediaTableName", "a b", False),
        ("MediaTableStreamArn", "", True),
        ("MediaTableStreamArn", f"{STREAM}/stream/2026-11-23T12:00:00.000", True),
        ("MediaTableStreamArn", STREAM, False),
        ("MediaTableStreamArn", "2026-11-23T12:00:00.000", False),
        ("MediaTableStreamArn", "arn:aws:kinesis:eu-west-1:123456789012:stream/media", False),
    ],
)
def test_a_parameter_takes_what_makes_sense_and_nothing_else(
    name: str, value: str, *, accepted: bool
) -> None:
    pattern = PARAMETERS[name]["AllowedPattern"]

    assert bool(re.fullmatch(pattern, value)) is accepted


def test_the_password_is_not_echoed_and_goes_into_its_secret_alone() -> None:
    assert PARAMETERS["MediaMosaPassword"]["NoEcho"] is True
    users = [
        name for name, resource in RESOURCES.items() if "MediaMosaPassword" in references(resource)
    ]
    assert users == ["MediaMosaSecret"]


def test_no_secret_stands_in_an_environment_or_an_output() -> None:
    for name, properties in FUNCTIONS.items():
        for variable, value in properties.get("Environment", {}).get("Variables", {}).items():
            assert "MediaMosaPassword" not in references(value), (name, variable)
    assert "MediaMosaPassword" not in set(references(TEMPLATE["Outputs"]))


def test_a_secret_is_always_named_by_its_arn() -> None:
    secrets = set(of_type("AWS::SecretsManager::Secret"))
    text = (PROJECT / "template.yaml").read_text(encoding="utf-8")

    assert secrets == {"MediaMosaSecret", "ViewerToken", "OperatorToken"}
    for name in secrets:
        assert f"!Ref {name}" not in text
        assert f"!GetAtt {name}.Id" in text


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_has_its_log_group_time_out_memory_and_description(name: str) -> None:
    properties = FUNCTIONS[name]
    group = properties["LoggingConfig"]["LogGroup"]["Ref"]

    assert RESOURCES[group]["Type"] == "AWS::Logs::LogGroup"
    assert 1 <= properties["Timeout"] <= 300
    assert 128 <= properties["MemorySize"] <= 256
    assert properties["Description"]
    others = [other for other in FUNCTIONS if other != name]
    assert all(FUNCTIONS[other]["LoggingConfig"]["LogGroup"]["Ref"] != group for other in others)


def test_every_log_is_kept_for_the_time_that_was_asked_for() -> None:
    for properties in of_type("AWS::Logs::LogGroup").values():
        assert properties["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_every_function_folder_is_in_the_template_and_the_other_way_round() -> None:
    folders = {f"functions/{path.parent.name}/" for path in PROJECT.glob("functions/*/handler.py")}

    assert {properties["CodeUri"] for properties in FUNCTIONS.values()} == folders
    assert TEMPLATE["Globals"]["Function"]["Handler"] == "handler.lambda_handler"


def test_functions_and_layer_run_on_the_same_runtime_and_processor() -> None:
    layer = RESOURCES["CommonLayer"]

    assert layer["Metadata"] == {
        "BuildMethod": {"Ref": "PythonRuntime"},
        "BuildArchitecture": {"Ref": "Architecture"},
    }
    assert TEMPLATE["Globals"]["Function"]["Runtime"] == {"Ref": "PythonRuntime"}
    assert TEMPLATE["Globals"]["Function"]["Architectures"] == [{"Ref": "Architecture"}]
    for properties in FUNCTIONS.values():
        assert not {"Runtime", "Architectures", "Handler"} & set(properties)


def test_the_layer_carries_only_what_the_functions_need() -> None:
    lock = (PROJECT / "layers/common/requirements.txt").read_text(encoding="utf-8")
    wanted = (PROJECT / "requirements/layer.in").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9-]+)==", lock, flags=re.MULTILINE))

    assert set(re.findall(r"^([a-z0-9-]+)", wanted, flags=re.MULTILINE)) == {
        "aws-lambda-powertools",
        "boto3",
        "cronsim",
        "lxml",
        "requests",
        "tzdata",
    }
    assert pinned == {
        "aws-lambda-powertools",
        "boto3",
        "botocore",
        "certifi",
        "charset-normalizer",
        "cronsim",
        "idna",
        "jmespath",
        "lxml",
        "python-dateutil",
        "requests",
        "s3transfer",
        "six",
        "typing-extensions",
        "tzdata",
        "urllib3",
    }


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_survives_the_stack_and_mistakes(name: str) -> None:
    resource, properties = RESOURCES[name], TABLES[name]

    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    assert properties["DeletionProtectionEnabled"] == {"Ref": "ProtectTables"}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"


def test_the_media_table_is_created_only_if_none_is_named_and_streams_both_images() -> None:
    assert RESOURCES["MediaTable"]["Condition"] == "CreateMediaTable"
    assert TABLES["MediaTable"]["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_what_needs_attention_is_an_index_of_keys_and_old_items_expire() -> None:
    (index,) = TABLES["SyncTable"]["GlobalSecondaryIndexes"]

    assert index["IndexName"] == "attention"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["attention_pk", "attention_sk"]
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert TABLES["SyncTable"]["TimeToLiveSpecification"] == {
        "AttributeName": "expires_at",
        "Enabled": True,
    }


def test_the_schedule_starts_the_state_machine_and_a_lost_tick_is_kept() -> None:
    tick = RESOURCES["SyncStateMachine"]["Properties"]["Events"]["Tick"]

    assert tick["Type"] == "ScheduleV2"
    assert tick["Properties"]["ScheduleExpression"] == {"Ref": "ScheduleExpression"}
    assert tick["Properties"]["RetryPolicy"]["MaximumRetryAttempts"] >= 1
    assert tick["Properties"]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": "LostTicks.Arn"}}
    assert RESOURCES["LostTicks"]["Type"] == "AWS::SQS::Queue"


def test_the_schedule_has_the_name_under_which_the_api_asks_for_it() -> None:
    tick = RESOURCES["SyncStateMachine"]["Properties"]["Events"]["Tick"]["Properties"]
    asked = FUNCTIONS["ApiFunction"]["Environment"]["Variables"]["SCHEDULE_NAME"]

    assert tick["Name"] == asked == TEMPLATE["Outputs"]["ScheduleName"]["Value"]


def test_how_much_may_be_deleted_reaches_the_step() -> None:
    variables = FUNCTIONS["SyncStepFunction"]["Environment"]["Variables"]

    assert variables["MAX_DELETIONS"] == {"Ref": "MaxDeletions"}
    assert variables["MAX_DELETION_PERCENT"] == {"Ref": "MaxDeletionPercent"}
    assert variables["RETENTION_DAYS"] == {"Ref": "RetentionDays"}
    defaults = {
        name: PARAMETERS[name]["Default"] for name in PARAMETERS if "Default" in PARAMETERS[name]
    }
    rules = rules_of(
        {
            "MAX_DELETIONS": str(defaults["MaxDeletions"]),
            "MAX_DELETION_PERCENT": str(defaults["MaxDeletionPercent"]),
            "RETENTION_DAYS": str(defaults["RetentionDays"]),
        }
    )
    assert rules == rules_of({}) == Rules()


def test_the_api_may_let_the_step_plan_for_as_long_as_api_gateway_waits() -> None:
    api, step = FUNCTIONS["ApiFunction"], FUNCTIONS["SyncStepFunction"]

    assert api["Environment"]["Variables"]["STEP_FUNCTION"] == {"Ref": "SyncStepFunction"}
    assert READ_TIMEOUT_SECONDS + 2 < api["Timeout"] <= 29
    assert step["Environment"]["Variables"]["MAX_STEPS_PER_TICK"] == {"Ref": "MaxStepsPerTick"}


def test_every_output_is_described() -> None:
    assert all(output["Description"] for output in TEMPLATE["Outputs"].values())


def test_names_that_the_deployment_reads_are_outputs() -> None:
    assert set(TEMPLATE["Outputs"]) >= {
        "ApiId",
        "MediaTableName",
        "OperatorTokenArn",
        "PagePath",
        "PushDeadLettersUrl",
        "ScheduleName",
        "StateMachineArn",
        "SyncTableName",
        "ViewerTokenArn",
    }


def test_no_lock_file_names_a_registry_or_a_machine() -> None:
    locks = [*(PROJECT / "requirements").glob("*.txt"), PROJECT / "layers/common/requirements.txt"]

    assert len(locks) == 6
    for lock in locks:
        _names_no_place(lock)


def _names_no_place(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--index-url|--find-links|(?m:^)/", text), lock.name
    entries: list[Any] = re.findall(r"^([A-Za-z0-9._-]+)==", text, flags=re.MULTILINE)
    assert entries
    assert text.count("--hash=sha256:") >= len(entries)
