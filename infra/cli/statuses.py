"""The state of connections as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from infra.cli.choosing import SHORT_ID, name_of
from infra.cli.client import Json
from infra.cli.program import Cli
from infra.cli.screen import Column
from infra.cli.text import NONE, instant, plural, span, when

SIX = ("added", "updated", "deleted", "unchanged", "conflicts", "errors")
DIRECTIONS = {"from_mediamosa": "From MediaMosa", "to_mediamosa": "To MediaMosa"}
NEEDS_A_PERSON = frozenset({"held", "failing", "stale"})
_MANY = 1000
STATE_STYLES = {
    "idle": "green",
    "running": "cyan",
    "requested": "cyan",
    "paused": "yellow",
    "held": "bold yellow",
    "never_synced": "yellow",
    "stale": "bold red",
    "failing": "bold red",
}
_HINTS = {
    "held": "`held list` shows what would be removed, `held approve` and `held reject` decide.",
    "paused": "`resume` goes on where it was paused.",
    "stale": "`doctor` looks for the reason.",
    "failing": "Do what the reason says; `doctor` checks the connection end to end.",
}


def needs_a_person(one: Json) -> bool:
    """Whether something waits for somebody."""
    waits = one["attention"]["held"] or one["attention"]["parked"]
    return one["state"] in NEEDS_A_PERSON or bool(waits)


def show_all(cli: Cli, statuses: Sequence[Json]) -> None:
    """A line for each of several connections."""
    columns = [Column(head) for head in ("Connection", "Who and where", "State", "Last sync")]
    columns += [Column("Next run"), Column("Records", right=True), Column("Attention")]
    rows = [
        (
            one["connection_id"][:SHORT_ID],
            name_of(one),
            state_of(one),
            when(one["last_sync"], cli.now),
            when(one["next_run"], cli.now, none="the schedule is off"),
            _records(one),
            attention_of(one) or NONE,
        )
        for one in statuses
    ]
    cli.screen.table(columns, rows, "There is no connection yet: the first run writes one.")
    for one in statuses:
        if one["reason"]:
            cli.screen.say(f"{one['connection_id'][:SHORT_ID]}: {one['reason']}")


def show_status(cli: Cli, one: Json) -> None:
    """Everything about one connection."""
    cli.screen.say(f"{name_of(one)}  {one['connection_id']}", style="bold")
    reason = f": {one['reason']}" if one["reason"] else ""
    cli.screen.say(f"{state_of(one)}{reason}", style=STATE_STYLES.get(one["state"], ""))
    cli.screen.say()
    cli.screen.facts(_facts(one, cli.now))
    columns = [Column(""), *(Column(word, right=True) for word in SIX)]
    rows = [
        (label, *(f"{one['counts'][direction][word]:,}" for word in SIX))
        for direction, label in DIRECTIONS.items()
    ]
    cli.screen.table(columns, rows, "")
    for hint in _hints(one):
        cli.screen.note(hint)


def _facts(one: Json, now: datetime) -> list[tuple[str, str]]:
    facts = [
        ("Last sync", when(one["last_sync"], now)),
        ("Last attempt", when(one["last_attempt"], now)),
        ("Next run", when(one["next_run"], now, none="none: the schedule is off")),
        ("Complete up to", when(one["complete_up_to"], now, none="nothing yet")),
    ]
    if one["restart_requested_at"]:
        facts.append(("Restart", f"asked for at {when(one['restart_requested_at'], now)}"))
    if one["full_requested_at"]:
        facts.append(("Full run", f"asked for at {when(one['full_requested_at'], now)}"))
    if one["progress"]:
        facts.append(("Progress", progress_of(one["progress"])))
    if one["run"]:
        facts.append(("Run", _run(one["run"], now)))
    facts.append(("Records", _records(one)))
    facts.append(("Attention", attention_of(one) or "nothing waits"))
    return facts


def state_of(one: Json) -> str:
    """The state word, as people write it."""
    return str(one["state"]).replace("_", " ")


def progress_of(progress: Json) -> str:
    """How far a full run is."""
    done, total = progress["done"], progress["total"]
    if not total:
        return f"{plural(done, 'asset')} so far"
    return f"{done:,} of {plural(total, 'asset')} ({done * 100 // total} %)"


def attention_of(one: Json) -> str:
    """What waits, in words; "" if nothing does."""
    return ", ".join(
        f"{number:,}{'+' if number == _MANY else ''} {what}"
        for what, number in one["attention"].items()
        if number
    )


def _records(one: Json) -> str:
    known = [run["links"] for run in (one["run"], one["full"]) if run and run["links"] is not None]
    return f"{known[0]:,}" if known else NONE


def _run(run: Json, now: datetime) -> str:
    asked = f"{plural(run['steps'], 'step')}, {plural(run['requests'], 'request')}"
    began = f"{run['kind']} ({run['trigger']}), begun {when(run['started_at'], now)}"
    if run["finished_at"] is None:
        return f"{began}, {run['phase']}: {asked}"
    return f"{began}, {run['outcome']} after {duration(run)}: {asked}"


def duration(run: Json) -> str:
    """How long a run took."""
    begun, ended = instant(run["started_at"]), instant(run["finished_at"])
    return span((ended - begun).total_seconds()) if begun and ended else NONE


def _hints(one: Json) -> list[str]:
    hints = [_HINTS[one["state"]]] if one["state"] in _HINTS else []
    if one["attention"]["parked"]:
        hints.append("`parked list` tells what is parked and why.")
    if one["attention"]["conflicts"]:
        hints.append("`conflicts list` shows which values lost.")
    return hints


def changes(counts: Json) -> str:
    """The counts that are not 0, in words."""
    return ", ".join(f"{counts[word]:,} {word}" for word in SIX if counts[word]) or "nothing"
