"""A process that drags fire2's s1x1 slider from 16 to 128 with the mouse, Live on, and prints two times.

Both are medians over the drag's ticks, from the mouse's move: until table, ruler and totals show the tick's number, and
until the diagram does. At the end a live pass must have measured the last number.
"""

from __future__ import annotations

import json
import time
from statistics import median

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QSlider, QStyle, QStyleOptionSlider

from benchmarks.driving import Paints, close, is_measured, open_on, wait
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.layers import Fire

FROM, TO = 16, 128


def main() -> None:
    window = open_on(load_preset("table1"))
    wait(lambda: is_measured(window))
    slider = window.parts.explaining.editor.findChild(QSlider, "slider_s1x1")
    assert isinstance(slider, QSlider)
    window.parts.explaining.panel.ensureWidgetVisible(slider)
    QApplication.processEvents()
    numbers, diagrams = drag(window, slider)
    wait(lambda: is_measured(window))
    answer = window.session.live.answer
    assert answer is not None and squeezed(window) == slider.value() >= TO
    assert answer.network.table == window.document.table
    print(json.dumps([median(numbers), median(diagrams)]), flush=True)
    close(window)


def drag(window: MainWindow, slider: QSlider) -> tuple[list[float], list[float]]:
    """Drag from 16 to 128; for each tick the milliseconds until the table, and until the diagram, was painted."""
    table, graph = Paints(window.parts.table.viewport()), Paints(window.parts.graph.viewport())
    label = window.findChild(QLabel, "totals_label")
    assert isinstance(label, QLabel)
    totals = Paints(label)
    at = handle(slider)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    numbers: list[float] = []
    diagrams: list[float] = []
    while slider.value() < TO:
        at += QPoint(1, 0)
        before, shown, seen = slider.value(), window.parts.graph.diagram, (table.count, totals.count)
        started = time.perf_counter()
        QTest.mouseMove(slider, at)
        if slider.value() == before:
            continue
        wait(lambda: window.parts.graph.diagram is not shown)  # noqa: B023
        placed = graph.count
        wait(lambda: table.count > seen[0] and totals.count > seen[1] and graph.count > placed)  # noqa: B023
        numbers.append((max(table.times[seen[0]], totals.times[seen[1]]) - started) * 1000)
        diagrams.append((graph.times[placed] - started) * 1000)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    return numbers, diagrams


def handle(slider: QSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    style, controls = slider.style(), QStyle.ComplexControl.CC_Slider
    return style.subControlRect(controls, option, QStyle.SubControl.SC_SliderHandle, slider).center()


def squeezed(window: MainWindow) -> int:
    fire = next(layer for layer in window.document.table.layers if isinstance(layer, Fire))
    return fire.s1x1


if __name__ == "__main__":
    main()
