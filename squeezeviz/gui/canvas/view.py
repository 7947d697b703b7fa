"""The graph view: the placed diagram, selected in and walked with mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from squeezeviz.figure.scene.diagram import Diagram, Key, Role
from squeezeviz.gui.canvas import walking, wording
from squeezeviz.gui.canvas.diagram_area import DiagramArea
from squeezeviz.gui.canvas.drawing import Appearance
from squeezeviz.gui.canvas.walking import STEPS
from squeezeviz.gui.selection import Edge
from squeezeviz.gui.widgets.guard import guarded

_ARROWS = {Qt.Key.Key_Down: "down", Qt.Key.Key_Up: "up", Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right"}
_COMMANDS = {
    (Qt.Key.Key_Delete, False): "delete",
    (Qt.Key.Key_Backspace, False): "delete",
    (Qt.Key.Key_Insert, False): "insert_fire",
    (Qt.Key.Key_Insert, True): "insert_fire_before",
    (Qt.Key.Key_F2, False): "rename",
}
"""What a key asks for, without and with Shift."""
_BESIDE = QPointF(5, 5)
_BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


@guarded
class GraphView(DiagramArea):
    """Shows a `Diagram`. It changes nothing by itself: it says what was selected and what is asked for."""

    selection_changed = Signal(object)
    """The selected `Key`, or None."""
    edge_selected = Signal(object)
    """The selected line as its (source, target), or None; a box and a line are never selected together."""
    toggle_requested = Signal(str)
    """Open or close the Fire module of this name."""
    command_requested = Signal(str)
    """A command of `actions.COMMANDS` on what is selected, by its id."""
    context_menu_requested = Signal(object, QPoint)
    """The `Key` that a menu is asked for (None: empty space), and where, in global pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("graph_view")
        self.setAccessibleName("Network graph")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._toggled_by_press = False
        """So that a double click on a triangle, whose first press opens the Fire, does not close it again."""
        self._describe()

    @property
    def selected(self) -> Key | None:
        return self._selected if isinstance(self._selected, Key) else None

    @property
    def selected_edge(self) -> Edge | None:
        return None if isinstance(self._selected, Key) else self._selected

    def set_diagram(self, diagram: Diagram, *, slide: bool = True) -> None:
        super().set_diagram(diagram, slide=slide)
        # Where a part went with its module's opening, the module is selected; of a line whose ends are gone, or that
        # something was put into, nothing is.
        self.select(self.selected, reveal=False)
        self.select_edge(self.selected_edge, reveal=False)
        self._describe()

    def set_appearance(self, appearance: Appearance) -> None:
        super().set_appearance(appearance)
        self._describe()

    def select(self, key: Key | None, reveal: bool = True) -> None:
        """Select `key` instead of any line, and scroll it into sight; None selects no box, and leaves a line selected.

        A part that a closed Fire hides selects its module, a key that the diagram lacks nothing.
        """
        key = self._series.shown(key)
        if key is not None or self.selected is not None:
            self._choose(key)
        if reveal:
            self.reveal(key)

    def select_edge(self, edge: Edge | None, reveal: bool = True) -> None:
        """Select a line instead of any box, and scroll it into sight; None, or one that the diagram lacks: no line."""
        edge = None if self._series.line(edge) is None else edge
        if edge is not None or self.selected_edge is not None:
            self._choose(edge)
        if reveal:
            self.reveal(edge)

    def _choose(self, target: Key | Edge | None) -> None:
        if target == self._selected:
            return
        if self.selected is not None and target is not None and not isinstance(target, Key):
            self._choose(None)  # in two steps, or what follows from "no box" would let the line go again
        key, edge = self.selected, self.selected_edge
        self._selected = target
        self._describe()
        self.viewport().update()
        if self.selected != key:
            self.selection_changed.emit(self.selected)
        if self.selected_edge != edge:
            self.edge_selected.emit(self.selected_edge)

    def _describe(self) -> None:
        description = wording.description(self._series, self._selected, self._appearance.marks)
        if description != self.accessibleDescription():
            self.setAccessibleDescription(description)

    def _toggle(self, key: Key | None) -> None:
        module = self._series.module(key)
        if module is not None and module.role is Role.FIRE:
            self.toggle_requested.emit(module.key.layer)

    def _hover(self, position: QPointF | None) -> None:
        target = None if position is None or self._hand.busy else self.target_at(position)
        if target != self._hovered:
            self._hovered = target
            self.viewport().update()
        if not self._hand.busy:
            over_triangle = position is not None and self.toggle_at(position) is not None
            self.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if over_triangle else Qt.CursorShape.ArrowCursor
            )

    def _show_tooltip(self, event: QHelpEvent) -> None:
        """Say what is under the mouse."""
        at = QPointF(event.pos())
        target = self.target_at(at)
        if target is None:
            QToolTip.hideText()
            return
        # A line is thin: the tip goes once the mouse is beside it.
        area = self.seen_rect(target) if isinstance(target, Key) else QRectF(at - _BESIDE, at + _BESIDE)
        text = wording.tooltip(self._series, target, self._appearance.marks)
        QToolTip.showText(event.globalPos(), text, self.viewport(), (area or QRectF()).toAlignedRect())

    def _request_menu(self) -> None:
        """On the selection: with the keyboard there is no mouse to go by."""
        room = QRectF(*self.room())
        seen = self.seen_rect(self.selected) if self.selected else None
        middle = self.seen_edge(self.selected_edge)
        if middle is not None:
            seen = QRectF(middle, QSizeF(1, 1))
        at = seen.intersected(room).center() if seen is not None and seen.intersects(room) else room.center()
        self.context_menu_requested.emit(self.selected, self.viewport().mapToGlobal(at.toPoint()))

    # What Qt calls

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.isAccepted() or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        event.accept()
        toggled = self.toggle_at(event.position()) if event.button() is Qt.MouseButton.LeftButton else None
        self._toggled_by_press = toggled is not None
        target = self.target_at(event.position())
        self._choose(self._series.shown(target) if isinstance(target, Key) else target)
        self._toggle(toggled)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._hand.busy:
            self.mousePressEvent(event)
            return
        event.accept()
        target = self.target_at(event.position())
        if not self._toggled_by_press and isinstance(target, Key):
            self._toggle(target)
        self._toggled_by_press = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(event.position())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._hover(None)
        elif event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tooltip(event)
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain, shifted = not modifiers, modifiers == Qt.KeyboardModifier.ShiftModifier
        if (plain or shifted) and key in _ARROWS:
            step = STEPS[self.direction][_ARROWS[key]]
            if plain:
                self.select(walking.walk(self._series, self._selected, step))
            elif (edge := walking.walk_lines(self._series, self._selected, step)) is not None:
                self.select_edge(edge)
        elif plain and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.select((walking.first if key is Qt.Key.Key_Home else walking.last)(self._series))
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selected is not None:
            self._toggle(self.selected)
        elif key is Qt.Key.Key_Menu or (key is Qt.Key.Key_F10 and shifted):
            self._request_menu()
        elif (plain or shifted) and (key, shifted) in _COMMANDS:
            self.command_requested.emit(_COMMANDS[key, shifted])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            target = self.target_at(QPointF(event.pos()))
            self.context_menu_requested.emit(target if isinstance(target, Key) else None, event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._show_focus = event.reason() in _BY_KEYBOARD
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_focus = False
        self.viewport().update()
