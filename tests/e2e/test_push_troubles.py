"""Pushes that meet a conflict, a refusal or an outage, with real HTTP and a real stream."""

from __future__ import annotations

from http import HTTPStatus

from tests.e2e.pushing import Pushing, posts, until
from tests.openapi.description import validator


def test_where_both_sides_changed_mediamosas_value_stands_until_an_operator_decides(
    pushing: Pushing,
) -> None:
    (asset_id,), before = pushing.take(1), pushing.attention()["conflicts"]
    pushing.editor.post(
        f"asset/{asset_id}/metadata", action="update", **{"title[]": "Van MediaMosa"}
    )
    pushing.edit(asset_id, title=["Van de toepassing"], creator=["Alleen hier"])
    until(lambda: pushing.record_of(asset_id)["metadata"]["title"] == ["Van MediaMosa"])
    until(lambda: pushing.has(asset_id, title=["Van MediaMosa"], creator=["Alleen hier"]))
    assert pushing.attention()["conflicts"] == before + 1

    conflict = pushing.listed("/conflicts")[0]
    validator("Conflict").validate(conflict)
    assert (conflict["asset_id"], conflict["property"]) == (asset_id, "title")
    assert conflict["record_value"] == ["Van de toepassing"]
    assert conflict["mediamosa_value"] == ["Van MediaMosa"]
    path = f"/conflicts/{conflict['conflict_id']}/use-record-value"
    assert pushing.viewer.call("POST", path)[0] == HTTPStatus.FORBIDDEN
    assert pushing.operator.call("POST", path)[0] == HTTPStatus.OK
    until(lambda: pushing.has(asset_id, title=["Van de toepassing"]))
    assert pushing.record_of(asset_id)["metadata"]["title"] == ["Van de toepassing"]
    assert pushing.attention()["conflicts"] == before
    conflict = pushing.listed("/conflicts")[0]
    assert (conflict["asset_id"], conflict["resolved_by"]) == (asset_id, "operator")


def test_a_refused_value_is_parked_with_its_reason_and_the_rest_arrives(pushing: Pushing) -> None:
    (asset_id,) = pushing.take(1)
    language = pushing.metadata(asset_id)["language"]
    pushing.requests()
    pushing.edit(asset_id, language=["xx"], title=["Komt wel aan"])
    until(lambda: "reason" in pushing.record_of(asset_id)["mediamosa"])
    assert pushing.metadata(asset_id)["title"] == ["Komt wel aan"]
    assert pushing.metadata(asset_id)["language"] == language
    (link,) = pushing.listed("/links?state=parked")
    validator("Link").validate(link)
    (parked,) = link["parked"]
    assert (link["asset_id"], parked["property"]) == (asset_id, "language")
    shown = pushing.record_of(asset_id)["mediamosa"]
    assert (shown["state"], shown["reason"]) == ("parked", link["reason"])
    assert "language" in link["reason"]
    assert pushing.attention()["parked"] == 1

    # Neither a tick nor another edit sends it again; a person may.
    pushing.application.tick()
    pushing.edit(asset_id, title=["Nog een titel"])
    until(lambda: pushing.metadata(asset_id)["title"] == ["Nog een titel"])
    assert len(posts(pushing.requests())) == 3
    pushing.operator.call("POST", "/parked/retry", {"asset_ids": [asset_id]})
    pushing.application.tick()
    assert len(posts(pushing.requests())) == 1
    assert pushing.attention()["parked"] == 1

    pushing.edit(asset_id, language=["fy"])
    until(lambda: pushing.has(asset_id, language=["fy"]))
    until(lambda: "state" not in pushing.record_of(asset_id)["mediamosa"])
    assert pushing.attention()["parked"] == 0


def test_an_outage_holds_up_no_edit_and_loses_none(pushing: Pushing) -> None:
    edited, named = pushing.take(4), next(one for one in pushing.take(9) if pushing.mediafile(one))
    with pushing.fault("down"):
        for asset_id in edited:
            pushing.edit(asset_id, title=["Tijdens de storing"])
        uri = f"mediamosa://mediafile/{pushing.mediafile(named)}/film.mp4"
        title = ["Van de storing"]
        pushing.table.put_item(
            Item={"media_id": "storing", "uri": uri, "metadata": {"title": title}}
        )
        until(lambda: pushing.attention()["pending"] == len(edited) + 1)
        pending = pushing.listed("/links?state=pending")
        assert {link["asset_id"] for link in pending} == {None, *edited}
        for asset_id in edited:
            shown = pushing.record_of(asset_id)["mediamosa"]
            assert (shown["state"], bool(shown["reason"])) == ("pending", True)
        (outcome,) = pushing.application.tick()
        assert outcome["outcome"] == "failed"
        assert pushing.attention()["pending"] == len(edited) + 1

    pushing.application.tick()
    pushing.application.tick()
    assert pushing.attention()["pending"] == 0
    assert all(pushing.has(one, title=["Tijdens de storing"]) for one in edited)
    assert not any("state" in pushing.record_of(one)["mediamosa"] for one in edited)
    assert pushing.link(named)["media_id"] == "storing"
    assert pushing.record("storing")["mediamosa"]["asset_id"] == named
    assert pushing.record_of(named) == {}


def test_after_a_lost_answer_the_newer_edit_stands_and_nothing_is_a_conflict(
    pushing: Pushing,
) -> None:
    (asset_id,), before = pushing.take(1), pushing.attention()["conflicts"]
    with pushing.fault("reply_lost", path="asset/*/metadata"):
        pushing.edit(asset_id, title=["Zonder antwoord"])
        until(lambda: "sent" in (link := pushing.link(asset_id)) and "claim" not in link)
    assert pushing.metadata(asset_id)["title"] == ["Zonder antwoord"]
    pushing.edit(asset_id, title=["Nieuwer"])
    pushing.application.tick()
    until(lambda: pushing.metadata(asset_id)["title"] == ["Nieuwer"])
    pushing.application.tick()
    assert pushing.record_of(asset_id)["metadata"]["title"] == ["Nieuwer"]
    assert pushing.attention()["conflicts"] == before


def test_a_lost_session_costs_a_login_and_nothing_else(pushing: Pushing) -> None:
    (asset_id,) = pushing.take(1)
    pushing.requests()
    with pushing.fault("session_lost", path="assets", times=1):
        pushing.edit(asset_id, title=["Opnieuw aangemeld"])
        until(lambda: pushing.has(asset_id, title=["Opnieuw aangemeld"]))
    paths = [request.path for request in pushing.requests()]
    assert paths == ["assets", "login", "login", "assets", f"asset/{asset_id}/metadata"]
