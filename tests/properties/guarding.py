"""Laws of the guard and of what is held, against lists of every single removal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mediamosa_sync.domain.deletion import Guard, Held, Removals, hour_of, missing
from mediamosa_sync.domain.link import Link
from tests.properties.draws import Draws, Law, shuffled

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
IDS = tuple(f"A{number}" for number in range(8))


def the_token_changes_if_and_only_if_the_list_does(draws: Draws) -> None:
    """Whatever the order and the portions in which assets join and leave."""
    known: dict[frozenset[str], str] = {}
    held, listed = Held(), frozenset[str]()
    for _ in range(draws.number(1, 30)):
        joined = [one for one in shuffled(draws, IDS) if one not in listed and draws.flip(3)]
        left = [one for one in shuffled(draws, sorted(listed)) if draws.flip(3)]
        held, listed = held.changed(joined, left), (listed | set(joined)) - set(left)
        assert held.count == len(listed)
        assert known.setdefault(listed, held.token) == held.token
    assert len(set(known.values())) == len(known)


def removals_count_for_a_day_and_at_most_an_hour_longer(draws: Draws) -> None:
    """Never too few; what does not count any more is dropped."""
    removals, done, now = Removals(), list[datetime](), NOON
    for _ in range(draws.number(1, 20)):
        now += timedelta(minutes=draws.pick((1, 20, 59, 60, 61, 600, 1_439, 1_440, 1_441, 3_000)))
        number = draws.number(0, 4)
        done += [now] * number
        removals = removals.plus({hour_of(now): number} if number else {}, now)
        least = sum(now - one <= DAY for one in done)
        most = sum(now - one < DAY + HOUR for one in done)
        assert least <= removals.within_a_day(now) <= most
        assert all(hour >= hour_of(now - DAY) for hour in removals.hours)


def the_guard_lets_ten_or_five_percent_pass_and_no_more(draws: Draws) -> None:
    """Of those nominated, held and lately removed together; more of any never opens it."""
    guard = Guard(draws.pick((10, 0, 3)), draws.pick((5.0, 0.0, 12.5, 100.0)))
    links = draws.pick((0, 1, 10, 199, 200, 201, 1_000_000))
    parts = [draws.pick((0, 1, 2, 5, 9, 10, 11, 60_000)) for _ in range(3)]
    nominated, held, removed = parts

    def stops(more: int = 0, links: int = links) -> bool:
        return guard.stops(nominated=nominated + more, held=held, removed=removed, links=links)

    allowed = max(guard.most, links * guard.percent / 100)
    assert stops() == (sum(parts) > allowed)
    assert stops(more=1) >= stops()
    assert stops(links=links * 2) <= stops()


def the_merge_join_is_the_links_that_the_list_lacks(draws: Draws) -> None:
    """In order, each once."""
    links = {one: Link(one, "m") for one in IDS if draws.flip()}
    listed = [draws.pick(IDS) for _ in range(draws.number(0, 12))]
    assert list(missing(links, listed)) == [
        one for one in IDS if one in links and one not in listed
    ]


LAWS: tuple[Law, ...] = (
    the_token_changes_if_and_only_if_the_list_does,
    removals_count_for_a_day_and_at_most_an_hour_longer,
    the_guard_lets_ten_or_five_percent_pass_and_no_more,
    the_merge_join_is_the_links_that_the_list_lacks,
)
