"""The functions, and behind them a connection about which everything can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.ports import SyncStore
from tests.functions import seed
from tests.functions.conftest import URL, USER_NAME, deployed
from tests.functions.gateway import deploy_tokens
from tests.functions.tables import Kept


@dataclass(frozen=True, slots=True)
class World:
    """What a module's tests share; each puts back what the one before has changed.

    Attributes:
        store: the sync table.
        kept: both tables as they were seeded.
    """

    store: SyncStore
    kept: Kept

    def put_back(self) -> None:
        """Undo everything since the beginning, but in secrets."""
        self.kept.put_back()


@contextmanager
def seeded() -> Iterator[World]:
    """A world for as long as one likes: it takes a second to make."""
    with pytest.MonkeyPatch.context() as monkeypatch, deployed(monkeypatch) as store:
        connection = Connection(URL, USER_NAME, "arn")
        store.put_connection(connection)
        seed.seed(store, connection)
        deploy_tokens(monkeypatch)
        yield World(store, Kept())
