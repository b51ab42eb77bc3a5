"""The indexes that CQL and old-style searches know, and the values behind them (§ 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from infra.local.mediamosa.matching import BINARY, BOOL, TEXT, Row
from infra.local.mediamosa.records import CHAR, DATETIME, INT, Asset, Property, Tombstone, Value
from infra.local.mediamosa.store import Store

_FLAGS = ("FALSE", "TRUE")
_NULL: Sequence[None] = (None,)
_PREFIXES = {
    "dc": "dublin_core",
    "qdc": "qualified_dublin_core",
    "czp": "czp",
    "vpx:dc": "dublin_core",
    "vpx:qdc": "qualified_dublin_core",
    "vpx:czp": "czp",
    "mediamosa:dc": "dublin_core",
    "mediamosa:qdc": "qualified_dublin_core",
    "mediamosa:czp": "czp",
}
_ANY_PREFIXES = frozenset({"mediamosa", "vpx"})
_ASSET_PREFIXES = frozenset({"asset", "mediamosa:asset"})
TOMBSTONE_INDEXES = frozenset({"asset_id", "app_id", "videotimestampmodified", "coll_id"})


@dataclass(frozen=True, slots=True)
class Column:
    """One index: its kind, its values for an asset, and the property behind it, if any.

    `values` empty means NULL; `table` is how the database calls it in its own errors.
    """

    name: str
    kind: str
    values: Callable[[Store, Asset], list[Value]]
    table: str = "a"
    prop: Property | None = None
    sortable: bool = True


def _attribute(name: str, kind: str, attribute: str) -> Column:
    def values(_: Store, asset: Asset) -> list[Value]:
        value = getattr(asset, attribute)
        if kind == BOOL:
            return [_FLAGS[value]]
        return [] if value is None else [value]

    return Column(name, kind, values)


def _mediafile(name: str, attribute: str) -> Column:
    def values(store: Store, asset: Asset) -> list[Value]:
        files = [store.mediafiles[one] for one in asset.mediafile_ids if one in store.mediafiles]
        return [getattr(one, attribute) for one in files if not one.still]

    return Column(name, TEXT, values, "mf")


def _technical(name: str, key: str, table: str = "a") -> Column:
    def values(store: Store, asset: Asset) -> list[Value]:
        files = [store.mediafiles[one] for one in asset.mediafile_ids if one in store.mediafiles]
        return [one.technical[key] for one in files if key in one.technical]

    return Column(name, TEXT, values, table)


def is_empty(store: Store, asset: Asset) -> bool:
    """Whether there is neither content nor metadata nor a foreign id (§ 8.1)."""
    if asset.provider_id or asset.reference_id:
        return False
    files = (store.mediafiles[one] for one in asset.mediafile_ids if one in store.mediafiles)
    if any(one.has_content for one in files):
        return False
    return not any(
        values and store.properties[number].group != "asset"
        for number, values in asset.metadata.items()
    )


def _empty(store: Store, asset: Asset) -> list[Value]:
    return [_FLAGS[is_empty(store, asset)]]


def _nothing(_store: Store, _asset: Asset) -> list[Value]:
    return []


_COLUMNS = {
    one.name: one
    for one in (
        _attribute("asset_id", BINARY, "asset_id"),
        _attribute("app_id", INT, "app_id"),
        _attribute("app_id_search", INT, "app_id"),
        _attribute("owner_id", TEXT, "owner_id"),
        _attribute("group_id", TEXT, "group_id"),
        _attribute("provider_id", TEXT, "provider_id"),
        _attribute("reference_id", TEXT, "reference_id"),
        _attribute("asset_type", TEXT, "asset_type"),
        _attribute("videotimestamp", DATETIME, "videotimestamp"),
        _attribute("videotimestampmodified", DATETIME, "modified"),
        _attribute("play_restriction_start", DATETIME, "play_restriction_start"),
        _attribute("play_restriction_end", DATETIME, "play_restriction_end"),
        _attribute("asset_created", DATETIME, "created"),
        _attribute("asset_changed", DATETIME, "changed"),
        _attribute("changed", DATETIME, "changed"),
        _attribute("numofviews", INT, "viewed"),
        _attribute("numofplays", INT, "played"),
        _attribute("is_private", BOOL, "private"),
        _attribute("is_unappropriate", BOOL, "inappropriate"),
        Column("is_empty_asset", BOOL, _empty),
        Column("coll_id", BINARY, _nothing, "asset_coll"),
        _mediafile("mediafile_id", "mediafile_id"),
        _mediafile("filename", "filename"),
        _mediafile("uri", "uri"),
        _technical("mime_type", "mime_type", "mm_mime_type"),
        _technical("mediafile_mime_type", "mime_type"),
        _technical("mediafile_duration", "file_duration"),
        _technical("mediafile_container_type", "container_type"),
    )
}


def find(store: Store, app_id: int, name: str) -> Column | None:
    """Return the column that an index name stands for, bare or with a group's prefix."""
    return among(store.properties_of(app_id), name)


@lru_cache(maxsize=1 << 10)
def among(properties: tuple[Property, ...], name: str) -> Column | None:
    """Return the column that an index name stands for where there are these properties."""
    prefix, dot, bare = name.rpartition(".")
    if not dot or prefix in _ANY_PREFIXES:
        return _COLUMNS.get(bare) or _property(properties, bare, None)
    if prefix in _ASSET_PREFIXES:
        return _COLUMNS.get(bare) or _property(properties, bare, "asset")
    group = _PREFIXES.get(prefix) or prefix.removeprefix("mediamosa:")
    return _property(properties, bare, group)


def _property(properties: tuple[Property, ...], name: str, group: str | None) -> Column | None:
    for one in properties:
        if one.name == name and group in {None, one.group}:
            kind = TEXT if one.kind == CHAR else one.kind
            table = f"mediamosa_asset_metadata_{name}"
            return Column(name, kind, _metadata(one.prop_id), table, one)
    return None


def _metadata(number: int) -> Callable[[Store, Asset], list[Value]]:
    def values(_: Store, asset: Asset) -> list[Value]:
        return asset.metadata.get(number, [])

    return values


def rows(store: Store, asset: Asset, columns: dict[str, Column]) -> Iterator[Row]:
    """Yield the rows that the joins make of an asset: one for each choice of values."""
    choices: list[Sequence[Value | None]] = [
        column.values(store, asset) or _NULL for column in columns.values()
    ]
    if all(len(choice) == 1 for choice in choices):
        yield dict(zip(columns, (choice[0] for choice in choices), strict=True))
        return
    for chosen in product(*choices):
        yield dict(zip(columns, chosen, strict=True))


def tombstone_row(tombstone: Tombstone) -> Row:
    """Return the row of a tombstone: all that a condition may ask of one (§ 11)."""
    return {
        "asset_id": tombstone.asset_id,
        "app_id": tombstone.app_id,
        "videotimestampmodified": tombstone.deleted,
        "coll_id": None,
    }
