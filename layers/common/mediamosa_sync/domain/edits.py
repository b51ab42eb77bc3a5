"""What a stream of changes of the media table says, and what of it concerns the sync."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.uri import SCHEME


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """One change of one record.

    Attributes:
        before: as it was; None if it did not exist.
        after: as it is now; None if it is gone.
        position: its number in the stream, which grows with every change of one record.
    """

    media_id: str
    before: Record | None
    after: Record | None
    position: int = field(default=0, compare=False)

    @property
    def concerns(self) -> bool:
        """Whether the sync has anything to look at: a MediaMosa URI, and a change that matters."""
        images = [image for image in (self.before, self.after) if image is not None]
        ours = any(isinstance(one.uri, str) and one.uri.startswith(SCHEME) for one in images)
        return ours and _content(self.before) != _content(self.after)

    @property
    def has_new_uri(self) -> bool:
        """Whether its uri is new: the record was written for the first time, or names another."""
        before = None if self.before is None else self.before.uri
        return self.after is not None and self.after.uri != before


def _content(image: Record | None) -> object:
    return None if image is None else (image.uri, image.metadata, image.connection_id)


@dataclass(frozen=True, slots=True)
class Edited:
    """All that a batch of events says about one record.

    Attributes:
        uris: that it had before or after any of the events, in order; anything.
        uri: the latest of them.
        has_new_uri: whether one of them brought the uri that it had at the end.
        connection_id: the connection that it named at the end; "" if it named none.
        removed_at: position of its latest removal; 0 if it was not removed, or if the sync itself
            has put it there again. If it is there, its application has created it again.
    """

    media_id: str
    uris: tuple[object, ...]
    has_new_uri: bool
    connection_id: str = ""
    removed_at: int = 0
    uri: object = None


def edited(events: Iterable[RecordEvent]) -> tuple[Edited, ...]:
    """The records that *events* concern, each once; what they say beyond that is not looked at."""
    by_record: dict[str, list[RecordEvent]] = {}
    for event in events:
        if event.concerns:
            by_record.setdefault(event.media_id, []).append(event)
    return tuple(_together(media_id, found) for media_id, found in by_record.items())


def _together(media_id: str, events: list[RecordEvent]) -> Edited:
    images = [image for event in events for image in (event.before, event.after) if image]
    uris = [image.uri for image in images]
    return Edited(
        media_id=media_id,
        uris=tuple(uri for place, uri in enumerate(uris) if uri not in uris[:place]),
        has_new_uri=any(event.has_new_uri for event in events),
        connection_id=images[-1].connection_id,
        removed_at=_removed_at(events),
        uri=uris[-1],
    )


def _removed_at(events: list[RecordEvent]) -> int:
    """A record that comes with the sync's own map is tied already: it is no new one."""
    removed_at = 0
    for event in sorted(events, key=lambda event: event.position):
        if event.after is None:
            removed_at = event.position
        elif event.before is None and event.after.told_asset:
            removed_at = 0
    return removed_at
