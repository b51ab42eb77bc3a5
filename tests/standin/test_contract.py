"""The stand-in answers as a real MediaMosa 3.6.2 was recorded to answer, over HTTP."""

from __future__ import annotations

import pytest

from tests.standin import recordings
from tests.standin.comparing import differences
from tests.standin.scenes import SCENES
from tests.standin.stage import Stage

# Recordings that no scene replays, each with its reason.
NOT_REPLAYED: dict[str, str] = {}


@pytest.mark.parametrize("scene", SCENES)
def test_the_stand_in_answers_as_recorded(scene: str) -> None:
    with Stage() as stage:
        SCENES[scene](stage)


def test_every_recording_is_replayed_or_listed_with_a_reason() -> None:
    replayed: set[str] = set()
    for scene in SCENES.values():
        with Stage() as stage:
            scene(stage)
            replayed.update(stage.replayed)
    assert sorted(replayed | set(NOT_REPLAYED)) == recordings.names()
    assert replayed.isdisjoint(NOT_REPLAYED)


@pytest.mark.parametrize("name", ["asset-get", "asset-list-limit-200"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<granted>TRUE</granted>", ""),
        ("<granted>TRUE</granted>", "<granted>FALSE</granted>"),
        ("<provider_id/>", "<provider_id/><more/>"),
        ("<request_result_id>601<", "<request_result_id>602<"),
        ("<title>", "<title> "),
    ],
)
def test_a_difference_would_be_found(name: str, old: str, new: str) -> None:
    recorded = recordings.read(name)
    body = recorded.body if not recorded.cut else f"{recorded.body}\n"
    assert old in body
    assert differences(recorded, body.replace(old, new), {}) != []


def test_the_same_elements_written_in_another_way_would_be_found() -> None:
    recorded = recordings.read("asset-get")
    assert differences(recorded, recorded.body, {}) == []
    assert differences(recorded, recorded.body.replace("<items>\n", "<items>"), {}) != []
