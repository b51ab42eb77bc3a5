"""Mutation testing of the domain: ``python -m tests.mutation [--gate PERCENT] [PATTERN ...]``.

Every mutant of :mod:`mediamosa_sync.domain` is run against the unit tests and the properties of the
domain, by mutmut, in a folder of its own (``.local/mutation``); what is there is used again for
functions that did not change. mutmut leaves decorated functions alone, so properties are written
there as plain methods first: they decide as much as the others do.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".local" / "mutation"
PACKAGE = "mediamosa_sync"
SOURCE = ROOT / "layers" / "common" / PACKAGE
TESTS = ("tests/unit/domain", "tests/properties")
OUTSIDE = ("mediamosa_sync.adapters", "mediamosa_sync.service", "from infra", "from tests.fakes")
"""A test that names one of these is not one of the domain alone."""

FEWER = {**os.environ, "EXAMPLES": "20", "CASES": "100"}
"""How much the properties try for one mutant: what survives is run against all of them."""

KILLED, SURVIVED, UNTESTED, TIMED_OUT = "killed", "survived", "not tested", "timed out"
EXITS = {0: SURVIVED, 1: KILLED, 3: KILLED, 5: UNTESTED, 33: UNTESTED}
EXITS |= dict.fromkeys((24, 36, 152, 255, -24, -9), TIMED_OUT)

SHOW = """
import sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
for name in sys.stdin.read().split():
    print(f"# {name}")
    print(get_diff_for_mutant(name))
"""
"""mutmut's own ``show`` takes a process, and most of a second, for each mutant."""


def main() -> int:
    """Make the folder, run the mutants, print what came of them."""
    options = _options()
    began = time.monotonic()
    if options.survivors:
        options.patterns += [name for name, one in _results() if one in {SURVIVED, UNTESTED}]
    _lay_out()
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(options.processes)]
    with (WORK / "output.txt").open("w") as output:
        code = subprocess.run(
            [*command, *options.patterns], cwd=WORK, env=FEWER, stdout=output, check=False
        ).returncode
    if code:
        say(f"mutmut ended with {code}: its output is in {WORK / 'output.txt'}.")
        return code
    results = dict(_results())
    _show({name: one for name, one in sorted(results.items()) if one in {SURVIVED, UNTESTED}})
    return _verdict(Counter(results.values()), time.monotonic() - began, options.gate)


def say(line: str) -> None:
    """Tell the person who has started the program."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--gate", type=float, default=95.0, help="least score in percent")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--survivors", action="store_true", help="only what survived the last run")
    parser.add_argument("patterns", nargs="*", help="only mutants with such names (*, ?)")
    return parser.parse_args()


def _lay_out() -> None:
    """Copy sources and tests to where mutmut runs; what it knows of unchanged functions stays."""
    WORK.mkdir(parents=True, exist_ok=True)
    for folder in (PACKAGE, "tests"):
        shutil.rmtree(WORK / folder, ignore_errors=True)
    shutil.rmtree(WORK / "mutants" / "tests", ignore_errors=True)
    # Which test runs which function is found out anew: neither are what they were.
    (WORK / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    shutil.copy(Path(__file__).with_name("mutmut.toml"), WORK / "pyproject.toml")
    (WORK / PACKAGE / "domain").mkdir(parents=True)
    shutil.copy(SOURCE / "__init__.py", WORK / PACKAGE)
    for source in sorted((SOURCE / "domain").glob("*.py")):
        (WORK / PACKAGE / "domain" / source.name).write_text(_with_methods(source.read_text()))
    for folder in TESTS:
        for test in sorted((ROOT / folder).glob("*.py")):
            text = test.read_text()
            if not any(name in text for name in OUTSIDE):
                (WORK / folder).mkdir(parents=True, exist_ok=True)
                (WORK / folder / test.name).write_text(text)


def _with_methods(source: str) -> str:
    """*source* with every property as a method ``get_<name>``, which the property calls."""
    lines = source.splitlines()
    for node in sorted(_properties(source), key=lambda found: found.lineno, reverse=True):
        call = f"    {node.name} = property(lambda self: self.get_{node.name}())"
        lines.insert(node.end_lineno or node.lineno, call)
        line = lines[node.lineno - 1]
        lines[node.lineno - 1] = line.replace(f"def {node.name}(", f"def get_{node.name}(")
        del lines[node.decorator_list[0].lineno - 1]
    return "\n".join(lines) + "\n"


def _properties(source: str) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(
            isinstance(one, ast.Name) and one.id == "property" for one in node.decorator_list
        ):
            yield node


def _results() -> Iterator[tuple[str, str]]:
    for meta in sorted((WORK / "mutants").rglob("*.py.meta")):
        for name, code in json.loads(meta.read_text())["exit_code_by_key"].items():
            if code is not None:
                yield name, EXITS.get(code, KILLED)


def _show(survivors: dict[str, str]) -> None:
    """Print what each of *survivors* changes, and what became of it."""
    shown = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=WORK,
        input="\n".join(survivors),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for line in shown.splitlines():
        if line.startswith("# "):
            say(f"{survivors[line[2:]]}: {line[2:]}")
        elif line[:1] in {"+", "-"} and line[:3] not in {"+++", "---"}:
            say(f"    {line}")


def _verdict(numbers: Counter[str], seconds: float, gate: float) -> int:
    tried = sum(numbers.values())
    found = numbers[KILLED] + numbers[TIMED_OUT]
    score = 100 * found / tried if tried else 0.0
    say(
        f"{tried:,} mutants of the domain: {numbers[KILLED]:,} killed, {numbers[TIMED_OUT]} timed "
        f"out, {numbers[SURVIVED]} survived, {numbers[UNTESTED]} not tested; score {score:.1f} % "
        f"(gate {gate:.0f} %), {seconds / 60:.1f} minutes"
    )
    return 0 if score >= gate else 1


if __name__ == "__main__":
    sys.exit(main())
