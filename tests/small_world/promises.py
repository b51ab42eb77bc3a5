"""What must hold in every step of the small world, whoever took it (``docs/promises.md``)."""

from __future__ import annotations

from collections.abc import Sequence

from mediamosa_sync.domain.deletion import LIVE, Held
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.run import Fence, Kind, Run, RunState
from mediamosa_sync.errors import StoreUnavailable
from tests.small_world.calls import SERVER
from tests.small_world.servers import ASSETS, FIELDS
from tests.small_world.states import (
    AIR,
    DELIVERED,
    FIRST_SERVER,
    FIRST_SHELF,
    LATEST,
    TIME,
    Broken,
    Move,
)
from tests.small_world.tables import HISTORY, LINKS, MEDIA, REMOVALS, SHELVES, STATE, STREAM
from tests.small_world.values import (
    check_links,
    check_post,
    check_records,
    place_in_time,
)
from tests.small_world.world import World

FENCED = frozenset({"apply", "save_run", "take_marks"})
_SHARED = frozenset({MEDIA, STREAM, REMOVALS, DELIVERED})
_BY_PEOPLE = {
    "edit": frozenset({MEDIA, STREAM, LATEST}),
    "change": frozenset({FIRST_SERVER, FIRST_SERVER + 1}),
    "press": frozenset({FIRST_SHELF + STATE}),
    "short": frozenset({TIME, STREAM, DELIVERED}),
    "long": frozenset({TIME, STREAM, DELIVERED}),
    "late": frozenset({AIR, FIRST_SERVER, FIRST_SERVER + 1}),
    "die-posting": frozenset({AIR}),
}
"""What may change when it is no invocation that acts (I14: the button only marks)."""


def check(world: World, move: Move) -> None:
    """Raises :class:`Broken` if *move* breaks a promise."""
    _check_errors(move)
    before, after = move.before.parts, move.after.parts
    changed = [place for place, part in enumerate(after) if part is not before[place]]
    if not changed:
        return
    _check_isolation(world, move, changed)
    _check_fence(world, move, changed)
    if MEDIA in changed:
        check_records(world, move)
    for number in range(len(world.ids)):
        _check_connection(world, move, number, frozenset(changed))


def _check_errors(move: Move) -> None:
    """An invocation ends well, or with the one error that it declares."""
    if move.stand is None or move.stand.call is not None:
        return
    error = move.stand.error
    if error is not None and not isinstance(error, StoreUnavailable):
        raise Broken("errors", f"{move.stand.start.name} failed with {error!r}")


def _check_connection(world: World, move: Move, number: int, changed: frozenset[int]) -> None:
    if FIRST_SERVER + number in changed and move.action.verb == "go":
        check_post(world, move, number)
    if world.place(number, LINKS) in changed:
        check_links(world, move, number)
    if world.place(number, STATE) in changed:
        _check_run_item(world, move, number)
    if {world.place(number, LINKS), world.place(number, STATE)} & changed:
        _check_numbers(world, move, number)


def _check_isolation(world: World, move: Move, changed: Sequence[int]) -> None:
    """I10, I14: who acts for one connection changes nothing of the other."""
    if {STREAM, DELIVERED}.issuperset(changed) and move.action.verb == "go":
        # A push has come back from a call that changed nothing.
        return
    if move.call is None or move.stand is None:
        allowed = _BY_PEOPLE.get(move.action.verb, _SHARED)
    else:
        connection_id = _connection_of(move)
        execution = move.stand.start.execution
        if execution is not None and connection_id != move.stand.start.connection_id:
            raise Broken("I10", f"a step of the one connection changed the other: {move.call}")
        number = world.ids.index(connection_id)
        if move.call.port == SERVER:
            allowed = frozenset({FIRST_SERVER + number}) | _SHARED
        else:
            first = world.place(number, 0)
            allowed = _SHARED | frozenset(range(first, first + len(SHELVES)))
            _check_owner(world, move, number)
    if not allowed.issuperset(changed):
        raise Broken("I10", f"{move.action} changed the parts {sorted({*changed} - allowed)}")


def _connection_of(move: Move) -> str:
    if move.call is None:
        raise AssertionError("only a call is about a connection")
    if move.call.port == SERVER:
        return move.call.connection_id
    subject = move.call.given[0] if move.call.given else ""
    return subject.connection_id if isinstance(subject, Fence) else str(subject)


def _check_owner(world: World, move: Move, number: int) -> None:
    """Records that change are of the connection that the call is about."""
    before, after = (state.parts[MEDIA].value for state in (move.before, move.after))
    mine = {world.media_id(number, asset_id) for asset_id in ASSETS}
    for media_id in before.keys() | after.keys():
        if media_id not in mine and before.get(media_id) != after.get(media_id):
            raise Broken("I10", f"the record {media_id} of somebody else was changed")


def _check_fence(world: World, move: Move, changed: Sequence[int]) -> None:
    """I5, I11: what an older generation or number writes has no effect."""
    call = move.call
    if call is None or call.method not in FENCED or not {*changed} - _SHARED | {MEDIA}:
        return
    fence: Fence = call.given[0]
    number = world.ids.index(fence.connection_id)
    state: RunState = world.shelf(move.before.parts, number, STATE)
    if state.fence != fence:
        raise Broken("I11", f"{call.method} of {fence} took effect over {state.fence}")


def _check_run_item(world: World, move: Move, number: int) -> None:
    before = world.shelf(move.before.parts, number, STATE) or RunState(world.ids[number])
    after: RunState = world.shelf(move.after.parts, number, STATE)
    _check_generation(move, before, after)
    if before.watermark is not None and (after.watermark or before.watermark) < before.watermark:
        raise Broken("I7", f"W went back from {before.watermark} to {after.watermark}")
    ended = [kind for kind in Kind if _has_ended(before, after, kind)]
    if (before.watermark, before.last_sync) != (after.watermark, after.last_sync) and not ended:
        raise Broken("I7", "W or last_sync changed though no run was completed")
    for kind in Kind:
        _check_walk(world, move, number, kind)
    if ended and before.watermark != after.watermark:
        _check_watermark(world, move, number)
    if world.shelf(move.after.parts, number, HISTORY) is None:
        raise Broken("I13", "the history is gone")


def _check_generation(move: Move, before: RunState, after: RunState) -> None:
    """I5: a restart is taken once, by an execution that is younger than the press."""
    if after.sequence < before.sequence:
        raise Broken("I11", "the sequence went back")
    if after.generation == before.generation:
        if before.restart is not None and after.restart != before.restart:
            raise Broken("I5", "the restart's mark is gone, and no restart was taken")
        return
    execution = move.stand.start.execution if move.stand is not None else None
    if after.generation != before.generation + 1 or before.restart is None or after.restart:
        raise Broken("I5", f"generation {before.generation} became {after.generation}")
    if execution is None or execution.started_at <= before.restart.requested_at:
        raise Broken("I5", "a restart was taken by an execution that was there before the press")


def _has_ended(before: RunState, after: RunState, kind: Kind) -> bool:
    run = after.full if kind is Kind.FULL else after.incremental
    last = before.full if kind is Kind.FULL else before.incremental
    return run is not None and not run.under_way and (last is None or last != run)


def _check_walk(world: World, move: Move, number: int, kind: Kind) -> None:
    """I7: a run's cursor never goes back, and passes no asset that is not applied or noted."""
    before: RunState | None = world.shelf(move.before.parts, number, STATE)
    after: RunState = world.shelf(move.after.parts, number, STATE)
    run, last = _run_of(after, kind), None if before is None else _run_of(before, kind)
    if run is None or run == last:
        return
    begun = last is not None and last.run_id == run.run_id
    if last is not None and begun and not last.under_way:
        raise Broken("I7", f"the run {run.run_id} had ended, and goes on")
    done = last.cursor.last_id if last is not None and begun else ""
    if run.cursor.last_id < done:
        raise Broken("I7", f"the cursor of {run.run_id} went back from {done}")
    if kind is not Kind.FULL:
        return
    links = world.shelf(move.after.parts, number, LINKS)
    for asset_id in world.content(move.after.parts, number).assets:
        passed = done < asset_id <= run.cursor.last_id
        if passed and asset_id not in links and asset_id not in after.again:
            raise Broken("I7", f"the cursor of {run.run_id} passed {asset_id}, which has no link")


def _run_of(state: RunState, kind: Kind) -> Run | None:
    return state.full if kind is Kind.FULL else state.incremental


def _check_watermark(world: World, move: Move, number: int) -> None:
    """I6: W passes no change that is neither applied nor to be asked for again."""
    after: RunState = world.shelf(move.after.parts, number, STATE)
    links: dict[str, Link] = world.shelf(move.after.parts, number, LINKS)
    content = world.content(move.after.parts, number)
    if after.watermark is None:
        raise Broken("I7", "W is gone")
    reached = after.watermark.timestamp()
    for asset_id in content.assets:
        link = links.get(asset_id)
        if asset_id in after.again or (link is not None and link.state not in LIVE):
            continue
        for name in FIELDS:
            timeline = content.timeline.get((asset_id, name), ())
            passed = [place for place, value in enumerate(timeline) if value.at < reached]
            if passed and (link is None or place_in_time(timeline, link, name) < passed[-1]):
                raise Broken("I6", f"W passed a change of {name} of {asset_id}: not applied")


def _check_numbers(world: World, move: Move, number: int) -> None:
    """The run item's own numbers are those of the links (I9's guard counts with them)."""
    state = world.shelf(move.after.parts, number, STATE) or RunState(world.ids[number])
    links = world.shelf(move.after.parts, number, LINKS).values()
    counted = sum(link.counts for link in links)
    if state.links != counted:
        raise Broken("numbers", f"{state.links} links are counted, and there are {counted}")
    held = [link.asset_id for link in links if link.state == "held"]
    if state.held != Held().changed(held, []):
        raise Broken("I9", f"the list of held deletions is not {held}")
    unapproved = sum(state.removals.hours.values())
    if unapproved > max(world.rules.guard.most, 1):
        raise Broken("I9", f"{unapproved} records were removed without a person")
