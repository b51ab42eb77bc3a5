"""Addresses of servers that are told apart by people, but not by the network."""

from __future__ import annotations

from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def comparable_url(url: str) -> str:
    """*url* without what makes no difference: slashes at its end, case of the host, default port.

    Only to compare: a connection's id comes from the address as given. What is no address is its
    own comparison.

    >>> comparable_url("https://MM.example.org:443/")
    'https://mm.example.org/'
    """
    trimmed = url.strip()
    try:
        parts = urlsplit(trimmed)
        port = parts.port
    except ValueError:
        return trimmed
    explicit = "" if port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f":{port}"
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.hostname or ''}{explicit}{path}/"
