"""The grid of an operation's feature maps: every channel in its place, in colours that can be read back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from painting_figures import everything
from preset_tables import network
from PySide6.QtGui import QImage

from squeezeviz.analysis.feature_maps import parts_of_concat
from squeezeviz.figure.drawing.feature_grid import MOST_CHANNELS, FeatureGrid, draw_grid
from squeezeviz.figure.drawing.map_colours import coloured, reduced, scale_of
from squeezeviz.figure.scene.primitives import Group, Pixels, Polygon, Rectangle, Text
from squeezeviz.figure.theme.colour_maps import colour_map
from squeezeviz.figure.theme.metrics import extent
from squeezeviz.figure.theme.theme import DARK, LIGHT, THEMES, Theme
from squeezeviz.figure.theme.tone import Tone
from squeezeviz.figure.writers.figure import AS_ON_SCREEN, Figure
from squeezeviz.figure.writers.png import to_png

PIXELS_PER_UNIT = 2


def random_maps(channels: int, height: int, width: int) -> np.ndarray:
    return np.maximum(np.random.default_rng(7).normal(size=(channels, height, width)), 0).astype(np.float32)


def grid(maps: np.ndarray, **more: object) -> FeatureGrid:
    return FeatureGrid(maps, **{"channels": range(len(maps)), "title": "c", **more})  # type: ignore[arg-type]


def cells(drawn: Group) -> list[Group]:
    return [each for each in drawn.children if isinstance(each, Group) and each.kind != "legend"]


def map_of(cell: Group) -> Pixels:
    return next(each for each in cell.children if isinstance(each, Pixels))


def texts(drawn: Group) -> list[str]:
    return [each.text for each in everything(drawn) if isinstance(each, Text)]


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("each_channel", [False, True])
def test_every_channel_stands_with_its_number_in_the_order_that_is_asked_for(theme: Theme, each_channel: bool) -> None:
    maps, order = random_maps(7, 5, 6), [3, 1, 0, 6, 5, 4, 2]
    drawn, _, _ = draw_grid(grid(maps, channels=order, each_channel=each_channel), theme)
    found = cells(drawn)
    assert [texts(cell) for cell in found] == [[str(channel)] for channel in order]
    for channel, cell in zip(order, found, strict=True):
        scale = scale_of(maps[channel] if each_channel else maps)
        assert map_of(cell).rgb == coloured(maps[channel], scale, colour_map(theme, both_signs=False)).tobytes()


def test_the_scale_the_tone_and_the_order_are_said() -> None:
    maps = random_maps(4, 3, 3)
    maps[0, 0, 0] = 8
    said = texts(draw_grid(grid(maps, title="f/c: 4 channels", lines=("of a cat",), order="the largest first"))[0])
    assert said[:2] == ["f/c: 4 channels", "of a cat"]
    sentence = "colours go by the square root of the value; one scale for all channels; the largest first"
    assert {"0", "0.5", "2", "4.5", "8", sentence} <= set(said)
    of_each = texts(draw_grid(grid(maps - 1, tone=Tone.LINEAR, each_channel=True))[0])
    assert {"−its largest", "0", "its largest"} <= set(of_each)
    assert "colours are linear in the value; a scale of its own for each channel" in of_each


def test_the_parts_of_a_concat_have_the_colours_of_their_roles_and_are_named() -> None:
    parts = parts_of_concat(network(), "fire2/concat")
    assert [tuple(each) for each in parts] == [
        ("expand1x1", "fire2/expand1x1", 0, 64),
        ("expand3x3", "fire2/expand3x3", 64, 128),
    ]
    assert parts_of_concat(network(), "fire2/expand1x1") == ()
    drawn, _, _ = draw_grid(grid(random_maps(128, 4, 4), parts=parts, channels=[64, 3, 127, 63]), DARK)
    bars = [next(each for each in cell.children if isinstance(each, Rectangle)) for cell in cells(drawn)]
    assert [bar.shape.fill for bar in bars] == ["#f58a3c", "#2fc295", "#f58a3c", "#2fc295"]
    assert {"fire2/expand1x1: channels 0 to 63", "fire2/expand3x3: channels 64 to 127"} <= set(texts(drawn))


def test_values_that_are_not_finite_are_counted_and_what_shows_them_is_said() -> None:
    maps = random_maps(4, 3, 3)
    assert not any("values are" in each for each in texts(draw_grid(grid(maps))[0]))
    maps[0, 0, 0], maps[1, 0, :2] = np.nan, np.inf
    said = texts(draw_grid(grid(maps))[0])
    assert "1 of 36 values are no numbers (NaN): magenta" in said
    assert "2 of 36 values are infinite: the colour at their end of the scale" in said
    (legend,) = (
        each
        for each in draw_grid(grid(np.full((2, 3, 3), np.nan, np.float32)))[0].children
        if isinstance(each, Group) and each.kind == "legend"
    )
    assert "no scale: none of the values is a finite number" in texts(legend)
    assert "0" not in texts(legend)


def test_a_dead_channel_is_marked_by_more_than_a_colour() -> None:
    maps = random_maps(3, 4, 4)
    maps[1] = 0
    drawn, _, _ = draw_grid(grid(maps, dead=frozenset({1})))
    struck = [any(isinstance(each, Polygon) for each in cell.children) for cell in cells(drawn)]
    assert struck == [False, True, False]
    assert [texts(cell) for cell in cells(drawn)] == [["0"], ["1 ×"], ["2"]]
    assert "1 of 3 channels is dead here: 0 everywhere" in texts(drawn)


@given(
    st.integers(1, 6000), st.sampled_from([1, 2, 13, 56, 113, 1000, 4000]), st.sampled_from([1, 13, 57, 113, 999, 4001])
)
def test_no_grid_has_more_than_16000_pixels_a_side(count: int, height: int, width: int) -> None:
    from squeezeviz.figure.drawing import feature_grid

    plan = feature_grid._plan(min(count, MOST_CHANNELS), height, width)
    across, down = plan.columns * plan.pitch[0], plan.rows * plan.pitch[1]
    assert plan.columns * plan.rows >= min(count, MOST_CHANNELS)
    assert max(across, down) + 200 <= 16_000 / PIXELS_PER_UNIT
    assert plan.map_width <= plan.width


def test_what_is_too_large_is_averaged_and_said_and_too_many_channels_are_left_out() -> None:
    said = texts(draw_grid(grid(random_maps(2, 1, 20_000)))[0])
    assert any(line.startswith("each colour is the mean of") for line in said)
    drawn, _, _ = draw_grid(grid(random_maps(MOST_CHANNELS + 4, 1, 1)))
    assert len(cells(drawn)) == MOST_CHANNELS
    assert "the first 4,096 of 4,100 channels" in texts(drawn)


def test_an_average_is_that_of_the_values_that_are_there() -> None:
    maps = np.arange(15, dtype=np.float32).reshape(1, 3, 5)
    assert reduced(maps, 2).tolist() == [[[3, 5, 6.5], [10.5, 12.5, 14]]]
    assert reduced(maps, 1) is maps


@pytest.mark.parametrize(("count", "height", "width"), [(1, 1, 1), (5, 7, 3), (12, 14, 14), (64, 2, 40)])
def test_everything_is_on_the_page_and_no_cell_lies_over_another(count: int, height: int, width: int) -> None:
    drawn, across, down = draw_grid(grid(random_maps(count, height, width), title="a long title " * 40))
    left, top, reach, depth = extent(drawn)
    assert left >= 0
    assert top >= 0
    assert left + reach <= across
    assert top + depth <= down
    taken = {(cell.x, cell.y) for cell in cells(drawn)}
    assert len(taken) == count


def test_a_png_has_each_value_as_a_square_of_its_colour(qapp: object) -> None:
    maps = random_maps(6, 9, 9)
    drawn, width, height = draw_grid(grid(maps), LIGHT)
    image = QImage.fromData(to_png(Figure(drawn, width, height, "c", page=LIGHT.page), AS_ON_SCREEN))
    assert max(image.width(), image.height()) <= 16_000
    for cell in cells(drawn):
        pixels = map_of(cell)
        side = pixels.width / 9 * PIXELS_PER_UNIT
        assert side == int(side)
        left, top = (cell.x + pixels.x) * PIXELS_PER_UNIT, (cell.y + pixels.y) * PIXELS_PER_UNIT
        for row in range(9):
            for column in range(9):
                expected = "#" + pixels.rgb[3 * (9 * row + column) :][:3].hex()
                for inset in (0, side - 1):
                    x, y = round(left + column * side + inset), round(top + row * side + inset)
                    assert image.pixelColor(x, y).name() == expected
