"""Graph and table coloured by cost, in the window's own views."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from bounds import allowed
from canvas_networks import long_network, long_table, squeezenet
from hands import child
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.conventions import USUAL
from squeezeviz.analysis.costs import Measure, costs
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.drawing.heat import Heat, heat_of, heat_paint
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.figure.theme.theme import DARK, LIGHT, Theme
from squeezeviz.files.registry import open_network
from squeezeviz.gui.canvas.drawing import Appearance
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.main_window import MainWindow


def network() -> ResolvedNetwork:
    return resolve(open_network("table1").table)


def heat(measure: Measure = Measure.MACS) -> Heat:
    found = heat_of(network(), None, measure, USUAL)
    assert found is not None
    return found


@pytest.fixture
def graph(qtbot: QtBot) -> GraphView:
    view = GraphView()
    view.animated = False
    qtbot.addWidget(view)
    view.resize(700, 900)
    view.set_diagram(squeezenet("fire2"))
    view.show()
    return view


def colour_at(view: GraphView, key: Key) -> QColor:
    """A little within the right edge of a box, where nothing is written."""
    rect = view.seen_rect(key)
    assert rect is not None
    return view.viewport().grab().toImage().pixelColor(int(rect.right() - 6), int(rect.center().y()))


def legend(view: GraphView) -> QWidget:
    return child(view, QWidget, "heat_legend")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_boxes_are_coloured_and_go_back_to_their_kind(graph: GraphView, theme: Theme) -> None:
    graph.set_appearance(Appearance(theme))
    plain = colour_at(graph, Key("conv1"))
    graph.set_appearance(Appearance(theme, heat=heat()))
    assert colour_at(graph, Key("conv1")).name() == heat_paint(1, theme).fill
    assert colour_at(graph, Key("maxpool1")).name() == heat_paint(0, theme).fill
    assert legend(graph).isVisible()
    graph.set_appearance(Appearance(theme))
    assert colour_at(graph, Key("conv1")) == plain
    assert not legend(graph).isVisible()


@pytest.mark.parametrize("zoom", [0.2, 0.02])
def test_the_hottest_layer_is_found_from_afar(graph: GraphView, zoom: float) -> None:
    graph.set_appearance(Appearance(heat=heat()))
    rect = graph.diagram.modules[1].rect
    graph.look_at(rect, zoom)
    seen = graph.seen_rect(Key("conv1"))
    assert seen is not None
    image = graph.viewport().grab().toImage()
    assert image.pixelColor(seen.center().toPoint()).name() == heat_paint(1, LIGHT).fill


def test_the_legend_stands_clear_of_a_network_that_is_shown_whole(graph: GraphView) -> None:
    graph.zoom_to_fit()
    graph.set_appearance(Appearance(heat=heat()))
    last = graph.seen_rect(graph.diagram.modules[-1].key)
    assert last is not None
    assert last.bottom() <= legend(graph).y()
    assert "Multiply-adds, from 0 to 174 M" in legend(graph).accessibleDescription()


def test_a_small_canvas_shows_the_diagram_rather_than_the_legend(graph: GraphView) -> None:
    graph.set_appearance(Appearance(heat=heat()))
    graph.resize(300, 260)
    assert not legend(graph).isVisible()


def test_panning_a_thousand_coloured_modules_stays_within_a_frame(graph: GraphView) -> None:
    graph.set_diagram(long_network(1000))
    graph.set_appearance(Appearance(heat=heat_of(resolve(long_table(1000)), None, Measure.MACS)))
    for zoom in (0.5, 0.1):
        frames = []
        for place in range(400, 430):
            graph.look_at(graph.diagram.modules[place].rect, zoom)
            started = time.process_time()
            graph.viewport().grab()
            frames.append(time.process_time() - started)
        assert sorted(frames)[len(frames) // 2] < allowed(0.05)


def test_the_tables_names_are_underlined_by_cost_and_only_those_that_look_different_are_announced(
    open_on: Callable[..., MainWindow],
) -> None:
    model = open_on().parts.model
    found = costs(network(), None, Measure.PARAMETERS)
    most = max(cost.value or 0 for cost in found)
    shares = {row: (cost.value or 0) / most for row, cost in enumerate(found)}
    model.set_heat(shares)
    lengths = {model.cell(model.index(row, 0)).text: model.cell(model.index(row, 0)).bar for row in range(17)}
    assert lengths["conv10"] == 1
    assert lengths["fire2"] == pytest.approx(11_920 / 513_000)
    assert lengths["maxpool1"] == lengths["input"] == lengths["total"] == 0
    assert model.cell(model.index(14, 1)).bar == 0
    announced: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: announced.append((first.row(), first.column())))
    for _ in range(2):
        model.set_heat(shares | {2: 0.25})
    assert announced == [(3, 0)]
    model.set_heat(None)
    assert not any(model.cell(model.index(row, 0)).bar for row in range(17))
