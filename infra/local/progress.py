"""What a person at the terminal sees of the sync: a bar, or a line per page."""

from __future__ import annotations

from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.local.status import Status

_WORDS = ("added", "updated", "deleted", "unchanged", "conflicts", "errors")


class Display(Protocol):
    """Shows the walk of a full run, and what each run came to."""

    def walking(self, steps: int, done: int, total: int) -> None:
        """So many of the assets are done after so many steps."""
        ...

    def say(self, line: str) -> None:
        """Something is worth a line."""
        ...

    def close(self) -> None:
        """Nothing more will come."""
        ...


class Lines:
    """A line for each page, or for the few that came between two looks: for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._steps = 0

    def walking(self, steps: int, done: int, total: int) -> None:
        """Print the line."""
        first = self._steps + 1 if self._steps < steps else 1
        which = f"Step {steps}" if first >= steps else f"Steps {first} to {steps}"
        self.say(f"{which}: {done} of {total} assets")
        self._steps = steps

    def say(self, line: str) -> None:
        """Print the line."""
        self._console.print(line, highlight=False, markup=False)

    def close(self) -> None:
        """Lines need no end."""


class Bar:
    """A progress bar below the lines: for terminals."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("Assets", total=None, visible=False)
        self._progress.start()

    def walking(self, steps: int, done: int, total: int) -> None:
        """Move the bar; it shows while a walk is under way."""
        del steps
        self._progress.update(self._task, completed=done, total=total, visible=done < total)

    def say(self, line: str) -> None:
        """Print the line above the bar."""
        self._progress.console.print(line, highlight=False, markup=False)

    def close(self) -> None:
        """Take the bar away."""
        self._progress.stop()


def display(console: Console) -> Display:
    """Return a bar on a terminal, else lines."""
    return Bar(console) if console.is_terminal else Lines(console)


class Follower:
    """Tells a display what is new in a status since the last one."""

    def __init__(self, shown: Display) -> None:
        self._shown = shown
        self._walked: tuple[int, int, int] | None = None
        self._finished: set[str] = set()
        self._trouble = ""

    def follow(self, status: Status) -> None:
        """Take the next status."""
        progress, full = status["progress"], status["full"]
        if progress and full:
            walked = (full["steps"], progress["done"], progress["total"])
            if walked != self._walked:
                self._shown.walking(*walked)
            self._walked = walked
        for run in (status["full"], status["run"]):
            if run and run["finished_at"] and run["run_id"] not in self._finished:
                self._finished.add(run["run_id"])
                self._tell(run)
        trouble = status["reason"] or ""
        if trouble and trouble != self._trouble:
            self._shown.say(f"{status['state']}: {trouble}")
        self._trouble = trouble

    def _tell(self, run: Status) -> None:
        counts = run["counts"]["from_mediamosa"]
        changes = [f"{counts[word]} {word}" for word in _WORDS if counts[word]]
        quiet = all(not counts[word] for word in _WORDS if word != "unchanged")
        # A quiet incremental run each minute is no news.
        if run["kind"] == "full" or not quiet or run["outcome"] != "succeeded":
            what = ", ".join(changes) or "no changes"
            self._shown.say(f"{run['kind'].capitalize()} run {run['outcome']}: {what}.")
