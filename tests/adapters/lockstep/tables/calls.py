"""One call of a port, or of an application that writes its records, made of either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from mediamosa_sync.domain.run import RunState
from mediamosa_sync.errors import StoreError
from mediamosa_sync.ports import Applied, RecordStore, ScanPage, SyncStore
from tests.adapters.lockstep.compare import Form, form, shown


@dataclass(frozen=True, slots=True)
class Call:
    """What is called, with what.

    Attributes:
        about: which kind of call it is, where a method has several; "" if it has one.
    """

    method: str
    arguments: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""

    @property
    def text(self) -> str:
        """The call for people."""
        named = (f"{name}={shown(one)}" for name, one in self.named.items())
        return f"{self.method}({', '.join([*map(shown, self.arguments), *named])})"


class Side(Protocol):
    """One implementation, and an application's way into the media table.

    Attributes:
        media, sync: the ports.
    """

    media: RecordStore
    sync: SyncStore

    def put_record(self, media_id: str, /, **attributes: object) -> None:
        """An application writes a whole record."""
        ...

    def delete_record(self, media_id: str) -> None:
        """An application deletes a record."""
        ...


OF_RECORDS = frozenset({"records", "item"})
OF_APPLICATIONS = frozenset({"put_record", "delete_record"})


def answered(side: Side, call: Call) -> tuple[object, Form]:
    """What *side* answers to *call*, or the error that the port declares, and its form."""
    try:
        answer = _made(side, call)
    except StoreError as error:
        return error, form(error)
    if call.method == "links_between":
        # Of a mapping the form keeps no order, and this one promises one.
        return answer, form((answer, list(answer[0])))
    return answer, form(answer)


def _made(side: Side, call: Call) -> Any:
    if call.method == "scan":
        return _scanned(side.media)
    owner: object = side.sync
    if call.method in OF_RECORDS:
        owner = side.media
    elif call.method in OF_APPLICATIONS:
        owner = side
    return getattr(owner, call.method)(*call.arguments, **call.named)


def _scanned(media: RecordStore) -> object:
    """All records of a scan by their keys: its parts and their order are each store's own."""
    page: ScanPage = media.scan(None)
    found = list(page.records)
    while page.after is not None:
        page = media.scan(page.after)
        found += page.records
    return sorted(found, key=lambda record: record.media_id)


def outcome(answer: object) -> str:
    """What came of a call, in a word."""
    match answer:
        case None | bool():
            return str(answer)
        case BaseException():
            return type(answer).__name__
        case Applied():
            return _applied(answer)
        case RunState():
            return "state"
        case (Mapping() as links, bool() as more):
            return f"{'some' if links else 'nothing'}{' and more' if more else ''}"
        case Mapping() | Sequence():
            return "some" if answer else "nothing"
    return "told"


def _applied(applied: Applied) -> str:
    told = {"contested": applied.contested, "oversized": applied.oversized}
    return " and ".join(name for name, assets in told.items() if assets) or "done"
