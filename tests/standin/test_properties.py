"""Which properties there are, and an application's own (§ 10.5)."""

from __future__ import annotations

import pytest

from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import Application
from tests.standin.site import Site, texts


def names(site: Site, **query: str) -> list[str]:
    return [texts(item, "name")[0] for item in site.get("metadata_tag", query).items]


def test_by_default_only_ten_properties_are_listed() -> None:
    site = Site()
    answer = site.get("metadata_tag")
    assert (len(answer.items), answer.total) == (10, 31)
    assert len(names(site, limit="200")) == 31
    assert names(site, limit="2", offset="30", order_by="prop_id") == ["isreferencedby"]


def test_properties_are_listed_in_the_order_asked() -> None:
    site = Site()
    assert names(site, order_by="prop_id", limit="3") == ["tag", "published", "trashcan"]
    assert names(site, order_by="prop_name", order_direction="desc", limit="1") == ["type"]
    assert names(site, order_by="type", limit="1", order_direction="desc") == ["trashcan_date"]
    assert site.get("metadata_tag", order_by="size").result_id == 1041


def test_an_application_adds_and_deletes_its_own_property() -> None:
    site = Site()
    created = site.post("metadata_tag/create", name="shelf", type="char")
    assert texts(created.items[0], "prop_group") == ["app_1"]
    assert names(site, include_default_definitions="FALSE") == ["shelf"]
    assert names(site, name="shelf") == ["shelf"]
    site.put("A", site.now - 100)
    site.write("A", ("shelf", "x"))
    site.model.store.stamp(site.asset("A"), site.now - 50)
    assert site.read("A", "app_1/shelf") == ["x"]
    assert site.post("metadata_tag/delete", name="shelf").result_id == 1023
    assert site.post("metadata_tag/delete", name="shelf", delete="cascade").result_id == 601
    assert site.read("A", "app_1") == []
    assert site.asset("A").modified == site.now - 50
    assert site.post("metadata_tag/delete", name="shelf").result_id == 1024


@pytest.mark.parametrize(
    ("form", "result_id"),
    [
        ({"type": "char"}, 1002),
        ({"name": "x"}, 1002),
        ({"name": "x", "type": "text"}, 1041),
        ({"name": "1x", "type": "char"}, 1036),
        ({"name": "x-y", "type": "char"}, 1003),
        ({"name": "x" * 33, "type": "char"}, 1040),
        ({"name": "title", "type": "char"}, 1034),
        ({"name": "x", "type": "int", "is_hidden": "TRUE"}, 601),
    ],
)
def test_a_property_that_cannot_be_is_refused(form: dict[str, str], result_id: int) -> None:
    assert Site().post("metadata_tag/create", form).result_id == result_id


def test_a_hidden_property_is_shown_only_when_asked_for() -> None:
    site = Site()
    site.post("metadata_tag/create", name="secret", type="char", is_hidden="TRUE")
    site.put("A", site.now)
    site.write("A", ("secret", "x"))
    assert site.read("A", "app_1") == []
    shown = site.get("asset/A", view_hidden_metadata="TRUE", is_app_admin="TRUE")
    assert texts(shown.items[0], "app_1/secret") == ["x"]
    listed = site.get("asset", view_hidden_metadata="TRUE")
    assert texts(listed.items[0], "app_1/secret") == ["x"]


def test_the_dutch_school_profile_can_be_installed() -> None:
    model = MediaMosa(clock=lambda: 0, ids=SeededIds("czp"), czp=True)
    model.add_application(Application(1, "app", "key"))
    groups = {one.group for one in model.store.properties_of(1)}
    assert groups == {"asset", "czp", "dublin_core", "qualified_dublin_core"}
