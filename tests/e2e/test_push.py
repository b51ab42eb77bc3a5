"""An edit of a record goes to MediaMosa at once: stream, function, HTTP; no tick takes part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from tests.e2e.pushing import Pushing, posts, reads, until
from tests.e2e.tables import links, records

MANY = 100


def test_an_edit_is_in_mediamosa_within_seconds_and_two_requests(
    pushing: Pushing, figures: list[str]
) -> None:
    first, second = pushing.take(2)
    pushing.edit(first, title=["Eerste titel"])
    cold = until(lambda: pushing.has(first, title=["Eerste titel"]))
    pushing.requests()

    pushing.edit(second, title=["Tweede titel"])
    warm = until(lambda: pushing.metadata(second)["title"] == ["Tweede titel"])
    until(lambda: pushing.has(second, title=["Tweede titel"]))
    figures.append(f"an edit is in MediaMosa after {warm:.2f} s, with a login after {cold:.2f} s")
    asked = pushing.requests()
    assert [request.path for request in asked] == ["assets", f"asset/{second}/metadata"]
    owner = pushing.application.mediamosa.model.store.assets[second].owner_id
    assert asked[1].parameters["user_id"] == [owner]
    assert max(cold, warm) < 10


Values = Mapping[str, Sequence[str]]
Item = dict[str, Any]


def update_item(pushing: Pushing, media_id: str, values: Values) -> None:
    """One request that sets and removes."""
    set_, gone = (
        [name for name in values if bool(values[name]) is given] for given in (True, False)
    )
    pushing.table.update_item(
        Key={"media_id": media_id},
        UpdateExpression="SET "
        + ", ".join(f"metadata.{name} = :{name}" for name in set_)
        + " REMOVE "
        + ", ".join(f"metadata.{name}" for name in gone),
        ExpressionAttributeValues={f":{name}": values[name] for name in set_},
    )


def edited_item(pushing: Pushing, media_id: str, values: Values) -> Item:
    """The whole item as an application writes it, which knows nothing of the sync's map."""
    item = pushing.record(media_id)
    del item["mediamosa"]
    return {**item, "metadata": {**item["metadata"], **values}}


def put_item(pushing: Pushing, media_id: str, values: Values) -> None:
    pushing.table.put_item(Item=edited_item(pushing, media_id, values))


def transact_write_items(pushing: Pushing, media_id: str, values: Values) -> None:
    item = edited_item(pushing, media_id, values)
    client = pushing.table.meta.client
    client.transact_write_items(
        TransactItems=[{"Put": {"TableName": pushing.table.name, "Item": item}}]
    )


@pytest.mark.parametrize("write", [update_item, put_item, transact_write_items])
def test_however_a_record_is_written_exactly_what_was_edited_is_sent(
    pushing: Pushing, write: Callable[[Pushing, str, Values], None]
) -> None:
    (asset_id,) = pushing.take(1)
    before = pushing.metadata(asset_id)
    edited: Values = {
        "title": ["Een ëchte titel & <meer>"],
        "subject": ["a", "a", "b"],
        "creator": [],
    }
    pushing.requests()
    write(pushing, pushing.media_ids[asset_id], edited)
    until(lambda: pushing.has(asset_id, **edited))
    names = [
        name.removesuffix("[]") for post in posts(pushing.requests()) for name in post.parameters
    ]
    assert {*names} == {"user_id", "is_app_admin", "action", "mediamosa_version", *edited}
    stands = {**before, **edited}
    assert pushing.metadata(asset_id) == {name: values for name, values in stands.items() if values}


def test_a_batch_of_a_hundred_records_needs_one_request_each_and_few_to_read(
    pushing: Pushing, figures: list[str]
) -> None:
    assets = pushing.take(MANY)
    pushing.requests()
    with pushing.table.batch_writer() as batch:
        for asset_id in assets:
            media_id = pushing.media_ids[asset_id]
            batch.put_item(edited_item(pushing, media_id, {"title": [f"Titel {asset_id}"]}))
    seconds = until(lambda: all(pushing.has(one, title=[f"Titel {one}"]) for one in assets))
    asked = pushing.requests()
    figures.append(
        f"{MANY} edits by BatchWriteItem: {seconds:.1f} s, {len(posts(asked))} requests that write "
        f"and {len(reads(asked))} that read, one for each batch of the stream"
    )
    assert len(posts(asked)) == MANY
    assert len(asked) - MANY == len(reads(asked)) <= 10


def test_fifty_quick_edits_of_one_record_are_few_requests_and_the_last_one_stands(
    pushing: Pushing, figures: list[str]
) -> None:
    (asset_id,) = pushing.take(1)
    pushing.requests()
    for number in range(1, 51):
        pushing.edit(asset_id, title=[f"Titel {number}"])
    until(lambda: pushing.has(asset_id, title=["Titel 50"]))
    written = posts(pushing.requests())
    figures.append(f"fifty edits of one record: {len(written)} requests that write")
    assert len(written) <= 20
    assert written[-1].parameters["title[]"] == ["Titel 50"]


def test_what_does_not_concern_mediamosa_asks_it_nothing_and_starts_no_function(
    pushing: Pushing,
) -> None:
    quiet, other, last = pushing.take(3)
    key = {"media_id": pushing.media_ids[quiet]}
    link = pushing.link(quiet)
    pushing.requests()
    pushing.table.update_item(
        Key=key, UpdateExpression="SET shelf = :s", ExpressionAttributeValues={":s": "3b"}
    )
    metadata = pushing.metadata(quiet)
    pushing.edit(quiet, language=[metadata["language"][0].upper()], creator=[*metadata["creator"]])
    pushing.edit(other, title=["Het ene"])
    until(lambda: pushing.has(other, title=["Het ene"]))
    asked = {request.path for request in pushing.requests()} - {"login"}
    assert asked == {"assets", f"asset/{other}/metadata"}
    assert pushing.link(quiet) == link

    # What was in the stream before an edit that has arrived has been dealt with.
    idle = pushing.idle_invocations()
    for title in ("x", "y"):
        pushing.put("plain", "https://example.org/film.mp4", title=[title])
    pushing.table.delete_item(Key={"media_id": "plain"})
    pushing.edit(last, title=["Het andere"])
    until(lambda: pushing.has(last, title=["Het andere"]))
    assert pushing.idle_invocations() == idle
    asked = {request.path for request in pushing.requests()} - {"login"}
    assert asked == {"assets", f"asset/{last}/metadata"}


def test_an_edit_does_not_echo(pushing: Pushing) -> None:
    (asset_id,) = pushing.take(1)
    media_id = pushing.media_ids[asset_id]
    writes = pushing.writes(media_id)
    pushing.requests()
    pushing.edit(asset_id, title=["Zonder echo"])
    until(lambda: pushing.has(asset_id, title=["Zonder echo"]))
    pushing.application.tick()
    pushing.application.tick()
    assert len(posts(pushing.requests())) == 1
    # The application's own, and one that tells the asset's new time of modification.
    assert pushing.writes(media_id) - writes == 2
    assert pushing.record(media_id)["mediamosa"]["asset_id"] == asset_id
    before = records(pushing.application), links(pushing.application)
    pushing.application.tick()
    assert (records(pushing.application), links(pushing.application)) == before
    assert posts(pushing.requests()) == []
