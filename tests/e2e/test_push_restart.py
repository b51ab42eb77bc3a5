"""Edits around a stop of the engine: whatever becomes of its stream, both sides end up equal."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from infra.local.build import Package
from infra.local.engine import Engine
from tests.e2e.conftest import deployed, stand_in
from tests.e2e.pushing import Pushing, posts, until
from tests.e2e.tables import links, records

ASSETS = 12


def test_edits_before_and_after_a_stop_of_the_engine_all_arrive_and_nothing_is_doubled(
    package: Package, engine_folder: Path
) -> None:
    engine = Engine.start(engine_folder, keep=True)
    port = int(engine.url.rpartition(":")[2])
    try:
        with stand_in("restart", ASSETS) as mediamosa:
            application = deployed(engine, package, mediamosa, page_size=10, steps=10)
            pushing = Pushing(application)
            pushed, waiting, lost, later = (pushing.take(2) for _ in range(4))
            edit_all(pushing, pushed, "Ervoor")
            until(lambda: have_all(pushing, pushed, "Ervoor"))
            pause = {"direction": "push"}
            assert pushing.operator.call("POST", "/pause", pause)[0] == HTTPStatus.OK
            edit_all(pushing, waiting, "Wacht")
            until(lambda: pushing.attention()["pending"] == len(waiting))
            edit_all(pushing, lost, "Net ervoor")
            engine.stop()

            engine = Engine.start(engine_folder, port=port, keep=True)
            assert pushing.operator.call("POST", "/resume", pause)[0] == HTTPStatus.OK
            edit_all(pushing, [*later, pushed[0]], "Erna")
            until(lambda: have_all(pushing, [*later, pushed[0]], "Erna"))
            # The stopped engine's stream is gone: a full run finds what it did not pass on.
            pushing.operator.call("POST", "/full")
            for _ in range(3):
                application.tick()
            for assets, title in (
                ([*later, pushed[0]], "Erna"),
                (lost, "Net ervoor"),
                (waiting, "Wacht"),
                (pushed[1:], "Ervoor"),
            ):
                assert have_all(pushing, assets, title), title
            assert len(records(application)) == len(links(application)) == ASSETS
            assert pushing.listed("/conflicts") == []
            pushing.requests()
            application.tick()
            assert posts(pushing.requests()) == []
    finally:
        engine.stop()


def edit_all(pushing: Pushing, assets: list[str], title: str) -> None:
    for asset_id in assets:
        pushing.edit(asset_id, title=[title])


def have_all(pushing: Pushing, assets: list[str], title: str) -> bool:
    return all(pushing.has(asset_id, title=[title]) for asset_id in assets)
