"""What stands at the end of a history, so that two ends can be compared."""

from __future__ import annotations

import hashlib
from typing import Any

from mediamosa_sync.domain.copies import replace
from tests.simulation.world import World


def digest_of(world: World) -> str:
    """The same for the same end, whatever the order in which dictionaries were filled."""
    parts: list[Any] = []
    for connection_id, site in sorted(world.sites.items()):
        tables = world.tables
        parts.append(sorted(tables._links.get(connection_id, {}).items()))
        parts.append(sorted(tables.conflict_log.get(connection_id, {})))
        parts.append(sorted(tables.histories.get(connection_id, {})))
        parts.append(tables._states.get(connection_id))
        parts.append(
            [
                (name, asset.modified, sorted(asset.metadata.items()))
                for name, asset in sorted(site.model.store.assets.items())
            ]
        )
    parts.append([_sorted(item) for _, item in sorted(world.tables.media.items())])
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return [(name, _sorted(inner)) for name, inner in sorted(value.items())]
    return value


def substance_of(world: World) -> list[str]:
    """What both sides say, how they are tied, and what is kept of what was lost."""
    tables = world.tables
    parts = values_of(world)
    parts += [repr(item.get("mediamosa")) for _, item in sorted(tables.media.items())]
    for connection_id in sorted(world.sites):
        links = tables._links.get(connection_id, {})
        parts += [repr(replace(link, version=0)) for _, link in sorted(links.items())]
        for kept in (tables.conflict_log, tables.copies, tables.waiting_rows):
            parts.append(repr(sorted(kept.get(connection_id, {}).items())))
    return parts


def values_of(world: World) -> list[str]:
    """What every asset and every record says."""
    parts = [
        f"{site.name} {name} {asset.modified} {sorted(asset.metadata.items())}"
        for _, site in sorted(world.sites.items())
        for name, asset in sorted(site.model.store.assets.items())
    ]
    for media_id, item in sorted(world.tables.media.items()):
        theirs = {name: value for name, value in item.items() if name != "mediamosa"}
        parts.append(f"{media_id} {_sorted(theirs)}")
    return parts
