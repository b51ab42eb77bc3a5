"""`restart`, `full`, `pause`, `resume`: marks that the next runs act on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from infra.cli.client import Json
from infra.cli.errors import CliError
from infra.cli.program import Cli, command
from infra.cli.statuses import show_status
from infra.cli.text import when
from infra.cli.waiting import exit_code, follow


class Direction(StrEnum):
    """Which way."""

    PULL = "pull"
    PUSH = "push"
    BOTH = "both"


Which = Annotated[Direction, typer.Argument(help="From MediaMosa (pull), to it (push), or both.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    command(
        app,
        "restart",
        epilog="Exit codes with --wait: 0 succeeded, 2 partial or held, 1 failed or not ended.",
    )(restart)
    command(app, "full")(full)
    command(app, "pause", epilog="Example: mediamosa-sync pause push")(pause)
    command(app, "resume", epilog="Example: mediamosa-sync resume both")(resume)


def restart(
    cli: Cli,
    *,
    wait: Annotated[
        bool, typer.Option("--wait", "-w", help="Wait for the end of its run.")
    ] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the wish back.")] = False,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", min=0, help="With --wait: give up after so many seconds."),
    ] = None,
) -> None:
    """Ask for everything anew; the next scheduled run begins it. Nothing is lost by it."""
    if withdraw:
        if wait:
            raise CliError("--withdraw and --wait together mean nothing: say one of them.")
        _withdraw(cli)
        return
    before: Json = cli.api.get(cli.home)
    mark = cli.api.post(f"{cli.home}/restart")
    if not wait:
        _told(cli, mark, "A restart is asked for")
        return
    ended = follow(cli, before, mark, timeout)
    if cli.screen.as_json:
        cli.screen.json(ended)
    else:
        show_status(cli, ended)
    raise typer.Exit(exit_code(ended))


def _withdraw(cli: Cli) -> None:
    found = cli.api.delete(f"{cli.home}/restart")
    if cli.screen.as_json:
        cli.screen.json(found)
    elif found["withdrawn"]:
        cli.screen.say("The restart is withdrawn.")
    else:
        cli.screen.say("No restart was waiting.")


def full(cli: Cli) -> None:
    """Ask for a full run; the next scheduled run begins it, and breaks nothing off for it."""
    _told(cli, cli.api.post(f"{cli.home}/full"), "A full run is asked for")


def _told(cli: Cli, mark: Json, what: str) -> None:
    if cli.screen.as_json:
        cli.screen.json(mark)
        return
    begins = when(mark["next_run"], cli.now, none="once the schedule is on, which it is not")
    cli.screen.say(f"{what}; it begins at the next run: {begins}.")


def pause(cli: Cli, *, direction: Which = Direction.BOTH) -> None:
    """Pause a direction. Edits and marks wait; nothing is lost."""
    _set(cli, "pause", direction)


def resume(cli: Cli, *, direction: Which = Direction.BOTH) -> None:
    """Resume a direction where it was paused."""
    _set(cli, "resume", direction)


def _set(cli: Cli, verb: str, direction: Direction) -> None:
    status = cli.api.post(f"{cli.home}/{verb}", {"direction": direction.value})
    if cli.screen.as_json:
        cli.screen.json(status)
        return
    paused = status["configuration"]["paused"]
    words = {"pull": "from MediaMosa (pull)", "push": "to MediaMosa (push)"}
    if paused:
        cli.screen.say(f"Paused: {' and '.join(words[one] for one in sorted(paused))}.")
    else:
        cli.screen.say(f"Nothing is paused. Next run: {when(status['next_run'], cli.now)}.")
