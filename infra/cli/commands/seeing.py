"""`status`, `runs`, `links`, `audit`: looking, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from infra.cli.choosing import choose
from infra.cli.client import Json
from infra.cli.program import DIFFERENCES, Cli, ConnectionArgument, command
from infra.cli.screen import Column
from infra.cli.statuses import changes, duration, needs_a_person, show_all, show_status
from infra.cli.text import NONE, clock, safe, when


class Outcome(StrEnum):
    """What became of a run."""

    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    HELD = "held"
    SKIPPED = "skipped"


class LinkState(StrEnum):
    """In which state a link is."""

    LINKED = "linked"
    PENDING = "pending"
    PARKED = "parked"
    FORGOTTEN = "forgotten"
    HELD = "held"
    KEPT = "kept"
    REMOVED = "removed"
    FOREIGN = "foreign"


Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="Most rows.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    command(
        app,
        "status",
        epilog="Exit code 2: a person is needed (held, failing, stale, or something is parked).",
    )(status)
    command(app, "runs", epilog="Example: mediamosa-sync runs --outcome failed --limit 5")(runs)
    command(app, "links", epilog="Example: mediamosa-sync links --state pending")(links)
    command(app, "audit")(audit)


def status(cli: Cli, *, which: ConnectionArgument = None) -> None:
    """Show the state of every connection, or of one."""
    wanted = which or cli.wanted
    found = cli.api.get("connections")
    statuses: list[Json] = found["items"]
    if wanted is not None:
        chosen = choose(statuses, wanted)
        statuses = [one for one in statuses if one["connection_id"] == chosen]
    if cli.screen.as_json:
        cli.screen.json(found if wanted is None else statuses[0])
    elif len(statuses) == 1:
        show_status(cli, statuses[0])
    else:
        show_all(cli, statuses)
    if any(map(needs_a_person, statuses)):
        raise typer.Exit(DIFFERENCES)


def runs(
    cli: Cli,
    *,
    limit: Limit = 20,
    outcome: Annotated[Outcome | None, typer.Option(help="Only those that ended so.")] = None,
) -> None:
    """List the runs that have ended, newest first."""
    found = cli.api.rows(
        f"{cli.home}/runs", limit, keep=lambda row: outcome is None or row["outcome"] == outcome
    )
    if cli.screen.as_json:
        cli.screen.json(found)
        return
    columns = [Column("Begun (UTC)"), Column("Kind"), Column("Why", optional=True)]
    columns += [Column("Outcome"), Column("Took", right=True)]
    columns += [Column("From MediaMosa"), Column("To MediaMosa")]
    columns += [
        Column(head, right=True, optional=True) for head in ("Steps", "Requests", "Records")
    ]
    cli.screen.table(columns, [_row(run) for run in found["items"]], "No run has ended yet.")
    for run in found["items"]:
        if run["reason"]:
            cli.screen.say(f"{clock(run['started_at'])}: {run['reason']}")
    tell_more(cli, found)


def _row(run: Json) -> tuple[str, ...]:
    times = f" ({run['runs']:,} runs since {clock(run['since'])})" if run["runs"] > 1 else ""
    return (
        clock(run["started_at"]),
        f"{run['kind']}{times}",
        run["trigger"],
        run["outcome"],
        duration(run),
        changes(run["counts"]["from_mediamosa"]),
        changes(run["counts"]["to_mediamosa"]),
        f"{run['steps']:,}",
        f"{run['requests']:,}",
        NONE if run["links"] is None else f"{run['links']:,}",
    )


def tell_more(cli: Cli, found: Json) -> None:
    """Say that a list goes on."""
    if found["next"] is not None:
        cli.screen.note(f"There are more than these {len(found['items']):,}: --limit shows more.")


def links(
    cli: Cli,
    *,
    state: Annotated[LinkState | None, typer.Option(help="Only those in this state.")] = None,
    asset_id: Annotated[str | None, typer.Option(help="The one of this asset.")] = None,
    media_id: Annotated[str | None, typer.Option(help="The one of this record.")] = None,
    limit: Limit = 100,
) -> None:
    """List what ties records to assets, and records that wait for one."""
    query = {"state": state, "asset_id": asset_id, "media_id": media_id}
    found = cli.api.rows(f"{cli.home}/links", limit, query)
    if cli.screen.as_json:
        cli.screen.json(found)
        return
    if not found["items"]:
        cli.screen.say("There is none.")
    elif asset_id or media_id:
        cli.screen.facts(_about(found["items"][0], cli.now))
    else:
        show_links(cli, found["items"])
    tell_more(cli, found)


def show_links(cli: Cli, items: Sequence[Json]) -> None:
    """A table of links."""
    columns = [Column(head) for head in ("Asset", "Record", "State", "Since (UTC)")]
    columns += [Column("Next try (UTC)"), Column("Why")]
    rows = [
        (
            link["asset_id"] or NONE,
            link["media_id"] or NONE,
            link["state"],
            clock(link["since"]),
            clock(link["next_attempt"]),
            link["reason"] or NONE,
        )
        for link in items
    ]
    cli.screen.table(columns, rows, "There is none.")


def _about(link: Json, now: datetime) -> list[tuple[str, str]]:
    facts = [
        ("Asset", link["asset_id"] or "none"),
        ("Record", link["media_id"] or "none"),
        ("State", link["state"] + (f": {link['reason']}" if link["reason"] else "")),
        ("Since", when(link["since"], now, none=NONE)),
        ("Next try", when(link["next_attempt"], now, none=NONE)),
        ("Changed in MediaMosa", when(link["modified"], now, none="not known")),
        ("In step once", "yes" if link["first_contact_done"] else "not yet"),
    ]
    facts += [
        (f"Parked: {parked['record_name']}", parked["reason"] + _given_up(parked))
        for parked in link["parked"]
    ]
    if link["pushed_unknown"]:
        facts.append(("Sent, not known to have arrived", ", ".join(link["pushed_unknown"])))
    if link["ignored"]:
        facts.append(("No property takes", ", ".join(map(safe, link["ignored"]))))
    return facts


def _given_up(parked: Json) -> str:
    return " (given up, at the next run)" if parked["discarded"] else ""


def audit(cli: Cli, *, limit: Limit = 50) -> None:
    """List what was done or refused through the API, newest first."""
    found = cli.api.rows(f"{cli.home}/audit", limit)
    if cli.screen.as_json:
        cli.screen.json(found)
        return
    columns = [Column(head) for head in ("At (UTC)", "Who", "What", "Outcome", "Request")]
    rows = [
        (clock(row["at"]), row["by"], row["action"], row["outcome"], row["request_id"])
        for row in found["items"]
    ]
    cli.screen.table(columns, rows, "Nothing was done yet.")
    tell_more(cli, found)
