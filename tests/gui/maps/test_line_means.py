"""Lines of the diagram as wide as the mean activation that flows along them."""

from typing import Any

import pytest
from canvas_networks import open_canvas, squeezenet, tool_tip
from hands import OpenWindow, OpenWithMaps, child, fresh
from preset_tables import preset
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.drawing.activations import NARROWEST, WIDEST, Activations, MeanActivation
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import INPUT_KEY, Badge, Key
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.gui.canvas.drawing import OLD, Appearance, shown_line
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.maps.activations import MOST_OPERATIONS, sources_of_lines
from squeezeviz.model.layers import Bypass, Conv, Fire, MaxPool
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.maps import FeatureMaps
from squeezeviz.trace.module import build_module
from squeezeviz.trace.passes import live_pass

SMALL = LayerTable(
    "small",
    InputShape(3, 40, 40),
    (Conv("conv1", 5, 3), MaxPool("pool"), Fire("fire2", 3, 4, 6), Fire("fire3", 3, 4, 6, bypass=Bypass.SIMPLE)),
)
SHAPE = MapShape(2, 3, 3)


def of(**means: float) -> Activations:
    found = {Key(name): MeanActivation(mean, SHAPE) for name, mean in means.items()}
    return Activations.found(found, "cat.png")


# What is drawn


@pytest.fixture
def graph(qtbot: QtBot) -> GraphView:
    return open_canvas(qtbot, squeezenet("fire2", "fire3"), 700, 900)


def width_of(graph: GraphView, edge: tuple[Key, Key]) -> int:
    """How many pixels across a line are painted, halfway along it."""
    middle = graph.seen_edge(edge)
    assert middle is not None
    row = [QPoint(round(middle.x()) + across, round(middle.y())) for across in range(-12, 13)]
    picture = graph.viewport().grab().toImage()
    return sum(QColor(picture.pixelColor(at)) == QColor(LIGHT.link) for at in row)


def test_a_line_is_as_wide_as_the_root_of_its_mean_without_its_sign() -> None:
    series = Series(squeezenet())
    means = of(conv1=4.0, maxpool1=-1.0, fire2=0.0, fire3=float("nan"))
    look = Appearance(activations=means)
    lines = {link.source.layer: link for link in series.diagram.links}
    widths = {name: shown_line(series, lines[name], look)[0].width for name in ("conv1", "maxpool1", "fire2")}
    assert widths == {"conv1": WIDEST, "maxpool1": (NARROWEST + WIDEST) / 2, "fire2": NARROWEST}
    assert all(shown_line(series, lines[name], look) == (lines[name], 1.0) for name in ("fire3", "fire4"))


def test_lines_are_painted_so_and_as_before_once_nothing_is_shown(graph: GraphView) -> None:
    edge = Key("conv1"), Key("maxpool1")
    graph.look_at(graph.diagram.modules[1].rect, 2.0)
    before = width_of(graph, edge)
    graph.set_appearance(Appearance(activations=of(conv1=9.0, maxpool1=1.0)))
    assert before < 12 <= width_of(graph, edge)
    graph.set_appearance(Appearance(activations=of(conv1=0.0, maxpool1=1.0)))
    assert width_of(graph, edge) < before
    graph.set_appearance(Appearance())
    assert width_of(graph, edge) == before


def test_lines_inside_of_a_fire_module_are_painted_so_too(graph: GraphView) -> None:
    graph.look_at(graph.diagram.modules[3].rect, 1.0)

    def painted(**means: float) -> QImage:
        inside = {Key("fire2", part): MeanActivation(mean, SHAPE) for part, mean in means.items()}
        graph.set_appearance(Appearance(activations=Activations.found(inside, "cat.png")))
        return graph.viewport().grab().toImage()

    narrow, wide = painted(squeeze1x1=0.0, expand3x3=1.0), painted(squeeze1x1=1.0, expand3x3=1.0)
    assert narrow != wide
    assert painted(squeeze1x1=0.0, expand3x3=1.0) == narrow


def test_what_comes_into_a_fire_module_is_as_wide_as_what_the_module_before_it_puts_out(graph: GraphView) -> None:
    series = Series(graph.diagram)
    means = of(fire2=4.0, conv1=1.0)
    fire3 = next(module for module in series.modules if module.key == Key("fire3"))
    into = next(line for line in fire3.lines if not line.source.part).within("fire3")
    assert shown_line(series, into, Appearance(activations=means))[0].width == WIDEST


def test_a_line_of_a_table_that_is_no_longer_shown_is_faint_and_says_so(graph: GraphView) -> None:
    series, edge = Series(graph.diagram), (Key("conv1"), Key("maxpool1"))
    line = series.line(edge)
    assert line is not None
    stale = Appearance(activations=of(conv1=4.0), badges={Key("conv1"): Badge.STALE})
    assert shown_line(series, line, stale)[1] == OLD
    graph.set_appearance(stale)
    graph.select_edge(edge)
    assert "for cat.png, before the last change." in graph.accessibleDescription()


def test_pointing_at_a_line_tells_its_mean_and_selecting_it_too(graph: GraphView) -> None:
    edge = Key("conv1"), Key("maxpool1")
    graph.set_appearance(Appearance(activations=of(conv1=0.83)))
    middle = graph.seen_edge(edge)
    assert middle is not None
    said = "mean activation 0.83 over 2 × 3 × 3, for cat.png"
    assert said in tool_tip(graph, middle.toPoint())
    graph.select_edge(edge)
    assert said in graph.accessibleDescription()
    beside = QPoint(round(middle.x()) + 14, round(middle.y()))
    assert graph.viewport().grab().toImage().pixelColor(beside) == QColor(LIGHT.box_fill)
    graph.set_appearance(Appearance())
    assert "mean activation" not in graph.accessibleDescription()
    assert "mean activation" not in tool_tip(graph, middle.toPoint())


def test_a_legend_tells_the_widest_and_stands_above_that_of_costs(graph: GraphView) -> None:
    legend = child(graph, QWidget, "width_legend")
    assert not legend.isVisible()
    graph.set_appearance(Appearance(activations=of(conv1=1240.0)))
    assert legend.isVisible() and "up to 1,240, for cat.png" in legend.accessibleDescription()
    graph.resize(700, 240)
    assert not legend.isVisible()


# What is fetched


@pytest.fixture
def opened(open_with_maps: OpenWithMaps) -> OpenWithMaps:
    """A window that shows maps on its diagram and means along its lines, and the requests for maps since."""
    return lambda table=SMALL: open_with_maps(table, "diagram_maps", "line_means")


def of_lines(request: Any) -> bool:
    """Whether a request is for the mean of each map alone. Statistics, which read all values again, are in none."""
    assert not any(each.statistics for each in request.wanted)
    return all(each.side == 1 for each in request.wanted)


def shown(window: MainWindow) -> Activations | None:
    return window.parts.control.appearance.activations


def test_the_means_are_those_of_what_every_box_puts_out_after_its_relu(opened: OpenWithMaps, qtbot: QtBot) -> None:
    window, _ = opened()
    qtbot.waitUntil(lambda: shown(window) is not None)
    found = shown(window)
    assert found is not None and found.of == "the ramp of grey"
    network, maps = resolve(SMALL), FeatureMaps()
    live_pass(network, module=build_module(network), on_operation=maps.take)
    expected = {
        INPUT_KEY: "", Key("conv1"): "relu_conv1", Key("pool"): "pool",
        Key("fire2", "squeeze1x1"): "fire2/relu_squeeze1x1", Key("fire2", "expand3x3"): "fire2/relu_expand3x3",
        Key("fire2", "concat"): "fire2/concat", Key("fire2"): "fire2/concat",
        Key("fire3", "concat"): "fire3/concat", Key("fire3", "add"): "fire3/add", Key("fire3"): "fire3/add",
    }  # fmt: skip
    names = {key: name for key, (name, _) in sources_of_lines(network).items()}
    assert expected.items() <= names.items()
    for key, name in expected.items():
        whole = maps.of(name)[0]
        assert found.means[key].mean == pytest.approx(float(whole.mean()), rel=1e-4, abs=1e-6)
        assert found.means[key].shape == tuple(whole.shape)


def test_every_line_of_a_diagram_has_a_source_whose_mean_is_known() -> None:
    network = resolve(preset("complex-bypass"))
    for closed in (frozenset[str](), frozenset({"fire2", "fire3"})):
        series = Series(build_diagram(network, DiagramOptions(collapsed=closed)))
        lines = [
            *series.diagram.links,
            *(line.within(module.key.layer) for module in series.modules for line in module.lines),
        ]
        assert len(lines) > 60
        assert {series.source(line) for line in lines} <= set(sources_of_lines(network))


def test_they_are_fetched_once_a_pass(opened: OpenWithMaps, qtbot: QtBot) -> None:
    window, asked = opened()
    qtbot.waitUntil(lambda: shown(window) is not None)
    before = shown(window)
    window.document.edit("Set", window.document.table.with_field(0, "filters", 6))
    qtbot.waitUntil(lambda: fresh(window) and shown(window) not in (None, before))
    qtbot.wait(50)
    means = [request for request in asked if of_lines(request)]
    assert len({request.revision for request in means}) == len(means) == 2


def test_the_choice_is_open_with_maps_on_the_diagram_alone_and_remembered(
    opened: OpenWithMaps, open_on: OpenWindow, qtbot: QtBot
) -> None:
    window, _ = opened()
    commands = window.parts.commands
    qtbot.waitUntil(lambda: shown(window) is not None)
    commands["diagram_maps"].trigger()
    assert shown(window) is None and not commands["line_means"].isEnabled()
    commands["diagram_maps"].trigger()
    qtbot.waitUntil(lambda: shown(window) is not None)
    assert commands["line_means"].isChecked() and window.session.settings.flag("line_means", usual=False)
    commands["line_means"].trigger()
    assert shown(window) is None and not window.session.settings.flag("line_means")


def test_a_window_opens_with_the_lines_that_were_shown_last(open_on: OpenWindow, qtbot: QtBot, settings: Any) -> None:
    settings.set_flag("diagram_maps", True)
    settings.set_flag("line_means", True)
    window = open_on("table1", live=True)
    qtbot.waitUntil(lambda: shown(window) is not None)
    assert window.parts.commands["line_means"].isChecked()


def test_another_network_has_no_means_until_its_own_pass(opened: OpenWithMaps, qtbot: QtBot) -> None:
    window, _ = opened()
    qtbot.waitUntil(lambda: shown(window) is not None)
    window.document.start(SMALL.with_field(0, "filters", 9))
    assert shown(window) is None


def test_of_a_network_with_too_many_boxes_none_are_fetched(opened: OpenWithMaps, qtbot: QtBot) -> None:
    layers = tuple(Conv(f"c{place}", 4, 1) for place in range(MOST_OPERATIONS))
    window, asked = opened(LayerTable("long", InputShape(3, 8, 8), layers))
    qtbot.waitUntil(lambda: fresh(window) and bool(asked))
    assert shown(window) is None
    assert not any(map(of_lines, asked))
