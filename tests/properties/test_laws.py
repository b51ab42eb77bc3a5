"""Each law for examples that Hypothesis finds, and for many cases of one seed."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings

from tests.properties.draws import Draws, Law, hypothetical
from tests.properties.laws import LAWS, name_of, try_cases

EXAMPLES = int(os.environ.get("EXAMPLES", "15"))
CASES = int(os.environ.get("CASES", "400"))
EACH = pytest.mark.parametrize("law", LAWS, ids=name_of)


@EACH
@given(draws=hypothetical())
@settings(max_examples=EXAMPLES)
def test_holds_for_what_hypothesis_finds(law: Law, draws: Draws) -> None:
    law(draws)


@EACH
def test_holds_for_many_cases_of_one_seed(law: Law) -> None:
    try_cases(law, seed=1, first=0, count=CASES)
