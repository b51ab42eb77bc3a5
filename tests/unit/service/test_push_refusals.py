"""Values that MediaMosa does not take, and errors of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.plan import Why
from mediamosa_sync.domain.pushing import discarded, retried
from mediamosa_sync.domain.writes import AssetWrite, Counts, Effect
from mediamosa_sync.errors import Malformed, PropertyRefused, Refused, ValuesRefused
from mediamosa_sync.service.keeper import Pushed
from tests.fakes.world import synced
from tests.unit.service.push_scenes import (
    DEADLOCK,
    conflicts,
    fail,
    ours,
    recover,
    theirs,
    told,
    trouble,
)

WAVE = "\U0001f30a"
NO_ANSWER = Malformed("MediaMosa's answer is not well-formed: look into MediaMosa's log.")


def refused(name: str) -> PropertyRefused:
    return PropertyRefused(f"MediaMosa does not take the value of {name}: correct it.", 1003, name)


class TestOneProperty:
    def test_it_is_parked_with_the_reason_and_the_others_go_through(self) -> None:
        world = synced()
        fail(world, [None, refused("subject")])
        world.edit("A00001", title=["Edited"], subject=["x"])
        assert world.push() == Pushed(records=1, posts=2, parked=1, updated=1)
        assert theirs(world, "A00001") == ("Edited",)
        link = world.link("A00001")
        assert (link.state, link.sent, link.claim) == (LinkState.PARKED, {}, None)
        assert link.parked["subject"].values == ("x",)
        assert link.reason == "MediaMosa does not take the value of subject: correct it."
        assert told(world, "A00001") == ("parked", link.reason)
        assert world.tables.push_state(world.id).counts == Counts(updated=1, errors=1)

    def test_it_is_not_tried_again_while_it_stays_the_same(self) -> None:
        world = synced()
        fail(world, [None, refused("subject")])
        world.edit("A00001", subject=["x"])
        world.push()
        world.quiet_ticks(20)
        assert len(world.server.writes) == 1
        assert ours(world, "A00001")["subject"] == ["x"]
        world.edit("A00001", title=["Edited"])
        world.push()
        assert [values for *_, values in world.server.writes[1:]] == [{"title": ("Edited",)}]
        assert world.state_of("A00001") is LinkState.PARKED

    def test_another_value_is_tried_and_the_record_is_told_that_all_is_well(self) -> None:
        world = synced()
        fail(world, [None, refused("subject")])
        world.edit("A00001", subject=["x"])
        world.push()
        world.edit("A00001", subject=["y"])
        world.push()
        assert theirs(world, "A00001", "subject") == ("y",)
        assert (world.state_of("A00001"), world.link("A00001").parked) == (LinkState.LINKED, {})
        assert told(world, "A00001") == (None, None)

    def test_an_admin_lets_it_be_tried_again_by_the_next_step(self) -> None:
        world = synced()
        fail(world, [None, refused("subject")])
        world.edit("A00001", subject=["x"])
        world.push()
        link = world.link("A00001")
        again = retried(link, world.clock.now())
        world.tables.write(world.id, AssetWrite(again, link, None, Effect.NOTED))
        world.tick()
        assert theirs(world, "A00001", "subject") == ("x",)
        assert told(world, "A00001") == (None, None)

    def test_an_admin_gives_it_up_and_mediamosas_value_stands(self) -> None:
        world = synced()
        world.server.put("A00001", subject="Theirs")
        world.tick()
        fail(world, [None, refused("subject")])
        world.edit("A00001", subject=["x"])
        world.push()
        link = world.link("A00001")
        given_up = discarded(link, world.clock.now())
        assert given_up is not None
        world.tables.write(world.id, AssetWrite(given_up, link, None, Effect.NOTED))
        world.tick()
        assert ours(world, "A00001")["subject"] == ["Theirs"]
        (entry,) = conflicts(world)
        assert (entry.disagreement.why, entry.disagreement.ours) == (Why.DISCARDED, ("x",))
        assert world.state_of("A00001") is LinkState.LINKED

    def test_a_value_that_can_never_be_stored_is_not_even_sent(self) -> None:
        world = synced()
        world.edit("A00001", shelf=["top"], title=["bell \x07"], subject=["s"])
        world.push()
        assert [values for *_, values in world.server.writes] == [{"subject": ("s",)}]
        assert world.link("A00001").parked.keys() == {"shelf", "title"}

    def test_a_refusal_of_what_was_not_sent_is_found_out_singly(self) -> None:
        world = synced()
        fail(world, [None, refused("colour"), refused("subject")])
        world.edit("A00001", title=["Edited"], subject=["x"])
        world.push()
        assert theirs(world, "A00001") == ("Edited",)
        assert world.link("A00001").parked.keys() == {"subject"}

    def test_a_property_that_mediamosa_passes_over_is_parked(self) -> None:
        """Another application's property is passed over without a word (protocol § 10.4)."""
        world = synced()
        known = world.tables.properties(world.id)
        assert known is not None
        extra = replace(known[0][0], name="colour")
        world.tables.put_properties(world.id, (*known[0], extra), world.clock.now())
        world.edit("A00001", title=["Edited"], colour=["red"])
        world.push()
        assert theirs(world, "A00001") == ("Edited",)
        assert "did not store the property 'colour'" in world.link("A00001").parked["colour"].reason


class TestDatabase:
    def test_an_emoji_on_an_old_database_is_parked_and_the_rest_is_sent_at_once(self) -> None:
        world = synced()
        world.server.basic_plane_only = True
        world.edit("A00001", title=["Edited"], subject=[f"Sea {WAVE}"])
        world.push()
        assert len(world.server.writes) == 2
        assert theirs(world, "A00001") == ("Edited",)
        assert "emoji" in world.link("A00001").parked["subject"].reason
        assert told(world, "A00001")[0] == "parked"

    def test_an_emoji_on_a_newer_database_is_a_value_like_any_other(self) -> None:
        world = synced()
        world.edit("A00001", title=[f"Sea {WAVE}"])
        world.push()
        assert theirs(world, "A00001") == (f"Sea {WAVE}",)

    def test_a_refusal_that_names_nothing_is_narrowed_down_by_sending_singly_once(self) -> None:
        world = synced()
        too_long = ValuesRefused("MediaMosa's database cannot take the value: shorten it.", 500)
        fail(world, [None, too_long, too_long, None, None])
        world.edit("A00001", title=["Edited"], subject=["x"], description=["y"])
        world.push()
        assert [list(values) for *_, values in world.server.writes] == [
            ["description", "subject", "title"],
            ["description"],
            ["subject"],
            ["title"],
        ]
        assert world.link("A00001").parked.keys() == {"description"}
        assert theirs(world, "A00001") == ("Edited",)


class TestOtherRefusals:
    def test_one_about_the_only_property_is_that_propertys(self) -> None:
        world = synced()
        fail(world, [None, Refused("MediaMosa refused the request.", 1234)])
        world.edit("A00001", title=["Edited"])
        world.push()
        assert world.link("A00001").parked["title"].reason == "MediaMosa refused the request."

    @pytest.mark.parametrize("result_id", [700, 1800])
    def test_an_asset_that_goes_between_reading_and_writing_parks_the_link(
        self, result_id: int
    ) -> None:
        world = synced()
        fail(world, [None, Refused("MediaMosa has no such asset.", result_id)])
        world.edit("A00001", title=["Edited"], subject=["x"])
        world.push()
        link = world.link("A00001")
        assert (link.state, link.reason) == (LinkState.PARKED, "MediaMosa has no such asset.")
        assert (link.sent, link.parked, len(world.server.writes)) == ({}, {}, 1)

    def test_it_ends_sending_singly(self) -> None:
        world = synced()
        odd = Refused("MediaMosa refused the request.", 1234)
        fail(world, [None, odd, Refused("MediaMosa has no such asset.", 700)])
        world.edit("A00001", title=["Edited"], subject=["x"])
        world.push()
        assert (world.state_of("A00001"), len(world.server.writes)) == (LinkState.PARKED, 2)


class TestTroubles:
    def test_an_error_of_mediamosas_own_is_tried_again_by_the_next_step(self) -> None:
        world = synced()
        trouble(world, [False, True])
        world.edit("A00001", title=["Edited"])
        assert world.push() == Pushed(records=1, posts=1)
        link = world.link("A00001")
        assert (link.state, link.reason, link.attempts) == (LinkState.PENDING, DEADLOCK, 1)
        assert told(world, "A00001") == ("pending", DEADLOCK)
        world.tick()
        assert theirs(world, "A00001") == ("Edited",)
        assert world.link("A00001").attempts == 0

    def test_after_five_times_the_value_is_parked_and_others_are_not_held_up(self) -> None:
        world = synced()
        world.edit("A00001", title=["Edited"])
        for number in range(5):
            # A list and a read of the asset come first; the write fails.
            trouble(world, [False, True] if number == 0 else [False, False, True])
            if number == 0:
                world.push()
                continue
            due = world.link("A00001").due
            assert due is not None
            world.clock.advance(due - world.clock.now())
            world.tick()
        recover(world)
        assert world.link("A00001").reason.startswith("MediaMosa failed 5 times")
        world.quiet_ticks(5)
        link = world.link("A00001")
        assert link.state is LinkState.PARKED
        assert link.reason.startswith("MediaMosa failed 5 times to store the value.")
        assert told(world, "A00001") == ("parked", link.reason)
        assert len(world.server.writes) == 5
        assert world.tables.push_state(world.id).circuit is None

    def test_a_trouble_ends_the_portion(self) -> None:
        world = synced()
        odd = Refused("MediaMosa refused the request.", 1234)
        world.edit("A00001", title=["Edited"], subject=["x"])
        trouble(world, [False, False, True])
        world.server.failures[1] = odd
        world.push()
        assert len(world.server.writes) == 2
        assert world.state_of("A00001") is LinkState.PENDING

    def test_three_links_in_a_row_open_the_circuit_and_the_rest_waits(self) -> None:
        world = synced(6)
        for number in range(6):
            world.edit(f"A{number:05}", title=["Edited"])
        trouble(world, [False, True, True, True])
        pushed = world.push()
        assert (pushed.posts, len(world.server.writes)) == (3, 3)
        circuit = world.tables.push_state(world.id).circuit
        assert circuit is not None
        assert (circuit.kind, circuit.reason) == ("troubled", DEADLOCK)
        assert {world.state_of(f"A{n:05}") for n in range(6)} == {LinkState.PENDING}
        world.tick()
        assert {theirs(world, f"A{n:05}") for n in range(6)} == {("Edited",)}

    def test_a_success_in_between_begins_the_row_anew(self) -> None:
        world = synced(6)
        for number in range(6):
            world.edit(f"A{number:05}", title=["Edited"])
        trouble(world, [False, True, True, False, True, True])
        world.push()
        assert len(world.server.writes) == 6
        assert world.tables.push_state(world.id).circuit is None

    def test_an_answer_that_cannot_be_read_says_nothing_about_the_next_asset(self) -> None:
        world = synced()
        for number in range(3):
            world.edit(f"A{number:05}", title=["Edited"])
        fail(world, [None, NO_ANSWER])
        world.push()
        assert len(world.server.writes) == 3
        link = world.link("A00000")
        assert (link.state, link.reason) == (LinkState.PENDING, str(NO_ANSWER))
        assert "title" in link.sent
        world.tick()
        assert theirs(world, "A00000") == ("Edited",)


class TestAssets:
    def test_one_that_spoils_the_answer_waits_and_the_others_are_asked_for_singly(self) -> None:
        world = synced()
        world.server.unreadable = {"A00001"}
        for number in range(3):
            world.edit(f"A{number:05}", title=["Edited"])
        world.push()
        assert (theirs(world, "A00000"), theirs(world, "A00002")) == (("Edited",), ("Edited",))
        link = world.link("A00001")
        assert (link.state, link.attempts) == (LinkState.PENDING, 1)
        assert link.due == world.clock.now() + timedelta(minutes=1)
        assert world.server.proofs == ["A00000", "A00001", "A00002"]
        world.quiet_ticks(3)
        assert world.link("A00001").attempts == 3
        world.quiet_ticks(17)
        assert world.state_of("A00001") is LinkState.PARKED
        assert "not well-formed" in str(told(world, "A00001")[1])

    def test_one_answer_that_cannot_be_read_keeps_no_edit_back_for_long(self) -> None:
        world = synced()
        world.server.unreadable = {"A00001"}
        world.edit("A00001", title=["Edited"])
        world.push()
        world.server.unreadable = set()
        world.quiet_ticks(3)
        assert theirs(world, "A00001") == ("Edited",)
        link = world.link("A00001")
        assert (link.state, link.attempts) == (LinkState.LINKED, 0)

    def test_those_beyond_what_one_invocation_asks_for_singly_are_left_to_the_steps(self) -> None:
        world = synced(40)
        world.server.unreadable = {"A00039"}
        for number in range(40):
            world.edit(f"A{number:05}", title=["Edited"])
        pushed = world.push()
        assert (pushed.posts, pushed.pending) == (25, 15)
        world.server.unreadable = set()
        world.tick()
        assert {theirs(world, f"A{number:05}") for number in range(40)} == {("Edited",)}

    def test_one_that_is_gone_parks_the_edit_until_the_runs_decide(self) -> None:
        world = synced()
        world.server.delete("A00001")
        world.edit("A00001", title=["Edited"])
        world.push()
        assert world.state_of("A00001") is LinkState.PARKED
        assert "gone from MediaMosa" in str(told(world, "A00001")[1])
        assert world.server.writes == []

    def test_one_that_never_was_is_told_so(self) -> None:
        world = synced()
        world.tables.put_record("mine", uri="mediamosa://asset/NEVER", metadata={})
        world.push()
        assert world.link("NEVER").reason == (
            "MediaMosa has no asset NEVER: correct the record's uri."
        )

    def test_one_of_another_application_shows_the_link_as_foreign(self) -> None:
        world = synced()
        world.server.give_away("A00001")
        world.edit("A00001", title=["Edited"])
        world.push()
        assert world.state_of("A00001") is LinkState.FOREIGN
        world.edit("A00001", title=["Again"])
        world.push()
        assert world.state_of("A00001") is LinkState.FOREIGN

    def test_one_that_lists_lack_though_it_is_there_is_pushed_all_the_same(self) -> None:
        world = synced()
        fail(world, [NO_ANSWER])
        world.edit("A00001", title=["Edited"])
        world.push()
        assert theirs(world, "A00001") == ("Edited",)
        assert world.server.proofs == ["A00001"]

    def test_one_that_may_not_be_asked_for_is_parked_with_the_servers_words(self) -> None:
        world = synced()
        fail(world, [NO_ANSWER, Refused("MediaMosa refused the request.", 601)])
        world.edit("A00001", title=["Edited"])
        world.push()
        assert world.link("A00001").reason == "MediaMosa refused the request."

    def test_one_that_was_put_away_is_not_pushed_to(self) -> None:
        world = synced()
        world.server.trash("A00001")
        world.edit("A00001", title=["Edited"])
        world.push()
        assert (world.state_of("A00001"), world.server.writes) == (LinkState.PARKED, [])
        assert "put away" in str(told(world, "A00001")[1])


def test_a_merge_that_would_outgrow_the_record_parks_the_link() -> None:
    world = synced()
    world.server.put("A00001", title="y" * 200_000)
    link = world.link("A00001")
    item = world.tables.media[link.media_id]
    world.tables.put_record(
        link.media_id, **{**item, "own": "x" * 300_000, "metadata": {"subject": ["s"]}}
    )
    world.push()
    assert world.state_of("A00001") is LinkState.PARKED
    assert "do not fit" in world.link("A00001").reason
