"""The functions run on what is deployed, not on what happens to be installed here."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from infra.local.build import Package
from infra.local.engine import PYTHON

FUNCTIONS = {
    "api": "ApiFunction",
    "authorize": "AuthorizeFunction",
    "due_connections": "DueConnectionsFunction",
    "sync_step": "SyncStepFunction",
}

IMPORT = """
import json, sys
sys.path[:0] = sys.argv[1:]
import handler
outside = [
    module.__file__ for name, module in sys.modules.items()
    if "site-packages" in (getattr(module, "__file__", None) or "")
]
print(json.dumps([callable(handler.lambda_handler), outside]))
"""


@pytest.fixture(scope="module")
def unpacked(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    for name in (*FUNCTIONS.values(), "PageFunction", "CommonLayer"):
        with zipfile.ZipFile(package.folder / f"{name}.zip") as archive:
            archive.extractall(folder / name)
    return folder


def import_handler(*path: Path) -> list[object]:
    """Import a handler with these folders and the standard library, in a process of its own."""
    result = subprocess.run(
        # -I: no user's packages, no PYTHONPATH; -S: no site-packages.
        [str(PYTHON), "-I", "-S", "-c", IMPORT, *map(str, path)],
        env={"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    imported: list[object] = json.loads(result.stdout)
    return imported


@pytest.mark.parametrize("logical_id", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_a_handler_needs_nothing_but_its_folder_and_the_layer(
    unpacked: Path, logical_id: str
) -> None:
    path = (unpacked / logical_id, unpacked / "CommonLayer/python")

    assert import_handler(*path) == [True, []]


def test_the_page_needs_nothing_but_its_folder(unpacked: Path) -> None:
    assert import_handler(unpacked / "PageFunction") == [True, []]
