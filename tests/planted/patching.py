"""Put a fault into the code that is loaded, in place, and take it out again.

A function's code object is swapped, so whoever has imported the function, its class or a bound
method runs the faulty code; nothing on the disk changes.
"""

from __future__ import annotations

import dis
import importlib
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

from tests.planted.fault import Edit, Fault
from tests.simulation import beginnings

PACKAGE = "mediamosa_sync"


class CannotPlant(Exception):
    """The fault does not fit the code any more; the message says what to look at."""


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    """Run the body with *fault* in the code.

    Raises:
        CannotPlant: a piece of text is not there exactly once, or the function is no plain one.
    """
    swaps = [(function, function.__code__, code) for function, code in faulty_code(fault)]
    try:
        for function, _, code in swaps:
            function.__code__ = code
        beginnings.forget()
        yield
    finally:
        for function, code, _ in swaps:
            function.__code__ = code
        beginnings.forget()


def faulty_code(fault: Fault) -> list[tuple[FunctionType, CodeType]]:
    """The functions that *fault* is about, each with the code that it is to run."""
    by_place: dict[str, list[Edit]] = {}
    for edit in fault.edits:
        by_place.setdefault(edit.where, []).append(edit)
    found = []
    for where, edits in by_place.items():
        function = function_at(where)
        source = _source(function)
        for edit in edits:
            source = _edited(fault.name, source, edit)
        found.append((function, _compiled(function, source)))
    return found


def function_at(where: str) -> FunctionType:
    """The plain function, method or property getter of that place.

    Raises:
        CannotPlant: there is none, or it has free variables.
    """
    module_name, _, path = where.partition(":")
    found: Any = importlib.import_module(f"{PACKAGE}.{module_name}")
    for name in path.split("."):
        found = vars(found).get(name)
        if found is None:
            raise CannotPlant(f"{where} is not there any more: let the fault name its new place.")
    function = found.fget if isinstance(found, property) else found
    if not isinstance(function, FunctionType):
        raise CannotPlant(f"{where} is no plain function: plant the fault in one that it calls.")
    if function.__code__.co_freevars:
        raise CannotPlant(f"{where} has free variables: plant the fault in the function around it.")
    return function


def original_code(function: FunctionType) -> CodeType:
    """*function* compiled as faults are, without any."""
    return _compiled(function, _source(function))


def globals_of(code: CodeType) -> frozenset[str]:
    """The global names that *code*, and what is defined in it, reads."""
    names = {
        str(one.argval)
        for one in dis.get_instructions(code)
        if one.opname in {"LOAD_GLOBAL", "LOAD_NAME"}
    }
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    return frozenset(names).union(*map(globals_of, inner))


def _source(function: FunctionType) -> str:
    return textwrap.dedent(inspect.getsource(function))


def _edited(name: str, source: str, edit: Edit) -> str:
    count = source.count(edit.old)
    if count != 1:
        raise CannotPlant(
            f"The fault {name} looks for {edit.old!r} in {edit.where}, where it stands {count} "
            "times: bring the fault's text up to the code."
        )
    return source.replace(edit.old, edit.new)


def _compiled(function: FunctionType, source: str) -> CodeType:
    flags = function.__code__.co_flags & _FUTURE_ANNOTATIONS
    # A file name of its own: what a faulty line does is nothing that a test covers.
    module = compile(source, "<planted>", "exec", flags=flags, dont_inherit=True)
    (code,) = (
        one
        for one in module.co_consts
        if isinstance(one, CodeType) and one.co_name == function.__code__.co_name
    )
    return code.replace(co_qualname=function.__code__.co_qualname)


_FUTURE_ANNOTATIONS = annotations.compiler_flag
"""``__future__.annotations.compiler_flag``: no annotation is evaluated."""
