"""Faults between "seems to be gone" and "removed"."""

from __future__ import annotations

from tests.planted.fault import Edit, Fault

FAULTS = (
    Fault(
        "absence-is-deletion",
        "A list that lags behind lacks an asset, and its record is deleted though it is there.",
        (
            Edit(
                "service.removal:Remover.remove",
                "proof = self._server.prove(asset_id)",
                "proof = Proof(Existence.GONE)",
            ),
        ),
        across=False,
    ),
    Fault(
        "failed-proof-is-proof",
        "MediaMosa refuses to answer for one asset, and its record is deleted.",
        (
            Edit(
                "service.removal:Remover.remove",
                "            self._writer.written.counts += Counts(errors=1)\n",
                "            self._settle(kind, link, Proof(Existence.GONE), approved=approved)\n",
            ),
        ),
        across=False,
    ),
    Fault(
        "deletes-per-page-before-the-guard",
        "Somebody empties MediaMosa, and the records are gone before any guard has counted them.",
        (
            Edit(
                "service.pull:Pull._move",
                "    self._keep_row(nominees)\n        return",
                "    self._deal_with(nominees)\n        return",
            ),
        ),
    ),
    Fault(
        "guard-counts-one-page",
        "A mass deletion that is spread over many pages passes the guard.",
        (
            Edit(
                "service.pull:Pull._move",
                "counted=self._run.counted + self._written.counted",
                "counted=self._written.counted",
            ),
        ),
    ),
    Fault(
        "guard-forgets-the-held",
        "With hundreds of deletions held, ten more go each time without a person.",
        (Edit("domain.deletion:Guard.stops", "nominated + held + removed", "nominated + removed"),),
    ),
    Fault(
        "guard-forgets-the-day",
        "A mass deletion that comes ten at a time is carried out without a person.",
        (Edit("domain.deletion:Guard.stops", "nominated + held + removed", "nominated + held"),),
    ),
    Fault(
        "guard-forgets-the-other-run",
        "Two runs that end together each remove as many records as both together may.",
        (
            Edit(
                "domain.transitions:after_walk",
                "run.counted + _still_to_go(state, run.kind)",
                "run.counted",
            ),
        ),
    ),
    Fault(
        "guard-percent-of-one",
        "A mass deletion passes the guard, whose five percent are five times all links.",
        (
            Edit(
                "domain.deletion:Guard.stops",
                "self.percent / 100 * links",
                "self.percent * links",
            ),
        ),
        across=False,
    ),
    Fault(
        "empty-list-not-held",
        "The server shows an empty list for a minute, and the records of a small site are removed.",
        (
            Edit(
                "domain.transitions:after_walk",
                "emptied = run.kind is Kind.FULL and run.cursor.done == 0",
                "emptied = run.kind is Kind.FULL and run.cursor.total is None",
            ),
        ),
        across=False,
    ),
    Fault(
        "approved-counted-by-the-guard",
        "After a person approved many deletions, every single one is held for a day.",
        (
            Edit(
                "domain.writes:unapproved_removals",
                "isinstance(write.record, RecordRemoval) and not write.record.approved",
                "isinstance(write.record, RecordRemoval)",
            ),
        ),
    ),
    Fault(
        "held-nominated-again",
        "What is held is held anew by every run, so an approval never carries it out.",
        (
            Edit(
                "domain.deletion:may_be_nominated",
                "link.state is LinkState.FOREIGN",
                "link.state in {LinkState.FOREIGN, LinkState.HELD}",
            ),
        ),
    ),
    Fault(
        "kept-nominated-again",
        "A person decides that a record stays, and the next run removes it.",
        (
            Edit(
                "domain.deletion:may_be_nominated",
                "link.state is LinkState.FOREIGN",
                "link.state in {LinkState.FOREIGN, LinkState.KEPT}",
            ),
        ),
    ),
    Fault(
        "approved-without-a-new-proof",
        "An asset comes back before the approval is carried out, and its record is deleted.",
        (
            Edit(
                "service.removal:Remover.remove",
                "proof = self._server.prove(asset_id)",
                "proof = Proof(Existence.GONE) if approved else self._server.prove(asset_id)",
            ),
        ),
    ),
    Fault(
        "ruling-reaches-what-is-held-later",
        "A person approves a list, and what is held afterwards is removed with it.",
        (Edit("service.pull:Pull._release_portion", "upto=ruling.at", "upto=None"),),
    ),
    Fault(
        "seen-alive-stays-held",
        "An asset that was only hidden for a while stays on the list of deletions for ever.",
        (
            Edit(
                "domain.decide:decide",
                "if link.state is LinkState.REMOVED:",
                "if link.state is LinkState.HELD:\n"
                "        return Verdict.LEFT\n"
                "    if link.state is LinkState.REMOVED:",
            ),
        ),
    ),
    Fault(
        "nominees-of-earlier-pages-lost",
        "Of the assets that vanished only those of the last page are ever dealt with.",
        (
            Edit(
                "service.pull:Pull._keep_row",
                "self._nominees = NomineesChange(self._run.run_id, row)",
                "self._nominees = NomineesChange(self._run.run_id, replace(row, asset_ids=()))",
            ),
        ),
    ),
    Fault(
        "rest-of-a-portion-lost",
        "Of many assets that vanished the first 25 are removed, and the others stay.",
        (
            Edit(
                "service.pull:Pull._work_off_row",
                "Nominees(row.key, rest)",
                "Nominees(row.key, ())",
            ),
        ),
    ),
    Fault(
        "never-seen-is-gone",
        "A record whose uri has a slip of the pen is deleted instead of shown.",
        (
            Edit(
                "domain.decide:decide_missing",
                "if link.was_seen:",
                "if link.media_id:",
            ),
        ),
        across=False,
    ),
    Fault(
        "unpublished-is-gone",
        "An editor hides an asset for a day, and its record is deleted.",
        (
            Edit(
                "domain.policies:Policies.remove",
                "not asset.published and self.on_unpublish is Removal.REMOVE",
                "not asset.published",
            ),
        ),
        across=False,
    ),
    Fault(
        "foreign-is-gone",
        "An asset is given to another application, and its record is deleted.",
        (
            Edit(
                "service.removal:Remover._settle",
                "elif proof.existence is Existence.FOREIGN:",
                "elif proof.existence is Existence.FOREIGN and link.media_id == '':",
            ),
        ),
        across=False,
    ),
    Fault(
        "removed-without-its-copy",
        "A removed record comes back empty, and what its application had put there is lost.",
        (
            Edit(
                "domain.removing:remove",
                "link.media_id, attributes, now,",
                "link.media_id, {}, now,",
            ),
        ),
    ),
    Fault(
        "revived-without-its-own-attributes",
        "An asset comes back from the trashcan, and its record has lost what is not metadata.",
        (
            Edit(
                "domain.decide:_revive",
                "attributes = dict(removed.attributes)",
                "attributes = {\n"
                "        name: value\n"
                "        for name, value in removed.attributes.items()\n"
                '        if name in {"media_id", "uri", "metadata", "mediamosa"}\n'
                "    }",
            ),
        ),
    ),
    Fault(
        "restored-and-removed-again",
        "A person brings a record back, and the next run takes it away again.",
        (
            Edit(
                "domain.removing:restore",
                "state=LinkState.KEPT, reason=RESTORED",
                "state=LinkState.LINKED, reason=RESTORED",
            ),
        ),
    ),
    Fault(
        "forgotten-created-again",
        "An application deletes a record, and it is back after the next run.",
        (
            Edit(
                "domain.decide:_with_link",
                "    return Verdict.LEFT\n    if not link.media_id:",
                "    return _create(asset, link, setting)\n    if not link.media_id:",
            ),
        ),
    ),
)
