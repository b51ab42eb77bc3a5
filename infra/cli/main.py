"""The program `mediamosa-sync`."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from infra.cli.commands import (
    acting,
    attention,
    checking,
    connections,
    deletions,
    planning,
    properties,
    seeing,
)
from infra.cli.program import Program

NAME = "mediamosa-sync"
_EPILOG = """\
Environment: MEDIAMOSA_SYNC_API_URL and MEDIAMOSA_SYNC_TOKEN say which API and who asks; without
them the .local/run.json of a `make run` does. MEDIAMOSA_SYNC_CONNECTION names the connection
where there are several.

Exit codes: 0 fine, 1 error, 2 differences or something that needs a person, 130 interrupted.

Examples: `status`, `plan --full`, `restart --wait`, `held approve`, `links --state parked -o json`,
`doctor`.
"""

app = typer.Typer(
    name=NAME,
    cls=Program,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog=re.sub(r"(?<!\n)\n(?!\n)", " ", _EPILOG),
    context_settings={"help_option_names": ["--help", "-h"]},
)
for module in (seeing, planning, acting, attention, deletions, properties, connections, checking):
    module.add_to(app)


def _version(value: bool) -> None:  # noqa: FBT001 - typer's own signature
    if value:
        try:
            found = version(NAME)
        except PackageNotFoundError:
            found = "(not installed)"
        typer.echo(f"{NAME} {found}")
        raise typer.Exit


@app.callback()
def _program(
    *,
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    """See what MediaMosa Sync does, and decide about it."""


def main() -> None:
    """Run the command that the arguments name, and exit."""
    app(prog_name=NAME)
