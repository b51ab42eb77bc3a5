"""Records that applications bring, take away, or have in another connection."""

from __future__ import annotations

from http import HTTPStatus

from infra.local.mediamosa.records import Application as MediaMosaApplication
from tests.e2e.conftest import TIME_ZONE
from tests.e2e.people import Admin, Editor
from tests.e2e.pushing import Pushing, posts, until
from tests.e2e.tables import records


def test_a_record_written_for_a_new_asset_is_pushed_and_the_asset_gets_no_other(
    pushing: Pushing,
) -> None:
    asset_id = pushing.editor.create()
    metadata = {"title": ["Zelf geüpload"], "creator": ["Ik"]}
    pushing.put("uploaded", f"mediamosa://asset/{asset_id}", **metadata)
    until(lambda: pushing.has(asset_id, **metadata))
    pushing.application.tick()
    named = [one for one in records(pushing.application).values() if asset_id in one["uri"]["S"]]
    assert [one["media_id"]["S"] for one in named] == ["uploaded"]
    assert pushing.record("uploaded")["metadata"] == metadata
    assert pushing.listed("/links?media_id=uploaded")[0]["asset_id"] == asset_id


def test_a_record_of_its_own_takes_the_place_of_the_one_that_the_sync_had_created(
    pushing: Pushing,
) -> None:
    asset_id, edited = pushing.take(2)
    for media_id, named in (("own", asset_id), ("second", edited)):
        uri = f"mediamosa://asset/{named}/anything/film.mp4"
        if named == edited:
            pushing.edit(edited, creator=["Iemand"])
        pushing.put(media_id, uri, title=pushing.metadata(named)["title"], source=["Bron"])
    until(lambda: pushing.has(asset_id, source=["Bron"]))
    assert pushing.record_of(asset_id) == {}
    assert pushing.record("own")["metadata"]["rights"] == pushing.metadata(asset_id)["rights"]
    # Where somebody has put something into the first record, the second is the one too many.
    until(lambda: "reason" in pushing.record("second").get("mediamosa", {}))
    assert pushing.record("second")["mediamosa"]["state"] == "parked"
    assert pushing.has(edited, creator=["Iemand"], source=[])
    pushing.table.delete_item(Key={"media_id": "second"})
    until(lambda: pushing.attention()["parked"] == 0)


def test_a_record_that_its_application_deleted_is_not_created_again_and_the_asset_stays(
    pushing: Pushing,
) -> None:
    (asset_id,) = pushing.take(1)
    pushing.requests()
    pushing.table.delete_item(Key={"media_id": pushing.media_ids[asset_id]})
    until(lambda: pushing.link(asset_id).get("state") == "forgotten")
    form = {"action": "update", "title[]": "In MediaMosa gewijzigd"}
    pushing.editor.post(f"asset/{asset_id}/metadata", **form)
    pushing.operator.call("POST", "/full")
    for _ in range(3):
        pushing.application.tick()
    assert pushing.record_of(asset_id) == {}
    assert pushing.metadata(asset_id)["title"] == ["In MediaMosa gewijzigd"]
    assert {request.method for request in pushing.requests()} == {"GET"}


def test_an_edit_goes_to_the_records_own_connection(pushing: Pushing) -> None:
    application, (mine,) = pushing.application, pushing.take(1)
    other = MediaMosaApplication(2, "second", "second-key", TIME_ZONE)
    with application.mediamosa.control.lock:
        application.mediamosa.model.add_application(other)
    theirs = Editor(application, app_id=2).create()
    url = application.mediamosa.url
    body = {"url": url, "user_name": "second", "password": "second-key"}
    status, connection = pushing.operator.call("POST", "/connections", body)
    assert status == HTTPStatus.CREATED, connection
    application.tick()
    second = Admin(application.viewer, connection["connection_id"])
    (link,) = second.call("GET", f"/links?asset_id={theirs}")[1]["items"]
    pushing.requests()

    pushing.media_ids[theirs] = link["media_id"]
    pushing.edit(theirs, title=["Van de tweede"])
    pushing.edit(mine, title=["Van de eerste"])
    until(lambda: pushing.has(mine, title=["Van de eerste"]))
    assert pushing.metadata(theirs)["title"] == ["Van de tweede"]
    written = [post.path for post in posts(pushing.requests())]
    assert written == [f"asset/{one}/metadata" for one in (theirs, mine)]
    (link,) = second.call("GET", f"/links?media_id={link['media_id']}")[1]["items"]
    assert (link["asset_id"], link["state"]) == (theirs, "linked")
    second = Admin(application.operator, second.id)
    assert second.call("PUT", "", {"enabled": False})[0] == HTTPStatus.OK
