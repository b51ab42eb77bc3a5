"""The three-way merge, one literal in and one literal out."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.plan import (
    Direction,
    Disagreement,
    FirstContact,
    Plan,
    Policy,
    Why,
    plan,
)
from mediamosa_sync.domain.values import Base, Values

OLD, NEW, OTHER = ("old",), ("new",), ("other",)
BOTH = Policy({"title": Direction.BOTH})


def of_title(
    theirs: Values = (),
    ours: Values = (),
    base: Values | None = (),
    *,
    sent: tuple[Values, ...] = (),
    policy: Policy = BOTH,
) -> Plan:
    def tree(values: Values) -> dict[str, Values]:
        return {"title": values} if values else {}

    known: Base | None = None if base is None else tree(base)
    return plan(tree(theirs), tree(ours), known, {"title": sent} if sent else {}, policy)


def test_nothing_changed_means_no_action() -> None:
    assert of_title(OLD, OLD, OLD) == Plan({}, {}, {"title": OLD}, ())


def test_a_change_in_mediamosa_goes_to_the_record() -> None:
    assert of_title(NEW, OLD, OLD) == Plan({"title": NEW}, {}, {"title": NEW}, ())


def test_a_value_cleared_in_mediamosa_is_cleared_in_the_record() -> None:
    assert of_title((), OLD, OLD) == Plan({"title": ()}, {}, {}, ())


def test_an_edit_of_the_record_is_outstanding_and_leaves_base_alone() -> None:
    assert of_title(OLD, NEW, OLD) == Plan({}, {"title": NEW}, {"title": OLD}, ())


def test_a_value_cleared_in_the_record_is_an_edit() -> None:
    assert of_title(OLD, (), OLD) == Plan({}, {"title": ()}, {"title": OLD}, ())


def test_where_both_changed_mediamosas_value_stands_and_the_records_is_reported() -> None:
    lost = Disagreement("title", OLD, ours=OTHER, theirs=NEW)
    assert of_title(NEW, OTHER, OLD) == Plan({"title": NEW}, {}, {"title": NEW}, (lost,))


def test_where_both_changed_to_the_same_they_agree() -> None:
    assert of_title(NEW, NEW, OLD) == Plan({}, {}, {"title": NEW}, ())


def test_changes_of_different_properties_both_survive() -> None:
    policy = Policy({"title": Direction.BOTH, "subject": Direction.BOTH})
    base = {"title": OLD, "subject": OLD}
    outcome = plan({"title": NEW, "subject": OLD}, {"title": OLD, "subject": NEW}, base, {}, policy)
    assert outcome.to_record == {"title": NEW}
    assert outcome.to_mediamosa == {"subject": NEW}
    assert outcome.disagreements == ()


def test_a_sent_value_found_in_mediamosa_counts_as_agreed() -> None:
    """The answer of the POST of NEW was lost; since then the record was edited once more."""
    outcome = of_title(NEW, OTHER, OLD, sent=(NEW,))
    assert outcome == Plan({}, {"title": OTHER}, {"title": NEW}, ())


def test_a_sent_value_does_not_hide_somebody_elses_change() -> None:
    outcome = of_title(OTHER, NEW, OLD, sent=(NEW,))
    assert outcome.to_record == {"title": OTHER}
    assert outcome.disagreements == (Disagreement("title", OLD, NEW, OTHER),)


class TestFirstContact:
    def test_the_same_value_on_both_sides_is_agreed_on(self) -> None:
        assert of_title(OLD, OLD, None) == Plan({}, {}, {"title": OLD}, ())

    def test_a_value_that_mediamosa_alone_has_goes_to_the_record(self) -> None:
        assert of_title(NEW, (), None) == Plan({"title": NEW}, {}, {"title": NEW}, ())

    def test_different_values_leave_mediamosas_standing(self) -> None:
        lost = Disagreement("title", (), ours=OLD, theirs=NEW, why=Why.FIRST_CONTACT)
        assert of_title(NEW, OLD, None) == Plan({"title": NEW}, {}, {"title": NEW}, (lost,))

    def test_mediamosas_emptiness_stands_against_an_old_record(self) -> None:
        lost = Disagreement("title", (), ours=OLD, theirs=(), why=Why.FIRST_CONTACT)
        assert of_title((), OLD, None) == Plan({"title": ()}, {}, {}, (lost,))

    def test_a_value_that_a_new_record_alone_has_is_an_edit(self) -> None:
        policy = Policy({"title": Direction.BOTH}, FirstContact.MERGE)
        assert of_title((), OLD, None, policy=policy) == Plan({}, {"title": OLD}, {}, ())

    def test_a_property_that_only_comes_from_mediamosa_is_never_merged_up(self) -> None:
        policy = Policy({"title": Direction.PULL}, FirstContact.MERGE)
        assert of_title((), OLD, None, policy=policy).to_mediamosa == {}

    @pytest.mark.parametrize("theirs", [(), NEW])
    def test_a_property_that_only_goes_to_mediamosa_is_sent(self, theirs: Values) -> None:
        policy = Policy({"title": Direction.PUSH})
        outcome = of_title(theirs, OLD, None, policy=policy)
        assert (outcome.to_mediamosa, outcome.to_record) == ({"title": OLD}, {})


class TestDirections:
    def test_pull_takes_changes_and_sends_none(self) -> None:
        policy = Policy({"title": Direction.PULL})
        assert of_title(NEW, OLD, OLD, policy=policy).to_record == {"title": NEW}
        edited = of_title(OLD, NEW, OLD, policy=policy)
        assert (edited.to_mediamosa, edited.to_record, edited.base) == ({}, {}, {"title": OLD})

    def test_push_sends_edits_and_takes_no_changes(self) -> None:
        policy = Policy({"title": Direction.PUSH})
        assert of_title(OLD, NEW, OLD, policy=policy).to_mediamosa == {"title": NEW}
        changed = of_title(NEW, OLD, OLD, policy=policy)
        assert (changed.to_mediamosa, changed.to_record, changed.base) == ({}, {}, {"title": OLD})

    def test_ignored_and_unknown_properties_keep_their_base_and_nothing_else(self) -> None:
        for policy in (Policy({"title": Direction.IGNORE}), Policy({})):
            assert of_title(NEW, OTHER, OLD, policy=policy) == Plan({}, {}, {"title": OLD}, ())
