"""Faults in what ties a record to its asset, and a record to its connection."""

from __future__ import annotations

from tests.planted.fault import Edit, Fault

FAULTS = (
    Fault(
        "twin-taken-over-with-its-base",
        "An application brings its own record, and what it leaves out is cleared in MediaMosa.",
        (
            Edit(
                "domain.tying:tie",
                "fresh = in_state(first_contact(link), LinkState.LINKED,",
                "fresh = in_state(link, LinkState.LINKED,",
            ),
        ),
    ),
    Fault(
        "touched-twin-removed",
        "What an application wrote into the record that the sync made is deleted with it.",
        (
            Edit(
                "domain.tying:is_untouched",
                "return not (link.parked or edits_of",
                "return not (link.parked and edits_of",
            ),
        ),
    ),
    Fault(
        "second-record-takes-the-link",
        "Two records name one asset, and each takes it from the other for ever.",
        (
            Edit(
                "domain.tying:tie",
                "return Duplicate(asset_id, holder.media_id)",
                "return Subject(fresh, link, record)",
            ),
        ),
    ),
    Fault(
        "removal-before-the-edit-ignored",
        "A record is deleted and written anew, and what it lacks now is cleared in MediaMosa.",
        (
            Edit(
                "domain.tying:tie",
                "mine and (removed_at <= link.removed_at or _is_put_back(record, link, setting))",
                "mine",
            ),
        ),
    ),
    Fault(
        "same-removal-minded-twice",
        "A stream's record comes twice, and an edit since counts as a first contact.",
        (
            Edit(
                "domain.tying:tie",
                "(removed_at <= link.removed_at or",
                "(not removed_at or",
            ),
        ),
    ),
    Fault(
        "moved-record-keeps-its-old-link",
        "A record that names another asset now is still written with the first one's metadata.",
        (
            Edit(
                "service.tyer:Tyer._sorted",
                "if link and asset_id != target and link.ties(edit.media_id):",
                "if link and target is None and link.ties(edit.media_id):",
            ),
            Edit(
                "domain.decide:_with_link",
                "if record is None or moved or not record.may_name(asset.asset_id):",
                "if record is None or moved:",
            ),
            Edit(
                "domain.decide:_with_link",
                "if not record.names(asset.asset_id, link.uri):",
                "if not record.uri:",
            ),
        ),
    ),
    Fault(
        "adopts-what-another-connection-tied",
        "A second connection takes the first one's records, and parks them all.",
        (
            Edit(
                "service.adopt:Adopter._without_those_tied_elsewhere",
                "gone = tied_elsewhere(self._store, self._connection.connection_id, others)",
                "gone = frozenset(name for name in others if not name)",
            ),
        ),
    ),
    Fault(
        "routed-to-the-first-connection",
        "Edits of a second connection's records are pushed to the first one's server, or nowhere.",
        (Edit("service.routing:routed", "if len(connections) == 1:", "if len(connections) >= 1:"),),
    ),
    Fault(
        "adopted-link-keeps-its-other-record",
        "An old record names an asset that was forgotten, and what was agreed on then is used.",
        (
            Edit(
                "service.adopt:adopted",
                "fresh = Link(asset_id, media_id, uri=uri, first_contact=how, version=version)",
                "fresh = Link(asset_id, media_id, uri=uri, first_contact=how, version=version,\n"
                "        base=link.base if link else None)",
            ),
        ),
    ),
    Fault(
        "events-of-new-records-dropped",
        "What is written into a new record is not in MediaMosa before the next full run.",
        (
            Edit(
                "domain.edits:RecordEvent.concerns",
                "images = [image for image in (self.before, self.after) if image is not None]",
                "images = [image for image in (self.before,) if image is not None]",
            ),
        ),
        across=False,
    ),
)
