"""A planted bug: what is wrong, what it would cost a user, and the text that makes it so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """One exact piece of one function's source, and what stands there instead.

    Attributes:
        where: ``<module below mediamosa_sync>:<function, or Class.function>``.
        old: occurs exactly once in the function's source.
        new: must use no other global names than its module has.
    """

    where: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake that a programmer could have made.

    Attributes:
        name: short, in kebab case.
        loss: what a user loses by it, in one sentence.
        edits: what makes the code wrong.
        across: whether it shows only where two invocations meet: in what one leaves and another
            takes up, or in what they do beside each other.
    """

    name: str
    loss: str
    edits: tuple[Edit, ...]
    across: bool = True

    @property
    def modules(self) -> frozenset[str]:
        """Modules whose code it makes wrong."""
        return frozenset(edit.where.partition(":")[0] for edit in self.edits)
