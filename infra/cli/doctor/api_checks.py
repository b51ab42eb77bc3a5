"""What can be checked through the API of the sync alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from infra.cli.client import Answer, Json
from infra.cli.doctor.finding import Finding, fine, look, skipped, wrong
from infra.cli.errors import ApiProblem, CliError
from infra.cli.program import Cli
from infra.cli.statuses import NEEDS_A_PERSON, attention_of, state_of
from infra.cli.text import plural, safe, span, when

CLOCKS_MAY_DIFFER = timedelta(seconds=60)
_LINKS_LOOKED_AT = 200
_NAMES_SHOWN = 10
_FORBIDDEN = "forbidden"


def clocks(name: str, whose: str, theirs: datetime, ours: datetime) -> Finding:
    """Whether a clock agrees with this machine's."""
    apart = abs(theirs - ours)
    if apart <= CLOCKS_MAY_DIFFER:
        return fine(name, f"{whose} clock and this machine's agree.")
    side = "ahead of" if theirs > ours else "behind"
    return look(
        name,
        f"{whose} clock is {span(apart.total_seconds())} {side} this machine's.",
        "Let both follow a time server; the sync itself goes by MediaMosa's clock alone.",
    )


def reach(cli: Cli, answer: Answer) -> Iterator[Finding]:
    """What the first answer tells."""
    yield fine("API", f"{cli.api.url} answers, and knows the token.")
    if answer.date is not None:
        yield clocks("API's clock", "The API's", answer.date, cli.now)


def state(cli: Cli, status: Json) -> Iterator[Finding]:
    """The connection's state and schedule, and what waits for a person."""
    word, reason = state_of(status), status["reason"] or "no reason is told."
    if status["state"] in NEEDS_A_PERSON:
        fix = "`held list`, then decide." if status["state"] == "held" else "Do what it says."
        kind = look if status["state"] == "held" else wrong
        yield kind("state", f"{word}: {reason}", fix)
    elif status["state"] == "paused":
        yield look("state", f"{word}: {reason}", "`resume`, once it is to go on.")
    else:
        last = when(status["last_sync"], cli.now)
        yield fine("state", f"{word}; last sync {last}.")
    if status["next_run"] is None:
        yield wrong("schedule", "The schedule is off, so nothing is synced.", "Switch it on.")
    else:
        yield fine("schedule", f"On; next run {when(status['next_run'], cli.now)}.")
    waiting = attention_of(status)
    if status["attention"]["parked"] or status["attention"]["held"]:
        yield look("attention", f"{waiting}.", "`parked list` and `held list` tell what and why.")
    else:
        yield fine("attention", f"{waiting or 'nothing waits'}; nothing needs a person.")


def functions(cli: Cli) -> Finding:
    """Whether the sync itself reads from MediaMosa: a page of a plan, which writes nothing."""
    name = "sync to MediaMosa"
    try:
        plan = cli.api.post(f"{cli.home}/plan", {}, safe=True)
    except ApiProblem as problem:
        if problem.kind == _FORBIDDEN:
            return skipped(name, "The token is a viewer's: it cannot ask for a plan.")
        return wrong(name, f"No page could be planned: {problem}", "Do what it says.")
    except CliError as error:
        return look(name, f"No page could be planned: {error}", "Try again, then look at the log.")
    read = plural(plan["totals"]["requests"], "request")
    return fine(name, f"The functions read MediaMosa ({read} for a planned page).")


def properties(cli: Cli) -> Iterator[Finding]:
    """What the application may write, and what its records hold besides."""
    found = cli.api.get(f"{cli.home}/properties")
    if found["read_at"] is None:
        yield skipped("properties", "They have not been read from MediaMosa yet: wait for a run.")
        return
    written = [prop for prop in found["items"] if prop["direction"] in {"both", "push"}]
    if written:
        told = "; ".join(
            f"{group}: {', '.join(_property(prop) for prop in of_it)}"
            for group, of_it in groupby(sorted(written, key=_group), key=_group)
        )
        total = plural(len(written), "property", "properties")
        yield fine("may write", f"{total} of MediaMosa. {told}.")
    else:
        yield look("may write", "None of MediaMosa's properties.", "`properties set` changes it.")
    others = [prop for prop in found["items"] if prop["direction"] in {"pull", "ignore"}]
    if others:
        told = ", ".join(f"{prop['name']} ({prop['direction']})" for prop in others)
        yield fine("may not write", f"{told}.")
    yield _unknown_names(cli)


def _group(prop: Json) -> str:
    return str(prop["group"])


def _property(prop: Json) -> str:
    renamed = f" as {prop['record_name']}" if prop["record_name"] != prop["name"] else ""
    return f"{prop['name']}{renamed}"


def _unknown_names(cli: Cli) -> Finding:
    links = cli.api.rows(f"{cli.home}/links", _LINKS_LOOKED_AT)["items"]
    names = sorted({name for link in links for name in link["ignored"]})
    looked = plural(len(links), "link")
    if not names:
        return fine("names", f"No record of {looked} looked at has a name that no property takes.")
    shown = ", ".join(safe(name) for name in names[:_NAMES_SHOWN])
    return look(
        "names",
        f"Names in records that no property of MediaMosa takes, in {looked} looked at: {shown}.",
        "Rename them in the records, or give a property that name: `properties set --record-name`.",
    )


def records(status: Json) -> int | None:
    """How many links there are, as the newest run that tells it left them."""
    runs = (run for run in (status["run"], status["full"]) if run)
    return next((run["links"] for run in runs if run["links"] is not None), None)
