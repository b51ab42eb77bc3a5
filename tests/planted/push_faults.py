"""Faults in pushes: claim, what was sent, base, sequence, pending and parked."""

from __future__ import annotations

from tests.planted.fault import Edit, Fault

FAULTS = (
    Fault(
        "sent-cleared-after-an-unknown-post",
        "A POST without an answer arrives late, and its old value beats the editor's newer one.",
        (
            Edit(
                "domain.pushing:settled",
                "known = posted.edits.keys() if delivery.absent else delivery.answered",
                "known = posted.edits.keys()",
            ),
        ),
    ),
    Fault(
        "sent-kept-after-a-clear-answer",
        "An editor in MediaMosa goes back to an earlier value, and the record overwrites it.",
        (
            Edit(
                "domain.pushing:settled",
                "delivery.absent else delivery.answered",
                "delivery.absent else delivery.refused.keys()",
            ),
        ),
    ),
    Fault(
        "sent-of-earlier-posts-cleared",
        "Of two POSTs the first hangs; it arrives last, and the record takes its old value.",
        (
            Edit(
                "domain.pushing:_without",
                "if name not in names or one.claim_expires_at != posted.claim.expires_at",
                "if name not in names",
            ),
        ),
    ),
    Fault(
        "sent-of-earlier-posts-replaced",
        "An edit follows a POST without an answer, which arrives late and beats it.",
        (
            Edit(
                "domain.pushing:claimed",
                "(*link.sent.get(name, ()), SentValue(agree_on(values), claim.expires_at))",
                "(SentValue(agree_on(values), claim.expires_at),)",
            ),
        ),
    ),
    Fault(
        "settled-over-a-value-taken-back",
        "An editor takes back what a push has brought, then brings it again: it is pushed away.",
        (
            Edit(
                "domain.pushing:settled",
                "        if _was_seen(link, posted, name):\n            continue\n",
                "",
            ),
        ),
    ),
    Fault(
        "sent-not-noted-before-the-post",
        "A function is killed after its POST, and its own value is taken for an editor's change.",
        (Edit("domain.pushing:claimed", "sent={**link.sent, **sent}", "sent=link.sent"),),
    ),
    Fault(
        "sent-dropped-with-the-claim",
        "A POST is carried out after its claim is over, and beats what was edited since.",
        (
            Edit(
                "domain.merge:_still_unknown",
                "if now <= one.claim_expires_at + SETTLE",
                "if now <= one.claim_expires_at",
            ),
        ),
    ),
    Fault(
        "sent-kept-for-ever",
        "A link stays pending for ever, and an old value beats an editor's in MediaMosa.",
        (
            Edit(
                "domain.merge:_still_unknown",
                "if now <= one.claim_expires_at + SETTLE",
                "if one.claim_expires_at",
            ),
        ),
    ),
    Fault(
        "sent-never-looked-at-again",
        "What a lost answer left open stays open, and one day beats an editor in MediaMosa.",
        (
            Edit(
                "domain.merge:with_state",
                "if link.sent:",
                "if link.sent and link.claim is not None:",
            ),
        ),
    ),
    Fault(
        "page-forgets-what-was-sent",
        "A page is read between a POST and its late effect, and the newer edit is lost.",
        (
            Edit(
                "domain.merge:merge",
                "sent=_still_unknown(link, setting.now, theirs, outcome.base)",
                "sent={}",
            ),
        ),
    ),
    Fault(
        "page-breaks-a-live-claim",
        "A page takes the claim of a running POST away, so two POSTs race for one asset.",
        (
            Edit(
                "domain.merge:merge",
                "claim=link.claim if link.is_claimed(setting.now) else None",
                "claim=None",
            ),
        ),
    ),
    Fault(
        "own-post-taken-for-a-change",
        "A POST whose answer was lost counts as an editor's change, and beats the newer edit.",
        (
            Edit(
                "domain.plan:plan",
                "agree_on(t) if posted else base.get(name, NO_VALUE)",
                "base.get(name, NO_VALUE)",
            ),
        ),
    ),
    Fault(
        "live-claim-ignored",
        "Two functions post for one asset at once, and the older value may arrive last.",
        (
            Edit(
                "service.pusher:Pusher._one",
                "if subject.link.is_claimed(self._now()):",
                "if subject.link.is_claimed(self._now()) and subject.is_new:",
            ),
        ),
    ),
    Fault(
        "claim-outlives-its-poster",
        "A function is killed over a POST, and the record's edits are never pushed again.",
        (
            Edit(
                "domain.link:Link.is_claimed",
                "self.claim is not None and now < self.claim.expires_at",
                "self.claim is not None",
            ),
        ),
    ),
    Fault(
        "write-outlives-its-claim",
        "A slow POST is overtaken by the next poster's, and its older value arrives last.",
        (
            Edit(
                "service.pusher:Pusher._deliver",
                "self._now() <= claim.expires_at - LONGEST_WRITE",
                "self._now() <= claim.expires_at + LONGEST_WRITE",
            ),
        ),
    ),
    Fault(
        "wanted-not-compared",
        "A second property is edited during a POST, and waits for the next full run.",
        (
            Edit(
                "domain.pushing:settled",
                " or edited or link.wanted != posted.link.wanted",
                " or edited",
            ),
            Edit(
                "service.pusher:Pusher._settled",
                "if edited or link.wanted != posted.link.wanted:",
                "if edited:",
            ),
        ),
    ),
    Fault(
        "wanted-not-raised",
        "Who finds a live claim leaves no word, and the edit waits for the next full run.",
        (Edit("domain.pushing:wanted", "wanted=link.wanted + 1", "wanted=link.wanted"),),
    ),
    Fault(
        "record-not-read-after-the-post",
        "An application takes its edit back during the POST, and MediaMosa keeps the edit.",
        (
            Edit(
                "service.pusher:Pusher._settled",
                "record is not None and not holds(record, posted.edits, self._fields)",
                "record is None",
            ),
        ),
    ),
    Fault(
        "record-read-before-its-link",
        "Of two functions the one with the older record posts last.",
        (
            Edit(
                "service.tyer:Tyer._read",
                "    links = self._links(named.values())\n"
                "    return _Read(named, links, self._records.records(uris))",
                "    records = self._records.records(uris)\n"
                "    return _Read(named, self._links(named.values()), records)",
            ),
        ),
    ),
    Fault(
        "base-takes-the-edit-at-once",
        "A page marks an edit as agreed on before it was pushed, and it never is.",
        (
            Edit(
                "domain.plan:_merge",
                "    draft.base[name] = base\n        if direction is Direction.BOTH:",
                "    draft.base[name] = agree_on(ours)\n        if direction is Direction.BOTH:",
            ),
        ),
    ),
    Fault(
        "base-moved-before-the-answer",
        "A POST is lost on its way, and the edit counts as pushed.",
        (
            Edit(
                "domain.pushing:claimed",
                "return replace(pending, claim=claim,",
                "told = {name: agree_on(values) for name, values in edits.items()}\n"
                "    return replace(pending, base={**(link.base or {}), **told}, claim=claim,",
            ),
        ),
    ),
    Fault(
        "base-not-moved-after-the-post",
        "Every edit is pushed again with the next one, over what an editor has changed since.",
        (
            Edit(
                "domain.pushing:settled",
                "        base[name] = agree_on(values)",
                "        base.setdefault(name, agree_on(values))",
            ),
        ),
    ),
    Fault(
        "base-from-the-servers-echo",
        "An editor changes a property right after a POST, and the record is pushed over it.",
        (
            Edit(
                "service.pusher:Pusher._settled",
                "    sequence = self._store.sequence(",
                "    from mediamosa_sync.domain.properties import theirs_of\n"
                "    found = self._presence.assets([link.asset_id]).get(link.asset_id)\n"
                "    if found is not None and delivery.taken:\n"
                "        echo = theirs_of(found, self._fields)\n"
                "        taken = {name: echo.get(name, ()) for name in delivery.taken}\n"
                "        delivery = replace(delivery, taken=taken)\n"
                "    sequence = self._store.sequence(",
            ),
        ),
    ),
    Fault(
        "settle-overwrites-a-newer-base",
        "A pull comes between a POST and its settling, and an editor's change is pushed over.",
        (
            Edit(
                "domain.pushing:settled",
                "if base.get(name) == before.get(name):",
                "if before is not None:",
            ),
        ),
    ),
    Fault(
        "post-that-raced-with-a-page-is-left",
        "A POST comes after the page that read an editor's change: it overwrites it for good.",
        (Edit("domain.pushing:settled", "            raced.add(name)", "            pass"),),
    ),
    Fault(
        "settle-keeps-the-old-number",
        "A page that was read before a POST puts the old value back into the record.",
        (
            Edit(
                "domain.pushing:settled",
                "sequence=max(link.sequence, sequence)",
                "sequence=link.sequence",
            ),
        ),
    ),
    Fault(
        "greater-instead-of-at-least",
        "A page that was read before a push of its own step's number undoes the edit.",
        (
            Edit(
                "domain.link:Link.is_newer_than",
                "self.sequence > sequence or (self.sequence == sequence and self.pushed)",
                "self.sequence > sequence",
            ),
        ),
    ),
    Fault(
        "sequence-not-compared",
        "A page that was read before a push puts the old value back into the record.",
        (
            Edit(
                "domain.decide:decide",
                "if link is not None and link.is_newer_than(setting.sequence):",
                "if link is not None and link.version < 0:",
            ),
        ),
    ),
    Fault(
        "number-read-before-the-request",
        "A push that saw a newer asset than a page does is undone by that page.",
        (
            Edit(
                "service.pusher:Pusher._push",
                "    try:\n        assets =",
                "    sequence = self._store.sequence(self._connection.connection_id)\n"
                "    try:\n        assets =",
            ),
            Edit(
                "service.pusher:Pusher._push",
                "    sequence = self._store.sequence(self._connection.connection_id)\n    setting",
                "    setting",
            ),
        ),
    ),
    Fault(
        "pending-dropped-while-the-circuit-is-open",
        "What is edited during an outage is not pushed before the next full run.",
        (
            Edit(
                "service.push:ConnectionPush._push",
                "    self._keeper.leave(subjects, self._why_not)\n        return",
                "    return",
            ),
        ),
    ),
    Fault(
        "circuit-never-closed",
        "After one outage edits wait for the schedule for ever, instead of seconds.",
        (
            Edit(
                "service.circuit:Circuit.close",
                "if self._failure is not None:",
                "if self._failure is not None and self._failure.count > 100:",
            ),
        ),
    ),
    Fault(
        "waiting-rows-not-written",
        "A record of the old form that is written during an outage is never tied.",
        (
            Edit(
                "service.push:ConnectionPush._carry_out",
                "waitlist.note(tied.untied,",
                "waitlist.note([one for one in tied.untied if one.reason],",
            ),
        ),
    ),
    Fault(
        "parked-value-forgotten-by-a-page",
        "A value that MediaMosa refuses is sent again after every run, for ever.",
        (
            Edit(
                "domain.merge:parked_of",
                "if before is not None and is_agreed(before.values, values):",
                "if before is not None and before.discarded:",
            ),
        ),
    ),
    Fault(
        "parked-whatever-it-is-by-now",
        "A refused value is corrected, and the correction is never pushed.",
        (
            Edit(
                "domain.merge:parked_of",
                "if before is not None and is_agreed(before.values, values):",
                "if before is not None:",
            ),
        ),
    ),
    Fault(
        "troubles-never-counted",
        "An asset over which MediaMosa always fails is tried for ever, and nobody is told.",
        (
            Edit(
                "domain.pushing:settled",
                "link.attempts + 1 if delivery.troubled else 0",
                "0",
            ),
        ),
    ),
)
