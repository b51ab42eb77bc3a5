"""The dry run on the embedded AWS: through API Gateway, by one function invoking the other."""

from __future__ import annotations

import json
from typing import Any

from infra.local.build import Package
from infra.local.deploy import STACK
from infra.local.engine import Engine
from tests.e2e.clients import client, table
from tests.e2e.conftest import Application, running
from tests.e2e.people import Admin
from tests.e2e.pushing import until
from tests.e2e.tables import links, records
from tests.openapi.description import validator


def known(application: Application, stack_name: str) -> Admin:
    """The default connection, written down as at a tick, but nothing of it stepped."""
    url = application.stack.engine.url
    found = client(url, "cloudformation").describe_stack_resource(
        StackName=stack_name, LogicalResourceId="DueConnectionsFunction"
    )
    execution = {"id": "e", "started_at": "2026-11-23T12:00:00Z", "trigger": "schedule"}
    answer = client(url, "lambda").invoke(
        FunctionName=found["StackResourceDetail"]["PhysicalResourceId"],
        Payload=json.dumps({"execution": execution}),
    )
    told = answer["Payload"].read()
    assert json.loads(told)["connections"], told
    return Admin(application.operator, application.status()["connection_id"])


def planned(admin: Admin) -> list[dict[str, Any]]:
    """Every page of the plan."""
    pages: list[dict[str, Any]] = []
    body: dict[str, Any] | None = {}
    while body is not None:
        status, page = admin.call("POST", "/plan", body)
        assert status == 200, page
        validator("PlanPage").validate(page)
        pages.append(page)
        body = {"next": page["next"]} if page["next"] else None
    return pages


def test_a_plan_before_the_first_sync_is_what_that_sync_then_does(
    engine: Engine, package: Package, figures: list[str]
) -> None:
    with running(engine, package, "planned", assets=45, page_size=20, steps=10) as application:
        admin = known(application, "planned")

        pages = planned(admin)

        assert (records(application), links(application)) == ({}, {})
        requests = application.mediamosa.control.requests
        assert [one.path for one in requests if one.method == "POST"] == ["login", "login"]
        totals = pages[-1]["totals"]
        assert (len(pages), totals["assets"], totals["seconds"]) == (3, 45, 86_400)
        assert totals["counts"]["from_mediamosa"]["added"] == 45
        assert totals["requests"] == len(requests)
        figures.append(f"a plan of 45 assets: {len(pages)} pages, {totals['requests']} requests")

        application.tick()

        status = application.status()
        assert status["full"]["counts"] == totals["counts"]
        assert said(application) == {
            item["media_id"]: {one["record_name"]: one["new"] for one in item["changes"]}
            for page in pages
            for item in page["items"]
        }


def test_an_edit_made_while_the_push_rests_is_planned_and_then_pushed(
    engine: Engine, package: Package
) -> None:
    with running(engine, package, "edited", assets=3, page_size=20, steps=10) as application:
        admin = known(application, "edited")
        application.tick()
        admin.call("POST", "/pause", {"direction": "push"})
        asset_id = min(application.mediamosa.model.store.assets)
        media_id = next(
            item["media_id"]["S"]
            for item in records(application).values()
            if item["uri"]["S"].endswith(asset_id)
        )
        table(engine.url, application.stack.outputs["MediaTableName"]).update_item(
            Key={"media_id": media_id},
            UpdateExpression="SET metadata.title = :title",
            ExpressionAttributeValues={":title": ["Nieuwe titel"]},
        )
        until(lambda: admin.call("GET", "/links?state=pending")[1]["items"])
        application.mediamosa.control.requests.clear()

        pushed = [
            item for page in planned(admin) for item in page["items"] if item["action"] == "push"
        ]

        assert [(item["asset_id"], item["media_id"]) for item in pushed] == [(asset_id, media_id)]
        assert [change["new"] for change in pushed[0]["changes"]] == [["Nieuwe titel"]]
        assert {one.method for one in application.mediamosa.control.requests} == {"GET"}

        admin.call("POST", "/resume", {"direction": "push"})
        application.tick()

        posts = [one for one in application.mediamosa.control.requests if one.method == "POST"]
        assert [one.path for one in posts] == [f"asset/{asset_id}/metadata"]


def said(application: Application) -> dict[str, dict[str, list[str]]]:
    """Record → property → values."""
    return {
        item["media_id"]["S"]: {
            name: [value["S"] for value in values["L"]]
            for name, values in item["metadata"]["M"].items()
        }
        for item in records(application).values()
    }


def test_the_roles_are_enough_for_it(guarded_application: Application) -> None:
    admin = known(guarded_application, STACK)
    status, page = admin.call("POST", "/plan", {})
    assert status == 200, page
    validator("PlanPage").validate(page)
