"""Following a restart from its mark to the end of the run that it began."""

from __future__ import annotations

from infra.cli.client import Json
from infra.cli.errors import CliError, NotReached
from infra.cli.program import DIFFERENCES, ERROR, FINE, Cli
from infra.cli.screen import Bar
from infra.cli.statuses import state_of
from infra.cli.text import span, when

LOOK_SECONDS = 2.0
TAKEN_SECONDS = 60.0
"""How long a mark may be gone before a run shows: the step that took it reaches for MediaMosa."""
_CODES = {"succeeded": FINE, "partial": DIFFERENCES, "held": DIFFERENCES}


def follow(cli: Cli, before: Json, mark: Json, timeout: float | None) -> Json:
    """Wait until the full run that takes *mark* has ended; the status then.

    Args:
        before: the status before the mark was left, or found.
        timeout: most seconds to wait.

    Raises:
        CliError: it cannot begin, was taken back or broken off, or has not ended in time.
    """
    old = before["full"]["run_id"] if before["full"] else None
    begun = marked = cli.tools.monotonic()
    mine: str | None = None
    with cli.screen.bar("Waiting for the next run") as bar:
        while True:
            status = _look(cli)
            now = cli.tools.monotonic()
            mine = mine or _taken(status, mark, old)
            if mine is None:
                _check_it_can_begin(status)
                marked = now if status["restart_requested_at"] else marked
                _check_it_was_not_taken_back(status, now - marked)
            elif status["full"]["run_id"] != mine:
                raise CliError(
                    "The run was broken off by another restart: `status` shows the one that goes "
                    "on now."
                )
            elif status["full"]["finished_at"] is not None:
                return status
            _show(cli, bar, status, mine)
            _check_time(now - begun, timeout)
            cli.tools.sleep(LOOK_SECONDS)


def _check_time(waited: float, timeout: float | None) -> None:
    if timeout is not None and waited >= timeout:
        raise CliError(
            f"The run has not ended within {span(timeout)}: it goes on without this command, "
            "`status` shows how far it is."
        )


def _check_it_was_not_taken_back(status: Json, gone_seconds: float) -> None:
    """A mark that is gone was taken by a step, which may still fail to begin, or by a person."""
    if gone_seconds > TAKEN_SECONDS and status["state"] != "failing":
        raise CliError("The restart was taken back before a run began: ask for it again.")


def _look(cli: Cli) -> Json:
    """The status; an API that is away for a moment is asked again by the client."""
    try:
        return cli.api.get(cli.home)
    except NotReached as error:
        raise NotReached(f"{error} The restart itself goes on.") from None


def _taken(status: Json, mark: Json, old: str | None) -> str | None:
    """The id of the run that took the mark; None while none has."""
    full = status["full"]
    if full is None or full["run_id"] == old:
        return None
    # Instants of one form compare as texts. A run that began before the mark is not the mark's.
    own = full["trigger"] == "restart" or full["started_at"] >= mark["restart_requested_at"]
    return str(full["run_id"]) if own else None


def _check_it_can_begin(status: Json) -> None:
    if "pull" in status["configuration"]["paused"] or not status["configuration"]["enabled"]:
        raise CliError(
            "The restart is marked, and begins once the pull is resumed: `resume pull`, or switch "
            "the connection on."
        )
    if status["next_run"] is None:
        raise CliError("The restart is marked, and begins once the schedule is on: it is off now.")


def _show(cli: Cli, bar: Bar, status: Json, mine: str | None) -> None:
    progress: Json = {"done": 0, "total": None}
    what = f"Waiting for the next run, {when(status['next_run'], cli.now)}"
    if mine is not None:
        progress = status["progress"] or progress
        what = f"Full run, {status['full']['phase']}"
    if status["state"] in {"failing", "stale", "paused"}:
        what = f"{what} ({state_of(status)}: {status['reason']})"
    bar.move(progress["done"], progress["total"], what)


def exit_code(ended: Json) -> int:
    """What the outcome of the run means for a script."""
    return _CODES.get(ended["full"]["outcome"], ERROR)
