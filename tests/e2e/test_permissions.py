"""The roles allow what the functions do. That they allow no more is tested on the template."""

from __future__ import annotations

from http import HTTPStatus

from tests.e2e.clients import table
from tests.e2e.conftest import ASSETS, Application
from tests.e2e.people import Editor, synced
from tests.e2e.pushing import until
from tests.e2e.tables import records


def test_a_full_run_and_a_quiet_one_and_a_restart_need_no_more_than_the_roles_allow(
    guarded_application: Application,
) -> None:
    while any(outcome["more"] for outcome in guarded_application.tick()):
        pass
    quiet = guarded_application.tick()
    pressed = guarded_application.press_restart()
    restarted = guarded_application.tick()

    assert [outcome["outcome"] for outcome in quiet + restarted] == ["worked", "worked"]
    assert pressed.status == HTTPStatus.ACCEPTED
    assert guarded_application.status()["progress"]["total"] == ASSETS


def test_pushing_an_edit_and_taking_over_a_twin_need_no_more_either(
    guarded_application: Application,
) -> None:
    application, stack = guarded_application, guarded_application.stack
    synced(application)
    media = table(stack.engine.url, stack.outputs["MediaTableName"])
    store = application.mediamosa.model.store
    (title,) = (one.prop_id for one in store.properties.values() if one.name == "title")
    twins = {
        item["uri"]["S"].rpartition("/")[2]: item["media_id"]["S"]
        for item in records(application).values()
    }
    edited, *others = sorted(twins)
    media.update_item(
        Key={"media_id": twins[edited]},
        UpdateExpression="SET metadata.title = :title",
        ExpressionAttributeValues={":title": ["Nieuwe titel"]},
    )
    until(lambda: store.assets[edited].metadata.get(title) == ["Nieuwe titel"])

    owned = next(asset_id for asset_id in others if store.assets[asset_id].mediafile_ids)
    mediafile = store.assets[owned].mediafile_ids[0]
    uri = f"mediamosa://mediafile/{mediafile}/film.mp4"
    media.put_item(Item={"media_id": "own", "uri": uri, "metadata": {}})
    until(lambda: "Item" not in media.get_item(Key={"media_id": twins[owned]}))
    assert len(records(application)) == ASSETS


def test_deletions_rulings_restoring_and_another_connection_need_no_more_either(
    guarded_application: Application,
) -> None:
    application = guarded_application
    admin, editor = synced(application), Editor(application)
    first, *others = editor.ids()[:16]
    editor.delete(first)
    application.tick()
    assert admin.call("POST", f"/removed/{first}/restore")[0] == HTTPStatus.OK
    for asset_id in others:
        editor.delete(asset_id)
    for _ in range(2):
        application.tick()
    code, held = admin.call("GET", "/held")
    assert (code, held["count"]) == (HTTPStatus.OK, 15)
    assert admin.call("POST", "/held/reject", {"token": held["token"]})[0] == HTTPStatus.ACCEPTED
    body = {"url": application.mediamosa.url, "user_name": "nobody", "password": "wrong"}
    code, added = admin.call("POST", "/connections", body)
    assert code == HTTPStatus.CREATED, added
    outcomes = {outcome["outcome"] for outcome in application.tick()}
    assert outcomes == {"worked", "failed"}
    assert admin.call("GET", "/held")[1]["count"] == 0
    assert admin.call("GET", "/runs")[0] == HTTPStatus.OK
    for verb, path, wish in (
        ("PUT", "", {"policies": {"on_trash": "keep"}}),
        ("POST", "/full", None),
        ("POST", "/pause", {"direction": "pull"}),
        ("POST", "/resume", {"direction": "pull"}),
        ("DELETE", "/restart", None),
    ):
        assert admin.call(verb, path, wish)[0] in {HTTPStatus.OK, HTTPStatus.ACCEPTED}, path
