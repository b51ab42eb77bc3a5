"""Both forms of the ``uri``, and what is none of them."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.uri import AssetUri, InvalidUri, MediafileUri, asset_uri, parse_uri

ASSET = "A1paWbaJlVOkNKKRFrXWBAfY"


@pytest.mark.parametrize(
    "uri",
    [
        f"mediamosa://asset/{ASSET}",
        f"mediamosa://asset/{ASSET}/u1ssPRnYUc9YdAMeMYl4XqI8/film.mp4",
        f"mediamosa://asset/{ASSET}/",
    ],
)
def test_the_asset_id_alone_decides(uri: str) -> None:
    assert parse_uri(uri) == AssetUri(ASSET)


def test_the_old_form_names_a_mediafile() -> None:
    uri = "mediamosa://mediafile/u1ssPRnYUc9YdAMeMYl4XqI8/film.mp4"
    assert parse_uri(uri) == MediafileUri("u1ssPRnYUc9YdAMeMYl4XqI8")


def test_what_the_sync_writes_is_what_it_reads() -> None:
    assert parse_uri(asset_uri(ASSET)) == AssetUri(ASSET)


@pytest.mark.parametrize("uri", [None, 7, "", "https://example.org/a", "MediaMosa://asset/x", {}])
def test_everything_else_is_left_alone(uri: object) -> None:
    assert parse_uri(uri) is None


@pytest.mark.parametrize(
    "rest", ["", "asset", "asset/", "asset//x", "collection/x", "asset/a b", "asset/" + "x" * 33]
)
def test_a_broken_one_is_refused_with_what_to_write(rest: str) -> None:
    with pytest.raises(InvalidUri, match=r"write mediamosa://asset/<asset id>"):
        parse_uri(f"mediamosa://{rest}")
