"""The recorded exchanges, in the order and the surroundings they were recorded in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha1
from urllib.parse import parse_qsl, urlencode

from lxml import etree

from infra.local.mediamosa import times
from infra.local.mediamosa.answers import OKAY
from infra.local.mediamosa.faults import Fault
from infra.local.mediamosa.properties import PUBLISHED, TRASHCAN
from infra.local.mediamosa.records import Asset, Property, Session, Tombstone
from tests.standin import loading, recordings
from tests.standin.comparing import Allowed
from tests.standin.stage import Stage

ASSET = "Q2VSenUgd7VHgagEEHGJpmTb"
TRASHED = "NjS7fGSXeNVnYTZV2dQy1SbM"
SUBJECTS = 1500

# What may differ, each with its reason.
TRACE: Allowed = {
    "header/request_result_description after its first line": "the server's own stack trace",
}
MISSING_FILES: Allowed = {
    "header/errors": "PHP's warnings about files that the recording server's storage lacked",
}
NOTICES: Allowed = {"header/errors": "which notices, and where, is the recording server's affair"}
TIES: Allowed = {"order": "rows of the same second have no defined order (§ 9)"}


def login(stage: Stage) -> None:
    """Both steps, what can go wrong in them, and lost sessions."""
    stage.ids.script.extend(["SESSIONCOOKIE1", _challenge("login-1-auth")])
    stage.replay("login-1-auth")
    stage.replay("login-2-data-ok")
    stage.ids.script.append(_challenge("login-again-while-logged-in"))
    stage.replay("login-again-while-logged-in")
    stage.ids.script.append("SESSIONCOOKIE3")
    stage.replay("login-1-unknown-app")
    stage.ids.script.append("SESSIONCOOKIE4")
    stage.replay("login-1-inactive-app")
    _half_logged_in(stage, "ab")
    stage.replay("login-2-data-wrong-secret")
    stage.replay("asset-list-after-failed-login")
    stage.ids.script.append("SESSIONCOOKIE5")
    stage.replay("login-2-without-cookie")
    stage.ids.script.extend(["SESSIONCOOKIE7", _challenge("login-by-get")])
    stage.replay("login-by-get")
    stage.replay("login-cancel")
    stage.ids.script.append("SESSIONCOOKIE8")
    stage.replay("asset-list-not-logged-in")
    stage.model.sessions.lose_all()
    stage.replay("asset-list-session-expired")
    _half_logged_in(stage, "cd")
    # The challenge that the recorded response answers was not recorded: it is made anew.
    response = sha1(b"cd:5c4f:secret-one", usedforsecurity=False).hexdigest()
    stage.replay("login-again-after-expiry", form=f"dbus=DATA+5c4f+{response}".encode())


def server(stage: Stage) -> None:
    """Calls without assets, odd paths, and server trouble."""
    stage.ids.script.append("SESSIONCOOKIE3")
    stage.replay("version")
    stage.log_in()
    stage.replay("error-codes")
    for item in recordings.read("metadata-tags").body.split("<item>")[1:-1]:
        _set_installed(stage, recordings.parse(f"<item>{item}"))
    stage.replay("metadata-tags")
    stage.replay("unknown-path")
    stage.model.settings.rest_only = True
    stage.replay("unknown-path-app-server")
    stage.stand_in.control.faults.add(Fault("deadlock"))
    stage.replay("parallel-writers-deadlock", TRACE)
    stage.stand_in.control.faults.add(Fault("html_500"))
    stage.replay("database-down")
    stage.replay("assets-uri-too-long")


def lists(stage: Stage) -> None:
    """Paging, filters and order over 300 assets."""
    three_hundred(stage)
    for name in (
        "asset-count",
        "asset-list-2-items",
        "asset-list-gzip",
        "asset-list-ids-only",
        "asset-list-ids-only-5001-refused",
        "asset-list-json-not-offered",
        "asset-list-last-page",
        "asset-list-limit-0-count-only",
        "asset-list-limit-200",
        "asset-list-limit-201-refused",
        "asset-list-modified-future",
        "asset-list-modified-garbage-date-matches-all",
        "asset-list-modified-zulu-suffix-ignored",
        "asset-list-no-total-count",
        "asset-list-offset-past-end",
        "asset-list-order-by-unknown",
        "asset-list-unknown-parameter-ignored",
        "asset-list-cql-two-sort-columns-refused",
        "asset-list-cql-unknown-index",
        "existence-check-by-cql-ids",
        "existence-check-old-module-form",
        "existence-check-old-module-form-15-ids-no-limit",
    ):
        stage.replay(name)
    stage.replay("asset-list-modified-since-sorted", TIES)
    # Which two of the three assets of that second it shows is not defined: one steps aside.
    other = stage.model.store.assets["TbCfPfQXUO9QMWViUSqDA8Qp"]
    other.videotimestamp = local(stage, "2026-11-22 07:42:39")
    stage.replay("asset-list-created-since-sorted", TIES)
    del stage.model.store.assets[_without_newest(stage)]
    stage.stand_in.control.faults.add(Fault("notices"))
    stage.replay("envelope-header-with-errors-block", NOTICES)


def lists_of_changes(stage: Stage) -> None:
    """Lists since a time, with tombstones, unpublished and trashed assets, and clock changes."""
    three_hundred(stage)
    stage.replay("asset-list-show-deleted-created-filter-fails", TRACE)
    tombstone(stage, ASSET, "2026-11-22 07:52:20")
    stage.replay("asset-list-show-deleted")
    stamps = (
        ("z2StaQaWAJongXYYoN3PVdPn", "2025-10-25T23:30:00"),
        ("z2ZGdabqLBlYRxWgBN4OGgEd", "2025-10-26T00:15:00"),
        ("zKNTbEgORlH2dWiClGyPqD1h", "2025-10-26T00:45:00"),
        ("zTVJrjViIZOOZfdloyfv4eyQ", "2025-10-26T01:15:00"),
        ("zXiMWvNYcIHVUGRiaLRO2W0o", "2025-10-26T01:45:00"),
        ("zcqgMLPDmYFbWcjeZt75Xllj", "2025-10-26T02:30:00"),
    )
    for asset_id, moment in stamps:
        at = times.instant(datetime.fromisoformat(moment).replace(tzinfo=UTC))
        stage.model.store.stamp(stage.model.store.assets[asset_id], at)
    stage.replay("asset-list-autumn-clock-change")
    stage.replay("asset-list-autumn-clock-change-since")
    stage.load("asset-list-published-all-trashcan-all")
    tombstone(stage, "f1GXfJWoSeYPHpheSUYC6p0a", "2026-11-22 08:20:04")
    stage.replay("asset-list-published-all-trashcan-all", TIES)
    stage.replay("asset-list-everything-since", TIES)
    stage.replay("existence-check-widest")


def single_assets(stage: Stage) -> None:
    """Assets and mediafiles asked for by id."""
    stage.log_in()
    for name in ("asset-get", "assets-by-ids"):
        stage.load(name)
    for name in (
        "asset-get",
        "asset-get-not-found",
        "asset-get-other-app",
        "asset-mediafile-list",
        "mediafile-get",
        "mediafile-get-not-found",
        "assets-by-ids",
        "assets-by-ids-none-exist",
    ):
        stage.replay(name)
    filler(stage, "B2jPYdbaKdPWifoPEWKPvO6F", "2026-11-22 07:42:30").inappropriate = True
    stage.replay("asset-get-inappropriate")
    stage.load("asset-get-with-uploaded-file")
    stage.replay("asset-get-with-uploaded-file")
    stage.load("asset-get-analysed")
    for name in ("asset-get-analysed", "asset-list-analysed", "mediafile-list-analysed"):
        stage.replay(name)
    stage.model.store.add_property(Property(32, "my_own_field", "app_1", app_id=1))
    stage.load("asset-get-with-own-field-group")
    stage.replay("asset-get-with-own-field-group")


def metadata(stage: Stage) -> None:
    """One asset from its creation through every way of writing metadata."""
    stage.log_in()
    stage.ids.script.append(ASSET)
    for name in (
        "asset-create",
        "asset-get-fresh-empty",
        "metadata-update-several-fields",
        "asset-get-after-metadata-update",
        "metadata-update-no-change",
        "metadata-append",
        "metadata-clear-field",
        "metadata-update-no-fields",
        "metadata-replace-default-wipes-other-fields",
        "asset-get-after-default-replace",
        "metadata-date-field",
        "metadata-bad-date",
        "metadata-bad-language",
        "metadata-asset-not-found",
        "metadata-wrong-user",
        "metadata-wrong-user-as-app-admin",
        "metadata-other-app",
        "metadata-unknown-field-ignored",
    ):
        stage.replay(name)
    for name, value in VALUES.items():
        _write(stage, ASSET, description=value)
        stage.replay(name)
    stage.replay("value-emoji-post", TRACE)
    stage.replay("value-invalid-utf8-post")


VALUES = {
    "value-control-get": "tab\there\nnew line\r\nCRLF \x01\x0b\x1f end",
    "value-html-get": "<p>Hello <b>bold</b><script>alert(1)</script><br/>&nbsp;&eacute;</p>",
    "value-long-40000-get": "x" * 40_000,
    "value-nonascii-get": (
        "Caf\u00e9 \u00dcn\u00efc\u00f6d\u00e9 "
        "\u0395\u03bb\u03bb\u03ac\u03b4\u03b1 \u041f\u0440\u0438\u0432\u0435\u0442 "
        "\u65e5\u672c\u8a9e \u2013 \u201cquotes\u201d \u20ac"
    ),
    "value-spaces-get": "  two  spaces  ",
    "value-xmlspecial-get": "a < b & c > d \"quoted\" 'single' &amp; &lt;b&gt; ]]> <![CDATA[x]]>",
    "value-zero-get": "0",
}


def many_parameters(stage: Stage) -> None:
    """What PHP makes of repeated and of too many parameters."""
    stage.log_in()
    _create(stage, "OhUTNoKTj7k8gshGpmaxYP1Z", "alice")
    stage.replay("metadata-repeated-name-without-brackets")
    # The recorded request is shortened: its 1,500 values count up.
    pairs = [("user_id", "alice"), ("action", "update")]
    pairs += [("subject[]", f"s{number:04}") for number in range(SUBJECTS)]
    form = urlencode(pairs).encode()
    kept = recordings.read("metadata-more-than-1000-parameters").form.partition(b" ...[cut")[0]
    if not form.startswith(kept):
        message = "the request made anew is not the recorded one"
        raise AssertionError(message)
    stage.replay("metadata-more-than-1000-parameters", form=form)


def deletion(stage: Stage) -> None:
    """An asset changed, given a mediafile, deleted; another one trashed, restored, hidden."""
    stage.log_in()
    _create(stage, ASSET, "alice")
    stage.replay("asset-update")
    owner = {"user_id": "alice", "is_app_admin": "TRUE", "owner_id": "carol"}
    _okay(stage, f"asset/{ASSET}", owner)
    stage.ids.script.append("r22pdZMLRNdTefCgRZqdVoIp")
    for name in (
        "mediafile-create",
        "mediafile-update",
        "asset-delete-not-empty-without-cascade",
    ):
        stage.replay(name)
    stage.replay("mediafile-delete", MISSING_FILES)
    _okay(stage, "mediafile/create", {"asset_id": ASSET, "user_id": "carol"})
    stage.replay("asset-delete-wrong-user")
    stage.replay("asset-delete-cascade", MISSING_FILES)
    for name in ("asset-get-deleted", "metadata-on-deleted-asset", "asset-deleted-list"):
        stage.replay(name)
    _create(stage, TRASHED, "alice")
    for name in (
        "asset-delete-to-trashcan",
        "asset-get-in-trashcan",
        "metadata-on-trashcan-asset",
        "asset-restore",
        "asset-unpublish",
        "assets-delete-many",
    ):
        stage.replay(name)


SCENES: dict[str, Callable[[Stage], None]] = {
    scene.__name__: scene
    for scene in (
        login,
        server,
        lists,
        lists_of_changes,
        single_assets,
        metadata,
        many_parameters,
        deletion,
    )
}


def three_hundred(stage: Stage) -> None:
    """Make the 300 assets of the first lists: those recorded, and others that keep their ranks."""
    stage.log_in()
    for name in (
        "asset-list-2-items",
        "asset-get",
        "assets-by-ids",
        "asset-list-no-total-count",
        "asset-list-modified-since-sorted",
        "asset-list-last-page",
    ):
        stage.load(name)
    changed = recordings.read("asset-list-autumn-clock-change").items()[:4]
    for item in (*changed, *recordings.read("asset-list-show-deleted").items()[1:]):
        asset = loading.load_asset(stage.model, stage.first, item)
        if asset.modified is not None and asset.modified < asset.created:
            stage.model.store.stamp(asset, asset.created)
    for name, asset_id in parse_qsl(
        recordings.read("existence-check-old-module-form-15-ids-no-limit").target
    ):
        if name.startswith("asset_id[") and asset_id not in stage.model.store.assets:
            filler(stage, asset_id, "2026-11-22 07:42:30")
    _fill_ranks(stage)


def _fill_ranks(stage: Stage) -> None:
    """Add assets until the recorded ones have their ranks, with as many recent as recorded."""
    recent = local(stage, "2026-11-22 07:42:38")
    known = sorted(stage.model.store.assets)
    before = 100 - known.index("PWENWJOOEHfYKarGWKAkb1ks")
    after = 300 - before - len(known)
    ids = [f"D{number:023}" for number in range(before)]
    ids += [f"R{number:023}" for number in range(after)]
    assets = stage.model.store.assets.values()
    missing = 185 - sum((asset.videotimestamp or 0) >= recent for asset in assets)
    for number, asset_id in enumerate(ids):
        new = number < missing
        text = "2026-11-22 07:42:41" if new else "2026-11-22 07:42:31"
        asset = filler(stage, asset_id, text)
        if number == missing:
            stage.model.store.stamp(asset, local(stage, "2026-11-22 07:42:41"))


def filler(stage: Stage, asset_id: str, text: str) -> Asset:
    """Put an asset of which nothing but its id was recorded into the model."""
    at = local(stage, text)
    asset = Asset(asset_id, 1, "user0", at, at, at, at)
    asset.metadata = {PUBLISHED: ["TRUE"], TRASHCAN: ["FALSE"]}
    stage.model.store.add_assets([asset])
    return asset


def tombstone(stage: Stage, asset_id: str, text: str) -> None:
    """Put a tombstone into the model."""
    stage.model.store.tombstones[asset_id] = Tombstone(asset_id, 1, local(stage, text))


def local(stage: Stage, text: str) -> int:
    """Return the instant of a recorded local time."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return times.from_local(moment, stage.first.time_zone)


def _without_newest(stage: Stage) -> str:
    newest = "Q1nEMJjmicVCswQMSdMoJx6w"
    stage.model.store.ids(1).remove(newest)
    return newest


def _set_installed(stage: Stage, item: etree._Element) -> None:
    group = item.findtext("prop_group")
    created = local(stage, item.findtext("created") or "")
    for one in list(stage.model.store.properties.values()):
        if one.group == group:
            stage.model.store.add_property(replace(one, created=created))


def _challenge(name: str) -> str:
    answer = recordings.read(name).items()[0].findtext("dbus") or ""
    return answer.removeprefix("DATA vpx 0 ")


def _half_logged_in(stage: Stage, challenge: str) -> None:
    stage.model.sessions.keep(
        Session(
            "SESSIONCOOKIE2", stage.now, mechanism=True, app_name="testapp1", challenge=challenge
        )
    )


def _create(stage: Stage, asset_id: str, owner: str) -> None:
    stage.ids.script.append(asset_id)
    _okay(stage, "asset/create", {"user_id": owner})


def _write(stage: Stage, asset_id: str, **values: str) -> None:
    form = {"user_id": "alice", "action": "update"}
    _okay(stage, f"asset/{asset_id}/metadata", {**form, **values})


def _okay(stage: Stage, path: str, form: dict[str, str]) -> None:
    answer = stage.post(path, form)
    if answer.result_id != OKAY:
        message = f"{path}: {answer.result_id} {answer.description}"
        raise AssertionError(message)
