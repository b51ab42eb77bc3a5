"""There is one model of MediaMosa: what simulates it for the sync keeps no tables of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import tests.fakes.mediamosa as simulator

SOURCE = ast.parse(Path(simulator.__file__).read_text(encoding="utf-8"))
KEPT = {"_model", "_name", "_zone", "_times", "_session", "_requests", "key", "before", "after"}
"""The model, who asks it, and what a client remembers between two requests."""


def test_the_simulator_asks_the_stand_in_s_model() -> None:
    imported = {
        f"{node.module}.{one.name}"
        for node in ast.walk(SOURCE)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    }

    assert "infra.local.mediamosa.model.MediaMosa" in imported
    assert not any(name.startswith("infra.local.mediamosa.store") for name in imported)


def test_the_simulator_keeps_nothing_of_what_a_server_knows() -> None:
    assigned = {
        target.attr
        for node in ast.walk(SOURCE)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
    }

    assert assigned <= KEPT


def test_the_simulator_defines_no_table() -> None:
    tables = [
        node
        for node in SOURCE.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Dict | ast.List | ast.DictComp | ast.ListComp)
    ]

    assert tables == []
