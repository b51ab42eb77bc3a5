"""`conflicts` and `parked`: values that lost, and values that MediaMosa does not take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from infra.cli.client import Json, segment
from infra.cli.commands.seeing import Limit, show_links, tell_more
from infra.cli.errors import CliError
from infra.cli.program import DIFFERENCES, Cli, Yes, command, listing_group
from infra.cli.screen import Column
from infra.cli.text import NONE, clock, plural, safe, short, when

_LONGEST_VALUE = 200
_A_REQUEST = 100

AssetIds = Annotated[list[str] | None, typer.Argument(help="Assets whose links are meant.")]
MediaIds = Annotated[
    list[str] | None,
    typer.Option("--media-id", help="A record that is meant; may be said several times."),
]
All = Annotated[bool, typer.Option("--all", help="Everything that is parked.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    conflicts = listing_group("Values of records that lost to MediaMosa's.")
    command(conflicts, "list")(list_conflicts)
    command(
        conflicts,
        "use-record-value",
        epilog="Example: mediamosa-sync conflicts use-record-value CONFLICT_ID",
    )(use_record_value)
    app.add_typer(conflicts, name="conflicts")
    parked = listing_group("What cannot be synced before somebody acts.")
    command(parked, "list", epilog="Exit code 2: something is parked.")(list_parked)
    command(parked, "retry", epilog="Example: mediamosa-sync parked retry --all")(retry)
    command(parked, "discard", epilog="Example: mediamosa-sync parked discard ASSET_ID")(discard)
    app.add_typer(parked, name="parked")


def list_conflicts(
    cli: Cli,
    *,
    limit: Limit = 50,
    unresolved: Annotated[
        bool, typer.Option("--unresolved", help="Without those that were resolved.")
    ] = False,
) -> None:
    """List the conflicts, newest first: what lost, what stood, and why."""
    found = cli.api.rows(
        f"{cli.home}/conflicts",
        limit,
        keep=lambda row: not unresolved or row["resolved_at"] is None,
    )
    if cli.screen.as_json:
        cli.screen.json(found)
        return
    columns = [Column(head) for head in ("Conflict", "At (UTC)", "Record", "Property")]
    columns += [Column(head) for head in ("Before", "Record's, lost", "MediaMosa's, stands", "Why")]
    rows = [_row(row) for row in found["items"]]
    cli.screen.table(columns, rows, "There is no conflict.")
    tell_more(cli, found)
    if rows:
        cli.screen.note("`conflicts use-record-value CONFLICT` brings a record's value back.")


def _row(conflict: Json) -> tuple[str, ...]:
    resolved = conflict["resolved_at"]
    back = f" The record's value was brought back at {clock(resolved)}." if resolved else ""
    before = "(too long to be kept)" if conflict["base"] is None else values(conflict["base"])
    return (
        conflict["conflict_id"],
        clock(conflict["at"]),
        conflict["media_id"],
        conflict["property"],
        before,
        values(conflict["record_value"]),
        values(conflict["mediamosa_value"]),
        conflict["explanation"] + back,
    )


def values(told: Sequence[str]) -> str:
    """Values of a property, one a line."""
    return "\n".join(safe(short(value, _LONGEST_VALUE)) for value in told) or NONE


def use_record_value(
    cli: Cli, *, conflict_id: Annotated[str, typer.Argument(help="As `conflicts list` shows it.")]
) -> None:
    """Write the value that lost into the record again; it is pushed like any other edit."""
    path = f"{cli.home}/conflicts/{segment(conflict_id)}/use-record-value"
    found = cli.api.post(path)
    if cli.screen.as_json:
        cli.screen.json(found)
        return
    told = ", ".join(short(value, _LONGEST_VALUE) for value in found["record_value"]) or "no value"
    cli.screen.say(
        f"{found['record_name']} of the record {found['media_id']} is {told} again; it is pushed "
        "to MediaMosa like any other edit."
    )


def list_parked(cli: Cli, *, limit: Limit = 100) -> None:
    """List what is parked, the longest first, each with its reason."""
    found = cli.api.rows(f"{cli.home}/links", limit, {"state": "parked"})
    if cli.screen.as_json:
        cli.screen.json(found)
    else:
        show_links(cli, found["items"])
        tell_more(cli, found)
        if found["items"]:
            cli.screen.note(
                "Mend what the reason says, and it goes by itself; `parked retry` tries it at the "
                "next run, `parked discard` lets MediaMosa's values stand."
            )
    if found["items"]:
        raise typer.Exit(DIFFERENCES)


def retry(
    cli: Cli, *, asset_ids: AssetIds = None, media_ids: MediaIds = None, every: All = False
) -> None:
    """Let the next run try parked links and records again."""
    _mark(cli, "retry", list(_chosen(asset_ids, media_ids, every=every)))


def discard(
    cli: Cli,
    *,
    asset_ids: AssetIds = None,
    media_ids: MediaIds = None,
    every: All = False,
    yes: Yes = False,
) -> None:
    """Give values up that MediaMosa refuses; each is kept in the log of conflicts."""
    chosen = list(_chosen(asset_ids, media_ids, every=every))
    number = len(asset_ids or ()) + len(media_ids or ())
    if every:
        number = cli.api.get(cli.home)["attention"]["parked"]
    cli.confirm(
        f"Give up what is parked of {plural(number, 'link or record', 'links and records')}?",
        number,
        yes=yes,
    )
    _mark(cli, "discard", chosen)


def _chosen(
    asset_ids: Sequence[str] | None, media_ids: Sequence[str] | None, *, every: bool
) -> Iterator[Json]:
    """The bodies of the requests: of 100 ids at most, or everything.

    Raises:
        CliError: nothing is chosen, or all and some.
    """
    if every == bool(asset_ids or media_ids):
        raise CliError("Say which: ids of assets, --media-id of records, or --all, not both.")
    if every:
        yield {"all": True}
    for name, ids in (("asset_ids", asset_ids or ()), ("media_ids", media_ids or ())):
        for start in range(0, len(ids), _A_REQUEST):
            yield {name: list(ids[start : start + _A_REQUEST])}


def _mark(cli: Cli, verb: str, bodies: Sequence[Json]) -> None:
    total: Json = {"marked": 0, "left": [], "more": False, "next_run": None}
    for body in bodies:
        while True:
            found = cli.api.post(f"{cli.home}/parked/{verb}", body)
            total = {
                **found,
                "marked": total["marked"] + found["marked"],
                "left": total["left"] + found["left"],
            }
            # A request that marked nothing would mark nothing again.
            if not found["more"] or not found["marked"]:
                break
    if cli.screen.as_json:
        cli.screen.json(total)
        return
    begins = when(total["next_run"], cli.now, none="once the schedule is on, which it is not")
    if total["marked"]:
        cli.screen.say(f"{total['marked']:,} marked; carried out at the next run: {begins}.")
    else:
        cli.screen.say("Nothing is marked: none of it is parked.")
    for left in total["left"]:
        cli.screen.say(f"Not {left['asset_id'] or left['media_id']}: {left['reason']}")
