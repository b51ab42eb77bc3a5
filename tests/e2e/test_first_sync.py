"""The first sync and what follows it, with real HTTP, real XML and a real state machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.build import Package
from infra.local.engine import Engine
from tests.e2e.conftest import Application, running
from tests.e2e.tables import links, records
from tests.openapi.description import validator


def lists(application: Application) -> int:
    """List requests that MediaMosa was asked since the last count."""
    asked = [request.path for request in application.mediamosa.control.requests]
    application.mediamosa.control.requests.clear()
    return asked.count("asset")


def test_250_assets_take_three_steps_and_nothing_is_written_for_them_again(
    engine: Engine, package: Package
) -> None:
    with running(engine, package, "three-pages", assets=250, page_size=100) as application:
        steps = [application.tick()[0] for _ in range(3)]
        assert [step["more"] for step in steps] == [True, True, False]
        assert lists(application) == 3
        status = application.status()
        validator("Status").validate(status)
        assert status["progress"] == {"done": 250, "total": 250}
        assert status["full"]["steps"] == 3
        written, linked = records(application), links(application)
        assert len(written) == len(linked) == 250
        assets = application.mediamosa.model.store.assets
        named = {item["uri"]["S"] for item in written.values()}
        assert named == {f"mediamosa://asset/{asset_id}" for asset_id in assets}

        application.tick()
        assert lists(application) == 1
        assert (records(application), links(application)) == (written, linked)

        application.press_restart()
        assert application.status()["state"] == "requested"
        assert lists(application) == 0
        # Three pages; in the ticks between them the incremental run has its turn.
        for _ in range(5):
            application.tick()
        status = application.status()
        assert status["full"]["outcome"] == "succeeded"
        assert status["full"]["trigger"] == "restart"
        assert status["full"]["counts"]["from_mediamosa"]["unchanged"] == 250
        assert status["restart_requested_at"] is None
        assert (records(application), links(application)) == (written, linked)


@pytest.mark.parametrize(
    ("page_size", "assets", "pages"), [(1, 6, 6), (100, 101, 2), (199, 250, 2)]
)
def test_any_page_size_brings_every_asset_once(
    engine: Engine, package: Package, page_size: int, assets: int, pages: int
) -> None:
    name = f"pages-of-{page_size}"
    with running(
        engine, package, name, assets=assets, page_size=page_size, steps=10
    ) as application:
        (outcome,) = application.tick()
        assert (outcome["step"], outcome["more"]) == (pages, False)
        assert len(records(application)) == len(links(application)) == assets
        counts = application.status()["full"]["counts"]["from_mediamosa"]
        assert counts["added"] == assets


def test_an_engine_stopped_in_the_middle_of_a_run_goes_on_where_it_was(
    package: Package, engine_folder: Path
) -> None:
    engine = Engine.start(engine_folder, keep=True)
    port = int(engine.url.rpartition(":")[2])
    try:
        with running(engine, package, "stopped", assets=25, page_size=10) as application:
            application.tick()
            assert len(records(application)) == 10
            engine.stop()
            engine = Engine.start(engine_folder, port=port, keep=True)
            again = replace(application, stack=replace(application.stack, engine=engine))
            assert again.status()["progress"] == {"done": 10, "total": 25}
            again.tick()
            again.tick()
            status = again.status()
            assert (status["state"], status["progress"]) == ("idle", {"done": 25, "total": 25})
            assert status["full"]["counts"]["from_mediamosa"]["added"] == 25
            assert len(records(again)) == len(links(again)) == 25
    finally:
        engine.stop()


def test_1000_assets_take_eleven_lists_at_most_and_one_login(
    engine: Engine, package: Package, figures: list[str]
) -> None:
    with running(engine, package, "thousand", assets=1000, page_size=100, steps=10) as application:
        application.tick()
        paths = [request.path for request in application.mediamosa.control.requests]
        asked = {path: paths.count(path) for path in dict.fromkeys(paths)}
        added = application.status()["full"]["counts"]["from_mediamosa"]["added"]
        peak = max(peak_megabytes(pid) for pid in workers(application.stack.engine))
        figures.append(f"first sync of 1,000: {asked}, {added} added, at most {peak} MB a step")
        assert asked["asset"] <= 11
        assert asked["login"] == 2
        assert len(paths) - asked["asset"] - asked["login"] <= 2
        assert added == len(records(application)) == len(links(application)) == 1000
        assert peak < 256


def workers(engine: Engine) -> list[int]:
    """Processes of the engine's functions."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text(encoding="utf-8")
        except OSError:
            continue
        if f"PPid:\t{engine.process.pid}\n" in text:
            found.append(int(status.parent.name))
    return found


def peak_megabytes(pid: int) -> int:
    """The most memory that a process has had."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    (line,) = (line for line in text.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024
