"""`doctor`: everything that can be wrong with a connection, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from infra.cli.choosing import choose, name_of
from infra.cli.client import Json
from infra.cli.doctor.finding import Finding, Verdict, exit_code, skipped, wrong
from infra.cli.errors import CliError
from infra.cli.program import Cli, command
from infra.cli.settings import PASSWORD
from infra.cli.text import safe

_SIGNS = {
    Verdict.FINE: ("✓", "ok", "green"),
    Verdict.LOOK: ("!", "!", "yellow"),
    Verdict.WRONG: ("✗", "x", "bold red"),
    Verdict.SKIPPED: ("-", "-", "dim"),
}


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    command(
        app,
        "doctor",
        epilog=(
            "Exit codes: 0 all fine, 1 something is wrong, 2 something is to be looked at. "
            f"MediaMosa is asked with the shared key of {PASSWORD}, of the `make run` here, or of "
            "a hidden prompt."
        ),
    )(doctor)


def doctor(
    cli: Cli,
    *,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            "--ca-file", exists=True, help="Authorities that sign MediaMosa's certificate."
        ),
    ] = None,
    from_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the shared key from standard input.")
    ] = False,
) -> None:
    """Check a connection end to end, and say what to fix. Writes nothing to MediaMosa."""
    findings = []
    for finding in _examine(cli, str(ca_file or ""), from_stdin=from_stdin):
        findings.append(finding)
        if not cli.screen.as_json:
            _show(cli, finding)
    code = exit_code(findings)
    if cli.screen.as_json:
        cli.screen.json({"ok": not code, "findings": [one.as_json() for one in findings]})
    else:
        _sum_up(cli, findings)
    raise typer.Exit(code)


def _examine(cli: Cli, ca_file: str, *, from_stdin: bool) -> Iterator[Finding]:
    """Every check, one after the other; without the API there is only one."""
    # What speaks to MediaMosa takes its time to load, and other commands do not need it.
    from infra.cli.doctor import api_checks, server_checks  # noqa: PLC0415

    try:
        answer = cli.api.call("GET", "connections")
    except CliError as error:
        yield wrong("API", str(error), "Mend that first: nothing else can be checked before.")
        return
    yield from api_checks.reach(cli, answer)
    status = _chosen(cli, answer.body)
    if not cli.screen.as_json:
        cli.screen.note(f"The connection is {status['connection_id']}, {name_of(status)}.")
    yield from api_checks.state(cli, status)
    yield api_checks.functions(cli)
    try:
        yield from api_checks.properties(cli)
    except CliError as error:
        yield wrong("properties", str(error), "Try again, then look at the log of the API.")
    password = _password(cli, status, from_stdin=from_stdin)
    if not password:
        yield skipped("MediaMosa", f"Not asked: there is no shared key, set {PASSWORD}.")
        return
    yield from server_checks.examine(cli, status, password, ca_file)


def _chosen(cli: Cli, found: Json) -> Json:
    connection_id = choose(found["items"], cli.wanted)
    cli.wanted = connection_id
    return next(one for one in found["items"] if one["connection_id"] == connection_id)


def _password(cli: Cli, status: Json, *, from_stdin: bool) -> str:
    """The shared key, from wherever it is; "" if it is not to be had."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if told := cli.tools.environ.get(PASSWORD):
        return told
    run = cli.access.run
    if run.get("connection_id") == status["connection_id"]:
        return run.get("mediamosa_password", "")
    if not cli.tools.interactive():
        return ""
    typed: str = typer.prompt(
        f"Shared key of {safe(name_of(status))} (nothing: MediaMosa is not asked)",
        default="",
        show_default=False,
        hide_input=True,
        err=True,
    )
    return typed


def _show(cli: Cli, finding: Finding) -> None:
    sign, plain, style = _SIGNS[finding.verdict]
    sign = sign if cli.screen.takes(sign) else plain
    cli.screen.say(f"{sign} {finding.name}: {finding.sentence}", style=style)


def _sum_up(cli: Cli, findings: list[Finding]) -> None:
    fixes = [finding for finding in findings if finding.fix]
    cli.screen.say()
    if not fixes:
        cli.screen.say("Nothing to fix.")
        return
    cli.screen.say("What to fix:")
    for number, finding in enumerate(fixes, 1):
        cli.screen.say(f"{number}. {finding.name}: {finding.fix}")
