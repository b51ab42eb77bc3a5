"""What a history's world is like from its beginning."""

from __future__ import annotations

from dataclasses import dataclass

from mediamosa_sync.domain.policies import OnRecordDelete, Policies, Removal

ZONE = "Europe/Amsterdam"


@dataclass(frozen=True, slots=True)
class Setting:
    """All that is drawn about a world, but for what happens in it.

    Attributes:
        assets: that are there at the beginning.
        adopted: records that were there before the sync, for the first assets.
        synced: whether the first full run is over when the history begins.
        utf8mb4: whether MediaMosa's database takes every character.
        autumn: it begins shortly before the hour that comes twice.
        patient: whether a day passes in the end even if both sides are equal without its full run.
        thorough: whether in the end everything is done again, and begun anew: I16 and I18.
    """

    page_size: int = 2
    steps_per_tick: int = 2
    assets: int = 3
    zone: str = ZONE
    connections: int = 1
    guard: int = 2
    recreate: bool = False
    keep_trashed: bool = False
    remove_unpublished: bool = False
    adopted: int = 0
    synced: bool = True
    utf8mb4: bool = True
    autumn: bool = False
    patient: bool = True
    thorough: bool = False

    @property
    def policies(self) -> Policies:
        """The policies of every connection."""
        return Policies(
            on_trash=Removal.KEEP if self.keep_trashed else Removal.REMOVE,
            on_unpublish=Removal.REMOVE if self.remove_unpublished else Removal.KEEP,
            on_record_delete=OnRecordDelete.RECREATE if self.recreate else OnRecordDelete.FORGET,
        )
