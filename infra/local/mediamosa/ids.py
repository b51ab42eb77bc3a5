"""New ids from a seed: the same seed gives the same ids in the same order."""

from __future__ import annotations

from hashlib import sha256

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARACTERS = _LETTERS + "0123456789"
_ID_LENGTH = 24
_TOKEN_LENGTH = 32


class SeededIds:
    """An endless row of ids and tokens; `drawn` is how many it gave, so it can go on from there."""

    def __init__(self, seed: str, drawn: int = 0) -> None:
        self.seed = seed
        self.drawn = drawn

    def new_id(self) -> str:
        """Return 24 characters of [A-Za-z0-9], the first of them a letter (§ 5)."""
        number = int.from_bytes(self._digest("id"))
        number, first = divmod(number, len(_LETTERS))
        characters = [_LETTERS[first]]
        for _ in range(_ID_LENGTH - 1):
            number, rest = divmod(number, len(_CHARACTERS))
            characters.append(_CHARACTERS[rest])
        return "".join(characters)

    def new_token(self) -> str:
        """Return 32 hexadecimal digits."""
        return self._digest("token").hex()[:_TOKEN_LENGTH]

    def _digest(self, kind: str) -> bytes:
        self.drawn += 1
        return sha256(f"{self.seed}/{kind}/{self.drawn}".encode()).digest()
