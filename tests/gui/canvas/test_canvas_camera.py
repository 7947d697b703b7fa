"""The laws of the camera, for any zoom and position, and of the ruler's marks: readable, and never one on another."""

from itertools import pairwise

import pytest
from canvas_networks import FIRES, long_network, squeezenet
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import preset
from PySide6.QtCore import QObject, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Direction, Point, Rect
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.gui.canvas.camera import (
    LARGEST_ZOOM,
    Camera,
    Span,
    limited,
    natural_range,
    next_stop,
    previous_stop,
    revealed,
    whole_zoom,
    width_zoom,
)
from squeezeviz.gui.canvas.ruler import NUMBER_SPACING, Ruler, readable, within
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.sliding import NARROWEST, Scene, Slide
from squeezeviz.model.layers import AvgPool, Conv, Dropout, GlobalAvgPool, Layer
from squeezeviz.model.table import InputShape, LayerTable

ZOOMS = st.floats(0.002, LARGEST_ZOOM)
PIXELS = st.floats(-2000, 2000)
CAMERAS = st.builds(Camera, ZOOMS, st.integers(-10_000, 1_000_000), st.integers(-10_000, 1_000_000))
ROOM = Rect(132, 24, 484, 760)
LONG = long_network(300)


@given(CAMERAS, ZOOMS, PIXELS, PIXELS)
def test_zooming_keeps_the_point_under_the_cursor(camera: Camera, zoom: float, x: float, y: float) -> None:
    held = camera.to_diagram(Point(x, y))
    seen = camera.zoomed(zoom, Point(x, y)).to_view(held)
    assert abs(seen.x - x) <= 0.51 and abs(seen.y - y) <= 0.51


@given(CAMERAS, PIXELS, PIXELS)
def test_a_view_point_leads_back_to_itself(camera: Camera, x: float, y: float) -> None:
    back = camera.to_view(camera.to_diagram(Point(x, y)))
    assert back == pytest.approx((x, y), abs=1e-3)


@given(ZOOMS, st.floats(0, 500), st.floats(1, 100_000))
def test_the_scroll_range_shows_both_ends_of_the_content(zoom: float, start: float, length: float) -> None:
    content, room = Span(start, start + length), Span(50, 650)
    first, last = natural_range(content, zoom, room, centred=False)
    assert content.start * zoom - first == pytest.approx(room.start, abs=1)
    if length * zoom > room.length:
        assert content.end * zoom - last == pytest.approx(room.end, abs=1)
    else:
        assert first == last


@given(CAMERAS)
def test_no_camera_loses_the_content(camera: Camera) -> None:
    content = Rect(140, 24, 460, 4000)
    seen = limited(camera, content, ROOM).rect_to_view(content)
    assert seen.x < ROOM.x + ROOM.width and seen.x + seen.width > ROOM.x
    assert seen.y < ROOM.y + ROOM.height and seen.y + seen.height > ROOM.y


@given(CAMERAS, st.floats(0, 3000), st.floats(0, 3000))
def test_what_is_revealed_lies_in_the_room(camera: Camera, x: float, y: float) -> None:
    camera = Camera(min(camera.zoom, 2.0), camera.x, camera.y)
    seen = revealed(camera, Rect(x, y, 200, 46), ROOM).rect_to_view(Rect(x, y, 200, 46))
    assert seen.x >= ROOM.x - 1 and seen.x + seen.width <= ROOM.x + ROOM.width + 1
    assert seen.y >= ROOM.y - 1 and seen.y + seen.height <= ROOM.y + ROOM.height + 1
    assert revealed(Camera(), Rect(300, 300, 100, 40), ROOM) == Camera()  # it was in sight


@given(CAMERAS, st.sampled_from(Direction))
def test_a_network_is_drawn_where_the_camera_sees_it_and_never_as_thin_as_a_thread(
    camera: Camera, direction: Direction
) -> None:
    series = Series(squeezenet(direction=direction))
    content, seen = QRectF(*series.content), QRectF(*camera.rect_to_view(series.content))
    drawn = Scene(series, camera, Slide(QObject())).transform.mapRect(content)
    across = (seen.width(), drawn.width()) if series.down else (seen.height(), drawn.height())
    along = (seen.height(), drawn.height()) if series.down else (seen.width(), drawn.width())
    assert drawn.center().toTuple() == pytest.approx(seen.center().toTuple(), abs=1e-3)
    assert across[1] == pytest.approx(max(across[0], NARROWEST)) and along[1] == pytest.approx(along[0])


def test_fitting_never_enlarges_and_shows_everything() -> None:
    assert whole_zoom(Rect(0, 0, 100, 100), ROOM) == 1.0
    zoom = whole_zoom(Rect(0, 0, 460, 380_000), ROOM)
    assert zoom * 380_000 == pytest.approx(760)
    assert width_zoom(Rect(0, 0, 968, 380_000), ROOM, Direction.DOWN) == pytest.approx(0.5)
    assert width_zoom(Rect(0, 0, 380_000, 1520), ROOM, Direction.RIGHT) == pytest.approx(0.5)


def test_plus_and_minus_stop_at_round_zooms_and_end() -> None:
    assert next_stop(0.55) == 0.67 and previous_stop(0.55) == 0.5
    assert next_stop(1.0) == 1.1 and previous_stop(1.0) == 0.9
    assert next_stop(LARGEST_ZOOM) == LARGEST_ZOOM
    assert previous_stop(0.05) == 0.025


# The ruler


def test_at_full_size_every_mark_is_there() -> None:
    marks = squeezenet("fire2").ruler
    assert readable(marks, 1.0) == marks


@pytest.mark.parametrize("zoom", [0.002, 0.01, 0.05, 0.1, 0.3, 0.6, 1.0, 3.0])
def test_numbers_keep_their_distance_and_the_ends_stay(zoom: float) -> None:
    numbers = [mark for mark in readable(LONG.ruler, zoom) if mark.depth is not None]
    assert numbers[-1].depth == 601
    gaps = [after.position - before.position for before, after in pairwise(numbers)]
    assert all(gap >= NUMBER_SPACING for gap in gaps)
    if numbers[-1].position - LONG.ruler[0].position * zoom >= NUMBER_SPACING:
        assert numbers[0].depth == 1


def test_far_away_depths_go_in_even_steps_and_without_notes() -> None:
    depths = [mark.depth for mark in readable(LONG.ruler, 0.03)]
    assert depths == list(range(1, 602, 10))
    assert any("one step" in mark.note for mark in readable(LONG.ruler, 1.0))
    assert not any(mark.note for mark in readable(LONG.ruler, 0.05))


def test_only_what_is_in_the_window_is_drawn() -> None:
    marks = readable(LONG.ruler, 1.0)
    seen = within(marks, Span(1000, 1900))
    assert seen == tuple(mark for mark in marks if 1000 <= mark.position <= 1900)
    assert 0 < len(seen) < 10


def test_a_note_of_the_ruler_keeps_its_last_letters_where_only_what_is_beside_it_is_painted(qapp: QApplication) -> None:
    diagram = build_diagram(resolve(preset("table1")))
    ruler, size, whole = Ruler(), QSize(800, 600), Rect(0, 0, 800, 600)
    ruler.set_diagram(diagram)
    scene = Scene(Series(diagram), Camera(1.0), Slide(qapp))
    pictures = []
    for room in (whole, Rect(112, 0, 688, 600)):
        picture = QPixmap(size)
        picture.fill(QColor("white"))
        with QPainter(picture) as painter:
            painter.setClipRect(QRectF(*room))
            ruler.paint(painter, scene, LIGHT, size, room)
        pictures.append(picture.copy(112, 0, 688, 600).toImage())
    blank = QImage(pictures[0])
    blank.fill(QColor("white"))
    assert pictures[0] == pictures[1] != blank


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    "rows",
    [
        (AvgPool("pool1", 2, 2), AvgPool("pool2", 2, 2)),
        (GlobalAvgPool("pool1"), GlobalAvgPool("pool2"), Conv("conv1", 96, 7, 2)),
        (Dropout("drop1"), AvgPool("pool1", 1, 1), AvgPool("pool2", 1, 1), Conv("conv1", 4, 1)),
        (),
    ],
)
def test_the_ruler_of_rows_without_weights_is_painted_at_every_zoom(
    qapp: QApplication, rows: tuple[Layer, ...], direction: Direction
) -> None:
    diagram = build_diagram(resolve(LayerTable("pools", InputShape(), rows)), DiagramOptions(direction))
    ruler, size = Ruler(), QSize(400, 300)
    ruler.set_diagram(diagram)
    series, picture = Series(diagram), QPixmap(size)
    for zoom in (0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 4.0):
        with QPainter(picture) as painter:
            ruler.paint(painter, Scene(series, Camera(zoom), Slide(qapp)), LIGHT, size, Rect(0, 0, 400, 300))


OPENED = st.sets(st.sampled_from(FIRES))


@given(OPENED, OPENED, st.floats(0.02, 1.0), st.sampled_from(Direction))
def test_a_fire_without_room_for_both_numbers_shows_the_depth_at_its_end_whatever_else_is_open(
    opened: set[str], others: set[str], zoom: float, direction: Direction
) -> None:
    closed = {mark.layer: mark.depth for mark in squeezenet(direction=direction).ruler}
    seen = []
    for names in (opened, others):
        marks = squeezenet(*names, direction=direction).ruler
        shown = [mark for mark in readable(marks, zoom) if mark.depth is not None]
        assert all(after.position - before.position >= NUMBER_SPACING for before, after in pairwise(shown))
        by_layer: dict[str, list[int | None]] = {}
        for mark in shown:
            by_layer.setdefault(mark.layer, []).append(mark.depth)
        assert all(depths[-1] == closed[layer] for layer, depths in by_layer.items())
        assert shown[-1].layer == "conv10"
        seen.append(by_layer)
    for fire in opened & others & seen[0].keys() & seen[1].keys():
        assert seen[0][fire] == seen[1][fire]


@pytest.mark.parametrize("zoom", [0.02, 0.05, 0.1, 0.2, 0.3, 0.35, 0.5])
def test_where_not_all_modules_have_room_for_a_number_they_are_skipped_evenly(zoom: float) -> None:
    for marks in (LONG.ruler, squeezenet().ruler, squeezenet(*FIRES).ruler):
        modules = list(dict.fromkeys(mark.layer for mark in marks if mark.depth is not None))
        shown = dict.fromkeys(mark.layer for mark in readable(marks, zoom) if mark.depth is not None)
        places = [modules.index(layer) for layer in shown]
        assert len({after - before for before, after in pairwise(places[:-1])}) <= 1, shown
        assert places[-1] == len(modules) - 1


def test_all_fires_show_the_depth_at_their_end_in_the_whole_network_and_in_its_columns() -> None:
    for opened in (FIRES, FIRES[:6] + FIRES[7:], FIRES[:1]):
        for zoom in (0.23, 0.3, 0.35):
            shown = [mark.depth for mark in readable(squeezenet(*opened).ruler, zoom)]
            assert set(shown) <= {1, 3, 5, 7, 9, 11, 13, 15, 17, 18}
            assert len(opened) == 1 or shown == [1, 3, 5, 7, 9, 11, 13, 15, 17, 18]
