"""`connections`: which there are, how they are set up, and changing that."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from infra.cli.choosing import SHORT_ID, name_of
from infra.cli.client import Json
from infra.cli.errors import CliError
from infra.cli.program import Cli, ConnectionArgument, command, listing_group
from infra.cli.screen import Column
from infra.cli.statuses import state_of
from infra.cli.text import NONE


class Gone(StrEnum):
    """What becomes of the record of what MediaMosa puts away."""

    KEEP = "keep"
    REMOVE = "remove"


class Deleted(StrEnum):
    """What becomes of an asset whose record its application deleted."""

    FORGET = "forget"
    RECREATE = "recreate"


TimeZone = Annotated[
    str | None,
    typer.Option("--time-zone", help="Of the application in MediaMosa, as Europe/Amsterdam."),
]
PageSize = Annotated[int | None, typer.Option("--page-size", min=1, max=199)]
OnTrash = Annotated[Gone | None, typer.Option("--on-trash", help="Records of trashed assets.")]
OnUnpublish = Annotated[
    Gone | None, typer.Option("--on-unpublish", help="Records of unpublished assets.")
]
OnRecordDelete = Annotated[
    Deleted | None,
    typer.Option("--on-record-delete", help="Assets whose record was deleted."),
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the shared key from standard input.")
]
_PASSWORD = "The shared key comes from MEDIAMOSA_PASSWORD, standard input or a hidden prompt."  # noqa: S105 - help for people


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = listing_group("Connections: one user at one MediaMosa each.")
    command(group, "list")(list_connections)
    command(group, "add", epilog=_PASSWORD)(add)
    command(group, "change", epilog=_PASSWORD)(change)
    app.add_typer(group, name="connections")


def list_connections(cli: Cli) -> None:
    """List every connection and how it is set up."""
    found = cli.api.get("connections")
    if cli.screen.as_json:
        cli.screen.json(found)
        return
    columns = [Column(head) for head in ("Connection", "User", "Address", "State", "Time zone")]
    columns += [Column("Page", right=True), Column("Policies"), Column("")]
    rows = [_row(one) for one in found["items"]]
    cli.screen.table(columns, rows, "There is no connection yet: the first run writes one.")


def _row(one: Json) -> tuple[str, ...]:
    how = one["configuration"]
    policies = (f"{name} {choice}" for name, choice in how["policies"].items())
    marks = ["default"] if how["default"] else []
    marks += [] if how["enabled"] else ["switched off"]
    return (
        one["connection_id"][:SHORT_ID],
        one["user_name"],
        one["url"],
        state_of(one),
        how["time_zone"],
        str(how["page_size"]),
        "\n".join(policies),
        ", ".join(marks) or NONE,
    )


def add(
    cli: Cli,
    *,
    url: Annotated[str, typer.Argument(help="Address of the MediaMosa server.")],
    user_name: Annotated[str, typer.Argument(help="Name of the application in MediaMosa.")],
    time_zone: TimeZone = None,
    page_size: PageSize = None,
    on_trash: OnTrash = None,
    on_unpublish: OnUnpublish = None,
    on_record_delete: OnRecordDelete = None,
    from_stdin: FromStdin = False,
) -> None:
    """Add a connection; its first run begins at the next tick."""
    settings = _settings(time_zone, page_size, on_trash, on_unpublish, on_record_delete)
    password = cli.password(f"{user_name}@{url}", from_stdin=from_stdin)
    who = {"url": url, "user_name": user_name, "password": password}
    _told(cli, cli.api.post("connections", {**who, **settings}), "is there")


def change(
    cli: Cli,
    *,
    which: ConnectionArgument = None,
    time_zone: TimeZone = None,
    page_size: PageSize = None,
    on_trash: OnTrash = None,
    on_unpublish: OnUnpublish = None,
    on_record_delete: OnRecordDelete = None,
    enabled: Annotated[
        bool | None, typer.Option("--enabled/--disabled", help="Whether it is synced at all.")
    ] = None,
    password: Annotated[bool, typer.Option("--password", help="Give another shared key.")] = False,
    from_stdin: FromStdin = False,
) -> None:
    """Change a connection; only what is named is changed."""
    cli.wanted = which or cli.wanted
    settings = _settings(time_zone, page_size, on_trash, on_unpublish, on_record_delete)
    if enabled is not None:
        settings["enabled"] = enabled
    if password or from_stdin:
        settings["password"] = cli.password(cli.connection_id[:SHORT_ID], from_stdin=from_stdin)
    if not settings:
        raise CliError("Nothing is to be changed: name what, as --time-zone UTC.")
    _told(cli, cli.api.put(cli.home, settings), "is changed")


def _settings(
    time_zone: str | None,
    page_size: int | None,
    on_trash: Gone | None,
    on_unpublish: Gone | None,
    on_record_delete: Deleted | None,
) -> Json:
    policies = {
        name: choice.value
        for name, choice in (
            ("on_trash", on_trash),
            ("on_unpublish", on_unpublish),
            ("on_record_delete", on_record_delete),
        )
        if choice is not None
    }
    given = {"time_zone": time_zone, "page_size": page_size, "policies": policies or None}
    return {name: value for name, value in given.items() if value is not None}


def _told(cli: Cli, status: Json, what: str) -> None:
    if cli.screen.as_json:
        cli.screen.json(status)
        return
    reason = f": {status['reason']}" if status["reason"] else "."
    cli.screen.say(
        f"The connection {status['connection_id'][:SHORT_ID]} ({name_of(status)}) {what}; it is "
        f"{state_of(status)}{reason}"
    )
