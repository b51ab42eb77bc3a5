"""The run item: lease, fence and restart mark, each in one conditional write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import (
    SCHEMA,
    Plain,
    instant_text,
    item_from_wire,
)
from mediamosa_sync.adapters.dynamodb.calls import Calls, code_of
from mediamosa_sync.adapters.dynamodb.chunk import fenced
from mediamosa_sync.adapters.dynamodb.expressions import (
    Expression,
    every,
    form_is_known,
    lease_is_free,
    mark_is,
    no_mark,
    still_mine,
    update_text,
)
from mediamosa_sync.adapters.dynamodb.run_item import (
    SAVED,
    restart_map,
    restart_of,
    run_state_of,
    saved_attributes,
)
from mediamosa_sync.domain.run import Fence, Restart, RunState


class RunItems:
    """Run items of all connections; the part of ``SyncStore`` that is about them alone."""

    def __init__(self, calls: Calls, table: str) -> None:
        self._calls, self._table = calls, table

    def read(self, connection_id: str) -> RunState:
        """As ``SyncStore.run_state``."""
        found = list(self._calls.read("read the run item", self._table, [_key(connection_id)]))
        return run_state_of(connection_id, found[0] if found else {})

    def take_lease(
        self, connection_id: str, owner: str, now: datetime, until: datetime
    ) -> RunState | None:
        """As ``SyncStore.take_lease``. Repeated after a lost answer it draws one number more."""
        expression = Expression()
        condition = every(lease_is_free(expression, owner, now), form_is_known(expression, SCHEMA))
        zero, one = expression.value(0), expression.value(1)
        generation, sequence = expression.path("generation"), expression.path("sequence")
        lease = {"owner": owner, "until": instant_text(until)}
        sets = [
            f"{generation} = if_not_exists({generation}, {zero})",
            f"{sequence} = if_not_exists({sequence}, {zero}) + {one}",
            f"{expression.path('lease')} = {expression.value(lease)}",
            f"{expression.path('schema')} = {expression.value(SCHEMA)}",
        ]
        request = expression.request(
            ConditionExpression=condition, UpdateExpression=update_text(sets, [])
        )
        taken, item = self._write("take the lease", connection_id, request)
        # Of an item of a later version this raises, whoever holds its lease.
        state = run_state_of(connection_id, item)
        return state if taken else None

    def save(self, fence: Fence, state: RunState, *, release: bool) -> None:
        """As ``SyncStore.save_run``. The same write again after a lost answer is the same."""
        expression = Expression()
        condition = still_mine(expression, fence)
        update = _replacing(expression, state, {}, ("lease",) if release else ())
        request = expression.request(ConditionExpression=condition, UpdateExpression=update)
        saved, _ = self._write("save the run item", fence.connection_id, request)
        if not saved:
            raise fenced()

    def take_restart(self, fence: Fence, restart: Restart, state: RunState) -> None:
        """As ``SyncStore.take_restart``."""
        expression = Expression()
        condition = every(still_mine(expression, fence), mark_is(expression, restart))
        generation = fence.generation + 1
        update = _replacing(expression, state, {"generation": generation}, ("restart",))
        request = expression.request(ConditionExpression=condition, UpdateExpression=update)
        taken, item = self._write("take the restart", fence.connection_id, request)
        if taken:
            return
        stands = run_state_of(fence.connection_id, item)
        # Only the holder of the number can have raised the generation under it: this very write
        # took effect and its answer was lost.
        if (stands.generation, stands.sequence) != (generation, fence.sequence):
            raise fenced()

    def request_restart(self, connection_id: str, restart: Restart) -> Restart:
        """As ``SyncStore.request_restart``."""
        expression = Expression()
        condition = no_mark(expression)
        schema = expression.path("schema")
        sets = [
            f"{expression.path('restart')} = {expression.value(restart_map(restart))}",
            f"{schema} = if_not_exists({schema}, {expression.value(SCHEMA)})",
        ]
        request = expression.request(
            ConditionExpression=condition, UpdateExpression=update_text(sets, [])
        )
        _, item = self._write("leave the restart mark", connection_id, request)
        return restart_of(item["restart"])

    def _write(self, doing: str, connection_id: str, request: dict[str, Any]) -> tuple[bool, Plain]:
        """Whether the condition held, and the item after the write, or as it stands without it."""

        def write() -> tuple[bool, Plain]:
            try:
                answer = self._calls.client.update_item(
                    TableName=self._table,
                    Key=keys.key(**_key(connection_id)),
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **request,
                )
            except ClientError as exc:
                if code_of(exc) != "ConditionalCheckFailedException":
                    raise
                # botocore puts the item beside the error; its types do not say so.
                response: Any = exc.response
                return False, item_from_wire(response.get("Item", {}))
            return True, item_from_wire(answer["Attributes"])

        return self._calls.patiently(doing, write)


def _key(connection_id: str) -> dict[str, str]:
    return {"pk": keys.of_connection(connection_id), "sk": keys.RUN}


def _replacing(
    expression: Expression,
    state: RunState,
    also: dict[str, object],
    removed: tuple[str, ...],
) -> str:
    """SET what *state* has to save, REMOVE what it has at its default."""
    saved = saved_attributes(state)
    absent = tuple(name for name in SAVED if name not in saved)
    return expression.update({**saved, **also, "schema": SCHEMA}, (*absent, *removed))
