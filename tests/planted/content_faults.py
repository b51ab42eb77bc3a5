"""Faults in what is compared, merged, written and sent."""

from __future__ import annotations

from tests.planted.fault import Edit, Fault

FAULTS = (
    Fault(
        "post-replaces",
        "An edit of the title wipes all other metadata of the asset in MediaMosa.",
        (
            Edit(
                "adapters.mediamosa.queries:update",
                '("action", "update")',
                '("action", "replace")',
            ),
        ),
        across=False,
    ),
    Fault(
        "post-appends",
        "Every edit adds a value in MediaMosa instead of taking the old one's place.",
        (
            Edit(
                "adapters.mediamosa.queries:update",
                '("action", "update")',
                '("action", "append")',
            ),
        ),
        across=False,
    ),
    Fault(
        "clearing-not-sent",
        "An application clears a property, and it comes back from MediaMosa.",
        (
            Edit(
                "adapters.mediamosa.queries:_values",
                'if kept else [(name, "")]',
                "if kept else []",
            ),
        ),
    ),
    Fault(
        "passed-over-counts-as-taken",
        "MediaMosa passes over a property without a word, and the edit counts as pushed.",
        (
            Edit(
                "service.delivery:Courier._note",
                "if name in stored or not given",
                "if name in values or not given",
            ),
        ),
        across=False,
    ),
    Fault(
        "one-refusal-parks-everything",
        "One bad value keeps all other edits of its record from MediaMosa.",
        (
            Edit(
                "service.delivery:Courier._blamed",
                "return {refusal.name: str(refusal)}",
                "return dict.fromkeys(left, str(refusal))",
            ),
        ),
        across=False,
    ),
    Fault(
        "multi-values-compared-as-sets",
        "A value is added a second time, and the other side never learns of it.",
        (
            Edit(
                "domain.values:values_of",
                "tuple(sorted(strings))",
                "tuple(sorted(set(strings)))",
            ),
        ),
        across=False,
    ),
    Fault(
        "multi-values-compared-in-order",
        "Keywords in another order than MediaMosa's are a conflict after every edit.",
        (Edit("domain.values:values_of", "tuple(sorted(strings))", "tuple(strings)"),),
        across=False,
    ),
    Fault(
        "blank-values-count",
        "A space in a record is pushed again and again, since MediaMosa never stores it.",
        (Edit("domain.properties:normalise", "if string.strip(_BLANK)", "if string"),),
    ),
    Fault(
        "long-values-not-told-apart",
        "A long description is edited without growing, and the edit never arrives.",
        (
            Edit(
                "domain.values:agree_on",
                "hashlib.sha256(encoded).hexdigest()",
                "hashlib.sha256(encoded[:INLINE_BYTES]).hexdigest()",
            ),
        ),
    ),
    Fault(
        "base-not-moved-by-a-pull",
        "Every second change of an editor is reported as a conflict with the first.",
        (
            Edit(
                "domain.plan:_Draft.take_theirs",
                "self.base[name] = agree_on(theirs)",
                "self.base[name] = base",
            ),
        ),
    ),
    Fault(
        "conflict-logged-on-echo",
        "The conflict log fills with changes that nobody contested.",
        (
            Edit(
                "domain.plan:_Draft.take_theirs",
                "if not is_agreed(base, ours):",
                "if not is_agreed(base, theirs):",
            ),
        ),
        across=False,
    ),
    Fault(
        "conflict-not-logged",
        "Both sides edit a title; the record's is overwritten, and nobody can bring it back.",
        (
            Edit(
                "domain.decide:_merge",
                "merged.change, effect, merged.conflicts)",
                "merged.change, effect)",
            ),
        ),
        across=False,
    ),
    Fault(
        "conflict-not-logged-by-a-push",
        "A push finds that both sides edited, and the record's value is gone without a trace.",
        (Edit("service.keeper:Keeper.write", "tuple(conflicts),", "(),"),),
        across=False,
    ),
    Fault(
        "record-wins-the-conflict",
        "An editor's correction in MediaMosa is overwritten by an older record.",
        (Edit("domain.plan:_merge", "elif changed:", "elif changed and not edited:"),),
        across=False,
    ),
    Fault(
        "first-contact-clears",
        "An application uploads a file and describes it, and the description is cleared.",
        (
            Edit(
                "domain.plan:_first_contact",
                "if theirs == NO_VALUE and (merging or direction is Direction.PUSH):",
                "if theirs == NO_VALUE and direction is Direction.PUSH:",
            ),
        ),
        across=False,
    ),
    Fault(
        "old-table-written-into-mediamosa",
        "Values that editors cleared years ago come back from an old table.",
        (
            Edit(
                "domain.plan:_first_contact",
                "how is FirstContact.MERGE and direction is not Direction.PULL",
                "direction is not Direction.PULL",
            ),
        ),
        across=False,
    ),
    Fault(
        "unmapped-metadata-cleared",
        "What an application keeps in metadata under names of its own is deleted.",
        (
            Edit(
                "domain.merge:_record_change",
                "values = under_record_names(outcome.to_record, setting.fields)",
                "values = under_record_names(outcome.to_record, setting.fields)\n"
                "    values |= dict.fromkeys(link.ignored, ())",
            ),
        ),
        across=False,
    ),
    Fault(
        "unreadable-value-is-no-value",
        "An application writes a map into metadata, and the property is cleared in MediaMosa.",
        (
            Edit(
                "domain.merge:directions_of",
                'if "" in unreadable or mapped.record_name in unreadable',
                'if "" in unreadable',
            ),
        ),
        across=False,
    ),
)
