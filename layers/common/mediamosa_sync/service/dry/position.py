"""How far a plan has come, as a token that its client brings back: opaque, bounded, not trusted."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass, field
from datetime import datetime

from mediamosa_sync.domain.run import Kind
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.service.dry.overlay import Overlay
from mediamosa_sync.service.dry.packing import packed, unpacked
from mediamosa_sync.service.refusals import InvalidRequest, PlanTooLarge

LONGEST_TOKEN = 2_000_000
"""Characters: the answer of a function may have 6 MB (AWS: "Lambda quotas"), and items are in it.

A tie that the walk has not come to yet takes some 65, so it is enough for 30,000 of them.
"""
LONGEST_TEXT = 12_000_000
"""Bytes of what the token unfolds to: what a function of 256 MB can take apart."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What a plan comes to so far.

    Attributes:
        listed, steps: by kind of run: assets done, and invocations that it takes.
        pushes: invocations beside those, which only push.
        linked: ties of a record to an asset that would be made.
        held: deletions that would wait for a person.
        requests: to MediaMosa, those included that would write.
        idle: pages in a row that came to nothing.
    """

    from_mediamosa: Counts = field(default_factory=Counts)
    to_mediamosa: Counts = field(default_factory=Counts)
    listed: dict[Kind, int] = field(default_factory=dict)
    steps: dict[Kind, int] = field(default_factory=dict)
    pushes: int = 0
    linked: int = 0
    held: int = 0
    requests: int = 0
    idle: int = 0


@dataclass(frozen=True, slots=True)
class Position:
    """Everything that a plan's next page decides upon.

    Attributes:
        at: when the run planned begins (aware UTC); for all pages of a plan it is the same moment.
        interval_seconds: time between two ticks, in whole seconds; None while the schedule is off.
        full: whether the plan is as if a full run had been asked for.
    """

    connection_id: str
    at: datetime
    interval_seconds: int | None = None
    full: bool = False
    overlay: Overlay = field(default_factory=Overlay)
    sums: Sums = field(default_factory=Sums)


def token_of(position: Position) -> str:
    """The token of *position*. Raises :class:`PlanTooLarge`."""
    text = json.dumps(packed(position), separators=(",", ":")).encode()
    token = base64.urlsafe_b64encode(zlib.compress(text)).decode()
    if len(text) > LONGEST_TEXT or len(token) > LONGEST_TOKEN:
        raise PlanTooLarge
    return token


def position_of(token: str, connection_id: str) -> Position:
    """The position that *token* stands for.

    Raises:
        InvalidRequest: it stands for none of this connection's plans.
    """
    try:
        position = unpacked(Position, _unfolded(token))
    except (ValueError, zlib.error, RecursionError):
        raise InvalidRequest(_NOT_OURS) from None
    state = position.overlay.state
    if state is None or {position.connection_id, state.connection_id} != {connection_id}:
        raise InvalidRequest(_NOT_OURS)
    return position


_NOT_OURS = "The field next is no token of a plan of this connection: begin the plan anew."


def _unfolded(token: str) -> object:
    """Raises ValueError or zlib.error."""
    unfolding = zlib.decompressobj()
    text = unfolding.decompress(base64.urlsafe_b64decode(token.encode()), LONGEST_TEXT)
    if not unfolding.eof:
        raise ValueError("cut off, or too long")
    return json.loads(text)
