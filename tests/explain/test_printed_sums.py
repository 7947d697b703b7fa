"""What is printed of a sum adds up, digit by digit, and no part is printed as what it is not."""

import math
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from squeezeviz.explain.printed_sums import printed_sum

numbers = st.floats(-1e30, 1e30) | st.floats(-1000, 1000) | st.floats(-1e-6, 1e-6)


def read(text: str) -> Fraction:
    return Fraction(text.replace("−", "-").replace(",", "") or "0")


@given(st.lists(numbers, min_size=1, max_size=8))
@example([0.5, 0.5, 0.5])
@example([1 / 3] * 3)
@example([-0.0])
def test_printed_parts_and_what_rounding_took_add_up_to_the_printed_total(parts: list[float]) -> None:
    shown = printed_sum(parts, math.fsum(parts))
    assert sum(map(read, shown.parts)) + read(shown.rounding) == read(shown.total)
    half = Fraction(1, 2 * 10**shown.decimals)
    for part, text in zip([*parts, math.fsum(parts)], [*shown.parts, shown.total], strict=True):
        assert abs(read(text) - Fraction(part)) <= half


def test_digits_are_added_until_the_parts_add_up() -> None:
    assert printed_sum([78.59241, -35.73774, 0.01343], 42.8681).parts == ("+78.5924", "−35.7377", "+0.0134")
    assert printed_sum([1.000004, 1.000004], 2.000008) == (("+1.000004", "+1.000004"), "", "2.000008", 6)
    assert printed_sum([1234.5, 0.0], 1234.5) == (("+1,234.50", "0.00"), "", "1,234.50", 2)


def test_what_no_digits_help_is_a_line_of_its_own() -> None:
    shown = printed_sum([1 / 3, 1 / 3, 1 / 3], 1.0)
    assert shown == (("+0.33333", "+0.33333", "+0.33333"), "+0.00001", "1.00000", 5)
