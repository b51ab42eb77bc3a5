"""Run items as steps save them, with something in every attribute, and what stands beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from mediamosa_sync.domain.deletion import Held, Removals, Ruling
from mediamosa_sync.domain.rows import HistoryRow, Nominees, NomineesChange
from mediamosa_sync.domain.run import (
    Fence,
    Kind,
    Outcome,
    Phase,
    Quiet,
    Restart,
    Run,
    RunState,
    Trigger,
)
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import Counts
from tests.adapters.lockstep.tables.pools import (
    ASSETS,
    WORDS,
    chance,
    failure,
    instant,
    maybe_instant,
    subset,
)
from tests.adapters.lockstep.tables.snapshot import Snapshot


def counts(dice: Random) -> Counts:
    """Counts, often none at all."""
    return Counts(*(dice.choice((0, 0, 1, 7)) for _ in range(6)))


def run(dice: Random, kind: Kind) -> Run:
    """A run, mostly under way."""
    ended = maybe_instant(dice) if chance(dice, 0.4) else None
    return Run(
        run_id=f"{kind}-{dice.randint(1, 3)}",
        kind=kind,
        trigger=dice.choice(list(Trigger)),
        started_at=instant(dice),
        cursor=_cursor(dice),
        phase=dice.choice(list(Phase)),
        server_started_at=maybe_instant(dice),
        finished_at=ended,
        outcome=dice.choice(list(Outcome)) if ended else None,
        steps=dice.randint(0, 3),
        requests=dice.randint(0, 3),
        counts=counts(dice),
        scan_after=dice.choice((None, {}, {"media_id": "m-1"})),
        nominated=dice.randint(0, 2),
        counted=dice.randint(0, 2),
        waiting=dice.randint(0, 2),
        held_back=chance(dice, 0.2),
        released_to=dice.choice(("", "2026#a")),
        watermark_before=maybe_instant(dice),
        watermark_after=maybe_instant(dice),
        reason=dice.choice(("", "Why.")),
        pushed_before=dice.choice((None, Counts(), counts(dice))),
        pushed=counts(dice),
        links=dice.choice((None, 0, 9)),
    )


def _cursor(dice: Random) -> Cursor:
    return Cursor(
        prefix=dice.choice(("", "B8")),
        offset=dice.randint(0, 2),
        last_id=dice.choice(("", *ASSETS)),
        total=dice.choice((None, 0, 9)),
        since=maybe_instant(dice),
        done=dice.randint(0, 2),
        narrow=dice.choice((None, 0, 1)),
        after_unreadable=chance(dice, 0.2),
    )


def fence(dice: Random, seen: Snapshot) -> Fence:
    """What a step believes to own: it may have been overtaken; no step has a number below 1."""
    held = replace(seen.state.fence, sequence=max(seen.state.sequence, 1))
    if chance(dice, 0.92):
        return held
    return replace(
        held,
        generation=max(held.generation + dice.randint(-1, 1), 0),
        sequence=max(held.sequence + dice.randint(-1, 1), 1),
    )


def saved(dice: Random, state: RunState) -> RunState:
    """*state* with some of what a step saves changed."""
    changes: list[Callable[[], RunState]] = [
        lambda: replace(state, full=run(dice, Kind.FULL)),
        lambda: replace(state, incremental=run(dice, Kind.INCREMENTAL)),
        lambda: replace(state, full=None, incremental=None),
        lambda: replace(state, again=tuple(sorted(subset(dice, ASSETS)))),
        lambda: replace(state, watermark=maybe_instant(dice), server_clock=maybe_instant(dice)),
        lambda: replace(state, failure=failure(dice) if chance(dice, 0.6) else None),
        lambda: replace(state, last_sync=maybe_instant(dice), last_attempt=instant(dice)),
        lambda: replace(
            state,
            execution_id=dice.choice(("", "arn:e")),
            incremental_due=chance(dice, 0.5),
            last_walk=dice.choice((None, *Kind)),
            full_due=dice.choice((None, *Trigger)),
        ),
        lambda: replace(state, removals=Removals({490_000 + dice.randint(0, 2): 1})),
        lambda: replace(state, held=dice.choice((state.held, Held().changed(ASSETS[:2], ())))),
        lambda: replace(state, quiet=_quiet(dice) if chance(dice, 0.6) else None),
        lambda: replace(state, release=dice.choice((None, ruling(dice, state)))),
    ]
    for change in dice.sample(changes, dice.randint(1, 3)):
        state = change()
    if state.run(Kind.FULL) is None and chance(dice, 0.8):
        state = replace(state, full=replace(run(dice, Kind.FULL), finished_at=None, outcome=None))
    return state


def _quiet(dice: Random) -> Quiet:
    kind = dice.choice(list(Kind))
    return Quiet(run(dice, kind), run(dice, kind), dice.randint(1, 3), dice.randint(0, 9))


def ruling(dice: Random, state: RunState) -> Ruling:
    """What a person says, mostly about the list as it stands."""
    token = state.held.token if chance(dice, 0.75) else Held().changed(ASSETS, ()).token
    return Ruling(dice.choice(WORDS), token, chance(dice, 0.5), "operator", instant(dice))


def mark(dice: Random) -> Restart:
    """A wish of an admin."""
    return Restart(dice.choice(WORDS), "operator", instant(dice))


def taken(dice: Random, before: RunState) -> RunState:
    """*before* with what a step saves changed, and some of the marks taken."""
    after = saved(dice, before)
    if before.restart is not None and chance(dice, 0.7):
        after = replace(after, restart=None, generation=before.generation + 1)
    if before.full_wish is not None and chance(dice, 0.7):
        after = replace(after, full_wish=None)
    if before.ruling is not None and chance(dice, 0.7):
        after = replace(after, ruling=None)
    return after


def nominees(dice: Random) -> NomineesChange | None:
    """What becomes of a row of nominees, if anything."""
    if chance(dice, 0.5):
        return None
    ids = tuple(sorted(subset(dice, ASSETS)))
    return NomineesChange(f"full-{dice.randint(1, 3)}", Nominees(dice.choice(("1", "2")), ids))


def history(dice: Random) -> list[HistoryRow]:
    """Rows of the history, often none."""
    rows = range(dice.choice((0, 0, 1, 2)))
    return [_history_row(dice) for _ in rows]


def _history_row(dice: Random) -> HistoryRow:
    latest = run(dice, dice.choice(list(Kind)))
    kept_until = instant(dice) + timedelta(days=90)
    return HistoryRow(latest, instant(dice), dice.randint(1, 3), dice.randint(0, 9), kept_until)
