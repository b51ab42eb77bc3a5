"""The promises, checked at every write and every request: docs/promises.md has their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from infra.local.mediamosa.answers import Request
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Why
from mediamosa_sync.domain.record import RecordRemoval, RecordRevival, TwinRemoval
from mediamosa_sync.domain.run import Kind, Phase, Run
from mediamosa_sync.domain.values import NO_VALUE, is_agreed
from mediamosa_sync.domain.writes import AssetWrite
from tests.fakes.chunks import Staged
from tests.fakes.records import same
from tests.simulation.applications import values_in
from tests.simulation.invocations import Invocation
from tests.simulation.run_referee import RunReferee
from tests.simulation.site import NAMES, SimulatedSite
from tests.simulation.story import EDITOR

if TYPE_CHECKING:
    from tests.simulation.world import World

MOST_REQUESTS = 60
"""Of one invocation in a world of eight assets at most: pages, proofs, logins, pushes."""

_DAY = timedelta(hours=23)
_FIXED = {"user_id", "is_app_admin", "action", "mediamosa_version"}
_NOT_THE_APPLICATIONS = {"metadata", "mediamosa"}


class Violation(AssertionError):
    """A promise is broken.

    Attributes:
        promise: its number, as in docs/promises.md.
    """

    def __init__(self, promise: str, what: str) -> None:
        super().__init__(f"{promise}: {what}")
        self.promise = promise


class Referee:
    """Sees everything before it takes effect, and stops the history at the first broken promise.

    Attributes:
        applying: the kind of run that applies a chunk, or did so last.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._removals: list[tuple[str, datetime]] = []
        self.posts = 0
        self.applying = Kind.FULL
        self.situations: set[str] = set()
        self.runs = RunReferee(world, self.blame)

    def take_over(self, begun: Referee) -> None:
        """Have seen what was seen in another world, which is like this one."""
        self.posts = begun.posts
        self.situations |= begun.situations
        self.runs.take_over(begun.runs)

    def blame(self, promise: str, what: str) -> None:
        """A promise is broken.

        Raises:
            Violation: always.
        """
        raise Violation(promise, what)

    # Requests.

    def request_begins(self, invocation: Invocation, site: SimulatedSite, request: Request) -> None:
        """I10, I12, I14 and I15: what is asked, of whom, how often, and whether it may be."""
        if invocation.requests > MOST_REQUESTS:
            self.blame("I12", f"{invocation.name} makes more than {MOST_REQUESTS} requests")
        if invocation.connection_id not in {"", site.connection.connection_id}:
            self.blame("I10", f"{invocation.name} asks {site.name}: {request.path}")
        if request.path == "asset" and self._rests(invocation, site, "pull"):
            self.blame("I14", f"{invocation.name} asks for a page though the pull is paused")
        if request.method != "GET" and request.path != "login":
            if self._rests(invocation, site, "push"):
                self.blame("I14", f"{invocation.name} sends {request.path} though it is paused")
            self._writing(invocation, site, request)

    def _rests(self, invocation: Invocation, site: SimulatedSite, direction: str) -> bool:
        """Whether that direction was paused before the invocation began."""
        paused = self._world.paused.get((site.connection.connection_id, direction))
        return paused is not None and paused < invocation.began_at

    def request_ends(self, invocation: Invocation, site: SimulatedSite, request: Request) -> None:
        """What the invocation has read, and what the server holds now."""
        path = request.path
        if path == "asset":
            for asset_id in site.known:
                invocation.reads[site.name, asset_id] = self._world.moment
        elif path == "assets":
            for name, value in request.query:
                if name.startswith("asset_id"):
                    invocation.reads[site.name, value] = self._world.moment
        elif path.startswith("asset/") and request.method == "GET":
            asset_id = path.split("/")[1]
            invocation.reads[site.name, asset_id] = self._world.moment
            invocation.proofs.add(asset_id)
        else:
            site.noted(request)

    def _writing(self, invocation: Invocation, site: SimulatedSite, request: Request) -> None:
        """I3 and I15: only what the record has newly, claimed before, over what was agreed on."""
        self.posts += 1
        call, asset_id, what = [*request.path.split("/"), "", ""][:3]
        told = {name: value for name, value in request.form if name in _FIXED}
        if (call, what) != ("asset", "metadata") or told.get("action") != "update":
            self.blame("I15", f"{invocation.name} sends {request.path} {request.form}")
        link = invocation.claims.get((site.connection.connection_id, asset_id))
        if link is None:
            self.blame("I3", f"{asset_id} is written without a claim")
            return
        if link.claim is not None and invocation.asked_at >= link.claim.expires_at:
            self.blame("I11", f"{asset_id} is written when its claim is over: {link.claim}")
        sent: dict[str, tuple[str, ...]] = {}
        for name, value in request.form:
            if name not in _FIXED:
                plain = name.removesuffix("[]")
                sent[plain] = tuple(sorted((*sent.get(plain, ()), *([value] if value else []))))
        if not sent.keys() <= set(NAMES):
            self.blame("I15", f"{sorted(sent)} of {asset_id} are sent")
        for name, values in sent.items():
            self._posted(invocation, site, link, name, values)

    def _posted(
        self,
        invocation: Invocation,
        site: SimulatedSite,
        link: Link,
        name: str,
        values: tuple[str, ...],
    ) -> None:
        claimed = [one for one in link.sent.get(name, ()) if is_agreed(one.values, values)]
        if not claimed:
            self.blame("I3", f"{name}={values} of {link.asset_id} is sent, and not written down")
        versions = site.story.versions.get((link.asset_id, name))
        if not versions or versions[-1].values == values:
            return
        last = versions[-1]
        if last.moment > invocation.reads.get((site.name, link.asset_id), -1):
            self.situations.add("a change of MediaMosa between our read and our write")
            return
        agreed = [(link.base or {}).get(name, NO_VALUE)]
        agreed += [one.values for one in link.sent.get(name, ())]
        if not any(is_agreed(one, last.values) for one in agreed):
            self.blame(
                "I3",
                f"{name} of {link.asset_id} is {last.values} in MediaMosa, which nobody agreed on, "
                f"and {invocation.name} writes {values} over it",
            )

    # Links and records.

    def assets_change(
        self, connection_id: str, staged: Staged, writes: Sequence[AssetWrite]
    ) -> None:
        """A chunk is about to be written."""
        running = self._world.turns.running
        if running is not None and running.connection_id not in {"", connection_id}:
            self.blame("I10", f"{running.name} writes into {connection_id}")
        for write in writes:
            self._asset_changes(connection_id, staged, write)

    def _asset_changes(self, connection_id: str, staged: Staged, write: AssetWrite) -> None:
        self._claims(connection_id, write.link, write.link_before)
        self._rulings(connection_id, write)
        if write.link.base is not None and not write.link_goes:
            self._base_moves(connection_id, write)
        for media_id in write.records & staged.records.keys():
            item, after = self._world.tables.media.get(media_id), staged.records[media_id]
            if after is None:
                self._record_goes(connection_id, write, media_id, item or {})
            elif item is None:
                revived = isinstance(write.record, RecordRevival)
                self.situations |= {"a removed record comes back"} if revived else set()
                if revived:
                    self._as_it_was(connection_id, write.link.asset_id, after)
            else:
                self._record_changes(connection_id, write, media_id, item, after)

    def _base_moves(self, connection_id: str, write: AssetWrite) -> None:
        """I3: base never goes back to what MediaMosa had before."""
        site, link, before = self._world.sites[connection_id], write.link, write.link_before
        met = before is not None and before.base is not None
        old = (before.base if before is not None else None) or {}
        base = link.base or {}
        for name in NAMES:
            agreed = base.get(name, NO_VALUE)
            if met and agreed == old.get(name, NO_VALUE):
                continue
            if name not in base and self._is_unreadable(link, name):
                # It takes no part while nobody knows what the record says.
                continue
            if isinstance(agreed, tuple) and not site.story.reach(
                connection_id, link.asset_id, name, agreed
            ):
                self.blame("I3", self._older(site, link, name, agreed))

    def _is_unreadable(self, link: Link, name: str) -> bool:
        item = self._world.tables.media.get(link.media_id)
        return item is not None and values_in(item, name) is None

    def _as_it_was(self, connection_id: str, asset_id: str, after: Mapping[str, Any]) -> None:
        """I15: a record that comes back has all that its application had put into it."""
        copy = self._world.tables.copies.get(connection_id, {}).get(asset_id)
        lost = _differing(copy.attributes, after) - _NOT_THE_APPLICATIONS if copy else frozenset()
        if lost:
            self.blame("I15", f"{asset_id}'s record comes back, and {lost} is not as it was")

    def _rulings(self, connection_id: str, write: AssetWrite) -> None:
        """I9: what a person has decided stays decided."""
        before, after = write.link_before, write.link
        if before is None or write.link_goes:
            return
        gone = {LinkState.HELD, LinkState.REMOVED}
        if before.state is LinkState.KEPT and after.state in gone:
            self.blame("I9", f"{after.asset_id} was to be kept, and is {after.state}")
        if before.state is after.state is LinkState.HELD and before.since != after.since:
            self.blame("I9", f"{after.asset_id} is held anew: {before.since} → {after.since}")
        record = write.record
        if isinstance(record, RecordRemoval) and record.approved:
            ruling, since = self._world.tables._states[connection_id].release, before.since
            held = before.state is LinkState.HELD and since is not None
            if ruling is None or not held or (since or ruling.at) > ruling.at:
                self.blame("I9", f"{after.asset_id} goes by the ruling {ruling}: {before}")

    def _claims(self, connection_id: str, link: Link, before: Link | None) -> None:
        """I11: one poster per link at any time."""
        if link.claim is None or (before is not None and link.claim == before.claim):
            return
        if before is not None and before.is_claimed(self._world.clock.now()):
            self.blame("I11", f"{link.asset_id} is claimed twice: {before.claim}, {link.claim}")
        running = self._world.turns.running
        if running is not None:
            running.claims[connection_id, link.asset_id] = link

    def _older(self, site: SimulatedSite, link: Link, name: str, agreed: object) -> str:
        versions = [one.values for one in site.story.versions.get((link.asset_id, name), ())]
        return f"base of {name} of {link.asset_id} becomes {agreed}: MediaMosa had {versions}"

    def _record_changes(
        self,
        connection_id: str,
        write: AssetWrite,
        media_id: str,
        item: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        """I2, I10 and I15: nothing of an application's is lost in a record that is written."""
        told = item.get("mediamosa") or {}
        other = told.get("connection_id", connection_id)
        if other != connection_id and self._tied_elsewhere(other, media_id):
            self.blame("I10", f"{media_id} of {other} is written for {connection_id}")
        if _differing(item, after) - _NOT_THE_APPLICATIONS:
            self.blame("I15", f"attributes of {media_id} are changed: {item} → {after}")
        names = _differing(_metadata(item), _metadata(after))
        if names - set(NAMES):
            self.blame("I15", f"{names - set(NAMES)} of {media_id} are none of ours, and changed")
        for name in sorted(names):
            lost = values_in(item, name)
            if lost is not None and lost != values_in(after, name):
                site = self._world.sites[connection_id]
                self._replaced(site, write, media_id, name, lost)

    def _replaced(
        self,
        site: SimulatedSite,
        write: AssetWrite,
        media_id: str,
        name: str,
        lost: tuple[str, ...],
    ) -> None:
        edits = self._world.applications.edits
        edit = edits.get((media_id, name))
        if edit is None or edit.values != lost:
            return
        asset_id = write.link.asset_id
        before = write.link_before
        meeting = before is None or before.base is None or not before.ties(media_id)
        if meeting and not lost:
            # Where record and asset have not met before, no value is nothing that was said.
            del edits[media_id, name]
            return
        for entry in write.conflicts:
            if entry.disagreement.name == name and entry.disagreement.ours == lost:
                self.situations.add("a conflict is logged")
                theirs, why = entry.disagreement.theirs, entry.disagreement.why
                given_up = meeting or why is Why.DISCARDED
                if not (given_up or self._is_an_editors(site, asset_id, name, theirs)):
                    self.blame("I2", f"{name}={lost} of {media_id} gives way to nobody's {theirs}")
                del edits[media_id, name]
                return
        if site.story.had_since(asset_id, name, lost, edit.moment):
            del edits[media_id, name]
            return
        agreed = (before.base or {}) if before else {}
        if is_agreed(agreed.get(name, NO_VALUE), lost) and not meeting:
            # It was edited, and edited back before anybody has seen it.
            del edits[media_id, name]
            return
        self.blame("I2", f"{name}={lost} of {media_id} was edited, and is replaced without a word")

    def _is_an_editors(
        self, site: SimulatedSite, asset_id: str, name: str, values: tuple[str, ...]
    ) -> bool:
        versions = site.story.versions.get((asset_id, name), ())
        return any(one.by == EDITOR and is_agreed(one.values, values) for one in versions)

    def _tied_elsewhere(self, connection_id: str, media_id: str) -> bool:
        links = self._world.tables._links.get(connection_id, {})
        return any(link.ties(media_id) for link in links.values())

    def _record_goes(
        self,
        connection_id: str,
        write: AssetWrite,
        media_id: str,
        item: Mapping[str, Any],
    ) -> None:
        """I8 and I9: what goes is proved, kept, and not too many at once."""
        site = self._world.sites[connection_id]
        record, asset_id = write.record, write.link.asset_id
        if isinstance(record, TwinRemoval):
            self.situations.add("a twin is taken over")
            self._untouched(site, write, media_id)
            self._world.applications.forget(media_id)
            return
        if not isinstance(record, RecordRemoval):
            self.blame("I8", f"{media_id} goes by {record}")
            return
        running = self._world.turns.running
        if running is not None and asset_id not in running.proofs:
            self.blame("I8", f"{media_id} goes, and nobody has asked for {asset_id}")
        if asset_id not in item["uri"]:
            self.blame("I8", f"{media_id} goes with {asset_id}, and names {item['uri']}")
        if asset_id not in site.known:
            self.blame("I8", f"{media_id} goes with {asset_id}, which there never was")
        self._really_gone(site, asset_id, media_id)
        if not same(dict(record.copy.attributes), dict(item)):
            self.blame("I8", f"the copy of {media_id} is not the record: {record.copy} {item}")
        self._world.applications.forget(media_id)
        if not record.approved:
            self._guarded(connection_id, asset_id)
        self.situations.add("a record goes with its asset")

    def _untouched(self, site: SimulatedSite, write: AssetWrite, media_id: str) -> None:
        """I2: a twin that is taken over has nothing of an application's that is not elsewhere."""
        asset_id, before = write.link.asset_id, write.link_before
        agreed = (before.base or {}) if before is not None else {}
        for name in NAMES:
            edit = self._world.applications.edits.get((media_id, name))
            if edit is None or site.story.had_since(asset_id, name, edit.values, edit.moment):
                continue
            # It may have been edited, and edited back before anybody has seen it.
            if not is_agreed(agreed.get(name, NO_VALUE), edit.values):
                self.blame("I2", f"{media_id} is taken for untouched, and {name} was edited")

    def _really_gone(self, site: SimulatedSite, asset_id: str, media_id: str) -> None:
        setting = self._world.setting
        asset = site.model.store.assets.get(asset_id)
        if asset is None:
            return
        foreign = site.is_foreign(asset_id)
        if not (foreign or site.lists(asset_id) or setting.keep_trashed):
            return
        if not site.is_published(asset_id) and setting.remove_unpublished:
            return
        # Between the question and the answer's consequence an editor may bring it back.
        running = self._world.turns.running
        read = running.reads.get((site.name, asset_id), -1) if running is not None else -1
        if site.changed.get(asset_id, -1) > read or site.restored > read:
            self.situations.add("an asset comes back while its record goes")
            return
        self.blame("I8", f"{media_id} goes, and {asset_id} is there")

    def _is_empty(self, connection_id: str, run: Run) -> bool:
        """Whether the full run has found nothing; while its step has not written down its walk,
        whether there is nothing, and was nothing when it began."""
        if run.phase is Phase.DELETE or run.cursor.done:
            return not run.cursor.done
        site, running = self._world.sites[connection_id], self._world.turns.running
        return running is not None and not any(
            (one in site.model.store.assets and not site.is_foreign(one))
            or site.changed.get(one, 0) >= running.began_at
            for one in site.known
        )

    def _guarded(self, connection_id: str, asset_id: str) -> None:
        now = self._world.clock.now()
        self._removals = [one for one in self._removals if now - one[1] < _DAY]
        self._removals.append((connection_id, now))
        number = sum(name == connection_id for name, _ in self._removals)
        state = self._world.tables._states[connection_id]
        run = state.run(self.applying)
        if run is not None:
            number += self.runs.held_when_let(connection_id, run)
        if run is not None and run.kind is Kind.FULL and self._is_empty(connection_id, run):
            self.blame("I9", f"{asset_id} goes though {run.run_id} has found nothing at all")
        if number > max(self._world.setting.guard, 1):
            self.blame("I9", f"{asset_id} is the {number}th removal of a day without approval")


def _metadata(item: Mapping[str, Any]) -> Mapping[str, Any]:
    found = item.get("metadata")
    return found if isinstance(found, Mapping) else {}


def _differing(one: Mapping[str, Any], two: Mapping[str, Any]) -> set[str]:
    """Names of what is not the same in both."""
    return {name for name in one.keys() | two.keys() if not same(one.get(name), two.get(name))}
