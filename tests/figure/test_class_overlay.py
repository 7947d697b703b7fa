"""A class map over its picture: each colour is that of the value of its place, and the picture can be seen below."""

from __future__ import annotations

import numpy as np
import pytest
from painting_figures import everything

from squeezeviz.analysis.pictures.class_maps import ClassMap, Method
from squeezeviz.figure.drawing.class_overlay import (
    OPACITY,
    ClassOverlay,
    draw_overlay,
    overlaid,
    scale_and_colours,
    spread,
)
from squeezeviz.figure.drawing.map_colours import coloured
from squeezeviz.figure.scene.diagram import Rect
from squeezeviz.figure.scene.primitives import Group, Pixels, Text
from squeezeviz.figure.theme.metrics import extent
from squeezeviz.figure.theme.theme import DARK, LIGHT, THEMES, Theme
from squeezeviz.model.table import InputShape

TAKEN = InputShape(3, 8, 8)
FOUND = ClassMap(1, Method.ACTIVATION, 2.5, (2, 6), (2, 6), ((0, 2), (4, 4)))
SEEN = Rect(10, 5, 16, 16)


def picture() -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (30, 40, 3), np.uint8)


def test_values_are_bilinear_between_the_middles_of_their_places_and_go_on_to_the_edges() -> None:
    found = spread(FOUND, np.array([0, 2, 4, 6, 8]), np.array([0, 2, 4, 6]))
    assert found.tolist() == [[0, 0, 1, 2], [0, 0, 1, 2], [2, 2, 2.5, 3], [4, 4, 4, 4], [4, 4, 4, 4]]


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_pixel_has_the_colour_of_its_own_place_of_the_input_over_the_pictures_grey(theme: Theme) -> None:
    before = picture()
    after = overlaid(before, SEEN, TAKEN, FOUND, theme)
    scale, colours = scale_and_colours(FOUND, theme)
    for row, column, value in ((5, 10, 0), (20, 25, 4), (20, 10, 4), (5, 25, 2), (8, 12, 0)):
        grey = before[row, column] @ np.array((0.299, 0.587, 0.114))
        colour = coloured(np.array([[value]], float), scale, colours)[0, 0]
        assert after[row, column] == pytest.approx(grey * (1 - OPACITY) + colour * OPACITY, abs=1)
    outside = np.ones(before.shape[:2], bool)
    outside[5:21, 10:26] = False
    assert (after[outside] == before[outside]).all()
    assert (before == picture()).all()


def test_edges_between_pixels_count_those_whose_middle_is_seen() -> None:
    before = np.zeros((6, 6, 3), np.uint8)
    even = FOUND._replace(values=((4, 4), (4, 4)))
    changed = np.any(overlaid(before, Rect(1.4, 1.6, 3, 3), TAKEN, even), axis=2)
    assert np.argwhere(changed.any(axis=0)).ravel().tolist() == [1, 2, 3]
    assert np.argwhere(changed.any(axis=1)).ravel().tolist() == [2, 3, 4]
    assert overlaid(before, Rect(-5, -5, 50, 50), TAKEN, even).any()


def drawn(theme: Theme = LIGHT, found: ClassMap = FOUND, title: str = "cat") -> tuple[Group, float, float]:
    words = "a sentence that is long enough to be broken into two lines, as none of it is to be left out"
    return draw_overlay(ClassOverlay(picture(), SEEN, TAKEN, found, title, ("of a network",), words), theme)


def test_the_figure_says_what_it_shows_with_the_values_of_its_colours() -> None:
    group, width, height = drawn()
    said = [each.text for each in everything(group) if isinstance(each, Text)]
    assert said[:2] == ["cat", "of a network"]
    assert {"0", "1", "2", "3", "4"} <= set(said)
    assert " ".join(said[-2:]).endswith("as none of it is to be left out; colours are linear in the value")
    reached = extent(group)
    assert (reached.x >= 0, reached.x + reached.width <= width) == (True, True)
    assert (reached.y >= 0, reached.y + reached.height <= height) == (True, True)


def test_what_speaks_against_a_class_has_the_other_colour() -> None:
    both = FOUND._replace(method=Method.OCCLUSION, values=((-1, 0), (0, 4)))
    said = [each.text for each in everything(drawn(found=both)[0]) if isinstance(each, Text)]
    assert {"−4", "−2", "0", "2", "4"} <= set(said)


def test_what_is_not_seen_is_nearly_the_page() -> None:
    for theme in (LIGHT, DARK):
        pixels = next(each for each in everything(drawn(theme)[0]) if isinstance(each, Pixels))
        found = np.frombuffer(pixels.rgb, np.uint8).reshape(30, 40, 3)
        page = np.frombuffer(bytes.fromhex(theme.page[1:]), np.uint8)
        assert np.abs(found[0, 0].astype(int) - page).max() <= 0.34 * 255 + 1
        assert (found[5:21, 10:26] == overlaid(picture(), SEEN, TAKEN, FOUND, theme)[5:21, 10:26]).all()


def test_a_title_of_any_length_stays_on_the_page() -> None:
    group, width, _ = drawn(title="Egyptian cat, " * 40)
    assert extent(group).x + extent(group).width <= width
