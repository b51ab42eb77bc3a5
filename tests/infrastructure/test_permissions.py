"""Least privilege: exactly these (role, action, resource) triples, nothing else."""

from __future__ import annotations

from typing import Any

from tests.infrastructure.template import FUNCTIONS, RESOURCES, listed, statements

MACHINE = RESOURCES["SyncStateMachine"]["Properties"]
ROLES = FUNCTIONS | {"SyncStateMachine": MACHINE}

SYNC = "SyncTable.Arn"
ATTENTION = "${SyncTable.Arn}/index/attention"
MEDIA = "MediaTable.Arn"
NAMED_MEDIA = (
    "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${MediaTableName}"
)
STREAM, NAMED_STREAM = "MediaTable.StreamArn", "MediaTableStreamArn"
# What ListStreams is asked about (AWS: "IAM policy to allow an AWS Lambda function to access
# DynamoDB stream records").
STREAMS = ("${MediaTable.Arn}/stream/*", f"{NAMED_MEDIA}/stream/*")
SCHEDULE = (
    "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}"
    ":schedule/default/${AWS::StackName}-tick"
)

SECRETS = (
    "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}"
    ":secret:${AWS::StackName}/connections/*"
)

# A transaction is allowed action by action: TransactWriteItems has no permission of its own.
STEP_ACTIONS = ("BatchGetItem", "ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem")

ALLOWED = {
    *(
        ("DueConnectionsFunction", f"dynamodb:{action}", SYNC)
        for action in ("BatchGetItem", "PutItem", "Query", "UpdateItem")
    ),
    *(
        ("SyncStepFunction", f"dynamodb:{action}", table)
        for action in STEP_ACTIONS
        for table in (SYNC, MEDIA, NAMED_MEDIA)
    ),
    ("SyncStepFunction", "dynamodb:BatchWriteItem", SYNC),
    ("SyncStepFunction", "dynamodb:GetItem", SYNC),
    ("SyncStepFunction", "dynamodb:Query", SYNC),
    ("SyncStepFunction", "dynamodb:Query", ATTENTION),
    ("SyncStepFunction", "dynamodb:Scan", MEDIA),
    ("SyncStepFunction", "dynamodb:Scan", NAMED_MEDIA),
    ("SyncStepFunction", "secretsmanager:GetSecretValue", "MediaMosaSecret.Id"),
    ("SyncStepFunction", "secretsmanager:GetSecretValue", SECRETS),
    *(
        ("PushEditsFunction", f"dynamodb:{action}", stream)
        for action in ("DescribeStream", "GetRecords", "GetShardIterator")
        for stream in (STREAM, NAMED_STREAM)
    ),
    *(("PushEditsFunction", "dynamodb:ListStreams", streams) for streams in STREAMS),
    ("PushEditsFunction", "sqs:SendMessage", "PushDeadLetters.Arn"),
    *(("PushEditsFunction", f"dynamodb:{action}", SYNC) for action in STEP_ACTIONS),
    ("PushEditsFunction", "dynamodb:BatchWriteItem", SYNC),
    ("PushEditsFunction", "dynamodb:GetItem", SYNC),
    ("PushEditsFunction", "dynamodb:Query", SYNC),
    *(
        ("PushEditsFunction", f"dynamodb:{action}", table)
        for action in STEP_ACTIONS
        if action != "PutItem"
        for table in (MEDIA, NAMED_MEDIA)
    ),
    ("PushEditsFunction", "secretsmanager:GetSecretValue", "MediaMosaSecret.Id"),
    ("PushEditsFunction", "secretsmanager:GetSecretValue", SECRETS),
    *(
        ("ApiFunction", f"dynamodb:{action}", SYNC)
        for action in ("BatchGetItem", "DeleteItem", "PutItem", "Query", "UpdateItem")
    ),
    ("ApiFunction", "dynamodb:Query", ATTENTION),
    *(
        ("ApiFunction", f"dynamodb:{action}", table)
        for action in ("BatchGetItem", "ConditionCheckItem", "PutItem", "UpdateItem")
        for table in (MEDIA, NAMED_MEDIA)
    ),
    ("ApiFunction", "secretsmanager:CreateSecret", SECRETS),
    ("ApiFunction", "secretsmanager:PutSecretValue", SECRETS),
    ("ApiFunction", "scheduler:GetSchedule", SCHEDULE),
    ("ApiFunction", "lambda:InvokeFunction", "SyncStepFunction.Arn"),
    ("AuthorizeFunction", "secretsmanager:GetSecretValue", "ViewerToken.Id"),
    ("AuthorizeFunction", "secretsmanager:GetSecretValue", "OperatorToken.Id"),
    ("SyncStateMachine", "lambda:InvokeFunction", "DueConnectionsFunction.Arn"),
    ("SyncStateMachine", "lambda:InvokeFunction", "SyncStepFunction.Arn"),
}


def resources(value: Any) -> list[str]:
    """Return what a statement's Resource may come to: both branches of an `!If`."""
    if isinstance(value, list):
        return [resource for inner in value for resource in resources(inner)]
    if isinstance(value, dict) and "Fn::If" in value:
        return resources(value["Fn::If"][1:])
    if isinstance(value, dict):
        (resource,) = value.values()
        return [str(resource)]
    return [str(value)]


def test_every_role_may_do_exactly_what_its_function_needs() -> None:
    granted = {
        (name, action, resource)
        for name, properties in ROLES.items()
        for statement in statements(properties)
        for action in listed(statement["Action"])
        for resource in resources(statement["Resource"])
    }

    assert granted == ALLOWED


def test_no_statement_has_a_wildcard_but_for_what_nobody_knows_before() -> None:
    for name, properties in ROLES.items():
        for statement in statements(properties):
            assert "*" not in str(statement["Action"]), name
            wide = [one for one in resources(statement["Resource"]) if "*" in one]
            assert set(wide) <= {SECRETS, *STREAMS}, name
            if set(wide) & set(STREAMS):
                assert listed(statement["Action"]) == ["dynamodb:ListStreams"]


def test_no_role_is_given_what_sam_would_add_for_an_event_of_a_stream() -> None:
    """Its managed policy reads every stream of the account."""
    events = [event for role in ROLES.values() for event in role.get("Events", {}).values()]

    assert {event["Type"] for event in events} == {"Api", "ScheduleV2"}


def test_the_api_puts_passwords_where_it_may_and_where_the_step_reads_them() -> None:
    prefix = FUNCTIONS["ApiFunction"]["Environment"]["Variables"]["SECRET_PREFIX"]["Fn::Sub"]

    assert SECRETS.endswith(f":secret:{prefix}/*")


def test_the_api_can_read_no_password() -> None:
    for statement in statements(FUNCTIONS["ApiFunction"]):
        assert "secretsmanager:GetSecretValue" not in listed(statement["Action"])


def test_every_statement_says_by_its_name_why() -> None:
    sids = [statement["Sid"] for role in ROLES.values() for statement in statements(role)]

    assert all(sids)
    assert len(sids) == len(set(sids))


def test_every_statement_allows_and_none_denies() -> None:
    for role in ROLES.values():
        assert all(statement["Effect"] == "Allow" for statement in statements(role))


def test_the_page_may_do_nothing_and_carries_no_code_but_its_own() -> None:
    page = FUNCTIONS["PageFunction"]

    assert "Policies" not in page
    assert "Layers" not in page
    assert "Environment" not in page


def test_no_role_is_shared_between_functions() -> None:
    assert all("Role" not in properties for properties in FUNCTIONS.values())
