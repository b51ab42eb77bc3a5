"""What happens next: an editor's action, an accident, or a call of the port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from infra.local.mediamosa.records import INT, Property
from mediamosa_sync.domain.values import Metadata, values_of
from mediamosa_sync.domain.walk import Window
from tests.adapters.lockstep.mediamosa.twins import LOST, TROUBLES, Twins
from tests.adapters.lockstep.tables.pools import chance, subset

SHELF = Property(60, "shelf", "app_1", INT, app_id=1)
TEXTS = (
    "a", "b", "A", "ä", "0", " x ", "日本語", "two\nlines", "a\r\nb\rc\td", "bell \x07",
    "<b> & ]]>", "<![CDATA[a section\r\nof two]]>", "\U0001d11e", "half \ufffe a word", "\u2028",
    "", " \t\n",
)  # fmt: skip
DATES = ("2010", "2010-02-03T04:05", "01/02/2010", "2014-07-01 12:00:00", "no date", "")
WHOLE = ("7", "007", "1e3", "-2147483648", "99999999999", "seven", "")
LANGUAGES = ("nl", "NL", "en", "english", "")
VALUES = {
    "title": TEXTS,
    "subject": TEXTS,
    "description": TEXTS,
    "language": LANGUAGES,
    "created": DATES,
    "issued": DATES,
    "shelf": WHOLE,
    "nosuchfield": TEXTS,
}
USERS = ("alice", "an editor & <co>", "")
UNKNOWN_IDS = ("1Never", "ZZZ", "B8&<é>%41", ".", "..", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of the port, and what goes wrong with it, if anything."""

    method: str
    arguments: tuple[Any, ...] = ()
    named: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done to both worlds, and what each of them answered."""

    text: str
    answers: tuple[object, object] = (None, None)


def _asset(dice: Random, pair: Twins, unknown: float = 0.1) -> str:
    return dice.choice(UNKNOWN_IDS if chance(dice, unknown) else pair.ids())


def editor_action(dice: Random, pair: Twins) -> Done:
    """Somebody works in MediaMosa."""
    foreign = chance(dice, 0.1)
    asset_id = dice.choice(pair.ids())
    path, form = dice.choice(_EDITS)(dice, asset_id, pair)
    store = pair.worlds[0].model.store
    if path.endswith("/delete") and (store.late or store.list_lag_seconds):
        # The model forgets the mediafiles at once that a list which lags would still show.
        path, form = f"asset/{asset_id}/restore", {}
    told = pair.edit(path, form, foreign=foreign)
    return Done(f"{'theirs: ' if foreign else ''}POST {path} {form}", (told[0], told[1]))


_Edit = Callable[[Random, str, Twins], tuple[str, dict[str, str]]]


def _create(dice: Random, _: str, __: Twins) -> tuple[str, dict[str, str]]:
    return "asset/create", {"published": dice.choice(("TRUE", "FALSE"))}


def _metadata(dice: Random, asset_id: str, _: Twins) -> tuple[str, dict[str, str]]:
    names = subset(dice, tuple(VALUES))
    chosen = {f"{name}[{place}]": dice.choice(VALUES[name]) for place, name in enumerate(names)}
    action = dice.choice(("update", "update", "append", "replace"))
    return f"asset/{asset_id}/metadata", {**chosen, "action": action}


def _delete(dice: Random, asset_id: str, _: Twins) -> tuple[str, dict[str, str]]:
    return f"asset/{asset_id}/delete", dice.choice(({"delete": "cascade"}, {"trashcan": "TRUE"}))


def _state(dice: Random, asset_id: str, _: Twins) -> tuple[str, dict[str, str]]:
    return f"asset/{asset_id}/{dice.choice(('publish', 'unpublish', 'restore', 'restore'))}", {}


def _fields(dice: Random, asset_id: str, _: Twins) -> tuple[str, dict[str, str]]:
    flag = dice.choice(("TRUE", "FALSE"))
    forms = ({"isprivate": flag}, {"is_inappropriate": flag}, {"owner_id": dice.choice(USERS)})
    return f"asset/{asset_id}", dice.choice(forms)


def _new_file(dice: Random, asset_id: str, _: Twins) -> tuple[str, dict[str, str]]:
    return f"asset/{asset_id}/mediafile/create", {"filename": dice.choice(("a.mp4", "é & <b>.mp4"))}


def _file(dice: Random, _: str, pair: Twins) -> tuple[str, dict[str, str]]:
    one = dice.choice(pair.files() or ["none"])
    path = f"mediafile/{one}"
    return dice.choice(((path, {"filename": "b.mp4"}), (f"{path}/delete", {})))


_EDITS: list[_Edit] = [
    _create, _metadata, _metadata, _metadata, _delete, _state, _state, _fields, _new_file, _file
]  # fmt: skip


def accident(dice: Random, pair: Twins) -> Done:
    """Time passes, or the server is not what it was."""
    return dice.choice([*_ACCIDENTS, *[_time_passes] * 4])(dice, pair)


def _session_lost(_: Random, pair: Twins) -> Done:
    for world in pair.worlds:
        world.model.sessions.lose_all()
    return Done("every session is forgotten")


def _lag(dice: Random, pair: Twins) -> Done:
    seconds = dice.choice((0, 30, 600))
    for world in pair.worlds:
        world.model.store.list_lag_seconds = seconds
    return Done(f"lists lag by {seconds} s")


def _emoji(dice: Random, pair: Twins) -> Done:
    kept = chance(dice, 0.5)
    for world in pair.worlds:
        world.model.settings.utf8mb4 = kept
    return Done(f"the database keeps emoji: {kept}")


def _switched(dice: Random, pair: Twins) -> Done:
    active = chance(dice, 0.6)
    for world in pair.worlds:
        world.ours.active = active
    return Done(f"the application is switched {'on' if active else 'off'}")


def _shelf(_: Random, pair: Twins) -> Done:
    known = SHELF.prop_id in pair.worlds[0].model.store.properties
    for world in pair.worlds:
        store = world.model.store
        (store.delete_property if known else store.add_property)(SHELF)
    return Done(f"the property shelf {'goes' if known else 'comes'}")


def _time_passes(dice: Random, pair: Twins) -> Done:
    passed = dice.choice((0, 1, 1, 59, 600, 1800, -3600, -60))
    pair.set_clock(pair.now + timedelta(seconds=passed))
    return Done(f"{passed} s pass: {pair.now:%H:%M:%S} UTC")


def _mark_broken(dice: Random, pair: Twins) -> Done:
    """What lies in the database from before: no stamps, a value that no XML can hold."""
    asset_id = dice.choice(pair.ids())
    value = dice.choice(("half \ufffe a word", "whole"))
    for world in pair.worlds:
        asset = world.model.store.assets.get(asset_id)
        if asset is not None:
            world.write(asset, {"title": [value]})
    return Done(f"the title of {asset_id} is {value!r}")


_ACCIDENTS = [_session_lost, _lag, _emoji, _switched, _shelf, _mark_broken]


def port_call(dice: Random, pair: Twins) -> Asked:
    """The sync asks or writes."""
    asked = dice.choice(_CALLS)(dice, pair)
    if not chance(dice, 0.07):
        return asked
    kinds = [*TROUBLES, LOST, LOST, LOST] if asked.method == "write" else [*TROUBLES]
    return Asked(asked.method, asked.arguments, asked.named, dice.choice(kinds))


def _list(method: str) -> Callable[[Random, Twins], Asked]:
    def asked(dice: Random, pair: Twins) -> Asked:
        window = Window(dice.choice((0, 0, 3, 40)), dice.choice((1, 3, 60)), chance(dice, 0.6))
        back = dice.choice((0, 1, 59, 3600, 7200, 10**8))
        since = pair.now - timedelta(seconds=back) if chance(dice, 0.6) else None
        prefix = dice.choice(("", "", "1", "2Autumn", dice.choice(pair.ids())[:2], "'\"\\*?^", "é"))
        return Asked(method, (window,), {"since": since, "prefix": prefix})

    return asked


def _assets(dice: Random, pair: Twins) -> Asked:
    return Asked("assets", (subset(dice, (*pair.ids(), *UNKNOWN_IDS[:3]), 12),))


def _prove(dice: Random, pair: Twins) -> Asked:
    return Asked("prove", (_asset(dice, pair),))


def _mediafile(dice: Random, pair: Twins) -> Asked:
    return Asked("mediafile_asset", (dice.choice([*pair.files(), *UNKNOWN_IDS]),))


def _properties(_: Random, __: Twins) -> Asked:
    return Asked("properties")


def _write(dice: Random, pair: Twins) -> Asked:
    values: Metadata = {
        name: values_of(dice.choice(VALUES[name]) for _ in range(dice.choice((0, 1, 1, 2))))
        for name in subset(dice, tuple(VALUES))
    }
    return Asked("write", (_asset(dice, pair), dice.choice(USERS), values))


_CALLS: list[Callable[[Random, Twins], Asked]] = [
    _list("page"), _list("page"), _list("page"), _list("ids"), _assets, _prove, _prove, _mediafile,
    _properties, _write, _write, _write,
]  # fmt: skip
