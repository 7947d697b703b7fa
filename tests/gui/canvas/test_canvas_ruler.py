"""The ruler's marks at any zoom: readable, in order, and never one on another."""

from __future__ import annotations

from itertools import pairwise

import pytest
from canvas_networks import long_network, squeezenet
from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.gui.canvas.camera import Camera, Span
from squeezeviz.gui.canvas.ruler import NUMBER_SPACING, Ruler, readable, within
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.sliding import Scene, Slide
from squeezeviz.model.layers import AvgPool, Conv, Dropout, GlobalAvgPool, Layer
from squeezeviz.model.table import InputShape, LayerTable

LONG = long_network(300)


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


def test_far_away_depths_go_in_round_steps() -> None:
    depths = [mark.depth for mark in readable(LONG.ruler, 0.03)]
    assert set(depths[1:-1]) == set(range(10, 600, 10))


def test_thinned_numbers_have_no_notes() -> None:
    assert any("one step" in mark.note for mark in readable(LONG.ruler, 1.0))
    assert not any(mark.note for mark in readable(LONG.ruler, 0.05))


def test_only_what_is_in_the_window_is_drawn() -> None:
    marks = readable(LONG.ruler, 1.0)
    seen = within(marks, Span(1000, 1900))
    assert seen == tuple(mark for mark in marks if 1000 <= mark.position <= 1900)
    assert 0 < len(seen) < 10


@pytest.mark.gui
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
            ruler.paint(painter, Scene(series, Camera(zoom), Slide(qapp)), LIGHT, size)
