"""`plan`: what the next runs would do, page by page, without writing anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from infra.cli.client import Json
from infra.cli.errors import CliError
from infra.cli.program import DIFFERENCES, Cli, command
from infra.cli.screen import Bar
from infra.cli.text import NONE, about, plural, safe, short

_MOST_PAGES = 100_000
"""A plan of more pages does not come to an end."""
_LONGEST_VALUE = 200
ACTIONS = {
    "create": "new record",
    "update": "update",
    "remove": "remove",
    "restore": "restore",
    "link": "link",
    "take_over": "take over",
    "push": "push",
    "hold": "hold",
    "park": "park",
    "note": "note",
}


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    command(
        app,
        "plan",
        epilog="Exit code 2: there are differences. Example: mediamosa-sync plan -o json --full",
    )(plan)


def plan(
    cli: Cli,
    *,
    full: Annotated[bool, typer.Option("--full", help="As if a full run were asked for.")] = False,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=0, help="Most assets shown; JSON has them all.")
    ] = 50,
) -> None:
    """Show what the next run would do, property by property. Nothing is written anywhere."""
    with cli.screen.bar("Planning") as bar:
        found = walk(cli, bar, full=full)
    if cli.screen.as_json:
        cli.screen.json(found)
    else:
        _show(cli, found, limit)
    if any(item["action"] != "note" for item in found["items"]):
        raise typer.Exit(DIFFERENCES)


def walk(cli: Cli, bar: Bar, *, full: bool) -> Json:
    """Every page of the plan as one: its items together, the kind of its first page, last totals.

    Raises:
        CliError: it does not come to an end.
    """
    items: list[Json] = []
    kind: str | None = None
    body: Json = {"full": True} if full else {}
    for _ in range(_MOST_PAGES):
        part = cli.api.post(f"{cli.home}/plan", body, safe=True)
        items += part["items"]
        kind = kind or part["kind"]
        progress = part["progress"]
        if progress is not None:
            bar.move(progress["done"], progress["total"], f"Planning the {part['kind']} run")
        if part["next"] is None:
            return {**part, "kind": kind, "items": items}
        body = {"next": part["next"]}
    raise CliError("The plan does not come to an end: try again when less is changing.")


def _show(cli: Cli, found: Json, limit: int) -> None:
    items: Sequence[Json] = found["items"]
    arrow = "→" if cli.screen.takes("→") else "->"
    for item in items[:limit]:
        cli.screen.say(_head(item), style="bold")
        if item["changes"]:
            cli.screen.facts([_line(change, arrow) for change in item["changes"]])
    if items[:limit]:
        cli.screen.say()
    if len(items) > limit:
        cli.screen.note(f"{limit:,} of {len(items):,} are shown: --limit shows more.")
    cli.screen.say(summary(found))


def _head(item: Json) -> str:
    ids = " ".join(part for part in (item["asset_id"], item["media_id"]) if part)
    reason = f": {item['reason']}" if item["reason"] else ""
    return f"{ACTIONS[item['action']]} {ids}{reason}"


def _line(change: Json, arrow: str) -> tuple[str, str]:
    """A property, and what becomes of its values."""
    name = change["property"]
    if change["record_name"] != name:
        name = f"{name} (in records {change['record_name']})"
    where = "" if change["side"] == "record" else " in MediaMosa"
    conflict = ", a conflict: MediaMosa's value stands" if change["conflict"] else ""
    told = f"{_values(change['old'])} {arrow} {_values(change['new'])}"
    return f"  {name}{where}", f"{told}{conflict}"


def _values(values: Sequence[str]) -> str:
    return " | ".join(safe(short(value, _LONGEST_VALUE)) for value in values) or NONE


def summary(found: Json) -> str:
    """What it all comes to, in a sentence."""
    totals = found["totals"]
    pulled, pushed = (totals["counts"][way] for way in ("from_mediamosa", "to_mediamosa"))
    parts = [
        plural(totals["assets"], "asset"),
        _some(pulled["added"], "new record"),
        _some(pulled["updated"], "updated record"),
        _some(pulled["deleted"], "removed record"),
        _number(totals["linked"], "linked"),
        _some(pushed["added"] + pushed["updated"], "edit to push", "edits to push"),
        _some(pulled["conflicts"] + pushed["conflicts"], "conflict"),
        _some(pulled["errors"] + pushed["errors"], "thing to park", "things to park"),
        _number(totals["held"], "held"),
    ]
    told = ", ".join(part for part in parts if part)
    if not any(parts[1:]):
        told = f"{told}, nothing to do"
    if totals["seconds"] is None:
        return f"{told}; no time can be told, since the schedule is off."
    return f"{told}, {about(totals['seconds'])}."


def _some(number: int, one: str, many: str | None = None) -> str:
    return plural(number, one, many) if number else ""


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}" if number else ""
