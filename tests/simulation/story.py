"""What really happened to every value: the truth that the referee holds the sync to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from infra.local.mediamosa.records import Asset

Values = tuple[str, ...]
Place = tuple[str, str]
"""Asset or record, and property."""

EDITOR, SYNC = "editor", "sync"


@dataclass(frozen=True, slots=True)
class Version:
    """One value that a property of an asset has had.

    Attributes:
        moment: when it came to be, as the number of the event or call.
        second: by MediaMosa's clock.
        by: EDITOR or SYNC.
    """

    values: Values
    moment: int
    second: int
    by: str


@dataclass(slots=True)
class Story:
    """Everything that one MediaMosa's properties have been, and what applications have written.

    Attributes:
        versions: asset and property → versions, oldest first.
        seen: connection, asset and property → place in the versions that base is known to have
            reached; base never goes back behind it.
    """

    versions: dict[Place, list[Version]] = field(default_factory=dict)
    seen: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def note(
        self, asset: Asset, numbers: Iterable[tuple[str, int]], moment: int, second: int, by: str
    ) -> None:
        """Take down what of *asset* has changed."""
        metadata = asset.metadata
        for name, number in numbers:
            values = tuple(sorted(map(str, metadata.get(number, ()))))
            known = self.versions.setdefault((asset.asset_id, name), [])
            if not known or known[-1].values != values:
                known.append(Version(values, moment, second, by))

    def rewind(
        self, assets: Iterable[Asset], numbers: Iterable[tuple[str, int]], moment: int
    ) -> None:
        """The server was restored from a backup: what it says now is where its story goes on."""
        numbers = list(numbers)
        for asset in assets:
            for name, number in numbers:
                values = tuple(sorted(map(str, asset.metadata.get(number, ()))))
                known = self.versions.setdefault((asset.asset_id, name), [])
                known.append(Version(values, moment, -1, EDITOR))

    def now(self, asset_id: str, name: str) -> Values:
        """The value that MediaMosa has."""
        known = self.versions.get((asset_id, name))
        return known[-1].values if known else ()

    def reach(self, connection_id: str, asset_id: str, name: str, values: Values) -> bool:
        """Base is *values* now: whether MediaMosa has had them since what base was before."""
        known = self.versions.get((asset_id, name), ())
        place = (connection_id, asset_id, name)
        for number in range(self.seen.get(place, 0), len(known)):
            if known[number].values == values:
                self.seen[place] = number
                return True
        return not known and not values

    def had_since(self, asset_id: str, name: str, values: Values, moment: int) -> bool:
        """Whether MediaMosa has had *values* at or after *moment*."""
        known = self.versions.get((asset_id, name), ())
        for number in range(len(known) - 1, -1, -1):
            if known[number].values == values:
                return number == len(known) - 1 or known[number + 1].moment > moment
            if known[number].moment <= moment:
                return False
        return False
