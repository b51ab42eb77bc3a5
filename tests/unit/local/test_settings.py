"""What a person may choose for `make run`."""

from __future__ import annotations

import pytest

from infra.local.errors import LocalError
from infra.local.session import parameters
from infra.local.settings import Server, Settings

REAL = {
    "MEDIAMOSA_URL": "https://mediamosa.example.org/",
    "MEDIAMOSA_USERNAME": "app",
    "MEDIAMOSA_PASSWORD": "key",
}


def test_nothing_set_means_the_stand_in_with_a_thousand_assets() -> None:
    assert Settings.of({}) == Settings(
        assets=1000,
        page_size=100,
        steps_per_tick=10,
        time_zone="Europe/Amsterdam",
        keep=False,
        server=None,
    )


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.of({"ASSETS": "", "KEEP": "", "TIME_ZONE": ""}) == Settings.of({})


def test_everything_can_be_chosen() -> None:
    chosen = Settings.of(
        REAL
        | {
            "ASSETS": "0",
            "PAGE_SIZE": "199",
            "STEPS_PER_TICK": "1",
            "TIME_ZONE": "UTC",
            "KEEP": "1",
        }
    )

    assert chosen == Settings(
        assets=0,
        page_size=199,
        steps_per_tick=1,
        time_zone="UTC",
        keep=True,
        server=Server("https://mediamosa.example.org", "app", "key"),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSETS", "-1"),
        ("ASSETS", "many"),
        ("ASSETS", "1000001"),
        ("ASSETS", "9" * 5000),
        ("ASSETS", "\u0663"),
        ("PAGE_SIZE", "0"),
        ("PAGE_SIZE", "200"),
        ("STEPS_PER_TICK", "1.5"),
        ("TIME_ZONE", "Mars/Olympus_Mons"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("TIME_ZONE", "Europe"),
        ("KEEP", "yes"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused_with_one_sentence(name: str, value: str) -> None:
    with pytest.raises(LocalError) as refusal:
        Settings.of({name: value})

    sentence = str(refusal.value)
    assert sentence.startswith(f"{name} is ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 200


@pytest.mark.parametrize("missing", sorted(REAL))
def test_a_real_server_is_named_whole_or_not_at_all(missing: str) -> None:
    some = {name: value for name, value in REAL.items() if name != missing}

    with pytest.raises(LocalError, match=f"^{missing} is not set"):
        Settings.of(some)


@pytest.mark.parametrize(
    "url",
    [
        "mediamosa.example.org",
        "ftp://mediamosa.example.org",
        "https://",
        "https://user:word@mediamosa.example.org",
        "https://mediamosa.example.org?x=1",
        "https://mediamosa.example.org#x",
        "https://mediamosa.example.org:port",
        "https://mediamosa.example.org:0",
        "https://[mediamosa",
    ],
)
def test_what_is_no_address_of_a_server_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(LocalError) as refusal:
        Settings.of(REAL | {"MEDIAMOSA_URL": url})

    assert str(refusal.value).startswith("MEDIAMOSA_URL is no address")
    assert "word" not in str(refusal.value).replace("without user name", "")


def test_a_server_that_a_person_names_may_be_called_wherever_it_is() -> None:
    settings = Settings.of(REAL | {"MEDIAMOSA_URL": "http://10.0.0.7:8080"})
    assert settings.server is not None

    chosen = parameters(settings, settings.server)

    assert chosen["AllowedHosts"] == "10.0.0.7"
    assert chosen["AllowHttp"] == "true"
    assert chosen["RequestsPerSecond"] == "5"


def test_an_encrypted_server_does_not_open_the_way_for_another() -> None:
    settings = Settings.of(REAL)
    assert settings.server is not None

    assert parameters(settings, settings.server)["AllowHttp"] == "false"


def test_the_stand_in_need_not_be_spared() -> None:
    chosen = parameters(Settings.of({}), Server("http://127.0.0.1:8000", "standin", "key"))

    assert int(chosen["RequestsPerSecond"]) > 5
    assert chosen["ScheduleExpression"] == "rate(1 minute)"
    assert chosen["MaxStepsPerTick"] == "10"
