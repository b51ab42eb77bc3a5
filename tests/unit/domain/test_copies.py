"""Copies of frozen dataclasses are what the standard library would have made."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.run import RunState
from mediamosa_sync.domain.walk import Window


@dataclasses.dataclass(frozen=True, slots=True)
class One:
    number: int


def test_a_copy_is_the_one_of_the_standard_library() -> None:
    link = Link("A1", "r1", base={"title": ("one",)}, version=3)

    copied = replace(link, state=LinkState.PENDING, version=4)

    assert copied == dataclasses.replace(link, state=LinkState.PENDING, version=4)
    assert type(copied) is Link
    assert (link.state, link.version) == (LinkState.LINKED, 3)


def test_a_copy_without_changes_is_equal_and_another() -> None:
    state = RunState("c1", links=2)

    assert replace(state) == state
    assert replace(state) is not state


def test_a_class_of_one_field_is_copied_too() -> None:
    assert replace(One(1), number=2) == One(2)
    assert replace(One(1)) == One(1)


def test_a_copy_is_as_frozen_as_what_it_was_made_of() -> None:
    copied = replace(Window(0, 10, with_total=True), limit=5)

    with pytest.raises(dataclasses.FrozenInstanceError):
        copied.__setattr__("limit", 7)


def test_a_field_that_is_not_there_cannot_be_changed() -> None:
    unknown: dict[str, Any] = {"limits": 5}

    with pytest.raises(AttributeError):
        replace(Window(0, 10, with_total=True), **unknown)
