"""The figure of filters: every weight in its colour, the numbers of channels, and what the colours stand for."""

import numpy as np
import pytest
from painting_figures import everything
from PySide6.QtGui import QImage

from squeezeviz.analysis.pictures.preprocessing import ChannelOrder
from squeezeviz.figure.drawing.filter_figure import FilterFigure, draw_filters, most_outputs
from squeezeviz.figure.drawing.filter_pixels import colour_tiles
from squeezeviz.figure.drawing.map_colours import coloured
from squeezeviz.figure.scene.primitives import Group, Pixels, Text
from squeezeviz.figure.theme.colour_maps import colour_map
from squeezeviz.figure.theme.metrics import extent
from squeezeviz.figure.theme.theme import LIGHT, THEMES, Theme
from squeezeviz.figure.theme.tone import Scale
from squeezeviz.figure.writers.figure import AS_ON_SCREEN, Figure
from squeezeviz.figure.writers.png import to_png

SCALE = Scale(0.5, both_signs=True)


def figure(shape: tuple[int, int, int, int], order: ChannelOrder | None = None, outputs: int = 0) -> FilterFigure:
    weights = np.random.default_rng(3).uniform(-0.5, 0.5, shape).astype(np.float32)
    words = ("in these colours", "and no others")
    return FilterFigure(weights, outputs or shape[0], "conv1: its filters", ("a network",), words, SCALE, order)


def texts(drawn: Group) -> list[str]:
    return [each.text for each in everything(drawn) if isinstance(each, Text)]


def picture(drawn: Group) -> Pixels:
    return next(each for each in drawn.children if isinstance(each, Pixels))


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_weight_of_a_matrix_is_a_square_of_its_colour(theme: Theme) -> None:
    shown = figure((4, 3, 3, 3))
    drawn, width, height = draw_filters(shown, theme)
    pixels = picture(drawn)
    found = np.frombuffer(pixels.rgb, np.uint8).reshape(pixels.rows, pixels.columns, 3)
    tile, wanted = pixels.rows // 4, coloured(shown.weights, SCALE, colour_map(theme, both_signs=True))
    cell = (tile - 2) // 3
    for output, channel, row, column in np.ndindex(shown.weights.shape):
        corner = found[output * tile + row * cell, channel * tile + column * cell]
        assert (corner == wanted[output, channel, row, column]).all()
    said = texts(drawn)
    assert said[:2] == ["conv1: its filters", "a network"] and said[-2:] == ["in these colours", "and no others"]
    assert [each for each in said if each.isdecimal()][:7] == ["0", "1", "2", "3", "0", "1", "2"]
    assert "0.5" in said and "−0.5" in said
    left, top, reach, depth = extent(drawn)
    assert left >= 0 and top >= 0 and left + reach <= width and top + depth <= height


def test_filters_over_a_picture_stand_row_by_row_in_its_colours() -> None:
    shown = figure((5, 3, 7, 7), ChannelOrder.BGR)
    drawn, _, _ = draw_filters(shown)
    pixels = picture(drawn)
    found = np.frombuffer(pixels.rgb, np.uint8).reshape(pixels.rows, pixels.columns, 3)
    tiles = colour_tiles(shown.weights, 0.5, ChannelOrder.BGR)
    assert found[0, 0].tolist() == tiles[0, 0, 0].tolist()
    assert found[0, pixels.columns // 3].tolist() == tiles[1, 0, 0].tolist()
    assert found[pixels.rows // 2, 0].tolist() == tiles[3, 0, 0].tolist()
    assert not [each for each in texts(drawn) if each.isdecimal()]


def test_a_png_has_whole_pixels_for_each_weight() -> None:
    shown = figure((3, 2, 1, 1))
    drawn, width, height = draw_filters(shown)
    image = QImage.fromData(to_png(Figure(drawn, width, height, "filters", page=LIGHT.page), AS_ON_SCREEN))
    pixels = picture(drawn)
    cell = pixels.columns // 2
    wanted = coloured(shown.weights, SCALE, colour_map(LIGHT, both_signs=True))
    for output, channel in np.ndindex(3, 2):
        for inset in (1, cell - 2):
            at = round(2 * pixels.x) + channel * cell + inset, round(2 * pixels.y) + output * cell + inset
            colour = image.pixelColor(*at)
            assert [colour.red(), colour.green(), colour.blue()] == wanted[output, channel, 0, 0].tolist()


def test_a_figure_has_room_for_so_many_filters_and_says_which_these_are() -> None:
    assert most_outputs((1000, 512, 1, 1)) == 1000
    most = most_outputs((9000, 2, 3, 3))
    assert most < 9000
    drawn, _, _ = draw_filters(figure((6, 2, 3, 3), outputs=9000))
    assert "the first 6 of 9,000 output channels" in texts(drawn)
