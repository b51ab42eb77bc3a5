"""Values are multisets; long ones are agreed on by digest."""

from __future__ import annotations

import dataclasses

from mediamosa_sync.domain.values import Digest, agree_on, is_agreed, values_of


def test_order_does_not_matter_and_duplicates_do() -> None:
    assert values_of(["b", "a", "b"]) == values_of(["b", "b", "a"]) == ("a", "b", "b")
    assert values_of(["a", "b"]) != values_of(["a", "b", "b"])


def test_short_values_are_kept_in_full() -> None:
    assert agree_on(("a", "b")) == ("a", "b")
    assert is_agreed(("a", "b"), ("a", "b"))
    assert not is_agreed((), ("a",))


def test_values_of_more_than_512_bytes_are_kept_as_a_digest() -> None:
    fits, too_long = ("x" * 508,), ("x" * 509,)
    assert agree_on(fits) == fits
    digest = agree_on(too_long)
    assert isinstance(digest, Digest)
    assert digest.length == 513
    assert is_agreed(digest, too_long)
    assert not is_agreed(digest, ("y" * 509,))


def test_a_digest_of_an_older_normalisation_equals_nothing() -> None:
    values = ("x" * 600,)
    digest = agree_on(values)
    assert isinstance(digest, Digest)
    assert not is_agreed(dataclasses.replace(digest, version=0), values)
