"""POSTs whose outcome is unknown, and two posters at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mediamosa_sync.domain.link import Claim, LinkState, SentValue
from mediamosa_sync.domain.merge import SETTLE
from mediamosa_sync.errors import Unavailable
from mediamosa_sync.service.keeper import CLAIM
from tests.fakes.world import World, synced
from tests.unit.service.push_scenes import AWAY, conflicts, fail, ours, theirs, told

MINUTE = timedelta(minutes=1)


def at_rest(world: World) -> None:
    """As many ticks as it takes until nothing can be carried out late any more."""
    world.quiet_ticks(6)


class TestLost:
    def test_the_value_stays_sent_and_the_link_pending_with_the_reason(self) -> None:
        world = synced()
        world.server.lost = [True]
        world.edit("A00001", title=["Edited"])
        claimed_at = world.clock.now()
        world.push()
        link = world.link("A00001")
        assert link.sent == {"title": (SentValue(("Edited",), claimed_at + CLAIM),)}
        assert (link.state, link.claim, link.attempts) == (LinkState.PENDING, None, 0)
        assert told(world, "A00001")[0] == "pending"
        assert link.base == {"title": ("Title of A00001",)}

    def test_what_was_carried_out_is_found_and_not_sent_again(self) -> None:
        world = synced()
        world.server.lost = [True]
        world.edit("A00001", title=["Edited"])
        world.push()
        at_rest(world)
        assert len(world.server.writes) == 1
        link = world.link("A00001")
        assert (link.state, link.sent, link.base) == (LinkState.LINKED, {}, {"title": ("Edited",)})
        assert told(world, "A00001") == (None, None)
        assert conflicts(world) == []

    def test_what_was_not_carried_out_is_sent_again(self) -> None:
        world = synced()
        fail(world, [None, Unavailable(AWAY)])
        world.edit("A00001", title=["Edited"])
        world.push()
        at_rest(world)
        assert theirs(world, "A00001") == ("Edited",)
        assert len(world.server.writes) == 2

    def test_a_newer_edit_wins_over_the_one_that_was_carried_out_unheard(self) -> None:
        world = synced()
        world.server.lost = [True]
        world.edit("A00001", title=["First"])
        world.push()
        world.edit("A00001", title=["Second"])
        at_rest(world)
        assert (theirs(world, "A00001"), ours(world, "A00001")["title"]) == (
            ("Second",),
            ["Second"],
        )
        assert conflicts(world) == []

    def test_an_edit_taken_back_is_taken_back_in_mediamosa_too(self) -> None:
        world = synced()
        world.server.lost = [True]
        world.edit("A00001", title=["Wrong"])
        world.push()
        world.edit("A00001", title=["Title of A00001"])
        at_rest(world)
        assert theirs(world, "A00001") == ("Title of A00001",)
        assert conflicts(world) == []

    def test_somebody_elses_change_meanwhile_stands(self) -> None:
        world = synced()
        fail(world, [None, Unavailable(AWAY)])
        world.edit("A00001", title=["Ours"])
        world.push()
        world.server.put("A00001", title="Editors")
        at_rest(world)
        assert ours(world, "A00001")["title"] == ["Editors"]
        assert [entry.disagreement.ours for entry in conflicts(world)] == [("Ours",)]


class TestLate:
    def test_a_post_carried_out_after_a_newer_one_is_corrected(self) -> None:
        world = synced()
        world.server.delay_next_write()
        world.edit("A00001", title=["First"])
        world.push()
        world.edit("A00001", title=["Second"])
        world.push()
        world.tick()
        assert theirs(world, "A00001") == ("Second",)
        world.server.carry_out()
        assert theirs(world, "A00001") == ("First",)
        at_rest(world)
        assert (theirs(world, "A00001"), ours(world, "A00001")["title"]) == (
            ("Second",),
            ["Second"],
        )
        assert conflicts(world) == []

    def test_until_then_the_link_is_looked_at_once_it_is_settled(self) -> None:
        world = synced()
        world.server.delay_next_write()
        world.edit("A00001", title=["First"])
        world.push()
        sent_until = world.clock.now() + CLAIM
        world.edit("A00001", title=["Second"])
        world.tick()
        link = world.link("A00001")
        assert (link.state, link.due) == (LinkState.PENDING, sent_until + SETTLE)
        world.push()
        world.forget_traffic()
        world.quiet_ticks(2)
        assert (world.server.requests, len(world.server.lists)) == (2, 2)
        at_rest(world)
        assert world.state_of("A00001") is LinkState.LINKED


class TestPosters:
    def claim(self, world: World, lives: timedelta = CLAIM) -> None:
        """Somebody else is posting for A00001."""
        link = world.link("A00001")
        claim = Claim("another", world.clock.now() + lives)
        after = replace(
            link,
            claim=claim,
            sent={"title": (SentValue(("Other",), claim.expires_at),)},
            state=LinkState.PENDING,
            due=claim.expires_at,
            version=link.version + 1,
        )
        world.tables.put_link(world.id, after)

    def test_who_finds_a_live_claim_posts_nothing_and_leaves_word(self) -> None:
        world = synced()
        self.claim(world)
        world.edit("A00001", title=["Edited"])
        assert world.push().pending == 1
        assert world.server.writes == []
        link = world.link("A00001")
        assert link.wanted == 1
        assert link.claim is not None
        assert (link.claim.owner, link.state) == ("another", LinkState.PENDING)

    def test_whoever_was_posting_reads_the_record_again(self) -> None:
        """The second edit comes while the first is being posted: its push only leaves word."""
        world = synced()
        media_id = world.link("A00001").media_id

        def second() -> None:
            world.tables.edit_record(media_id, title=["Second"])
            assert world.push().posts == 0

        # The second write of the first push is the one that settles its claim.
        world.tables.once_before("write", lambda: world.tables.once_after("write", second))
        world.edit("A00001", title=["First"])
        assert world.push().posts == 2
        assert theirs(world, "A00001") == ("Second",)
        assert world.state_of("A00001") is LinkState.LINKED

    def test_a_dead_posters_claim_is_taken_over_once_it_has_expired(self) -> None:
        world = synced()
        world.edit("A00001", title=["Edited"])
        events = world.tables.take_stream()
        self.claim(world, MINUTE)
        world.clock.advance(MINUTE)
        assert world.push(events).posts == 1
        assert theirs(world, "A00001") == ("Edited",)
        link = world.link("A00001")
        assert [one.values for one in link.sent["title"]] == [("Other",)]
        at_rest(world)
        assert world.link("A00001").sent == {}

    def test_a_step_looks_after_it_even_without_a_further_event(self) -> None:
        world = synced()
        self.claim(world)
        world.edit("A00001", title=["Edited"])
        world.tables.take_stream()
        world.quiet_ticks(2)
        assert theirs(world, "A00001") == ("Edited",)

    def test_a_pull_that_sets_base_while_a_post_is_under_way_is_not_undone(self) -> None:
        world = synced()
        world.server.put("A00001", subject="Theirs")

        def pull() -> None:
            link = world.link("A00001")
            pulled = replace(
                link,
                base={"title": ("Pulled",)},
                sequence=link.sequence + 5,
                version=link.version + 1,
            )
            world.tables.put_link(world.id, pulled)

        world.edit("A00001", title=["Edited"])
        world.tables.once_before("write", lambda: world.tables.once_after("write", pull))
        world.push()
        link = world.link("A00001")
        assert link.base == {"title": ("Pulled",)}
        assert link.claim is None
        assert link.version > 2

    def test_a_claim_that_was_over_before_the_answer_is_left_to_its_new_owner(self) -> None:
        world = synced()

        def taken_over() -> None:
            link = world.link("A00001")
            newer = Claim("another", world.clock.now() + 3 * CLAIM)
            world.tables.put_link(world.id, replace(link, claim=newer, version=link.version + 1))

        world.edit("A00001", title=["Edited"])
        world.tables.once_before("write", lambda: world.tables.once_after("write", taken_over))
        world.push()
        link = world.link("A00001")
        assert link.claim is not None
        assert (link.claim.owner, "title" in link.sent) == ("another", True)

    def test_a_link_that_goes_while_a_post_is_under_way_stays_gone(self) -> None:
        world = synced()
        world.edit("A00001", title=["Edited"])
        world.tables.once_before(
            "write",
            lambda: world.tables.once_after(
                "write", lambda: world.tables.drop_link(world.id, "A00001")
            ),
        )
        world.push()
        assert "A00001" not in world.tables.all_links(world.id)

    def test_a_settling_that_is_contested_every_time_is_left_to_a_later_step(self) -> None:
        world = synced()
        writes = iter(range(100))

        def touch(method: str) -> None:
            if method == "write" and next(writes) > 0:
                link = world.link("A00001")
                world.tables.put_link(world.id, replace(link, version=link.version + 1))

        world.edit("A00001", title=["Edited"])
        world.tables.before = touch
        world.push()
        world.tables.before = lambda _: None
        assert world.link("A00001").claim is not None
        at_rest(world)
        assert (world.state_of("A00001"), len(world.server.writes)) == (LinkState.LINKED, 1)
