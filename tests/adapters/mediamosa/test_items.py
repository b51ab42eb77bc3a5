"""Items as assets and properties (protocol § 8.1, § 10.5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mediamosa_sync.adapters.mediamosa.items import asset_of, property_of
from mediamosa_sync.adapters.mediamosa.times import LocalTimes
from mediamosa_sync.adapters.mediamosa.xml import envelope
from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.errors import Malformed
from tests.adapters.mediamosa.support import asset_xml, recorded, xml

TIMES = LocalTimes("Europe/Amsterdam")


def assets_in(name: str) -> list[Asset]:
    return [asset_of(item, TIMES) for item in envelope(recorded(name)[2]).items]


def asset_in(item: str) -> Asset:
    return asset_of(envelope(xml([item]).encode()).items[0], TIMES)


def test_a_recorded_asset_is_told_whole() -> None:
    (asset,) = assets_in("asset-list-analysed")

    assert asset == Asset(
        asset_id="A2Q4WpTDdXkEkB85WCy1jl1r",
        created=datetime(2026, 11, 22, 7, 3, 25, tzinfo=UTC),
        modified=datetime(2026, 11, 22, 7, 5, 21, tzinfo=UTC),
        groups={
            "dublin_core": {
                "creator": ("Creator 4",),
                "date": ("2015-01-05 10:00:00",),
                "description": ("changed 2 1795331121",),
                "format": ("streaming video",),
                "language": ("en",),
                "rights": ("CC BY",),
                "subject": ("physics", "sport"),
                "title": ("Asset 00060",),
                "type": ("video",),
            },
            "qualified_dublin_core": {
                "created": ("2014-01-01 00:00:00",),
                "title_alternative": ("Alt 60",),
            },
        },
        owner_id="user0",
        filename="movie.mp4",
        mime_type="video/mp4",
        duration="00:01:30.00",
    )


def test_deleted_unpublished_and_trashed_assets_are_told_apart() -> None:
    states = {
        asset.asset_id: (asset.tombstone, asset.published, asset.trashed)
        for asset in assets_in("asset-list-everything-since")
    }

    assert states == {
        "QfPiOUFgWV3TTjdmaEQQ0iQs": (False, True, False),
        "A2LPjWgMOOkUSgYocXP5eeIl": (False, False, False),
        "q1ajEcFv7LQWiXa4Fahg3koD": (False, True, True),
        "f1GXfJWoSeYPHpheSUYC6p0a": (True, True, False),
    }


def test_a_tombstone_tells_its_id_and_when_and_nothing_else() -> None:
    tombstone = assets_in("asset-list-everything-since")[-1]

    assert tombstone == Asset(
        "f1GXfJWoSeYPHpheSUYC6p0a",
        tombstone=True,
        modified=datetime(2026, 11, 22, 7, 20, 4, tzinfo=UTC),
    )


def test_mediafiles_are_no_metadata() -> None:
    for asset in assets_in("assets-by-ids"):
        assert set(asset.groups) == {"dublin_core", "qualified_dublin_core"}


def test_the_applications_own_group_is_metadata() -> None:
    (asset,) = assets_in("asset-get-with-own-field-group")

    assert asset.groups["app_1"] == {"my_own_field": ("v1", "v2")}


@pytest.mark.parametrize(
    "element",
    [
        "<coll_ids><coll_id>a</coll_id></coll_ids>",
        '<collections><collection id="a">b</collection></collections>',
        "<mediafiles><mediafile><filename>f</filename></mediafile></mediafiles>",
        "<still><still_id>s</still_id></still>",
        "<stills><still>s</still></stills>",
        "<mediafile><filename>f</filename></mediafile>",
        "<dublin_core><title/><creator></creator></dublin_core>",
        "<asset><published>TRUE</published></asset>",
        "<new_flag>1</new_flag>",
    ],
)
def test_what_is_no_metadata_value_is_no_group(element: str) -> None:
    assert asset_in(f"<asset_id>A</asset_id>{element}").groups == {}


def test_an_unknown_group_is_known_by_its_shape() -> None:
    asset = asset_in("<asset_id>A</asset_id><mawg><frameRate>25</frameRate></mawg>")

    assert asset.groups == {"mawg": {"frameRate": ("25",)}}


@pytest.mark.parametrize(
    ("states", "published", "trashed"),
    [
        ("", True, False),
        ("<asset><published/><trashcan/></asset>", True, False),
        ("<asset><published>TRUE</published><trashcan>FALSE</trashcan></asset>", True, False),
        ("<asset><published>FALSE</published><trashcan>TRUE</trashcan></asset>", False, True),
    ],
)
def test_an_asset_without_its_states_is_published_and_not_trashed(
    states: str, published: bool, trashed: bool
) -> None:
    asset = asset_in(f"<asset_id>A</asset_id>{states}")

    assert (asset.published, asset.trashed) == (published, trashed)


@pytest.mark.parametrize("name", ["is_unappropriate", "is_unappropiate"])
def test_inappropriate_is_read_under_both_spellings(name: str) -> None:
    assert asset_in(f"<asset_id>A</asset_id><{name}>TRUE</{name}>").inappropriate
    assert not asset_in(f"<asset_id>A</asset_id><{name}>FALSE</{name}>").inappropriate


def test_private_is_read() -> None:
    assert asset_in("<asset_id>A</asset_id><isprivate>TRUE</isprivate>").private


def test_values_are_exactly_as_in_the_xml_sorted_and_with_duplicates() -> None:
    values = "".join(f"<subject>{text}</subject>" for text in ("b ", " a", "b ", " ", "0"))
    asset = asset_in(f"<asset_id>A</asset_id><dublin_core>{values}</dublin_core>")

    assert asset.groups["dublin_core"]["subject"] == (" ", " a", "0", "b ", "b ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("zero", "0"),
        ("spaces", "  two  spaces  "),
        ("nonascii", "Café Ünïcödé Ελλάδα Привет 日本語 \u2013 “quotes” €"),
        ("html", "<p>Hello <b>bold</b><script>alert(1)</script><br/>&nbsp;&eacute;</p>"),
        (
            "xmlspecial",
            "a < b & c > d \"quoted\" 'single' &amp; &lt;b&gt; ]]> <![CDATA[x]]>",
        ),
    ],
)
def test_a_recorded_value_comes_as_it_was_stored(name: str, value: str) -> None:
    (asset,) = assets_in(f"value-{name}-get")

    assert asset.groups["dublin_core"]["description"] == (value,)


@pytest.mark.parametrize(
    "stamps",
    [
        "",
        "<videotimestamp/><videotimestampmodified/>",
        "<videotimestampmodified>0000-00-00 00:00:00</videotimestampmodified>",
    ],
)
def test_an_asset_without_stamps_has_no_instants(stamps: str) -> None:
    asset = asset_in(f"<asset_id>A</asset_id>{stamps}")

    assert (asset.created, asset.modified) == (None, None)


@pytest.mark.parametrize("asset_id", ["", "<asset_id/>", f"<asset_id>{'x' * 33}</asset_id>"])
def test_an_item_without_a_possible_id_is_malformed(asset_id: str) -> None:
    with pytest.raises(Malformed, match="cannot be one"):
        asset_in(asset_id)


def test_an_asset_read_singly_has_the_revision_that_the_list_tells() -> None:
    listed = asset_in(asset_xml("A"))
    single = asset_in(asset_xml("A") + "<mediafiles><mediafile><a>b</a></mediafile></mediafiles>")

    assert revision(listed) == revision(single)


def test_a_property_is_told_with_its_type_and_flags() -> None:
    item = (
        "<prop_id>4</prop_id><name>trashcan_date</name><prop_group>asset</prop_group>"
        "<type>DATETIME</type><is_hidden>FALSE</is_hidden><is_protected>TRUE</is_protected>"
    )

    found = property_of(envelope(xml([item]).encode()).items[0])

    assert found == Property("trashcan_date", "asset", PropertyType.DATETIME, protected=True)


def test_a_property_of_an_unknown_type_is_text() -> None:
    item = "<name>n</name><prop_group>g</prop_group><type>BLOB</type><is_hidden>TRUE</is_hidden>"

    found = property_of(envelope(xml([item]).encode()).items[0])

    assert found == Property("n", "g", PropertyType.CHAR, hidden=True)


@pytest.mark.parametrize("item", ["<name>n</name>", "<prop_group>g</prop_group>"])
def test_a_property_without_name_or_group_is_malformed(item: str) -> None:
    with pytest.raises(Malformed, match="without its name or group"):
        property_of(envelope(xml([item]).encode()).items[0])


@pytest.mark.parametrize("name", ["asset_id", "owner_id", "videotimestampmodified", "status"])
def test_an_item_of_two_minds_is_malformed(name: str) -> None:
    with pytest.raises(Malformed, match=f"two different values of {name}"):
        asset_in(asset_xml("A") + f"<{name}>one</{name}><{name}>other</{name}>")


def test_a_field_told_twice_alike_is_no_contradiction() -> None:
    assert asset_in(asset_xml("A") + "<asset_id>A</asset_id>") == asset_in(asset_xml("A"))


def test_a_group_in_two_parts_is_read_whole() -> None:
    parts = "<czp><a>1</a><b>2</b></czp><czp/><czp><a>3</a></czp>"

    assert asset_in(f"<asset_id>A</asset_id>{parts}").groups == {
        "czp": {"a": ("1", "3"), "b": ("2",)}
    }


@pytest.mark.parametrize("value", ["one<i/>two", "one<i>two</i>", "<i>one</i>two"])
def test_a_value_with_elements_in_it_is_malformed_and_never_shortened(value: str) -> None:
    with pytest.raises(Malformed, match="elements within the text of title"):
        asset_in(f"<asset_id>A</asset_id><czp><title>{value}</title></czp>")


def test_a_group_within_a_group_is_no_value() -> None:
    inner = "<czp><part>\n  <a>1</a>\n</part><b>2</b></czp>"

    assert asset_in(f"<asset_id>A</asset_id>{inner}").groups == {"czp": {"b": ("2",)}}


def test_a_property_of_two_minds_is_malformed() -> None:
    item = "<name>n</name><name>m</name><prop_group>g</prop_group>"

    with pytest.raises(Malformed, match="two different values of name"):
        property_of(envelope(xml([item]).encode()).items[0])
