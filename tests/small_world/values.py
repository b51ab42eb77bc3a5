"""What may happen to values: in records, in links, and in MediaMosa."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.deletion import Existence
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.values import Values
from tests.small_world.calls import Stand
from tests.small_world.endings import accounted_for
from tests.small_world.servers import ASSETS, FIELDS, Value
from tests.small_world.states import LATEST, Broken, Move
from tests.small_world.tables import COPIES, LINKS, MEDIA
from tests.small_world.world import PLAIN, World

NEVER = -1


def check_links(world: World, move: Move, number: int) -> None:
    """I3: base is always something that MediaMosa had, and never goes back in its time."""
    before = world.shelf(move.before.parts, number, LINKS)
    after = world.shelf(move.after.parts, number, LINKS)
    content = world.content(move.after.parts, number)
    for asset_id, link in after.items():
        old: Link | None = before.get(asset_id)
        if old is link or link.base is None:
            continue
        for name in FIELDS:
            timeline = content.timeline.get((asset_id, name), ())
            place = place_in_time(timeline, link, name)
            if old is None or old.base is None or old.media_id != link.media_id:
                continue
            if place < place_in_time(timeline, old, name):
                raise Broken("I3", f"base of {name} of {asset_id} went back to {link.base}")
    _check_ties(world, move)


def _check_ties(world: World, move: Move) -> None:
    """One record is tied to one asset, of one connection."""
    tied = [
        link.media_id
        for number in range(len(world.ids))
        for link in world.shelf(move.after.parts, number, LINKS).values()
        if link.counts
    ]
    if len(set(tied)) < len(tied):
        raise Broken("I1", f"one record is tied twice: {sorted(tied)}")


def place_in_time(timeline: Sequence[Value], link: Link, name: str) -> int:
    """The latest place of the link's base among the values that the property had."""
    agreed = (link.base or {}).get(name, ())
    place = _place(timeline, agreed)
    if place is None:
        raise Broken("I3", f"base of {name} of {link.asset_id} is {agreed}: never in MediaMosa")
    return place


def _place(timeline: Sequence[Value], values: object) -> int | None:
    places = [place for place, one in enumerate(timeline) if one.values == values]
    if places:
        return places[-1]
    return NEVER if values == () else None


def check_records(world: World, move: Move) -> None:
    """I2, I3, I8, I15, of every record that has changed."""
    before: Mapping[str, Any] = move.before.parts[MEDIA].value
    after: Mapping[str, Any] = move.after.parts[MEDIA].value
    if after.get(PLAIN) != before.get(PLAIN):
        raise Broken("I15", "a record that is none of MediaMosa's was changed")
    if move.action.verb != "edit":
        for number in range(len(world.ids)):
            for asset_id in ASSETS:
                _check_record(world, move, number, asset_id)
    for (media_id, name), value in move.after.parts[LATEST].value.items():
        if not accounted_for(world, move.after.parts, media_id, name, value):
            raise Broken("I2", f"{move.action} lost the edit {value!r} of {name} of {media_id}")


def _check_record(world: World, move: Move, number: int, asset_id: str) -> None:
    media_id = world.media_id(number, asset_id)
    old = move.before.parts[MEDIA].value.get(media_id)
    new = move.after.parts[MEDIA].value.get(media_id)
    if old is None or old == new:
        return
    if new is None:
        _check_removal(world, move, number, asset_id)
    else:
        _check_hands_off(old, new)
        _check_taken(world, move, number, asset_id)


def _check_hands_off(old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """I15: what is the application's own stays as it is."""
    for name in old.keys() | new.keys():
        if name not in {"metadata", "mediamosa"} and old.get(name) != new.get(name):
            raise Broken("I15", f"the record's attribute {name} was changed")
    for name in old["metadata"].keys() | new["metadata"].keys():
        if name not in FIELDS and old["metadata"].get(name) != new["metadata"].get(name):
            raise Broken("I15", f"the record's own metadata.{name} was changed")


def _check_taken(world: World, move: Move, number: int, asset_id: str) -> None:
    """I3: a record takes only what MediaMosa has had, and nothing older than what it holds.

    What its application has written is no value of MediaMosa's, even if it was brought there since
    the page was read: which of both stands is then a matter of base (:func:`check_links`).
    """
    media_id = world.media_id(number, asset_id)
    content = world.content(move.after.parts, number)
    for name in FIELDS:
        old, new = (
            tuple(sorted(state.parts[MEDIA].value[media_id]["metadata"].get(name, ())))
            for state in (move.before, move.after)
        )
        if old == new:
            continue
        timeline = content.timeline.get((asset_id, name), ())
        held, taken = _place(timeline, old), _place(timeline, new)
        is_edit = old == (move.before.parts[LATEST].value.get((media_id, name)),)
        if taken is None:
            raise Broken("I3", f"{media_id} took {name} {new}, which MediaMosa never had")
        if held is not None and taken < held and not is_edit:
            raise Broken("I3", f"{media_id} took {name} {new}, which is older than {old}")


def _check_removal(world: World, move: Move, number: int, asset_id: str) -> None:
    """I8: a record goes only if MediaMosa, asked for its asset by id, said that it is gone."""
    media_id = world.media_id(number, asset_id)
    copy = world.shelf(move.after.parts, number, COPIES).get(asset_id)
    if copy is None or copy.attributes != move.before.parts[MEDIA].value[media_id]:
        raise Broken("I8", f"the record of {asset_id} was removed, and no whole copy is kept")
    if asset_id in world.content(move.after.parts, number).assets:
        raise Broken("I8", f"the record of {asset_id} was removed, and the asset is there")
    if move.stand is None or not _was_proved(move.stand, world.ids[number], asset_id):
        raise Broken("I8", f"the record of {asset_id} was removed without its own proof")


def _was_proved(stand: Stand, connection_id: str, asset_id: str) -> bool:
    return any(
        call.method == "prove"
        and (call.connection_id, call.given) == (connection_id, (asset_id,))
        and answer.value is not None
        and answer.value.existence is Existence.GONE
        for call, answer in stand.history()
    )


def check_post(world: World, move: Move, number: int) -> None:
    """I3, I4: what is written was claimed before, differs, and overrules nothing that was read.

    What somebody changes in MediaMosa between our read and our POST is overwritten: the one race
    that the protocol leaves open is excused, and no other.
    """
    call, stand = move.call, move.stand
    if call is None or stand is None or call.method != "write":
        raise Broken("I10", f"{move.action} changed MediaMosa by something else than a write")
    asset_id, _, values = call.given
    link: Link | None = world.shelf(move.before.parts, number, LINKS).get(asset_id)
    claim = None if link is None else link.claim
    if link is None or claim is None or claim.owner != stand.start.owner:
        raise Broken("I2", f"{asset_id} was written to MediaMosa under the claim {claim}")
    content = world.content(move.before.parts, number)
    read = _last_read(stand, world.ids[number], asset_id)
    for name, sent in values.items():
        if name not in FIELDS:
            raise Broken("I15", f"{name} was written to MediaMosa")
        seen = read.values("dublin_core", name)
        if seen == sent:
            raise Broken("I4", f"{name} was sent though it had been read as {sent}")
        if seen == content.now(asset_id, name) and not _may_follow(link, name, seen):
            raise Broken("I3", f"{sent} overruled {seen}, a change of {name} in MediaMosa")


def _last_read(stand: Stand, connection_id: str, asset_id: str) -> Asset:
    """The asset as the invocation read it last before it wrote."""
    for call, answer in stand.history():
        if call.connection_id != connection_id or answer.value is None:
            continue
        if call.method == "assets" and asset_id in answer.value:
            found: Asset = answer.value[asset_id]
            return found
        if call.method == "prove" and call.given == (asset_id,) and answer.value.asset:
            proved: Asset = answer.value.asset
            return proved
    raise Broken("I3", f"{asset_id} was written to MediaMosa without having been read")


def _may_follow(link: Link, name: str, seen: Values) -> bool:
    """Whether what MediaMosa had was agreed on, or was an earlier POST of ours."""
    agreed = (link.base or {}).get(name, ())
    return agreed == seen or any(one.values == seen for one in link.sent.get(name, ()))
