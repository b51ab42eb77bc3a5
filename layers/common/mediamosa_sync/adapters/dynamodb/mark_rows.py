"""What admins leave in the run item for the next step: restart, full run, ruling."""

from __future__ import annotations

from mediamosa_sync.adapters.dynamodb.attributes import SCHEMA, Plain
from mediamosa_sync.adapters.dynamodb.calls import busy
from mediamosa_sync.adapters.dynamodb.expressions import (
    Expression,
    every,
    mark_waits,
    no_mark,
    number_is,
    update_text,
)
from mediamosa_sync.adapters.dynamodb.run_item import (
    HELD,
    held_of,
    restart_map,
    restart_of,
    ruling_map,
    run_state_of,
)
from mediamosa_sync.adapters.dynamodb.run_rows import RunRows
from mediamosa_sync.domain.deletion import Ruling
from mediamosa_sync.domain.run import Restart


class MarkRows(RunRows):
    """The part of ``SyncStore`` with which admins mark."""

    def request_restart(self, connection_id: str, restart: Restart) -> Restart:
        """Leave the mark; one that stands already is left alone and returned."""
        return self._leave_wish(connection_id, "restart", restart)

    def request_full(self, connection_id: str, wish: Restart) -> Restart:
        """Leave the wish for a full run; one that stands already is left alone and returned."""
        return self._leave_wish(connection_id, "full_wish", wish)

    def withdraw_restart(self, connection_id: str) -> bool:
        """Take the restart mark away; False if there was none (any more)."""
        expression = Expression()
        condition = mark_waits(expression, "restart")
        update = update_text([], [expression.path("restart")])
        request = expression.request(ConditionExpression=condition, UpdateExpression=update)
        withdrawn, _ = self._update_run("withdraw the restart", connection_id, request)
        return withdrawn

    def rule(self, connection_id: str, ruling: Ruling) -> bool:
        """Leave a ruling on the list that its token names; False if that is not the list.

        The same ruling again, as after a lost answer, counts as left.
        """
        doing, item = "leave the ruling", self._run_item(connection_id)
        for _ in self._calls.attempts():
            state = run_state_of(connection_id, item)
            if state.ruling is not None:
                return state.ruling.ruling_id == ruling.ruling_id
            if not state.held.count or held_of(item).token != ruling.token:
                return False
            left, item = self._update_run(doing, connection_id, _ruling_request(item, ruling))
            if left:
                return True
        raise busy(doing)

    def _leave_wish(self, connection_id: str, name: str, wish: Restart) -> Restart:
        expression = Expression()
        condition = no_mark(expression, name)
        sets = _marking(expression, name, restart_map(wish))
        request = expression.request(
            ConditionExpression=condition, UpdateExpression=update_text(sets, [])
        )
        _, item = self._update_run("leave the mark", connection_id, request)
        return restart_of(item[name])


def _ruling_request(item: Plain, ruling: Ruling) -> dict[str, object]:
    """On condition that the list is still that of *item*, and that no other ruling waits."""
    expression = Expression()
    condition = every(
        no_mark(expression, "ruling"),
        *(number_is(expression, name, item.get(name)) for name in HELD),
    )
    sets = _marking(expression, "ruling", ruling_map(ruling))
    return expression.request(ConditionExpression=condition, UpdateExpression=update_text(sets, []))


def _marking(expression: Expression, name: str, mark: Plain) -> list[str]:
    schema = expression.path("schema")
    return [
        f"{expression.path(name)} = {expression.value(mark)}",
        f"{schema} = if_not_exists({schema}, {expression.value(SCHEMA)})",
    ]
