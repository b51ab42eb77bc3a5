"""Which call a path and a method mean; literal paths go before those with an id (§ 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from infra.local.mediamosa import assets, lists, mediafiles, metadata, properties
from infra.local.mediamosa.answers import Outcome
from infra.local.mediamosa.context import Context
from infra.local.mediamosa.parameters import Parameters

Run = Callable[[Context, Parameters], Outcome]
_PREFIX = "mediamosa_rest_call_"


@dataclass(frozen=True, slots=True)
class Route:
    """One call: its method, its path with `$name` parts, its class, what it does."""

    method: str
    uri: str
    call_class: str
    run: Run | None


def _route(method: str, uri: str, name: str, run: Run | None) -> Route:
    return Route(method, uri, _PREFIX + name, run)


_ROUTES = (
    _route("GET", "login", "app_ident", None),
    _route("POST", "login", "app_ident", None),
    _route("GET", "version", "mediamosa_version", None),
    _route("GET", "errorcodes", "error_list", None),
    _route("GET", "asset", "asset_search", lists.list_assets),
    _route("GET", "asset/count", "count_asset", assets.count),
    _route("GET", "asset/deleted", "asset_get_deleted", assets.deleted),
    _route("GET", "assets", "assets_get", assets.get_many),
    _route("GET", "metadata_tag", "asset_metadata_property_list", properties.list_properties),
    _route(
        "POST",
        "metadata_tag/create",
        "asset_metadata_property_create",
        properties.create_property,
    ),
    _route(
        "POST",
        "metadata_tag/delete",
        "asset_metadata_property_delete",
        properties.delete_property,
    ),
    _route("POST", "asset/create", "asset_create", assets.create),
    _route("POST", "asset/delete", "asset_delete_all", assets.delete_many),
    _route("POST", "asset/restore", "asset_restore_all", assets.restore_many),
    _route("POST", "asset/publish", "asset_publish_all", assets.publish_many),
    _route("POST", "asset/unpublish", "asset_unpublish_all", assets.unpublish_many),
    _route("POST", "mediafile/create", "create_mediafile", mediafiles.create),
    _route("GET", "asset/$asset_id", "asset_get", assets.get),
    _route("POST", "asset/$asset_id", "asset_update", assets.update),
    _route("GET", "asset/$asset_id/mediafile", "get_asset_mediafiles", mediafiles.of_asset),
    _route("POST", "asset/$asset_id/mediafile/create", "create_mediafile", mediafiles.create),
    _route("POST", "asset/$asset_id/metadata", "asset_metadata_create", metadata.write),
    _route("POST", "asset/$asset_id/delete", "asset_delete", assets.delete_one),
    _route("POST", "asset/$asset_id/restore", "asset_restore", assets.restore_one),
    _route("POST", "asset/$asset_id/publish", "asset_publish", assets.publish_one),
    _route("POST", "asset/$asset_id/unpublish", "asset_unpublish", assets.unpublish_one),
    _route("GET", "mediafile/$mediafile_id", "get_mediafile", mediafiles.get),
    _route("POST", "mediafile/$mediafile_id", "update_mediafile", mediafiles.update),
    _route("POST", "mediafile/$mediafile_id/delete", "delete_mediafiles", mediafiles.delete),
)
_LITERAL = {(one.method, one.uri): one for one in _ROUTES if "$" not in one.uri}
_NAMED: dict[tuple[str, int], list[tuple[Route, tuple[str, ...]]]] = {}
for _one in _ROUTES:
    if "$" in _one.uri:
        _parts = tuple(_one.uri.split("/"))
        _NAMED.setdefault((_one.method, len(_parts)), []).append((_one, _parts))


def match(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the route of a path and the values of its `$name` parts; HEAD means GET."""
    wanted = "GET" if method == "HEAD" else method
    literal = _LITERAL.get((wanted, path))
    if literal is not None:
        return literal, {}
    parts = path.split("/")
    for route, its_parts in _NAMED.get((wanted, len(parts)), ()):
        named: dict[str, str] = {}
        for mine, given in zip(its_parts, parts, strict=True):
            if mine.startswith("$"):
                named[mine[1:]] = given
            elif mine != given:
                break
        else:
            return route, named
    return None
