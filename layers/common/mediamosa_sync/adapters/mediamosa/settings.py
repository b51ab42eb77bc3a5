"""How requests to MediaMosa are made; the same for every connection of a deployment."""

from __future__ import annotations

from dataclasses import dataclass

MAX_BODY_BYTES = 32 * 1024 * 1024
"""Largest answer that is read, after decompression (DESIGN § 7)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How requests are made.

    Attributes:
        allowed_hosts: names of hosts that may be called although they lie in a private network, as
            written in the connection's address.
        allow_http: whether an address without encryption may be called.
        requests_per_second: most requests in a second, spread evenly; above 0.
        deadline_seconds: most time for one request with its repeats, from its first byte sent to
            the last one read.
        connect_seconds: most time for one attempt to connect, TLS included.
        read_seconds: longest silence of the server.
        max_body_bytes: largest answer that is read, after decompression.
        ca_file: PEM file of the authorities that may sign the server's certificate; "" trusts
            those of certifi.
    """

    allowed_hosts: frozenset[str] = frozenset()
    allow_http: bool = False
    requests_per_second: float = 5.0
    deadline_seconds: float = 30.0
    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    max_body_bytes: int = MAX_BODY_BYTES
    ca_file: str = ""
