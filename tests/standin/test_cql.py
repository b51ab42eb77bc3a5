"""What CQL says, to whom it applies, and how it is refused (§ 9)."""

from __future__ import annotations

import pytest

from tests.standin.site import Site, ids

IDS = ("A1aaaaaaaaaaaaaaaaaaaaaa", "B81bbbbbbbbbbbbbbbbbbbbb", "B82ccccccccccccccccccccc")


@pytest.fixture
def site() -> Site:
    site = Site("UTC")
    for number, asset_id in enumerate(IDS):
        site.put(asset_id, site.now - 100 + number * 10, viewed=number)
    site.write(IDS[0], ("title", "The Great Café"), ("subject[]", "law"), ("subject[]", "music"))
    site.write(IDS[1], ("title", "great expectations"), ("subject[]", "law"))
    site.asset(IDS[2]).owner_id = "bob"
    site.asset(IDS[2]).private = True
    for number, asset_id in enumerate(IDS):
        site.model.store.stamp(site.asset(asset_id), site.now - 100 + number * 10)
    return site


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('title = "great"', "01"),
        ('title = "cafe GREAT"', "01"),
        ('title all "cafe great"', "0"),
        ('title any "^great^"', ""),
        ('title == "^the great cafe^"', "0"),
        ('title == "^great"', "1"),
        ('title == "cafe^"', "0"),
        ('title = "gr?at"', "01"),
        ('title = "g*t"', "01"),
        ('title ==/respectcase "^The Great Café^"', "0"),
        ('title ==/respectcase "^the great café^"', ""),
        ('title <> "^great expectations^"', "02"),
        ("great", "01"),
        ('dc.title = "great" and subject = "music"', "0"),
        ('subject = "law" and subject = "music"', ""),
        ('subject = "law" or owner_id == "^bob^"', "012"),
        ('subject = "law" not title = "cafe"', "1"),
        ('not title = "great"', "2"),
        ('not (owner_id == "^bob^" or numofviews = 0)', "1"),
        ('owner_id == "^BOB^"', "2"),
        ('is_private == "TRUE"', "2"),
        ('is_private == "no"', "01"),
        ("numofviews = 1", "1"),
        ('numofviews = "0 2"', "02"),
        ("numofviews >= 1", "12"),
        ('numofviews within "1 2"', "12"),
        ("numofviews <> 1", "02"),
        ('asset_id == "^B81"', "1"),
        ('asset_id == "^B8"', "12"),
        ('asset_id == "^b8"', ""),
        ('asset_id == "b81"', ""),
        (f'asset_id any "^{IDS[0]}^ ^missing^ ^{IDS[2]}^"', "02"),
        (f'asset_id any/keeporder "^{IDS[0]}^"', "0"),
        (f'asset_id > "{IDS[1]}"', "012"),
        (f'asset_id < "{IDS[1]}"', ""),
        ('(owner_id == "^bob^" or subject = "music") and asset_id == "^A"', "0"),
        ('asset.published == "^TRUE^"', "012"),
        ('asset.trashcan = "^TRUE^ ^FALSE^"', "012"),
        ('is_empty_asset == "TRUE"', "2"),
    ],
)
def test_a_condition_finds_what_the_database_would(site: Site, text: str, found: str) -> None:
    assert site.list(cql=text) == [IDS[int(number)] for number in found]


@pytest.mark.parametrize(
    ("relation", "found"),
    [(">=", "12"), (">", "2"), ("<", "0"), ("<=", "01"), ("==", "1"), ("=", "1"), ("<>", "02")],
)
def test_a_date_is_compared_to_the_second(site: Site, relation: str, found: str) -> None:
    text = f'videotimestampmodified {relation} "2026-11-23T11:58:30"'
    assert site.list(cql=text) == [IDS[int(number)] for number in found]


def test_a_period_includes_both_its_ends(site: Site) -> None:
    text = 'videotimestampmodified within "2026-11-23T11:58:20 2026-11-23T11:58:30"'
    assert site.list(cql=text) == list(IDS[:2])


def test_a_row_without_a_stamp_matches_no_time(site: Site) -> None:
    site.put("Z1zzzzzzzzzzzzzzzzzzzzzz", None)
    assert site.list(cql='videotimestampmodified >= "1990"') == list(IDS)
    assert site.list(cql='not videotimestampmodified >= "1990"') == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('nosuch = "x"', "Syntax error at position 1, unknown index; nosuch"),
        ('title = "x', "CQL: Unmatched '\"' encountered"),
        ('title = "x")', "CQL: Unmatched ')' encountered"),
        ('(title = "x"', "Unexpected end of string"),
        ("title =", "Unexpected end of string"),
        ('title = "x" and', "Unexpected end of string"),
        (
            'title = "x" owner_id = "y"',
            "Syntax error at position 11, expecting boolean, operator or sortby",
        ),
        ("= x", "Syntax error at position 1, = is not valid char string"),
        ("title = )", "CQL: Unmatched ')' encountered"),
        (
            '(title = "x" "y")',
            "Syntax error at position 12, expecting boolean, operator or sortby",
        ),
        ('title = ""', 'Syntax error at position 10, "" is not valid char string'),
        ('title =/loud "x"', "Syntax error at position 8, loud is not an allowed modifier"),
        (
            "title = a\\b",
            'Syntax error at position 9, character \\ can only be used inside "quoted" strings',
        ),
        (
            "sortby title/ascending asset_id",
            "you can not use 'sortBy' on multiple columns, only specify one column",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(site: Site, text: str, message: str) -> None:
    answer = site.get("asset", cql=text)
    assert (answer.result_id, answer.description) == (1033, f"CQL returned an error; {message}")


def test_cql_together_with_search_or_order_parameters_is_refused(site: Site) -> None:
    assert site.get("asset", {"cql": "title = x", "title": "x"}).result_id == 1032
    assert site.get("asset", {"cql": "sortby title", "order_by": "asset_id"}).result_id == 1032


def test_a_backslash_takes_the_meaning_from_a_mark(site: Site) -> None:
    site.asset(IDS[2]).owner_id = "alice"
    site.write(IDS[2], ("title", 'what? "really" 5*5'))
    assert site.list(cql='title = "what\\?"') == [IDS[2]]
    assert site.list(cql='title = "\\"really\\""') == [IDS[2]]
    assert site.list(cql='title = "5\\*5"') == [IDS[2]]
    assert site.list(cql='title = "great\\?"') == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ([("title", "GREAT")], "01"),
        ([("title[]", "cafe"), ("title[]", "expect")], "01"),
        ([("title", "great"), ("title_match", "begin")], "1"),
        ([("title", "great expectations"), ("title_match", "exact")], "1"),
        ([("subject", "music"), ("owner_id", "bob")], ""),
        ([("subject", "music"), ("owner_id", "bob"), ("operator", "or")], "02"),
        ([("asset_id[]", IDS[0]), ("asset_id[]", "x"), ("asset_id_match", "exact")], "0"),
        ([("videotimestampmodified", "2026-11-23T11:58:25|2026-11-23T11:59")], "12"),
        ([("videotimestampmodified", "2026-11-23T11:58:20")], "0"),
    ],
)
def test_an_old_style_search_finds_the_same(
    site: Site, query: list[tuple[str, str]], found: str
) -> None:
    answer = site.get("asset", [*query, ("is_app_admin", "TRUE")])
    assert sorted(ids(answer)) == [IDS[int(number)] for number in found]
