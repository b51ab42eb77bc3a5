"""Which network addresses may be called (DESIGN § 7).

The connection's address is input, and this code runs inside somebody's network: a name that leads
to an inner address must not be followed. The check is of the addresses that a name resolves to,
just before one of *these* is connected to, so every spelling of an address and every change of the
name's answer meets the same check.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

from mediamosa_sync.domain.connection import InvalidConfiguration
from mediamosa_sync.errors import AssetServerError, Unavailable

Resolver = Callable[[str, int], Collection[str]]
"""Host name and port → its addresses as text; OSError or UnicodeError if there are none."""

_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST_V6 = IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(
    IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_SPECIAL_V4 = tuple(IPv4Network(network) for network in ("192.0.0.0/24", "192.88.99.0/24"))
"""What Python's own tables hold of IANA's registries of special purpose differs by version."""


class AddressRefused(AssetServerError, InvalidConfiguration):
    """The connection's address leads to where it must not; only a person can change that."""

    kind = "address_refused"


def resolve(host: str, port: int) -> Collection[str]:
    """The addresses of *host* by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def checked_addresses(
    host: str, port: int, *, resolver: Resolver, allowed_hosts: Collection[str]
) -> tuple[str, ...]:
    """The addresses to which a connection to *host* may be made, in the resolver's order.

    Raises:
        Unavailable: the name has no address now.
        AddressRefused: one of its addresses is not of the public internet, and *allowed_hosts*
            does not name the host.
    """
    try:
        addresses = tuple(dict.fromkeys(resolver(host, port)))
    except (OSError, UnicodeError):
        addresses = ()
    if not addresses:
        raise Unavailable(
            f"The name {host!r} of the MediaMosa server is not known to the name service: check "
            "the connection's address."
        )
    if host.lower().rstrip(".") not in {name.lower().rstrip(".") for name in allowed_hosts}:
        for address in addresses:
            if not is_public(address):
                raise AddressRefused(
                    f"The host {host!r} leads to {address}, which is not an address of the public "
                    "internet: correct the connection's address, or name the host in the "
                    "parameter AllowedHosts."
                )
    return addresses


def is_public(text: str) -> bool:
    """Whether *text* is an address of the public internet.

    Not public are loopback, link-local, private, shared, multicast, unspecified and reserved
    addresses, IPv4 addresses written as IPv6 ones, and tunnels (6to4, Teredo, NAT64) to any such.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return _is_public_v4(address)
    if address in _NAT64:
        return _is_public_v4(IPv4Address(int(address) & 0xFFFFFFFF))
    special = any(address in network for network in _SPECIAL_V6)
    return address in _UNICAST_V6 and address.is_global and not special


def _is_public_v4(address: IPv4Address) -> bool:
    special = any(address in network for network in _SPECIAL_V4)
    return address.is_global and not (address.is_multicast or address.is_reserved or special)
