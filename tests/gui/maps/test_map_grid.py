"""The grid paints and colours what is in sight alone, however many channels there are."""

from collections.abc import Callable

import numpy as np
import pytest
from hands import LEFT, caught, on_screen
from maps_at_hand import MapsAtHand, brought, noise, statistics
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.channels import dead
from squeezeviz.analysis.feature_maps import ConcatPart
from squeezeviz.figure.drawing.map_colours import scale_of
from squeezeviz.figure.theme.theme import DARK, GREYSCALE, LIGHT
from squeezeviz.figure.theme.tone import Tone
from squeezeviz.gui.app import make_application
from squeezeviz.gui.maps import images as module
from squeezeviz.gui.maps.brought import BroughtMaps
from squeezeviz.gui.maps.grid import GridContent, MapGrid, MapPlace
from squeezeviz.gui.maps.images import AT_ONCE, Colouring, MapImages
from squeezeviz.gui.widgets.style import LIGHT_STYLE

PARTS = (ConcatPart("expand1x1", "f/expand1x1", 0, 6), ConcatPart("expand3x3", "f/expand3x3", 6, 10))

OpenGrid = Callable[..., tuple[MapGrid, BroughtMaps]]


@pytest.fixture
def opened(qtbot: QtBot) -> OpenGrid:
    """A grid of these maps, once all that is in sight is coloured."""
    make_application()
    kept: list[MapsAtHand] = []

    def open_it(maps: np.ndarray, parts: tuple[ConcatPart, ...] = ()) -> tuple[MapGrid, BroughtMaps]:
        found, client = brought(maps)
        kept.append(client)
        images = MapImages(found)
        grid = on_screen(qtbot, MapGrid(images, LIGHT_STYLE), 400, 200)
        grid.sight_changed.connect(lambda: found.want_channels(grid.channels_in_sight()))
        found.arrived.connect(lambda _: grid.viewport().update())
        qtbot.waitUntil(lambda: found.shown is not None)
        gone = frozenset(dead(statistics(maps)))
        grid.show_content(GridContent(range(len(maps)), maps.shape[1], maps.shape[2], gone, parts))
        qtbot.waitUntil(lambda: all(images.image(channel) for channel in grid.channels_in_sight()))
        return grid, found

    return open_it


def test_of_a_thousand_channels_those_in_sight_are_painted_fetched_and_coloured(
    opened: OpenGrid, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid, maps = opened(noise(1000, 14))
    coloured: list[int] = []
    colour_some = MapImages.colour_some

    def counting(images: MapImages) -> bool:
        before = set(images._images)
        more = colour_some(images)
        coloured.append(len(set(images._images) - before))
        return more

    monkeypatch.setattr(MapImages, "colour_some", counting)
    bar = grid.verticalScrollBar()
    for to in (bar.maximum() // 2, bar.maximum() // 2 + 40, bar.maximum()):
        bar.setValue(to)
        qtbot.waitUntil(lambda: all(grid._images.image(channel) for channel in grid.channels_in_sight()))
        assert grid.painted == len(grid.channels_in_sight()) <= 60
    assert grid.channels_in_sight()[-1] == 999
    assert 0 < max(coloured) <= AT_ONCE
    assert sum(coloured) <= 3 * 60
    assert sum(maps.small(channel) is not None for channel in range(1000)) <= 64 + 3 * 60


def test_what_a_person_scrolls_back_to_is_not_coloured_again(opened: OpenGrid, qtbot: QtBot) -> None:
    grid, _ = opened(noise(200, 14))
    images = grid._images
    first = images.image(0)
    bar = grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: all(images.image(channel) for channel in grid.channels_in_sight()))
    bar.setValue(0)
    assert images.image(0) is first


def test_no_more_images_are_kept_than_may_be(opened: OpenGrid, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 50)
    grid, _ = opened(noise(400, 10))
    for to in range(0, grid.verticalScrollBar().maximum(), 100):
        grid.verticalScrollBar().setValue(to)
        QApplication.processEvents()
        assert len(grid._images._images) <= 50


def test_few_channels_are_as_large_as_they_can_be_and_many_are_small(opened: OpenGrid) -> None:
    few, many = opened(noise(6, 14))[0], opened(noise(600, 14))[0]
    assert few.cell_of(0).width() >= 2 * many.cell_of(0).width() >= 2 * 36
    assert few.verticalScrollBar().maximum() == 0 < many.verticalScrollBar().maximum()


def test_the_value_under_the_mouse_is_that_of_the_map(opened: OpenGrid) -> None:
    grid, _ = opened(noise(6, 14))
    cell = grid.cell_of(4)
    inside = cell.topLeft() + (cell.bottomRight() - cell.topLeft()) * 0.5
    assert grid.place_at(inside) == MapPlace(4, 7, 7)
    assert grid.place_at(cell.bottomRight() + (cell.bottomRight() - cell.topLeft())) is None
    seen = caught(grid.chosen)
    QTest.mouseClick(grid.viewport(), LEFT, pos=cell.topLeft().toPoint() + QPoint(2, 2))
    assert seen == [MapPlace(4, 0, 0)]


def test_arrow_keys_step_through_the_channels_and_scroll_to_them(opened: OpenGrid) -> None:
    grid, _ = opened(noise(300, 14))
    seen, entered, followed = caught(grid.chosen), caught(grid.opened), caught(grid.followed)
    keys = Qt.Key
    across = grid._across
    for key in (keys.Key_Right, keys.Key_Right, keys.Key_Down, keys.Key_Left, keys.Key_Up, keys.Key_Up, keys.Key_End):
        QTest.keyClick(grid, key)
    channels = [place.channel for place in seen]  # type: ignore[attr-defined]
    assert channels == [0, 1, 1 + across, across, 0, 0, 299]
    assert grid.viewport().rect().contains(grid.cell_of(299).toRect())
    QTest.keyClick(grid, keys.Key_Return)
    QTest.keyClick(grid, keys.Key_F)
    assert (len(entered), len(followed)) == (1, 1)


def test_a_concats_parts_are_told_apart_by_bars_of_their_colours_and_dead_channels_are_marked(opened: OpenGrid) -> None:
    maps = noise(10, 14)
    maps[3] = 0
    grid, _ = opened(maps, PARTS)
    shot = grid.viewport().grab().toImage()
    scale = shot.devicePixelRatio()

    def below(channel: int) -> QColor:
        cell = grid.cell_of(channel)
        return shot.pixelColor(round(cell.center().x() * scale), round((cell.bottom() + 1.5) * scale))

    colours = [below(channel).name() for channel in (0, 5, 6, 9)]
    expand1x1, expand3x3 = (QColor(LIGHT.shares[part]).name() for part in ("expand1x1", "expand3x3"))  # type: ignore[index]
    assert colours == [expand1x1, expand1x1, expand3x3, expand3x3]
    middle = grid.cell_of(3).center()
    across = {shot.pixelColor(round((middle.x() + x) * scale), round(middle.y() * scale)).name() for x in range(-3, 4)}
    assert len(across) > 1, "a line crosses a map that is one colour"


@pytest.mark.parametrize("tone", list(Tone))
def test_one_scale_is_that_of_all_values_though_few_are_here(qtbot: QtBot, tone: Tone) -> None:
    maps = noise(200, 12)
    maps[150, 3, 4] = 77
    found, _client = brought(maps)
    qtbot.waitUntil(lambda: found.shown is not None)
    assert found.small(150) is None
    images = MapImages(found)
    images.set_colouring(Colouring(tone))
    whole = scale_of(maps, tone)
    assert images.scale.most == pytest.approx(whole.most)
    assert images.scale._replace(most=0) == whole._replace(most=0)
    values = found.small(0)
    assert values is not None
    assert images.scale_of(values) == images.scale
    images.set_colouring(Colouring(tone, each_channel=True))
    assert images.scale_of(values).most == pytest.approx(scale_of(maps[0], tone).most)


def test_negative_values_have_colours_of_both_signs_in_every_theme(qtbot: QtBot) -> None:
    found, _client = brought(noise(3, 8) - 1)
    qtbot.waitUntil(lambda: found.shown is not None)
    images = MapImages(found)
    names = []
    for theme in (LIGHT, DARK, GREYSCALE):
        images.set_colouring(Colouring(theme=theme))
        assert images.scale.both_signs
        names.append(images.colours.name)
    assert names == ["diverging", "diverging", "greys"]
