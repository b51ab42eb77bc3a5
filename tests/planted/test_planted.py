"""The registry of planted bugs holds what it says."""

from __future__ import annotations

import builtins
from collections import Counter

import pytest

from tests.planted.fault import Edit, Fault
from tests.planted.patching import (
    CannotPlant,
    faulty_code,
    function_at,
    globals_of,
    original_code,
    planted,
)
from tests.planted.registry import FAULTS

each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)


def test_there_are_at_least_64_faults_and_42_of_them_show_only_across_invocations() -> None:
    assert len(FAULTS) >= 64
    assert sum(fault.across for fault in FAULTS) >= 42


def test_no_two_faults_have_one_name_or_one_patch() -> None:
    assert max(Counter(fault.name for fault in FAULTS).values()) == 1
    assert max(Counter(fault.edits for fault in FAULTS).values()) == 1


@each_fault
def test_each_fault_names_the_users_loss_in_one_sentence(fault: Fault) -> None:
    assert fault.name == fault.name.lower()
    assert fault.name.replace("-", "").isalnum()
    assert fault.loss[0].isupper() or fault.loss[0] == "'"
    assert fault.loss.endswith(".")
    assert fault.loss.count(". ") == 0


@each_fault
def test_each_fault_applies_changes_the_code_and_is_taken_out_again(fault: Fault) -> None:
    functions = [function_at(edit.where) for edit in fault.edits]
    before = [function.__code__ for function in functions]
    compiled = [original_code(function) for function in functions]
    with planted(fault):
        for function, code in zip(functions, compiled, strict=True):
            assert function.__code__ != code
    assert [function.__code__ for function in functions] == before


@each_fault
def test_a_fault_uses_only_names_that_its_module_has(fault: Fault) -> None:
    for function, code in faulty_code(fault):
        known = function.__globals__.keys() | vars(builtins).keys()
        assert globals_of(code) <= known


def test_a_fault_is_taken_out_even_if_it_breaks_what_runs() -> None:
    function = function_at(FAULTS[0].edits[0].where)
    before = function.__code__
    with pytest.raises(ZeroDivisionError), planted(FAULTS[0]):
        _ = 1 / 0
    assert function.__code__ is before


@pytest.mark.parametrize(
    ("where", "old", "said"),
    [
        ("domain.walk:judge", "no such text", "stands 0 times"),
        ("domain.walk:judge", "cursor", "bring the fault's text up to the code"),
        ("domain.walk:no_such", "x", "is not there any more"),
        ("domain.walk:Cursor", "x", "is no plain function"),
    ],
)
def test_a_fault_that_does_not_fit_the_code_says_what_to_look_at(
    where: str, old: str, said: str
) -> None:
    fault = Fault("stale", "Nothing.", (Edit(where, old, "y"),))
    with pytest.raises(CannotPlant, match=said), planted(fault):
        pass
