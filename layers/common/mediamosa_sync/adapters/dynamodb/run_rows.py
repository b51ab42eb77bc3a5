"""The run item: lease, fence, and what a step saves; each in one conditional write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import (
    SCHEMA,
    Plain,
    checked,
    instant_text,
    item_from_wire,
    item_to_wire,
)
from mediamosa_sync.adapters.dynamodb.calls import (
    CONDITION_FAILED,
    condition_failed,
    reasons_of,
    standing_of,
)
from mediamosa_sync.adapters.dynamodb.chunk import fenced
from mediamosa_sync.adapters.dynamodb.expressions import (
    Expression,
    every,
    form_is_known,
    lease_is_free,
    mark_is,
    still_mine,
    update_text,
)
from mediamosa_sync.adapters.dynamodb.rows import Rows
from mediamosa_sync.adapters.dynamodb.run_item import SAVED, run_state_of, saved_attributes
from mediamosa_sync.adapters.dynamodb.shelf_item import history_item, nominees_item
from mediamosa_sync.domain.rows import HistoryRow, NomineesChange
from mediamosa_sync.domain.run import Fence, RunState

NOMINEES_KEPT_SECONDS = 90 * 24 * 3600
"""A run that was broken off leaves its nominees; by then they are surely nobody's."""


class RunRows(Rows):
    """The part of ``SyncStore`` with which steps read and write run items."""

    def run_state(self, connection_id: str) -> RunState:
        """The run item; a fresh one if the connection never had a step."""
        return run_state_of(connection_id, self._run_item(connection_id))

    def sequence(self, connection_id: str) -> int:
        """The number that the connection's last step drew; 0 if it never had one."""
        expression = Expression()
        projection = ", ".join(map(expression.path, ("sequence", "schema")))
        request = expression.request(ProjectionExpression=projection)
        answer = self._calls.patiently(
            "read the sequence number",
            lambda: self._calls.client.get_item(
                TableName=self._tables.sync,
                Key=keys.key(**run_key(connection_id)),
                ConsistentRead=True,
                **request,
            ),
        )
        return int(checked(item_from_wire(answer.get("Item", {}))).get("sequence", 0))

    def take_lease(
        self, connection_id: str, *, owner: str, now: datetime, until: datetime
    ) -> RunState | None:
        """Take the lease and draw the next number; None if another owner holds it beyond *now*.

        Repeated after a lost answer it draws one number more.
        """
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
        taken, item = self._update_run("take the lease", connection_id, request)
        # Of an item of a later version this raises, whoever holds its lease.
        state = run_state_of(connection_id, item)
        return state if taken else None

    def save_run(
        self,
        fence: Fence,
        state: RunState,
        *,
        release: bool,
        nominees: NomineesChange | None = None,
        history: Sequence[HistoryRow] = (),
    ) -> None:
        """Replace all of the run item but generation, sequence, marks, and numbers of links.

        The same write again after a lost answer is the same.
        """
        doing, expression = "save the run item", Expression()
        condition = still_mine(expression, fence)
        update = _replacing(expression, state, {}, ("lease",) if release else ())
        request = expression.request(ConditionExpression=condition, UpdateExpression=update)
        beside = self._rows_beside(fence.connection_id, nominees, history)
        if beside:
            saved = self._save_together(doing, fence.connection_id, request, beside)
        else:
            saved, _ = self._update_run(doing, fence.connection_id, request)
        if not saved:
            raise fenced()

    def take_marks(self, fence: Fence, before: RunState, after: RunState) -> None:
        """As :meth:`save_run`, of the generation of *after*, and remove the marks taken."""
        expression = Expression()
        taken = _taken(before, after)
        condition = every(
            still_mine(expression, fence),
            *(mark_is(expression, name, *identity) for name, identity in taken.items()),
        )
        generation: dict[str, object] = {"generation": after.generation}
        update = _replacing(expression, after, generation, tuple(taken))
        request = expression.request(ConditionExpression=condition, UpdateExpression=update)
        done, item = self._update_run("take the marks", fence.connection_id, request)
        if done:
            return
        stands = run_state_of(fence.connection_id, item)
        # The holder of the number alone writes all this: if it stands there just as it is to be,
        # this very write took effect and its answer was lost.
        if _taken(stands, after) or _without_marks(stands, after) != replace(
            after, sequence=fence.sequence
        ):
            raise fenced()

    def _rows_beside(
        self, connection_id: str, nominees: NomineesChange | None, history: Sequence[HistoryRow]
    ) -> list[dict[str, Any]]:
        table, actions = self._tables.sync, list[dict[str, Any]]()
        if nominees is not None and nominees.row.asset_ids:
            expires_at = int(self._seconds_now()) + NOMINEES_KEPT_SECONDS
            item = nominees_item(connection_id, nominees.run_id, nominees.row, expires_at)
            actions.append({"Put": {"TableName": table, "Item": item_to_wire(item)}})
        elif nominees is not None:
            sk = keys.of_nominees(nominees.run_id, nominees.row.key)
            key = keys.key(keys.of_connection(connection_id), sk)
            actions.append({"Delete": {"TableName": table, "Key": key}})
        rows = {row.position: item_to_wire(history_item(connection_id, row)) for row in history}
        return actions + [{"Put": {"TableName": table, "Item": item}} for item in rows.values()]

    def _save_together(
        self,
        doing: str,
        connection_id: str,
        request: dict[str, Any],
        beside: list[dict[str, Any]],
    ) -> bool:
        """Whether the run item's condition held; if not, nothing is written."""
        run: dict[str, Any] = {
            "TableName": self._tables.sync,
            "Key": keys.key(**run_key(connection_id)),
            **request,
        }
        transact = self._calls.transaction([{"Update": run}, *beside])

        def write() -> bool:
            try:
                transact()
            except ClientError as exc:
                reasons = reasons_of(exc)
                if not reasons or reasons[0].get("Code") != CONDITION_FAILED:
                    raise
                return False
            return True

        return self._calls.patiently(doing, write)

    def _run_item(self, connection_id: str) -> Plain:
        return next(self._items("read the run item", [run_key(connection_id)]), {})

    def _update_run(
        self, doing: str, connection_id: str, request: dict[str, Any]
    ) -> tuple[bool, Plain]:
        """Whether the condition held, and the item after the write, or as it stands without it."""

        def write() -> tuple[bool, Plain]:
            try:
                answer = self._calls.client.update_item(
                    TableName=self._tables.sync,
                    Key=keys.key(**run_key(connection_id)),
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **request,
                )
            except ClientError as exc:
                if not condition_failed(exc):
                    raise
                return False, item_from_wire(standing_of(exc))
            return True, item_from_wire(answer["Attributes"])

        return self._calls.patiently(doing, write)


def run_key(connection_id: str) -> dict[str, str]:
    """The run item's key."""
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


def _taken(before: RunState, after: RunState) -> dict[str, tuple[str, str]]:
    """Marks that *before* has and *after* has not: name → attribute of its id, and the id."""
    marks: dict[str, tuple[str, str]] = {}
    if before.restart is not None and after.restart is None:
        marks["restart"] = ("restart_id", before.restart.restart_id)
    if before.full_wish is not None and after.full_wish is None:
        marks["full_wish"] = ("restart_id", before.full_wish.restart_id)
    if before.ruling is not None and after.ruling is None:
        marks["ruling"] = ("ruling_id", before.ruling.ruling_id)
    return marks


def _without_marks(stands: RunState, after: RunState) -> RunState:
    """*stands* with what is not compared as *after* has it: marks, and numbers of links."""
    return replace(
        stands,
        restart=after.restart,
        full_wish=after.full_wish,
        ruling=after.ruling,
        links=after.links,
        held=after.held,
    )
