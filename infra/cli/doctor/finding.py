"""What one check came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from infra.cli.client import Json
from infra.cli.program import DIFFERENCES, ERROR, FINE


class Verdict(StrEnum):
    """How a check went."""

    FINE = "fine"
    LOOK = "look"
    WRONG = "wrong"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes:
        name: what was checked.
        sentence: what was found.
        fix: what to do about it, in a sentence; "" if nothing is to be done.
    """

    name: str
    verdict: Verdict
    sentence: str
    fix: str = ""

    def as_json(self) -> Json:
        """The finding for programs."""
        return {
            "name": self.name,
            "verdict": self.verdict.value,
            "sentence": self.sentence,
            "fix": self.fix or None,
        }


def fine(name: str, sentence: str) -> Finding:
    """All is well."""
    return Finding(name, Verdict.FINE, sentence)


def look(name: str, sentence: str, fix: str) -> Finding:
    """A person should look at it."""
    return Finding(name, Verdict.LOOK, sentence, fix)


def wrong(name: str, sentence: str, fix: str) -> Finding:
    """The sync cannot do its work so, or not all of it."""
    return Finding(name, Verdict.WRONG, sentence, fix)


def skipped(name: str, sentence: str, fix: str = "") -> Finding:
    """It was not checked."""
    return Finding(name, Verdict.SKIPPED, sentence, fix)


def exit_code(findings: Sequence[Finding]) -> int:
    """1 if something is wrong, 2 if something is to be looked at."""
    verdicts = {finding.verdict for finding in findings}
    if Verdict.WRONG in verdicts:
        return ERROR
    return DIFFERENCES if Verdict.LOOK in verdicts else FINE
