"""Histories of calls from a seed: the model's fake answers as the real adapter over HTTP."""

from __future__ import annotations

from mediamosa_sync.ports import AssetServer
from tests.adapters.lockstep.campaign import Plan, Tally, hunt
from tests.adapters.lockstep.mediamosa.pair import opened

PLAN = Plan(range(1, 40), calls=120, least=9)

PAIRS = frozenset(
    {
        *("page: some", "page: nothing", "page: Unreadable", "page: NotLoggedIn"),
        *("ids: some", "ids: nothing"),
        *("assets: some", "assets: nothing", "assets: Malformed"),
        *("prove: alive", "prove: gone", "prove: foreign", "prove: Malformed", "prove: ValueError"),
        *("mediafile_asset: some", "mediafile_asset: None", "mediafile_asset: Refused"),
        "properties: some",
        *("write: some", "write: nothing", "write: PropertyRefused", "write: ValuesRefused"),
        *("write: Refused", "write: Unavailable", "write: ValueError", "write: Troubled"),
    }
)
"""What must have been called, and what must have come of it."""


def test_every_method_of_the_port_is_required() -> None:
    called = {pair.partition(":")[0] for pair in PAIRS}
    methods = {name for name in vars(AssetServer) if not name.startswith("_")}

    # The number of requests is compared with every answer.
    assert methods - {"requests"} == called


def test_the_model_s_fake_is_as_the_adapter_before_the_stand_in(figures: list[str]) -> None:
    tally = Tally()

    failure = hunt(opened, PLAN, tally, PAIRS)

    assert failure is None, failure.report("mediamosa")
    assert tally.missing(PAIRS) == []
    figures.append(
        f"MediaMosas in lockstep: {tally.calls} calls, "
        f"{len(tally.pairs)} pairs of method and outcome"
    )
