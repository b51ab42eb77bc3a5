from __future__ import annotations

import pytest

from infra.cli.choosing import choose, suggestions
from infra.cli.errors import CliError
from tests.cli.fake_api import FakeApi
from tests.cli.terminal import HOME, ID, Terminal, another, listing, status

OTHER = another()["connection_id"]
BOTH = [status(), another()]


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        (ID, ID),
        ("5f0", ID),
        ("5F99", OTHER),
        ("sync@https://mediamosa.example.org", ID),
        (" archive@https://mediamosa.example.org ", OTHER),
    ],
)
def test_a_connection_is_named_by_id_beginning_or_user_and_address(wanted: str, meant: str) -> None:
    assert choose(BOTH, wanted) == meant


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (None, "There are several connections"),
        ("5f", "By '5f' several connections are meant"),
        ("abc", "By 'abc' no connection is meant"),
        ("", "By '' no connection is meant"),
        ("nobody@https://x", "no connection is meant"),
    ],
)
def test_what_names_none_or_several_lists_them(wanted: str | None, words: str) -> None:
    with pytest.raises(CliError) as caught:
        choose(BOTH, wanted)

    assert words in str(caught.value)
    assert f"{ID[:8]} (sync@https://mediamosa.example.org)" in str(caught.value)
    assert OTHER[:8] in str(caught.value)


def test_the_only_one_needs_no_name() -> None:
    assert choose([status()], None) == ID


def test_without_any_there_is_nothing_to_do_it_to() -> None:
    with pytest.raises(CliError, match="no connection yet"):
        choose([], None)


def test_the_environment_names_one(terminal: Terminal, api: FakeApi) -> None:
    api.on("GET /connections", listing(status(), another()))
    api.on(f"GET {HOME}/runs", listing())

    result = terminal.run("runs", env={"MEDIAMOSA_SYNC_CONNECTION": "5f0"})

    assert result.exit_code == 0
    assert len(api.asked(f"GET {HOME}/runs")) == 1


def test_what_is_begun_is_completed_with_ids_and_names() -> None:
    assert suggestions(BOTH, "") == [
        (ID[:8], "sync@https://mediamosa.example.org"),
        (OTHER[:8], "archive@https://mediamosa.example.org"),
    ]
    assert suggestions(BOTH, "5f0") == [(ID[:8], "sync@https://mediamosa.example.org")]
    assert suggestions(BOTH, ID[:12]) == [(ID[:12], "sync@https://mediamosa.example.org")]
    assert suggestions(BOTH, "arch") == [("archive@https://mediamosa.example.org", OTHER[:8])]
    assert suggestions(BOTH, "x") == []
