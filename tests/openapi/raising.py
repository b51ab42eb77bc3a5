"""Which refusals a route can end in, read from the source: what its function refers to, and so on.

It errs on one side: a function that only names a kind of refusal counts as one that raises it.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mediamosa_sync.runtime.compose_control import UseCases
from mediamosa_sync.service import refusals
from mediamosa_sync.service.refusals import Refusal

PACKAGE = Path(refusals.__file__).parents[1]
MODULES = (*PACKAGE.glob("service/*.py"), *PACKAGE.glob("runtime/routes/*.py"))

SLUGS = {
    kind.__name__: kind.slug
    for kind in vars(refusals).values()
    if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
}

USE_CASES = {field.name for field in dataclasses.fields(UseCases)} | {"cases"}
"""Through what routes call methods of other modules: what is called by any other name is not."""

Key = tuple[str, str]
"""Module and name of a function, or of a method without its class."""


@dataclass(frozen=True, slots=True)
class Function:
    """What a function refers to.

    Attributes:
        names: bare names, which stand for the module's own functions or what it imports.
        used: names after that of a use case and a dot: methods of any module.
        attributes: names after any other dot: methods of the same module.
    """

    names: frozenset[str]
    used: frozenset[str]
    attributes: frozenset[str]


def slugs_of(method: str, path: str) -> set[str]:
    """The slugs of refusals that the route of that method and path can end in."""
    return _reached(routes()[method, path])


@cache
def routes() -> dict[tuple[str, str], Key]:
    """Method and path (as the description writes it) → the function that answers."""
    found = {}
    for path in PACKAGE.glob("runtime/routes/*.py"):
        for function in ast.walk(_parsed(path)):
            if isinstance(function, ast.FunctionDef):
                for decorator in function.decorator_list:
                    match decorator:
                        case ast.Call(
                            func=ast.Attribute(value=ast.Name(id="router"), attr=verb),
                            args=[ast.Constant(value=str(where))],
                        ):
                            where = where.replace("<", "{").replace(">", "}")
                            found[verb.upper(), where] = (_module(path), function.name)
    return found


def _reached(start: Key) -> set[str]:
    functions, imports, methods = _functions(), _imports(), _methods()
    seen: set[Key] = set()
    waiting, slugs = [start], set()
    while waiting:
        key = waiting.pop()
        if key in seen or key not in functions:
            continue
        seen.add(key)
        module, function = key[0], functions[key]
        slugs |= {SLUGS[name] for name in function.names & SLUGS.keys()}
        waiting += [imports.get((module, name), (module, name)) for name in function.names]
        waiting += [(module, name) for name in function.attributes]
        waiting += [key for name in function.used for key in methods.get(name, ())]
    return slugs


@cache
def _functions() -> dict[Key, Function]:
    return {
        (module, node.name): _function(node)
        for module, node in _nodes()
        if isinstance(node, ast.FunctionDef)
    }


@cache
def _imports() -> dict[Key, Key]:
    """What a module calls by a name of its own → where it stands."""
    return {
        (module, alias.name): (str(node.module), alias.name)
        for module, node in _nodes()
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@cache
def _methods() -> dict[str, list[Key]]:
    """Methods of all classes by their names."""
    found: dict[str, list[Key]] = {}
    for module, node in _nodes():
        if isinstance(node, ast.ClassDef) and node.name not in SLUGS:
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    found.setdefault(method.name, []).append((module, method.name))
    return found


def _nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in MODULES:
        for node in ast.walk(_parsed(path)):
            yield _module(path), node


def _function(node: ast.FunctionDef) -> Function:
    within = [inner for statement in node.body for inner in ast.walk(statement)]
    names = frozenset(inner.id for inner in within if isinstance(inner, ast.Name))
    dotted = {
        (inner.attr, _owner(inner.value)) for inner in within if isinstance(inner, ast.Attribute)
    }
    used = frozenset(name for name, owner in dotted if owner in USE_CASES)
    return Function(names, used, frozenset(name for name, _ in dotted) - used)


def _owner(value: ast.expr) -> str:
    """The name directly before a dot, "" if there is none."""
    match value:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _module(path: Path) -> str:
    return ".".join(("mediamosa_sync", *path.relative_to(PACKAGE).with_suffix("").parts))


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
