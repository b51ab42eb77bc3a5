from __future__ import annotations

from typing import Any

import pytest

from infra.cli.commands.planning import summary
from tests.cli.fake_api import FakeApi, problem
from tests.cli.terminal import HOME, Terminal

SIX = dict.fromkeys(("added", "updated", "deleted", "unchanged", "conflicts", "errors"), 0)
PLAN = f"POST {HOME}/plan"


def totals(**changes: Any) -> dict[str, Any]:
    pulled = {name: changes.pop(name) for name in SIX if name in changes}
    pushed = {"updated": changes.pop("pushed", 0)}
    return {
        "counts": {"from_mediamosa": SIX | pulled, "to_mediamosa": SIX | pushed},
        "assets": 0,
        "linked": 0,
        "held": 0,
        "steps": 1,
        "requests": 2,
        "seconds": 60,
        **changes,
    }


def item(number: int, action: str = "create", **changes: Any) -> dict[str, Any]:
    told = {"asset_id": f"a{number}", "media_id": f"m{number}", "action": action}
    return {**told, "reason": None, "changes": [], **changes}


def change(prop: str, old: list[str], new: list[str], **changes: Any) -> dict[str, Any]:
    told = {"property": prop, "record_name": prop, "side": "record", "conflict": False}
    return {**told, "old": old, "new": new, **changes}


def page(*items: dict[str, Any], then: str | None = None, **changes: Any) -> dict[str, Any]:
    told = {"kind": "full", "progress": {"done": 1, "total": 2}, "totals": totals()}
    return {**told, "items": list(items), "next": then, **changes}


NOTHING = page(kind=None, progress=None, totals=totals(assets=312, unchanged=312))


def test_every_page_is_walked_and_added_up(terminal: Terminal, api: FakeApi) -> None:
    api.on(
        PLAN, page(item(1), then="two"), page(item(2), kind="incremental", then="three"), NOTHING
    )

    told = terminal.json("plan", "--full", exit_code=2)

    assert [one.body for one in api.asked(PLAN)] == [
        {"full": True},
        {"next": "two"},
        {"next": "three"},
    ]
    assert told == {**NOTHING, "kind": "full", "items": [item(1), item(2)]}


def test_a_plan_without_differences_is_fine(terminal: Terminal, api: FakeApi) -> None:
    api.on(PLAN, NOTHING)

    result = terminal.run("plan")

    assert result.exit_code == 0
    assert result.stdout == "312 assets, nothing to do, about 1 minute.\n"
    assert api.asked(PLAN)[0].body == {}


def test_a_note_alone_is_no_difference(terminal: Terminal, api: FakeApi) -> None:
    api.on(PLAN, page(item(1, "note", reason="It is asked for again.")))

    result = terminal.run("plan")

    assert (result.exit_code, "It is asked for again." in result.stdout) == (0, True)


def test_differences_show_old_and_new_of_each_property(terminal: Terminal, api: FakeApi) -> None:
    changes = [
        change("title", ["Old bridge"], ["New bridge"]),
        change("subject", [], ["river", "water"], side="mediamosa", record_name="topic"),
        change("creator", ["A"], ["B"], conflict=True),
    ]
    api.on(PLAN, page(item(1, "update", reason="Both sides changed.", changes=changes)))

    result = terminal.run("plan")

    assert result.exit_code == 2
    assert [" ".join(line.split()) for line in result.stdout.splitlines()[:4]] == [
        "update a1 m1: Both sides changed.",
        "title Old bridge → New bridge",
        "subject (in records topic) in MediaMosa - → river | water",
        "creator A → B, a conflict: MediaMosa's value stands",
    ]


def test_a_terminal_without_arrows_gets_other_ones(terminal: Terminal, api: FakeApi) -> None:
    api.on(PLAN, page(item(1, "update", changes=[change("title", ["A"], ["B"])])))

    told = terminal.run("plan", encoding="ascii").stdout

    assert "A -> B" in told


@pytest.mark.parametrize(
    "action",
    ["create", "update", "remove", "restore", "link", "take_over", "push", "hold", "park"],
)
def test_each_kind_of_change_is_a_difference(terminal: Terminal, api: FakeApi, action: str) -> None:
    api.on(PLAN, page(item(1, action, asset_id=None)))

    result = terminal.run("plan")

    assert result.exit_code == 2
    assert action.replace("_", " ").removeprefix("create") in result.stdout


def test_a_long_plan_is_shown_in_part_and_summed_up_whole(terminal: Terminal, api: FakeApi) -> None:
    api.on(PLAN, page(*map(item, range(80)), totals=totals(assets=80, added=80)))

    result = terminal.run("plan", "--limit", "2")

    assert "new record a1 m1" in result.stdout
    assert "new record a2 m2" not in result.stdout
    assert "2 of 80 are shown" in result.stderr
    assert "80 assets, 80 new records, about 1 minute." in result.stdout


def test_long_values_are_cut_and_counted(terminal: Terminal, api: FakeApi) -> None:
    api.on(PLAN, page(item(1, changes=[change("title", ["x" * 5000], [])])))

    told = terminal.run("plan").stdout

    assert "(5,000 characters)" in told
    assert "x" * 300 not in told.replace("\n", "")


def test_the_sum_says_everything_that_is_not_nothing() -> None:
    whole = totals(
        assets=312, added=298, updated=1, deleted=2, linked=14, conflicts=3, errors=1, held=4,
        pushed=5, seconds=380,
    )  # fmt: skip

    assert summary(page(totals=whole)) == (
        "312 assets, 298 new records, 1 updated record, 2 removed records, 14 linked, 5 edits to "
        "push, 3 conflicts, 1 thing to park, 4 held, about 6 minutes."
    )


def test_without_a_schedule_no_time_is_told() -> None:
    told = summary(page(totals=totals(assets=1, added=1, seconds=None)))

    assert told == "1 asset, 1 new record; no time can be told, since the schedule is off."


def test_progress_goes_beside_the_result(terminal: Terminal, api: FakeApi) -> None:
    api.on(PLAN, page(then="two"), page(progress={"done": 2, "total": 2}))

    result = terminal.run("plan", "--output", "json")

    assert result.stderr == (
        "Planning the full run: 1 of 2 assets\nPlanning the full run: 2 of 2 assets\n"
    )


def test_a_server_that_is_away_is_a_sentence(terminal: Terminal, api: FakeApi) -> None:
    away = problem(503, "mediamosa-unavailable", "MediaMosa did not answer within 20 seconds.")
    api.on(PLAN, away)

    result = terminal.run("plan")

    assert result.exit_code == 1
    assert result.stderr == "MediaMosa did not answer within 20 seconds.\n"
    assert len(api.asked(PLAN)) == 4
