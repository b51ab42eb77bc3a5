"""How every history must end: once faults stop, both sides become equal, and quiet."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mediamosa_sync.domain.deletion import LIVE
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.run import Kind
from mediamosa_sync.domain.uri import usable_uris
from mediamosa_sync.domain.values import NO_VALUE, is_agreed
from tests.simulation.applications import values_in
from tests.simulation.site import NAMES, SimulatedSite
from tests.simulation.world import World

DAY = 25 * 3600
MOST_STEPS = 100
"""Of an execution, so that each brings its connection to the end of its runs."""
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
        self._stop_faults()
        self._rest()
        self._world.wait(DAY)
        self._rest()
        self._look()
        self._stay_quiet()

    def _stop_faults(self) -> None:
        world = self._world
        world.away, world.throttled = False, 0
        world.steps_per_tick = MOST_STEPS
        world.go_all()
        for site in world.sites.values():
            site.let_lag(0)
            world.admins.pause(site.connection.connection_id, "pull", paused=False)
            world.admins.pause(site.connection.connection_id, "push", paused=False)
        world.wait(400)

    def _rest(self) -> None:
        """Ticks and deliveries, until nothing is left to be done."""
        world = self._world
        for _ in range(MOST_ROUNDS):
            self._feed()
            world.tick()
            world.go_all()
            self._feed()
            if world.is_idle() and not self._waits():
                return
            world.wait(65)
        self._blame("I1", f"after {MOST_ROUNDS} ticks without faults there waits: {self._waits()}")

    def _feed(self) -> None:
        world = self._world
        while any(world.deliver(number, 100) for number in range(len(world.shards))):
            world.go_all()

    def _waits(self) -> list[Any]:
        world = self._world
        found: list[Any] = []
        for connection_id in world.sites:
            links = world.tables._links.get(connection_id, {})
            found += [
                link
                for link in links.values()
                if link.state is LinkState.PENDING
                or (link.state in LIVE and (link.claim or link.sent))
            ]
            rows = world.tables.waiting_rows.get(connection_id, {})
            found += [row for row in rows.values() if row.state is LinkState.PENDING]
            state = world.tables._states.get(connection_id)
            if state is not None:
                found += [run for kind in Kind if (run := state.run(kind)) is not None]
                found += [state.restart] if state.restart else []
                found += [state.failure] if state.failure else []
        return found

    def _look(self) -> None:
        world = self._world
        world.applications.assert_bystander()
        tied: dict[str, str] = {}
        for connection_id, site in world.sites.items():
            links = world.tables._links.get(connection_id, {})
            for link in links.values():
                if link.counts:
                    if link.media_id in tied:
                        self._blame("I1", f"{link.media_id} is tied twice: {link}")
                    tied[link.media_id] = link.asset_id
            for asset_id in site.known:
                self._equal(site, asset_id, links.get(asset_id))
            count = sum(link.counts for link in links.values())
            state = world.tables._states[connection_id]
            if state.links != count:
                self._blame("I13", f"{count} links, the run item says {state.links}")
        self._edits(tied)
        self._records(tied)

    def _equal(self, site: SimulatedSite, asset_id: str, link: Link | None) -> None:
        """I1: the asset's record says what the asset says."""
        if asset_id not in site.model.store.assets:
            if link is not None and link.state in {LinkState.LINKED, LinkState.PENDING}:
                self._blame("I1", f"{asset_id} is gone: {link}")
            return
        if self._is_put_away(site, asset_id):
            return
        if link is None:
            self._blame("I1", f"{asset_id} has no link")
        elif link.state in LIVE and link.media_id in self._world.tables.media:
            for name in NAMES:
                self._agree(site, link, name)
        elif link.state is LinkState.LINKED:
            self._blame("I1", f"{asset_id} has no record: {link}")

    def _is_put_away(self, site: SimulatedSite, asset_id: str) -> bool:
        setting = self._world.setting
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
                if not link.was_seen and link.state is LinkState.PARKED:
                    continue
                if name in link.parked or site.story.now(link.asset_id, name) == edit.values:
                    continue
                log = world.tables.conflict_log.get(connection_id, {}).values()
                if any(
                    (one.asset_id, one.disagreement.name, one.disagreement.ours)
                    == (link.asset_id, name, edit.values)
                    for one in log
                ):
                    continue
                if not site.story.had_since(link.asset_id, name, edit.values, edit.moment):
                    self._blame("I2", f"{name}={edit.values} of {media_id} is lost: {link}")

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

    def _stay_quiet(self) -> None:
        """I4: three quiet runs write nothing, nor do they ask for single assets; nor a repeat."""
        world = self._world
        world.tables.traffic = type(world.tables.traffic)()
        posts = world.referee.posts
        for _ in range(2):
            world.wait(60)
            world.tick()
            world.go_all()
        for number in range(len(world.shards)):
            if world.replay(number, 0):
                world.go_all()
        world.take_stream()
        traffic = asdict(world.tables.traffic)
        for allowed in ("reads", "run_item_writes", "transactions"):
            traffic.pop(allowed)
        if any(traffic.values()) or world.referee.posts != posts:
            self._blame("I4", f"nothing has happened, and there are writes: {traffic}")
        if any(shard.waiting for shard in world.shards):
            self._blame("I4", "nothing has happened, and the media table's stream shows changes")
