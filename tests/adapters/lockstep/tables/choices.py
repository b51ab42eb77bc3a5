"""Which call comes next: every method of both ports, about few things, often stale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.plan import Direction, FirstContact
from mediamosa_sync.domain.policies import Policies, Removal
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.rows import AuditEntry, Waiting
from mediamosa_sync.domain.run import Kind
from tests.adapters.lockstep.tables import records, runs, writes
from tests.adapters.lockstep.tables.calls import Call
from tests.adapters.lockstep.tables.pools import (
    ASSETS,
    CONNECTIONS,
    IDS,
    MEDIAFILES,
    NAMES,
    NOW,
    RECORDS,
    WORDS,
    chance,
    failure,
    instant,
    maybe_instant,
    subset,
)
from tests.adapters.lockstep.tables.snapshot import Snapshot, any_record

Make = Callable[[Random, str, Snapshot], Call]
UNKNOWN = "0" * 40
"""The id of a connection that nobody ever configured."""
MOST = 9


def next_call(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    """A call that somebody makes who has read *seen* of the connection."""
    make = dice.choices(list(_MAKERS), weights=list(_MAKERS.values()))[0]
    return make(dice, connection_id, seen)


def _put_record(dice: Random, _: str, seen: Snapshot) -> Call:
    media_id = any_record(dice, seen)
    item = seen.media.get(media_id)
    if item is not None and chance(dice, 0.8):
        attributes = records.edited(dice, item, "media_id")
    else:
        attributes = records.item(dice)
    return Call("put_record", (media_id,), attributes)


def _delete_record(dice: Random, _: str, seen: Snapshot) -> Call:
    return Call("delete_record", (any_record(dice, seen),))


def _records(dice: Random, _: str, __: Snapshot) -> Call:
    return Call("records", ([*subset(dice, RECORDS, 6), "", dice.choice(RECORDS)],))


def _item(dice: Random, _: str, seen: Snapshot) -> Call:
    return Call("item", (any_record(dice, seen),))


def _scan(_: Random, __: str, ___: Snapshot) -> Call:
    return Call("scan")


def _connections(_: Random, __: str, ___: Snapshot) -> Call:
    return Call("connections")


def _connection(dice: Random, connection_id: str, _: Snapshot) -> Call:
    return Call("connection", (UNKNOWN if chance(dice, 0.3) else connection_id,))


def _put_connection(dice: Random, connection_id: str, _: Snapshot) -> Call:
    rule = FieldRule(dice.choice(NAMES), dice.choice(list(Direction)), dice.choice(("", "Titel")))
    removals = [dice.choice(list(Removal)) for _ in range(2)]
    configured = replace(
        CONNECTIONS[IDS.index(connection_id)],
        page_size=dice.choice((1, 100, 199)),
        problem=dice.choice(("", "Why.")),
        default=chance(dice, 0.5),
        enabled=chance(dice, 0.8),
        paused=frozenset(subset(dice, ("pull", "push"))),
        policies=Policies(removals[0], removals[1]),
        fields=dice.choice(((), (rule,))),
    )
    return Call("put_connection", (configured,))


def _pause(dice: Random, connection_id: str, _: Snapshot) -> Call:
    known = UNKNOWN if chance(dice, 0.2) else connection_id
    directions = subset(dice, ("pull", "push"))
    return Call("pause", (known, directions), {"paused": chance(dice, 0.6)})


def _run_state(_: Random, connection_id: str, __: Snapshot) -> Call:
    return Call("run_state", (connection_id,))


def _sequence(_: Random, connection_id: str, __: Snapshot) -> Call:
    return Call("sequence", (connection_id,))


def _take_lease(dice: Random, connection_id: str, _: Snapshot) -> Call:
    now = instant(dice)
    until = now + (instant(dice) - NOW)
    named = {"owner": dice.choice(WORDS), "now": now, "until": until}
    return Call("take_lease", (connection_id,), named)


def _save_run(dice: Random, _: str, seen: Snapshot) -> Call:
    state = runs.saved(dice, seen.state)
    named = {
        "release": chance(dice, 0.4),
        "nominees": runs.nominees(dice),
        "history": runs.history(dice),
    }
    beside = "with rows" if named["nominees"] or named["history"] else "alone"
    return Call("save_run", (runs.fence(dice, seen), state), named, beside)


def _take_marks(dice: Random, _: str, seen: Snapshot) -> Call:
    after = runs.taken(dice, seen.state)
    return Call("take_marks", (runs.fence(dice, seen), seen.state, after))


def _request_restart(dice: Random, connection_id: str, _: Snapshot) -> Call:
    return Call("request_restart", (connection_id, runs.mark(dice)))


def _withdraw_restart(_: Random, connection_id: str, __: Snapshot) -> Call:
    return Call("withdraw_restart", (connection_id,))


def _request_full(dice: Random, connection_id: str, _: Snapshot) -> Call:
    return Call("request_full", (connection_id, runs.mark(dice)))


def _rule(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    return Call("rule", (connection_id, runs.ruling(dice, seen.state)))


def _links(dice: Random, connection_id: str, _: Snapshot) -> Call:
    return Call("links", (connection_id, [*subset(dice, ASSETS, 6), "", dice.choice(ASSETS)]))


def _links_between(dice: Random, connection_id: str, _: Snapshot) -> Call:
    named = {
        "after": dice.choice(("", "", *ASSETS, "B9")),
        "upto": dice.choice((None, None, "", *ASSETS, "B9")),
        "prefix": dice.choice(("", "", "B8", "b8b", "é", "X")),
        "limit": dice.randint(1, 4),
    }
    return Call("links_between", (connection_id,), named)


def _nominees(dice: Random, connection_id: str, _: Snapshot) -> Call:
    return Call("nominees", (connection_id, f"full-{dice.randint(1, 3)}"))


def _held(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    upto = instant(dice) if chance(dice, 0.4) else None
    after = _position(dice, seen, LinkState.HELD)
    return Call("held", (connection_id,), {"upto": upto, "limit": _limit(dice), "after": after})


def _due(dice: Random, connection_id: str, _: Snapshot) -> Call:
    return Call("due", (connection_id,), {"upto": instant(dice), "limit": _limit(dice)})


def _troubled(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    state = dice.choice((LinkState.PENDING, LinkState.PARKED, LinkState.HELD, LinkState.HELD))
    named = {"limit": _limit(dice), "after": _position(dice, seen, state)}
    return Call("troubled", (connection_id, state), named, state.value)


def _position(dice: Random, seen: Snapshot, state: LinkState) -> str:
    """Where a list of what waits is gone on with: the place of something that was in it."""
    waits = (one for one in seen.links.values() if one.state is state)
    rows = [(one.due or one.since, one.asset_id) for one in waits]
    if not rows or chance(dice, 0.6):
        return ""
    since, asset_id = dice.choice(rows)
    return "" if since is None else f"{since.isoformat(timespec='microseconds')[:-6]}Z#{asset_id}"


def _limit(dice: Random) -> int:
    return dice.choice((1, 2, MOST))


def _removed_record(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    return Call("removed_record", (connection_id, dice.choice((*ASSETS, *sorted(seen.copies)))))


def _removed_records(dice: Random, connection_id: str, _: Snapshot) -> Call:
    named = {"limit": _limit(dice), "after": dice.choice(("", *ASSETS))}
    return Call("removed_records", (connection_id,), named)


def _write(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    write = writes.asset_write(dice, seen, dice.choice(ASSETS))
    return Call("write", (connection_id, write), about=writes.kind_of(write))


def _apply(dice: Random, _: str, seen: Snapshot) -> Call:
    chunk = writes.chunk(dice, seen)
    about = writes.kind_of(chunk[0]) if len(chunk) == 1 else str(len(chunk))
    kind = Kind.FULL if chance(dice, 0.85) else Kind.INCREMENTAL
    return Call("apply", (runs.fence(dice, seen), kind, chunk), about=about)


def _push_state(_: Random, connection_id: str, __: Snapshot) -> Call:
    return Call("push_state", (connection_id,))


def _add_pushed(dice: Random, connection_id: str, _: Snapshot) -> Call:
    return Call("add_pushed", (connection_id, runs.counts(dice)))


def _set_circuit(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    before = seen.circuit if chance(dice, 0.8) else failure(dice)
    after = failure(dice) if chance(dice, 0.6) else None
    return Call("set_circuit", (connection_id, before, after))


def _waiting(dice: Random, connection_id: str, _: Snapshot) -> Call:
    return Call("waiting", (connection_id, [*subset(dice, RECORDS, 6), dice.choice(RECORDS)]))


def _put_waiting(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    state = dice.choice((LinkState.PENDING, LinkState.PARKED))
    row = Waiting(
        media_id=dice.choice(RECORDS),
        state=state,
        reason="Why.",
        since=instant(dice),
        due=maybe_instant(dice) if state is LinkState.PENDING else None,
        first_contact=dice.choice(list(FirstContact)),
    )
    change = writes.record_change(dice, seen) if chance(dice, 0.6) else None
    about = "alone" if change is None else "with a record"
    return Call("put_waiting", (connection_id, row, change), about=about)


def _drop_waiting(dice: Random, connection_id: str, _: Snapshot) -> Call:
    return Call("drop_waiting", (connection_id, subset(dice, RECORDS)))


def _conflicts(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    named = {"limit": _limit(dice), "before": dice.choice(("", *sorted(seen.conflicts)))}
    return Call("conflicts", (connection_id,), named)


def _conflict(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    return Call("conflict", (connection_id, dice.choice(("no", *sorted(seen.conflicts)))))


def _resolve(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    known = sorted(seen.conflicts)
    if known and chance(dice, 0.9):
        entry = seen.conflicts[dice.choice(known)]
    else:
        entry = replace(writes.conflict(dice, "C1", 1), conflict_id="2026-none")
        entry = replace(entry, disagreement=replace(entry.disagreement, ours=("mine",)))
    resolved = replace(entry, resolved_at=instant(dice), resolved_by="operator")
    return Call("resolve", (connection_id, resolved, writes.record_change(dice, seen)))


def _history(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    named = {"limit": _limit(dice), "before": dice.choice(("", *sorted(seen.histories)))}
    return Call("history", (connection_id,), named)


def _mediafiles(dice: Random, connection_id: str, _: Snapshot) -> Call:
    return Call("mediafiles", (connection_id, [*subset(dice, MEDIAFILES), MEDIAFILES[0]]))


def _put_mediafiles(dice: Random, connection_id: str, _: Snapshot) -> Call:
    told = {name: dice.choice(("", *ASSETS)) for name in subset(dice, MEDIAFILES)}
    return Call("put_mediafiles", (connection_id, told))


def _audit(dice: Random, connection_id: str, _: Snapshot) -> Call:
    at = instant(dice)
    # One request, one instant, one entry: the ids of requests are unique.
    entry = AuditEntry(f"{at}", at, "operator", "restart", "done", NOW.replace(year=2027))
    return Call("audit", (connection_id, entry))


def _audited(dice: Random, connection_id: str, seen: Snapshot) -> Call:
    positions = sorted(entry.position for entry in seen.audits)
    named = {"limit": _limit(dice), "before": dice.choice(("", *positions))}
    return Call("audited", (connection_id,), named)


def _properties(_: Random, connection_id: str, __: Snapshot) -> Call:
    return Call("properties", (connection_id,))


def _put_properties(dice: Random, connection_id: str, _: Snapshot) -> Call:
    known = [
        Property(name, "dublin_core", dice.choice(list(PropertyType)), chance(dice, 0.2))
        for name in subset(dice, NAMES)
    ]
    return Call("put_properties", (connection_id, known, instant(dice)))


def _attention(_: Random, connection_id: str, __: Snapshot) -> Call:
    return Call("attention", (connection_id,))


_MAKERS: dict[Make, int] = {
    _put_record: 12,
    _delete_record: 3,
    _records: 2,
    _item: 2,
    _scan: 1,
    _connections: 1,
    _connection: 1,
    _put_connection: 1,
    _pause: 2,
    _run_state: 2,
    _sequence: 1,
    _take_lease: 4,
    _save_run: 9,
    _take_marks: 4,
    _request_restart: 2,
    _withdraw_restart: 1,
    _request_full: 2,
    _rule: 3,
    _links: 2,
    _links_between: 3,
    _nominees: 2,
    _held: 2,
    _due: 2,
    _troubled: 3,
    _removed_record: 2,
    _removed_records: 2,
    _write: 24,
    _apply: 30,
    _push_state: 1,
    _add_pushed: 1,
    _set_circuit: 3,
    _waiting: 2,
    _put_waiting: 4,
    _drop_waiting: 1,
    _conflicts: 2,
    _conflict: 2,
    _resolve: 4,
    _history: 2,
    _mediafiles: 2,
    _put_mediafiles: 1,
    _audit: 2,
    _audited: 2,
    _properties: 1,
    _put_properties: 1,
    _attention: 2,
}
