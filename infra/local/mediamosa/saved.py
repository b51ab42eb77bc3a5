"""A stand-in's state in a file: read at the start, written whole or not at all at the end."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import (
    Application,
    Asset,
    Mediafile,
    Property,
    Session,
    Tombstone,
)

FORMAT = 1


def save(model: MediaMosa, ids: SeededIds, path: Path) -> None:
    """Write everything that the server keeps to `path`."""
    store = model.store
    state = {
        "format": FORMAT,
        "ids": {"seed": ids.seed, "drawn": ids.drawn},
        "applications": [asdict(one) for one in store.applications.values()],
        "properties": [asdict(one) for one in store.properties.values()],
        "assets": [asdict(one) for one in store.assets.values()],
        "mediafiles": [asdict(one) for one in store.mediafiles.values()],
        "tombstones": [asdict(one) for one in store.tombstones.values()],
        "sessions": [asdict(one) for one in model.sessions.by_key.values()],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(state, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(model: MediaMosa, ids: SeededIds, path: Path) -> None:
    """Fill a fresh model, and wind its ids on, from `path`.

    Raises:
        ValueError: the file is none of ours; the message says what to do.
    """
    try:
        state: dict[str, Any] = json.loads(path.read_text("utf-8"))
        known = state["format"] == FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(_unreadable(path)) from error
    if not known:
        raise ValueError(_unreadable(path))
    store = model.store
    ids.seed, ids.drawn = state["ids"]["seed"], state["ids"]["drawn"]
    for one in state["applications"]:
        model.add_application(Application(**one))
    for one in state["properties"]:
        store.add_property(Property(**one))
    for one in state["mediafiles"]:
        store.mediafiles[one["mediafile_id"]] = Mediafile(**one)
    for one in state["tombstones"]:
        store.tombstones[one["asset_id"]] = Tombstone(**one)
    for one in state["sessions"]:
        model.sessions.keep(Session(**one))
    store.add_assets(_asset(one) for one in state["assets"])


def _asset(fields: dict[str, Any]) -> Asset:
    metadata = {int(number): values for number, values in fields.pop("metadata").items()}
    return Asset(**fields, metadata=metadata)


def _unreadable(path: Path) -> str:
    return f"{path} is no state of this stand-in: remove it, or give another file."
