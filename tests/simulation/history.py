"""Play a history: its events one after another, then no more faults, then both sides are equal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mediamosa_sync.domain.uri import asset_uri
from tests.simulation.beginnings import ADOPTED, begin
from tests.simulation.digests import digest_of
from tests.simulation.ends import Ends
from tests.simulation.event import FORMS, Event
from tests.simulation.setting import Setting
from tests.simulation.site import NAMES, NO_XML, POOL, SimulatedSite
from tests.simulation.world import World

MINUTE = 60
DAY = 25 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Played:
    """What a history was.

    Attributes:
        steps: events that happened, and calls of ports that invocations made.
        digest: of everything that stands in the end.
    """

    events: int
    steps: int
    faults: int
    situations: frozenset[str]
    digest: str


def play(setting: Setting, events: Sequence[Event], *, digest: bool = False) -> Played:
    """Play *events* in the world of *setting*.

    Raises:
        Violation: a promise is broken.
        Exception: of the code under test, whatever it raises that nobody declares.
    """
    history = History(setting)
    happened = sum(history.happen(event) for event in events)
    turns = history.world.turns
    steps, faults = happened + turns.calls, turns.faults + history.disturbed
    Ends(history.world).meet()
    return Played(
        happened,
        steps,
        faults,
        frozenset(history.world.referee.situations | history.world.referee.runs.situations),
        digest_of(history.world) if digest else "",
    )


class History:
    """A world in which events happen.

    Attributes:
        disturbed: events that are faults themselves.
    """

    def __init__(self, setting: Setting) -> None:
        self.world = World(setting)
        self.disturbed = 0
        self._values = len(ADOPTED)
        begin(self.world)

    def happen(self, event: Event) -> bool:
        """Let *event* happen; False if there is nothing that it could be about."""
        self.world.next_moment()
        done = bool(_EVENTS[event.name](self, event))
        self.disturbed += done and event.name in _DISTURBING
        return done

    # What events are about.

    def _site(self, number: int) -> SimulatedSite:
        sites = list(self.world.sites.values())
        return sites[number % len(sites)]

    def _some(self, which: int, kind: int) -> dict[str, tuple[str, ...]]:
        """Values for one property or two, most of them new in this history."""
        found = {NAMES[which % 3]: self._value(NAMES[which % 3], kind)}
        if which % 5 == 0:
            other = NAMES[(which + 1) % 3]
            found[other] = self._value(other, kind + 1)
        return found

    def _value(self, name: str, kind: int) -> tuple[str, ...]:
        self._values += 1
        if kind % 8 == 0:
            return ()
        if name == "language":
            return (("en", "nl", "de", "fr", "xx")[kind % 5 if kind % 7 else 4],)
        if kind % 11 == 0:
            return ("the same",)
        if kind % 29 == 0:
            return ("a smile \U0001f600",)
        if kind % 23 == 1:
            return ("  ",)
        value = f"v{self._values}"
        if kind % 17 == 2:
            value = "long" * 600 + value
        if kind % 19 == 3 and name == "subject":
            return (value, value)
        return (
            tuple(sorted((value, "the same"))) if name == "subject" and kind % 3 == 0 else (value,)
        )

    # Applications.

    def edit(self, event: Event) -> bool:
        media_id = self.world.applications.key_of(event.a)
        if media_id is None:
            return False
        return self.world.applications.edit(media_id, self._some(event.b, event.c))

    def edit_two(self, event: Event) -> bool:
        media_id = self.world.applications.key_of(event.a)
        if media_id is None:
            return False
        changes = {
            name: self._value(name, event.b + number) for number, name in enumerate(NAMES[:2])
        }
        return self.world.applications.edit(media_id, changes)

    def same(self, event: Event) -> bool:
        """Both sides change one property of one asset to the same value."""
        site = self._site(event.a)
        asset_id = site.id_of(event.b)
        links = self.world.tables._links.get(site.connection.connection_id, {})
        link = links.get(asset_id or "")
        if asset_id is None or link is None or link.media_id not in self.world.tables.media:
            return False
        changes = self._some(event.c % 2, event.c | 1)
        name, values = next(iter(changes.items()))
        values = _as_editors_write(values)
        return site.set(asset_id, name, values) and self.world.applications.edit(
            link.media_id, {name: values}
        )

    def put(self, event: Event) -> bool:
        media_id = self.world.applications.key_of(event.a)
        if media_id is None:
            return False
        return self.world.applications.put(media_id, self._some(event.b, event.c))

    def spoil(self, event: Event) -> bool:
        media_id = self.world.applications.key_of(event.a)
        return media_id is not None and self.world.applications.spoil(media_id)

    def delete_record(self, event: Event) -> bool:
        media_id = self.world.applications.key_of(event.a)
        return media_id is not None and self.world.applications.delete(media_id)

    def create(self, event: Event) -> bool:
        site = self._site(event.c)
        named = site.connection.connection_id if event.c % 2 else ""
        return self.world.applications.create(
            self._uri(event.a, event.b), self._some(event.b, event.c), named
        )

    def repoint(self, event: Event) -> bool:
        media_id = self.world.applications.key_of(event.a)
        if media_id is None:
            return False
        return self.world.applications.repoint(media_id, self._uri(event.b, event.c))

    def _uri(self, which: int, form: int) -> str:
        asset_id = POOL[which % len(POOL)]
        if form % 4 == 0:
            return f"mediamosa://mediafile/m{asset_id}/film.mp4"
        if form % 13 == 1:
            return "mediamosa://nothing"
        return asset_uri(asset_id)

    # MediaMosa.

    def theirs(self, event: Event) -> bool:
        site = self._site(event.d or event.a)
        asset_id = site.id_of(event.a)
        name = NAMES[event.b % 3]
        values = self._value(name, event.c)
        return asset_id is not None and site.set(asset_id, name, _as_editors_write(values))

    def garble(self, event: Event) -> bool:
        """An editor writes what XML cannot hold; the next change of the property mends it."""
        site = self._site(event.b)
        asset_id = site.id_of(event.a)
        self._values += 1
        return asset_id is not None and site.set(asset_id, "title", (f"v{self._values}{NO_XML}",))

    def bring(self, event: Event) -> bool:
        return self._site(event.a).bring()

    def delete_asset(self, event: Event) -> bool:
        site = self._site(event.b)
        asset_id = site.id_of(event.a)
        return asset_id is not None and site.put_away(asset_id, for_good=True)

    def trash(self, event: Event) -> bool:
        site = self._site(event.b)
        asset_id = site.id_of(event.a)
        return (
            asset_id is not None
            and site.lists(asset_id)
            and site.put_away(asset_id, for_good=False)
        )

    def take_back(self, event: Event) -> bool:
        site = self._site(event.b)
        asset_id = site.id_of(event.a)
        return asset_id is not None and site.take_back(asset_id)

    def publish(self, event: Event) -> bool:
        site = self._site(event.b)
        asset_id = site.id_of(event.a)
        return asset_id is not None and site.publish(asset_id, published=event.c % 3 == 0)

    def mark(self, event: Event) -> bool:
        site = self._site(event.b)
        asset_id = site.id_of(event.a)
        field = ("isprivate", "is_inappropriate")[event.c % 2]
        return asset_id is not None and site.mark(asset_id, field, on=event.c % 3 != 0)

    def hand_over(self, event: Event) -> bool:
        site = self._site(event.b)
        asset_id = site.id_of(event.a)
        return asset_id is not None and site.hand_over(asset_id)

    def lose_sight(self, event: Event) -> bool:
        site = self._site(event.b)
        asset_id = site.id_of(event.a)
        return asset_id is not None and site.lose_sight(asset_id)

    def lag(self, event: Event) -> bool:
        return self._site(event.b).let_lag((0, 5, 40, 100)[event.a % 4])

    def back_up(self, event: Event) -> bool:
        self._site(event.b).back_up()
        return True

    def restore_backup(self, event: Event) -> bool:
        return self._site(event.b).restore_backup()

    def put_clock(self, event: Event) -> bool:
        self._site(event.b).put_clock((-7200, -3600, -100, -5, 5, 100, 3600, 7200)[event.a % 8])
        return True

    def log_out(self, event: Event) -> bool:
        self._site(event.b).model.sessions.lose_all()
        return True

    def away(self, event: Event) -> bool:
        del event
        was, self.world.away = self.world.away, True
        return not was

    def back(self, event: Event) -> bool:
        del event
        was, self.world.away = self.world.away, False
        return was

    # The sync's surroundings.

    def tick(self, event: Event) -> bool:
        self.world.wait((60, 60, 60, 61, 7, 300, 900, DAY)[event.a % 8 if event.b % 4 else 0])
        self.world.tick()
        return True

    def doubled(self, event: Event) -> bool:
        self.tick(event)
        self.world.tick()
        return True

    def deliver(self, event: Event) -> bool:
        return self.world.deliver(event.a, (1, 2, 100, 100)[event.b % 4]) or self.world.deliver(
            event.a + 1, 100
        )

    def replay(self, event: Event) -> bool:
        return self.world.replay(event.a, event.b)

    def lose_events(self, event: Event) -> bool:
        """The stream keeps nothing longer than a day."""
        self.world.take_stream()
        shard = self.world.shards[event.a % len(self.world.shards)]
        if shard.busy or not shard.waiting:
            return False
        self.world.lost_events = True
        shard.waiting.clear()
        return True

    def throttle(self, event: Event) -> bool:
        self.world.throttled = 1 + event.a % 5
        return True

    def go(self, event: Event) -> bool:
        return self.world.go(event.a, event.b % 20)

    def go_wrong(self, event: Event) -> bool:
        return self.world.go(event.a, event.b, FORMS[event.c % len(FORMS)])

    def wait(self, event: Event) -> bool:
        self.world.wait((1, 5, 30, 50, 80, 130, 200, 400)[event.a % 8])
        return True

    # Admins.

    def _connection(self, number: int) -> str:
        return self._site(number).connection.connection_id

    def restart(self, event: Event) -> bool:
        return self.world.admins.restart(self._connection(event.a))

    def withdraw(self, event: Event) -> bool:
        return self.world.admins.withdraw(self._connection(event.a))

    def full(self, event: Event) -> bool:
        return self.world.admins.full(self._connection(event.a))

    def pause(self, event: Event) -> bool:
        direction = ("pull", "push")[event.b % 2]
        return self.world.admins.pause(self._connection(event.a), direction, paused=True)

    def resume(self, event: Event) -> bool:
        direction = ("pull", "push")[event.b % 2]
        return self.world.admins.pause(self._connection(event.a), direction, paused=False)

    def rule(self, event: Event) -> bool:
        return self.world.admins.rule(self._connection(event.a), approve=event.b % 3 != 0)

    def use_record_value(self, event: Event) -> bool:
        return self.world.admins.use_record_value(self._connection(event.a), event.b)

    def retry(self, event: Event) -> bool:
        return self.world.admins.retry(self._connection(event.a))

    def discard(self, event: Event) -> bool:
        return self.world.admins.discard(self._connection(event.a))

    def restore_removed(self, event: Event) -> bool:
        return self.world.admins.restore_removed(self._connection(event.a), event.b)

    def look(self, event: Event) -> bool:
        return self.world.admins.look(self._connection(event.a))


_EVENTS: dict[str, Callable[[History, Event], bool]] = {
    name: function for name, function in vars(History).items() if not name.startswith("_")
}
_DISTURBING = frozenset(
    [
        "away",
        "throttle",
        "log_out",
        "restore_backup",
        "put_clock",
        "lag",
        "lose_sight",
        "replay",
        "doubled",
        "lose_events",
    ]
)


def _as_editors_write(values: tuple[str, ...]) -> tuple[str, ...]:
    """MediaMosa holds nothing that it refuses."""
    if values == ("xx",):
        return ("nl",)
    return tuple(one.replace("\U0001f600", ":-)") for one in values)
