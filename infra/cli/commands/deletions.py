"""`held` and `removed`: deletions that wait for a person, and records that can come back."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.cli.client import Json, segment
from infra.cli.commands.seeing import Limit, tell_more
from infra.cli.errors import CliError
from infra.cli.program import DIFFERENCES, Cli, Yes, command, listing_group
from infra.cli.screen import Column
from infra.cli.text import clock, plural, when

_SHOWN_BEFORE_ASKING = 20

Token = Annotated[
    str | None,
    typer.Option("--token", help="Of the list that was looked at; refused if it has changed."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    held = listing_group("Deletions that wait for a person.")
    command(held, "list", epilog="Exit code 2: something is held.")(list_held)
    command(held, "approve", epilog="Example: mediamosa-sync held approve --yes")(approve)
    command(held, "reject")(reject)
    app.add_typer(held, name="held")
    removed = listing_group("Removed records, of which a copy is kept.")
    command(removed, "list")(list_removed)
    command(removed, "restore", epilog="Example: mediamosa-sync removed restore ASSET_ID")(restore)
    app.add_typer(removed, name="removed")


def list_held(cli: Cli, *, limit: Limit = 100) -> None:
    """List the assets that seem to be gone, the longest held first."""
    found = cli.api.rows(f"{cli.home}/held", limit)
    if cli.screen.as_json:
        cli.screen.json(found)
    else:
        _show_held(cli, found)
        tell_more(cli, found)
        if found["token"]:
            cli.screen.say(f"{plural(found['count'], 'deletion')} held, token {found['token']}")
            cli.screen.note(
                "`held approve` removes the records of those that are really gone, `held reject` "
                "keeps them."
            )
    if found["count"]:
        raise typer.Exit(DIFFERENCES)


def _show_held(cli: Cli, found: Json) -> None:
    columns = [Column("Asset"), Column("Record that would go"), Column("Held since (UTC)")]
    rows = [(row["asset_id"], row["media_id"], clock(row["since"])) for row in found["items"]]
    cli.screen.table(columns, rows, "No deletion is held.")


def approve(cli: Cli, *, token: Token = None, yes: Yes = False) -> None:
    """Let the next runs ask MediaMosa for each once more, and remove what is gone."""
    _decide(cli, "approve", token, yes=yes)


def reject(cli: Cli, *, token: Token = None, yes: Yes = False) -> None:
    """Keep the records; their assets are not held again before MediaMosa has shown them."""
    _decide(cli, "reject", token, yes=yes)


def _decide(cli: Cli, verb: str, token: str | None, *, yes: bool) -> None:
    """Decide about the list that a person has seen: the one shown here, or that of *token*."""
    found = cli.api.rows(f"{cli.home}/held", _SHOWN_BEFORE_ASKING)
    if found["token"] is None:
        raise CliError("No deletion is held, so there is nothing to decide about.")
    if token not in {None, found["token"]}:
        raise CliError(
            "The list of held deletions is not the one of this token any more: look at it again, "
            "then decide with its new token."
        )
    count: int = found["count"]
    if not cli.screen.as_json:
        _show_held(cli, found)
        if count > len(found["items"]):
            cli.screen.note(f"... and {count - len(found['items']):,} more: `held list`.")
    question = (
        f"Remove {plural(count, 'record')}, if MediaMosa says once more that the asset is gone?"
        if verb == "approve"
        else f"Keep {plural(count, 'record')} although the assets seem to be gone?"
    )
    cli.confirm(question, count, yes=yes)
    mark = cli.api.post(f"{cli.home}/held/{verb}", {"token": found["token"]})
    if cli.screen.as_json:
        cli.screen.json(mark)
        return
    done = "Approved" if verb == "approve" else "Rejected"
    begins = when(mark["next_run"], cli.now, none="once the schedule is on, which it is not")
    cli.screen.say(f"{done}; carried out from the next run on: {begins}.")


def list_removed(cli: Cli, *, limit: Limit = 100) -> None:
    """List the removed records that can be restored."""
    found = cli.api.rows(f"{cli.home}/removed", limit)
    if cli.screen.as_json:
        cli.screen.json(found)
        return
    columns = [Column(head) for head in ("Asset", "Record", "Removed (UTC)", "Kept until (UTC)")]
    rows = [
        (
            row["asset_id"],
            row["media_id"],
            clock(row["removed_at"]),
            clock(row["expires_at"]),
            row["reason"],
        )
        for row in found["items"]
    ]
    cli.screen.table([*columns, Column("Why")], rows, "No removed record is kept.")
    tell_more(cli, found)


def restore(
    cli: Cli, *, asset_id: Annotated[str, typer.Argument(help="The asset of the record.")]
) -> None:
    """Bring a removed record back as it was."""
    found = cli.api.post(f"{cli.home}/removed/{segment(asset_id)}/restore")
    if cli.screen.as_json:
        cli.screen.json(found)
        return
    cli.screen.say(
        f"The record {found['media_id']} is back; it stays although its asset is gone, until that "
        "is seen again."
    )
