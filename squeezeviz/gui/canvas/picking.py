"""What the mouse picks in the diagram: one thing, with Ctrl one more, with Shift all up to it, several by a drag."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, Qt, SignalInstance
from PySide6.QtGui import QMouseEvent

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.canvas.dragging import BAND_HINT, MOVE_HINT, Drag
from squeezeviz.gui.selection import Edge

_MORE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_LEFT = Qt.MouseButton.LeftButton


class Picked(Protocol):
    """The view of a diagram in which something is picked; see `GraphView`."""

    takes_several: bool

    @property
    def marked(self) -> frozenset[Key]: ...
    @property
    def marked_parts(self) -> frozenset[Key]: ...
    @property
    def module_toggled(self) -> SignalInstance: ...
    @property
    def extended(self) -> SignalInstance: ...
    @property
    def modules_selected(self) -> SignalInstance: ...
    @property
    def modules_dropped(self) -> SignalInstance: ...
    @property
    def hinted(self) -> SignalInstance: ...
    def target_at(self, position: QPointF) -> Key | Edge | None: ...
    def toggle_at(self, position: QPointF) -> Key | None: ...
    def choose_alone(self, target: Key | Edge | None) -> None: ...
    def toggle(self, key: Key | None) -> None: ...
    def toggle_and_centre(self, key: Key) -> None: ...


class Picking:
    """Turns presses and drags on a view into what it selects and asks for."""

    def __init__(self, view: Picked, drag: Drag) -> None:
        self._view, self.drag = view, drag
        self._toggled = False
        """So that a double click on a triangle, whose first press opens the Fire, does not close it again."""

    def press(self, event: QMouseEvent) -> None:
        """The left or right button was pressed on what is to be picked.

        One of several modules may be carried with them, and a band may begin on the ground: whether it was a click is
        known when the left button is let go.
        """
        view, left = self._view, event.button() is _LEFT
        target, toggled = view.target_at(event.position()), view.toggle_at(event.position()) if left else None
        self._toggled = toggled is not None
        if not view.takes_several:
            view.choose_alone(target)
            view.toggle(toggled)
            return
        if left and event.modifiers() & _MORE and not self._toggled:
            self._press_for_more(event, target)
            return
        if self._toggled or (not self._is_one_of_several(target) and (target is not None or not left)):
            view.choose_alone(target)
        if left and not self._toggled:
            carried = isinstance(target, Key) and target.layer
            self.drag.press(event.position(), view.marked if carried else frozenset(), frozenset())
        view.toggle(toggled)

    def _press_for_more(self, event: QMouseEvent, target: Key | Edge | None) -> None:
        if not isinstance(target, Key):
            self.drag.press(event.position(), frozenset(), self._view.marked)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._view.extended.emit(target)
        else:
            self._view.module_toggled.emit(target)

    def press_twice(self, event: QMouseEvent) -> None:
        """The left button was pressed for the second time: a Fire module opens or closes, and goes to the middle."""
        target = self._view.target_at(event.position())
        if event.modifiers() & _MORE or target is None:
            self.press(event)
        elif not self._toggled and isinstance(target, Key):
            self._view.toggle_and_centre(Key(target.layer))
        self._toggled = False

    def move(self, event: QMouseEvent) -> None:
        """The mouse moved with the left button down."""
        began = not self.drag.moves
        if self.drag.move(event.position()) and began:
            self._view.hinted.emit(BAND_HINT if self.drag.bands else MOVE_HINT)

    def release(self, event: QMouseEvent) -> None:
        """The left button was let go."""
        drag, view, target = self.drag, self._view, self._view.target_at(event.position())
        behind, bands, moved, chosen = drag.lands_behind(), drag.bands, drag.moves, drag.chosen()
        if not self.give_up():
            return
        if behind is not None:
            view.modules_dropped.emit(behind.layer)
        elif bands:
            view.modules_selected.emit(chosen)
        elif not moved and not event.modifiers() & _MORE and (target is None or self._is_one_of_several(target)):
            view.choose_alone(target)

    def give_up(self) -> bool:
        """End what the mouse does with the button down; whether it was down."""
        if self.drag.moves:
            self._view.hinted.emit("")
        return self.drag.end()

    def _is_one_of_several(self, target: Key | Edge | None) -> bool:
        marked, several = self._view.marked, len(self._view.marked) > 1 or bool(self._view.marked_parts)
        return isinstance(target, Key) and several and Key(target.layer) in marked
