"""A plan to its end and a run to its end, in a form in which they can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import Record, read_values
from mediamosa_sync.domain.run import Execution, Kind, RunState
from mediamosa_sync.domain.writes import Conflict, Counts
from mediamosa_sync.service.dry.items import Item, What
from mediamosa_sync.service.dry.plan import Page, plan_page
from mediamosa_sync.service.dry.position import Position, position_of, token_of
from mediamosa_sync.service.step import StepOutcome, StepPorts, sync_step
from tests.fakes.stores import MemoryTables

MINUTE = timedelta(minutes=1)
MOST_STEPS = 300

Values = Mapping[tuple[str, str], tuple[str, ...]]
"""Record (or asset) and property → its values; those without any are left out."""

Theirs = Callable[[], Values]
"""What MediaMosa has at that moment."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan says, or a run has done.

    Attributes:
        records: keys of all records in the end, and *values* what they say.
        sent: what MediaMosa has been given.
        held: assets that came onto the list of held deletions.
        conflicts: asset and property, for each entry that the log gained.
        steps: invocations.
    """

    from_mediamosa: Counts
    to_mediamosa: Counts
    records: frozenset[str]
    values: Values
    sent: Values
    held: frozenset[str]
    conflicts: Counter[tuple[str, str]]
    steps: int


def plan_to_end(
    ports: StepPorts, connection_id: str, at: datetime, *, full: bool = False
) -> list[Page]:
    """Every page of the plan of the run that begins *at*; each hands a token to the next."""
    position: Position | None = Position(connection_id, at, 60, full)
    pages: list[Page] = []
    while position is not None:
        assert len(pages) < MOST_STEPS, "the plan never ends"
        page = plan_page(ports, position)
        pages.append(page)
        position = page.next and position_of(token_of(page.next), connection_id)
    return pages


def items_in(pages: Iterable[Page]) -> list[Item]:
    """The items of all *pages*."""
    return [item for page in pages for item in page.items]


def as_planned(tables: MemoryTables, pages: list[Page]) -> Outcome:
    """What *pages* make of the tables as they stand."""
    records, values = set(tables.media), dict(said(tables.media))
    sent: dict[tuple[str, str], tuple[str, ...]] = {}
    conflicts = Counter[tuple[str, str]]()
    for item in items_in(pages):
        if item.what in {What.CREATE, What.RESTORE}:
            records.add(item.media_id)
        if item.what is What.REMOVE:
            records.remove(item.media_id)
        if item.what is What.TAKE_OVER:
            twin = item.reason.split()[2].rstrip(",")
            records.remove(twin)
            values = {place: value for place, value in values.items() if place[0] != twin}
        for change in item.changes:
            if change.in_mediamosa:
                sent[item.asset_id, change.name] = change.new
            else:
                place = (item.media_id, change.record_name)
                assert values.get(place, ()) == change.old
                values[place] = change.new
            conflicts[item.asset_id, change.name] += change.conflict
    sums = pages[-1].sums
    return Outcome(
        sums.from_mediamosa,
        sums.to_mediamosa,
        frozenset(records),
        {place: value for place, value in values.items() if value},
        sent,
        frozenset(item.asset_id for item in items_in(pages) if item.what is What.HOLD),
        +conflicts,
        len(pages),
    )


def really(
    ports: StepPorts,
    tables: MemoryTables,
    connection_id: str,
    theirs: Theirs,
) -> Outcome:
    """What an execution does that begins now, step after step."""
    now = ports.clock.now()
    execution = Execution(f"real, at {now}", now)
    links = dict(tables.all_links(connection_id))
    log = dict(tables.conflict_log.get(connection_id, {}))
    sent, pushed = theirs(), tables.push_state(connection_id).counts
    total, steps, more = Counts(), 0, True
    while more:
        assert steps < MOST_STEPS, "the run never ends"
        stood = tables.run_state(connection_id)
        owner = f"step {steps}"
        result = sync_step(ports, connection_id, execution, owner=owner, lease=MINUTE)
        assert result.outcome is StepOutcome.WORKED, result.reason
        total += _counted(stood, tables.run_state(connection_id))
        steps += 1
        more = result.more
    after = theirs()
    changed = {one for one in after.keys() | sent.keys() if after.get(one) != sent.get(one)}
    return Outcome(
        total,
        tables.push_state(connection_id).counts - pushed,
        frozenset(tables.media),
        said(tables.media),
        {one: after.get(one, ()) for one in changed},
        _held(tables.all_links(connection_id)) - _held(links),
        _log(tables.conflict_log.get(connection_id, {})) - _log(log),
        steps,
    )


def differences(
    planned: Outcome, real: Outcome, refused: AbstractSet[tuple[str, str]]
) -> list[str]:
    """Where the real run has done something else than was planned.

    What MediaMosa has *refused* no plan could know: then what came of it differs, and that alone.
    """
    names = ["records", "values", "held", "conflicts"]
    if missing := planned.sent.keys() - real.sent.keys():
        found = [] if missing <= refused else [f"sent: {missing} not refused"]
        return found + _unequal(planned, real, names)
    return _unequal(planned, real, [*names, "sent", "to_mediamosa", "from_mediamosa", "steps"])


def refused(tables: MemoryTables, connection_id: str) -> set[tuple[str, str]]:
    """What MediaMosa did not take, by the links as they stand."""
    links = tables.all_links(connection_id).values()
    return {(link.asset_id, name) for link in links for name in link.parked}


def everything(tables: MemoryTables) -> str:
    """All that stands in the tables, and how much was written so far."""
    kept = vars(tables) | {"traffic": replace(tables.traffic, reads=0)}
    return repr(sorted(kept.items()))


def _unequal(planned: Outcome, real: Outcome, names: Iterable[str]) -> list[str]:
    pairs = [(name, getattr(planned, name), getattr(real, name)) for name in names]
    return [f"{name}: planned {one}, really {other}" for name, one, other in pairs if one != other]


def said(media: Mapping[str, Mapping[str, Any]]) -> Values:
    """What the records say."""
    read = {
        media_id: read_values(Record(media_id, metadata=item.get("metadata")))
        for media_id, item in media.items()
    }
    return {
        (media_id, name): values
        for media_id, one in read.items()
        for name, values in one.values.items()
    }


def _held(links: Mapping[str, Link]) -> frozenset[str]:
    """Assets that wait for a person."""
    return frozenset(name for name, link in links.items() if link.state is LinkState.HELD)


def _log(log: Mapping[str, Conflict]) -> Counter[tuple[str, str]]:
    return Counter((one.asset_id, one.disagreement.name) for one in log.values())


def _counted(before: RunState, after: RunState) -> Counts:
    """What the one run that a step has worked on has counted."""
    total = Counts()
    for kind in Kind:
        run = after.full if kind is Kind.FULL else after.incremental
        stood = before.full if kind is Kind.FULL else before.incremental
        if run is None or run == stood:
            continue
        same = stood is not None and stood.run_id == run.run_id
        total += run.counts - (stood.counts if same and stood is not None else Counts())
    return total
