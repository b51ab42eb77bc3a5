"""Whatever people are told is one clear sentence or two: what is wrong, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import ParamSpec

import pytest

from mediamosa_sync.domain import removing
from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.connection import (
    Connection,
    InvalidConfiguration,
    check_url,
    page_size_of,
)
from mediamosa_sync.domain.decide import no_such_asset, too_big
from mediamosa_sync.domain.deletion import Held, Ruling
from mediamosa_sync.domain.describe import describe
from mediamosa_sync.domain.field_rules import (
    FieldRule,
    InvalidFields,
    check_rules,
    why_left_out,
)
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.properties import MappedProperty, Property, PropertyType
from mediamosa_sync.domain.record import Record, read_values
from mediamosa_sync.domain.run import RunState
from mediamosa_sync.domain.sendable import why_not_sendable
from mediamosa_sync.domain.status import Surroundings, status_of
from mediamosa_sync.domain.tying import Duplicate, no_such_mediafile, unreadable_mediafile
from mediamosa_sync.domain.uri import InvalidUri, parse_uri

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = {
    *("MediaMosa", "MediaMosaUrl", "MediaMosaUserName", "MediaMosaPassword", "AllowHttp"),
    *("PageSize", "CDATA", "ISO", "U+FFFE", "A1", "XML"),
}
"""Words that are no plain ones: names, and what an example needs."""
PLAIN = re.compile(r"[A-Z]?[a-z]*|[\d,.:-]+|[a-z]+[A-Z]?")

TITLE = Property("title", "dublin_core")
DATE = Property("date", "dublin_core", PropertyType.DATETIME)
GUARDED = Property("guarded", "dublin_core", protected=True)
KNOWN = (TITLE, DATE, GUARDED)


P = ParamSpec("P")


def refused(what: Callable[P, object], *args: P.args, **settings: P.kwargs) -> str:
    """The message of the refusal that *what* ends in."""
    with pytest.raises((InvalidConfiguration, InvalidFields, InvalidUri)) as error:
        what(*args, **settings)
    return str(error.value)


def of_addresses() -> Iterator[str]:
    for url in ("nonsense", "http://x", "https://a:b@x", "https://x/?q", "https://x/#f"):
        yield refused(check_url, url, allow_http=False)
    yield refused(page_size_of, "many")
    yield refused(parse_uri, "mediamosa://nothing/of/it")


def of_fields() -> Iterator[str]:
    rules = [
        [FieldRule("title"), FieldRule("title")],
        [FieldRule("unheard")],
        [FieldRule("guarded")],
        [FieldRule("title", record_name="\x00")],
        [FieldRule("title", record_name="date")],
    ]
    for one in rules:
        yield refused(check_rules, one, KNOWN)
    yield why_left_out(Property("q", "dublin_core"))
    yield why_left_out(Property("published", "asset"))
    yield why_left_out(GUARDED)
    yield why_left_out(Property("hidden", "czp", hidden=True))
    yield why_left_out(Property("other", "elsewhere"))


def of_values() -> Iterator[str]:
    title = MappedProperty("title", "title", "dublin_core")
    yield why_not_sendable(title, ("x",) * 901)
    yield why_not_sendable(title, ("\ufffe",))
    yield why_not_sendable(title, ("<![CDATA[x",))
    for name, kind in (("language", "CHAR"), ("size", "INT"), ("date", "DATETIME")):
        mapped = MappedProperty(name, name, "dublin_core", PropertyType(kind))
        yield why_not_sendable(mapped, ("wrong",))
    yield read_values(Record("m", metadata="text")).problems[""]
    yield read_values(Record("m", metadata={"title": True})).problems["title"]


def of_links() -> Iterator[str]:
    yield from (removing.GONE, removing.PUT_AWAY, removing.HELD, removing.KEPT)
    yield from (removing.RESTORED, removing.UNCOPIED, removing.FOREIGN)
    yield no_such_asset("A1")
    yield no_such_mediafile("A1")
    yield unreadable_mediafile("A1")
    yield too_big(Asset("A1", groups={"dublin_core": {"title": ("x",)}}))
    yield Duplicate("A1", "A1").reason


def of_states() -> Iterator[str]:
    link = Link("A1", "m1")
    for asset in (
        Asset("A1", trashed=True),
        Asset("A1", published=False),
        Asset("A1", inappropriate=True),
    ):
        yield describe(asset, "c", link)["reason"]
    on = Surroundings(NOON, NOON, NOON - NOON, {})
    off = Surroundings(NOON, None, NOON - NOON, {})
    synced = RunState("c", last_sync=datetime(2026, 1, 1, tzinfo=UTC))
    connection = Connection("https://x", "editor", "arn")
    for paused in (frozenset({"pull"}), frozenset({"pull", "push"})):
        other = Connection("https://x", "editor", "arn", paused=paused)
        yield str(status_of(other, synced, on)["reason"])
    switched_off = Connection("https://x", "editor", "arn", enabled=False)
    yield str(status_of(switched_off, synced, on)["reason"])
    yield str(status_of(connection, synced, on)["reason"])
    yield str(status_of(connection, synced, off)["reason"])
    held = RunState("c", held=Held(1))
    yield str(status_of(connection, held, on)["reason"])
    ruled = RunState("c", held=Held(1), ruling=Ruling("r", "t", approve=True, by="ann", at=NOON))
    yield str(status_of(connection, ruled, on)["reason"])


EACH = pytest.mark.parametrize(
    "told", [of_addresses, of_fields, of_values, of_links, of_states], ids=lambda one: one.__name__
)


@EACH
def test_each_begins_like_a_sentence_and_ends_like_one(told: Callable[[], Iterator[str]]) -> None:
    for sentence in told():
        assert re.match(r"[A-Z'\d]|metadata\.", sentence), sentence
        assert sentence.endswith("."), sentence
        assert "  " not in sentence


@EACH
def test_their_words_are_plain_ones_or_names_as_they_are_written(
    told: Callable[[], Iterator[str]],
) -> None:
    for sentence in told():
        quoted = re.sub(r"'[^' ]+'|\([^)]*\)|\S*[/_\\<.]\S+|\bmetadata\S*", "", sentence)
        for word in re.findall(r"[\w+'-]+", quoted):
            plain = word.removesuffix("'s").strip("'")
            assert plain in NAMES or PLAIN.fullmatch(plain), word
        assert "mediamosa" not in quoted, sentence


def test_advice_shows_both_forms_of_a_uri() -> None:
    assert refused(parse_uri, "mediamosa://x").endswith(
        "write mediamosa://asset/<asset id> or mediamosa://mediafile/<mediafile id>/<file name>."
    )


def test_a_password_in_an_address_is_never_repeated_wherever_it_stands() -> None:
    for url in (
        "https://a:hunter2@x",
        "ftp://a:hunter2@x",
        "https://hunter2@x",
        "https://a:b@hunter2@x",
        "a:hunter2@b@c",
    ):
        assert "hunter2" not in refused(check_url, url, allow_http=True)
    with pytest.raises(InvalidConfiguration, match="carries a user name"):
        check_url("https://:hunter2@x", allow_http=True)
    assert "The address https://x/y " in refused(check_url, "https://a:b@x/y", allow_http=True)
    assert "'x.org' is not" in refused(check_url, " a:b@x.org ", allow_http=True)


def test_what_is_wrong_is_quoted_and_cut() -> None:
    long = "x" * 500
    assert f"{long[:100]!r} is not" in refused(check_url, long, allow_http=True)
    assert f"size {long[:20]!r} cannot" in refused(page_size_of, long)
    uri = f"mediamosa://{long}"
    assert f"uri {uri[:100]!r} names" in refused(parse_uri, uri)
    assert f"property {long[:64]!r}:" in refused(check_rules, [FieldRule(long)], KNOWN)
    wrong = MappedProperty("language", "language", "dublin_core")
    assert f"holds {long[:40]!r}:" in why_not_sendable(wrong, (long,))
    read = read_values(Record("m", metadata={long: True}))
    assert f"metadata.{long[:64]} is" in read.problems[long]


def test_an_ignored_property_takes_no_name_from_the_others() -> None:
    ignored = FieldRule("date", direction=Direction.IGNORE)
    check_rules([FieldRule("title", record_name="date"), ignored], KNOWN)
    # Also where it comes first.
    check_rules([FieldRule("date", Direction.IGNORE), FieldRule("title")], KNOWN)
    clash = [FieldRule("a", Direction.IGNORE), FieldRule("title", record_name="date")]
    others = (Property("a", "czp"), *KNOWN)
    assert "would both be metadata.date" in refused(check_rules, clash, others)
