"""Secrets in memory."""

from __future__ import annotations

from mediamosa_sync.errors import SecretUnavailable


class FakeSecrets:
    """The port ``SecretStore``. It keeps what was read until asked for it *fresh*, as a cache does.

    Attributes:
        stored: ARN → text, as Secrets Manager has it; a missing one cannot be read.
        reads: how often it was asked past the cache.
    """

    def __init__(self, **stored: str) -> None:
        self.stored: dict[str, str] = dict(stored)
        self.reads = 0
        self._cached: dict[str, str] = {}

    def secret(self, arn: str, *, fresh: bool = False) -> str:
        """The secret's text."""
        if fresh or arn not in self._cached:
            self.reads += 1
            if arn not in self.stored:
                raise SecretUnavailable(f"The secret {arn} cannot be read: check that it exists.")
            self._cached[arn] = self.stored[arn]
        return self._cached[arn]

    def put(self, name: str, text: str) -> str:
        """Create the secret of that name, or give it another text."""
        arn = f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{name}-AbCdEf"
        self.stored[arn] = text
        self._cached.pop(arn, None)
        return arn
