"""Carry out what became of nominees: prove and remove, hold, keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from mediamosa_sync.domain.decide import Verdict
from mediamosa_sync.domain.deletion import Existence, Proof, may_be_nominated
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.removing import (
    GONE,
    PUT_AWAY,
    hold,
    keep,
    remove,
    show_as_foreign,
    uncopied,
)
from mediamosa_sync.domain.run import Kind
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.errors import Malformed, Refused
from mediamosa_sync.ports import AssetServer, RecordStore
from mediamosa_sync.service.page import AssetWriter, Decision


class Remover:
    """Works on nominees within one step, through its writer."""

    def __init__(
        self,
        server: AssetServer,
        records: RecordStore,
        writer: AssetWriter,
        setting: Setting,
        retention: timedelta,
    ) -> None:
        self._server = server
        self._records = records
        self._writer = writer
        self._setting = setting
        self._retention = retention

    def remove(self, kind: Kind, asset_ids: Sequence[str], *, approved: bool) -> None:
        """Ask MediaMosa for each of *asset_ids* singly, and remove the records of those gone.

        One that is alive is synced like any other; one that is not ours to see becomes foreign.
        Where the answer is a refusal or cannot be read nothing is proved: the record stays, an
        error is counted, and a later step asks again. Other errors of MediaMosa are raised, with
        the rest not asked for.
        """
        for asset_id in asset_ids:
            link = self._link(asset_id)
            if link is None or not self._is_wanted(link, approved=approved):
                continue
            try:
                proof = self._server.prove(asset_id)
            except (Malformed, Refused):
                self._writer.written.counts += Counts(errors=1)
                if not approved:
                    self._writer.written.again.add(asset_id)
            else:
                self._settle(kind, link, proof, approved=approved)

    def hold(self, kind: Kind, asset_ids: Iterable[str]) -> None:
        """Put nominees on the list that a person decides upon."""
        now, sequence = self._setting.now, self._setting.sequence
        self._mark(kind, asset_ids, lambda link: hold(link, sequence, now) or Verdict.LEFT)

    def keep(self, kind: Kind, asset_ids: Iterable[str]) -> None:
        """Take held assets off the list, their records to stay."""
        now = self._setting.now
        self._mark(kind, asset_ids, lambda link: keep(link, now) or Verdict.LEFT)

    def _mark(
        self, kind: Kind, asset_ids: Iterable[str], marked: Callable[[Link | None], Decision]
    ) -> None:
        links = self._writer.links(asset_ids)

        decided = [(asset_id, marked(links.get(asset_id))) for asset_id in asset_ids]
        self._writer.apply(kind, decided, links, anew=lambda asset_id: marked(self._link(asset_id)))

    def _is_wanted(self, link: Link, *, approved: bool) -> bool:
        if approved:
            return link.state is LinkState.HELD
        return bool(link.media_id) and may_be_nominated(link, self._setting.sequence)

    def _settle(self, kind: Kind, link: Link, proof: Proof, *, approved: bool) -> None:
        asset = proof.asset
        if asset is not None and not self._setting.policies.remove(asset):
            self._writer.write_assets(kind, [asset], {link.asset_id: link})
        elif proof.existence is Existence.FOREIGN:
            self._decide_anew(kind, link.asset_id, self._foreign)
        else:
            reason = GONE if asset is None else PUT_AWAY
            self._decide_anew(
                kind, link.asset_id, lambda link: self._removal(link, reason, approved=approved)
            )

    def _decide_anew(
        self, kind: Kind, asset_id: str, decide: Callable[[Link | None], Decision]
    ) -> None:
        """One asset in a transaction of its own, planned from what stands now, each time."""
        self._writer.apply(
            kind,
            [(asset_id, decide(self._link(asset_id)))],
            {},
            anew=lambda asset_id: decide(self._link(asset_id)),
            too_large=lambda asset_id: self._cannot_copy(self._link(asset_id)),
        )

    def _removal(self, link: Link | None, reason: str, *, approved: bool) -> Decision:
        if link is None or not self._is_wanted(link, approved=approved):
            return Verdict.LEFT
        attributes = self._records.item(link.media_id)
        return remove(
            link,
            attributes,
            now=self._setting.now,
            retention=self._retention,
            reason=reason,
            approved=approved,
        )

    def _foreign(self, link: Link | None) -> Decision:
        if link is None:
            return Verdict.LEFT
        record = self._records.records([link.media_id]).get(link.media_id)
        return show_as_foreign(link, record, self._setting.now) or Verdict.LEFT

    def _cannot_copy(self, link: Link | None) -> Decision:
        """A record whose copy cannot be stored is not removed."""
        return Verdict.LEFT if link is None else uncopied(link, self._setting.now)

    def _link(self, asset_id: str) -> Link | None:
        return self._writer.links([asset_id]).get(asset_id)
