"""Laws of the plan: three trees made by perturbing one, with what was sent and any policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mediamosa_sync.domain.plan import Direction, FirstContact, Plan, Policy, Why, plan
from mediamosa_sync.domain.values import Agreed, Base, Digest, Metadata, Values, agree_on, is_agreed
from tests.properties.draws import Draws, Law, shuffled

NAMES = ("creator", "date", "subject", "title")
LONG = "x" * 600
VALUES: tuple[Values, ...] = ((), ("a",), ("b",), ("a", "a"), ("a", "b"), (LONG,), (LONG, LONG))
AGREED: tuple[Agreed, ...] = tuple(agree_on(values) for values in VALUES)
AGREED_ON: Mapping[Values, Agreed] = dict(zip(VALUES, AGREED, strict=True))
OLD_DIGEST = Digest("0" * 64, 604, version=0)
"""Of an earlier normalisation: it equals nothing."""
DIRECTIONS, CONTACTS = tuple(Direction), tuple(FirstContact)
MOST_ROUNDS = 200


class Trees(NamedTuple):
    """What a plan is made of, beside the policy."""

    theirs: Metadata
    ours: Metadata
    base: Base | None
    sent: Mapping[str, tuple[Agreed, ...]]


class Actions(NamedTuple):
    """A plan in a form that does not depend on the order of anything."""

    to_record: Metadata
    to_mediamosa: Metadata
    base: Base
    disagreements: frozenset[object]

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.to_record or self.to_mediamosa or self.disagreements)


def some_trees(draws: Draws) -> Trees:
    """One tree, and what each side made of it; some values on their way."""
    origin = {name: draws.pick(VALUES) for name in NAMES}
    theirs, ours = _perturbed(draws, origin), _perturbed(draws, origin)
    base: Base | None = None
    if not draws.flip(4):
        base = {name: AGREED_ON[value] for name, value in origin.items() if value}
        if draws.flip(8):
            base = {**base, draws.pick(NAMES): OLD_DIGEST}
    sent = {
        name: tuple(draws.pick(AGREED) for _ in range(draws.number(1, 2)))
        for name in NAMES
        if draws.flip(4)
    }
    return Trees(theirs, ours, base, sent)


def _perturbed(draws: Draws, origin: Metadata) -> Metadata:
    made = {name: draws.pick(VALUES) if draws.flip() else origin[name] for name in NAMES}
    return {name: value for name, value in made.items() if value}


def some_policy(draws: Draws) -> Policy:
    """Any; mostly everything travels both ways."""
    directions = {
        name: draws.pick(DIRECTIONS) if draws.flip() else Direction.BOTH
        for name in NAMES
        if not draws.flip(10)
    }
    fresh = frozenset(name for name in NAMES if draws.flip(10))
    discarded = frozenset(name for name in NAMES if draws.flip(10))
    return Policy(directions, draws.pick(CONTACTS), fresh, discarded)


def settled_policy(policy: Policy) -> Policy:
    """*policy* once it was carried out: names have met, and what was given up is forgotten."""
    return Policy(policy.directions, policy.first_contact)


def planned(trees: Trees, policy: Policy) -> Actions:
    """The plan, as far as it says anything."""
    return actions_of(plan(trees.theirs, trees.ours, trees.base, trees.sent, policy))


def actions_of(made: Plan) -> Actions:
    """*made*, whatever the order in it."""
    lost = frozenset(made.disagreements)
    assert len(lost) == len(made.disagreements)
    return Actions(dict(made.to_record), dict(made.to_mediamosa), dict(made.base), lost)


def the_order_of_properties_says_nothing(draws: Draws) -> None:
    """Mappings come in any order from either side."""
    trees, policy = some_trees(draws), some_policy(draws)
    order = shuffled(draws, NAMES)

    def in_order(tree: Mapping[str, object]) -> dict[str, object]:
        return {name: tree[name] for name in order if name in tree}

    other = Trees(*(None if tree is None else in_order(tree) for tree in trees))  # type: ignore[arg-type]  # the same trees in another order
    directions = in_order(policy.directions)
    turned = Policy(directions, policy.first_contact, policy.fresh, policy.discarded)  # type: ignore[arg-type]  # as before
    assert planned(other, turned) == planned(trees, policy)


def each_property_is_planned_as_if_it_were_alone(draws: Draws) -> None:
    """So what holds of every case of one property holds of any number of them."""
    trees, policy = some_trees(draws), some_policy(draws)
    whole = planned(trees, policy)
    for name in NAMES:
        alone = planned(Trees(*(_only(name, tree) for tree in trees)), policy)  # type: ignore[arg-type]  # as before
        assert alone.to_record == _only(name, whole.to_record)
        assert alone.to_mediamosa == _only(name, whole.to_mediamosa)
        assert alone.base == _only(name, whole.base)
        assert alone.disagreements <= whole.disagreements


def _only(name: str, tree: Mapping[str, object] | None) -> Mapping[str, object] | None:
    if tree is None:
        return None
    return {name: tree[name]} if name in tree else {}


def carried_out_in_parts_and_with_lost_answers_it_comes_to_rest(draws: Draws) -> None:
    """A pull writes record and base together; a push of some properties may lose its answer.

    No property is written more than once on either side: nothing goes back and forth.
    """
    trees, policy = some_trees(draws), some_policy(draws)
    posts: list[str] = []
    pulls: list[str] = []
    for _ in range(MOST_ROUNDS):
        made = planned(trees, policy)
        if made.nothing:
            break
        pulls += made.to_record
        trees = trees._replace(ours={**trees.ours, **made.to_record}, base=made.base)
        policy = settled_policy(policy)
        for name in shuffled(draws, sorted(made.to_mediamosa)):
            if draws.flip(3):
                continue
            posts.append(name)
            trees = _posted(trees, name, made.to_mediamosa[name], answered=not draws.flip(3))
    else:
        raise AssertionError("the plan does not come to rest")
    assert len(posts) == len(set(posts))
    assert len(pulls) == len(set(pulls))
    _both_sides_agree(trees, policy)


def _posted(trees: Trees, name: str, values: Values, *, answered: bool) -> Trees:
    theirs = {**trees.theirs, name: values}
    agreed = AGREED_ON[values]
    if answered:
        return trees._replace(theirs=theirs, base={**(trees.base or {}), name: agreed})
    sent = {**trees.sent, name: (*trees.sent.get(name, ()), agreed)}
    return trees._replace(theirs=theirs, sent=sent)


def _both_sides_agree(trees: Trees, policy: Policy) -> None:
    for name, direction in policy.directions.items():
        if direction is Direction.BOTH:
            assert trees.theirs.get(name, ()) == trees.ours.get(name, ())


def one_edit_on_one_side_travels_once_to_the_other(draws: Draws) -> None:
    """From agreement on: nothing else is written, nothing is logged, and it does not come back."""
    origin = {name: draws.pick(VALUES) for name in NAMES}
    edited = _perturbed(draws, origin)
    base = {name: AGREED_ON[value] for name, value in origin.items() if value}
    policy = Policy(dict.fromkeys(NAMES, Direction.BOTH), draws.pick(CONTACTS))
    changed = {n: edited.get(n, ()) for n in NAMES if edited.get(n, ()) != origin[n]}
    in_record = planned(Trees(origin, edited, base, {}), policy)
    assert in_record == Actions({}, changed, base, frozenset())
    in_mediamosa = planned(Trees(edited, origin, base, {}), policy)
    agreed = {name: AGREED_ON[value] for name, value in edited.items()}
    assert in_mediamosa == Actions(changed, {}, agreed, frozenset())
    assert planned(Trees(edited, edited, agreed, {}), policy).nothing
    assert planned(Trees(edited, edited, base, {}), policy).nothing


def what_takes_no_part_is_left_as_it_is(draws: Draws) -> None:
    """Properties of others, and their base, which counts again when they take part again."""
    trees, policy = some_trees(draws), some_policy(draws)
    made = planned(trees, policy)
    lost = {getattr(one, "name", "") for one in made.disagreements}
    for name in NAMES:
        if policy.directions.get(name, Direction.IGNORE) is Direction.IGNORE:
            assert name not in made.to_record
            assert name not in made.to_mediamosa
            assert name not in lost
            assert made.base.get(name) == (trees.base or {}).get(name)


def an_older_value_never_comes_back_into_the_record(draws: Draws) -> None:
    """Where MediaMosa still has what was agreed on, or what was sent, the record's edit stands."""
    trees, policy = some_trees(draws), some_policy(draws)
    if trees.base is None:
        return
    made = planned(trees, policy)
    for name in made.to_record:
        theirs = trees.theirs.get(name, ())
        known = (trees.base.get(name, ()), *trees.sent.get(name, ()))
        again = name in policy.fresh or name in policy.discarded
        assert again or not any(is_agreed(agreed, theirs) for agreed in known)


def a_conflict_is_two_changes_that_differ_and_mediamosas_value_stands(draws: Draws) -> None:
    """After the first contact; nothing is logged for what one side alone has changed."""
    trees, policy = some_trees(draws), some_policy(draws)
    made = plan(trees.theirs, trees.ours, trees.base, trees.sent, policy)
    for lost in made.disagreements:
        theirs, ours = trees.theirs.get(lost.name, ()), trees.ours.get(lost.name, ())
        assert (lost.theirs, lost.ours) == (theirs, ours)
        assert theirs != ours
        assert made.to_record[lost.name] == theirs
        assert not is_agreed(lost.base, ours)
        if lost.why is Why.BOTH_CHANGED:
            assert not is_agreed(lost.base, theirs)
        elif lost.why is Why.FIRST_CONTACT:
            assert trees.base is None or lost.name in policy.fresh
        else:
            assert lost.name in policy.discarded


LAWS: tuple[Law, ...] = (
    the_order_of_properties_says_nothing,
    each_property_is_planned_as_if_it_were_alone,
    carried_out_in_parts_and_with_lost_answers_it_comes_to_rest,
    one_edit_on_one_side_travels_once_to_the_other,
    what_takes_no_part_is_left_as_it_is,
    an_older_value_never_comes_back_into_the_record,
    a_conflict_is_two_changes_that_differ_and_mediamosas_value_stands,
)
