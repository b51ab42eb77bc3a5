"""What is done about an asset that a list lacks, cannot show, or shows as put away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.decide import (
    Verdict,
    decide,
    decide_missing,
    oversized,
    taken_away,
    unreadable,
)
from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.policies import OnRecordDelete, Policies, Removal
from mediamosa_sync.domain.record import Record, RecordAbsent, RecordChange
from mediamosa_sync.domain.writes import AssetWrite, Effect

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SETTING = Setting("c0ffee", 5, NOON, ())
SEEN = Link("A1", "m1", base={"title": ("x",)}, sequence=4, version=3, revision="r")
NEWER = replace(SEEN, sequence=6)


def test_what_has_no_link_is_nothing_to_us() -> None:
    assert decide_missing("A1", None, SETTING) is Verdict.LEFT


@pytest.mark.parametrize("state", [LinkState.LINKED, LinkState.PENDING, LinkState.PARKED])
def test_an_asset_that_was_seen_is_nominated_and_nothing_is_written(state: LinkState) -> None:
    assert decide_missing("A1", replace(SEEN, state=state), SETTING) is Verdict.NOMINATED


def test_a_foreign_one_is_nominated_again() -> None:
    foreign = replace(SEEN, state=LinkState.FOREIGN)
    assert decide_missing("A1", foreign, SETTING) is Verdict.NOMINATED


@pytest.mark.parametrize("state", [LinkState.HELD, LinkState.KEPT, LinkState.REMOVED])
def test_one_that_waits_for_a_person_or_is_over_is_left(state: LinkState) -> None:
    assert decide_missing("A1", replace(SEEN, state=state), SETTING) is Verdict.LEFT


def test_one_whose_link_knows_more_than_the_list_is_asked_for_again() -> None:
    assert decide_missing("A1", NEWER, SETTING) is Verdict.AGAIN
    waiting = replace(NEWER, state=LinkState.HELD)
    assert decide_missing("A1", waiting, SETTING) is Verdict.AGAIN


def test_a_forgotten_link_goes_with_its_asset() -> None:
    forgotten = replace(SEEN, state=LinkState.FORGOTTEN)
    wanted = AssetWrite(forgotten, forgotten, None, Effect.NOTED, link_goes=True)
    assert decide_missing("A1", forgotten, SETTING) == wanted


def test_a_link_that_has_no_record_to_lose_goes_with_its_asset() -> None:
    bare = replace(SEEN, media_id="", state=LinkState.PARKED)
    wanted = AssetWrite(bare, bare, None, Effect.NOTED, link_goes=True)
    assert decide_missing("A1", bare, SETTING) == wanted
    removed = replace(bare, state=LinkState.REMOVED)
    assert decide_missing("A1", removed, SETTING) is Verdict.LEFT


def test_a_record_that_names_an_asset_never_seen_is_parked_with_what_to_do_and_once() -> None:
    adopted = Link("A1", "m1", version=3)
    write = decide_missing("A1", adopted, SETTING)
    reason = "MediaMosa has no asset A1: correct the record's uri."
    parked = replace(adopted, state=LinkState.PARKED, reason=reason, since=NOON)
    assert write == AssetWrite(parked, adopted, None, Effect.ERROR)
    later = replace(SETTING, now=NOON + timedelta(hours=1))
    assert decide_missing("A1", parked, later) is Verdict.STILL_PARKED


def test_a_tombstone_is_a_missing_asset() -> None:
    tombstone = Asset("A1", tombstone=True)
    assert decide(tombstone, SEEN, None, SETTING) is Verdict.NOMINATED
    assert decide(tombstone, NEWER, None, SETTING) is Verdict.AGAIN
    adopted = Link("A1", "m1")
    assert decide(tombstone, adopted, None, SETTING) == decide_missing("A1", adopted, SETTING)


class TestPutAway:
    """A state of the asset asks for the removal of its record: that only nominates."""

    def test_by_policy_a_trashed_or_an_unpublished_asset_is_nominated(self) -> None:
        trashed, hidden = Asset("A1", trashed=True), Asset("A1", published=False)
        removing = replace(SETTING, policies=Policies(on_unpublish=Removal.REMOVE))
        keeping = replace(SETTING, policies=Policies(on_trash=Removal.KEEP))
        record = Record("m1", "mediamosa://asset/A1", {"title": ["x"]})
        assert decide(trashed, SEEN, record, SETTING) is Verdict.NOMINATED
        assert decide(hidden, SEEN, record, removing) is Verdict.NOMINATED
        assert decide(trashed, SEEN, record, keeping) is not Verdict.NOMINATED
        assert decide(hidden, SEEN, record, SETTING) is not Verdict.NOMINATED
        assert decide(Asset("A1"), SEEN, record, removing) is not Verdict.NOMINATED

    def test_without_a_record_or_while_a_person_decides_it_is_left(self) -> None:
        trashed = Asset("A1", trashed=True)
        assert decide(trashed, None, None, SETTING) is Verdict.LEFT
        assert decide(trashed, replace(SEEN, media_id=""), None, SETTING) is Verdict.LEFT
        assert decide(trashed, replace(SEEN, state=LinkState.HELD), None, SETTING) is Verdict.LEFT


def test_a_foreign_one_that_was_never_seen_is_not_called_absent() -> None:
    """It was asked for singly, when its record's edit was to be pushed."""
    foreign = Link("A1", "m1", state=LinkState.FOREIGN, reason="Another application's.")
    assert decide_missing("A1", foreign, SETTING) is Verdict.STILL_PARKED


class TestUnreadable:
    """An asset that makes every page malformed."""

    REASON = (
        "MediaMosa cannot show this asset in its list, because a value of it holds a character "
        "that XML does not allow (U+FFFE or U+FFFF): correct the value in MediaMosa."
    )

    def test_one_that_was_never_seen_gets_a_parked_link_without_record(self) -> None:
        parked = Link("A1", "", state=LinkState.PARKED, reason=self.REASON, since=NOON)
        assert unreadable("A1", None, SETTING) == AssetWrite(parked, None, None, Effect.ERROR)

    def test_one_that_was_seen_keeps_its_record_and_what_was_agreed_on(self) -> None:
        parked = replace(SEEN, state=LinkState.PARKED, reason=self.REASON, since=NOON)
        assert unreadable("A1", SEEN, SETTING) == AssetWrite(parked, SEEN, None, Effect.ERROR)

    def test_while_somebody_posts_it_is_asked_again_and_a_claim_that_is_over_goes(self) -> None:
        claimed = replace(SEEN, claim=Claim("push", NOON + timedelta(seconds=1)))
        assert unreadable("A1", claimed, SETTING) is Verdict.AGAIN
        over = replace(SEEN, claim=Claim("push", NOON))
        parked = replace(SEEN, state=LinkState.PARKED, reason=self.REASON, since=NOON)
        assert unreadable("A1", over, SETTING) == AssetWrite(parked, over, None, Effect.ERROR)

    def test_one_whose_record_its_application_deleted_ties_none_again(self) -> None:
        forgotten = replace(SEEN, state=LinkState.FORGOTTEN)
        assert unreadable("A1", forgotten, SETTING) is Verdict.LEFT

    def test_one_whose_record_was_removed_waits_on_with_the_reason(self) -> None:
        removed = replace(SEEN, state=LinkState.REMOVED, reason="Gone.", since=NOON)
        told = replace(removed, reason=self.REASON)
        assert unreadable("A1", removed, SETTING) == AssetWrite(told, removed, None, Effect.ERROR)
        assert unreadable("A1", told, SETTING) is Verdict.STILL_PARKED

    def test_it_is_written_down_once(self) -> None:
        parked = replace(SEEN, state=LinkState.PARKED, reason=self.REASON, since=NOON)
        later = replace(SETTING, now=NOON + timedelta(hours=1))
        assert unreadable("A1", parked, later) is Verdict.STILL_PARKED


def test_an_asset_too_large_for_a_record_is_parked_beside_whatever_link_it_has() -> None:
    huge = Asset("A1", groups={"dublin_core": {"title": ("é" * 500, "ab"), "subject": ("c",)}})
    reason = (
        "The asset's metadata (1,003 bytes) do not fit into a record, which holds at most "
        "409,600 bytes: shorten them in MediaMosa."
    )
    bare = Link("A1", "")
    for before in (None, SEEN, replace(bare, version=2)):
        parked = replace(
            before or bare,
            state=LinkState.PARKED,
            reason=reason,
            since=NOON,
            revision=revision(huge),
        )
        assert oversized(huge, before, SETTING) == AssetWrite(parked, before, None, Effect.ERROR)
        assert oversized(huge, parked, SETTING) is Verdict.STILL_PARKED
    removed = replace(SEEN, state=LinkState.REMOVED, since=NOON)
    told = replace(removed, reason=reason, revision=revision(huge))
    assert oversized(huge, removed, SETTING) == AssetWrite(told, removed, None, Effect.ERROR)


class TestTakenAway:
    """The record is gone, or names another asset."""

    BUSY = replace(
        SEEN,
        state=LinkState.PENDING,
        reason="Away.",
        since=NOON,
        due=NOON,
        claim=Claim("push", NOON),
        sent={"title": (SentValue(("y",), NOON),)},
        parked={"title": ParkedValue(("z",), "Too blue.", NOON)},
    )
    MOVED = Record("m1", "mediamosa://asset/A2")

    @pytest.mark.parametrize("record", [None, MOVED])
    def test_it_is_forgotten_with_all_that_was_under_way(self, record: Record | None) -> None:
        later = replace(SETTING, now=NOON + timedelta(hours=1))
        forgotten = replace(SEEN, state=LinkState.FORGOTTEN, reason="", since=later.now, due=None)
        assert taken_away(self.BUSY, record, later) == AssetWrite(
            forgotten, self.BUSY, self.condition(record), Effect.NOTED
        )

    @pytest.mark.parametrize("record", [None, MOVED])
    def test_or_by_policy_its_asset_waits_for_a_new_one(self, record: Record | None) -> None:
        policies = Policies(on_record_delete=OnRecordDelete.RECREATE)
        bare = Link(
            "A1", "", version=3, revision="r", state=LinkState.PENDING, since=NOON, due=NOON
        )
        write = taken_away(self.BUSY, record, replace(SETTING, policies=policies))
        assert write == AssetWrite(bare, self.BUSY, self.condition(record), Effect.NOTED)

    def test_a_listed_asset_is_counted_as_unchanged_and_its_revision_is_known(self) -> None:
        asset = Asset("A1", groups={"dublin_core": {"title": ("y",)}})
        write = decide(asset, SEEN, None, SETTING)
        assert isinstance(write, AssetWrite)
        assert (write.effect, write.link.revision) == (Effect.UNCHANGED, revision(asset))

    def condition(self, record: Record | None) -> RecordAbsent | RecordChange:
        return RecordAbsent("m1") if record is None else RecordChange(record)
