"""Laws of runs: a server with a clock of its own, changes that lists show late, steps at any time.

The model is as plain as can be: every asset is a number that is raised when somebody changes it,
and what is applied is the number that a page has shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.run import Execution, Kind, Phase, Restart, Run, RunState
from mediamosa_sync.domain.transitions import (
    Rules,
    after_walk,
    begun,
    broken_off,
    enter,
    finished,
    may_take_restart,
    next_run,
    observed,
    restarted,
)
from mediamosa_sync.domain.walk import (
    MAX_REQUESTS,
    Trusted,
    Window,
    first_window,
    judge,
)
from tests.properties.draws import Draws, Law

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULES = Rules()
LATEST, DRIFT = 60, 25
"""Seconds after which a list shows a change at the latest, and by which the server's clock is off
at the most: together less than the overlap, which is there for both."""
WEEK = 7 * 86_400


@dataclass(slots=True)
class Changed:
    """One asset: how often it was changed, and what a list shows of that."""

    number: int = 0
    stamp: datetime = NOON
    shown: int = 0
    shown_stamp: datetime = NOON
    shows_at: datetime = NOON
    applied: int = -1


@dataclass(slots=True)
class Server:
    """MediaMosa with its clock.

    Attributes:
        now: time as it really passes.
        ahead: by how much its clock is wrong.
    """

    assets: dict[str, Changed]
    now: datetime = NOON
    ahead: timedelta = timedelta()
    touched: set[str] = field(default_factory=set)

    @property
    def clock(self) -> datetime:
        """What it stamps, and tells as Date: whole seconds."""
        return (self.now + self.ahead).replace(microsecond=0)

    def pass_time(self, seconds: int) -> None:
        """Time passes; what was late is shown."""
        self.now += timedelta(seconds=seconds)
        for asset in self.assets.values():
            if asset.shows_at <= self.now:
                asset.shown, asset.shown_stamp = asset.number, asset.stamp

    def change(self, name: str, late: int) -> None:
        """Somebody changes an asset; lists show it *late* seconds after."""
        asset = self.assets[name]
        asset.number += 1
        asset.stamp, asset.shows_at = self.clock, self.now + timedelta(seconds=late)
        self.pass_time(0)

    def page(self, window: Window, since: datetime | None) -> AssetPage:
        """A list by ids, of all or of what was changed since."""
        listed = [
            name
            for name, asset in sorted(self.assets.items())
            if since is None or asset.shown_stamp >= since
        ]
        rows = listed[window.offset : window.offset + window.limit]
        total = len(listed) if window.with_total else None
        return AssetPage(tuple(Asset(name) for name in rows), window.offset, total, self.clock)


@dataclass(slots=True)
class History:
    """One connection's steps.

    Attributes:
        back_at_any_time: whether the clock may be put back while runs are under way.
        quiet: whether nobody edits any more.
    """

    draws: Draws
    server: Server
    size: int
    state: RunState = field(default_factory=lambda: RunState("c"))
    ticks: int = 0
    steps_of: dict[str, int] = field(default_factory=dict)
    back_at_any_time: bool = False
    quiet: bool = False
    back: timedelta = timedelta()

    def outside(self) -> None:
        """Time passes, people edit, a clock is set, an admin presses."""
        draws, server = self.draws, self.server
        server.pass_time(draws.pick((1, 20, 60, 900, 3_600, 90_000)))
        idle = self.state.run(Kind.FULL) is None and self.state.run(Kind.INCREMENTAL) is None
        if draws.flip(12) and (idle or self.back_at_any_time):
            self.back += timedelta(seconds=WEEK)
        server.ahead = timedelta(seconds=draws.number(-DRIFT, DRIFT)) - self.back
        for _ in range(draws.number(0, 3)):
            self.edit()
        if draws.flip(15) and self.state.restart is None:
            self.state = replace(self.state, restart=Restart("r", "ann", server.now))

    def edit(self) -> None:
        """One asset changes."""
        name = self.draws.pick(sorted(self.server.assets))
        self.server.change(name, self.draws.pick((0, 0, 0, 30, LATEST)))

    def tick(self, steps: int) -> None:
        """One execution of some steps."""
        self.ticks += 1
        self.server.pass_time(1)
        execution = Execution(f"e{self.ticks}", self.server.now)
        for _ in range(steps):
            self.server.pass_time(self.draws.pick((0, 0, 1, 5)))
            if not self.step(execution):
                return

    def step(self, execution: Execution) -> bool:
        """One page, if one is due."""
        now, before = self.server.now, self.state
        state = enter(replace(before, sequence=before.sequence + 1), execution)
        if may_take_restart(state, execution):
            state, _ = broken_off(state, now)
            state = restarted(state, now)
        run = next_run(state, now, RULES)
        self.state = state
        if run is None:
            return False
        self.steps_of[run.run_id] = self.steps_of.get(run.run_id, 0) + 1
        self._walk(replace(run, phase=Phase.WALK))
        self._check(before)
        return True

    def _walk(self, run: Run) -> None:
        trusted, run = self._read(run)
        for asset in trusted.assets:
            one = self.server.assets[asset.asset_id]
            one.applied = one.shown
        run = replace(run, cursor=trusted.cursor)
        if trusted.ended:
            run = after_walk(self.state, run, self.server.now, RULES)
        self.state = replace(begun(self.state, run), last_walk=run.kind)
        if trusted.ended:
            self.state, _ = finished(self.state, run, self.server.now, RULES)

    def _read(self, run: Run) -> tuple[Trusted, Run]:
        cursor, window = run.cursor, first_window(run.cursor, self.size)
        for _ in range(MAX_REQUESTS):
            page = self.server.page(window, cursor.since)
            self.state = observed(self.state, page.server_time, RULES)
            earliest = min(run.server_started_at or page.server_time, page.server_time)
            run = replace(run, server_started_at=earliest)
            if not self.quiet and self.draws.flip(10):
                self.edit()
            verdict = judge(cursor, window, page)
            if isinstance(verdict, Trusted):
                return verdict, run
            cursor, window = verdict.cursor, verdict.window
        return Trusted((), cursor, ended=False), run

    def _check(self, before: RunState) -> None:
        state = self.state
        assert state.generation - before.generation in {0, 1}
        assert (state.generation > before.generation) == (
            before.restart is not None and state.restart is None
        )
        back = before.server_clock is not None and state.server_clock is not None
        back = back and state.server_clock < before.server_clock - RULES.overlap  # type: ignore[operator]  # both are known then
        if before.watermark is not None and not back:
            assert state.watermark is not None
            assert state.watermark >= before.watermark
        for name in self.unapplied():
            self._is_to_come(name)

    def unapplied(self) -> list[str]:
        """Assets with a change that no page has shown yet."""
        assets = self.server.assets.items()
        return [name for name, asset in assets if asset.applied < asset.number]

    def _is_to_come(self, name: str) -> None:
        state, asset = self.state, self.server.assets[name]
        full = state.run(Kind.FULL)
        ahead = full is not None and full.cursor.last_id < name
        due = state.watermark is None or state.full_due is not None or state.full is None
        assert due or ahead or asset.stamp >= (state.watermark or NOON), f"{name} is passed over"


def some_history(draws: Draws, *, back_at_any_time: bool = False) -> History:
    """A connection that has just been made."""
    assets = {f"A{number:02}": Changed() for number in range(draws.number(0, 12))}
    size = draws.number(1, 5)
    history = History(draws, Server(assets), size, back_at_any_time=back_at_any_time)
    if not assets:
        history.server.assets["A00"] = Changed()
    return history


def w_never_passes_a_change_that_was_not_applied(draws: Draws) -> None:
    """Whatever the server's clock does, however late a change is shown, whoever presses restart.

    A change that is older than W is still before the full run under way, or a full run is due.
    """
    history = some_history(draws)
    for _ in range(draws.number(1, 25)):
        history.outside()
        history.tick(draws.number(1, 4))


def once_all_is_quiet_everything_is_applied(draws: Draws) -> None:
    """Within the full run that is under way or due, and two runs of changes."""
    history = some_history(draws)
    for _ in range(draws.number(1, 15)):
        history.outside()
        history.tick(draws.number(1, 4))
    pages = -(-len(history.server.assets) // history.size)
    history.quiet = True
    for _ in range(4 * pages + 8):
        history.server.pass_time(LATEST + 1)
        history.tick(2)
    assert not history.unapplied()
    assert history.state.restart is None


def a_run_of_changes_ends_soon_whatever_else_is_due(draws: Draws) -> None:
    """Its own pages, and as many of a full run's between them."""
    history = some_history(draws)
    for _ in range(draws.number(1, 25)):
        history.outside()
        history.tick(draws.number(1, 4))
    pages = -(-len(history.server.assets) // history.size)
    for run_id, steps in history.steps_of.items():
        if run_id.startswith("incremental"):
            assert steps <= 2 * pages + 2


LAWS: tuple[Law, ...] = (
    w_never_passes_a_change_that_was_not_applied,
    once_all_is_quiet_everything_is_applied,
    a_run_of_changes_ends_soon_whatever_else_is_due,
)
