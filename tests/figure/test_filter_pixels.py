"""Filters as pixels: each weight a square of its colour, and filters over a picture in that picture's colours."""

import numpy as np

from squeezeviz.analysis.pictures.preprocessing import ChannelOrder
from squeezeviz.figure.drawing.filter_pixels import colour_tiles, matrix_pixels, tile_pixels
from squeezeviz.figure.drawing.map_colours import coloured
from squeezeviz.figure.theme.colour_maps import BROKEN, colour_map
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.figure.theme.tone import Scale

COLOURS = colour_map(LIGHT, both_signs=True)
SCALE = Scale(1.0, both_signs=True)
GROUND = (1, 2, 3)


def test_outputs_are_rows_of_tiles_and_inputs_columns() -> None:
    weights = np.linspace(-1, 1, 2 * 3 * 9).reshape(2, 3, 3, 3)
    pixels = matrix_pixels(weights, SCALE, COLOURS, 2, 1, GROUND)
    assert pixels.shape == (2 * 7, 3 * 7, 3)
    wanted = coloured(weights, SCALE, COLOURS)
    for output, channel, row, column in np.ndindex(weights.shape):
        square = pixels[7 * output + 2 * row :, 7 * channel + 2 * column :][:2, :2]
        assert (square == wanted[output, channel, row, column]).all()
    assert (pixels[6::7] == GROUND).all() and (pixels[:, 6::7] == GROUND).all()


def test_zero_is_the_middle_colour() -> None:
    pixels = matrix_pixels(np.zeros((1, 1, 1, 1)), SCALE, COLOURS, 1, 0, GROUND)
    middle = len(COLOURS.colours) // 2
    assert bytes(pixels[0, 0]) == COLOURS.rgb[3 * middle : 3 * middle + 3]


def test_a_filter_over_a_picture_is_in_the_colours_of_the_channels_in_their_order() -> None:
    weights = np.zeros((1, 3, 2, 2), np.float32)
    weights[0, 0, 0, 1], weights[0, 2, 1, 0] = 2, -2
    rgb, bgr = (colour_tiles(weights, 2.0, order)[0] for order in (ChannelOrder.RGB, ChannelOrder.BGR))
    assert rgb[0, 1].tolist() == [255, 128, 128] and rgb[1, 0].tolist() == [128, 128, 0]
    assert bgr[0, 1].tolist() == [128, 128, 255] and bgr[1, 0].tolist() == [0, 128, 128]
    assert rgb[0, 0].tolist() == [128, 128, 128]


def test_what_is_no_number_has_a_colour_of_its_own_and_all_zero_is_grey() -> None:
    weights = np.full((2, 3, 1, 1), np.nan, np.float32)
    weights[1] = 0
    tiles = colour_tiles(weights, 0.0, ChannelOrder.RGB)
    assert tuple(tiles[0, 0, 0]) == BROKEN and tiles[1, 0, 0].tolist() == [128, 128, 128]


def test_tiles_stand_in_rows_and_those_before_the_first_and_after_the_last_are_empty() -> None:
    tiles = np.arange(3 * 3, dtype=np.uint8).reshape(3, 1, 1, 3) + 100
    pixels = tile_pixels(tiles, 2, 1, 0, GROUND, before=1)
    assert pixels.tolist() == [[list(GROUND), [100, 101, 102]], [[103, 104, 105], [106, 107, 108]]]
