"""A run's next piece of work: adopt, walk a page, decide about nominees, delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import (
    MAX_HOLDS,
    MAX_LINKS,
    MAX_PROOFS,
    Removals,
    missing,
)
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.properties import FieldMap
from mediamosa_sync.domain.rows import Nominees, NomineesChange
from mediamosa_sync.domain.run import Kind, Phase, Quiet, Run, RunState
from mediamosa_sync.domain.transitions import Rules, after_walk, begun, finished, observed
from mediamosa_sync.domain.walk import Trusted, cut
from mediamosa_sync.errors import Malformed
from mediamosa_sync.ports import AssetServer, RecordStore, SyncStore
from mediamosa_sync.service.adopt import Adopter
from mediamosa_sync.service.page import MAX_AGAIN, AssetWriter, Written
from mediamosa_sync.service.reading import Page, Reader
from mediamosa_sync.service.removal import Remover
from mediamosa_sync.service.tyer import ask_mediafile


@dataclass(frozen=True, slots=True)
class PullPorts:
    """What a piece of work needs from outside.

    Attributes:
        requests_before: requests that *server* had made when the step began.
    """

    records: RecordStore
    store: SyncStore
    server: AssetServer
    requests_before: int
    rules: Rules


@dataclass(frozen=True, slots=True)
class Concluded:
    """What the step is to save.

    Attributes:
        history: rows that the history gains.
        nominees: what becomes of one row of nominees.
    """

    state: RunState
    history: tuple[Quiet, ...] = ()
    nominees: NomineesChange | None = None


class Pull:
    """One step's work on one run."""

    def __init__(
        self,
        ports: PullPorts,
        connection: Connection,
        state: RunState,
        run: Run,
        fields: FieldMap,
        now: datetime,
    ) -> None:
        self._ports = ports
        self._connection = connection
        self._state = state
        self._run = self._at_first = run
        self._ended = False
        self._nominees: NomineesChange | None = None
        self._asked_again = False
        self._setting = setting = Setting(
            connection.connection_id, state.sequence, now, fields, connection.policies
        )
        self._now = now
        self._written = Written(held=state.held)
        self._writer = AssetWriter(
            ports.records,
            ports.store,
            state.fence,
            setting,
            self._written,
            self._begin,
            partial(ask_mediafile, ports.server) if run.kind is Kind.FULL else None,
        )
        self._remover = Remover(
            ports.server, ports.records, self._writer, setting, ports.rules.retention
        )

    def work(self) -> None:
        """Do the piece that is next; a quiet run passes through all its phases at once.

        Raises :class:`AssetServerError`, :class:`StoreUnavailable` and :class:`Fenced`.
        """
        if self._run.phase is Phase.ADOPT and not self._adopt():
            return
        if self._run.phase is Phase.WALK:
            self._walk()
        elif self._run.phase is Phase.DECIDE:
            self._hold_portion()
        else:
            self._delete_portion()

    def broken_off(self) -> RunState:
        """The state after an error: what was applied is counted, the position is as it was."""
        run = self._state.run(self._run.kind)
        if run is None:
            return self._state
        counted = replace(
            run,
            counts=run.counts + self._written.counts,
            requests=run.requests + self._requests(),
        )
        return replace(
            self._state.with_run(counted), held=self._written.held, removals=self._removals()
        )

    def concluded(self, now: datetime) -> Concluded:
        """What to save after :meth:`work`."""
        written = self._written
        run = replace(
            self._run,
            counts=self._run.counts + written.counts,
            steps=self._run.steps + 1,
            requests=self._run.requests + self._requests(),
            links=self._state.links + written.links,
        )
        state = replace(
            begun(self._state, run),
            last_walk=run.kind,
            failure=None,
            held=written.held,
            again=self._again(),
            removals=self._removals(),
        )
        if not self._ended:
            return Concluded(state, nominees=self._nominees)
        state, rows = finished(state, run, now, self._ports.rules)
        return Concluded(state, rows, self._nominees)

    def _again(self) -> tuple[str, ...]:
        """What later steps have to ask for: what this one could not settle, and had no time for."""
        asked = MAX_AGAIN if self._asked_again else 0
        return tuple(sorted({*self._state.again[asked:], *self._written.again}))

    def _removals(self) -> Removals:
        return self._state.removals.plus(self._written.removals, self._now)

    def _requests(self) -> int:
        return self._ports.server.requests - self._ports.requests_before

    def _begin(self) -> None:
        """Make the run durable before its first chunk counts into it, at the old position.

        What the step has done beyond that is in no table yet, and must be done again if it fails.
        """
        self._state = begun(self._state, self._at_first)
        self._ports.store.save_run(self._state.fence, self._state, release=False)

    def _adopt(self) -> bool:
        """Adopt the next part of the table; whether the walk's first page may follow at once."""
        adopter = Adopter(
            self._connection,
            self._ports.server,
            self._ports.records,
            self._ports.store,
            self._writer,
            self._setting,
        )
        adopted = adopter.adopt(self._run)
        self._run = adopted.run
        return self._run.phase is Phase.WALK and not adopted.asked

    def _walk(self) -> None:
        self._ask_again()
        page = Reader(self._ports.server, self._connection.page_size).read(self._run.cursor)
        self._observe(page)
        trusted, links, unreadable = self._joined(page)
        kind = self._run.kind
        self._writer.write_assets(kind, trusted.assets, links, listed=True)
        if kind is Kind.FULL:
            listed = [asset.asset_id for asset in trusted.assets]
            gone = missing(links, [*listed, unreadable] if unreadable else listed)
            self._writer.write_missing(kind, gone, links)
        if unreadable:
            self._writer.write_unreadable(kind, unreadable)
        self._ask_now()
        self._move(trusted)

    def _ask_again(self) -> None:
        """Ask by id, before the page, for the assets that earlier steps had to leave."""
        self._asked_again = True
        self._ask(self._state.again[:MAX_AGAIN])

    def _ask_now(self) -> None:
        """Ask by id, after the page, for the assets about which the list may lag."""
        stale = tuple(sorted(self._written.stale))
        self._written.again.update(stale[MAX_AGAIN:])
        self._ask(stale[:MAX_AGAIN])

    def _ask(self, asset_ids: tuple[str, ...]) -> None:
        if not asset_ids:
            return
        try:
            found = self._ports.server.assets(asset_ids)
        except Malformed:
            self._ask_singly(asset_ids)
            return
        links = self._writer.links(asset_ids)
        self._writer.write_assets(self._run.kind, list(found.values()), links)
        lacking = [asset_id for asset_id in asset_ids if asset_id not in found]
        self._writer.write_missing(self._run.kind, lacking, links)

    def _ask_singly(self, asset_ids: tuple[str, ...]) -> None:
        """One of them cannot be shown: it is found by asking for each, a portion a step."""
        portion, rest = asset_ids[:MAX_PROOFS], asset_ids[MAX_PROOFS:]
        self._written.again.update(rest)
        for asset_id in portion:
            try:
                asset = self._ports.server.prove(asset_id).asset
            except Malformed:
                self._writer.write_unreadable(self._run.kind, asset_id)
                continue
            links = self._writer.links([asset_id])
            if asset is not None:
                self._writer.write_assets(self._run.kind, [asset], links)
            else:
                self._writer.write_missing(self._run.kind, [asset_id], links)

    def _observe(self, page: Page) -> None:
        for server_time in page.server_times:
            self._state = observed(self._state, server_time, self._ports.rules)
            earliest = min(self._run.server_started_at or server_time, server_time)
            self._run = replace(self._run, server_started_at=earliest)

    def _joined(self, page: Page) -> tuple[Trusted, Mapping[str, Link], str | None]:
        """The page with its links, read after it; in a full run with those that it lacks, too."""
        trusted, before = page.trusted, self._run.cursor
        if self._run.kind is not Kind.FULL:
            return trusted, self._writer.links(_ids(trusted.assets)), page.unreadable
        if trusted.cursor.last_id == before.last_id and not trusted.ended:
            return trusted, {}, None
        links, more = self._ports.store.links_between(
            self._connection.connection_id,
            after=before.last_id,
            upto=None if trusted.ended else trusted.cursor.last_id,
            prefix=before.prefix,
            limit=MAX_LINKS,
        )
        if not more:
            return trusted, links, page.unreadable
        last = max(links)
        if page.unreadable is not None and page.unreadable > last:
            return Trusted((), replace(before, last_id=last), ended=False), links, None
        return cut(trusted, last), links, page.unreadable

    def _move(self, trusted: Trusted) -> None:
        """Move the cursor: only now, when everything of the page is durable or noted down."""
        if len(self._again()) > MAX_AGAIN:
            return
        nominees = tuple(sorted(self._written.nominees))
        self._run = replace(
            self._run,
            cursor=trusted.cursor,
            nominated=self._run.nominated + len(nominees),
            counted=self._run.counted + self._written.counted,
        )
        if not trusted.ended:
            self._keep_row(nominees)
            return
        self._run = after_walk(self._state, self._run, self._now, self._ports.rules)
        self._settle(nominees)

    def _settle(self, nominees: tuple[str, ...]) -> None:
        """The walk has ended: deal with few nominees at once, and leave many to later steps."""
        most = MAX_HOLDS if self._run.held_back else MAX_PROOFS
        if self._run.waiting or len(nominees) > most:
            self._keep_row(nominees)
            return
        self._run = replace(self._run, phase=Phase.DELETE)
        if nominees or self._state.release is None:
            self._deal_with(nominees)
            self._ended = self._state.release is None
        else:
            self._release_portion()

    def _deal_with(self, nominees: tuple[str, ...]) -> None:
        if self._run.held_back:
            self._remover.hold(self._run.kind, nominees)
        else:
            self._remover.remove(self._run.kind, nominees, approved=False)

    def _keep_row(self, nominees: tuple[str, ...]) -> None:
        if nominees:
            row = Nominees(f"{self._run.steps:08}", nominees)
            self._nominees = NomineesChange(self._run.run_id, row)
            self._run = replace(self._run, waiting=self._run.waiting + len(nominees))

    def _hold_portion(self) -> None:
        if not self._work_off_row(MAX_HOLDS):
            self._run = replace(self._run, phase=Phase.DELETE)
            self._ended = self._state.release is None

    def _delete_portion(self) -> None:
        if not self._run.held_back and self._work_off_row(MAX_PROOFS):
            return
        self._release_portion()

    def _work_off_row(self, most: int) -> bool:
        """Deal with the next nominees of the rows; False if there are none left."""
        row = self._ports.store.nominees(self._connection.connection_id, self._run.run_id)
        if row is None:
            return False
        portion, rest = row.asset_ids[:most], row.asset_ids[most:]
        self._deal_with(portion)
        self._nominees = NomineesChange(self._run.run_id, Nominees(row.key, rest))
        self._run = replace(self._run, waiting=max(self._run.waiting - len(portion), 0))
        return True

    def _release_portion(self) -> None:
        """Carry out a person's ruling on what was held by then, a portion a step."""
        ruling = self._state.release
        if ruling is not None:
            most = MAX_PROOFS if ruling.approve else MAX_HOLDS
            held = self._ports.store.held(
                self._connection.connection_id,
                upto=ruling.at,
                limit=most,
                after=self._run.released_to,
            )
            ids = tuple(asset.asset_id for asset in held)
            if ruling.approve:
                self._remover.remove(self._run.kind, ids, approved=True)
            else:
                self._remover.keep(self._run.kind, ids)
            if held:
                self._run = replace(self._run, released_to=held[-1].position)
                return
            self._state = replace(self._state, release=None)
        self._ended = True


def _ids(assets: tuple[Asset, ...]) -> list[str]:
    return [asset.asset_id for asset in assets]
