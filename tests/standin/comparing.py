"""A recorded answer and the stand-in's answer, compared element by element, both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from tests.standin.recordings import Recording, parse

Allowed = dict[str, str]
_PROCESS_TIME = re.compile(r"<request_process_time>[^<]*</request_process_time>")
_RECORDED_LENGTH = "<request_process_time>%s</request_process_time>"


def differences(recorded: Recording, body: str, allowed: Allowed) -> list[str]:
    """Return how `body` differs from the recorded one, beyond what is allowed.

    `allowed` maps a path (`header/errors`, `items[].title`) or `order` to the reason why it may
    differ.
    """
    if recorded.cut:
        return list(_prefix(recorded, body))
    found = list(_tree(recorded.body, body, allowed))
    if not found and not allowed and _steady(recorded.body.rstrip()) != _steady(body.rstrip()):
        found.append("the same elements are written in another way")
    return found


def _tree(recorded: str, body: str, allowed: Allowed) -> Iterator[str]:
    theirs, ours = parse(recorded), parse(body)
    yield from _children(
        theirs.find("header"), ours.find("header"), "header", {**allowed, **ALWAYS}
    )
    first, second = theirs.findall("items/item"), ours.findall("items/item")
    if "order" in allowed:
        first.sort(key=_key)
        second.sort(key=_key)
    if len(first) != len(second):
        yield f"{len(first)} items recorded, {len(second)} answered"
    for one, other in zip(first, second, strict=False):
        yield from _children(one, other, "items[]", allowed)


ALWAYS: Allowed = {
    "header/request_process_time": "how long a machine takes is its own affair",
}


def _key(item: etree._Element) -> str:
    return item.findtext("asset_id") or ""


def _children(
    one: etree._Element | None, other: etree._Element | None, path: str, allowed: Allowed
) -> Iterator[str]:
    if one is None or other is None:
        if one is not other:
            yield f"{path} is there only once"
        return
    if one.attrib != other.attrib:
        yield f"{path}: attributes {one.attrib} recorded, {other.attrib} answered"
    first = [child for child in one if _path(path, child) not in allowed]
    second = [child for child in other if _path(path, child) not in allowed]
    names = [child.tag for child in first], [child.tag for child in second]
    if names[0] != names[1]:
        yield f"{path}: elements {names[0]} recorded, {names[1]} answered"
        return
    for mine, theirs in zip(first, second, strict=True):
        where = _path(path, mine)
        texts = [_own(where, child.text or "", allowed) for child in (mine, theirs)]
        if len(mine) == len(theirs) == 0 and texts[0] != texts[1]:
            yield f"{where}: {texts[0]!r} recorded, {texts[1]!r} answered"
        yield from _children(mine, theirs, where, allowed)


def _own(where: str, text: str, allowed: Allowed) -> str:
    return text.split("\n", 1)[0] if f"{where} after its first line" in allowed else text


def _path(path: str, child: etree._Element) -> str:
    return f"{path}/{child.tag}"


def _steady(body: str, to: str = "0.0") -> str:
    return _PROCESS_TIME.sub(_RECORDED_LENGTH % to, body)


def _prefix(recorded: Recording, body: str) -> Iterator[str]:
    time = _PROCESS_TIME.search(recorded.body)
    lines = recorded.body.split("\n")[:-1]
    ours = body.split("\n")[: len(lines)]
    for one, other in zip(lines, ours, strict=False):
        if one != other and not _PROCESS_TIME.search(one):
            yield f"{one.strip()!r} recorded, {other.strip()!r} answered"
    if len(ours) < len(lines):
        yield f"{len(lines)} lines recorded, {len(ours)} answered"
    if recorded.length is not None and time is not None:
        digits = re.sub(r"<[^>]*>", "", time[0])
        length = len(_steady(body, digits).encode())
        if length != recorded.length and recorded.name not in LENGTH_DIFFERS:
            yield f"{recorded.length} bytes recorded, {length} answered"


LENGTH_DIFFERS: Allowed = {
    "asset-list-limit-200": "of the 300 assets only those that were recorded are known",
}
