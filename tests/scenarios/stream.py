"""The stream of the media table as Lambda hands it on: in order, in batches, at least once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mediamosa_sync.domain.edits import RecordEvent

BATCH = 100


class Stream:
    """One shard.

    Attributes:
        batch_size: events of one invocation at most.
        waiting: events that are not dealt with, in their order.
        delivered: the batches that were dealt with, in their order.
    """

    def __init__(self) -> None:
        self.batch_size = BATCH
        self.waiting: list[RecordEvent] = []
        self.delivered: list[tuple[RecordEvent, ...]] = []

    def take(self, events: Sequence[RecordEvent]) -> bool:
        """Put new *events* behind those that wait; whether any wait."""
        self.waiting += events
        return bool(self.waiting)

    def deliver(self, push: Callable[[Sequence[RecordEvent]], object]) -> None:
        """Hand the first batch on; it is dealt with only if *push* comes back."""
        batch = tuple(self.waiting[: self.batch_size])
        push(batch)
        del self.waiting[: len(batch)]
        self.delivered.append(batch)
