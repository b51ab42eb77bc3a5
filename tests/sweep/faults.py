"""Every call of a port is a point; at a point a call may fail, take effect unheard, or come twice.

A call of the tables is one point, a request to MediaMosa another, logins too.

- *before*: the call has no effect, and its caller meets the fault;
- *after*: it took effect, its answer is lost, and its caller meets the fault;
- *twice*: a client or a proxy repeats it; the second answer is the one that is heard.

What a repeated call of the tables comes to is the adapter's to say (``adapters/dynamodb``). The
repeats of one transaction share a token: they are one. It takes a second token, after an internal
error behind which the first took effect, for a transaction to come twice: then its own conditions
fail, as they do in memory. ``take_marks`` and ``set_circuit`` know their own earlier effect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.properties import PUBLISHED, TRASHCAN
from mediamosa_sync.domain.policies import Removal
from mediamosa_sync.domain.record import RecordRemoval
from mediamosa_sync.domain.writes import AssetWrite
from mediamosa_sync.errors import (
    Malformed,
    NotLoggedIn,
    NotMediaMosa,
    SecretUnavailable,
    StoreUnavailable,
    Unavailable,
    Unreadable,
)
from mediamosa_sync.ports import Applied
from mediamosa_sync.service.keeper import CLAIM
from tests.scenarios.push_points import Killed
from tests.scenarios.world import LEASE, World, deadlock

SWALLOWED = "swallowed"
"""A write that is said to be done and is not: no store does so, and the sweep must find it."""

HELD_UP = "held up"
"""Nothing happens for longer than a claim and a lease live, and then it goes on."""
LONG = CLAIM + timedelta(seconds=5)

MOMENT = timedelta(milliseconds=1)
"""Between one point and the next: no two claims are of the same instant."""

BEFORE, AFTER, TWICE = "before", "after", "twice"

AWAY = "MediaMosa cannot be reached: it is tried again."
BUSY = "DynamoDB does not answer now: the next step tries again."

Call = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What happens at one point.

    Attributes:
        at: number of the point.
        form: before, after or twice.
        fault: what the caller meets; "" where the form says all.
    """

    at: int
    form: str
    fault: str = ""

    def __str__(self) -> str:
        return ":".join((str(self.at), self.form, self.fault))


def parsed(text: str) -> Disturbance:
    """The disturbance that :class:`Disturbance` prints so."""
    at, form, fault = text.split(":")
    return Disturbance(int(at), form, fault)


def _killed() -> BaseException:
    return Killed()


ERRORS: Mapping[str, Callable[[], BaseException]] = {
    "killed": _killed,
    "lost": _killed,
    "busy": lambda: StoreUnavailable(BUSY),
    "away": lambda: Unavailable(AWAY),
    "deadlock": deadlock,
    "no login": lambda: NotLoggedIn("MediaMosa refused the login: look at the key."),
    "no secret": lambda: SecretUnavailable("The secret cannot be read: look at its ARN."),
    "malformed": lambda: Malformed("MediaMosa's answer is cut off: it is tried again."),
    "unreadable": lambda: Unreadable("A page cannot be read for what stands in it."),
    "html": lambda: NotMediaMosa("An HTML page came instead of MediaMosa's XML."),
}
"""Fault → the error that a port raises.

*killed*: what started the invocation starts it again at once; *lost*: that, too, is gone, and the
next tick goes on (or the next batch, after a tick).
"""

CONTESTED = ("apply", "write", "set_circuit")
"""Calls that may come too late for no reason but that somebody else wrote the same row.

Those of waiting rows and of conflicts depend on the record alone, whose edits are outside events.
"""

FENCED = ("apply", "save_run", "take_marks")
ONCE_ONLY = ("apply", "take_marks", "set_circuit")
"""Whose repeat finds that it is done, and answers as the first did."""

_STORE = ("busy", "killed", "lost")
_ANY_REQUEST = ("away", "deadlock", "no login", "malformed", "html", "killed", "lost")
_HEARD_BY_THE_SERVER = ("away", "malformed", "html", "killed", "lost")


def disturbances(at: int, point: str) -> list[Disturbance]:
    """Everything that may happen at the point of that number and name."""
    kind, _, name = point.partition(" ")
    if kind == "request":
        faults = [*_ANY_REQUEST]
        faults += ["no secret"] * (name == "login") + ["unreadable"] * (name == "asset")
        found = [Disturbance(at, BEFORE, fault) for fault in faults]
        found += [Disturbance(at, form, HELD_UP) for form in (BEFORE, AFTER)]
        found += [Disturbance(at, AFTER, fault) for fault in _HEARD_BY_THE_SERVER]
        found.append(Disturbance(at, BEFORE, "session"))
        return [*found, Disturbance(at, TWICE)]
    found = [Disturbance(at, BEFORE, fault) for fault in _STORE]
    found += [Disturbance(at, AFTER, fault) for fault in _STORE]
    found.append(Disturbance(at, BEFORE, HELD_UP))
    found += [Disturbance(at, BEFORE, "contested")] * (name in CONTESTED)
    found += [Disturbance(at, BEFORE, "fenced")] * (name in FENCED)
    return [*found, Disturbance(at, TWICE)]


class Faults:
    """Numbers the points of a play, and disturbs some.

    Attributes:
        seen: the name of each point so far: ``call <method>`` or ``request <path>``.
        patient: whether what started a failed invocation starts it again at once.
        met: how many disturbances have come to pass.
    """

    def __init__(self, world: World, wanted: Sequence[Disturbance], first: int = 0) -> None:
        self.world = world
        self.seen: list[str] = []
        self.patient = True
        self.met = 0
        self._first = first
        self._wanted = {one.at: one for one in wanted}
        self._dead = False
        self._after: Disturbance | None = None

    def begin(self) -> None:
        """Another invocation, in a process of its own."""
        self._dead = False

    def reach(self, point: str) -> Disturbance | None:
        """Pass a point; what is to happen there."""
        if self._dead:
            raise Killed
        self.world.clock.advance(MOMENT)
        found = self._wanted.get(self._first + len(self.seen))
        self.seen.append(point)
        if found is not None:
            self.met += 1
            if found.fault == "lost":
                self.patient = False
        return found

    def fail(self, fault: str) -> None:
        """Raise what the caller meets; a dead process reaches no port any more."""
        error = ERRORS[fault]()
        self._dead = isinstance(error, Killed)
        raise error

    def call(self, name: str, method: Call, args: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """A call of the tables."""
        if name == "apply":
            self._check_removals(args[0].connection_id, args[2])
        found = self.reach(f"call {name}")
        if found is None or self._is_held_up(found):
            return method(*args, **named)
        if found.form == AFTER:
            method(*args, **named)
            self.fail(found.fault)
        if found.form == TWICE:
            return _twice(name, method, args, named)
        if found.fault == SWALLOWED:
            return Applied()
        if found.fault == "contested":
            return self._contest(name, args)
        if found.fault == "fenced":
            self._overtake(args[0].connection_id)
            return method(*args, **named)
        return self.fail(found.fault)

    def _check_removals(self, connection_id: str, writes: Sequence[AssetWrite]) -> None:
        """No record goes but with its asset, or where a policy puts both away (I8)."""
        site = self.world.sites[connection_id]
        policies = self.world.tables._connections[connection_id].policies
        for write in writes:
            asset = site.model.store.assets.get(write.link.asset_id)
            if not isinstance(write.record, RecordRemoval) or asset is None:
                continue
            trashed = asset.metadata.get(TRASHCAN) == ["TRUE"]
            hidden = asset.metadata.get(PUBLISHED) == ["FALSE"]
            put_away = trashed and policies.on_trash is Removal.REMOVE
            put_away |= hidden and policies.on_unpublish is Removal.REMOVE
            assert put_away, f"the record of {asset.asset_id} is removed, and the asset is there"

    def request(self, hear: Callable[[Request], None], request: Request) -> None:
        """A request to MediaMosa, before it is carried out."""
        found = self.reach(f"request {request.path}")
        self._after = found if found is not None and found.form == AFTER else None
        if found is not None and found.form == BEFORE and not self._is_held_up(found):
            if found.fault != "session":
                self.fail(found.fault)
            for site in self.world.sites.values():
                site.model.sessions.lose_all()
        hear(request)

    def is_twice(self) -> bool:
        """Whether the request that was reached last is carried out twice."""
        found = self._wanted.get(self._first + len(self.seen) - 1)
        return found is not None and found.form == TWICE

    def answer(self, tell: Callable[[Request], None], request: Request) -> None:
        """The answer of a request that was carried out."""
        tell(request)
        found, self._after = self._after, None
        if found is not None and not self._is_held_up(found):
            self.fail(found.fault)

    def _is_held_up(self, found: Disturbance) -> bool:
        if found.fault == HELD_UP:
            self.world.clock.advance(LONG)
        return found.fault == HELD_UP

    def _contest(self, name: str, args: Sequence[Any]) -> object:
        """Somebody else is faster: he writes the links just as they stand."""
        if name == "set_circuit":
            return False
        writes = args[2] if name == "apply" else [args[1]]
        tables = self.world.tables
        connection_id = args[0].connection_id if name == "apply" else args[0]
        links = tables.all_links(connection_id)
        for write in writes:
            link = links.get(write.link.asset_id)
            if link is not None:
                tables.put_link(connection_id, replace(link, version=link.version + 1))
        return Applied(contested=frozenset(write.link.asset_id for write in writes))

    def _overtake(self, connection_id: str) -> None:
        """The invocation is held up beyond its lease; another one takes over, and dies of it."""
        now = self.world.clock.advance(LEASE + timedelta(seconds=1))
        self.world.tables.take_lease(connection_id, owner="another", now=now, until=now + LEASE)


def _twice(name: str, method: Call, args: Sequence[Any], named: Mapping[str, Any]) -> Any:
    answer = method(*args, **named)
    return answer if name in ONCE_ONLY else method(*args, **named)


class WatchedTables:
    """The tables as an invocation reaches them: each call is a point."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def __getattr__(self, name: str) -> Call:
        method = getattr(self._faults.world.tables, name)

        def call(*args: Any, **named: Any) -> Any:
            return self._faults.call(name, method, args, named)

        setattr(self, name, call)
        return call
