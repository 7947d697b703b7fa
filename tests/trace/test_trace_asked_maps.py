"""What is made ready of the next pass: what is asked for again and again, and not what was looked at once."""

from squeezeviz.trace.asked_maps import MOST_REQUESTS, PASSES, AskedMaps
from squeezeviz.trace.protocol import MapsWanted, ShowMaps


def of(*names: str, image: int = 0, minus: int | None = None) -> ShowMaps:
    return ShowMaps(1, 1, tuple(MapsWanted(name) for name in names), "maps", image, minus)


def test_all_requests_that_come_again_with_each_pass_are_made_ready() -> None:
    asked = AskedMaps()
    every = [of("a", "b"), of("c"), of("d", image=1), of("d", image=1, minus=0), of("", "a")]
    for _ in range(2 * MOST_REQUESTS):
        for request in every:
            asked.note(request)
        ahead = asked.begin_pass()
        expected = {(wanted, each.image, each.minus) for each in every for wanted in each.wanted}
        assert ahead == expected, "none was pushed out by the same ones of the pass before"


def test_what_nobody_asks_for_any_more_is_no_longer_made_ready() -> None:
    asked = AskedMaps()
    asked.note(of("once"))
    found = []
    for _ in range(PASSES + 1):
        found.append({wanted.operation for wanted, _, _ in asked.begin_pass()})
        asked.note(of("always"))
    assert found == [{"once"}, *[{"once", "always"}] * (PASSES - 1), {"always"}]


def test_of_many_operations_that_were_looked_at_the_last_ones_are_made_ready() -> None:
    asked = AskedMaps()
    for number in range(3 * MOST_REQUESTS):
        asked.note(of(f"c{number}"))
        asked.note(of("strips"))
    found = {wanted.operation for wanted, _, _ in asked.begin_pass()}
    last = range(2 * MOST_REQUESTS + 1, 3 * MOST_REQUESTS)
    assert found == {"strips", *(f"c{number}" for number in last)}
