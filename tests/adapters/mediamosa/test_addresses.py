"""Which addresses may be called (DESIGN § 7; promises § 7, SSRF)."""

from __future__ import annotations

import socket

import pytest

from mediamosa_sync.adapters.mediamosa.addresses import (
    AddressRefused,
    checked_addresses,
    is_public,
    resolve,
)
from mediamosa_sync.domain.connection import InvalidConfiguration
from mediamosa_sync.errors import AssetServerError, Unavailable

INNER = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104 - an address that must be refused, nothing binds to it
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.0.1",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "233.252.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "::ffff:93.184.216.34",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "ff0e::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:5db8:d822::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::e000:1",
    "192.88.99.1",
    "64:ff9b:1::1",
    "2001:2::1",
    "2001:20::1",
    "3fff::1",
    "5f00::1",
    "100::1",
    "4000::1",
    "localhost",
    "",
]

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]

SPELLINGS = [
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "0177.1",
    "127.1",
    "127.0.1",
    "017700000001",
    "0x7F.0x0.0x0.0x1",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.16689662",
    "0",
    "0xa000001",
    "3232235521",
    "::1",
    "0:0:0:0:0:0:0:1",
    "::ffff:7f00:1",
    "[::1]".strip("[]"),
]


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_an_inner_address_gets_through(host: str) -> None:
    with pytest.raises((AddressRefused, Unavailable)):
        checked_addresses(host, 80, resolver=resolve, allowed_hosts=())


def test_a_name_with_one_inner_address_is_refused_whole() -> None:
    with pytest.raises(AddressRefused, match=r"'mixed\.example' leads to 10\.0\.0\.7, which"):
        checked_addresses(
            "mixed.example",
            443,
            resolver=lambda _host, _port: ["93.184.216.34", "10.0.0.7"],
            allowed_hosts={"other.example"},
        )


def test_a_refused_address_is_both_an_error_of_the_port_and_a_wrong_setting() -> None:
    assert issubclass(AddressRefused, AssetServerError)
    assert issubclass(AddressRefused, InvalidConfiguration)


@pytest.mark.parametrize("named", ["media.intern", "MEDIA.intern", "media.intern."])
def test_a_host_that_is_named_may_lie_inside(named: str) -> None:
    found = checked_addresses(
        "media.intern", 80, resolver=lambda _host, _port: ["10.0.0.7"], allowed_hosts={named}
    )

    assert found == ("10.0.0.7",)


def test_naming_a_host_names_none_of_its_kin() -> None:
    with pytest.raises(AddressRefused):
        checked_addresses(
            "evil.media.intern",
            80,
            resolver=lambda _host, _port: ["10.0.0.7"],
            allowed_hosts={"media.intern"},
        )


def test_an_address_comes_once_and_in_the_resolvers_order() -> None:
    found = checked_addresses(
        "media.example",
        443,
        resolver=lambda _host, _port: ["93.184.216.34", "8.8.8.8", "93.184.216.34"],
        allowed_hosts=(),
    )

    assert found == ("93.184.216.34", "8.8.8.8")


@pytest.mark.parametrize("error", [socket.gaierror(-2, "secret detail"), UnicodeError("label")])
def test_a_name_without_addresses_is_unavailable(error: Exception) -> None:
    def resolver(_host: str, _port: int) -> list[str]:
        raise error

    with pytest.raises(Unavailable, match="not known to the name service") as caught:
        checked_addresses("media.example", 443, resolver=resolver, allowed_hosts=())
    assert "secret detail" not in str(caught.value)


def test_an_empty_answer_of_the_resolver_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        checked_addresses("media.example", 443, resolver=lambda *_: [], allowed_hosts=())
