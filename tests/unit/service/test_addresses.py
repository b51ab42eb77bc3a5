"""Addresses that people tell apart and the network does not."""

from __future__ import annotations

import pytest

from mediamosa_sync.service.addresses import comparable_url


@pytest.mark.parametrize(
    "spelling",
    [
        "https://mm.example.org",
        "https://mm.example.org/",
        "https://mm.example.org//",
        " https://mm.example.org ",
        "HTTPS://MM.Example.ORG",
        "https://mm.example.org:443",
        "https://mm.example.org:443/",
        "https://mm.example.org:/",
    ],
)
def test_slash_case_of_the_host_and_default_port_make_no_difference(spelling: str) -> None:
    assert comparable_url(spelling) == "https://mm.example.org/"


def test_everything_else_makes_one() -> None:
    addresses = [
        "https://mm.example.org",
        "http://mm.example.org",
        "http://mm.example.org:443",
        "https://mm.example.org:80",
        "https://mm.example.org:8443",
        "https://mm2.example.org",
        "https://mm.example.org/mediamosa",
        "https://mm.example.org/MediaMosa",
        "https://[::1]:8443",
    ]
    assert len({comparable_url(address) for address in addresses}) == len(addresses)


def test_a_path_may_end_in_a_slash_or_not() -> None:
    assert comparable_url("https://mm.example.org/a/") == comparable_url("https://mm.example.org/a")


@pytest.mark.parametrize("text", ["https://[::1", "https://mm.example.org:port"])
def test_what_is_no_address_is_its_own_comparison(text: str) -> None:
    assert comparable_url(f" {text} ") == text
