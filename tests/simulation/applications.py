"""Applications that write media records, and what the sync still owes them for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.records import same
from tests.simulation.site import NAMES

if TYPE_CHECKING:
    from tests.simulation.world import World

Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """What an application has written into one property, until it is known what became of it.

    Attributes:
        values: sorted; none if it was cleared.
        moment: when it was written.
    """

    values: Values
    moment: int


class Applications:
    """Everything that happens to the media table from outside.

    Attributes:
        edits: record and property → the latest edit whose fate is open.
        bystander: key of a record that is none of the sync's business.
    """

    def __init__(self, world: World) -> None:
        self.edits: dict[tuple[str, str], Edit] = {}
        self.bystander = "a-bystander"
        self._world = world
        self._media = world.tables.media
        self._written = 0
        world.tables.put_record(self.bystander, **_BYSTANDER)

    def take_over(self, begun: Applications) -> None:
        """Owe what is owed in another world."""
        self.edits.update(begun.edits)
        self._written = begun._written

    def key_of(self, number: int) -> str | None:
        """One of the records there are, the bystander apart; None if there is none."""
        keys = sorted(self._media)
        keys.remove(self.bystander)
        return keys[number % len(keys)] if keys else None

    def edit(self, media_id: str, changes: Mapping[str, Values]) -> bool:
        """UpdateItem of single properties."""
        item = self._media[media_id]
        metadata = item.get("metadata")
        after = dict(metadata) if isinstance(metadata, Mapping) else {}
        for name, values in changes.items():
            if values:
                after[name] = list(values)[:: -1 if self._world.moment % 2 else 1]
            else:
                after.pop(name, None)
        self._write(media_id, {**item, "metadata": after})
        return True

    def put(self, media_id: str, changes: Mapping[str, Values]) -> bool:
        """PutItem by an application that keeps only what it knows."""
        item = {name: value for name, value in self._media[media_id].items() if name != "mediamosa"}
        metadata = item.get("metadata")
        after = dict(metadata) if isinstance(metadata, Mapping) else {}
        after.update({name: list(values) for name, values in changes.items() if values})
        self._write(media_id, {**item, "metadata": after, "shelf": "7"})
        return True

    def spoil(self, media_id: str) -> bool:
        """Write a property in a form that means nothing."""
        item = self._media[media_id]
        metadata = item.get("metadata")
        after = dict(metadata) if isinstance(metadata, Mapping) else {}
        after["title"] = {"en": "a map"}
        self._write(media_id, {**item, "metadata": after})
        return True

    def create(self, uri: str, values: Mapping[str, Values], connection_id: str = "") -> bool:
        """A record of its own, perhaps for an asset."""
        self._written += 1
        media_id = f"r{self._written}"
        item: dict[str, Any] = {
            "media_id": media_id,
            "uri": uri,
            "metadata": {
                **{name: list(one) for name, one in values.items() if one},
                "local_note": "never to be touched",
            },
            "price": 5,
        }
        if connection_id:
            item["connection_id"] = connection_id
        self._write(media_id, item)
        return True

    def repoint(self, media_id: str, uri: str) -> bool:
        """Let the record name another asset."""
        item = self._media[media_id]
        if item.get("uri") == uri:
            return False
        self._write(media_id, {**item, "uri": uri}, all_new=True)
        return True

    def delete(self, media_id: str) -> bool:
        """DeleteItem."""
        self._world.tables.delete_record(media_id)
        self.forget(media_id)
        return True

    def forget(self, media_id: str) -> None:
        """The record is gone: nothing is owed for it."""
        for name in NAMES:
            self.edits.pop((media_id, name), None)

    def _write(self, media_id: str, item: Mapping[str, Any], *, all_new: bool = False) -> None:
        before = self._media.get(media_id)
        moment = self._world.next_moment()
        self._world.tables.put_record(
            media_id, **{name: value for name, value in item.items() if name != "media_id"}
        )
        for name in NAMES:
            values = values_in(item, name)
            new = all_new or before is None
            if values is None:
                self.edits.pop((media_id, name), None)
            elif values if new else values != values_in(before, name):
                self.edits[media_id, name] = Edit(values, moment)

    def assert_bystander(self) -> None:
        """It is as it was written."""
        found = {k: v for k, v in self._media[self.bystander].items() if k != "media_id"}
        assert same(found, _BYSTANDER), found


def values_in(item: Mapping[str, Any] | None, name: str) -> Values | None:
    """The values of a property in an item; None if its form means nothing."""
    metadata = {} if item is None else item.get("metadata", {})
    values = metadata.get(name, [])
    if not isinstance(values, list):
        return None
    return tuple(sorted((one.strip() and one) or "" for one in values if one.strip()))


_BYSTANDER = {"uri": "https://example.org/film.mp4", "metadata": {"title": ["Mine"]}, "n": 1}
