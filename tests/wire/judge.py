"""Whether what came out of a call is right, given the answers that were sent to it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from mediamosa_sync.errors import AssetServerError, Unreadable
from tests.wire.draft import Draft, Fate
from tests.wire.questions import Question
from tests.wire.reading import Contradiction

CANARY = "CANARY-e41b7a90"
MOST_SECONDS = 1.0
"""Of computing."""
MOST_WAIT_SECONDS = 5.0
"""By the clock on the wall, which on a busy machine tells of others too."""
_MOST_TEXT = 600


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of one call.

    Attributes:
        value: what was returned; None if *error* was raised.
        drafts: the answers that were sent, in order.
        seconds: how long it took, by the clock on the wall.
        busy: seconds of computing.
        secrets: what the client had sent with every request, so that it must not tell it.
        impatient: the client waits for so little that it may give up on any answer.
    """

    value: object
    error: Exception | None
    drafts: Sequence[Draft]
    seconds: float
    busy: float = 0.0
    secrets: Sequence[str] = ()
    impatient: bool = False

    @property
    def kind(self) -> str:
        """``value``, or the error's kind."""
        if self.error is None:
            return "value"
        return str(getattr(self.error, "kind", type(self.error).__name__))


def judged(question: Question, outcome: Outcome) -> str | None:
    """What is wrong with *outcome*; None if nothing is."""
    if outcome.busy > MOST_SECONDS or outcome.seconds > MOST_WAIT_SECONDS:
        return f"it took {outcome.busy:.1f} s, and {outcome.seconds:.1f} s on the wall"
    if outcome.error is None:
        return _judged_value(question, outcome)
    return _judged_error(question, outcome.error, outcome.secrets) or _judged_refusal(
        question, outcome
    )


def _expected(question: Question, draft: Draft) -> object:
    """What the answer says.

    Raises:
        Contradiction: nothing.
    """
    try:
        return question.read(draft.meant, draft.date)
    except Contradiction:
        if draft.body == draft.meant or not draft.meant.startswith(draft.body):
            raise
        # What was wrong with it may be just what was cut off: an error's text behind the document.
        return question.read(draft.body, draft.date)


def _judged_value(question: Question, outcome: Outcome) -> str | None:
    """Only what the last answer says, strictly read, may be returned."""
    last = outcome.drafts[-1]
    if last.fate is Fate.NEVER:
        return f"an answer that must not be believed gave {outcome.value!r:.300}"
    try:
        expected = _expected(question, last)
    except Contradiction as exc:
        return f"an answer that is wrong ({exc}) gave {outcome.value!r:.300}"
    if type(outcome.value) is not type(expected) or outcome.value != expected:
        return f"returned {outcome.value!r:.600} instead of {expected!r:.600}"
    return None


def _judged_error(question: Question, error: Exception, secrets: Sequence[str]) -> str | None:
    """Declared, and one plain sentence without a secret."""
    if not isinstance(error, AssetServerError):
        return f"undeclared error {error!r:.300}"
    if isinstance(error, Unreadable) and question.method != "page":
        return f"unreadable out of {question.method}"
    text = str(error)
    told = f"{text} {error!r} {error.__cause__!r} {error.__notes__ if _noted(error) else ''}"
    if any(secret in told for secret in (*secrets, CANARY)):
        return f"a secret is told: {text:.300}"
    if len(text) > _MOST_TEXT or any(unicodedata.category(char) == "Cc" for char in text):
        return f"no plain sentence: {text!r:.300}"
    return None


def _noted(error: Exception) -> bool:
    return hasattr(error, "__notes__")


def _judged_refusal(question: Question, outcome: Outcome) -> str | None:
    """A whole answer that says something must be taken."""
    last = outcome.drafts[-1] if outcome.drafts else None
    if last is None or last.fate is not Fate.WHOLE or outcome.impatient:
        return None
    try:
        expected = _expected(question, last)
    except Contradiction:
        return None
    return f"{outcome.error!r:.300} instead of {expected!r:.300}"
