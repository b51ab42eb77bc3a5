"""What holds of every plan, for three trees made by perturbing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.domain.plan import Direction, FirstContact, Plan, Policy, plan
from mediamosa_sync.domain.values import Base, Metadata, Values, agree_on, is_agreed, values_of

NAMES = ("creator", "subject", "title")
LONG = "x" * 600


@st.composite
def values(draw: st.DrawFn) -> Values:
    return values_of(draw(st.lists(st.sampled_from(["a", "b", LONG]), max_size=2)))


class Trees(NamedTuple):
    theirs: Metadata
    ours: Metadata
    base: Base | None
    sent: Mapping[str, tuple[Values, ...]]


@st.composite
def trees(draw: st.DrawFn) -> Trees:
    """One tree, and what each side made of it."""
    origin = {name: draw(values()) for name in NAMES}

    def perturbed() -> Metadata:
        made = {name: draw(values()) if draw(st.booleans()) else origin[name] for name in NAMES}
        return {name: value for name, value in made.items() if value}

    base = {name: agree_on(value) for name, value in origin.items() if value}
    sent = {name: (draw(values()),) for name in NAMES if draw(st.booleans())}
    return Trees(perturbed(), perturbed(), base if draw(st.booleans()) else None, sent)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    directions = {
        name: draw(st.sampled_from(Direction)) for name in NAMES if draw(st.integers(0, 9))
    }
    return Policy(directions, draw(st.sampled_from(FirstContact)))


def carried_out(made: Plan, given_trees: Trees) -> Trees:
    """Both sides after the plan: MediaMosa takes what is sent, and base what was sent."""
    theirs = {**given_trees.theirs, **made.to_mediamosa}
    ours = {**given_trees.ours, **made.to_record}
    base = {**made.base, **{name: agree_on(value) for name, value in made.to_mediamosa.items()}}
    return Trees(theirs, ours, base, {})


@given(trees(), policies())
def test_a_plan_carried_out_leaves_nothing_to_do(given_trees: Trees, policy: Policy) -> None:
    after = carried_out(plan(*given_trees, policy), given_trees)
    again = plan(*after, policy)
    assert (again.to_record, again.to_mediamosa, again.disagreements) == ({}, {}, ())


@given(trees())
def test_where_everything_travels_both_ways_both_sides_become_equal(given_trees: Trees) -> None:
    policy = Policy(dict.fromkeys(NAMES, Direction.BOTH))
    theirs, ours, _, _ = carried_out(plan(*given_trees, policy), given_trees)
    assert {name: theirs.get(name, ()) for name in NAMES} == {
        name: ours.get(name, ()) for name in NAMES
    }


@given(trees(), policies())
def test_no_property_is_written_on_both_sides(given_trees: Trees, policy: Policy) -> None:
    made = plan(*given_trees, policy)
    assert not made.to_record.keys() & made.to_mediamosa.keys()


@given(trees(), policies())
def test_only_properties_of_the_policy_are_touched(given_trees: Trees, policy: Policy) -> None:
    made = plan(*given_trees, policy)
    for name in (*made.to_record, *made.to_mediamosa):
        assert policy.directions[name] is not Direction.IGNORE


@given(trees(), policies())
def test_what_goes_into_the_record_is_what_mediamosa_has(
    given_trees: Trees, policy: Policy
) -> None:
    for name, value in plan(*given_trees, policy).to_record.items():
        assert value == given_trees.theirs.get(name, ())


@given(trees(), policies())
def test_every_value_of_the_record_that_is_overwritten_was_agreed_on_or_is_reported(
    given_trees: Trees, policy: Policy
) -> None:
    """No lost edit: what the record had is base, or what was sent before, or stands in the log."""
    made = plan(*given_trees, policy)
    reported = {lost.name: lost.ours for lost in made.disagreements}
    for name in made.to_record:
        ours = given_trees.ours.get(name, ())
        agreed = (given_trees.base or {}).get(name, ())
        assert is_agreed(agreed, ours) or reported[name] == ours


@given(trees(), policies())
def test_mediamosa_is_only_asked_to_take_over_what_it_last_agreed_on_or_was_sent(
    given_trees: Trees, policy: Policy
) -> None:
    """Nobody else's change is overwritten, unless the record alone leads in that property."""
    made = plan(*given_trees, policy)
    for name in made.to_mediamosa:
        theirs = given_trees.theirs.get(name, ())
        agreed = (given_trees.base or {}).get(name, ())
        known = is_agreed(agreed, theirs) or theirs in given_trees.sent.get(name, ())
        assert known or policy.directions[name] is Direction.PUSH
