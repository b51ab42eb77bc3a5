"""The model as the port, and the real adapter before the stand-in, asked the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from random import Random

from mediamosa_sync.domain.asset import AssetPage
from mediamosa_sync.domain.deletion import Proof
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.errors import AssetServerError, PropertyRefused, Refused
from mediamosa_sync.ports import AssetServer
from tests.adapters.lockstep.campaign import Compared
from tests.adapters.lockstep.compare import Form, form, shown
from tests.adapters.lockstep.mediamosa.actions import (
    Asked,
    accident,
    editor_action,
    port_call,
)
from tests.adapters.lockstep.mediamosa.twins import BEGINNINGS, Twins, twins
from tests.adapters.lockstep.tables.pools import chance

EVER = datetime(1970, 1, 2, tzinfo=UTC)
EVERYTHING = Window(0, 199, with_total=True)


class ServersInLockstep:
    """Both servers; the reference is the model's fake."""

    def __init__(self, pair: Twins) -> None:
        self._pair = pair

    def step(self, dice: Random) -> Compared:
        """What happens next, to both."""
        if chance(dice, 0.55):
            return self._asked(port_call(dice, self._pair))
        done = accident(dice, self._pair) if chance(dice, 0.3) else editor_action(dice, self._pair)
        one, other = done.answers
        return Compared(done.text, ("an editor",), form(one), form(other))

    def everything(self) -> Iterator[Compared]:
        """All that can be read of both."""
        for method in ("page", "ids"):
            for since in (None, EVER):
                yield self._asked(Asked(method, (EVERYTHING,), {"since": since, "prefix": ""}))
        yield self._asked(Asked("properties"))
        yield from (self._asked(Asked("prove", (asset_id,))) for asset_id in self._pair.ids())
        yield from (self._asked(Asked("mediafile_asset", (one,))) for one in self._pair.files())

    def _asked(self, asked: Asked) -> Compared:
        trouble = self._pair.trouble(asked.trouble) if asked.trouble else nullcontext()
        with trouble:
            answer, expected = _answered(self._pair.reference, asked)
            _, given = _answered(self._pair.subject, asked)
        named = ", ".join([*map(shown, asked.arguments), shown(asked.named)])
        text = f"{asked.method}({named}){' while ' if asked.trouble else ''}{asked.trouble}"
        pairs = [f"{asked.method}: {_outcome(answer)}"]
        if asked.trouble:
            pairs.append(f"{asked.method} while {asked.trouble}: {_outcome(answer)}")
        return Compared(text, tuple(pairs), expected, given)


def _answered(server: AssetServer, asked: Asked) -> tuple[object, Form]:
    """The answer with the number of requests, or the error with what it tells."""
    before = server.requests
    try:
        answer = getattr(server, asked.method)(*asked.arguments, **asked.named)
    except Refused as error:
        name = error.name if isinstance(error, PropertyRefused) else ""
        return error, ("raises", type(error).__name__, error.result_id, name, str(error))
    except (AssetServerError, ValueError) as error:
        return error, form(error)
    return answer, form([answer, server.requests - before])


def _outcome(answer: object) -> str:
    match answer:
        case BaseException():
            return type(answer).__name__
        case Proof():
            return str(answer.existence)
        case AssetPage():
            return "some" if answer.assets else "nothing"
        case None:
            return "None"
    return "some" if answer else "nothing"


@contextmanager
def opened(seed: int) -> Iterator[ServersInLockstep]:
    """Fresh worlds for each seed."""
    with twins(BEGINNINGS[seed % len(BEGINNINGS)]) as pair:
        yield ServersInLockstep(pair)
