"""The assets that a stand-in begins with: the same for the same seed at every start.

Stamps are counted back from the midnight (UTC) before the start: 1 to 3,650 days. Up to 250
assets share one second; some have no mediafile, five values, no publication, or are private.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import shake_256
from importlib.resources import files
from typing import TypeVar

from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.properties import PUBLISHED, TRASHCAN
from infra.local.mediamosa.records import (
    CHAR,
    INT,
    Application,
    Asset,
    Mediafile,
    Property,
    Value,
)

OWNERS = ("editor1", "editor2", "editor3", "library")
PUBLISHERS = ("Stichting Beeld & Geluid", "Universiteit")
OWN_TEXT, OWN_NUMBER = "shelf_mark", "episode"
DAY_SECONDS = 86_400
OLDEST_DAYS = 3_650
LARGEST_TIE = 250
_TIE_PART = 4
_DRAWS = 400
_HUNDRED = 100

Choice = TypeVar("Choice")
Words = dict[str, dict[str, list[str] | str]]


class _Draw:
    """Numbers drawn from a seed and a name; each name has a row of its own."""

    def __init__(self, name: str) -> None:
        self._bytes = iter(shake_256(name.encode()).digest(_DRAWS))

    def number(self, below: int) -> int:
        value = int.from_bytes(bytes(next(self._bytes) for _ in range(4)))
        return value % below

    def chance(self, percent: int) -> bool:
        return self.number(_HUNDRED) < percent

    def one(self, choices: Sequence[Choice]) -> Choice:
        return choices[self.number(len(choices))]

    def several(self, choices: Sequence[Choice], count: int) -> list[Choice]:
        return [self.one(choices) for _ in range(count)]


def plant(model: MediaMosa, application: Application, count: int, seed: int) -> None:
    """Give an application `count` assets and two properties of its own."""
    words: Words = json.loads(files(__package__).joinpath("words.json").read_text("utf-8"))
    midnight = model.clock() // DAY_SECONDS * DAY_SECONDS
    text = _own_property(model, application, OWN_TEXT, CHAR)
    number = _own_property(model, application, OWN_NUMBER, INT)
    numbers = {one.name: one.prop_id for one in model.store.properties_of(application.app_id)}
    ids = SeededIds(f"{seed}/assets")
    planted: list[Asset] = []
    for position, stamp in enumerate(_stamps(count, seed, midnight)):
        draw = _Draw(f"{seed}/{position}")
        asset = _asset(draw, ids.new_id(), application.app_id, stamp, midnight)
        asset.metadata |= _metadata(draw, words, numbers, position)
        if draw.chance(30):
            asset.metadata[text] = [f"MM {draw.number(9000) + 1000}"]
        if draw.chance(10):
            asset.metadata[number] = [draw.number(40) + 1]
        if draw.chance(85):
            one = _mediafile(draw, ids.new_id(), asset)
            model.store.mediafiles[one.mediafile_id] = one
            asset.mediafile_ids.append(one.mediafile_id)
            asset.asset_type = "video"
        planted.append(asset)
    model.store.add_assets(planted)


def _own_property(model: MediaMosa, application: Application, name: str, kind: str) -> int:
    known = model.store.properties_of(application.app_id)
    found = next((one for one in known if one.name == name), None)
    if found is not None:
        return found.prop_id
    number = max(model.store.properties) + 1
    model.store.add_property(
        Property(
            number,
            name,
            application.group,
            kind,
            app_id=application.app_id,
            created=model.clock(),
        )
    )
    return number


def _stamps(count: int, seed: int, midnight: int) -> Iterator[int]:
    """Yield one stamp per asset: a tie of up to 250, then groups of 1 to 40."""
    left, group = count, 0
    while left > 0:
        draw = _Draw(f"{seed}/tie/{group}")
        size = min(LARGEST_TIE, count // _TIE_PART) if group == 0 else 1
        if group and draw.chance(25):
            size = draw.number(39) + 2 if draw.chance(20) else draw.number(4) + 2
        size = min(max(size, 1), left)
        days = draw.number(OLDEST_DAYS - 1) + 1
        yield from [midnight - days * DAY_SECONDS - draw.number(DAY_SECONDS)] * size
        left -= size
        group += 1


def _asset(draw: _Draw, asset_id: str, app_id: int, stamp: int, midnight: int) -> Asset:
    oldest = midnight - OLDEST_DAYS * DAY_SECONDS
    created = stamp if draw.chance(50) else stamp - draw.number(stamp - oldest + 1)
    published = "FALSE" if draw.chance(5) else "TRUE"
    return Asset(
        asset_id=asset_id,
        app_id=app_id,
        owner_id=draw.one(OWNERS),
        created=created,
        changed=stamp,
        videotimestamp=created,
        modified=stamp,
        group_id=f"group{draw.number(3)}",
        reference_id=f"ref-{draw.number(10**6):06}" if draw.chance(40) else "",
        private=draw.chance(5),
        metadata={PUBLISHED: [published], TRASHCAN: ["FALSE"]},
    )


def _metadata(
    draw: _Draw, words: Words, numbers: dict[str, int], position: int
) -> dict[int, list[Value]]:
    language = draw.one(("nl", "en")) if draw.chance(50) else draw.one(sorted(words))
    vocabulary = words[language]
    subjects = 5 if draw.chance(10) else draw.number(4)
    metadata: dict[str, list[Value]] = {
        "title": [f"{draw.one(vocabulary['titles'])} ({position + 1})"],
        "creator": [*draw.several(vocabulary["creators"], 2 if draw.chance(15) else 1)],
        "language": [language],
        "subject": [*draw.several(vocabulary["subjects"], subjects)],
        "type": ["video"],
        "rights": [draw.one(("CC BY 4.0", "CC BY-SA 4.0", "All rights reserved"))],
    }
    if draw.chance(80):
        metadata["description"] = [str(vocabulary["description"])]
    if draw.chance(20):
        metadata["description_abstract"] = [f"{vocabulary['description']} ({position + 1})"]
    if draw.chance(30):
        day = draw.number(20_000)
        metadata["created"] = [day * DAY_SECONDS + draw.number(DAY_SECONDS)]
        metadata["issued"] = [(day + draw.number(400)) * DAY_SECONDS]
    if draw.chance(25):
        metadata["publisher"] = [*PUBLISHERS[: draw.number(2) + 1]]
    return {numbers[name]: values for name, values in metadata.items() if values}


def _mediafile(draw: _Draw, mediafile_id: str, asset: Asset) -> Mediafile:
    created = asset.created
    one = Mediafile(
        mediafile_id=mediafile_id,
        asset_id=asset.asset_id,
        app_id=asset.app_id,
        owner_id=asset.owner_id,
        created=created,
        changed=created,
        filename=f"recording-{draw.number(10**5):05}.mp4",
        mount_point="mediamosa-storage-data://",
        downloadable=draw.chance(50),
    )
    if draw.chance(70):
        seconds = draw.number(7200) + 5
        one.technical = {
            "video_codec": "h264",
            "colorspace": "yuv420p",
            "width": "1280",
            "height": "720",
            "fps": "25",
            "audio_codec": "aac",
            "sample_rate": "44100",
            "channels": "stereo",
            "file_duration": f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.00",
            "container_type": "mov;mp4;m4a;3gp;3g2;mj2",
            "bitrate": str(draw.number(4000) + 300),
            "bpp": "0.10",
            "filesize": str(seconds * 90_000),
            "md5": shake_256(mediafile_id.encode()).hexdigest(16),
            "mime_type": "video/mp4",
            "is_hinted": "FALSE",
            "is_inserted_md": "FALSE",
        }
    return one
