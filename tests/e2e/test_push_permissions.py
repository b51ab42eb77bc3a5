"""Pushes, and what people ask for about them, need no more than the roles allow."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from tests.e2e.conftest import Application
from tests.e2e.pushing import Pushing, until


@pytest.fixture(scope="module")
def pushing(guarded_application: Application) -> Pushing:
    return Pushing(guarded_application)


def test_an_edit_and_its_drain_after_an_outage_are_allowed(pushing: Pushing) -> None:
    at_once, afterwards = pushing.take(2)
    pushing.edit(at_once, title=["Meteen"])
    until(lambda: pushing.has(at_once, title=["Meteen"]))
    before = pushing.attention()["pending"]
    with pushing.fault("down"):
        pushing.edit(afterwards, title=["Later"])
        until(lambda: pushing.attention()["pending"] == before + 1)
    pushing.application.tick()
    assert pushing.has(afterwards, title=["Later"])
    assert pushing.attention()["pending"] == before


def test_bringing_a_conflicts_value_back_is_allowed(pushing: Pushing) -> None:
    (asset_id,) = pushing.take(1)
    form = {"action": "update", "title[]": "Van MediaMosa"}
    pushing.editor.post(f"asset/{asset_id}/metadata", **form)
    pushing.edit(asset_id, title=["Van de toepassing"])
    until(lambda: pushing.record_of(asset_id)["metadata"]["title"] == ["Van MediaMosa"])
    conflict = pushing.listed("/conflicts")[0]
    path = f"/conflicts/{conflict['conflict_id']}/use-record-value"
    assert pushing.operator.call("POST", path)[0] == HTTPStatus.OK
    until(lambda: pushing.has(asset_id, title=["Van de toepassing"]))


def test_finding_retrying_and_giving_up_a_parked_value_are_allowed(pushing: Pushing) -> None:
    (asset_id,) = pushing.take(1)
    language = pushing.metadata(asset_id)["language"]
    pushing.edit(asset_id, language=["xx"])
    until(lambda: pushing.link(asset_id).get("state") == "parked")
    (link,) = pushing.listed(f"/links?media_id={pushing.media_ids[asset_id]}")
    assert (link["asset_id"], link["state"]) == (asset_id, "parked")
    chosen = {"asset_ids": [asset_id]}
    for verb, state in (("retry", "parked"), ("discard", "linked")):
        status, marks = pushing.operator.call("POST", f"/parked/{verb}", chosen)
        assert (status, marks["marked"]) == (HTTPStatus.ACCEPTED, 1)
        pushing.application.tick()
        (link,) = pushing.listed(f"/links?asset_id={asset_id}")
        assert link["state"] == state
    assert pushing.record_of(asset_id)["metadata"]["language"] == language


def test_looking_at_properties_and_changing_their_rules_are_allowed(pushing: Pushing) -> None:
    status, found = pushing.viewer.call("GET", "/properties")
    assert status == HTTPStatus.OK, found
    rules = {"fields": [{"name": "rights", "direction": "ignore"}]}
    assert pushing.operator.call("PUT", "/properties", rules)[0] == HTTPStatus.OK
    assert pushing.operator.call("PUT", "/properties", {"fields": []})[0] == HTTPStatus.OK
