"""What may go wrong with the local run."""

from __future__ import annotations


class LocalError(Exception):
    """One sentence for the person at the terminal: what is wrong and what to do."""
