"""Record and asset of one link put together: what each is to take, and what the link is then."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.describe import describe
from mediamosa_sync.domain.link import Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.plan import Direction, Disagreement, Plan, Policy, plan
from mediamosa_sync.domain.policies import Policies
from mediamosa_sync.domain.properties import FieldMap, ours_of, theirs_of
from mediamosa_sync.domain.record import Record, RecordChange, RecordValues, read_values
from mediamosa_sync.domain.sendable import why_not_sendable
from mediamosa_sync.domain.values import (
    NO_VALUE,
    Agreed,
    Base,
    Metadata,
    Values,
    agree_on,
    is_agreed,
)
from mediamosa_sync.domain.writes import Conflict

SETTLE = timedelta(seconds=120)
"""How long after its claim a POST whose answer was lost may still be carried out."""

MAX_IGNORED = 20
"""Names of unknown properties that a link lists."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for all assets of a step, or of a push.

    Attributes:
        connection_id: whose assets they are.
        sequence: the step's number, drawn before its first request; for a push the connection's
            current one, read after its last request.
        now: when it decides (aware UTC), and not later than its first request.
        fields: the properties that take part.
        policies: what is done about what one side puts away.
    """

    connection_id: str
    sequence: int
    now: datetime
    fields: FieldMap
    policies: Policies = field(default_factory=Policies)


@dataclass(frozen=True, slots=True)
class Merged:
    """Link and record of an asset after the plan, before anything is written.

    Attributes:
        change: what the record takes; None if nothing.
        outstanding: MediaMosa's property name → values of the record that are to be pushed.
        problem: why something of the record cannot be synced, in one sentence; "" if nothing.
    """

    link: Link
    change: RecordChange | None
    conflicts: tuple[Conflict, ...]
    outstanding: Metadata
    problem: str


def merge(asset: Asset, link: Link, record: Record, setting: Setting) -> Merged:
    """Plan the record and its asset, which was read after *link*, property by property."""
    ours, theirs = read_values(record), theirs_of(asset, setting.fields)
    outcome = plan(
        theirs,
        ours_of(ours.values, setting.fields),
        link.base,
        {name: tuple(one.values for one in sent) for name, sent in link.sent.items()},
        _policy(link, ours, setting.fields),
    )
    parked = parked_of(link, outcome.to_mediamosa, setting)
    outstanding = {n: v for n, v in outcome.to_mediamosa.items() if n not in parked}
    problem = problem_of(ours, parked)
    after = replace(
        link,
        base=dict(outcome.base),
        revision=revision(asset),
        sent=_still_unknown(link, setting.now, theirs, outcome.base),
        claim=link.claim if link.is_claimed(setting.now) else None,
        attempts=link.attempts if outstanding else 0,
        parked=parked,
        ignored=_ignored(ours, setting.fields),
        names=_names(setting.fields),
    )
    after = with_state(after, problem, setting.now, outstanding=bool(outstanding))
    return Merged(
        link=after,
        change=_record_change(asset, record, after, outcome, setting),
        conflicts=tuple(_conflict(asset, record, lost, setting) for lost in outcome.disagreements),
        outstanding=outstanding,
        problem=problem,
    )


def in_state(link: Link, state: LinkState, reason: str, now: datetime) -> Link:
    """*link* in *state*; since when it is so, and the time of its next push, stay if it was so."""
    if link.state is state:
        return link if link.reason == reason else replace(link, reason=reason)
    since = None if state is LinkState.LINKED else now
    due = now if state is LinkState.PENDING else None
    return replace(link, state=state, reason=reason, since=since, due=due)


def with_state(link: Link, problem: str, now: datetime, *, outstanding: bool) -> Link:
    """*link* in the state that its edits, unknown outcomes and problems put it into.

    What is to be pushed comes first: only pending links are looked at again by themselves. With
    nothing but unknown outcomes left it is looked at once these can be settled.
    """
    if outstanding or link.claim is not None:
        pending = in_state(link, LinkState.PENDING, _pending_reason(link), now)
        # While somebody posts, he looks at the link himself; only if he dies others have to.
        due = pending.due if link.claim is not None else min(pending.due or now, now)
        return replace(pending, due=due)
    if link.sent:
        latest = max(one.claim_expires_at for sent in link.sent.values() for one in sent)
        return replace(in_state(link, LinkState.PENDING, problem, now), due=latest + SETTLE)
    if problem:
        return in_state(link, LinkState.PARKED, problem, now)
    return in_state(link, LinkState.LINKED, "", now)


def _pending_reason(link: Link) -> str:
    return link.reason if link.state is LinkState.PENDING else ""


def parked_of(link: Link, edits: Metadata, setting: Setting) -> Mapping[str, ParkedValue]:
    """Which of *edits* are not pushed: refused before, and the same still; or not sendable."""
    parked: dict[str, ParkedValue] = {}
    if not edits:
        return parked
    for mapped in setting.fields:
        if mapped.name not in edits:
            continue
        values, before = edits[mapped.name], link.parked.get(mapped.name)
        if before is not None and is_agreed(before.values, values):
            parked[mapped.name] = before
        elif reason := why_not_sendable(mapped, values):
            parked[mapped.name] = ParkedValue(agree_on(values), reason, setting.now)
    return parked


def problem_of(ours: RecordValues, parked: Mapping[str, ParkedValue]) -> str:
    """The first of the sentences about what cannot be synced; "" if there is none."""
    sentences = [ours.problems[name] for name in sorted(ours.problems)]
    sentences += [parked[name].reason for name in sorted(parked)]
    return next(iter(sentences), "")


def _policy(link: Link, ours: RecordValues, fields: FieldMap) -> Policy:
    renamed = {m.name for m in fields if link.names.get(m.name, m.name) != m.record_name}
    return Policy(
        directions=directions_of(fields, ours),
        first_contact=link.first_contact,
        fresh=frozenset(renamed if link.base is not None else ()),
        discarded=frozenset(name for name, parked in link.parked.items() if parked.discarded),
    )


def directions_of(fields: FieldMap, ours: RecordValues) -> Mapping[str, Direction]:
    """A property whose value in the record cannot be read takes no part: it is not "no value"."""
    unreadable = ours.problems.keys()
    return {
        mapped.name: Direction.IGNORE
        if "" in unreadable or mapped.record_name in unreadable
        else mapped.direction
        for mapped in fields
    }


def _still_unknown(
    link: Link, now: datetime, theirs: Metadata, base: Base
) -> Mapping[str, tuple[SentValue, ...]]:
    """What was sent, without what can no more be carried out: this plan was the last with it."""
    kept = {
        name: tuple(
            _with_sight(one, theirs.get(name, NO_VALUE), base.get(name, NO_VALUE))
            for one in sent
            if now <= one.claim_expires_at + SETTLE
        )
        for name, sent in link.sent.items()
    }
    return {name: sent for name, sent in kept.items() if sent}


def _with_sight(sent: SentValue, theirs: Values, base: Agreed) -> SentValue:
    """*sent*, and whether it was found in MediaMosa with base following it, now or before."""
    if sent.seen or not (is_agreed(sent.values, theirs) and is_agreed(base, theirs)):
        return sent
    return replace(sent, seen=True)


def _ignored(ours: RecordValues, fields: FieldMap) -> tuple[str, ...]:
    known = {mapped.record_name for mapped in fields}
    unknown = sorted((ours.values.keys() | ours.problems.keys()) - known - {""})
    return tuple(name[:64] for name in unknown[:MAX_IGNORED])


def _names(fields: FieldMap) -> Mapping[str, str]:
    return {m.name: m.record_name for m in fields if m.record_name != m.name}


def _record_change(
    asset: Asset, record: Record, link: Link, outcome: Plan, setting: Setting
) -> RecordChange | None:
    values = under_record_names(outcome.to_record, setting.fields)
    described = describe(asset, setting.connection_id, link)
    same = described == record.mediamosa
    if not values and same:
        return None
    return RecordChange(record, values, None if same else described)


def under_record_names(metadata: Metadata, fields: FieldMap) -> dict[str, Values]:
    """*metadata* as the record has it."""
    return {
        mapped.record_name: metadata[mapped.name] for mapped in fields if mapped.name in metadata
    }


def _conflict(
    asset: Asset, record: Record, disagreement: Disagreement, setting: Setting
) -> Conflict:
    seed = f"{setting.connection_id}/{asset.asset_id}/{disagreement.name}/{setting.sequence}"
    digest = hashlib.sha256(seed.encode()).hexdigest()[:16]
    return Conflict(
        conflict_id=f"{setting.now:%Y%m%dT%H%M%S%f}-{digest}",
        asset_id=asset.asset_id,
        media_id=record.media_id,
        at=setting.now,
        disagreement=disagreement,
        record_name=next(
            (m.record_name for m in setting.fields if m.name == disagreement.name), ""
        ),
        asset_modified=asset.modified,
    )


def edits_of(link: Link, ours: Metadata, fields: Iterable[str]) -> Metadata:
    """Where the record differs from what was agreed on, by the link alone; parked values aside."""
    base = link.base or {}
    edits = {}
    for name in fields:
        values, parked = ours.get(name, ()), link.parked.get(name)
        same_as_parked = parked is not None and is_agreed(parked.values, values)
        if not same_as_parked and not is_agreed(base.get(name, ()), values):
            edits[name] = values
    return edits
