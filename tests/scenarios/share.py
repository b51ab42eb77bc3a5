"""How much of what is exhaustive runs: a share in `make test`, all of it with ``SWEEP=1``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

ALL = os.environ.get("SWEEP", "0") != "0"


def stride(of: int) -> int:
    """From one point that is tried to the next."""
    return 1 if ALL else of


def share(things: Iterable[T], of: int, salt: object = "") -> Iterator[T]:
    """Every *of*-th of *things*; which of them, *salt* decides by its length."""
    every = stride(of)
    return islice(things, len(str(salt)) % every, None, every)
