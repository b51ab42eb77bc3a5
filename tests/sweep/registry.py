"""Every scene of the sweep, and the cases of ``docs/scenarios.md`` that they are of."""

from __future__ import annotations

from itertools import chain

from tests.sweep import known_scenes, pull_scenes, push_scenes, run_scenes, tie_scenes
from tests.sweep.scene import Scene

_MODULES = (pull_scenes, push_scenes, tie_scenes, run_scenes, known_scenes)

SCENES: dict[str, Scene] = {
    scene.name: scene for scene in chain.from_iterable(module.CASES for module in _MODULES)
}
HARD = [scene.name for scene in SCENES.values() if scene.hard]
