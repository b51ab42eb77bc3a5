"""Writing metadata: actions, types, clearing, refusals (§ 10.4, § 14)."""

from __future__ import annotations

import pytest

from infra.local.mediamosa import envelope
from infra.local.mediamosa.records import CHAR, DATETIME, INT, Property
from tests.standin.recordings import parse
from tests.standin.site import Site, texts

TITLE, SUBJECT = "dublin_core/title", "dublin_core/subject"
LANGUAGE, CREATED = "dublin_core/language", "qualified_dublin_core/created"


@pytest.fixture
def site() -> Site:
    site = Site()
    for number, kind in ((50, INT), (51, DATETIME), (52, CHAR)):
        site.model.store.add_property(
            Property(number, f"own_{kind.lower()}", "app_1", kind, app_id=1)
        )
    site.put("A", site.now - 100)
    return site


def test_update_touches_only_what_is_given(site: Site) -> None:
    site.write("A", ("title", "one"), ("subject[]", "b"), ("subject[]", "a"))
    site.write("A", ("title", "two"))
    assert site.read("A", TITLE) == ["two"]
    assert site.read("A", SUBJECT) == ["a", "b"]


def test_append_repeats_and_replace_destroys_the_rest_but_what_is_protected(site: Site) -> None:
    site.write("A", ("title", "one"), ("subject", "x"))
    site.write("A", ("subject", "x"), action="append")
    assert site.read("A", SUBJECT) == ["x", "x"]
    site.write("A", ("title", "two"), action="replace")
    assert site.read("A", SUBJECT) == [""]
    assert site.read("A", "asset/published") == ["TRUE"]


def test_the_older_replace_parameter_means_append_when_false(site: Site) -> None:
    site.post("asset/A/metadata", user_id="alice", title="one")
    site.post("asset/A/metadata", user_id="alice", replace="FALSE", title="two")
    assert site.read("A", TITLE) == ["one", "two"]
    both = site.post("asset/A/metadata", user_id="alice", replace="TRUE", action="update")
    assert both.result_id == 1035


def test_an_unknown_action_is_refused(site: Site) -> None:
    answer = site.write("A", ("title", "x"), action="merge")
    assert answer.result_id == 1041
    assert "'replace', 'append', 'update'" in answer.description


def test_values_come_back_in_alphabetical_order_without_regard_to_case(site: Site) -> None:
    values = ("zebra", "Apple", "äther", "apple", "10", "9")
    site.write("A", *(("subject[]", value) for value in values))
    assert site.read("A", SUBJECT) == ["10", "9", "Apple", "apple", "äther", "zebra"]


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("own_int", "007", "7"),
        ("own_int", "1e3", "1000"),
        ("own_int", "1.9", "1"),
        ("own_int", " -12", "-12"),
        ("own_datetime", "2010", "2010-01-01 00:00:00"),
        ("own_datetime", "2025-10-26 02:15", "2025-10-26 02:15:00"),
        ("own_datetime", "2026-03-29 02:30:00", "2026-03-29 03:30:00"),
        ("own_char", "  kept  ", "  kept  "),
        ("own_char", "0", "0"),
        ("own_char", "<b>x & y</b>", "<b>x & y</b>"),
    ],
)
def test_a_value_is_normalised_by_its_type(site: Site, name: str, sent: str, kept: str) -> None:
    answer = site.write("A", (f"{name}[]", sent))
    assert texts(answer.items[0], name) == [kept]
    assert site.read("A", f"app_1/{name}") == [kept]


def test_a_language_is_kept_in_lower_case(site: Site) -> None:
    site.write("A", ("language", "NL"))
    assert site.read("A", LANGUAGE) == ["nl"]


@pytest.mark.parametrize(
    ("name", "sent", "kind"),
    [
        ("own_int", "seven", "INT"),
        ("own_int", "0x1A", "INT"),
        ("own_int", "12 ", "INT"),
        ("own_datetime", "yesterday", "DATETIME"),
        ("language", "dutch", "LANGUAGE_CODE"),
    ],
)
def test_one_bad_value_refuses_the_whole_post(site: Site, name: str, sent: str, kind: str) -> None:
    answer = site.write("A", ("title", "never stored"), (f"{name}[]", sent))
    assert answer.result_id == 1003
    assert answer.description == f"Parameter validation failed for {name} ({kind})"
    assert site.read("A", TITLE) == [""]
    assert site.asset("A").modified == site.now - 100


def test_a_number_that_the_column_cannot_hold_is_a_database_error(site: Site) -> None:
    answer = site.write("A", ("own_int", "2147483648"))
    assert answer.result_id == 500
    assert "1264" in answer.description


def test_the_plain_empty_form_clears_every_type(site: Site) -> None:
    site.write("A", ("title", "x"), ("language", "nl"), ("own_int", "1"), ("own_datetime", "2010"))
    cleared = site.write(
        "A", ("title", ""), ("language", ""), ("own_int", ""), ("own_datetime", "")
    )
    assert cleared.result_id == 705
    for path in (TITLE, LANGUAGE, "app_1/own_int", "app_1/own_datetime"):
        assert site.read("A", path) == [""]


def test_an_empty_array_element_clears_text_but_stores_junk_elsewhere(site: Site) -> None:
    site.write("A", ("title", "x"))
    assert site.write("A", ("title[]", "")).result_id == 705
    assert site.write("A", ("language[]", "")).result_id == 1003
    site.write("A", ("own_int[]", ""), ("own_datetime[]", ""))
    assert site.read("A", TITLE) == [""]
    assert site.read("A", "app_1/own_int") == ["0"]
    assert site.read("A", "app_1/own_datetime") == ["1999-11-30 00:00:00"]


def test_white_space_alone_is_not_stored(site: Site) -> None:
    assert site.write("A", ("title", " \t\r\n ")).result_id == 705
    assert site.read("A", TITLE) == [""]


def test_an_emoji_is_refused_unless_the_database_is_a_new_one(site: Site) -> None:
    answer = site.write("A", ("title", "smile \U0001f600"), ("subject", "x"))
    assert answer.result_id == 500
    assert "1366 Incorrect string value: '\\xF0\\x9F\\x98\\x80' for" in answer.description
    assert site.read("A", SUBJECT) == [""]
    site.model.settings.utf8mb4 = True
    assert site.write("A", ("title", "smile \U0001f600")).result_id == 601


def test_every_write_stamps_the_asset_even_without_a_known_property(site: Site) -> None:
    for pairs in ((("nosuch", "x"),), (), (("title", "same"),), (("title", "same"),)):
        site.now += 5
        site.write("A", *pairs)
        assert site.asset("A").modified == site.now


def test_the_first_write_gives_an_old_asset_its_first_stamp(site: Site) -> None:
    asset = site.put("B", None)
    site.write("B", ("title", "x"))
    assert (asset.videotimestamp, asset.modified) == (site.now, site.now)


def test_states_are_metadata_too(site: Site) -> None:
    site.write("A", ("published", "FALSE"))
    assert site.list(published="FALSE") == ["A"]


def test_control_characters_come_back_as_question_marks(site: Site) -> None:
    site.write("A", ("title", "a\x01b\x1fc\td"))
    xml = envelope.write(site.get("asset/A"))
    assert parse(xml).findtext("items/item/dublin_core/title") == "a?b?c\td"


def test_a_value_that_looks_like_cdata_loses_its_frame(site: Site) -> None:
    site.write("A", ("title", "<![CDATA[a < b]]>"))
    xml = envelope.write(site.get("asset/A"))
    assert parse(xml).findtext("items/item/dublin_core/title") == "a < b"


def test_a_noncharacter_makes_the_page_malformed_and_leaves_the_ids(site: Site) -> None:
    site.write("A", ("title", "bad \ufffe"))
    assert "\ufffe" in envelope.write(site.get("asset"))
    assert "\ufffe" not in envelope.write(site.get("asset", return_asset_ids="TRUE"))


def test_only_so_many_parameters_of_a_form_are_read(site: Site) -> None:
    site.write("A", *((f"subject[{number}]", f"s{number}") for number in range(1200)))
    assert len(site.read("A", SUBJECT)) == 999
