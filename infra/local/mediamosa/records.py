"""What the server keeps: applications, properties, assets, mediafiles, tombstones, sessions.

Instants are whole seconds since 1970 in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import tzinfo

from infra.local.mediamosa import times

ASSET_GROUP = "asset"
CHAR = "CHAR"
INT = "INT"
DATETIME = "DATETIME"

Value = str | int


@dataclass(slots=True)
class Application:
    """A client application: one login, one number space of assets, one time zone (§ 1, § 6)."""

    app_id: int
    name: str
    shared_key: str
    time_zone_name: str = "Europe/Amsterdam"
    active: bool = True
    published_default: str = "TRUE"
    trashcan_default: str = "FALSE"

    @property
    def time_zone(self) -> tzinfo:
        """The zone of everything that this application reads and sends."""
        return times.zone(self.time_zone_name)

    @property
    def group(self) -> str:
        """The group that the application's own properties stand in."""
        return f"app_{self.app_id}"


@dataclass(frozen=True, slots=True)
class Property:
    """One metadata property; `app_id` is 0 for the global groups (§ 10.5)."""

    prop_id: int
    name: str
    group: str
    kind: str = CHAR
    app_id: int = 0
    hidden: bool = False
    protected: bool = False
    created: int = 0


@dataclass(slots=True)
class Asset:
    """One asset; `metadata` maps a property's number to its values, in the order of writing."""

    asset_id: str
    app_id: int
    owner_id: str
    created: int
    changed: int
    videotimestamp: int | None
    modified: int | None
    group_id: str = ""
    provider_id: str = ""
    reference_id: str = ""
    play_restriction_start: int | None = None
    play_restriction_end: int | None = None
    private: bool = False
    inappropriate: bool = False
    asset_type: str = ""
    viewed: int = 0
    played: int = 0
    metadata: dict[int, list[Value]] = field(default_factory=dict)
    mediafile_ids: list[str] = field(default_factory=list)

    def copy(self) -> Asset:
        """Return the asset as it is now, for whoever must remember it."""
        return replace(
            self,
            metadata={number: list(values) for number, values in self.metadata.items()},
            mediafile_ids=list(self.mediafile_ids),
        )


@dataclass(slots=True)
class Mediafile:
    """One mediafile; `technical` holds what an analysis found, by its name in the answer."""

    mediafile_id: str
    asset_id: str
    app_id: int
    owner_id: str
    created: int
    changed: int
    group_id: str = ""
    filename: str = ""
    uri: str = ""
    tag: str = ""
    mount_point: str = ""
    original: bool = True
    downloadable: bool = False
    streamable: bool = False
    still: bool = False
    transcode_inherits_acl: bool = False
    technical: dict[str, str] = field(default_factory=dict)

    @property
    def has_content(self) -> bool:
        """Whether there is a file or an outside address behind it."""
        return bool(self.filename or self.uri)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What a hard delete leaves behind (§ 11)."""

    asset_id: str
    app_id: int
    deleted: int


@dataclass(slots=True)
class Session:
    """One session cookie: the login under way and the application logged in (§ 3)."""

    key: str
    used: int
    app_id: int | None = None
    mechanism: bool = False
    app_name: str = ""
    challenge: str = ""
    identified: bool = False
