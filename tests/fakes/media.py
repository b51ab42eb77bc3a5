"""The media table in memory, what applications do to it, and the stream of its changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.record import MAX_ITEM_BYTES, Record, RecordChange
from mediamosa_sync.domain.uri import SCHEME
from mediamosa_sync.errors import StoreError
from mediamosa_sync.ports import ScanPage
from tests.fakes.records import Item, changed, item_size, record_of, same, still_holds
from tests.fakes.watched import Watched


class MemoryMedia(Watched):
    """The port ``RecordStore`` over a dictionary.

    Attributes:
        media: key → item; put application records with :meth:`put_record`.
        stream: every change of an item since it was last taken, whoever made it.
        scan_items: records that one call of :meth:`scan` looks at.
    """

    def __init__(self) -> None:
        super().__init__()
        self.media: dict[str, Item] = {}
        self.stream: list[RecordEvent] = []
        self.scan_items = 1000
        self._key = "media_id"
        self._changes = 0

    # What tests do from outside.

    def put_record(self, media_id: str, /, **attributes: object) -> None:
        """An application writes a whole record: *attributes* in boto3's types."""
        self._write_record(media_id, {self._key: media_id, **attributes})

    def edit_record(self, media_id: str, /, **properties: object) -> None:
        """An application sets ``metadata.<name>`` for each of *properties*; None removes it."""
        item = self.media[media_id]
        metadata: dict[str, Any] = {**item.get("metadata", {}), **properties}
        kept = {name: value for name, value in metadata.items() if value is not None}
        self._write_record(media_id, {**item, "metadata": kept})

    def delete_record(self, media_id: str) -> None:
        """An application deletes a record."""
        self._write_record(media_id, None)

    def take_stream(self) -> list[RecordEvent]:
        """The changes since this was last called, in their order."""
        taken, self.stream = self.stream, []
        return taken

    # The port RecordStore.

    def records(self, media_ids: Iterable[str]) -> Mapping[str, Record]:
        """As the port says."""
        self._enter("records")
        wanted = dict.fromkeys(media_ids)
        self.traffic.reads += len(wanted)
        found = {name: record_of(name, self.media[name]) for name in wanted if name in self.media}
        self._leave("records")
        return found

    def item(self, media_id: str) -> Mapping[str, Any] | None:
        """As the port says."""
        self._enter("item")
        self.traffic.reads += 1
        found = self.media.get(media_id)
        self._leave("item")
        return found

    def scan(self, after: Mapping[str, str] | None) -> ScanPage:
        """As the port says, but of :attr:`scan_items` records, in order of their keys."""
        self._enter("scan")
        self.traffic.reads += 1
        last = after[self._key] if after else ""
        ahead = sorted(media_id for media_id in self.media if media_id > last)
        part = ahead[: self.scan_items]
        found = tuple(
            _sketch(name, self.media[name]) for name in part if _is_ours(self.media[name])
        )
        self._leave("scan")
        return ScanPage(found, {self._key: part[-1]} if len(part) < len(ahead) else None)

    # Inside.

    def _write_record(self, media_id: str, item: Item | None) -> None:
        """Put *item*, or delete it if None; a write that changes nothing is no event (AWS)."""
        before = self.media.get(media_id)
        if item is None:
            self.media.pop(media_id, None)
        else:
            self.media[media_id] = item
        if not same(before, item):
            self._changes += 1
            images = _image(media_id, before), _image(media_id, item)
            self.stream.append(RecordEvent(media_id, *images, position=self._changes))

    def _change_record(self, change: RecordChange) -> bool:
        """Carry out *change* if what it was decided upon is still so.

        Raises:
            StoreError: the record would be too large, which DynamoDB refuses.
        """
        media_id = change.before.media_id
        item = self.media.get(media_id)
        if item is None or not still_holds(change, item):
            return False
        if change.values or change.mediamosa is not None:
            after = changed(change, item)
            if item_size(after) > MAX_ITEM_BYTES:
                raise StoreError("DynamoDB refused to write the record: it would be too large.")
            self._write_record(media_id, after)
            self.traffic.records_written += 1
        return True


def _image(media_id: str, item: Item | None) -> Record | None:
    return None if item is None else record_of(media_id, item)


def _is_ours(item: Item) -> bool:
    uri = item.get("uri")
    return isinstance(uri, str) and uri.startswith(SCHEME)


def _sketch(media_id: str, item: Item) -> Record:
    """A record as a scan shows it."""
    named = item.get("connection_id")
    return Record(
        media_id,
        item["uri"],
        mediamosa=item.get("mediamosa"),
        connection_id=named if isinstance(named, str) else "",
    )
