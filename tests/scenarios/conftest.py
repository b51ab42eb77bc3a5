"""What the scenarios measured together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite(
    "tests.scenarios.scenes",
    "tests.scenarios.world",
    "tests.scenarios.calls",
    "tests.scenarios.push_ends",
    "tests.scenarios.pushed",
)

from tests.scenarios.calls import CALLS  # noqa: E402 (only now, so that its assertions speak)


@pytest.fixture(scope="session", autouse=True)
def _calls_to_mediamosa(figures: list[str]) -> Iterator[None]:
    yield
    writes = sum(count for method, count in CALLS.items() if method != "GET")
    figures.append(f"scenarios: {CALLS['GET']:,} requests to MediaMosa, {writes} of them write")
