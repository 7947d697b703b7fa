"""What is drawn over a network or in its colours, seen at every zoom and heard: differences, costs, badges, themes."""

import time

import pytest
from bounds import allowed
from calls import calls_of
from canvas_networks import FIRES, long_network, long_table, open_canvas, spot, squeezenet, tool_tip
from hands import child
from painted_labels import painted_labels
from preset_tables import network
from PySide6.QtCore import QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.costs import Measure
from squeezeviz.analysis.difference import Difference, difference
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.drawing.cost_heat import heat_of
from squeezeviz.figure.drawing.heat import heat_paint
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.layout.changes import marks_of
from squeezeviz.figure.scene.diagram import Badge, Direction, Key, Point
from squeezeviz.figure.theme.theme import DARK, LIGHT, Theme
from squeezeviz.gui.canvas import drawing
from squeezeviz.gui.canvas.drawing import Appearance
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import Change, InputShape, LayerTable

BEFORE = LayerTable(
    "before", InputShape(), (Conv("conv1", 96, 7, 2), MaxPool("maxpool1"), Fire("fire2", 16, 64, 64), Conv("c10", 9, 1))
)
AFTER = BEFORE.with_field(2, "s1x1", 32).inserted(3, Fire("fire3", 16, 64, 64)).removed(1)


def compared() -> tuple[ResolvedNetwork, Difference]:
    present = resolve(AFTER)
    return present, difference(resolve(BEFORE), present)


MARKED = Appearance(marks=marks_of(compared()[1]))


@pytest.fixture(params=list(Direction))
def view(request: pytest.FixtureRequest, qtbot: QtBot) -> GraphView:
    return open_canvas(qtbot, build_diagram(compared()[0], DiagramOptions(request.param, frozenset(FIRES))), 1500, 700)


def colours(view: GraphView) -> set[str]:
    picture = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = set(memoryview(bytes(picture.constBits())).cast("I"))
    return {f"#{pixel & 0xFFFFFF:06x}" for pixel in pixels}


@pytest.mark.parametrize("zoom", [1.0, 0.15, 0.02])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_each_change_has_its_colour_at_every_zoom(view: GraphView, zoom: float, theme: Theme) -> None:
    view.set_appearance(Appearance(theme))
    view.look(view.camera.zoomed(zoom, Point(300, 300)))
    view.reveal(Key("fire2"))
    expected = {theme.changes[change] for change in (Change.ADDED, Change.CHANGED, Change.REMOVED)}
    assert not expected & colours(view)
    view.set_appearance(Appearance(theme, marks=marks_of(compared()[1])))
    assert expected <= colours(view)
    view.set_appearance(Appearance(theme))
    assert not expected & colours(view)


def inked(view: GraphView, key: Key) -> bool:
    """Whether beside a module, on the colour of its change, something is written."""
    seen = view.seen_rect(key)
    assert seen is not None
    picture = view.viewport().grab().toImage()
    corner = QPointF(seen.left() - 16, seen.top()) if view.direction.down else QPointF(seen.left(), seen.top() - 16)
    found = {picture.pixelColor((corner + QPointF(x, y)).toPoint()).lightness() for x in range(15) for y in range(15)}
    ground = QColor(LIGHT.changes[Change.CHANGED]).lightness()
    return ground in found and max(found) > ground + 60


def test_from_afar_a_sign_tells_the_change_as_its_colour_does(view: GraphView) -> None:
    view.look(view.camera.zoomed(0.5, Point(300, 300)))
    view.reveal(Key("fire2"))
    assert not inked(view, Key("fire2"))
    view.set_appearance(MARKED)
    assert inked(view, Key("fire2"))


@pytest.mark.parametrize("zoom", [0.31, 0.4, 0.47, 0.53, 0.59])
@pytest.mark.parametrize("closed", [frozenset(FIRES), frozenset()], ids=["closed", "open"])
def test_from_afar_a_sign_is_a_square_and_nothing_hangs_from_it(
    view: GraphView, closed: frozenset[str], zoom: float
) -> None:
    view.set_diagram(build_diagram(compared()[0], DiagramOptions(view.direction, closed)))
    view.set_appearance(MARKED)
    view.look_at(view.content, zoom)
    view.reveal(Key("fire2"))
    seen, signed = view.seen_rect(Key("fire2")), extent(view, LIGHT.changes[Change.CHANGED])
    assert seen is not None and signed.width() == signed.height() == 14
    assert extent(view, LIGHT.changes[Change.REMOVED]).size() in (signed.size(), QSize(16, 2), QSize(2, 16))
    if view.direction.down:
        assert signed.right() < seen.left() and seen.top() - 3 <= signed.top() <= seen.center().y()
    else:
        assert signed.bottom() < seen.top() and seen.left() - 3 <= signed.left() <= seen.center().x()


def extent(view: GraphView, colour: str) -> QRect:
    """All that is painted in a colour, in the viewport's pixels."""
    picture, wanted = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32), QColor(colour).rgb()
    pixels, width = memoryview(bytes(picture.constBits())).cast("I"), picture.width()
    at = [divmod(place, width) for place, pixel in enumerate(pixels) if pixel == wanted]
    top, left = (min(each) for each in zip(*at, strict=True))
    bottom, right = (max(each) for each in zip(*at, strict=True))
    return QRect(QPoint(left, top), QPoint(right, bottom))


@pytest.mark.parametrize("breadth", [220, 240, 260])
def test_no_sign_lies_under_the_ruler_where_the_network_begins_beside_it(view: GraphView, breadth: int) -> None:
    view.set_diagram(build_diagram(compared()[0], DiagramOptions(view.direction)))
    view.resize(breadth, 800) if view.direction.down else view.resize(800, breadth)
    for shown in (MARKED, Appearance(), MARKED):
        view.set_appearance(shown)
    view.look_at(view.content, 0.5)  # above, tags tell
    view.reveal(Key("fire2"))
    bar = view.horizontalScrollBar() if view.direction.down else view.verticalScrollBar()
    bar.setValue(bar.minimum())
    seen, picture = view.seen_rect(Key("fire2")), view.viewport().grab().toImage()
    assert seen is not None
    outer = QPointF(-15, 7) if view.direction.down else QPointF(7, -15)
    assert picture.pixelColor((seen.topLeft() + outer).toPoint()).name() == LIGHT.changes[Change.CHANGED]


@pytest.mark.parametrize("zoom", [0.31, 0.38, 0.41, 0.5, 0.66, 0.75, 1.0])
@pytest.mark.parametrize("part", ["concat", "add"])
def test_what_a_pass_says_of_a_concat_or_a_sum_stands_by_its_words_or_beside_it(
    view: GraphView, part: str, zoom: float
) -> None:
    view.set_diagram(build_diagram(network("complex-bypass"), DiagramOptions(view.direction)))
    key = Key("fire4", part)
    view.set_appearance(Appearance(badges={key: Badge.DIFFERS}))
    place = view.series.rect(key)
    assert place is not None
    view.look_at(place, zoom)
    mark, seen = middle_of(view, LIGHT.badges[Badge.DIFFERS]), view.seen_rect(key)
    assert seen is not None
    away = max(seen.left() - mark.x(), mark.x() - seen.right()), max(seen.top() - mark.y(), mark.y() - seen.bottom())
    assert max(away) < 14 * zoom + 2 or any(
        rect.y < mark.y() < rect.y + rect.height and 0 < max(rect.x - mark.x(), mark.x() - rect.x - rect.width) < 24
        for _, _, rect, _, _ in painted_labels(view)
    )


def middle_of(view: GraphView, colour: str) -> QPointF:
    """The middle of what is painted in a colour, in the viewport's pixels."""
    picture, wanted = view.viewport().grab().toImage(), QColor(colour)
    at = [(x, y) for x in range(picture.width()) for y in range(picture.height()) if picture.pixelColor(x, y) == wanted]
    assert at
    return QPointF(*(sum(each) / len(at) for each in zip(*at, strict=True)))


def test_a_screen_reader_and_the_tooltip_say_what_differs(view: GraphView) -> None:
    view.set_appearance(MARKED)
    view.select(Key("fire2"))
    assert "fire2 changed: s1x1 16 → 32" in view.accessibleDescription()
    view.select(Key("conv1"))
    assert "removed: maxpool1" in view.accessibleDescription()
    assert "removed: maxpool1" in tool_tip(view, spot(view, Key("conv1")))
    view.set_appearance(Appearance())
    assert "removed" not in view.accessibleDescription()


def test_marks_follow_an_edit_of_the_diagram(view: GraphView) -> None:
    view.set_appearance(MARKED)
    view.set_diagram(long_network(3))
    assert LIGHT.changes[Change.REMOVED] in colours(view), "conv1 is still there, and what followed it is still gone"


def test_a_tag_after_a_module_is_seen_though_the_module_is_just_out_of_sight(view: GraphView) -> None:
    view.set_appearance(MARKED)
    seen = view.seen_rect(Key("conv1"))
    assert seen is not None
    view.look(view.camera.moved(*((0, seen.bottom() + 1) if view.direction.down else (seen.right() + 1, 0))))
    assert LIGHT.changes[Change.REMOVED] in colours(view)


# Colours of costs


HEAT = heat_of(network(), None, Measure.MACS)


@pytest.fixture
def graph(qtbot: QtBot) -> GraphView:
    """Table 1 with fire2 open."""
    return open_canvas(qtbot, squeezenet("fire2"), 700, 900)


def colour_at(view: GraphView, key: Key, theme: Theme = LIGHT) -> QColor:
    """A little within the right edge of a box, where nothing is written, or its middle from afar."""
    rect = view.seen_rect(key)
    assert rect is not None
    at = rect.center() if view.zoom < 0.3 else rect.center() + QPointF(rect.width() / 2 - 6, 0)
    return view.viewport().grab().toImage().pixelColor(at.toPoint())


def legend(view: GraphView) -> QWidget:
    return child(view, QWidget, "heat_legend")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_boxes_are_coloured_by_cost_at_every_zoom_and_go_back_to_their_kind(graph: GraphView, theme: Theme) -> None:
    graph.set_appearance(Appearance(theme))
    plain = colour_at(graph, Key("conv1"))
    for zoom in (1.0, 0.2, 0.02):
        graph.set_appearance(Appearance(theme, heat=HEAT))
        graph.look_at(graph.diagram.modules[1].rect, zoom)
        assert colour_at(graph, Key("conv1")).name() == heat_paint(1, theme).fill
        assert legend(graph).isVisible()
    graph.look_at(graph.diagram.modules[1].rect, 1.0)
    assert colour_at(graph, Key("maxpool1")).name() == heat_paint(0, theme).fill
    graph.set_appearance(Appearance(theme))
    assert colour_at(graph, Key("conv1")) == plain
    assert not legend(graph).isVisible()


def test_the_legend_stands_below_the_network_and_gives_way_on_a_small_canvas(
    graph: GraphView,
) -> None:
    graph.zoom_to_fit()
    graph.set_appearance(Appearance(heat=HEAT))
    assert graph.viewport().geometry().bottom() < legend(graph).y()
    assert "Multiply-adds, from 0 to 174 M" in legend(graph).accessibleDescription()
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


@pytest.mark.parametrize("by", [29, -29])
def test_no_frame_measures_the_words_of_modules_that_come_into_sight(
    graph: GraphView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, by: int
) -> None:
    """Those of a whole stretch of modules, which say things alike, took twice as long as a frame may."""
    graph.set_diagram(long_network(200))
    measured = calls_of(monkeypatch, drawing, "limits_of")
    graph.look_at(graph.diagram.modules[100].rect, 0.5)
    graph.viewport().repaint()
    first = len(measured)
    qtbot.waitUntil(lambda: len(measured) == first + 48)  # a stretch before and one after
    for _ in range(200):
        graph.look(graph.camera.moved(0, by))
        before = len(measured)
        graph.viewport().repaint()
        assert len(measured) == before
        QApplication.processEvents()
        assert len(measured) <= before + 4
    assert len(measured) >= first + 72


def test_badges_and_themes_change_what_is_painted(graph: GraphView) -> None:
    plain = graph.grab().toImage()
    graph.set_appearance(Appearance(badges={Key("conv1"): Badge.DIFFERS}))
    assert plain != graph.grab().toImage()
    graph.set_appearance(Appearance(DARK))
    dark = graph.grab().toImage()
    assert dark.pixelColor(graph.viewport().width() - 3, 3).name() == DARK.page


@pytest.mark.parametrize("direction", Direction)
def test_a_part_that_is_selected_covers_no_word_of_the_tile_of_its_module(qtbot: QtBot, direction: Direction) -> None:
    view = open_canvas(qtbot, squeezenet(*FIRES, direction=direction), 1200, 800)
    view.look(view.camera.zoomed(0.23, Point(0, 0)))
    view.reveal(Key("fire3"))
    for part in ("squeeze1x1", "expand3x3"):
        view.select(Key("fire3"))
        whole = view.viewport().grab().toImage()
        view.select(Key("fire4"))
        assert view.viewport().grab().toImage() != whole
        view.select(Key("fire3", part))
        assert view.viewport().grab().toImage() == whole
