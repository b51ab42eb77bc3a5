"""How every history must end: once faults stop, both sides become equal, and quiet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from mediamosa_sync.domain.deletion import LIVE
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.run import Kind
from mediamosa_sync.domain.uri import usable_uris
from mediamosa_sync.domain.values import NO_VALUE, is_agreed
from tests.fakes.watched import Traffic
from tests.simulation.applications import Edit, values_in
from tests.simulation.digests import substance_of, values_of
from tests.simulation.referee import Violation
from tests.simulation.site import NAMES, SimulatedSite
from tests.simulation.world import World

DAY = 25 * 3600
MOST_STEPS = 100
"""Of an execution, so that each brings its connection to the end of its runs."""
QUIET_RUNS = 2
PAGE_SIZE = 100
"""In the end of most histories: while things happened there were pages enough."""
MOST_ROUNDS = 40
"""Ticks and deliveries after the faults, before anything still under way is called stuck."""


class Ends:
    """The end of one history."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._blame = world.referee.blame

    def meet(self) -> None:
        """Stop the faults and bring everything to rest; then look at both sides.

        Raises:
            Violation: I1, I2, I4, I15 or I16.
        """
        setting = self._world.setting
        self._stop_faults()
        self._rest()
        if not self._world.lost_events:
            self._edits(self._tied())
        a_day = setting.patient or not self._is_met()
        if a_day:
            # What no incremental run can see, the full one of the next day does.
            self._world.wait(DAY)
            self._rest()
            self._look()
        self._stay_quiet()
        still_new = self._is_anybody_waiting() or self._world.lost_events
        if (a_day or not still_new) and not self._would_an_event_tell(a_day=a_day):
            # Full runs look again at records that wait to be tied, or whose event was lost; so does
            # any event of theirs.
            self._hear_again()
        if setting.thorough:
            self._do_everything_again()

    def _is_met(self) -> bool:
        try:
            self._look()
        except Violation:
            return False
        return True

    def _stop_faults(self) -> None:
        world = self._world
        world.away, world.throttled = False, 0
        world.steps_per_tick = MOST_STEPS
        if not world.setting.patient:
            world.widen_pages(PAGE_SIZE)
        world.go_all()
        for site in world.sites.values():
            site.let_lag(0)
            world.admins.pause(site.connection.connection_id, "pull", paused=False)
            world.admins.pause(site.connection.connection_id, "push", paused=False)
        world.wait(400)

    def _rest(self) -> None:
        """Ticks and deliveries, until one of them has found nothing to do."""
        world = self._world
        for _ in range(MOST_ROUNDS):
            before, was_idle = self._written(), world.is_idle()
            self._feed()
            world.tick()
            world.go_all()
            self._feed()
            if was_idle and self._written() == before and world.is_idle() and not self._waits():
                return
            # Then the lists since the last run have nothing left of what happened before.
            world.wait(600)
        self._blame("I1", f"after {MOST_ROUNDS} ticks without faults there waits: {self._waits()}")

    def _written(self) -> tuple[int, ...]:
        """How much was written so far on both sides."""
        world = self._world
        traffic = world.tables.traffic
        return traffic.links_written, traffic.records_written, world.referee.posts

    def _feed(self) -> None:
        world = self._world
        while any(world.deliver(number, 100) for number in range(len(world.shards))):
            world.go_all()

    def _waits(self) -> list[Any]:
        world = self._world
        found: list[Any] = []
        for connection_id, site in world.sites.items():
            links = world.tables._links.get(connection_id, {})
            found += [
                link
                for link in links.values()
                if link.state is LinkState.PENDING
                or (link.state in LIVE and self._is_unsettled(site, link))
            ]
            rows = world.tables.waiting_rows.get(connection_id, {})
            found += [row for row in rows.values() if row.state is LinkState.PENDING]
            state = world.tables._states.get(connection_id)
            if state is not None:
                found += [run for kind in Kind if (run := state.run(kind)) is not None]
                found += [state.restart] if state.restart else []
                found += [state.failure] if state.failure else []
        return found

    def _is_unsettled(self, site: SimulatedSite, link: Link) -> bool:
        """What was sent is known by the next read; there is none of an unreadable asset."""
        if link.is_claimed(self._world.clock.now()):
            return True
        return bool(link.sent and not site.is_unreadable(link.asset_id))

    def _look(self) -> None:
        world = self._world
        world.applications.assert_bystander()
        tied = self._tied()
        for connection_id, site in world.sites.items():
            links = world.tables._links.get(connection_id, {})
            for asset_id in site.known:
                self._equal(site, asset_id, links.get(asset_id))
            count = sum(link.counts for link in links.values())
            state = world.tables._states[connection_id]
            if state.links != count:
                self._blame("I13", f"{count} links, the run item says {state.links}")
        self._edits(tied)
        self._records(tied)

    def _tied(self) -> dict[str, str]:
        """Record → the asset that it is tied to."""
        tied: dict[str, str] = {}
        for connection_id in self._world.sites:
            for link in self._world.tables._links.get(connection_id, {}).values():
                if not link.counts:
                    continue
                if link.media_id in tied:
                    self._blame("I1", f"{link.media_id} is tied twice: {link}")
                tied[link.media_id] = link.asset_id
        return tied

    def _equal(self, site: SimulatedSite, asset_id: str, link: Link | None) -> None:
        """I1: the asset's record says what the asset says."""
        if asset_id not in site.model.store.assets:
            if link is not None and link.state in {LinkState.LINKED, LinkState.PENDING}:
                self._blame("I1", f"{asset_id} is gone: {link}")
            return
        if self._is_put_away(site, asset_id):
            return
        out_of_reach = site.is_unreadable(asset_id) or site.is_foreign(asset_id)
        if out_of_reach and link is not None:
            if link.state in {LinkState.LINKED, LinkState.PENDING}:
                self._blame("I17", f"{asset_id} cannot be read, without a word: {link}")
        elif link is None:
            if not site.is_foreign(asset_id):
                self._blame("I1", f"{asset_id} has no link")
        else:
            self._says_the_same(site, link)

    def _says_the_same(self, site: SimulatedSite, link: Link) -> None:
        if link.state in LIVE and link.media_id in self._world.tables.media:
            for name in NAMES:
                self._agree(site, link, name)
        elif link.state in {LinkState.LINKED, LinkState.HELD}:
            self._blame("I1", f"{link.asset_id} is there: {link}")

    def _is_put_away(self, site: SimulatedSite, asset_id: str) -> bool:
        setting = self._world.setting
        if site.is_foreign(asset_id):
            return False
        if not site.lists(asset_id):
            return not setting.keep_trashed
        return not site.is_published(asset_id) and setting.remove_unpublished

    def _agree(self, site: SimulatedSite, link: Link, name: str) -> None:
        ours = values_in(self._world.tables.media[link.media_id], name)
        theirs = site.story.now(link.asset_id, name)
        if ours is None:
            if link.state is LinkState.LINKED:
                self._blame("I2", f"{name} of {link.media_id} cannot be read, without a word")
        elif name in link.parked or name in link.ignored:
            return
        elif ours != theirs:
            self._blame("I1", f"{name} of {link.asset_id}: {theirs}, of its record: {ours}; {link}")
        elif not is_agreed((link.base or {}).get(name, NO_VALUE), ours):
            self._blame("I1", f"base of {name} of {link.asset_id} is not {ours}: {link}")

    def _edits(self, tied: dict[str, str]) -> None:
        """I2: what an application wrote has arrived, was overruled in the log, or is parked."""
        world = self._world
        for (media_id, name), edit in world.applications.edits.items():
            for connection_id, site in world.sites.items():
                links = world.tables._links.get(connection_id, {})
                link = links.get(tied.get(media_id, ""))
                if link is None or link.media_id != media_id or link.state not in LIVE:
                    continue
                if self._is_told(connection_id, link, name, edit):
                    continue
                if (
                    is_agreed((link.base or {}).get(name, NO_VALUE), edit.values)
                    and link.base is not None
                ):
                    # It was edited, and edited back before anybody has seen it.
                    continue
                if not site.story.had_since(link.asset_id, name, edit.values, edit.moment):
                    self._blame("I2", f"{name}={edit.values} of {media_id} is lost: {link}")

    def _is_told(self, connection_id: str, link: Link, name: str, edit: Edit) -> bool:
        """Whether the edit is parked, or stands in the conflict log."""
        if link.state is LinkState.PARKED and link.reason not in _reasons(link):
            return True
        log = self._world.tables.conflict_log.get(connection_id, {}).values()
        return name in link.parked or any(
            (one.asset_id, one.disagreement.name, one.disagreement.ours)
            == (link.asset_id, name, edit.values)
            for one in log
        )

    def _records(self, tied: dict[str, str]) -> None:
        """I1: every record with a usable URI is tied, or it is known why not."""
        world = self._world
        for media_id, item in world.tables.media.items():
            if media_id in tied or media_id == world.applications.bystander:
                continue
            rows = [rows for rows in world.tables.waiting_rows.values() if media_id in rows]
            if rows or not any(usable_uris([item["uri"]])):
                continue
            links = [
                link
                for every in world.tables._links.values()
                for link in every.values()
                if link.media_id == media_id
            ]
            if not links and not world.lost_events:
                self._blame("I1", f"{media_id} with {item['uri']} is tied to nothing, silently")

    def _is_anybody_waiting(self) -> bool:
        return any(self._world.tables.waiting_rows.values())

    def _would_an_event_tell(self, *, a_day: bool) -> bool:
        """Whether an event of a record may find out what no run has asked about.

        An asset that another application has, before the daily run misses it; for good, if it was
        never listed. And one that came back by a backup while its record was kept without it. And
        that a record is gone which waited for somebody, if the stream forgot to tell so.
        """
        tables = self._world.tables
        if self._world.lost_events and any(
            media_id not in tables.media
            for rows in tables.waiting_rows.values()
            for media_id in rows
        ):
            return True
        return any(
            (
                link.state is LinkState.PARKED
                and site.is_foreign(asset_id)
                and not (a_day and link.was_seen)
            )
            or (link.state is LinkState.KEPT and site.lists(asset_id) and not a_day)
            for connection_id, site in self._world.sites.items()
            for asset_id, link in self._world.tables._links.get(connection_id, {}).items()
        )

    def _stay_quiet(self) -> None:
        """I4: quiet runs write nothing, nor do they ask for single assets.

        One quiet run there was, for else there would be no rest.
        """
        world = self._world
        with self._silence():
            for _ in range(QUIET_RUNS if world.setting.patient else 0):
                world.wait(60)
                world.tick()
                world.go_all()

    def _hear_again(self) -> None:
        """I4 and I16: the newest batch of each shard again, and nothing comes of it."""
        world = self._world
        with self._silence():
            for number in range(len(world.shards)):
                if world.replay(number, 0):
                    world.go_all()

    @contextmanager
    def _silence(self) -> Iterator[None]:
        world = self._world
        world.tables.traffic = Traffic()
        posts = world.referee.posts
        yield
        world.take_stream()
        traffic = world.tables.traffic
        if any(getattr(traffic, name) for name in _SILENT) or world.referee.posts != posts:
            self._blame("I4", f"nothing has happened, and there are writes: {traffic}")
        if any(shard.waiting for shard in world.shards):
            self._blame("I4", "nothing has happened, and the media table's stream shows changes")

    def _do_everything_again(self) -> None:
        """I16 and I18: once more, and from the beginning, and all is as it was; no asset is told.

        Whatever has crashed before: a walk that knows of nothing would have left the same. An old
        batch may bring a link to tie its record anew; what both sides say stays.
        """
        world = self._world
        posts, before, values = world.referee.posts, substance_of(world), values_of(world)
        for connection_id in world.sites:
            world.admins.full(connection_id)
        world.wait(60)
        self._rest()
        self._is_as(before, substance_of(world), posts, "I16", "after another full run")
        for connection_id in world.sites:
            world.admins.restart(connection_id)
        world.wait(60)
        self._rest()
        self._is_as(before, substance_of(world), posts, "I18", "after a restart")
        for number, shard in enumerate(world.shards):
            for back in reversed(range(len(shard.delivered))):
                world.replay(number, back)
                world.go_all()
        self._rest()
        self._is_as(values, values_of(world), posts, "I16", "after old batches")

    def _is_as(
        self, before: Sequence[str], after: Sequence[str], posts: int, promise: str, when: str
    ) -> None:
        if self._world.referee.posts != posts:
            self._blame(promise, f"{when}, something was sent to MediaMosa")
        for one, two in zip(before, after, strict=True):
            if one != two:
                self._blame(promise, f"{when}, {one} has become {two}")


def _reasons(link: Link) -> set[str]:
    """Why single properties are parked: a link's other reasons are about the whole asset."""
    return {one.reason for one in link.parked.values()}


_SILENT = frozenset(one.name for one in fields(Traffic)) - {
    "reads",
    "run_item_writes",
    "transactions",
    "mediafile_writes",
}
"""What a quiet run does not write: all but its run item and a list of known mediafiles."""
