"""The sync table as it would be by now: a step over it writes into the plan's memory alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.record import RecordChange
from mediamosa_sync.domain.rows import (
    Due,
    HeldAsset,
    HistoryRow,
    Nominees,
    NomineesChange,
    PushState,
    Waiting,
)
from mediamosa_sync.domain.run import Failure, Fence, Kind, Restart, RunState
from mediamosa_sync.domain.writes import AssetWrite, Counts
from mediamosa_sync.ports import Applied, SyncStore
from mediamosa_sync.service.dry.overlay import Overlay
from mediamosa_sync.service.dry.records import DryRecords
from mediamosa_sync.service.dry.untouched import UntouchedStore

_JUST_BEFORE = timedelta(microseconds=1)


class DryStore(UntouchedStore):
    """The port ``SyncStore`` for the steps of one connection's plan.

    Attributes:
        taken: the run item as the page's step has taken it.
        writes: what would have been written about assets, in order.
        untied: rows of records that would have been noted as waiting.
        pushed: counts that pushes would have been given.
        trouble: why MediaMosa could not be reached, in one sentence; "" if it was.
    """

    def __init__(
        self, store: SyncStore, records: DryRecords, overlay: Overlay, *, full: bool
    ) -> None:
        """Over *store*; *full*: as if a full run had been asked for before the plan."""
        super().__init__(store)
        self._records = records
        self._overlay = overlay
        self._full = full
        self.taken = RunState("")
        self.writes: list[AssetWrite] = []
        self.untied: list[Waiting] = []
        self.pushed = Counts()
        self.trouble = ""

    # The connection and its run item.

    def connection(self, connection_id: str) -> Connection | None:
        """As it would be once nothing is paused any more: a plan is what resuming would do."""
        known = super().connection(connection_id)
        return None if known is None else replace(known, paused=frozenset())

    def take_lease(
        self, connection_id: str, *, owner: str, now: datetime, until: datetime
    ) -> RunState | None:
        """The run item with a number above all others; whoever holds the lease does no harm."""
        del owner, until
        stands = super().run_state(connection_id)
        state = self._overlay.state or self._begun(stands, now)
        number = max(state.sequence, stands.sequence) + 1
        self._overlay.state = self.taken = replace(state, sequence=number)
        return self.taken

    def _begun(self, state: RunState, now: datetime) -> RunState:
        """Without the pause after a failure: whether MediaMosa is back, the plan finds out."""
        wish = state.full_wish
        if self._full and wish is None:
            wish = Restart("plan", "plan", now - _JUST_BEFORE)
        return replace(state, failure=None, full_wish=wish)

    def save_run(
        self,
        fence: Fence,
        state: RunState,
        *,
        release: bool,
        nominees: NomineesChange | None = None,
        history: Sequence[HistoryRow] = (),
    ) -> None:
        """Keep the run item, but for the numbers that follow the writes of links."""
        del fence, release, history
        stands = self._overlay.run_state
        self._overlay.state = replace(
            state, sequence=stands.sequence, links=stands.links, held=stands.held
        )
        if nominees is not None:
            rows = self._overlay.nominees.setdefault(nominees.run_id, {})
            rows[nominees.row.key] = nominees.row.asset_ids

    def take_marks(self, fence: Fence, before: RunState, after: RunState) -> None:
        """As :meth:`save_run`."""
        del before
        self.save_run(fence, after, release=False)

    def nominees(self, connection_id: str, run_id: str, *, after: str = "") -> Nominees | None:
        """The first row that would be left."""
        changed = self._overlay.nominees.get(run_id, {})
        stands = super().nominees(connection_id, run_id, after=after)
        while stands is not None and stands.key in changed:
            stands = super().nominees(connection_id, run_id, after=stands.key)
        rows = [Nominees(key, ids) for key, ids in changed.items() if ids and key > after]
        rows += [] if stands is None else [stands]
        return min(rows, key=lambda row: row.key, default=None)

    def sequence(self, connection_id: str) -> int:
        """The number that the plan's last step has drawn."""
        del connection_id
        return self._overlay.run_state.sequence

    # Links and records.

    def links(self, connection_id: str, asset_ids: Iterable[str]) -> Mapping[str, Link]:
        """Those that would exist."""
        wanted, changed = list(dict.fromkeys(asset_ids)), self._overlay.links
        if connection_id != self._id:
            return super().links(connection_id, wanted)
        unchanged = [name for name in wanted if name not in changed]
        found = dict(super().links(connection_id, unchanged)) if unchanged else {}
        found |= {name: link for name in wanted if (link := changed.get(name)) is not None}
        return {name: found[name] for name in wanted if name in found}

    def links_between(
        self, connection_id: str, *, after: str, upto: str | None, prefix: str, limit: int
    ) -> tuple[Mapping[str, Link], bool]:
        """Those that would exist; where the tables have more, up to the last one read there."""
        stand, more = super().links_between(
            connection_id, after=after, upto=upto, prefix=prefix, limit=limit
        )
        end = max(stand) if more else upto
        links: dict[str, Link | None] = dict(stand)
        links |= {
            name: link
            for name, link in self._overlay.links.items()
            if name > after and name.startswith(prefix) and (end is None or name <= end)
        }
        found = {name: link for name in sorted(links) if (link := links[name]) is not None}
        if more and not found:
            return self.links_between(
                connection_id, after=max(stand), upto=upto, prefix=prefix, limit=limit
            )
        return found, more

    def held(
        self, connection_id: str, *, upto: datetime | None, limit: int, after: str = ""
    ) -> tuple[HeldAsset, ...]:
        """Those that would still be held; what a plan holds is held later than any ruling."""
        changed = self._overlay.links
        found = super().held(connection_id, upto=upto, limit=limit + len(changed), after=after)
        return tuple(one for one in found if one.asset_id not in changed)[:limit]

    def apply(self, fence: Fence, kind: Kind, writes: Sequence[AssetWrite]) -> Applied:
        """As if the chunk were written, if what it depends on would still be so."""
        del kind
        return self._apply(fence.connection_id, writes)

    def write(self, connection_id: str, write: AssetWrite) -> Applied:
        """As :meth:`apply`, of one asset outside a run."""
        return self._apply(connection_id, [write])

    def _apply(self, connection_id: str, writes: Sequence[AssetWrite]) -> Applied:
        """What would have no room in an item is not known here: only DynamoDB measures it."""
        taken = self._records.taken(write.record for write in writes)
        contested = {
            write.link.asset_id
            for write in writes
            if not self._is_as_read(write) or write.records & taken
        }
        if contested:
            return Applied(contested=frozenset(contested))
        for write in writes:
            self._carry_out(connection_id, write)
        return Applied()

    def _is_as_read(self, write: AssetWrite) -> bool:
        changed, asset_id = self._overlay.links, write.link.asset_id
        if asset_id in changed and _version(changed[asset_id]) != _version(write.link_before):
            return False
        return self._records.holds(write.record)

    def _carry_out(self, connection_id: str, write: AssetWrite) -> None:
        overlay, stands = self._overlay, self._overlay.run_state
        joined = [write.link.asset_id] if write.joins_held else []
        left = [write.link.asset_id] if write.leaves_held else []
        held, links = stands.held.changed(joined, left), stands.links + write.links_delta
        overlay.state = replace(stands, held=held, links=links)
        overlay.links[write.link.asset_id] = None if write.link_goes else write.written
        self._records.carry_out(write.record)
        if write.no_longer_waiting:
            self.drop_waiting(connection_id, [write.no_longer_waiting])
        self.writes.append(write)

    # What is pushed, and what waits.

    def push_state(self, connection_id: str) -> PushState:
        """With a closed circuit: the plan itself finds out whether MediaMosa is reached."""
        return replace(super().push_state(connection_id), circuit=None)

    def add_pushed(self, connection_id: str, counts: Counts) -> None:
        """Keep what would be added."""
        del connection_id
        self.pushed += counts

    def set_circuit(
        self, connection_id: str, before: Failure | None, after: Failure | None
    ) -> bool:
        """Keep why the circuit would be opened."""
        del connection_id, before
        self.trouble = "" if after is None else after.reason
        return True

    def due(self, connection_id: str, *, upto: datetime, limit: int) -> tuple[Due, ...]:
        """What of the index was not taken yet, then what the plan itself has left pending."""
        drained = self._overlay.drained
        found = super().due(connection_id, upto=upto, limit=limit + len(drained))
        fresh = [one for one in found if _name(one) not in drained]
        known = {_name(one) for one in found}
        left = [Due(asset_id=name) for name in self._overlay.pending_links(upto)]
        left += [Due(media_id=name) for name in self._overlay.pending_records(upto)]
        fresh += [one for one in left if _name(one) not in known or _name(one) in drained]
        drained.update(map(_name, fresh[:limit]))
        return tuple(fresh[:limit])

    def waiting(self, connection_id: str, media_ids: Iterable[str]) -> Mapping[str, Waiting]:
        """Those of the rows that would exist."""
        wanted, changed = list(dict.fromkeys(media_ids)), self._overlay.waiting
        unchanged = [name for name in wanted if name not in changed]
        found = dict(super().waiting(connection_id, unchanged)) if unchanged else {}
        return found | {name: row for name in wanted if (row := changed.get(name)) is not None}

    def put_waiting(
        self, connection_id: str, waiting: Waiting, record: RecordChange | None
    ) -> bool:
        """As if it were written, if the record would still be as read."""
        del connection_id
        if not self._records.holds(record):
            return False
        self._records.carry_out(record)
        self._overlay.waiting[waiting.media_id] = waiting
        self.untied.append(waiting)
        return True

    def drop_waiting(self, connection_id: str, media_ids: Iterable[str]) -> None:
        """As if they were gone."""
        del connection_id
        self._overlay.waiting.update(dict.fromkeys(media_ids))

    # What MediaMosa has told.

    def mediafiles(self, connection_id: str, ids: Iterable[str]) -> Mapping[str, str]:
        """As told by now."""
        wanted = list(dict.fromkeys(ids))
        found = dict(super().mediafiles(connection_id, wanted))
        if connection_id == self._id:
            told = self._overlay.mediafiles
            found |= {name: told[name] for name in wanted if name in told}
        return found

    def put_mediafiles(self, connection_id: str, assets: Mapping[str, str]) -> None:
        """Remember them for the plan."""
        del connection_id
        self._overlay.mediafiles.update(assets)

    def properties(self, connection_id: str) -> tuple[tuple[Property, ...], datetime] | None:
        """As read last."""
        return self._overlay.properties or super().properties(connection_id)

    def put_properties(
        self, connection_id: str, properties: Sequence[Property], read_at: datetime
    ) -> None:
        """Remember them for the plan."""
        del connection_id
        self._overlay.properties = tuple(properties), read_at

    @property
    def _id(self) -> str:
        return self._overlay.run_state.connection_id


def _version(link: Link | None) -> int:
    return 0 if link is None else link.version


def _name(due: Due) -> str:
    """Of an asset or of a record: either may be called as the other."""
    return f"asset {due.asset_id}" if due.asset_id else f"record {due.media_id}"
