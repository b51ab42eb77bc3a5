"""What a connection wants done about assets that exist but are put away."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mediamosa_sync.domain.asset import Asset


class Removal(StrEnum):
    """What an asset's state means for its record."""

    KEEP = "keep"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Policies:
    """What a connection wants done about assets that exist but are put away.

    Attributes:
        on_trash: a trashed asset.
        on_unpublish: an unpublished one.
    """

    on_trash: Removal = Removal.REMOVE
    on_unpublish: Removal = Removal.KEEP

    def remove(self, asset: Asset) -> bool:
        """Whether the state of a listed asset asks for the removal of its record."""
        if asset.trashed:
            return self.on_trash is Removal.REMOVE
        return not asset.published and self.on_unpublish is Removal.REMOVE
