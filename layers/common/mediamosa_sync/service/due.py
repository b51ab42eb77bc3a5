"""Which connections are to step now."""

from __future__ import annotations

from collections.abc import Iterable

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.ports import SyncStore
from mediamosa_sync.service.addresses import comparable_url


def due_connections(store: SyncStore, default: Connection) -> tuple[str, ...]:
    """Ids of the connections that this execution steps, in order.

    Parameters:
        default: the connection that the stack's parameters name. Its configuration is written down
            when it differs from what stands there; what admins decided about it stays.

    A connection that was the default before is switched off, since its secret is the new one's; all
    else of it stays, so that switching back resumes it. A connection with a problem is not due: its
    status says what is wrong. Raises :class:`StoreUnavailable`.
    """
    known = {connection.connection_id: connection for connection in store.connections()}
    default = _without_twin(default, known.values())
    wanted = _as_wanted(default, known.get(default.connection_id))
    if wanted != known.get(default.connection_id):
        store.put_connection(wanted)
    known[wanted.connection_id] = wanted
    for connection in known.values():
        if connection.default and connection is not wanted:
            former = replace(connection, default=False, enabled=False)
            store.put_connection(former)
            known[former.connection_id] = former
    return tuple(sorted(name for name, connection in known.items() if _is_due(connection)))


def _without_twin(default: Connection, connections: Iterable[Connection]) -> Connection:
    """*default*, with a problem if a connection that was added is the same in another spelling."""
    twin = next((other for other in connections if _is_same_server(other, default)), None)
    if twin is None:
        return default
    return replace(default, problem=default.problem or _SPELLING.format(twin.url))


def _is_same_server(other: Connection, default: Connection) -> bool:
    return (
        other.enabled
        and not other.default
        and other.user_name == default.user_name
        and other.connection_id != default.connection_id
        and comparable_url(other.url) == comparable_url(default.url)
    )


_SPELLING = (
    "The connection {} of the same user is the same server in another spelling: write MediaMosaUrl "
    "exactly like that, or switch that connection off."
)


def _as_wanted(default: Connection, known: Connection | None) -> Connection:
    if known is None:
        return replace(default, default=True)
    return replace(
        default,
        default=True,
        enabled=known.enabled if known.default else True,
        paused=known.paused,
        policies=known.policies,
        fields=known.fields,
    )


def _is_due(connection: Connection) -> bool:
    paused = connection.paused >= {"pull", "push"}
    return connection.enabled and not connection.problem and not paused
