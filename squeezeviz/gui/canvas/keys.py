"""What a key does in the diagram: it goes to a box or a line, selects several layers, opens a Fire, asks for a command.

Loaded with the first key.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QKeyEvent

from squeezeviz.figure.scene.diagram import Direction, Key
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.walking import STEPS, Step, first, last, walk, walk_lines
from squeezeviz.gui.selection import Edge

_ARROWS = {Qt.Key.Key_Down: "down", Qt.Key.Key_Up: "up", Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right"}
_COMMANDS = {
    (Qt.Key.Key_Delete, False): "delete",
    (Qt.Key.Key_Backspace, False): "delete",
    (Qt.Key.Key_Insert, False): "insert_fire",
    (Qt.Key.Key_Insert, True): "insert_fire_before",
    (Qt.Key.Key_F2, False): "rename",
}
"""What a key asks for, without and with Shift."""


class Walked(Protocol):
    """The view of a diagram in which a person goes about with keys; see `GraphView`."""

    direction: Direction

    @property
    def series(self) -> Series: ...
    @property
    def selected(self) -> Key | None: ...
    @property
    def selected_edge(self) -> Edge | None: ...
    @property
    def marked(self) -> frozenset[Key]: ...
    @property
    def extended(self) -> SignalInstance: ...
    @property
    def command_requested(self) -> SignalInstance: ...
    def select(self, key: Key | None) -> None: ...
    def select_edge(self, edge: Edge | None) -> None: ...
    def choose_alone(self, target: Key | Edge | None) -> None: ...
    def reveal(self, target: Key | Edge | None) -> None: ...
    def toggle(self, key: Key | None) -> None: ...
    def request_menu(self) -> None: ...


def press(view: Walked, event: QKeyEvent) -> bool:
    """Do what a key that was pressed asks for; whether it was for the diagram."""
    key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    plain, shifted = not modifiers, modifiers == Qt.KeyboardModifier.ShiftModifier
    if key in _ARROWS and (plain or shifted or modifiers == Qt.KeyboardModifier.ControlModifier):
        _walk(view, STEPS[view.direction][_ARROWS[key]], plain=plain, shifted=shifted)
    elif plain and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
        view.select((first if key is Qt.Key.Key_Home else last)(view.series))
    elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and view.selected is not None:
        view.toggle(view.selected)
    elif key is Qt.Key.Key_Menu or (key is Qt.Key.Key_F10 and shifted):
        view.request_menu()
    elif (plain or shifted) and (key, shifted) in _COMMANDS:
        view.command_requested.emit(_COMMANDS[key, shifted])
    else:
        return False
    return True


def _walk(view: Walked, step: Step, *, plain: bool, shifted: bool) -> None:
    """Go to the next box; with Shift select the next module too, with Ctrl, or from a line, go to a line."""
    selected = view.selected or view.selected_edge
    if plain:
        if (key := walk(view.series, selected, step)) is not None:
            view.choose_alone(key)
            view.reveal(key)
    elif shifted and view.selected_edge is None and step in (Step.ONWARD, Step.BACK):
        _extend(view, step)
    elif (edge := walk_lines(view.series, selected, step)) is not None:
        view.select_edge(edge)


def _extend(view: Walked, step: Step) -> None:
    """Select up to the next module along the flow, from the end of what is selected where it did not begin."""
    series = view.series
    places = sorted(place for key in view.marked if (place := series.place(key)) is not None)
    begin, onward = series.place(view.selected), step is Step.ONWARD
    if not places or begin is None:
        return
    end = places[-1] if begin == places[0] or (onward and begin != places[-1]) else places[0]
    key = series.modules[min(max(end + (1 if onward else -1), 0), len(series) - 1)].key
    if key.layer:
        view.extended.emit(key)
        view.reveal(key)
