"""Deletions, restarts, existing records and many connections on the embedded AWS."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from infra.local.build import Package
from infra.local.engine import Engine
from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.records import Application as MediaMosaApplication
from infra.local.mediamosa.records import Session
from tests.e2e.clients import client
from tests.e2e.conftest import PASSWORD, TIME_ZONE, running
from tests.e2e.people import Admin, Editor, synced
from tests.e2e.tables import links, records
from tests.openapi.description import validator


def test_a_deleted_asset_takes_its_record_along_and_a_trashed_one_comes_back(
    engine: Engine, package: Package
) -> None:
    with running(engine, package, "deletions", assets=30, page_size=10, steps=10) as application:
        admin, editor = synced(application), Editor(application)
        deleted, trashed = editor.ids()[3], editor.ids()[4]
        editor.delete(deleted)
        editor.delete(trashed, trashcan="TRUE")
        application.tick()
        left = {item["uri"]["S"].rpartition("/")[2] for item in records(application).values()}
        assert {deleted, trashed} & left == set()
        assert len(left) == 28

        status, removed = admin.call("GET", "/removed")
        assert status == 200
        assert {item["asset_id"] for item in removed["items"]} == {deleted, trashed}
        assert editor.post(f"asset/{trashed}/restore").result_id == 601
        application.tick()
        assert len(records(application)) == 29

        status, restored = admin.call("POST", f"/removed/{deleted}/restore")
        assert status == 200, restored
        assert len(records(application)) == 30
        application.tick()
        assert len(records(application)) == 30
        status, runs = admin.call("GET", "/runs")
        assert status == 200
        assert sum(row["counts"]["from_mediamosa"]["deleted"] for row in runs["items"]) == 2
        asked = {request.path for request in application.mediamosa.control.requests}
        assert not any("delete" in path for path in asked)


def test_when_most_assets_vanish_nothing_goes_before_a_person_approved(
    engine: Engine, package: Package
) -> None:
    with running(engine, package, "held", assets=40, page_size=20, steps=10) as application:
        admin, editor = synced(application), Editor(application)
        for asset_id in editor.ids()[:24]:
            editor.delete(asset_id)
        application.tick()
        status = application.status()
        validator("Status").validate(status)
        assert (status["state"], status["attention"]["held"]) == ("held", 24)
        assert len(records(application)) == 40

        code, held = admin.call("GET", "/held?limit=100")
        assert (code, held["count"], len(held["items"])) == (200, 24, 24)
        assert admin.call("POST", "/held/approve", {"token": "0" * 32})[0] == 409
        assert admin.call("POST", "/held/approve", {"token": held["token"]})[0] == 202
        assert len(records(application)) == 40
        application.tick()
        assert len(records(application)) == 16
        assert application.status()["state"] == "idle"


def test_ten_presses_are_one_restart_which_can_be_withdrawn(
    engine: Engine, package: Package
) -> None:
    with running(engine, package, "restarts", assets=25, page_size=10) as application:
        admin = synced(application)
        for _ in range(3):
            application.tick()
        pressed = {
            json.dumps(admin.call("POST", "/restart")[1]["restart_requested_at"]) for _ in range(10)
        }
        assert len(pressed) == 1
        assert admin.call("DELETE", "/restart") == (200, {"withdrawn": True})
        assert admin.call("DELETE", "/restart") == (200, {"withdrawn": False})
        application.tick()
        assert application.status()["full"]["trigger"] == "first"
        admin.call("POST", "/restart")
        application.tick()
        running_run = application.status()
        assert (running_run["state"], running_run["full"]["trigger"]) == ("running", "restart")
        admin.call("POST", "/restart")
        for _ in range(8):
            application.tick()
        code, runs = admin.call("GET", "/runs?limit=100")
        assert code == 200
        restarted = [row for row in runs["items"] if row["trigger"] == "restart"]
        assert [row["outcome"] for row in restarted] == ["succeeded", "skipped"]


def test_records_that_were_there_before_are_tied_and_keep_everything(
    engine: Engine, package: Package
) -> None:
    with running(engine, package, "adopted", assets=12, page_size=10, steps=10) as application:
        editor = Editor(application)
        asset_id = editor.ids()[5]
        mediafiles = application.mediamosa.model.store.mediafiles
        mediafile_id, mediafile = next(iter(mediafiles.items()))
        table = application.stack.outputs["MediaTableName"]
        database = client(engine.url, "dynamodb")
        for key, uri in (
            ("mine", f"mediamosa://asset/{asset_id}"),
            ("old", f"mediamosa://mediafile/{mediafile_id}/film.mp4"),
            ("plain", "https://example.org/film.mp4"),
        ):
            item: Any = {"media_id": {"S": key}, "uri": {"S": uri}, "own": {"SS": ["x", "y"]}}
            database.put_item(TableName=table, Item=item)
        synced(application)
        found = {item["media_id"]["S"]: item for item in records(application).values()}
        expected = 12 + 1 + (asset_id == mediafile.asset_id)
        assert len(found) == expected
        assert found["mine"]["mediamosa"]["M"]["asset_id"]["S"] == asset_id
        assert found["mine"]["own"] == {"SS": ["x", "y"]}
        assert "mediamosa" not in found["plain"]
        assert len(links(application)) == 12


def test_a_second_connection_has_state_secret_and_records_of_its_own(
    engine: Engine, package: Package
) -> None:
    with running(engine, package, "two", assets=8, page_size=10, steps=10) as application:
        admin, model = synced(application), application.mediamosa.model
        other = model.add_application(MediaMosaApplication(2, "second", "second-key", TIME_ZONE))
        with application.mediamosa.control.lock:
            session = Session("second", model.clock(), app_id=other.app_id)
            model.sessions.keep(session)
            model.handle(Request.post("asset/create", [("user_id", "x")], session="second"))
        body = {
            "url": application.mediamosa.url,
            "user_name": "second",
            "password": "second-key",
            "time_zone": TIME_ZONE,
        }
        before = json.dumps(application.status()["full"])
        code, status = admin.call("POST", "/connections", body)
        assert code == 201, status
        assert "second-key" not in json.dumps(status)
        assert admin.call("POST", "/connections", {**body, "url": body["url"] + "/"})[0] == 409
        outcomes = application.tick()
        assert {outcome["outcome"] for outcome in outcomes} == {"worked"}
        assert len(outcomes) == 2
        assert len(records(application)) == 9
        admin.id = status["connection_id"]
        assert admin.call("GET", "")[1]["progress"] == {"done": 1, "total": 1}

        assert admin.call("POST", "/pause", {"direction": "pull"})[1]["state"] == "paused"
        # What is pending is pushed all the same.
        reasons = [outcome["reason"] for outcome in application.tick()]
        assert sorted(reasons) == ["", "The pull is paused."]
        assert admin.call("POST", "/pause", {"direction": "push"})[1]["state"] == "paused"
        assert len(application.tick()) == 1
        assert admin.call("POST", "/resume", {"direction": "both"})[1]["state"] != "paused"
        assert len(application.tick()) == 2
        code, wrong = admin.call("PUT", "", {"password": "wrong"})
        assert code == 200, wrong
        first = next(s for s in application.viewer.statuses() if s["connection_id"] != admin.id)
        assert json.dumps(first["full"]) == before
        assert PASSWORD not in json.dumps(first)


def test_of_executions_at_once_one_works_and_the_others_are_skipped(
    engine: Engine, package: Package
) -> None:
    with running(engine, package, "overlap", assets=300, page_size=100, steps=10) as application:
        results: list[list[dict[str, Any]]] = []
        threads = [
            threading.Thread(target=lambda: results.append(application.tick())) for _ in range(3)
        ]
        for thread in threads:
            thread.start()
            time.sleep(0.05)
        for thread in threads:
            thread.join()
        synced(application)
        assert len(records(application)) == len(links(application)) == 300
        counts = application.status()["full"]["counts"]["from_mediamosa"]
        assert counts["added"] == 300
        outcomes = [outcome["outcome"] for result in results for outcome in result]
        assert "worked" in outcomes
        assert set(outcomes) <= {"worked", "skipped"}


@pytest.mark.parametrize("how", ["restart"])
def test_a_viewer_sees_and_does_nothing_and_that_is_noted(
    engine: Engine, package: Package, how: str
) -> None:
    with running(engine, package, "viewer", assets=1, page_size=10) as application:
        viewer = Admin(application.viewer, synced(application).id)
        status, problem = viewer.call("POST", f"/{how}")
        assert (status, problem["type"]) == (403, "/problems/forbidden")
        assert application.status()["restart_requested_at"] is None
        _, audit = viewer.call("GET", "/audit")
        noted = [(entry["by"], entry["action"], entry["outcome"]) for entry in audit["items"]]
        assert noted[0] == ("viewer", how, problem["detail"])
