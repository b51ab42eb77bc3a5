"""Every server of the port stores, clears and refuses alike (protocol § 10.4, § 14)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.sendable import MAX_PARAMETERS
from mediamosa_sync.domain.values import Metadata, Values, values_of
from mediamosa_sync.errors import PropertyRefused, Refused, Unavailable, ValuesRefused
from tests.adapters.mediamosa import world as known
from tests.adapters.mediamosa.writing import NAMES, Stage, opened

ONE = known.RESTORED
OWNER, EDITOR = "alice", "an editor & <co>"
GROUPS = {
    "title": "dublin_core",
    "subject": "dublin_core",
    "description": "dublin_core",
    "language": "dublin_core",
    "created": "qualified_dublin_core",
    "issued": "qualified_dublin_core",
    "shelf": "app_1",
}
FULL: Metadata = {
    "title": ("A title",),
    "subject": ("a", "b"),
    "language": ("nl",),
    "created": ("2014-07-01 12:00:00",),
    "issued": ("2014-01-15 00:00:00",),
    "shelf": ("7",),
}


@pytest.fixture(params=NAMES)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with opened(request.param) as stage:
        write(stage, {"title": ()})
        stage.wait()
        yield stage


def write(stage: Stage, values: Metadata, asset_id: str = ONE) -> frozenset[str]:
    return stage.server.write(asset_id, OWNER, values)


def stored(asset: Asset) -> dict[str, Values]:
    """All its values, whatever their group."""
    return {name: texts for group in asset.groups.values() for name, texts in group.items()}


def test_values_are_set_in_the_groups_of_their_properties(stage: Stage) -> None:
    assert write(stage, FULL) == FULL.keys()

    asset = stage.read(ONE)
    assert {name: asset.values(GROUPS[name], name) for name in FULL} == FULL
    assert stored(asset) == FULL


def test_only_the_properties_that_are_sent_change(stage: Stage) -> None:
    write(stage, FULL)

    assert write(stage, {"title": ("Another",), "shelf": ("8",)}) == {"title", "shelf"}

    assert stored(stage.read(ONE)) == {**FULL, "title": ("Another",), "shelf": ("8",)}


@pytest.mark.parametrize("name", FULL)
def test_any_property_is_cleared_without_a_trace(stage: Stage, name: str) -> None:
    write(stage, FULL)

    assert write(stage, {name: ()}) == frozenset()

    assert stored(stage.read(ONE)) == {one: texts for one, texts in FULL.items() if one != name}


def test_everything_can_be_cleared_at_once(stage: Stage) -> None:
    write(stage, FULL)

    assert write(stage, dict.fromkeys(FULL, ())) == frozenset()

    assert stage.read(ONE).groups == {}


def test_setting_and_clearing_go_together(stage: Stage) -> None:
    write(stage, FULL)

    told = write(stage, {"title": (), "created": (), "shelf": ("0",), "description": ("0",)})

    assert told == {"shelf", "description"}
    left = {name: FULL[name] for name in ("subject", "language", "issued")}
    assert stored(stage.read(ONE)) == {**left, "shelf": ("0",), "description": ("0",)}


@pytest.mark.parametrize("name", ["title", "shelf", "created", "language"])
def test_an_empty_text_is_no_value_of_any_type(stage: Stage, name: str) -> None:
    write(stage, FULL)

    assert write(stage, {name: ("",)}) == frozenset()

    assert name not in stored(stage.read(ONE))


def test_white_space_alone_is_not_stored(stage: Stage) -> None:
    assert write(stage, {"title": (" \t\r\n",), "subject": (" ", "a")}) == {"subject"}

    assert stored(stage.read(ONE)) == {"subject": ("a",)}


def test_several_values_are_a_multiset(stage: Stage) -> None:
    sent = ("zebra", "apple", "Apple", "apple", "0", "äther", "10", "9")

    assert write(stage, {"subject": sent, "shelf": ("3", "20", "3")}) == {"subject", "shelf"}

    asset = stage.read(ONE)
    assert asset.values("dublin_core", "subject") == values_of(sent)
    assert asset.values("app_1", "shelf") == values_of(("3", "20", "3"))


def test_an_unknown_property_is_not_told_and_harms_nothing(stage: Stage) -> None:
    write(stage, FULL)

    told = write(stage, {"nosuchfield": ("x",), "title": ("known",), "Title": ("y",)})

    assert told == {"title"}
    assert stored(stage.read(ONE)) == {**FULL, "title": ("known",)}


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("shelf", "007", "7"),
        ("shelf", "1e3", "1000"),
        ("shelf", "-2147483648", "-2147483648"),
        ("created", "2010", "2010-01-01 00:00:00"),
        ("created", "2010-02-03T04:05", "2010-02-03 04:05:00"),
        ("created", "01/02/2010", "2010-02-01 00:00:00"),
        ("language", "NL", "nl"),
    ],
)
def test_a_value_is_kept_in_the_spelling_of_its_type(
    stage: Stage, name: str, sent: str, kept: str
) -> None:
    assert write(stage, {name: (sent,)}) == {name}

    assert stored(stage.read(ONE)) == {name: (kept,)}


TEXTS = {
    "markup": "Zoë & <b>Co</b> &amp; \"'",
    "cdata end": "a ]]> b ]]&gt; c",
    "line ends": "one\r\ntwo\nthree\rfour\tfive\r\n",
    "blanks": "  led and followed  ",
    "long": "0123456789 \N{EURO SIGN}é" * 3_077,
    "cjk": "日本語テキスト 한국어",
    "form": "a=b&c[]=d;e+f%20g?h#i",
    "brackets": "title[]=x",
    "no-break space": "\u00a0",
    "separators": "\u0085\u2028",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_text_comes_back_as_it_was_sent(stage: Stage, text: str) -> None:
    assert write(stage, {"description": (text,)}) == {"description"}

    assert stored(stage.read(ONE)) == {"description": (text,)}


def test_a_server_that_can_store_an_emoji_does(stage: Stage) -> None:
    stage.keep_emoji(kept=True)

    assert write(stage, {"title": ("smile \U0001f600 end",)}) == {"title"}

    assert stored(stage.read(ONE)) == {"title": ("smile \U0001f600 end",)}


@pytest.mark.parametrize(
    "value", [{"title": ("smile \U0001f600 end",)}, {"shelf": ("2147483648",)}]
)
def test_a_value_that_the_database_cannot_take_is_refused_and_nothing_stored(
    stage: Stage, value: Metadata
) -> None:
    write(stage, FULL)
    before = stage.read(ONE)
    stage.wait()
    stage.keep_emoji(kept=False)

    with pytest.raises(ValuesRefused, match="database cannot take one of the values") as caught:
        write(stage, {"subject": ("c",), **value, "description": ()})

    assert caught.value.result_id == 500
    assert stage.read(ONE) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "xx-not"),
        ("language", "xx"),
        ("shelf", "seven"),
        ("created", "not a date"),
        ("created", "2010-13-01"),
    ],
)
def test_a_value_that_is_not_of_its_type_is_refused_by_name_and_nothing_stored(
    stage: Stage, name: str, value: str
) -> None:
    write(stage, FULL)
    before = stage.read(ONE)
    stage.wait()

    with pytest.raises(PropertyRefused, match=f"property {name} with result 1003") as caught:
        write(stage, {"title": ("never stored",), name: (value,), "subject": ()})

    assert (caught.value.name, caught.value.result_id) == (name, 1003)
    assert stage.read(ONE) == before


def test_the_owner_is_acted_for_and_anybody_else_too(stage: Stage) -> None:
    assert stage.server.write(ONE, OWNER, {"title": ("by its owner",)}) == {"title"}
    assert stage.server.write(ONE, EDITOR, {"title": ("by another",)}) == {"title"}

    assert stored(stage.read(ONE)) == {"title": ("by another",)}
    assert stage.read(ONE).owner_id == OWNER


def test_nobody_is_not_acted_for(stage: Stage) -> None:
    with pytest.raises(Refused) as caught:
        stage.server.write(ONE, "", {"title": ("x",)})

    assert caught.value.result_id == 1002


@pytest.mark.parametrize(
    ("asset_id", "result_id"),
    [(known.FOREIGN, 1800), (known.NEVER, 700), (known.DELETED, 700), (ONE.lower(), 700)],
)
def test_what_is_not_there_or_not_ours_is_refused(
    stage: Stage, asset_id: str, result_id: int
) -> None:
    with pytest.raises(Refused, match=f"result {result_id}") as caught:
        write(stage, {"title": ("x",)}, asset_id)

    assert caught.value.result_id == result_id


@pytest.mark.parametrize(
    "asset_id", [known.TRASHED, known.UNPUBLISHED, known.INAPPROPRIATE, known.PRIVATE]
)
def test_an_asset_is_written_in_any_state_and_keeps_it(stage: Stage, asset_id: str) -> None:
    before = stage.read(asset_id)

    assert write(stage, {"title": ("x",)}, asset_id) == {"title"}

    after = stage.read(asset_id)
    assert after.values("dublin_core", "title") == ("x",)
    assert (after.trashed, after.published, after.inappropriate, after.private) == (
        (before.trashed, before.published, before.inappropriate, before.private)
    )


@pytest.mark.parametrize("values", [FULL, {"nosuchfield": ("x",)}, {"description": ()}])
def test_every_write_moves_the_stamp_even_one_that_changes_nothing(
    stage: Stage, values: Metadata
) -> None:
    write(stage, FULL)
    before = stage.read(ONE)
    stage.wait()

    write(stage, values)

    after = stage.read(ONE)
    assert stored(after) == stored(before)
    assert (before.modified, after.modified) == (known.NOW.replace(minute=1), stage.world.now)


def test_an_asset_without_stamps_gets_both(stage: Stage) -> None:
    write(stage, {"title": ("x",)}, known.UNSTAMPED)

    asset = stage.read(known.UNSTAMPED)
    assert asset.created == asset.modified == stage.world.now


def test_as_many_values_as_a_server_reads_are_all_stored(stage: Stage) -> None:
    many = tuple(f"s{number:04}" for number in range(MAX_PARAMETERS - 2))

    assert write(stage, {"subject": many, "title": ("x",), "shelf": ()}) == {"subject", "title"}

    assert stored(stage.read(ONE)) == {"subject": many, "title": ("x",)}


UNSENDABLE: dict[str, tuple[str, Metadata]] = {
    "too many values": (ONE, {"subject": ("s",) * (MAX_PARAMETERS - 1), "title": (), "a": ()}),
    "no asset": ("", {"title": ("x",)}),
    "a dot": (".", {"title": ("x",)}),
    "two dots": ("..", {"title": ("x",)}),
    "a parameter of the call": (ONE, {"action": ("replace",)}),
    "a name that is an array": (ONE, {"title[]": ("x",)}),
    "a name that becomes another": (ONE, {"user.id": ("x",)}),
    "no name": (ONE, {"": ("x",)}),
}


@pytest.mark.parametrize(("asset_id", "values"), UNSENDABLE.values(), ids=UNSENDABLE.keys())
def test_what_cannot_be_sent_as_it_is_makes_no_request(
    stage: Stage, asset_id: str, values: Metadata
) -> None:
    before = stage.server.requests

    with pytest.raises(ValueError, match=r"at most 900 values|by the id|by the name"):
        write(stage, values, asset_id)

    assert stage.server.requests == before


def test_without_a_property_there_is_nothing_to_ask_and_each_write_is_one_request(
    stage: Stage,
) -> None:
    stage.read(ONE)
    before = stage.server.requests

    assert write(stage, {}) == frozenset()
    assert stage.server.requests == before
    write(stage, FULL)
    with pytest.raises(PropertyRefused):
        write(stage, {"shelf": ("x",)})
    assert stage.server.requests == before + 2


def test_a_lost_answer_leaves_unknown_what_was_carried_out(stage: Stage) -> None:
    stage.lose_answers()

    with pytest.raises(Unavailable):
        write(stage, {"title": ("carried out",)})

    stage.heal()
    assert stored(stage.read(ONE)) == {"title": ("carried out",)}


def test_a_write_may_be_carried_out_after_its_client_has_gone(stage: Stage) -> None:
    stage.delay()
    with pytest.raises(Unavailable):
        write(stage, {"title": ("late",)})
    stage.heal()
    assert stored(stage.read(ONE)) == {}
    stage.wait()
    write(stage, {"title": ("in time",)})
    stage.wait()

    stage.carry_out()

    assert stored(stage.read(ONE)) == {"title": ("late",)}
    assert stage.read(ONE).modified == stage.world.now


SERIES: list[tuple[str, Metadata]] = [
    (ONE, FULL),
    (known.STRANGE, {"title": ("x",), "created": ("2026-11-23",), "shelf": ("1", "1")}),
    (known.TRASHED, {"subject": ("b", "a"), "language": ("EN",)}),
    (known.STRANGE, {"subject": (), "description": ("ü",)}),
    (known.STATELESS, {"title": (), "shelf": ("12",)}),
    (known.UNSTAMPED, {"nosuchfield": ()}),
]


def test_the_same_writes_make_the_same_assets_everywhere() -> None:
    with ExitStack() as stack:
        stages = [stack.enter_context(opened(name)) for name in NAMES]
        for asset_id, values in SERIES:
            for one in stages:
                one.wait()
            assert len({write(one, values, asset_id) for one in stages}) == 1
        fake, model, requests = (known.walk(one.server) for one in stages)

    assert fake == model == requests
    assert [revision(one) for one in fake] == [revision(one) for one in requests]
