"""What an answer of MediaMosa says, read strictly and apart from the code under test.

By expat instead of libxml2, with rules of its own (protocol § 2, § 4, § 8). What cannot be believed
as a whole is a :class:`Contradiction`: the client must then say so and never return a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.parsers import expat
from zoneinfo import ZoneInfo

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.deletion import Existence, Proof
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.values import Values
from mediamosa_sync.domain.walk import Window

ZONE = "Europe/Amsterdam"
OKAY, EMPTY = 601, 705
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_NUMBER = re.compile(r"\s*([0-9]{1,10})\s*")
_HEADER = {
    "item_count": "count",
    "itemsPerPage": "count",
    "item_count_total": "total",
    "totalResults": "total",
    "item_offset": "offset",
    "startIndex": "offset",
    "request_result_id": "id",
    "resultId": "id",
    "request_result": "word",
    "result": "word",
}
_NOT_METADATA = {"mediafiles", "mediafile", "stills", "still", "collections", "coll_ids", "asset"}
_ONCE = (
    "asset_id",
    "mediafile_id",
    "status",
    "owner_id",
    "videotimestamp",
    "videotimestampmodified",
    "isprivate",
    "is_unappropriate",
    "is_unappropiate",
    "mediafile_filename",
    "mediafile_mime_type",
    "mediafile_duration",
    "name",
    "prop_group",
    "type",
    "is_hidden",
    "is_protected",
)


class Contradiction(Exception):
    """The answer is not whole, contradicts itself, or is not one to what was asked."""


@dataclass(slots=True)
class Node:
    """One element: its name, the text before its first child, its children, and stray text."""

    name: str
    text: str = ""
    kids: list[Node] = field(default_factory=list)
    stray: bool = False

    def named(self, name: str) -> list[Node]:
        return [kid for kid in self.kids if kid.name == name]


@dataclass(frozen=True, slots=True)
class Said:
    """A whole answer that does not contradict itself."""

    result_id: int
    items: list[Node]
    total: int | None
    offset: int | None

    @property
    def succeeded(self) -> bool:
        return self.result_id in {OKAY, EMPTY}


def tree(body: bytes) -> Node:
    """The document's root; UTF-8 whatever it declares (§ 1)."""
    try:
        return _tree(body)
    except Contradiction:
        # expat knows the letters that names had in 1998: others are written out for it.
        spelt = _NAME.sub(_spelt, body)
        if spelt == body:
            raise
        return _tree(spelt)


_NAME = re.compile(rb"(?<=<)(/?)([^\s<>/=!?]*[\x80-\xff][^\s<>/=!?]*)")
_FIRST = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LETTERS = re.compile(
    rf"[:A-Z_a-z{_FIRST}][-.0-9:A-Z_a-z\u00b7\u0300-\u036f\u203f-\u2040{_FIRST}]*"
)
"""Names as XML 1.0 has had them since its fifth edition, productions 4 to 5."""


def _spelt(found: re.Match[bytes]) -> bytes:
    try:
        name = found[2].decode()
    except UnicodeDecodeError:
        return found[0]
    if _LETTERS.fullmatch(name) is None:
        return found[0]
    return found[1] + "".join(one if one.isascii() else f"_{ord(one):x}_" for one in name).encode()


def _tree(body: bytes) -> Node:
    top = Node("")
    path = [top]

    def start(name: str, _attributes: object) -> None:
        node = Node("{" + name if "}" in name else name)
        path[-1].kids.append(node)
        path.append(node)

    def end(_name: str) -> None:
        path.pop()

    def text(data: str) -> None:
        node = path[-1]
        if not node.kids:
            node.text += data
        elif not data.isspace():
            node.stray = True

    def refuse(*_told: object) -> None:
        raise Contradiction("a document type")

    parser = expat.ParserCreate("utf-8", "}")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as exc:
        raise Contradiction(f"not well-formed: {exc}") from None
    return top.kids[0]


def said(body: bytes) -> Said:
    """The envelope: one header, at most one list, counts that agree."""
    root = tree(body)
    headers, lists = root.named("header"), root.named("items")
    if root.name != "response" or len(headers) != 1 or len(lists) > 1:
        raise Contradiction("not one response with one header and one list")
    fields = _fields(headers[0])
    result_id, count = _number(fields, "id"), _number(fields, "count")
    if result_id is None:
        raise Contradiction("no result")
    items = lists[0].named("item") if lists else []
    answer = Said(result_id, items, _number(fields, "total"), _number(fields, "offset"))
    if count != len(items) and (answer.succeeded or count is not None):
        raise Contradiction(f"announces {count} items and holds {len(items)}")
    if result_id == EMPTY and items:
        raise Contradiction("empty, and holds items")
    if fields.get("word", "").strip() == "success" and not answer.succeeded:
        raise Contradiction("a success that is a refusal")
    return answer


def _fields(header: Node) -> dict[str, str]:
    fields: dict[str, str] = {}
    for node in [*header.kids, *(kid for one in header.named("request") for kid in one.kids)]:
        name = _HEADER.get(node.name.rpartition("}")[2])
        if name is None:
            continue
        if node.kids or fields.setdefault(name, node.text) != node.text:
            raise Contradiction(f"the header is of two minds about the {name}")
    return fields


def _number(fields: dict[str, str], name: str) -> int | None:
    found = _NUMBER.fullmatch(fields.get(name, ""))
    return None if found is None else int(found[1])


def _success(body: bytes) -> Said:
    answer = said(body)
    if not answer.succeeded:
        raise Contradiction(f"a refusal: {answer.result_id}")
    return answer


def instant(text: str) -> datetime | None:
    """A stamp of MediaMosa in its application's zone, the earlier pass of a doubled hour."""
    if not _STAMP.fullmatch(text):
        return None
    try:
        local = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZoneInfo(ZONE))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _plain(item: Node) -> dict[str, str]:
    """The plain fields; one that decides something may not be there with two texts."""
    found: dict[str, str] = {}
    for node in item.kids:
        if node.kids or not node.text:
            continue
        if node.name in _ONCE and found.get(node.name, node.text) != node.text:
            raise Contradiction(f"two different {node.name}")
        found[node.name] = node.text
    return found


def _group(nodes: Iterable[Node]) -> dict[str, Values]:
    texts: dict[str, list[str]] = {}
    for node in nodes:
        if node.kids and (node.text.strip() or node.stray):
            raise Contradiction(f"elements within the text of {node.name}")
        if node.text and not node.kids:
            texts.setdefault(node.name, []).append(node.text)
    return {name: tuple(sorted(values)) for name, values in texts.items()}


def _groups(item: Node) -> dict[str, dict[str, Values]]:
    nodes: dict[str, list[Node]] = {}
    for node in item.kids:
        if node.kids and node.name not in _NOT_METADATA:
            nodes.setdefault(node.name, []).extend(node.kids)
    found = {name: _group(kids) for name, kids in nodes.items()}
    return {name: values for name, values in found.items() if values}


def asset(item: Node) -> Asset:
    """One asset as an item tells it (§ 8.1)."""
    plain = _plain(item)
    asset_id = plain.get("asset_id", "")
    if not 1 <= len(asset_id.encode()) <= 32:
        raise Contradiction("an asset without a possible id")
    modified = instant(plain.get("videotimestampmodified", ""))
    if plain.get("status") == "deleted":
        return Asset(asset_id, tombstone=True, modified=modified)
    states = _group(kid for node in item.named("asset") for kid in node.kids)
    return Asset(
        asset_id,
        created=instant(plain.get("videotimestamp", "")),
        modified=modified,
        groups=_groups(item),
        owner_id=plain.get("owner_id", ""),
        published=states.get("published") != ("FALSE",),
        trashed=states.get("trashcan") == ("TRUE",),
        inappropriate="TRUE" in {plain.get("is_unappropriate"), plain.get("is_unappropiate")},
        private=plain.get("isprivate") == "TRUE",
        filename=plain.get("mediafile_filename", ""),
        mime_type=plain.get("mediafile_mime_type", ""),
        duration=plain.get("mediafile_duration", ""),
    )


def page(body: bytes, date: datetime | None, window: Window, prefix: str) -> AssetPage:
    """A page of the list (§ 8.1)."""
    answer = _success(body)
    found = tuple(asset(item) for item in answer.items)
    ids = [one.asset_id for one in found]
    if ids != sorted(set(ids)) or len(ids) > window.limit:
        raise Contradiction("not in order, or too many")
    if answer.offset != window.offset or not all(one.startswith(prefix) for one in ids):
        raise Contradiction("other rows than asked for")
    total = answer.total if window.with_total else None
    if window.with_total and (total is None or (ids and total < window.offset + len(ids))):
        raise Contradiction("a total that cannot be")
    if window.with_total and window.offset == 0 and total and not ids:
        raise Contradiction("empty, with a total")
    if date is None:
        raise Contradiction("no date")
    return AssetPage(found, window.offset, total, date)


def ids(body: bytes, date: datetime | None, window: Window, prefix: str) -> AssetPage:
    """The same, ids alone."""
    found = page(body, date, window, prefix)
    return AssetPage(
        tuple(Asset(one.asset_id) for one in found.assets),
        found.offset,
        found.total,
        found.server_time,
    )


def assets(body: bytes, wanted: tuple[str, ...]) -> dict[str, Asset]:
    """Several assets by their ids (§ 8.2)."""
    found = [asset(item) for item in _success(body).items]
    by_id = {one.asset_id: one for one in found}
    if len(by_id) != len(found) or not set(by_id) <= set(wanted):
        raise Contradiction("assets that were not asked for")
    return by_id


def proof(body: bytes, asset_id: str) -> Proof:
    """Whether an asset exists; only a whole refusal 700 without any item says no (§ 8.3)."""
    answer = said(body)
    if answer.result_id in {700, 1800}:
        if answer.items:
            raise Contradiction("a refusal that holds items")
        return Proof(Existence.GONE if answer.result_id == 700 else Existence.FOREIGN)
    [item] = _one(_success(body))
    found = asset(item)
    if found.asset_id != asset_id or found.tombstone:
        raise Contradiction("another asset")
    return Proof(Existence.ALIVE, found)


def mediafile(body: bytes, mediafile_id: str) -> str | None:
    """The asset of a mediafile (§ 8.5)."""
    answer = said(body)
    if answer.result_id == 701:
        if answer.items:
            raise Contradiction("a refusal that holds items")
        return None
    [item] = _one(_success(body))
    plain = _plain(item)
    if plain.get("mediafile_id") != mediafile_id or not plain.get("asset_id"):
        raise Contradiction("another mediafile")
    return plain["asset_id"]


def _one(answer: Said) -> list[Node]:
    if len(answer.items) != 1:
        raise Contradiction("not the one thing that was asked for")
    return answer.items


def properties(body: bytes) -> tuple[Property, ...]:
    """The whole list of properties, if one page holds it (§ 10.5)."""
    answer = _success(body)
    if answer.total != len(answer.items) or answer.offset != 0:
        raise Contradiction("not the whole list")
    found: dict[tuple[str, str], Property] = {}
    for item in answer.items:
        plain = _plain(item)
        name, group = plain.get("name", ""), plain.get("prop_group", "")
        if not name or not group:
            raise Contradiction("a property without a name or group")
        known = plain.get("type", "") in {kind.value for kind in PropertyType}
        found[group, name] = Property(
            name,
            group,
            PropertyType(plain["type"]) if known else PropertyType.CHAR,
            plain.get("is_hidden") == "TRUE",
            plain.get("is_protected") == "TRUE",
        )
    return tuple(found.values())


def stored(body: bytes, sent: frozenset[str]) -> frozenset[str]:
    """The properties that a write stored (§ 10.4)."""
    found = frozenset(node.name for item in _success(body).items for node in item.kids)
    if not found <= sent:
        raise Contradiction("properties that were not sent")
    return found


def login(body: bytes, word: str) -> None:
    """That a step of the login was answered as it must be, beginning with *word* (§ 3)."""
    items = _success(body).items
    told = items[0].named("dbus")[:1] if items else []
    text = told[0].text if told else ""
    if not text.startswith(word) or (word == "DATA " and text.count(" ") < 3):
        raise Contradiction("a login that says something else")
