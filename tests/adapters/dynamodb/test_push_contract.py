"""What every store must do with the push item, the step's number, and the conflict log."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.plan import Disagreement, Why
from mediamosa_sync.domain.record import RecordChange
from mediamosa_sync.domain.rows import PushState
from mediamosa_sync.domain.run import Failure
from mediamosa_sync.domain.values import agree_on
from mediamosa_sync.domain.writes import Conflict, Counts
from tests.adapters.dynamodb.conftest import Stores
from tests.adapters.dynamodb.samples import ID, MINUTE, NOW, OTHER, conflict, creation, resolved

AWAY = Failure("unavailable", "MediaMosa did not answer.", NOW, 1, NOW + MINUTE, "configuration")
LONGER = replace(AWAY, count=2, retry_at=NOW + 2 * MINUTE)


def test_nothing_was_ever_pushed(stores: Stores) -> None:
    assert stores.sync.push_state(ID) == PushState()
    assert stores.sync.sequence(ID) == 0


def test_the_number_of_the_last_step_is_told(stores: Stores) -> None:
    first = stores.lease()
    second = stores.lease()

    assert (first.sequence, second.sequence) == (1, 2)
    assert stores.sync.sequence(ID) == 2
    assert stores.sync.sequence(OTHER.connection_id) == 0


def test_counts_of_pushes_add_up(stores: Stores) -> None:
    stores.sync.add_pushed(ID, Counts(updated=2, errors=1))
    stores.sync.add_pushed(ID, Counts())
    stores.sync.add_pushed(ID, Counts(1, 2, 3, 4, 5, 6))

    assert stores.sync.push_state(ID) == PushState(Counts(1, 4, 3, 4, 5, 7))
    assert stores.sync.push_state(OTHER.connection_id) == PushState()


def test_the_circuit_is_opened_kept_open_and_closed(stores: Stores) -> None:
    assert stores.sync.set_circuit(ID, None, AWAY)
    assert stores.sync.push_state(ID) == PushState(circuit=AWAY)
    assert stores.sync.set_circuit(ID, AWAY, LONGER)
    assert stores.sync.push_state(ID) == PushState(circuit=LONGER)
    assert stores.sync.set_circuit(ID, LONGER, None)
    assert stores.sync.push_state(ID) == PushState()


@pytest.mark.parametrize("after", [None, LONGER])
@pytest.mark.parametrize(
    ("stands", "before"),
    [
        (None, AWAY),
        (AWAY, None),
        (AWAY, LONGER),
        (AWAY, replace(AWAY, since=NOW - MINUTE)),
    ],
)
def test_a_circuit_that_is_not_as_read_is_left_alone(
    stores: Stores, stands: Failure | None, before: Failure | None, after: Failure | None
) -> None:
    if stands is not None:
        stores.sync.set_circuit(ID, None, stands)

    assert not stores.sync.set_circuit(ID, before, after)
    assert stores.sync.push_state(ID) == PushState(circuit=stands)


def test_of_two_who_open_the_circuit_one_does(stores: Stores) -> None:
    assert stores.sync.set_circuit(ID, None, AWAY)
    assert not stores.sync.set_circuit(ID, None, AWAY)


def test_a_circuit_that_was_told_in_other_words_is_the_same(stores: Stores) -> None:
    """Of a failure its beginning and its count tell which one it is."""
    stores.sync.set_circuit(ID, None, AWAY)

    assert stores.sync.set_circuit(ID, replace(AWAY, reason="Read otherwise."), None)


def test_counts_and_circuit_do_not_disturb_each_other(stores: Stores) -> None:
    stores.sync.set_circuit(ID, None, AWAY)
    stores.sync.add_pushed(ID, Counts(updated=2))
    assert stores.sync.push_state(ID) == PushState(Counts(updated=2), AWAY)
    stores.sync.set_circuit(ID, AWAY, None)

    assert stores.sync.push_state(ID) == PushState(Counts(updated=2))


def entry(number: int) -> Conflict:
    """An entry whose id begins with when it was decided."""
    at = NOW + number * MINUTE
    return replace(conflict("a"), conflict_id=f"{at:%Y%m%dT%H%M%S%f}-{9 - number:016}", at=at)


WHOLE = replace(
    entry(0),
    disagreement=Disagreement(
        "title", agree_on(("x" * 9000,)), ("mine", "x" * 9000), (), Why.DISCARDED
    ),
    record_name="name",
    asset_modified=NOW - MINUTE,
)


def logged(stores: Stores, *entries: Conflict) -> RecordChange:
    """Entries in the log, and what brings the record's value back."""
    assert stores.sync.write(ID, replace(creation("a"), conflicts=entries)).done
    return RecordChange(stores.record("m-a"), {"title": ("mine",)})


def test_a_conflict_is_told_as_it_was_logged(stores: Stores) -> None:
    logged(stores, WHOLE, entry(1))

    assert stores.sync.conflict(ID, WHOLE.conflict_id) == WHOLE
    assert stores.sync.conflict(ID, "no-such") is None
    assert stores.sync.conflict(OTHER.connection_id, WHOLE.conflict_id) is None


def test_conflicts_are_listed_the_newest_first_and_in_portions(stores: Stores) -> None:
    entries = [entry(number) for number in range(5)]
    logged(stores, *entries)

    def listed(limit: int, before: str = "") -> list[Conflict]:
        return list(stores.sync.conflicts(ID, limit=limit, before=before))

    newest = entries[::-1]
    assert listed(9) == newest
    assert listed(2) == newest[:2]
    assert listed(2, newest[1].conflict_id) == newest[2:4]
    assert listed(9, newest[3].conflict_id) == newest[4:]
    assert listed(9, newest[4].conflict_id) == []
    assert stores.sync.conflicts(OTHER.connection_id, limit=9) == ()


def test_a_conflict_is_resolved_together_with_its_record(stores: Stores) -> None:
    change = logged(stores, WHOLE, entry(1))
    done = resolved(WHOLE, NOW + MINUTE)

    assert stores.sync.resolve(ID, done, change)

    assert stores.record("m-a").metadata == {"title": ["mine"]}
    assert stores.sync.conflict(ID, WHOLE.conflict_id) == done
    assert stores.sync.conflicts(ID, limit=9) == (entry(1), done)
    assert stores.sync.attention(ID)["conflicts"] == 1


def test_a_conflict_is_resolved_once(stores: Stores) -> None:
    change = logged(stores, WHOLE)
    stores.sync.resolve(ID, resolved(WHOLE), change)
    again = RecordChange(stores.record("m-a"), {"title": ("again",)})

    assert not stores.sync.resolve(ID, resolved(WHOLE, NOW + MINUTE), again)
    assert stores.record("m-a").metadata == {"title": ["mine"]}
    assert stores.sync.conflict(ID, WHOLE.conflict_id) == resolved(WHOLE)


def test_a_conflict_that_is_not_logged_is_not_resolved(stores: Stores) -> None:
    change = logged(stores)

    assert not stores.sync.resolve(ID, resolved(WHOLE), change)
    assert stores.record("m-a") == change.before
    assert stores.sync.conflicts(ID, limit=9) == ()


def test_a_conflict_whose_record_was_edited_meanwhile_stands(stores: Stores) -> None:
    change = logged(stores, WHOLE)
    stores.put_record("m-a", uri=change.before.uri, metadata={"title": ["edited"]})

    assert not stores.sync.resolve(ID, resolved(WHOLE), change)
    assert stores.record("m-a").metadata == {"title": ["edited"]}
    assert stores.sync.conflict(ID, WHOLE.conflict_id) == WHOLE
