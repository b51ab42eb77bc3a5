"""What infra/statemachines/sync.asl.yaml promises. How it runs is tested end to end."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.infrastructure.template import FUNCTIONS, RESOURCES, STATE_MACHINE, tasks

TASKS = dict(tasks(STATE_MACHINE))
FUNCTION_OF = {"DueConnections": "DueConnectionsFunction", "Step": "SyncStepFunction"}


def test_there_is_a_task_for_each_of_the_two_functions() -> None:
    assert set(TASKS) == set(FUNCTION_OF)


@pytest.mark.parametrize("name", sorted(TASKS))
def test_every_task_ends_in_time_retries_and_catches_everything(name: str) -> None:
    task = TASKS[name]

    assert task["TimeoutSeconds"] > 0
    assert len(task["Retry"]) >= 2
    assert task["Retry"][-1]["ErrorEquals"] == ["States.ALL"]
    assert all(retry["MaxAttempts"] >= 1 for retry in task["Retry"])
    assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_waits_longer_than_its_function_may_run(name: str) -> None:
    assert TASKS[name]["TimeoutSeconds"] > FUNCTIONS[FUNCTION_OF[name]]["Timeout"]


def test_all_expressions_are_jsonata() -> None:
    text = json.dumps(STATE_MACHINE)

    assert STATE_MACHINE["QueryLanguage"] == "JSONata"
    assert not re.search(r'"(InputPath|OutputPath|ResultPath|ResultSelector|Parameters)"', text)
    assert "$." not in text


def test_a_failed_step_ends_the_steps_of_its_connection_alone() -> None:
    inner = STATE_MACHINE["States"]["Connections"]["ItemProcessor"]["States"]
    (catch,) = inner["Step"]["Catch"]

    assert catch["Output"]["outcome"] == "failed"
    assert catch["Output"]["more"] is False
    assert inner[catch["Next"]]["Type"] == "Succeed"
    assert not any(state["Type"] == "Fail" for state in inner.values())


def test_few_connections_are_stepped_at_once() -> None:
    assert 1 <= STATE_MACHINE["States"]["Connections"]["MaxConcurrency"] <= 4


def test_every_placeholder_is_filled_in_by_the_template_and_the_other_way_round() -> None:
    properties = RESOURCES["SyncStateMachine"]["Properties"]
    placeholders = set(re.findall(r"\$\{(\w+)\}", json.dumps(STATE_MACHINE)))

    assert placeholders == set(properties["DefinitionSubstitutions"])
    assert properties["Type"] == "STANDARD"


def test_the_definition_has_no_yaml_aliases_which_aws_does_not_read() -> None:
    assert not _shared_objects(STATE_MACHINE)


def _shared_objects(value: Any, seen: set[int] | None = None) -> bool:
    seen = set() if seen is None else seen
    if not isinstance(value, dict | list):
        return False
    if id(value) in seen:
        return True
    seen.add(id(value))
    return any(
        _shared_objects(v, seen) for v in (value.values() if isinstance(value, dict) else value)
    )
