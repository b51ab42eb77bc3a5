"""What ends a command with a sentence for people instead of a result."""

from __future__ import annotations


class CliError(Exception):
    """One sentence: what is wrong and what to do. The command ends with exit code 1."""


class ApiProblem(CliError):
    """The API refused, in its own words.

    Attributes:
        status: the HTTP status.
        kind: the last part of the problem's ``type``, such as ``held-changed``.
    """

    def __init__(self, sentence: str, status: int, kind: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.kind = kind


class NotReached(CliError):
    """No answer came from the API, or none that is the API's."""
