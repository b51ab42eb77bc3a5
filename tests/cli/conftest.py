from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.doctoring import SOME, Server, connection
from tests.cli.fake_api import FakeApi, serving
from tests.cli.terminal import HOME, NOW, Terminal, listing, status
from tests.cli.test_plan import NOTHING


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """One idle connection."""
    with serving(FakeApi(NOW)) as fake:
        fake.on("GET /connections", listing(status()))
        fake.on(f"GET {HOME}", status())
        yield fake


@pytest.fixture
def terminal(api: FakeApi, tmp_path: Path) -> Terminal:
    return Terminal(api, tmp_path)


@pytest.fixture(params=["Europe/Amsterdam"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    found = Server(request.param)
    with found.stand_in:
        yield found


@pytest.fixture
def healthy(api: FakeApi, server: Server) -> None:
    api.on("GET /connections", listing(connection(server, "Europe/Amsterdam")))
    api.on(f"POST {HOME}/plan", NOTHING)
    api.on(f"GET {HOME}/properties", SOME)
    api.on(f"GET {HOME}/links", listing())
