from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.fake_api import FakeApi, serving
from tests.cli.terminal import HOME, NOW, Terminal, listing, status


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
