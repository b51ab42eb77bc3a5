"""Links in every state, with something in every attribute."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.plan import FirstContact
from tests.adapters.lockstep.tables.pools import (
    NAMES,
    NOW,
    WORDS,
    agreed,
    chance,
    instant,
    maybe_instant,
    subset,
)


def link_of(dice: Random, asset_id: str, media_id: str, before: Link | None) -> Link:
    """The asset's row as it is to be: that of *before* with something changed, or a new one."""
    link = replace(before or Link(asset_id, media_id), media_id=media_id)
    state = dice.choice([*LinkState, LinkState.LINKED, LinkState.PENDING, LinkState.HELD])
    waits = state is LinkState.PENDING
    return replace(
        _some_content(dice, link),
        state=state,
        reason="" if state is LinkState.LINKED else "Why.",
        since=None if state is LinkState.LINKED else instant(dice),
        due=maybe_instant(dice) if waits else None,
        expires_at=instant(dice) + timedelta(days=30) if state is LinkState.REMOVED else None,
        sequence=link.sequence + dice.randint(0, 1),
    )


def _some_content(dice: Random, link: Link) -> Link:
    if chance(dice, 0.4):
        base = {name: agreed(dice) for name in subset(dice, NAMES)}
        link = replace(link, base=base, revision=f"r{dice.randint(0, 3)}")
    if chance(dice, 0.3):
        sent = {name: (_sent(dice),) * dice.randint(1, 2) for name in subset(dice, NAMES)}
        link = replace(link, sent=sent, claim=Claim(dice.choice(WORDS), instant(dice)))
    if chance(dice, 0.2):
        parked = {name: _parked(dice) for name in subset(dice, NAMES)}
        link = replace(link, parked=parked, ignored=tuple(sorted(subset(dice, NAMES))))
    if chance(dice, 0.2):
        link = replace(
            link,
            uri="mediamosa://mediafile/f1/a.mp4",
            base=None,
            claim=None,
            wanted=dice.randint(0, 2),
            attempts=dice.randint(0, 5),
            names={"title": "Titel"},
            first_contact=FirstContact.MERGE,
            pushed=chance(dice, 0.5),
            removed_at=dice.choice((0, 1, 10**24 + 1)),
        )
    return link


def _sent(dice: Random) -> SentValue:
    return SentValue(agreed(dice), instant(dice))


def _parked(dice: Random) -> ParkedValue:
    return ParkedValue(agreed(dice), "Why.", NOW, discarded=chance(dice, 0.3))
