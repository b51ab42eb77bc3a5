"""What becomes of a link around a POST: claimed before, settled after, pending, parked, retried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import LIVE
from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.merge import SETTLE, edits_of, in_state, problem_of, with_state
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.properties import FieldMap, ours_of
from mediamosa_sync.domain.record import Record, read_values
from mediamosa_sync.domain.values import NO_VALUE, Metadata, agree_on, is_agreed

MAX_ATTEMPTS = 5
"""POSTs in a row that MediaMosa may answer with an error of its own before they are parked."""

_MINUTE = timedelta(minutes=1)

_PUSHED = frozenset({Direction.BOTH, Direction.PUSH})


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of the POSTs of one claim.

    Attributes:
        posts: how many were made.
        taken: property name → values that MediaMosa has, by a clear answer.
        refused: property name → why MediaMosa does not take its values; by a clear answer, too.
        troubled: MediaMosa answered with an error of its own; "" or its sentence.
        absent: MediaMosa has no such asset (any more), or does not let us write it: its sentence;
            "" if it has.
    """

    posts: int = 0
    taken: Metadata = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    troubled: str = ""
    absent: str = ""

    @property
    def answered(self) -> frozenset[str]:
        """Properties whose outcome is known."""
        return frozenset(self.taken) | frozenset(self.refused)


def holds(record: Record, edits: Metadata, fields: FieldMap) -> bool:
    """Whether *record* still has the values of *edits*."""
    ours = ours_of(read_values(record).values, fields)
    return all(ours.get(name, NO_VALUE) == values for name, values in edits.items())


def asks_for_push(link: Link, record: Record, fields: FieldMap) -> bool:
    """Whether the link alone says that there is something to do: MediaMosa need not be asked.

    An echo of what the sync itself wrote asks for nothing: base has it already.
    """
    if link.base is None or link.sent or link.claim is not None:
        return True
    ours = read_values(record)
    values = ours_of(ours.values, fields)
    unread = ours.problems.keys()
    names = [
        m.name
        for m in fields
        if m.direction in _PUSHED and m.record_name not in unread and "" not in unread
    ]
    if edits_of(link, values, names):
        return True
    if any(not is_agreed(one.values, values.get(name, ())) for name, one in link.parked.items()):
        # What was refused has been taken back.
        return True
    return link.state in LIVE and _expected(link, ours.problems) != (link.state, link.reason)


def _expected(link: Link, problems: Mapping[str, str]) -> tuple[LinkState, str]:
    """State and reason of a link that has nothing to push."""
    sentences = [problems[name] for name in sorted(problems)]
    sentences += [link.parked[name].reason for name in sorted(link.parked)]
    if not sentences:
        return LinkState.LINKED, ""
    return LinkState.PARKED, sentences[0]


def claimed(link: Link, edits: Metadata, claim: Claim, now: datetime) -> Link:
    """The link before the POST of *edits*: what is about to be sent is part of the state."""
    sent = {
        name: (*link.sent.get(name, ()), SentValue(agree_on(values), claim.expires_at))
        for name, values in edits.items()
    }
    pending = in_state(link, LinkState.PENDING, link.reason if _is_pending(link) else "", now)
    # Should this poster die, nobody needs to look before its claim is over.
    return replace(pending, claim=claim, sent={**link.sent, **sent}, due=claim.expires_at)


def wanted(link: Link) -> Link:
    """A link that somebody else is posting for: its owner is to read the record again."""
    return replace(link, wanted=link.wanted + 1)


def pending(link: Link, reason: str, now: datetime) -> Link:
    """A link whose edit waits for the scheduled step; *reason* is one sentence, "" if none."""
    due = link.due if _is_pending(link) and link.due is not None else now
    waiting = in_state(link, LinkState.PENDING, reason, now)
    return replace(waiting, due=min(due, now), wanted=link.wanted + 1)


def doubted(link: Link, reason: str, now: datetime) -> Link:
    """A link about whose asset MediaMosa has said what cannot be read.

    It is asked again, for a quarter of an hour, before the edit is parked.
    """
    attempts = link.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        return replace(parked(link, reason, now), attempts=0)
    waiting = in_state(link, LinkState.PENDING, reason, now)
    return replace(waiting, attempts=attempts, due=_later(attempts, now))


def _later(attempts: int, now: datetime) -> datetime:
    """An asset over which MediaMosa fails is tried less and less often."""
    return now + _MINUTE * (1 << attempts - 1)


def _is_pending(link: Link) -> bool:
    return link.state is LinkState.PENDING


@dataclass(frozen=True, slots=True)
class Posted:
    """What one claim was about.

    Attributes:
        link: as it stood when it was claimed.
        edits: property name → values that were to be sent.
    """

    link: Link
    edits: Metadata
    claim: Claim


def settled(
    link: Link,
    posted: Posted,
    delivery: Delivery,
    *,
    sequence: int,
    now: datetime,
    edited: bool = False,
) -> Link:
    """*link*, as it stands now with the claim of *posted*, after its POSTs.

    Base takes what was sent; where somebody has set base meanwhile, or has even seen in MediaMosa
    what was sent, that is newer. Exactly the values of this claim whose outcome is known leave
    ``sent``. It stays pending if somebody has wanted it since, or if anything is still to be done.

    Parameters:
        sequence: the connection's current number, read after the last answer.
        edited: the record, read after the last answer, holds other values than were sent. Who took
            an edit back before the claim was made has found nothing to do, and no claim.
    """
    base = dict(link.base or {})
    before = posted.link.base or {}
    raced = set[str]()
    for name, values in delivery.taken.items():
        if _was_seen(link, posted, name):
            continue
        if base.get(name) == before.get(name):
            base[name] = agree_on(values)
        elif not is_agreed(base.get(name, NO_VALUE), values):
            raced.add(name)
    refused = _refusals(posted.edits, delivery, link, now)
    left = posted.edits.keys() - delivery.taken.keys() - refused.keys()
    attempts = link.attempts + 1 if delivery.troubled else 0
    # Of what was given up it is not known whether it will be carried out all the same.
    known = posted.edits.keys() if delivery.absent else delivery.answered
    after = replace(
        link,
        base={name: agreed for name, agreed in base.items() if agreed != NO_VALUE},
        sent=_with_raced(
            _without(link.sent, posted, frozenset(known)), raced, delivery.taken, now - SETTLE
        ),
        claim=None,
        parked={**_without_taken(link.parked, delivery.taken), **refused},
        attempts=attempts if attempts < MAX_ATTEMPTS else 0,
        sequence=max(link.sequence, sequence),
        pushed=True,
    )
    again = bool(left and not delivery.absent) or edited or link.wanted != posted.link.wanted
    problem = delivery.absent or problem_of(_NO_VALUES, after.parked)
    state = with_state(after, problem, now, outstanding=again)
    if not (left and delivery.troubled):
        return state
    return replace(state, reason=delivery.troubled, due=_later(attempts, now))


def _was_seen(link: Link, posted: Posted, name: str) -> bool:
    """Whether base has been what was posted already: where it is the old value, it is so again."""
    sent = SentValue(agree_on(posted.edits[name]), posted.claim.expires_at, seen=True)
    return sent in link.sent.get(name, ())


_NO_VALUES = read_values(Record(""))


def _refusals(
    edits: Metadata, delivery: Delivery, link: Link, now: datetime
) -> dict[str, ParkedValue]:
    reasons = dict(delivery.refused)
    left = edits.keys() - delivery.answered
    if delivery.troubled and link.attempts + 1 >= MAX_ATTEMPTS:
        reasons |= dict.fromkeys(left, _given_up(delivery.troubled))
    return {name: ParkedValue(agree_on(edits[name]), why, now) for name, why in reasons.items()}


def _given_up(trouble: str) -> str:
    return f"MediaMosa failed {MAX_ATTEMPTS} times to store the value. {trouble}"


def _without(
    sent: Mapping[str, tuple[SentValue, ...]], posted: Posted, names: frozenset[str]
) -> Mapping[str, tuple[SentValue, ...]]:
    """*sent* without what this claim posted of *names*; of earlier POSTs the outcome is unknown."""
    kept = {
        name: tuple(
            one
            for one in values
            if name not in names or one.claim_expires_at != posted.claim.expires_at
        )
        for name, values in sent.items()
    }
    return {name: values for name, values in kept.items() if values}


def _with_raced(
    sent: Mapping[str, tuple[SentValue, ...]], raced: Iterable[str], taken: Metadata, at: datetime
) -> Mapping[str, tuple[SentValue, ...]]:
    """*sent* with what MediaMosa took while a read gave base another value: which was first?

    The next read tells: what is found to be sent is ours, and the newer value goes there again. It
    is the last that is planned with it, as of a claim whose time was over *at*.
    """
    more = {name: (*sent.get(name, ()), SentValue(agree_on(taken[name]), at)) for name in raced}
    return {**sent, **more}


def _without_taken(parked: Mapping[str, ParkedValue], taken: Metadata) -> Mapping[str, ParkedValue]:
    return {name: value for name, value in parked.items() if name not in taken}


def parked(link: Link, reason: str, now: datetime) -> Link:
    """A link of which nothing can be pushed, for a reason that is not one property's."""
    return replace(in_state(link, LinkState.PARKED, reason, now), due=None, claim=None)


def retried(link: Link, now: datetime) -> Link:
    """A parked link that an admin wants tried again: the next scheduled step does."""
    again = in_state(link, LinkState.PENDING, "", now)
    seen = link.revision if link.media_id else ""
    return replace(again, parked={}, attempts=0, due=now, revision=seen, wanted=link.wanted + 1)


def discarded(link: Link, now: datetime) -> Link | None:
    """A link whose parked values an admin gives up; None if no value of it is parked.

    The next scheduled step lets the record take MediaMosa's, and logs what was given up.
    """
    if not link.parked:
        return None
    given_up = {name: replace(one, discarded=True) for name, one in link.parked.items()}
    again = in_state(link, LinkState.PENDING, "", now)
    return replace(again, parked=given_up, due=now, wanted=link.wanted + 1)


def first_contact(link: Link) -> Link:
    """*link* with everything forgotten that was agreed on with another record."""
    return replace(
        link,
        base=None,
        sent={},
        claim=None,
        parked={},
        ignored=(),
        attempts=0,
        expires_at=None,
    )
