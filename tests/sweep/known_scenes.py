"""The scenes of ``tests/scenarios`` whose next step or push is disturbed there, too (F1)."""

from __future__ import annotations

from collections.abc import Mapping

from tests.scenarios import push_scenes, scenes
from tests.scenarios.push_worlds import push_what_waits
from tests.sweep.acts import (
    FEED,
    TICK,
    Act,
)
from tests.sweep.admins import (
    decide_again,
)
from tests.sweep.scene import Scene

MOMENTS = {
    "records to adopt": "a record that names no asset says so if its event comes before its tick",
}
WISHES: Mapping[str, Act] = {"approved": decide_again(approve=True)}

CASES = (
    *(
        Scene(
            f"F1 step: {name}",
            one.build,
            (TICK,),
            moments=MOMENTS.get(name, ""),
            wish=WISHES.get(name),
        )
        for name, one in {**scenes.SCENES, **scenes.LONG}.items()
    ),
    *(
        Scene(f"F1 push: {name}", one.build, (FEED if one.act is push_what_waits else TICK,))
        for name, one in push_scenes.SCENES.items()
    ),
)
