"""Tokens of plans: what goes in comes out, and what comes from elsewhere is refused."""

from __future__ import annotations

import base64
import json
import random
import zlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import Binary

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import Held, Removals, Ruling
from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.domain.run import (
    Failure,
    Kind,
    Outcome,
    Phase,
    Quiet,
    Restart,
    Run,
    RunState,
    Trigger,
)
from mediamosa_sync.domain.values import Digest
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.service.dry.overlay import Overlay
from mediamosa_sync.service.dry.packing import NotPacked, packed, unpacked
from mediamosa_sync.service.dry.position import (
    LONGEST_TEXT,
    LONGEST_TOKEN,
    Position,
    Sums,
    position_of,
    token_of,
)
from mediamosa_sync.service.refusals import InvalidRequest, PlanTooLarge

ID = "c" * 40
AT = datetime(2026, 11, 23, 14, 5, 0, 1, tzinfo=UTC)
RUN = Run(
    run_id="full-7",
    kind=Kind.FULL,
    trigger=Trigger.RESTART,
    started_at=AT,
    cursor=Cursor(offset=3, last_id="A2", total=9, since=AT, done=3, narrow=2),
    phase=Phase.DELETE,
    server_started_at=AT,
    finished_at=AT,
    outcome=Outcome.HELD,
    counts=Counts(added=1, errors=2),
    scan_after={"media_id": "m"},
    pushed_before=Counts(updated=1),
)
STATE = RunState(
    ID,
    generation=2,
    sequence=9,
    full=RUN,
    incremental=replace(RUN, kind=Kind.INCREMENTAL),
    last_walk=Kind.INCREMENTAL,
    watermark=AT,
    full_due=Trigger.CLOCK,
    again=("A1", "Ä2"),
    failure=Failure("unavailable", "Away.", AT, 2, AT, "c"),
    restart=Restart("r", "operator", AT),
    held=Held().changed(["A1", "A2", "A3"], []),
    removals=Removals({490_000: 3}),
    ruling=Ruling("r", "t", approve=True, by="operator", at=AT),
    quiet=Quiet(RUN, RUN, 2, 3),
)
LINK = Link(
    "A1",
    "m1",
    base={"title": ("One", "Two \U0001f600"), "subject": Digest("ab", 600)},
    sent={"title": (SentValue(("x",), AT, seen=True), SentValue(Digest("cd", 700), AT))},
    claim=Claim("me", AT),
    parked={"title": ParkedValue(("y",), "No.", AT, discarded=True)},
    ignored=("colour",),
    names={"title": "name"},
    first_contact=FirstContact.MERGE,
    state=LinkState.PENDING,
    due=AT,
)
STORED = {
    "list": ["One", None, True, 3, Decimal("1.50"), ["nested", {"deep": []}]],
    "set": {"a", "b"},
    "numbers": {Decimal(1), Decimal(2)},
    "map": {"N": "not a number", "B": {}},
    "text": "plain",
}
RECORD = Record("m1", "mediamosa://asset/A1", STORED, {"published": True}, "", frozenset({"uri"}))
FULL_OF_EVERYTHING = Position(
    ID,
    AT,
    60,
    full=True,
    overlay=Overlay(
        state=STATE,
        links={"A1": LINK, "A2": None},
        records={"m1": RECORD, "m2": None},
        waiting={"m3": Waiting("m3", LinkState.PARKED, "No.", AT), "m4": None},
        mediafiles={"f1": "A1", "f2": ""},
        nominees={"full-7": {"00000001": ("A3", "A4"), "00000002": ()}},
        properties=((Property("title", "dublin_core", PropertyType.CHAR, hidden=True),), AT),
        written={"A1": {"title": ("Ours",), "subject": ()}},
        drained={"asset A1", "record m1"},
    ),
    sums=Sums(
        Counts(added=1), Counts(updated=2), {Kind.FULL: 3}, {Kind.INCREMENTAL: 1}, 1, 2, 3, 4, 5
    ),
)


def token(content: object) -> str:
    """As a client could make one."""
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(zlib.compress(text)).decode()


def content_of(position: Position) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        zlib.decompress(base64.urlsafe_b64decode(token_of(position)))
    )
    return content


def test_everything_that_a_plan_knows_comes_back_as_it_was() -> None:
    assert position_of(token_of(FULL_OF_EVERYTHING), ID) == FULL_OF_EVERYTHING


def test_what_is_as_usual_takes_no_room() -> None:
    position = Position(ID, AT, overlay=Overlay(state=RunState(ID)))
    assert content_of(position) == {
        "connection_id": ID,
        "at": "2026-11-23T14:05:00.000001+00:00",
        "overlay": {"state": {"connection_id": ID}},
    }
    assert position_of(token_of(position), ID) == position


def test_bytes_of_an_attribute_come_back_as_bytes() -> None:
    record = Record("m", metadata={"blob": Binary(b"\x00\xff"), "blobs": {b"a"}, "odd": object})
    found = unpacked(Record, packed(record))
    assert found.metadata == {"blob": b"\x00\xff", "blobs": {b"a"}, "odd": b""}


@pytest.mark.parametrize(
    "given",
    [
        "",
        "abc",
        "!!!!",
        "eJw=",
        "\ud800",
        "é",
        token(b"no JSON"),
        token([]),
        token(None),
        token({"connection_id": ID}),
        token(b"[" * 100_000),
        token(b'{"at": ' + b"9" * 5_000 + b"}"),
        token_of(FULL_OF_EVERYTHING)[:-40],
        token(content_of(replace(FULL_OF_EVERYTHING, overlay=Overlay()))),
        token(content_of(replace(FULL_OF_EVERYTHING, connection_id="d" * 40))),
    ],
)
def test_what_is_no_token_is_refused_with_one_sentence(given: str) -> None:
    with pytest.raises(InvalidRequest, match="begin the plan anew") as raised:
        position_of(given, ID)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_a_token_of_another_connection_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        position_of(token_of(FULL_OF_EVERYTHING), "d" * 40)


WRONG: list[tuple[list[str], object]] = [
    (["at"], "2026-11-23"),
    (["at"], "2026-11-23T14:05:00"),
    (["at"], "9999-12-31T00:00:00+00:00"),
    (["at"], 5),
    (["interval_seconds"], "60"),
    (["interval_seconds"], True),
    (["interval_seconds"], 2**300),
    (["full"], 1),
    (["more"], 1),
    (["overlay", "links"], []),
    (["overlay", "links", "A1", "state"], "lost"),
    (["overlay", "links", "A1", "asset_id"], "\ud800"),
    (["overlay", "links", "A1", "base", "title"], "One"),
    (["overlay", "links", "A1", "base", "title"], [1]),
    (["overlay", "links", "A1", "base", "title"], {"sha256": "ab"}),
    (["overlay", "links", "A1", "claim"], {"owner": "me"}),
    (["overlay", "records", "m1", "metadata"], {"N": "abc"}),
    (["overlay", "records", "m1", "metadata"], {"X": 1}),
    (["overlay", "records", "m1", "metadata"], {"M": 1}),
    (["overlay", "records", "m1", "metadata"], {"M": {}, "S": []}),
    (["overlay", "records", "m1", "metadata"], {"S": [[1]]}),
    (["overlay", "records", "m1", "metadata"], {"B": 1}),
    (["overlay", "properties"], [[]]),
    (["overlay", "drained"], [[]]),
    (["overlay", "state", "removals", "hours"], {"x": 1}),
    (["overlay", "state", "full", "kind"], "half"),
    (["sums", "steps"], {"half": 1}),
]


@pytest.mark.parametrize(("place", "value"), WRONG)
def test_every_value_is_looked_at(place: list[str], value: object) -> None:
    content = content_of(FULL_OF_EVERYTHING)
    inner = content
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    with pytest.raises(InvalidRequest):
        position_of(token(content), ID)


def test_a_small_token_that_unfolds_to_much_is_not_unfolded() -> None:
    bomb = token(b" " * (LONGEST_TEXT + 1_000_000))
    assert len(bomb) < 50_000
    with pytest.raises(InvalidRequest):
        position_of(bomb, ID)


def test_a_value_of_no_form_is_no_value() -> None:
    with pytest.raises(NotPacked):
        unpacked(Link, 1)


def test_thirty_thousand_ties_would_fit_and_what_does_not_is_told() -> None:
    drawn = random.Random(7)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    def ties(count: int) -> Position:
        links: dict[str, Link | None] = {}
        for _ in range(count):
            asset_id = "".join(drawn.choices(letters, k=24))
            links[asset_id] = Link(asset_id, f"{drawn.getrandbits(128):032x}", version=1)
        overlay = Overlay(state=RunState(ID), links=links)
        return Position(ID, AT + timedelta(hours=1), overlay=overlay)

    assert len(token_of(ties(3_000))) * 10 < LONGEST_TOKEN
    name = f"{drawn.getrandbits(LONGEST_TOKEN * 8):x}"
    with pytest.raises(PlanTooLarge, match="too large to be handed on"):
        token_of(Position(name, AT))
    with pytest.raises(PlanTooLarge):
        token_of(Position("x" * LONGEST_TEXT, AT))
