"""What a person at the terminal sees of the sync."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from infra.local.progress import Bar, Follower, Lines, display


class Shown:
    """A display that only remembers."""

    def __init__(self) -> None:
        self.walked: list[tuple[int, int, int]] = []
        self.said: list[str] = []

    def walking(self, steps: int, done: int, total: int) -> None:
        self.walked.append((steps, done, total))

    def say(self, line: str) -> None:
        self.said.append(line)

    def close(self) -> None:
        self.said.append("closed")


def a_run(run_id: str = "r1", kind: str = "full", **changes: Any) -> dict[str, Any]:
    counts = dict.fromkeys(
        ("added", "updated", "deleted", "unchanged", "conflicts", "errors"), 0
    ) | changes.pop("counts", {})
    run = {
        "run_id": run_id,
        "kind": kind,
        "finished_at": None,
        "outcome": None,
        "steps": 1,
        "counts": {"from_mediamosa": counts},
    }
    return run | changes


def a_status(**changes: Any) -> dict[str, Any]:
    status = {"state": "running", "reason": None, "progress": None, "run": None, "full": None}
    return status | changes


def test_each_new_page_is_shown_once() -> None:
    shown = Shown()
    follower = Follower(shown)
    for steps, done in ((1, 100), (1, 100), (2, 200)):
        progress = {"done": done, "total": 300}
        follower.follow(a_status(progress=progress, full=a_run(steps=steps)))

    assert shown.walked == [(1, 100, 300), (2, 200, 300)]


def test_nothing_is_shown_of_a_sync_that_never_ran() -> None:
    shown = Shown()

    Follower(shown).follow(a_status())

    assert (shown.walked, shown.said) == ([], [])


def test_a_run_that_ended_is_told_once_with_what_it_did() -> None:
    shown = Shown()
    follower = Follower(shown)
    full = a_run(finished_at="now", outcome="succeeded", counts={"added": 2, "unchanged": 1})
    for _ in range(2):
        follower.follow(a_status(full=full, run=full))

    assert shown.said == ["Full run succeeded: 2 added, 1 unchanged."]


def test_a_quiet_incremental_run_is_no_news() -> None:
    shown = Shown()
    quiet = a_run("r2", "incremental", finished_at="now", outcome="succeeded")
    quiet["counts"]["from_mediamosa"]["unchanged"] = 3

    Follower(shown).follow(a_status(run=quiet))

    assert shown.said == []


def test_an_incremental_run_with_changes_or_trouble_is_news() -> None:
    shown = Shown()
    follower = Follower(shown)
    changed = a_run("r2", "incremental", finished_at="now", outcome="succeeded")
    changed["counts"]["from_mediamosa"]["updated"] = 1
    follower.follow(a_status(run=changed))
    follower.follow(a_status(run=a_run("r3", "incremental", finished_at="now", outcome="failed")))

    assert shown.said == [
        "Incremental run succeeded: 1 updated.",
        "Incremental run failed: no changes.",
    ]


def test_a_reason_is_told_when_it_is_new() -> None:
    shown = Shown()
    follower = Follower(shown)
    for reason in ("No answer.", "No answer.", None, "No answer."):
        follower.follow(a_status(state="failing", reason=reason))

    assert shown.said == ["failing: No answer.", "failing: No answer."]


def test_without_a_terminal_there_is_a_line_per_page() -> None:
    text = io.StringIO()
    lines = display(Console(file=text, width=200))
    for steps in (1, 2, 5, 1):
        lines.walking(steps, steps * 100, 500)
    lines.say("[Full] run succeeded.")
    lines.close()

    assert isinstance(lines, Lines)
    assert text.getvalue().splitlines() == [
        "Step 1: 100 of 500 assets",
        "Step 2: 200 of 500 assets",
        "Steps 3 to 5: 500 of 500 assets",
        "Step 1: 100 of 500 assets",
        "[Full] run succeeded.",
    ]


def test_a_terminal_has_a_bar_with_lines_above_it() -> None:
    text = io.StringIO()
    bar = display(Console(file=text, force_terminal=True, width=80))
    bar.walking(1, 100, 500)
    bar.say("Full run succeeded.")
    bar.close()

    assert isinstance(bar, Bar)
    assert "100/500" in text.getvalue()
    assert "Full run succeeded." in text.getvalue()
