"""Sizes and receptive fields against windows that are really slid along a map."""

from __future__ import annotations

import pytest
from formula_reader import evaluate
from hypothesis import assume, given
from hypothesis import strategies as st

from squeezeviz.model.shapes import IMAGE, Receptive, receptive_side, smallest_side, window_output

sizes = st.integers(1, 60)
kernels = st.integers(1, 20)
strides = st.integers(1, 12)


def whole_windows(size: int, kernel: int, stride: int, padding: int) -> int:
    """How many windows lie wholly in the padded map, counted one by one."""
    start, count = -padding, 0
    while start + kernel <= size + padding:
        count += 1
        start += stride
    return count


def rounded_up_windows(size: int, kernel: int, stride: int, padding: int) -> int:
    """Windows until the padded map is covered; none may start beyond the map or its left padding."""
    count = 0
    while count == 0 or (count - 1) * stride - padding + kernel < size + padding:
        if count * stride - padding >= size:
            break
        count += 1
    return count


@given(sizes, kernels, strides, st.integers(0, 20))
def test_rounding_down_counts_the_windows_that_fit(size: int, kernel: int, stride: int, padding: int) -> None:
    places = window_output(size, kernel, stride, padding, ceil=False)
    assert max(0, places.value) == whole_windows(size, kernel, stride, padding)
    assert places.value == evaluate(places)


@given(sizes, kernels, strides, st.integers(0, 10))
def test_rounding_up_counts_windows_until_the_map_is_covered(size: int, kernel: int, stride: int, padding: int) -> None:
    assume(padding <= kernel // 2)
    assume(size + 2 * padding >= kernel)
    places = window_output(size, kernel, stride, padding, ceil=True)
    assert places.value == evaluate(places) == rounded_up_windows(size, kernel, stride, padding)


@pytest.mark.parametrize(
    ("size", "window", "ceil", "expected"),
    [
        (227, (7, 2, 0), False, 111),
        (224, (7, 2, 0), False, 109),
        (224, (7, 2, 2), False, 111),
        (109, (3, 2, 0), True, 54),
        (113, (3, 2, 0), True, 56),
        (2, (3, 2, 0), True, 1),
        (1, (3, 2, 0), True, 0),
        (2, (3, 2, 0), False, 0),
        (1, (1, 3, 0), True, 1),
        (2, (1, 3, 0), True, 1),
        (3, (2, 2, 1), True, 2),
    ],
)
def test_known_sizes(size: int, window: tuple[int, int, int], ceil: bool, expected: int) -> None:
    """Those of the published networks; a window larger than the map that still starts on it; the clip rule."""
    assert window_output(size, *window, ceil=ceil).value == expected


def test_the_formula_of_a_size_has_its_figures_in_it() -> None:
    assert window_output(227, 7, 2, 0, ceil=False).equation() == "⌊(227 − 7 + 2·0)/2⌋ + 1 = 111"
    assert window_output(3, 2, 2, 1, ceil=True).equation() == "⌈(3 − 2 + 2·1)/2⌉ + 1 − 1 = 2"


@given(st.integers(1, 30), kernels, strides, st.integers(0, 10), st.booleans())
def test_the_smallest_side_is_the_first_that_gives_so_many_places(
    places: int, kernel: int, stride: int, padding: int, ceil: bool
) -> None:
    assume(not ceil or padding <= kernel // 2)
    side = smallest_side(places, kernel, stride, padding, ceil=ceil)
    assert window_output(side, kernel, stride, padding, ceil=ceil).value >= places
    assert side == 1 or window_output(side - 1, kernel, stride, padding, ceil=ceil).value < places


def seen_by(place: int, windows: list[tuple[int, int, int]]) -> tuple[int, int]:
    """First and last pixel that a value sees, followed back through (kernel, stride, padding) windows."""
    first = last = place
    for kernel, stride, padding in reversed(windows):
        first, last = first * stride - padding, last * stride - padding + kernel - 1
    return first, last


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 4), st.integers(0, 3)), max_size=8))
def test_receptive_field_and_stride_are_what_following_back_finds(windows: list[tuple[int, int, int]]) -> None:
    field = IMAGE
    for kernel, stride, _ in windows:
        field = field.through(kernel, kernel, stride)
    first, last = seen_by(0, windows)
    assert (field.height, field.width) == (last - first + 1, last - first + 1)
    assert field.stride == seen_by(1, windows)[0] - first


def test_a_window_need_not_be_square_and_a_field_has_its_formula() -> None:
    assert Receptive(19, 19, 4).through(3, 5, 2) == Receptive(27, 35, 8)
    assert receptive_side(11, 3, 4).equation() == "11 + (3 − 1)·4 = 19"
