"""The media table and the sync table in memory, with the conditions and the atomicity of DynamoDB.

Deterministic and without clock, threads or copies: made to carry hundreds of simulated histories a
second. ``tests/adapters/dynamodb/test_*_contract.py`` hold it and the adapter to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.run import Fence, Kind, Restart, Run, RunState
from mediamosa_sync.domain.writes import AssetWrite, Conflict, count
from mediamosa_sync.ports import Applied, Fenced, StoreError, StoreUnavailable
from tests.fakes.chunks import stage
from tests.fakes.records import Item, record_of

MOST_COUNTED = 1000
"""Where the counts of what needs attention stop."""

Action = Callable[[], None]


@dataclass(slots=True)
class Traffic:
    """What went to and from the tables since the start, or since it was set back.

    Attributes:
        reads: items asked for, whether they existed or not; an index or query counts as one.
        records_written, links_written, conflicts_written: in transactions that took effect.
        run_item_writes: of every kind, those inside transactions too.
        connection_writes: configurations.
        property_writes: lists of properties.
        transactions: chunks that took effect.
        cancelled: chunks that did not.
    """

    reads: int = 0
    records_written: int = 0
    links_written: int = 0
    conflicts_written: int = 0
    run_item_writes: int = 0
    connection_writes: int = 0
    property_writes: int = 0
    transactions: int = 0
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class _Lease:
    owner: str
    until: datetime


class MemoryTables:
    """The ports ``RecordStore`` and ``SyncStore`` over dictionaries.

    Attributes:
        traffic: counts for tests.
        media: key → item of the media table; put application records with :meth:`put_record`.
        conflicts: connection → conflict id → entry of the log.
        before, after: called with the name of every method of the ports, before it does anything
            and once its effect is durable; an exception from it reaches the caller. For a single
            event use :meth:`once_before` and :meth:`once_after`.
    """

    def __init__(self, key: str = "media_id") -> None:
        self.traffic = Traffic()
        self.media: dict[str, Item] = {}
        self.conflicts: dict[str, dict[str, Conflict]] = {}
        self.before: Callable[[str], None] = _nothing
        self.after: Callable[[str], None] = _nothing
        self._key = key
        self._once: dict[tuple[str, str], list[Action]] = {}
        self._connections: dict[str, Connection] = {}
        self._states: dict[str, RunState] = {}
        self._leases: dict[str, _Lease] = {}
        self._links: dict[str, dict[str, Link]] = {}
        self._properties: dict[str, tuple[tuple[Property, ...], datetime]] = {}

    # What tests do from outside.

    def put_record(self, media_id: str, /, **attributes: object) -> None:
        """An application writes a whole record: *attributes* in boto3's types."""
        self.media[media_id] = {self._key: media_id, **attributes}

    def edit_record(self, media_id: str, /, **properties: object) -> None:
        """An application sets ``metadata.<name>`` for each of *properties*; None removes it."""
        item = self.media[media_id]
        metadata: dict[str, Any] = {**item.get("metadata", {}), **properties}
        kept = {name: value for name, value in metadata.items() if value is not None}
        self.media[media_id] = {**item, "metadata": kept}

    def delete_record(self, media_id: str) -> None:
        """An application deletes a record."""
        del self.media[media_id]

    def put_link(self, connection_id: str, link: Link) -> None:
        """Put *link* as it is, without any condition."""
        self._links.setdefault(connection_id, {})[link.asset_id] = link

    def put_state(self, state: RunState) -> None:
        """Put a run item as it is; the lease stays."""
        self._states[state.connection_id] = state

    def all_links(self, connection_id: str) -> dict[str, Link]:
        """Every link of a connection, in order of asset ids; counts as no read."""
        return dict(sorted(self._links.get(connection_id, {}).items()))

    def once_before(self, method: str, action: Action) -> None:
        """Run *action* once, before the next call of *method* does anything."""
        self._once.setdefault(("before", method), []).append(action)

    def once_after(self, method: str, action: Action) -> None:
        """Run *action* once, when the next call of *method* has taken effect."""
        self._once.setdefault(("after", method), []).append(action)

    def throttle(self, method: str, times: int = 1) -> None:
        """Let the next calls of *method* fail without effect, as after all patience is used up."""
        for _ in range(times):
            self.once_before(method, unavailable)

    def lose_answer(self, method: str) -> None:
        """Let the next call of *method* take effect and fail all the same."""
        self.once_after(method, unavailable)

    # The port RecordStore.

    def records(self, media_ids: Iterable[str]) -> Mapping[str, Record]:
        """As the port says."""
        self._enter("records")
        wanted = dict.fromkeys(media_ids)
        self.traffic.reads += len(wanted)
        found = {name: record_of(name, self.media[name]) for name in wanted if name in self.media}
        self._leave("records")
        return found

    # The port SyncStore.

    def connections(self) -> tuple[Connection, ...]:
        """As the port says."""
        self._enter("connections")
        self.traffic.reads += 1 + len(self._connections)
        found = tuple(self._connections[name] for name in sorted(self._connections))
        self._leave("connections")
        return found

    def connection(self, connection_id: str) -> Connection | None:
        """As the port says."""
        self._enter("connection")
        self.traffic.reads += 1
        found = self._connections.get(connection_id)
        self._leave("connection")
        return found

    def put_connection(self, connection: Connection) -> None:
        """As the port says."""
        self._enter("put_connection")
        self._connections[connection.connection_id] = connection
        self.traffic.connection_writes += 1
        self._leave("put_connection")

    def run_state(self, connection_id: str) -> RunState:
        """As the port says."""
        self._enter("run_state")
        self.traffic.reads += 1
        state = self._state(connection_id)
        self._leave("run_state")
        return state

    def take_lease(
        self, connection_id: str, *, owner: str, now: datetime, until: datetime
    ) -> RunState | None:
        """As the port says."""
        self._enter("take_lease")
        lease = self._leases.get(connection_id)
        if lease is not None and lease.owner != owner and lease.until > now:
            return None
        state = self._state(connection_id)
        taken = replace(state, sequence=state.sequence + 1)
        self._write_state(taken)
        self._leases[connection_id] = _Lease(owner, until)
        self._leave("take_lease")
        return taken

    def save_run(self, fence: Fence, state: RunState, *, release: bool) -> None:
        """As the port says."""
        self._enter("save_run")
        stored = self._fenced(fence)
        kept = replace(
            state,
            generation=stored.generation,
            sequence=stored.sequence,
            restart=stored.restart,
        )
        self._write_state(kept)
        if release:
            self._leases.pop(fence.connection_id, None)
        self._leave("save_run")

    def take_restart(self, fence: Fence, restart: Restart, state: RunState) -> None:
        """As the port says."""
        self._enter("take_restart")
        stored = self._fenced(fence)
        if stored.restart is None or stored.restart.restart_id != restart.restart_id:
            raise Fenced("The restart was withdrawn or taken by another step: stop this one.")
        self._write_state(
            replace(
                state,
                generation=fence.generation + 1,
                sequence=stored.sequence,
                restart=None,
            )
        )
        self._leave("take_restart")

    def request_restart(self, connection_id: str, restart: Restart) -> Restart:
        """As the port says."""
        self._enter("request_restart")
        state = self._state(connection_id)
        if state.restart is not None:
            return state.restart
        self._write_state(replace(state, restart=restart))
        self._leave("request_restart")
        return restart

    def links(self, connection_id: str, asset_ids: Iterable[str]) -> Mapping[str, Link]:
        """As the port says."""
        self._enter("links")
        wanted = dict.fromkeys(asset_ids)
        self.traffic.reads += len(wanted)
        links = self._links.get(connection_id, {})
        found = {asset_id: links[asset_id] for asset_id in wanted if asset_id in links}
        self._leave("links")
        return found

    def apply(self, fence: Fence, kind: Kind, writes: Sequence[AssetWrite]) -> Applied:
        """As the port says."""
        self._enter("apply")
        state = self._fenced(fence)
        run = _run_under_way(state, kind)
        links = self._links.get(fence.connection_id, {})
        staged = stage(self._key, self.media, links, writes)
        if staged.contested or staged.oversized:
            self.traffic.cancelled += 1
            return Applied(frozenset(staged.contested), frozenset(staged.oversized))
        self._write_state(state.with_run(replace(run, counts=run.counts + count(writes))))
        self.media.update(staged.records)
        for write in writes:
            self._write_link(fence.connection_id, write)
        self.traffic.records_written += len(staged.records)
        self.traffic.transactions += 1
        self._leave("apply")
        return Applied()

    def properties(self, connection_id: str) -> tuple[tuple[Property, ...], datetime] | None:
        """As the port says."""
        self._enter("properties")
        self.traffic.reads += 1
        found = self._properties.get(connection_id)
        self._leave("properties")
        return found

    def put_properties(
        self, connection_id: str, properties: Sequence[Property], read_at: datetime
    ) -> None:
        """As the port says."""
        self._enter("put_properties")
        self._properties[connection_id] = (tuple(properties), read_at)
        self.traffic.property_writes += 1
        self._leave("put_properties")

    def attention(self, connection_id: str) -> Mapping[str, int]:
        """As the port says, but without any lag."""
        self._enter("attention")
        self.traffic.reads += 3
        states = [link.state for link in self._links.get(connection_id, {}).values()]
        found = {
            "pending": min(states.count(LinkState.PENDING), MOST_COUNTED),
            "parked": min(states.count(LinkState.PARKED), MOST_COUNTED),
            "conflicts": min(len(self.conflicts.get(connection_id, {})), MOST_COUNTED),
        }
        self._leave("attention")
        return found

    # Inside.

    def _enter(self, method: str) -> None:
        self.before(method)
        self._run_once("before", method)

    def _leave(self, method: str) -> None:
        self._run_once("after", method)
        self.after(method)

    def _run_once(self, moment: str, method: str) -> None:
        waiting = self._once.get((moment, method))
        if waiting:
            waiting.pop(0)()

    def _state(self, connection_id: str) -> RunState:
        return self._states.get(connection_id) or RunState(connection_id)

    def _write_state(self, state: RunState) -> None:
        self._states[state.connection_id] = state
        self.traffic.run_item_writes += 1

    def _fenced(self, fence: Fence) -> RunState:
        state = self._states.get(fence.connection_id)
        if state is None or state.fence != fence:
            raise Fenced("Another step has taken over this connection: stop this one.")
        return state

    def _write_link(self, connection_id: str, write: AssetWrite) -> None:
        version = 1 + (write.link_before.version if write.link_before else 0)
        links = self._links.setdefault(connection_id, {})
        links[write.link.asset_id] = replace(write.link, version=version)
        self.traffic.links_written += 1
        for entry in write.conflicts:
            self.conflicts.setdefault(connection_id, {})[entry.conflict_id] = entry
            self.traffic.conflicts_written += 1


def unavailable() -> None:
    """Fail as the adapter does when DynamoDB does not answer."""
    raise StoreUnavailable("DynamoDB does not answer now: the next step tries again.")


def _nothing(_method: str) -> None:
    """No event."""


def _run_under_way(state: RunState, kind: Kind) -> Run:
    run = state.run(kind)
    if run is None:
        raise StoreError(f"No {kind} run is under way: save the run item before its first chunk.")
    return run
