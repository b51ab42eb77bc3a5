"""What a connection wants done about assets and records that one side puts away."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mediamosa_sync.domain.asset import Asset


class Removal(StrEnum):
    """What an asset's state means for its record."""

    KEEP = "keep"
    REMOVE = "remove"


class OnRecordDelete(StrEnum):
    """What it means that an application deletes a record, or takes it away from its asset."""

    FORGET = "forget"
    """The asset gets no record again, unless an application writes one."""
    RECREATE = "recreate"
    """The next run creates a record for the asset."""


@dataclass(frozen=True, slots=True)
class Policies:
    """What a connection wants done where one side puts something away.

    Attributes:
        on_trash: a trashed asset.
        on_unpublish: an unpublished one.
        on_record_delete: a record that its application deleted. The asset is never deleted.
    """

    on_trash: Removal = Removal.REMOVE
    on_unpublish: Removal = Removal.KEEP
    on_record_delete: OnRecordDelete = OnRecordDelete.FORGET

    def remove(self, asset: Asset) -> bool:
        """Whether the state of a listed asset asks for the removal of its record."""
        if asset.trashed:
            return self.on_trash is Removal.REMOVE
        return not asset.published and self.on_unpublish is Removal.REMOVE
