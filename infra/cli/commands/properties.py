"""`properties`: what MediaMosa knows, and which way each travels under which name."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from infra.cli.client import Json
from infra.cli.errors import CliError
from infra.cli.program import Cli, command, listing_group
from infra.cli.screen import Column
from infra.cli.text import NONE, plural, when


class Direction(StrEnum):
    """Which way changes of a property travel."""

    BOTH = "both"
    PULL = "pull"
    PUSH = "push"
    IGNORE = "ignore"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = listing_group("The properties of MediaMosa, and what becomes of each.")
    command(group, "list")(list_properties)
    command(
        group,
        "set",
        epilog="Example: mediamosa-sync properties set creator --record-name author",
    )(set_property)
    app.add_typer(group, name="properties")


def list_properties(cli: Cli) -> None:
    """List all properties, by name and group."""
    found = cli.api.get(f"{cli.home}/properties")
    if cli.screen.as_json:
        cli.screen.json(found)
        return
    columns = [Column(head) for head in ("Property", "Group", "Type", "Direction")]
    columns += [Column("In records"), Column("Why not")]
    rows = [
        (
            prop["name"],
            prop["group"],
            prop["type"],
            prop["direction"] or NONE,
            prop["record_name"] or NONE,
            prop["reason"] or "",
        )
        for prop in found["items"]
    ]
    cli.screen.table(columns, rows, "They have not been read from MediaMosa yet.")
    if rows:
        taking_part = sum(prop["takes_part"] for prop in found["items"])
        cli.screen.say(
            f"{plural(taking_part, 'property takes', 'properties take')} part, of "
            f"{len(rows):,}; read from MediaMosa {when(found['read_at'], cli.now)}."
        )


def set_property(
    cli: Cli,
    *,
    name: Annotated[str, typer.Argument(help="The property in MediaMosa.")],
    direction: Annotated[
        Direction | None, typer.Option("--direction", help="Which way its changes travel.")
    ] = None,
    record_name: Annotated[
        str | None, typer.Option("--record-name", help="Its key in the records' metadata.")
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="As usual again.")] = False,
) -> None:
    """Decide what becomes of one property; the rules of the others stay."""
    if reset == bool(direction or record_name):
        raise CliError("Say --direction, --record-name or both, or --reset alone.")
    path = f"{cli.home}/properties"
    rules = rules_of(cli.api.get(path))
    rule = {} if reset else rules.get(name, {})
    if direction:
        rule = {**rule, "direction": direction.value}
    if record_name:
        rule = {**rule, "record_name": record_name}
    rules[name] = {**rule, "name": name}
    found = cli.api.put(path, {"fields": [rules[key] for key in sorted(rules)]})
    if cli.screen.as_json:
        cli.screen.json(found)
        return
    for prop in found["items"]:
        if prop["name"] == name and prop["direction"] is not None:
            cli.screen.say(
                f"{name} ({prop['group']}): {prop['direction']}, in records {prop['record_name']}."
            )
    cli.screen.note("It holds from the next step or push on; `full` brings it to every record.")


def rules_of(found: Json) -> dict[str, Json]:
    """The rules that stand, by name: whatever is not as usual in the list of properties."""
    rules = {}
    for prop in found["items"]:
        usual = prop["direction"] == "both" and prop["record_name"] == prop["name"]
        if prop["direction"] is not None and not usual:
            rules[prop["name"]] = {key: prop[key] for key in ("name", "direction", "record_name")}
    return rules
