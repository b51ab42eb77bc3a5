"""The assets that a stand-in begins with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.mediamosa import envelope, saved, seed
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.properties import PUBLISHED
from infra.local.mediamosa.records import Application, Asset
from tests.standin.recordings import parse
from tests.standin.site import Site, seconds

NOW = seconds("2026-11-23T17:30:00Z")


def planted(count: int = 1000, number: int = 1, now: int = NOW) -> MediaMosa:
    model = MediaMosa(clock=lambda: now, ids=SeededIds("x"))
    seed.plant(model, model.add_application(Application(1, "app", "key")), count, number)
    return model


def test_the_same_seed_gives_the_same_assets_at_every_start_of_a_day() -> None:
    first, again = planted(), planted(now=NOW - 3600)
    assert first.store.assets == again.store.assets
    assert first.store.mediafiles == again.store.mediafiles
    other = planted(number=2)
    assert first.store.assets.keys().isdisjoint(other.store.assets)


def test_another_day_moves_the_stamps_and_nothing_else() -> None:
    today, tomorrow = planted(), planted(now=NOW + seed.DAY_SECONDS)
    one, other = (list(model.store.assets.values()) for model in (today, tomorrow))
    assert [asset.asset_id for asset in one] == [asset.asset_id for asset in other]
    assert [asset.metadata for asset in one] == [asset.metadata for asset in other]
    moved = {
        (late.modified or 0) - (early.modified or 0) for early, late in zip(one, other, strict=True)
    }
    assert moved == {seed.DAY_SECONDS}


def test_stamps_are_one_to_3650_days_old_and_tie() -> None:
    assets = planted().store.assets.values()
    ages = [(NOW - (asset.modified or 0)) / seed.DAY_SECONDS for asset in assets]
    assert min(ages) >= 1
    assert max(NOW - asset.created for asset in assets) <= 3651 * seed.DAY_SECONDS
    assert all(asset.created <= (asset.modified or 0) for asset in assets)
    ties = Counter(asset.modified for asset in assets)
    assert max(ties.values()) == seed.LARGEST_TIE
    assert sum(1 < size <= 40 for size in ties.values()) > 10


def test_ids_have_the_form_that_the_server_gives_them() -> None:
    model = planted(200)
    for name in (*model.store.assets, *model.store.mediafiles):
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{23}", name)


def test_there_is_some_of_everything() -> None:
    model = planted()
    assets = list(model.store.assets.values())
    names = {one.name: one.prop_id for one in model.store.properties_of(1)}

    def share(test: Callable[[Asset], bool]) -> int:
        return sum(test(asset) for asset in assets)

    assert share(lambda asset: not asset.mediafile_ids) > 50
    assert share(lambda asset: len(asset.metadata.get(names["subject"], ())) == 5) > 50
    assert share(lambda asset: asset.metadata[PUBLISHED] == ["FALSE"]) > 20
    assert share(lambda asset: asset.private) > 20
    assert share(lambda asset: names[seed.OWN_TEXT] in asset.metadata) > 100
    assert share(lambda asset: names[seed.OWN_NUMBER] in asset.metadata) > 50
    titles = "".join(str(asset.metadata[names["title"]]) for asset in assets)
    for script in "é", "ö", "ř", "λ", "ж", "ح", "א", "海":
        assert script in titles


def test_every_planted_asset_can_be_listed_and_parsed() -> None:
    site = Site()
    seed.plant(site.model, site.application, 100, 7)
    answer = site.get("asset", published="ALL", limit="200")
    assert len(parse(envelope.write(answer)).findall("items/item")) == 100


def test_no_assets_and_few_assets_can_be_asked_for() -> None:
    assert planted(0).store.assets == {}
    assert len(planted(3).store.assets) == 3


@pytest.mark.parametrize("text", ["no JSON", "{}", "[]", '{"format": 99}'])
def test_a_file_that_is_no_state_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="is no state of this stand-in: remove it"):
        saved.load(planted(0), SeededIds("x"), path)


def test_a_state_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / "state.json"
    (taken / "folder").mkdir(parents=True)
    with pytest.raises(OSError, match=r"state\.json"):
        saved.save(planted(1), SeededIds("x"), taken)
    assert list(tmp_path.iterdir()) == [taken]


def test_the_state_survives_a_file(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "state.json"
    ids = SeededIds("run")
    model = MediaMosa(clock=lambda: NOW, ids=ids)
    application = model.add_application(Application(1, "app", "key"))
    seed.plant(model, application, 50, 1)
    context = model.context(application)
    gone: Asset = next(iter(model.store.assets.values()))
    model.store.delete_asset(gone, context.now)
    ids.new_id()
    saved.save(model, ids, path)
    fresh_ids = SeededIds("other")
    fresh = MediaMosa(clock=lambda: NOW, ids=fresh_ids)
    saved.load(fresh, fresh_ids, path)
    assert fresh.store.assets == model.store.assets
    assert fresh.store.mediafiles == model.store.mediafiles
    assert fresh.store.tombstones == model.store.tombstones
    assert fresh.store.ids(1) == model.store.ids(1)
    assert fresh_ids.new_id() == ids.new_id()
    assert [one.name for one in path.parent.iterdir()] == ["state.json"]
