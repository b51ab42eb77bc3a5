"""Ordinary tests as a layer: run in this process, over the code as it is loaded now."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest


@dataclass(slots=True, eq=False)
class Heard:
    """What a run of pytest told.

    Attributes:
        cases: tests that ran.
        failed: those that failed, in order; with ``-x`` at most one.
    """

    cases: int = 0
    failed: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """pytest's hook: one phase of one test is over."""
        self.cases += report.when == "call"
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """pytest's hook: one file was read."""
        if report.failed:
            self.failed.append(report.nodeid)


def run_tests(paths: Sequence[str]) -> Heard:
    """Run the tests of *paths* until one fails; nothing is printed."""
    heard = Heard()
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov"]
    marks = ["-m", "not performance and not e2e and not browser"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = pytest.main([*options, *marks, *paths], plugins=[heard])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}:
        raise RuntimeError(f"pytest could not run {', '.join(paths)}: it ended with {code!r}.")
    return heard
