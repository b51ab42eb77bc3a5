"""What a fake API has to tell: made of the described examples, in any number."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

from tests.browser.fake_api import NOW, FakeApi
from tests.openapi.description import description, example_status

Json = dict[str, Any]

CONNECTION: str = example_status("idle")["connection_id"]
BELOW = "/connections/{connection_id}/"


def example(path: str, name: str, method: str = "get", status: str = "200") -> Json:
    """Return the described example of an answer; the caller's own, free to change."""
    answer = description()["paths"][BELOW + path][method]["responses"][status]
    value: Json = answer["content"]["application/json"]["examples"][name]["value"]
    return copy.deepcopy(value)


def instant(seconds_ago: float) -> str:
    return f"{NOW - timedelta(seconds=seconds_ago):%Y-%m-%dT%H:%M:%SZ}"


def counts(added: int = 0, updated: int = 0, deleted: int = 0, unchanged: int = 0) -> Json:
    return {
        "added": added, "updated": updated, "deleted": deleted, "unchanged": unchanged,
        "conflicts": 0, "errors": 0,
    }  # fmt: skip


OUTCOMES = ("succeeded", "succeeded", "succeeded", "partial", "failed", "held", "skipped")
REASONS = {
    "partial": "3 values were refused by MediaMosa and are parked.",
    "failed": "MediaMosa did not answer within 20 seconds. Check that its server is up.",
    "held": "604 of 1,000 assets seem to be gone; more than 50 at once wait for approval.",
    "skipped": "Another execution was at work.",
}


def run(place: int) -> Json:
    """Return the row of a run, the latest with place 0; every seventh row has many."""
    row: Json = example("runs", "quiet")["items"][0]
    outcome = OUTCOMES[place % len(OUTCOMES)]
    began = 90 + 600 * place
    quiet = place % 7 == 1
    row |= {
        "run_id": f"incremental-{9000 - place}",
        "kind": "full" if place % 7 == 2 else "incremental",
        "trigger": ("schedule", "schedule", "restart", "schedule", "schedule", "demand", "clock")[
            place % 7
        ],
        "started_at": instant(began),
        "finished_at": instant(began - 2 - 7 * (place % 5)),
        "outcome": outcome,
        "steps": 1 + place % 3,
        "requests": 2 + place % 3,
        "runs": 290 if quiet else 1,
        "since": instant(began + 500) if quiet else instant(began),
        "watermark_after": instant(began + 120),
        "reason": REASONS.get(outcome),
        "links": max(0, 1000 - 3 * place),
        "counts": {
            "from_mediamosa": counts(0 if quiet else 3, 2 * (place % 4), place % 2, 12),
            "to_mediamosa": counts(0, place % 3, 0, 0),
        },
    }
    return row


def audit() -> list[Json]:
    entries: list[Json] = example("audit", "three")["items"]
    asked = run(2)["started_at"]
    return [*entries, entries[2] | {"at": asked, "request_id": "1f0f7f7c-5f10-4b1c-9a57-0b2c1f60"}]


def link(place: int, state: str = "parked") -> Json:
    """Return a link; of the parked ones some are duplicates, some records without a link."""
    made, alone = example("links", "parked")["items"]
    if state == "parked" and place % 5 == 4:
        return {**alone, "media_id": f"holiday-{place}"}
    made |= {
        "asset_id": f"a{place:023d}",
        "media_id": f"mm-{place:08x}",
        "state": state,
        "since": instant(60 + 30 * (place % 1000)),
    }
    if state != "parked":
        reason = "MediaMosa did not answer within 20 seconds." if state == "pending" else None
        attempt = instant(-40) if state == "pending" else None
        return {**made, "parked": [], "ignored": [], "reason": reason, "next_attempt": attempt}
    if place % 4 == 3:
        said = f"The asset has the record mm-{place - 1:08x} already: this one is a duplicate."
        return {**made, "parked": [], "reason": said}
    return dict(made)


def conflict(place: int) -> Json:
    made: Json = example("conflicts", "one")["items"][0]
    made |= {
        "conflict_id": f"20261123T140331123456-{place:016x}",
        "asset_id": f"a{place:023d}",
        "media_id": f"mm-{place:08x}",
        "at": instant(60 * place),
    }
    if place % 3 == 1:
        digest = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
        made |= {
            "property": "subject", "record_name": "keywords", "base": None, "base_digest": digest,
            "record_value": ["bridge", "opening", "river"], "mediamosa_value": [],
            "why": "first_contact", "asset_modified": None,
            "explanation": "Record and asset had different values when they were tied together.",
        }  # fmt: skip
    if place % 3 == 2:
        made |= {"resolved_at": instant(30), "resolved_by": "operator"}
    return made


def held(place: int) -> Json:
    return {
        "asset_id": f"h{place:023d}", "media_id": f"mm-{place:08x}", "since": instant(60),
    }  # fmt: skip


def removed(place: int) -> Json:
    made: Json = example("removed", "one")["items"][0]
    return made | {"asset_id": f"r{place:023d}", "media_id": f"mm-{place:08x}"}


ACTIONS = ("create", "update", "push", "link", "hold", "park", "remove", "take_over", "restore")
NEW_TITLE = {"property": "title", "record_name": "title", "side": "record", "conflict": False}


def plan_item(place: int) -> Json:
    action = ACTIONS[place % len(ACTIONS)]
    changes: list[Json] = []
    if action == "create":
        changes = [NEW_TITLE | {"old": [], "new": [f"Film {place}"]}]
    elif action == "update":
        changes = [
            NEW_TITLE | {"old": ["Opening"], "new": ["Opening of the bridge"], "conflict": True},
            NEW_TITLE | {"record_name": "subject", "old": ["bridge"], "new": ["bridge", "river"]},
        ]
    elif action == "push":
        changes = [NEW_TITLE | {"side": "mediamosa", "old": ["A"], "new": ["B"]}]
    reason = {
        "hold": "More deletions at once than 50 wait for approval.",
        "park": "metadata.language holds 'xxx': write a language code of two letters, as en.",
    }.get(action)
    return {
        "asset_id": f"a{place:023d}", "media_id": f"mm-{place:08x}", "action": action,
        "reason": reason, "changes": changes,
    }  # fmt: skip


def plan(items: int = 27, pages: int = 3, *, assets: int = 312) -> list[Json]:
    """Return the pages of a dry run, the totals growing from page to page."""
    made = [plan_item(place) for place in range(items)]
    size = -(-items // pages) if items else 0
    answers: list[Json] = []
    for page in range(pages):
        done = assets * (page + 1) // pages
        totals = {
            "counts": {
                "from_mediamosa": counts(done * 298 // 312, 4, 0, 10) | {"conflicts": 3},
                "to_mediamosa": counts(0, 2),
            },
            "assets": done, "linked": 14, "held": 0, "steps": 2 * page + 2,
            "requests": 3 * page + 3, "seconds": 360,
        }  # fmt: skip
        if not items:
            totals["counts"] = {"from_mediamosa": counts(), "to_mediamosa": counts()}
            totals["linked"] = 0
        answers.append(
            {
                "kind": "full",
                "progress": {"done": done, "total": assets},
                "items": made[page * size : (page + 1) * size],
                "totals": totals,
            }
        )
    return answers


def properties() -> list[Json]:
    known: list[Json] = example("properties", "some")["items"]
    usual = {"type": "CHAR", "takes_part": True, "direction": "both", "reason": None}
    names = ("creator", "language", "subject")
    return known + [
        usual | {"name": name, "group": "dublin_core", "record_name": name} for name in names
    ]


def fill(api: FakeApi, state: str = "held", many: int = 7) -> FakeApi:
    """Let an API have one connection in that state, and something in every list."""
    status = example_status(state)
    status["attention"] = {"pending": many, "parked": many, "conflicts": 2, "held": 604}
    api.statuses = [status]
    api.lists = {
        "runs": [run(place) for place in range(3 * many)],
        "audit": audit(),
        "links": [link(place) for place in range(many)]
        + [link(1000 + place, "pending") for place in range(many)],
        "conflicts": [conflict(place) for place in range(many)],
        "held": [held(place) for place in range(604)],
        "removed": [removed(place) for place in range(many)],
        "properties": properties(),
    }
    api.plan = plan()
    return api
