"""Mutated XML and HTTP through the real client: the truth or a declared error, never less.

A fast slice of the campaign of ``python -m tests.wire``; see docs/promises.md.
"""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from random import Random

import pytest

from mediamosa_sync.adapters.mediamosa.settings import MAX_BODY_BYTES
from mediamosa_sync.domain.asset import AssetPage
from tests.adapters.mediamosa.support import asset_xml, xml
from tests.wire import judge
from tests.wire.campaign import CLIENT, Stage, Tally, every_cut, one_call, staged
from tests.wire.draft import INSTANT, Draft
from tests.wire.judge import Outcome
from tests.wire.mutations import REGISTRY, applied
from tests.wire.questions import Question, questions
from tests.wire.reading import Contradiction, tree

SEED = 20261123
CALLS = 5_000
MOST_BYTES = 64_000_000
PRODUCTION = replace(CLIENT, max_body_bytes=MAX_BODY_BYTES, read_seconds=1.0)


def told(tally: Tally) -> str:
    return "\n".join(map(str, tally.violations))


def short(name: str) -> Question:
    """The question of that name with a shorter true answer, where there is one."""
    bodies = {
        "ids": xml(["<asset_id>A1</asset_id>", "<asset_id>A2</asset_id>"], total=5),
        "list": xml([asset_xml("A1"), asset_xml("A2")], total=9),
        "assets": xml([asset_xml("1Strange"), asset_xml("1Trashed")]),
        "strange asset": xml([asset_xml("1Strange")]),
        "properties": xml(
            [f"<name>{one}</name><prop_group>g</prop_group><type>INT</type>" for one in "ab"]
        ),
    }
    question = next(one for one in questions() if one.name == name)
    return replace(question, body=bodies[name].encode()) if name in bodies else question


CUT = (
    *("ids", "list", "assets", "strange asset", "gone", "properties", "write"),
    *("recorded no mediafile", "login 2"),
)


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", CUT)
def test_an_answer_cut_at_any_byte_is_never_a_shorter_list(name: str) -> None:
    tally = Tally()
    question = short(name)
    with staged() as stage:
        every_cut(stage, question, tally)

    assert tally.documents >= 2 * len(question.body)
    assert not tally.violations, told(tally)


@pytest.fixture(scope="module")
def slice_of_the_campaign() -> Tally:
    tally = Tally()
    with staged() as stage:
        for number in range(CALLS):
            one_call(stage, SEED, number, tally)
    return tally


@pytest.mark.exhaustive
def test_mutated_answers_give_the_truth_or_a_declared_error(slice_of_the_campaign: Tally) -> None:
    assert not slice_of_the_campaign.violations, told(slice_of_the_campaign)


@pytest.mark.exhaustive
def test_every_mutation_meets_every_kind_of_call(slice_of_the_campaign: Tally) -> None:
    drawn = {(name, method) for name, method, _ in slice_of_the_campaign.counts}
    methods = {one.method for one in questions()}
    rare = {"gzip bomb", "endless", "silence", "slow drip", "huge"}

    assert {name for name, _ in drawn} >= REGISTRY.keys() - {"silence"}
    assert (
        not {(name, one) for name in REGISTRY.keys() - rare for one in methods - {"login"}} - drawn
    )


@pytest.mark.exhaustive
def test_the_true_answers_are_believed(slice_of_the_campaign: Tally) -> None:
    """So that a client which refuses everything does not pass."""
    values = {method for name, method, kind in slice_of_the_campaign.counts if kind == "value"}

    assert values == {one.method for one in questions()}


def test_a_seed_draws_the_same_again() -> None:
    tallies = []
    for _ in range(2):
        tally = Tally()
        with staged() as stage:
            for number in range(300):
                one_call(stage, 7, number, tally)
        tallies.append((tally.documents, tally.counts))

    assert tallies[0] == tallies[1]


def hostile(stage: Stage, name: str, seed: int) -> Outcome:
    """One call before a server that answers with one mutation, as a deployment would make it."""
    question = questions()[0]
    mutation = REGISTRY[name]

    def drafts(asked: Question, draws: Random) -> Draft:
        return applied(Draft(asked.body, asked.body), [mutation], draws)

    draws = Random(seed)
    return stage.call(question, draws, drafts, impatient=name == "silence")


@pytest.mark.parametrize(
    "name", ["endless", "gzip bomb", "huge", "headers", "slow drip", "silence"]
)
def test_a_hostile_answer_takes_little_time_and_memory(name: str) -> None:
    with staged(PRODUCTION) as stage:
        hostile(stage, "status", 1)
        for seed in range(4):
            outcome = hostile(stage, name, seed)
            tracemalloc.start()
            try:
                hostile(stage, name, seed)
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

            assert judge.judged(questions()[0], outcome) is None
            assert peak < MOST_BYTES


def outcome_of(value: object, body: bytes) -> Outcome:
    return Outcome(value, None, (Draft(body, body),), 0.0)


def test_the_judge_sees_a_list_that_is_one_short() -> None:
    question = questions()[0]
    page = question.read(question.body, INSTANT)
    assert isinstance(page, AssetPage)
    shorter = replace(page, assets=page.assets[:1])

    assert judge.judged(question, outcome_of(page, question.body)) is None
    assert "instead of" in str(judge.judged(question, outcome_of(shorter, question.body)))


@pytest.mark.parametrize(
    ("name", "good"),
    [("sampl\u079erate", True), ("\u079ename", True), ("\u00b7name", False), ("a\u00d7b", False)],
)
def test_the_strict_reading_knows_the_letters_that_names_have(name: str, good: bool) -> None:
    body = f"<response><{name}>x</{name}></response>".encode()
    if good:
        assert tree(body).kids[0].text == "x"
    else:
        with pytest.raises(Contradiction):
            tree(body)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<item_count>2", b"<item_count>3"),
        (b"<items>", b"<items/><items>"),
        (b"<response>", b"<!DOCTYPE response><response>"),
        (b"</items>", b""),
        (b"601", b"700"),
        (b"<header>", b"<header/><header>"),
        (b"<item_offset>0", b"<item_offset>1"),
        (b"<item_count_total>300", b"<item_count_total>1"),
    ],
)
def test_the_strict_reading_believes_no_contradiction(old: bytes, new: bytes) -> None:
    question = questions()[0]
    assert question.body.count(old) == 1

    with pytest.raises(Contradiction):
        question.read(question.body.replace(old, new), INSTANT)


def test_the_judge_sees_an_error_that_is_not_declared() -> None:
    question = questions()[0]
    outcome = replace(outcome_of(None, question.body), error=KeyError("asset_id"))

    assert "undeclared" in str(judge.judged(question, outcome))
