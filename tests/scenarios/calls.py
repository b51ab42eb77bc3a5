"""What reaches a MediaMosa, and the one kind of call that may ever change anything there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.properties import PUBLISHED
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.field_rules import field_map
from mediamosa_sync.domain.link import Claim, Link
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.properties import ours_of, theirs_of
from mediamosa_sync.domain.record import read_values
from mediamosa_sync.domain.values import Agreed, Metadata, is_agreed
from tests.fakes.mediamosa import ModelAssetServer
from tests.fakes.records import record_of
from tests.fakes.stores import MemoryTables
from tests.scenarios.editors import Site

CALLS: Counter[str] = Counter()
"""Method → requests that reached a MediaMosa in all scenarios together, logins apart."""

_FIXED = {"user_id", "is_app_admin", "action", "mediamosa_version"}
_NEVER = _FIXED | {"asset_id", "replace", "app_id", "q", "published", "trashcan"}
_PUSHED = {Direction.BOTH, Direction.PUSH}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it reached MediaMosa.

    Attributes:
        values: what a writing one is to set: property → values.
    """

    connection_id: str
    method: str
    path: str
    query: Mapping[str, str]
    values: Metadata = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        return self.path == "asset"

    @property
    def is_single(self) -> bool:
        """Whether it asks for one asset or several by their ids."""
        return not self.is_write and (self.path == "assets" or self.path.startswith("asset/"))

    @property
    def is_write(self) -> bool:
        return self.method != "GET" and self.path != "login"

    @property
    def asset_id(self) -> str:
        """The asset that it is about, if it is about one."""
        return self.path.split("/")[1]


def asked_of(connection_id: str, request: Request) -> Asked:
    values: dict[str, tuple[str, ...]] = {}
    for name, value in request.form:
        if name not in _FIXED:
            plain = name.removesuffix("[]")
            values[plain] = values.get(plain, ()) + ((value,) if value else ())
    return Asked(connection_id, request.method, request.path, dict(request.query), values)


class Censor:
    """Looks at every writing request before it is carried out: is it one that may be made?

    Attributes:
        strict: whether the record must differ from MediaMosa in exactly what was claimed; not while
            a test lets somebody else write between a read and the request that follows it.
        posts: connection, asset and claim → requests that were made under it.
    """

    def __init__(self, tables: MemoryTables) -> None:
        self._tables = tables
        self._eyes: dict[str, ModelAssetServer] = {}
        self.strict = True
        self.posts: Counter[tuple[str, str, Claim | None]] = Counter()
        self._posted: dict[tuple[str, str, Claim | None], set[str]] = {}

    def check(self, site: Site, connection: Connection, request: Request) -> None:
        """Refuse, by an assertion, whatever the sync has no right to."""
        call, asset_id, what = [*request.path.split("/"), "", ""][:3]
        assert (request.method, call, what) == ("POST", "asset", "metadata"), request
        assert not request.query, request
        fixed = [pair for pair in request.form if pair[0] in _FIXED]
        told = dict(fixed)
        assert len(fixed) == len(told) == len(_FIXED), request
        assert (told["action"], told["is_app_admin"]) == ("update", "TRUE"), request
        asset = site.model.store.assets.get(asset_id)
        if asset is not None:
            assert told["user_id"] == asset.owner_id, request
        values = asked_of(connection.connection_id, request).values
        self._check_names(site, connection, values)
        link = self._tables.all_links(connection.connection_id).get(asset_id)
        assert link is not None, f"no link allows {request}"
        self._check_claim(link, values)
        self.posts[connection.connection_id, asset_id, link.claim] += 1
        if self.strict and asset is not None:
            self._check_difference(site, connection, link, values)

    def _check_names(self, site: Site, connection: Connection, values: Metadata) -> None:
        """By the model's own table of properties, not by the sync's choice of them."""
        properties = site.model.store.properties_of(site.application.app_id)
        assert PUBLISHED in {one.prop_id for one in properties if one.protected}
        known = {one.name: one for one in properties}
        ruled = {rule.name for rule in connection.fields if rule.direction not in _PUSHED}
        assert values
        for name in values:
            assert name not in _NEVER, f"{name} is never to be written"
            assert name not in ruled, f"{name} is not to be pushed"
            prop = known.get(name)
            if prop is not None:
                writable = not (prop.protected or prop.hidden or prop.group == "asset")
                assert writable, f"{name} is not to be written"

    def _check_claim(self, link: Link, values: Metadata) -> None:
        """What is sent was written down before, under a claim."""
        assert link.claim is not None, f"nobody has claimed {link}"
        claimed = _claimed(link)
        for name, texts in values.items():
            assert name in claimed, f"{name} was not claimed: {link}"
            assert is_agreed(claimed[name], tuple(sorted(texts))), f"{name} was claimed otherwise"

    def _check_difference(
        self, site: Site, connection: Connection, link: Link, values: Metadata
    ) -> None:
        """The claim is about exactly the properties in which both sides differ."""
        differing = self._differing(site, connection, link)
        claimed = _claimed(link).keys()
        claim = (connection.connection_id, link.asset_id, link.claim)
        before = self._posted.setdefault(claim, set())
        assert values.keys() <= differing, f"{sorted(values)} are the same already: {link}"
        assert differing - link.parked.keys() <= claimed, (sorted(differing), link)
        assert claimed - differing <= before, (sorted(claimed), sorted(differing))
        before.update(values)

    def _differing(self, site: Site, connection: Connection, link: Link) -> set[str]:
        known = self._tables._properties[connection.connection_id][0]
        fields = [one for one in field_map(known, connection.fields) if one.direction in _PUSHED]
        eyes = self._eyes.get(connection.connection_id)
        if eyes is None:
            eyes = ModelAssetServer(site.model, site.application)
            self._eyes[connection.connection_id] = eyes
        (asset,) = eyes.assets([link.asset_id]).values()
        item = self._tables.media[link.media_id]
        read = read_values(record_of(link.media_id, item))
        theirs, ours = theirs_of(asset, tuple(fields)), ours_of(read.values, tuple(fields))
        return {
            one.name
            for one in fields
            if theirs.get(one.name) != ours.get(one.name)
            and not read.problems.keys() & {"", one.record_name}
        }


def _claimed(link: Link) -> dict[str, Agreed]:
    """Property → what stands written down as sent under the claim that there is now."""
    expiry = link.claim.expires_at if link.claim else None
    return {
        name: one.values
        for name, sent in link.sent.items()
        for one in sent
        if one.claim_expires_at == expiry
    }
