"""What every test run shares: the coverage gates, and who runs what where there are two processes.

`pytest --cov --cov-report= --cov-gates` measures, and holds the gates below: inside pytest, so
that its own summary stays the last line and its exit code tells everything.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import coverage
import pytest
from coverage.exceptions import CoverageException
from xdist.scheduler import LoadScopeScheduling


@dataclass(frozen=True, slots=True)
class Gate:
    """The least branch coverage, in percent, of the files that match one of the patterns."""

    name: str
    patterns: tuple[str, ...]
    percent: float


GATES = (
    Gate("the core (domain and service)", ("*/domain/*", "*/service/*"), 100.0),
    Gate("everything", ("*",), 90.0),
)

# Files whose tests share an application on the embedded AWS, and whose it is.
TOGETHER = {
    f"tests/e2e/{file}": application
    for file, application in {
        "test_push.py": "pushing",
        "test_push_ties.py": "pushing",
        "test_push_troubles.py": "pushing",
        "test_permissions.py": "guarded",
        "test_push_permissions.py": "guarded",
        "test_sync_page.py": "guarded",
    }.items()
}

REPORT = pytest.StashKey[list[str]]()
FIGURES = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --cov-gates."""
    parser.addoption(
        "--cov-gates",
        action="store_true",
        help="with --cov: fail when the coverage is below a gate of tests/conftest.py",
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hold the gates once pytest-cov has written its data; a missed one fails the run."""
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["figures"] = config.stash.get(FIGURES, [])
        return
    if not config.getoption("--cov-gates"):
        return
    lines: list[str] = []
    for gate in GATES:
        reached, report = _measure(gate)
        verdict = "ok" if reached >= gate.percent else "MISSED"
        lines.append(f"{gate.name}: {reached:.2f} % (gate {gate.percent:.0f} %) {verdict}")
        if reached < gate.percent:
            lines.extend(report.splitlines())
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
    session.config.stash[REPORT] = lines


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what was measured in a process of pytest-xdist's."""
    config: pytest.Config = node.config
    config.stash.setdefault(FIGURES, []).extend(
        getattr(node, "workeroutput", {}).get("figures", [])
    )


class Together(LoadScopeScheduling):
    """Each test to the process that is free, but tests that share an application to the same.

    pytest-xdist's own groups are names that it adds to a test's id, which pytest 9.2 keeps
    elsewhere: its marks have no effect.
    """

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    """Take this scheduler for `--dist loadgroup`."""
    return Together(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> list[str]:
    """Lines that a test appends with what it measured; they are printed above the summary."""
    return request.config.stash.setdefault(FIGURES, [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what was measured and the gates' report above pytest's last line."""
    for title, key in (("figures", FIGURES), ("coverage gates", REPORT)):
        lines = config.stash.get(key, [])
        if lines:
            terminalreporter.section(title)
        for line in lines:
            terminalreporter.write_line(line)


def _measure(gate: Gate) -> tuple[float, str]:
    """Return the percentage that a gate's files reach, and the report of what they miss."""
    measured = coverage.Coverage()
    measured.load()
    report = io.StringIO()
    try:
        return measured.report(include=list(gate.patterns), file=report), report.getvalue()
    except CoverageException as error:
        return 0.0, str(error)
