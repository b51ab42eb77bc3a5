"""Who imports what, read from the source (nothing is run), and the rules of who may.

The rules are those of docs/architecture.md that import-linter cannot say: an "only there" about
third-party packages, and `functions/`, whose folders are no packages.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CORE = "layers/common/mediamosa_sync"

OUR_ROOTS = frozenset({"mediamosa_sync", "functions", "infra", "tests"})

# Known to the type checker alone.
TYPES_OF_THE_STANDARD_LIBRARY = frozenset({"_typeshed"})

# Third-party package -> the only folders that may import it. A package that is not named here may
# be imported nowhere.
ALLOWED = {
    "boto3": (
        f"{CORE}/adapters/dynamodb",
        f"{CORE}/adapters/functions",
        f"{CORE}/adapters/secrets",
        f"{CORE}/adapters/scheduler",
        "infra/local",
    ),
    "botocore": (
        f"{CORE}/adapters/dynamodb",
        f"{CORE}/adapters/functions",
        f"{CORE}/adapters/secrets",
        f"{CORE}/adapters/scheduler",
        "infra/local",
    ),
    "cronsim": (f"{CORE}/adapters/scheduler",),
    "requests": (f"{CORE}/adapters/mediamosa", "infra/cli"),
    "urllib3": (f"{CORE}/adapters/mediamosa",),
    "lxml": (f"{CORE}/adapters/mediamosa", "infra/cli"),
    "aws_lambda_powertools": ("functions", f"{CORE}/runtime"),
    "rich": ("infra/local", "infra/cli"),
    "typer": ("infra/cli",),
    "yaml": ("infra/local",),
}

# The core decides: it neither asks a clock nor throws a die, and does no I/O of its own.
PURE_FOLDERS = (f"{CORE}/domain", f"{CORE}/service")
IMPURE_MODULES = frozenset(
    {
        "asyncio",
        "http",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
        "shutil",
        "socket",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib.request",
        "uuid",
    }
)
IMPURE_CALLS = frozenset({"now", "today", "utcnow"})

# Folder -> the parts of our own code that it may import. Inside `mediamosa_sync` import-linter
# keeps the rooms apart.
OWN = {
    "functions": (
        "mediamosa_sync.domain",
        "mediamosa_sync.errors",
        "mediamosa_sync.ports",
        "mediamosa_sync.runtime",
        "mediamosa_sync.service",
    ),
    "layers/common": ("mediamosa_sync",),
    # The doctor asks MediaMosa as the sync does; the first folder that fits decides.
    "infra/cli/doctor": (
        "infra.cli",
        "mediamosa_sync.adapters.mediamosa",
        "mediamosa_sync.domain.connection",
        "mediamosa_sync.domain.walk",
        "mediamosa_sync.errors",
    ),
    "infra/cli": ("infra.cli",),
    "infra/local": ("infra.local", "mediamosa_sync"),
}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module (dotted) in one file (path from the project's root, with `/`)."""

    path: str
    line: int
    module: str

    @property
    def root(self) -> str:
        """The module's first part."""
        return self.module.partition(".")[0]

    def __str__(self) -> str:
        """Say where and what."""
        return f"{self.path}:{self.line} imports {self.module}"


def violations(path: str, source: str) -> list[str]:
    """Return one sentence for each rule that a file breaks.

    Args:
        path: the file's path from the project's root, with `/`.
        source: its text.

    Raises:
        SyntaxError: the text is no Python.
    """
    tree = ast.parse(source, filename=path)
    imports = list(_imports(path, tree))
    return [
        *(f"{found}: not allowed there" for found in imports if not _may_import(found)),
        *_impurities(path, tree, imports),
    ]


def sources(project: Path) -> Iterator[tuple[str, str]]:
    """Yield path and text of every Python file that is part of the product."""
    for folder in ("functions", "infra", "layers/common"):
        for file in sorted((project / folder).rglob("*.py")):
            yield file.relative_to(project).as_posix(), file.read_text(encoding="utf-8")


def _imports(path: str, tree: ast.Module) -> Iterator[Import]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield Import(path, node.lineno, name.name)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            # `from http import server` and `from mediamosa_sync import runtime` import modules too.
            if node.module in OUR_ROOTS:
                for name in node.names:
                    yield Import(path, node.lineno, f"{node.module}.{name.name}")
            else:
                yield Import(path, node.lineno, node.module)


def _may_import(found: Import) -> bool:
    if found.root in sys.stdlib_module_names | TYPES_OF_THE_STANDARD_LIBRARY:
        return True
    if found.root in OUR_ROOTS:
        folder = next(folder for folder in OWN if _stands_in(found.path, folder))
        return any(_is_or_is_in(found.module, allowed) for allowed in OWN[folder])
    # The types of boto3 (seen by the type checker alone) are where boto3 is.
    package = "boto3" if found.root.startswith("mypy_boto3_") else found.root
    return any(_stands_in(found.path, folder) for folder in ALLOWED.get(package, ()))


def _impurities(path: str, tree: ast.Module, imports: list[Import]) -> Iterator[str]:
    if not any(_stands_in(path, folder) for folder in PURE_FOLDERS):
        return
    for found in imports:
        if any(_is_or_is_in(found.module, module) for module in IMPURE_MODULES):
            yield f"{found}: the core does no I/O, asks no clock and throws no die"
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in IMPURE_CALLS
            and isinstance(node.func.value, ast.Name | ast.Attribute)
            and ast.unparse(node.func.value).rpartition(".")[2] in {"date", "datetime"}
        ):
            yield f"{path}:{node.lineno} asks the clock: take the instant as an argument"


def _stands_in(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


def _is_or_is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
