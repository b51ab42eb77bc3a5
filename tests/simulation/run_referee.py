"""The promises about runs: restarts, cursors, the watermark, and what a completed run says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.run import Kind, Outcome, Phase, Run, RunState
from mediamosa_sync.domain.values import NO_VALUE, is_agreed
from tests.fakes.records import record_of
from tests.simulation.applications import values_in
from tests.simulation.site import NAMES, SimulatedSite
from tests.simulation.story import Version

if TYPE_CHECKING:
    from tests.simulation.world import World


_KINDS = tuple(Kind)
_MOST_TURNS = 2
"""Steps in a row of one kind of run while the other waits."""


class RunReferee:
    """Sees every run item before it is written."""

    def __init__(self, world: World, blame: Callable[[str, str], None]) -> None:
        self._world = world
        self.blame = blame
        self._began: dict[tuple[str, str], int] = {}
        self._taken: set[str] = set()
        self._held: dict[tuple[str, str], int] = {}
        self._took_turns: dict[str, tuple[Kind, int]] = {}
        self.situations: set[str] = set()

    def take_over(self, begun: RunReferee) -> None:
        """Have seen what was seen in another world."""
        self._began.update(begun._began)
        self.situations |= begun.situations

    def state_changes(self, before: RunState | None, after: RunState) -> None:
        """I5, I7 and I13: the run item is about to be written."""
        running = self._world.turns.running
        if running is not None and running.connection_id not in {"", after.connection_id}:
            self.blame("I10", f"{running.name} writes the run item of {after.connection_id}")
        if before is None:
            return
        site = self._world.sites[after.connection_id]
        if after.generation != before.generation:
            self._new_generation(before, after)
        if after.sequence < before.sequence:
            self.blame("I11", f"the sequence goes back: {before.sequence} → {after.sequence}")
        self._cursors(site, before, after)
        self._runs_begin(after)
        self._turns(before, after)
        self._deletions_begin(before, after)
        ended = _ended(before, after)
        self._rulings(before, after)
        if ended:
            self._runs_end(site, before, after, ended)
        else:
            self._nothing_ends(before, after)
        if _lowered(before, after) and site.clock_put_back < 0:
            self.blame("I7", f"W goes back: {before.watermark} → {after.watermark}")

    def step_ends(self, connection_id: str, *, owner: str) -> None:
        """I11: who has come to the end of a step lets the next one in."""
        lease = self._world.tables._leases.get(connection_id)
        if lease is not None and lease.owner == owner and lease.until > self._world.clock.now():
            self.blame("I11", f"{owner} has ended, and keeps its lease until {lease.until}")

    def _nothing_ends(self, before: RunState, after: RunState) -> None:
        if after.last_sync != before.last_sync:
            self.blame("I13", f"last_sync moves to {after.last_sync} though no run has ended")
        if after.watermark != before.watermark and not _lowered(before, after):
            self.blame("I7", f"W moves to {after.watermark} though no run has ended")

    def _rulings(self, before: RunState, after: RunState) -> None:
        ruling = after.release
        if ruling is not None and before.release is None and ruling.token != before.held.token:
            self.blame("I9", f"a ruling on another list is carried out: {ruling}")

    def _new_generation(self, before: RunState, after: RunState) -> None:
        mark, running = before.restart, self._world.turns.running
        if after.generation != before.generation + 1 or mark is None:
            self.blame("I5", f"generation {before.generation} → {after.generation}: {mark}")
            return
        if mark.restart_id in self._taken:
            self.blame("I5", f"{mark.restart_id} is taken twice")
        self._taken.add(mark.restart_id)
        execution = running.execution if running is not None else None
        if execution is None or execution.started_at < mark.requested_at:
            self.blame("I14", f"{mark.restart_id} is taken by an execution that ran already")
        for kind in _KINDS:
            run = after.run(kind)
            if run is not None and (run.cursor.offset or run.cursor.last_id):
                self.blame("I5", f"a {kind} run goes on over a restart: {run.cursor}")
        self.situations.add("a restart is taken")
        if any(before.run(kind) for kind in _KINDS):
            self.situations.add("a restart breaks a run off")

    def _cursors(self, site: SimulatedSite, before: RunState, after: RunState) -> None:
        for kind in _KINDS:
            one, two = before.run(kind), after.run(kind)
            if two is not None and two.cursor.done > len(site.known):
                self.blame("I13", f"the {kind} walk has done more than there is: {two.cursor}")
            if one is None or two is None or one.run_id != two.run_id:
                continue
            if two.cursor.last_id < one.cursor.last_id:
                self.blame("I7", f"the {kind} walk goes back: {one.cursor} → {two.cursor}")

    def _turns(self, before: RunState, after: RunState) -> None:
        """I17: while both kinds of runs have something to do, they alternate."""
        for kind, other in zip(_KINDS, reversed(_KINDS), strict=True):
            if not _has_stepped(before, after, kind):
                continue
            waits = before.run(other) is not None or (
                other is Kind.INCREMENTAL and before.incremental_due and before.watermark
            )
            last, turns = self._took_turns.get(after.connection_id, (kind, 0))
            turns = (turns + 1 if last is kind else 1) if waits else 0
            self._took_turns[after.connection_id] = kind, turns
            if turns > _MOST_TURNS:
                self.blame("I17", f"{turns} steps of the {kind} run while the {other} one waits")

    def _deletions_begin(self, before: RunState, after: RunState) -> None:
        """Take down how many were held when a run was let go on to remove what it has nominated."""
        for kind in _KINDS:
            one, two = before.run(kind), after.run(kind)
            if two is None or two.phase is not Phase.DELETE:
                continue
            if one is None or one.phase is not Phase.DELETE or one.run_id != two.run_id:
                self._held[after.connection_id, two.run_id] = before.held.count

    def held_when_let(self, connection_id: str, run: Run) -> int:
        """How many were held when *run* was let go on to remove."""
        return self._held.get((connection_id, run.run_id), 0)

    def _runs_begin(self, state: RunState) -> None:
        """A run was begun before it is first written down: by then nothing of it was asked."""
        running = self._world.turns.running
        for kind in _KINDS:
            run = state.full if kind is Kind.FULL else state.incremental
            if run is not None:
                key = (state.connection_id, run.run_id)
                began = running.began_at if running is not None else self._world.moment
                self._began.setdefault(key, began)

    def _runs_end(
        self, site: SimulatedSite, before: RunState, after: RunState, ended: Sequence[Run]
    ) -> None:
        """I6 and I13: what a completed run says is so."""
        if (
            before.last_sync is not None
            and (after.last_sync or before.last_sync) < before.last_sync
        ):
            self.blame("I13", f"last_sync goes back: {before.last_sync} → {after.last_sync}")
        for run in ended:
            if run.outcome in {Outcome.SKIPPED, Outcome.FAILED}:
                if after.last_sync != before.last_sync:
                    self.blame("I13", f"last_sync is that of a run that {run.outcome}")
            elif run.kind is Kind.FULL:
                since = self._began.get((after.connection_id, run.run_id), 0)
                if site.lagged < since:
                    self._all_applied(site, after, run, since, partial(_was_before, since))
            elif after.full_due is None:
                self._incremental_ends(site, after, run)

    def _incremental_ends(self, site: SimulatedSite, after: RunState, run: Run) -> None:
        full, watermark = after.full, after.watermark
        if full is None or full.under_way or watermark is None:
            return
        walked = self._began.get((after.connection_id, full.run_id), 0)
        if site.restored >= walked or site.clock_put_back >= walked:
            return
        second = watermark.timestamp()
        self._all_applied(site, after, run, walked, lambda one: 0 <= one.second < second)

    def _all_applied(
        self,
        site: SimulatedSite,
        state: RunState,
        run: Run,
        walked: int,
        due: Callable[[Version], bool],
    ) -> None:
        links = self._world.tables._links.get(state.connection_id, {})
        for asset_id in site.known:
            if (
                asset_id in state.again
                or site.unseen.get(asset_id, -1) >= walked
                or not site.lists(asset_id)
                or not site.is_published(asset_id)
            ):
                continue
            link = links.get(asset_id)
            for name in NAMES:
                versions = site.story.versions.get((asset_id, name), ())
                wanted = max((n for n, one in enumerate(versions) if due(one)), default=None)
                if wanted is None or self._applied(site, asset_id, link, name, versions[wanted:]):
                    continue
                if site.changed.get(asset_id, -1) >= self._began.get(
                    (state.connection_id, run.run_id), 0
                ):
                    continue
                self.blame(
                    "I6",
                    f"{run.run_id} has ended, and {name} of {asset_id} is not applied: "
                    f"{[one.values for one in versions[wanted:]]}, {link}",
                )

    def _applied(
        self,
        site: SimulatedSite,
        asset_id: str,
        link: Link | None,
        name: str,
        versions: Sequence[Version],
    ) -> bool:
        if link is None:
            return False
        if link.state not in {LinkState.LINKED, LinkState.PENDING} or link.base is None:
            return True
        if name in link.parked:
            return True
        if link.state is LinkState.PENDING and site.is_unreadable(asset_id):
            # Somebody wants it tried again, or a push has met it before the walk.
            return True
        # What was posted, and may have been taken, is known to be in MediaMosa perhaps.
        agreed = [link.base.get(name, NO_VALUE), *(one.values for one in link.sent.get(name, ()))]
        if any(is_agreed(one, version.values) for version in versions for one in agreed):
            return True
        item = self._world.tables.media.get(link.media_id)
        if item is None or values_in(item, name) is None:
            return True
        # The record has moved, or perhaps so: its event tells.
        return not record_of(link.media_id, item).names(asset_id, link.uri)


def _has_stepped(before: RunState, after: RunState, kind: Kind) -> bool:
    one = before.full if kind is Kind.FULL else before.incremental
    two = after.full if kind is Kind.FULL else after.incremental
    if two is None or not two.steps:
        return False
    return one is None or one.run_id != two.run_id or one.steps < two.steps


def _ended(before: RunState, after: RunState) -> tuple[Run, ...]:
    """The runs that end with this write."""
    pairs = ((before.full, after.full), (before.incremental, after.incremental))
    return tuple(
        two
        for one, two in pairs
        if two is not None
        and two.finished_at is not None
        and (one is None or one.run_id != two.run_id or one.finished_at is None)
    )


def _was_before(moment: int, version: Version) -> bool:
    return version.moment < moment


def _lowered(before: RunState, after: RunState) -> bool:
    one, two = before.watermark, after.watermark
    return one is not None and (two is None or two < one)
