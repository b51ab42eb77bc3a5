"""What an admin decides about the properties of a connection."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.field_rules import (
    LONGEST_RECORD_NAME,
    FieldRule,
    InvalidFields,
    check_rules,
    field_map,
    why_left_out,
)
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.properties import Property

TITLE = Property("title", "dublin_core")
SUBJECT = Property("subject", "dublin_core")
SHELF = Property("shelf", "app_1")
PUBLISHED = Property("published", "asset")
KNOWN = (TITLE, SUBJECT, SHELF, PUBLISHED)


def refusal(*rules: FieldRule) -> str:
    with pytest.raises(InvalidFields) as caught:
        check_rules(rules, KNOWN)
    return str(caught.value)


class TestFieldMap:
    def test_without_rules_every_usual_property_travels_both_ways_under_its_name(self) -> None:
        fields = field_map(KNOWN, ())
        assert [(m.name, m.record_name, m.direction) for m in fields] == [
            ("shelf", "shelf", Direction.BOTH),
            ("subject", "subject", Direction.BOTH),
            ("title", "title", Direction.BOTH),
        ]

    def test_a_rule_changes_direction_and_name_of_its_property_alone(self) -> None:
        rules = (FieldRule("title", Direction.PULL, "headline"), FieldRule("shelf", Direction.PUSH))
        fields = {m.name: (m.record_name, m.direction) for m in field_map(KNOWN, rules)}
        assert fields == {
            "shelf": ("shelf", Direction.PUSH),
            "subject": ("subject", Direction.BOTH),
            "title": ("headline", Direction.PULL),
        }

    def test_a_rule_for_a_property_that_is_gone_has_no_effect(self) -> None:
        assert field_map(KNOWN, (FieldRule("colour", Direction.PULL),)) == field_map(KNOWN, ())


class TestCheck:
    def test_usable_rules_pass(self) -> None:
        check_rules(
            (
                FieldRule("title", Direction.BOTH, "h" * LONGEST_RECORD_NAME),
                FieldRule("subject", Direction.IGNORE, "shelf"),
            ),
            KNOWN,
        )

    def test_a_property_may_be_named_once(self) -> None:
        assert "'title' is named twice" in refusal(FieldRule("title"), FieldRule("title"))

    def test_an_unknown_property_is_refused_with_where_to_find_the_names(self) -> None:
        assert "MediaMosa has no property 'colour'" in refusal(FieldRule("colour"))

    def test_a_property_that_cannot_be_synced_is_refused_with_the_reason(self) -> None:
        told = refusal(FieldRule("published"))
        assert told == (
            "The property 'published' cannot be synced. It is a state of the asset, not metadata. "
            "Leave it out."
        )

    @pytest.mark.parametrize("name", ["é" * 128, "two\nlines"])
    def test_a_record_name_must_be_short_and_printable(self, name: str) -> None:
        assert "at most 255 bytes" in refusal(FieldRule("title", record_name=name))

    def test_two_properties_cannot_share_a_place_in_the_record(self) -> None:
        told = refusal(FieldRule("title", record_name="subject"))
        assert "'subject' and 'title' would both be metadata.subject" in told


@pytest.mark.parametrize(
    ("prop", "reason"),
    [
        (TITLE, ""),
        (SHELF, ""),
        (Property("q", "dublin_core"), "parameter of MediaMosa's own"),
        (PUBLISHED, "state of the asset"),
        (Property("rights", "dublin_core", protected=True), "protects it"),
        (Property("rights", "dublin_core", hidden=True), "hides it"),
        (Property("bitrate", "technical"), "another group"),
    ],
)
def test_why_a_property_takes_no_part(prop: Property, reason: str) -> None:
    told = why_left_out(prop)
    assert reason in told
    assert bool(told) is bool(reason)
