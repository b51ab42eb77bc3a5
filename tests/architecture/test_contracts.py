"""import-linter's contracts are kept, and break when they should (pyproject.toml)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def lint_imports(project: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over a project's `mediamosa_sync`; nothing of it is imported or run."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    environment = os.environ | {"PYTHONPATH": str(project / "layers/common")}
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy_of_the_project(tmp_path: Path) -> Path:
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    package = Path("layers/common/mediamosa_sync")
    shutil.copytree(
        PROJECT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path


def test_the_contracts_are_kept(copy_of_the_project: Path) -> None:
    result = lint_imports(copy_of_the_project)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("room", "planted"),
    [
        ("domain", "import mediamosa_sync.ports"),
        ("service", "import mediamosa_sync.adapters.dynamodb"),
        ("service", "import requests"),
        ("adapters/mediamosa", "import mediamosa_sync.adapters.dynamodb"),
        ("adapters/secrets", "import mediamosa_sync.runtime"),
    ],
)
def test_a_planted_import_breaks_a_contract(
    copy_of_the_project: Path, room: str, planted: str
) -> None:
    file = copy_of_the_project / "layers/common/mediamosa_sync" / room / "planted.py"
    file.write_text(planted, encoding="utf-8")

    result = lint_imports(copy_of_the_project)

    assert result.returncode == 1
    assert "BROKEN" in result.stdout


def test_a_module_outside_the_rooms_breaks_a_contract(copy_of_the_project: Path) -> None:
    file = copy_of_the_project / "layers/common/mediamosa_sync/helpers.py"
    file.write_text("", encoding="utf-8")

    assert lint_imports(copy_of_the_project).returncode == 1
