"""Feature maps in colours: even steps, one colour for zero, and a tone that a person can read back."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from squeezeviz.figure.drawing.map_colours import coloured, scale_of
from squeezeviz.figure.theme.colour_maps import BROKEN, ColourMap, colour_map
from squeezeviz.figure.theme.theme import DARK, GREYSCALE, LIGHT, THEMES, Theme
from squeezeviz.figure.theme.tone import Scale, Tone

VIRIDIS = colour_map(LIGHT, both_signs=False)
DIVERGING = colour_map(LIGHT, both_signs=True)


def oklab(colour: str) -> tuple[float, float, float]:
    """Björn Ottosson's perceptual space, in which equal distances look equal."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    ]
    to_cones = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    long, middle, short = (sum(map(float.__mul__, row, linear)) ** (1 / 3) for row in to_cones)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def steps(colours: ColourMap, apart: int = 16) -> list[float]:
    places = [oklab(colour) for colour in colours.colours[::apart]]
    return [math.dist(one, other) for one, other in pairwise(places)]


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("both_signs", [False, True])
def test_equal_steps_of_a_value_look_equal(theme: Theme, both_signs: bool) -> None:
    found = steps(colour_map(theme, both_signs=both_signs))
    assert max(found) < 2 * min(found)


def test_values_from_zero_on_become_lighter_and_those_of_both_signs_are_as_dark_at_both_ends() -> None:
    lightness = [oklab(colour)[0] for colour in VIRIDIS.colours[::3]]  # of a byte each
    assert all(one < other for one, other in pairwise(lightness))
    assert (VIRIDIS.colours[0], VIRIDIS.colours[-1], len(VIRIDIS.colours)) == ("#440154", "#fde725", 256)
    ends = [oklab(DIVERGING.colours[at])[0] for at in (0, -1)]
    assert ends[0] == pytest.approx(ends[1], abs=0.01)
    assert DIVERGING.colours[128] == "#f7f7f7"


def test_a_page_without_colours_gets_greys() -> None:
    for both_signs in (False, True):
        greys = colour_map(GREYSCALE, both_signs=both_signs)
        assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in greys.colours)
    assert colour_map(DARK, both_signs=False) == VIRIDIS


def index_of(pixel: np.ndarray, colours: ColourMap) -> int:
    return colours.colours.index("#" + bytes(pixel.tolist()).hex())


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("both_signs", [False, True])
def test_each_value_has_the_colour_that_the_legend_says(tone: Tone, both_signs: bool) -> None:
    scale = Scale(8.0, tone, both_signs)
    colours = DIVERGING if both_signs else VIRIDIS
    shares = np.linspace(0, 1, 9)
    values = np.array([[scale.value_at(share) for share in shares]], np.float32)
    found = [index_of(pixel, colours) for pixel in coloured(values, scale, colours)[0]]
    assert found == pytest.approx(list(shares * (len(colours.colours) - 1)), abs=0.51)


def test_the_square_root_shows_what_is_nearly_black_in_linear_tone() -> None:
    value = np.array([[0.04]], np.float32)
    linear, root = (index_of(coloured(value, Scale(1.0, tone), VIRIDIS)[0, 0], VIRIDIS) for tone in list(Tone)[:2])
    assert (linear, root) == (10, 51)
    assert [text for _, text in Scale(1.0, Tone.SQRT).ticks()] == ["0", "0.0625", "0.25", "0.562", "1"]


def test_a_percentile_is_that_of_values_that_are_not_zero_and_the_last_tick_says_that_more_is_above() -> None:
    values = np.concatenate([np.zeros(10_000), np.full(995, 2.0), np.full(5, 500.0)]).astype(np.float32)
    scale = scale_of(values, Tone.PERCENTILE)
    assert scale.most == pytest.approx(2.0, rel=0.01)
    assert [text for _, text in scale.ticks(2)] == ["0", "1", "≥ 2"]


def test_zero_is_in_the_middle_where_there_are_both_signs() -> None:
    values = np.array([[-1.0, 0.0, 4.0]], np.float32)
    scale = scale_of(values)
    assert (scale.both_signs, scale.most) == (True, 4.0)
    found = [index_of(pixel, DIVERGING) for pixel in coloured(values, scale, DIVERGING)[0]]
    assert found == [64, 128, 256]
    assert [text for _, text in scale.ticks(2)] == ["−4", "0", "4"]


def test_what_is_no_number_has_a_colour_of_its_own_and_no_part_in_the_scale() -> None:
    values = np.array([[np.nan, np.inf, 1.0, 2.0]], np.float32)
    scale = scale_of(values, Tone.LINEAR)
    assert scale.most == 2.0
    pixels = coloured(values, scale, VIRIDIS)[0]
    assert tuple(pixels[0]) == BROKEN
    assert [index_of(pixel, VIRIDIS) for pixel in pixels[1:]] == [255, 128, 255]


@given(
    arrays(
        np.float32, st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4)), elements=st.floats(width=32)
    ),
    st.sampled_from(Tone),
)
def test_any_map_has_a_colour_everywhere(values: np.ndarray, tone: Tone) -> None:
    scale = scale_of(values, tone)
    pixels = coloured(values, scale, colour_map(LIGHT, both_signs=scale.both_signs))
    assert pixels.shape == (*values.shape, 3)
    assert pixels.dtype == np.uint8
    broken = (pixels == BROKEN).all(-1)
    assert (broken == np.isnan(values)).all()


def test_infinite_values_among_zeros_have_the_colours_of_the_ends() -> None:
    values = np.array([[np.inf, 0.0, -np.inf]])
    pixels = coloured(values, scale_of(values, Tone.LINEAR), DIVERGING)[0]
    assert [index_of(pixel, DIVERGING) for pixel in pixels] == [256, 128, 0]
    values = np.array([[np.inf, 0.0]])
    pixels = coloured(values, scale_of(values, Tone.LINEAR), VIRIDIS)[0]
    assert [index_of(pixel, VIRIDIS) for pixel in pixels] == [255, 0]
