"""What a plan would have written so far, over what stands in the tables; and what of it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.record import Record, created_media_id
from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.domain.run import Kind, Phase, Run, RunState
from mediamosa_sync.domain.transitions import Rules, next_run
from mediamosa_sync.domain.values import Metadata

T = TypeVar("T")


@dataclass(slots=True)
class Overlay:
    """What differs from the tables, and from MediaMosa, by what a plan would have done.

    Attributes:
        state: the run item; None before the plan's first page.
        links: asset id → link as it would be; None if its row would be gone.
        records: media id → record as it would be; None if it would be gone.
        waiting: media id → waiting row as it would be; None if it would be gone.
        mediafiles: what MediaMosa has told of mediafiles.
        nominees: run id → key of a row → nominees that would be left in it.
        properties: MediaMosa's, if they would have been read anew, and when.
        written: asset id → values that MediaMosa would have.
        stamped: asset id → asset as it stands, of those that would have a newer stamp.
        drained: ids of assets, and of records, of which the index tells though it is their turn no
            more.
    """

    state: RunState | None = None
    links: dict[str, Link | None] = field(default_factory=dict)
    records: dict[str, Record | None] = field(default_factory=dict)
    waiting: dict[str, Waiting | None] = field(default_factory=dict)
    mediafiles: dict[str, str] = field(default_factory=dict)
    nominees: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    properties: tuple[tuple[Property, ...], datetime] | None = None
    written: dict[str, Metadata] = field(default_factory=dict)
    stamped: dict[str, Asset] = field(default_factory=dict)
    drained: set[str] = field(default_factory=set)

    @property
    def run_state(self) -> RunState:
        """The run item; a plan has begun."""
        if self.state is None:
            raise AssertionError("a plan's first step takes the run item over")
        return self.state

    def pending_links(self, upto: datetime) -> list[str]:
        """Assets whose link would be due by *upto*, the longest due first."""
        return _due(self.links, upto)

    def pending_records(self, upto: datetime) -> list[str]:
        """As :meth:`pending_links`, of the records that wait to be tied."""
        return _due(self.waiting, upto)

    def forget_what_is_done(self, now: datetime, rules: Rules) -> None:
        """Keep what the rest of the plan may come to again, and nothing else.

        An asset that all walks have passed is not listed again; what stands in the tables of it is
        old then, but nobody reads it.
        """
        state = self.run_state
        ahead = runs_ahead(state, now, rules)
        another_full_run = state.full_due is not None and state.run(Kind.FULL) is not None
        if another_full_run or state.release or any(map(_looks_at_anything, ahead)):
            return
        due = set(self.pending_links(now))
        again = set(state.again)
        kept = {
            name
            for name in self.links
            if name in due or name in again or any(name > run.cursor.last_id for run in ahead)
        }
        waiting = set(self.pending_records(now))
        records = {created_media_id(state.connection_id, name) for name in kept}
        records |= {link.media_id for name in kept if (link := self.links[name]) is not None}
        self.links = _only(self.links, kept)
        self.records = _only(self.records, records | waiting)
        if not any(run.kind is Kind.INCREMENTAL for run in ahead):
            self.stamped = {}
        self.written = _only(self.written, kept | self.stamped.keys())
        self.waiting = _only(self.waiting, waiting)
        self.nominees = _only(self.nominees, {run.run_id for run in ahead})
        if not any(run.kind is Kind.FULL for run in ahead):
            self.mediafiles = {}


def runs_ahead(state: RunState, now: datetime, rules: Rules) -> tuple[Run, ...]:
    """The runs that this execution has to do yet, begun or not; one of each kind at most."""
    either = (next_run(replace(state, last_walk=kind), now, rules) for kind in Kind)
    found = {run.kind: run for run in either if run is not None}
    return tuple(found.values())


def _looks_at_anything(run: Run) -> bool:
    """Whether it may come to assets whatever their ids: it ties them, or deals with nominees."""
    return run.phase is not Phase.WALK or run.waiting > 0


def _due(rows: Mapping[str, Link | Waiting | None], upto: datetime) -> list[str]:
    found = [
        (row.due or upto, name)
        for name, row in rows.items()
        if row is not None
        and row.state is LinkState.PENDING
        and (row.due is None or row.due <= upto)
    ]
    return [name for _, name in sorted(found)]


def _only(rows: Mapping[str, T], names: Iterable[str]) -> dict[str, T]:
    wanted = set(names)
    return {name: row for name, row in rows.items() if name in wanted}
