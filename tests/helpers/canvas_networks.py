"""Diagrams for the canvas tests, Table 1's network and long ones, and a canvas that shows one, with hands on it."""

from desk import dense
from hands import LEFT, PLAIN, on_screen
from preset_tables import preset
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Diagram, Direction, Key
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.selection import Edge
from squeezeviz.model.layers import Conv, Fire, Layer
from squeezeviz.model.table import InputShape, LayerTable

_ROWS = dense(preset("table1")).layers
FIRES = ("fire2", "fire3", "fire4", "fire5", "fire6", "fire7", "fire8", "fire9")


def squeezenet(*opened: str, direction: Direction = Direction.DOWN, rows: tuple[Layer, ...] = _ROWS) -> Diagram:
    """Table 1's network with these Fire modules open."""
    network = resolve(LayerTable("SqueezeNet v1.0", InputShape(), rows))
    return build_diagram(network, DiagramOptions(direction, frozenset(FIRES) - set(opened)))


def without(name: str, *opened: str) -> Diagram:
    """Table 1's network without one of its rows."""
    return squeezenet(*opened, rows=tuple(row for row in _ROWS if row.name != name))


def long_table(fires: int) -> LayerTable:
    """A convolution and that many Fire modules in series."""
    fire_rows = (Fire(f"fire{place + 2}", 16, 64, 64) for place in range(fires))
    return LayerTable("long", InputShape(), (Conv("conv1", 96, 7, 2), *fire_rows))


def long_network(fires: int) -> Diagram:
    """That many Fire modules in series, all of them open."""
    return build_diagram(resolve(long_table(fires)))


def open_canvas(qtbot: QtBot, diagram: Diagram, width: int, height: int, *, animated: bool = False) -> GraphView:
    """A canvas of that many pixels, on the screen."""
    canvas = GraphView()
    canvas.animated = animated
    canvas.resize(width, height)
    canvas.set_diagram(diagram)
    return on_screen(qtbot, canvas)


def spot(view: GraphView, target: Key | Edge) -> QPoint:
    """The middle of a box or module, or of a line, which is brought into sight."""
    if isinstance(target, Key):
        seen = view.seen_rect(target)
        assert seen is not None, target
        return seen.center().toPoint()
    view.reveal(target)
    at = view.seen_edge(target)
    assert at is not None, target
    return at.toPoint()


def click(view: GraphView, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
    QTest.mouseClick(view.viewport(), button, pos=at)


def press(view: GraphView, *keys: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    for key in keys:
        QTest.keyClick(view, key, modifier)


def wheel(
    over: QWidget,
    at: QPoint,
    notches: float = 1,
    modifiers: Qt.KeyboardModifier = PLAIN,
    pixels: QPoint | None = None,
) -> None:
    QApplication.sendEvent(
        over,
        QWheelEvent(
            QPointF(at), QPointF(over.mapToGlobal(at)), pixels or QPoint(), QPoint(0, round(notches * 120)),
            Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def tool_tip(view: GraphView, at: QPoint) -> str:
    """The markup that is shown where the mouse rests there."""
    QToolTip.hideText()
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, view.viewport().mapToGlobal(at)))
    shown = QToolTip.text()
    QToolTip.hideText()
    return shown
