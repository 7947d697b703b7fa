"""What a canvas replays is what an export paints, and it is ready faster."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from painting_figures import HEIGHT, HOSTILE_NAMES, WIDTH, figure, pixels, plain_figure
from PySide6.QtGui import QImage, QPainter

from squeezeviz.figure.scene.primitives import Group, Rectangle, Shape, Text
from squeezeviz.figure.writers.painter import paint, record


def painted(draw: Callable[[QPainter], None], scale: float = 2.0) -> QImage:
    image = QImage(round(WIDTH * scale), round(HEIGHT * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    draw(painter)
    painter.end()
    return image


@pytest.mark.parametrize("scale", [0.35, 1.0, 2.0])
@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_a_replay_paints_the_same_picture(name: str, scale: float) -> None:
    group = figure(name, "fire2 · 7×7/2")
    afresh = pixels(painted(lambda painter: paint(group, painter), scale)).astype(int)
    replayed = pixels(painted(record(group).play, scale)).astype(int)
    assert np.abs(afresh - replayed).mean() < 0.25


def test_text_too_small_to_read_is_left_out_and_nothing_else() -> None:
    group = Group(3, 4, (Rectangle(0, 0, 90, 30, Shape("#0072b2")), Text(5, 20, "conv1", 11, "#ffffff")))
    without = Group(3, 4, group.children[:1])
    recording = record(group)
    left_out = pixels(painted(lambda painter: recording.play(painter, smallest_text=11.5)))
    assert (left_out == pixels(painted(record(without).play))).all()
    assert (left_out != pixels(painted(recording.play))).any()


def test_its_bounds_hold_all_that_it_paints() -> None:
    recording = record(plain_figure())
    alpha = pixels(painted(recording.play))[..., 3]
    rows, columns = np.nonzero(alpha)
    bounds = recording.bounds
    assert bounds.left() * 2 <= columns.min() + 1
    assert bounds.right() * 2 >= columns.max()
    assert bounds.top() * 2 <= rows.min() + 1
    assert bounds.bottom() * 2 >= rows.max()
    assert bounds.right() <= 300


def test_an_empty_group_paints_nothing() -> None:
    recording = record(Group(5, 5, ()))
    assert recording.bounds.isEmpty()
    assert pixels(painted(recording.play)).max() == 0


def test_painting_leaves_the_painter_as_it_was() -> None:
    image = QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    before = painter.pen(), painter.brush(), painter.transform(), painter.renderHints()
    paint(plain_figure(), painter)
    assert (painter.pen(), painter.brush(), painter.transform(), painter.renderHints()) == before
    painter.end()


def test_a_replay_takes_less_time_than_painting_afresh() -> None:
    group = Group(0, 0, tuple(figure("expand 3×3", "squeeze 1×1", "concat") for _ in range(20)))
    recording = record(group)

    def seconds(draw: Callable[[QPainter], None]) -> float:
        painted(draw)
        began = time.process_time()
        painted(draw)
        return time.process_time() - began

    afresh = min(seconds(lambda painter: paint(group, painter)) for _ in range(5))
    assert min(seconds(recording.play) for _ in range(5)) < afresh
