"""Worlds with edits for MediaMosa, what is done about them, and what stands on both sides then."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from mediamosa_sync.domain.link import LinkState
from tests.scenarios.push_points import Points
from tests.scenarios.push_worlds import (
    ASSET,
    asset_deleted,
    batch_of_three,
    both_sides_changed,
    edited_after_a_lost_answer,
    edited_while_another_posts,
    first_contact,
    old_form,
    one_edit,
    other_uri,
    pending_links,
    push_what_waits,
    record_deleted,
    record_to_be_created_again,
    record_written_again,
    step_now,
    twin,
    value_given_up,
    value_refused,
    value_taken_away,
    value_that_the_database_refuses,
    waiting_row,
)
from tests.scenarios.world import World


@dataclass(frozen=True, slots=True)
class End:
    """What stands once all is quiet again, whatever happened on the way.

    Attributes:
        theirs: ``<asset>.<property>`` → its values in MediaMosa.
        conflicts: the log: asset, property, the record's value that did not stand.
        parked: ``<asset>.<property>`` of values that MediaMosa does not take.
        copied: asset → title in the copy of its removed record.
        unlinked: how many links are in another state than linked.
        tied: asset → key of its record, where the sync did not choose it.
    """

    theirs: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    conflicts: tuple[tuple[str, str, str], ...] = ()
    parked: frozenset[str] = frozenset()
    copied: Mapping[str, str] = field(default_factory=dict)
    unlinked: Mapping[LinkState, int] = field(default_factory=dict)
    tied: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """A world, what brings its edits to MediaMosa, and its end.

    Attributes:
        act: what is to be disturbed.
        strict: whether the world's censor may know better than a request what both sides are.
        refused: whether MediaMosa refuses something: that takes several requests.
    """

    build: Callable[[], World]
    end: End
    act: Callable[[World], object]
    strict: bool = True
    refused: bool = False


_OURS = {f"{ASSET}.title": "Ours", f"{ASSET}.description": "Ours"}
_MINE = {"B00000.title": "Title of B00000", "B00000.description": "Ours"}

SCENES = {
    "one edit": Scene(one_edit, End({f"{ASSET}.title": "Ours"}), push_what_waits),
    "value taken away": Scene(value_taken_away, End({f"{ASSET}.title": ()}), push_what_waits),
    "batch of three": Scene(
        batch_of_three,
        End(
            {
                "A00000.title": "Ours",
                "A00000.subject": ("a", "a", "b"),
                "A00001.description": "Ours",
                "A00002.title": (),
            }
        ),
        push_what_waits,
    ),
    "both sides changed": Scene(
        both_sides_changed,
        End({**_OURS, f"{ASSET}.title": "Theirs"}, ((ASSET, "title", "Ours"),)),
        push_what_waits,
    ),
    "first contact": Scene(
        first_contact,
        End(_MINE, (("B00000", "title", "Ours"),), tied={"B00000": "mine"}),
        push_what_waits,
    ),
    "value refused": Scene(
        value_refused,
        End(
            _OURS,
            parked=frozenset({f"{ASSET}.language"}),
            unlinked={LinkState.PARKED: 1},
        ),
        push_what_waits,
        refused=True,
    ),
    "value that the database refuses": Scene(
        value_that_the_database_refuses,
        End(
            {f"{ASSET}.description": "Ours", f"{ASSET}.title": f"Title of {ASSET}"},
            parked=frozenset({f"{ASSET}.title"}),
            unlinked={LinkState.PARKED: 1},
        ),
        push_what_waits,
        refused=True,
    ),
    "twin": Scene(twin, End(_MINE, tied={"B00000": "mine"}), push_what_waits),
    "other uri": Scene(
        other_uri,
        End(
            {
                "B00000.title": "Title of B00000",
                "B00000.description": (),
                "B00001.title": "Title of B00001",
                "B00001.description": "Ours",
            },
            (("B00001", "title", "Title of B00000"),),
            unlinked={LinkState.FORGOTTEN: 1},
            tied={"B00001": "mine"},
        ),
        push_what_waits,
    ),
    "record deleted": Scene(
        record_deleted,
        End({f"{ASSET}.title": f"Title of {ASSET}"}, unlinked={LinkState.FORGOTTEN: 1}),
        push_what_waits,
    ),
    "record written again": Scene(
        record_written_again,
        End({**_OURS, f"{ASSET}.title": f"Title of {ASSET}"}, ((ASSET, "title", "Ours"),)),
        push_what_waits,
    ),
    "record to be created again": Scene(
        record_to_be_created_again, End({f"{ASSET}.title": f"Title of {ASSET}"}), push_what_waits
    ),
    "uri of the old form": Scene(old_form, End(_MINE, tied={"B00000": "old"}), push_what_waits),
    "asset deleted": Scene(
        asset_deleted,
        End(copied={ASSET: "Ours"}, unlinked={LinkState.REMOVED: 1}),
        push_what_waits,
    ),
    "edited after a lost answer": Scene(
        edited_after_a_lost_answer, End({f"{ASSET}.title": "Newer"}), push_what_waits
    ),
    "edited while another posts": Scene(
        edited_while_another_posts, End({f"{ASSET}.title": "Newer"}), push_what_waits
    ),
    "pending links": Scene(
        pending_links,
        End({"A00000.title": "Ours", "A00001.title": (), "A00002.description": "Ours"}),
        step_now,
    ),
    "waiting row": Scene(waiting_row, End(_MINE, tied={"B00000": "old"}), step_now),
    "value given up": Scene(
        value_given_up,
        End({**_OURS, f"{ASSET}.language": ()}, ((ASSET, "language", "zz"),)),
        step_now,
        refused=True,
    ),
}


@cache
def _built(name: str) -> bytes:
    return pickle.dumps(SCENES[name].build())


def play(name: str) -> World:
    """A fresh world of the scene, copied from one that was built once."""
    world = pickle.loads(_built(name))  # noqa: S301 (our own bytes, faster than a deep copy)
    assert isinstance(world, World)
    world.censor.strict = SCENES[name].strict
    return world


@cache
def points_of(name: str) -> tuple[str, ...]:
    """Every point of what the scene does, undisturbed."""
    world = play(name)
    points = Points(world)
    SCENES[name].act(world)
    points.stop()
    return tuple(points.seen)
