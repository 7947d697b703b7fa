"""A number as a label, a slider and a text box, in a row of a grid."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QSlider

from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.reading import whole
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from fractions import Fraction

    Number = int | Fraction


@guarded
class RevertingLine(QLineEdit):
    """A line edit that emits a signal when its text should be discarded. Its owner restores the old text."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        # In the window Esc cancels a pass. While something is typed here, Esc discards that.
        claims = event.type() == QEvent.Type.ShortcutOverride and self.isModified()
        if claims and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.left.emit()
            self.selectAll()
        else:
            super().keyPressEvent(event)


_GESTURES = count()
_HANDLE = 16
"""The width of a slider's handle, in pixels."""


class Scale(NamedTuple):
    """How numbers map to a slider: position p is the number p·step.

    `lowest` and `usual` are the slider's ends, as positions; it extends up to `most` for larger numbers. A typed number
    may be outside. `read` converts typed text or raises SqueezevizError; `write` returns the text of the box.
    """

    lowest: int
    usual: int
    most: int
    page: int
    step: Number = 1
    read: Callable[[str], Number] = whole
    write: Callable[..., str] = str

    def position(self, number: Number) -> int:
        if isinstance(number, int) and self.step == 1:
            return number
        from fractions import Fraction  # not sooner: a Fire's filters are whole numbers

        return round(Fraction(number) / Fraction(self.step))

    def largest(self, number: Number) -> int:
        """Return the slider's upper end for showing `number`, which leaves room to increase it."""
        return max(self.usual, min(self.most, 1 << max(self.position(number) * 2 - 1, 0).bit_length()))


class NumberSlider(QObject):
    """Shows a number and asks for changes. `changed` carries the requested number, and its owner shows the result."""

    changed = Signal(object, str)
    """The number, and a merge key that all ticks of one drag or one held key share. A typed number has none."""
    refused = Signal(str)

    def __init__(self, name: str, label: str, means: str, scale: Scale, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._title = label
        self._scale = scale
        self._number: Number = scale.lowest * scale.step
        self._asked = self._number
        """The number that was requested last. A drag may return before the shown number could follow."""
        self._merge = ""
        self._ignore_drag = False
        """Whether the present drag began on something else than what is shown now."""
        self._came_from: tuple[int, Number] = 0, self._number
        """The slider's position and the number when the gesture began."""
        self.slider = _Slider()
        self.box = _Box()
        self._label = QLabel(label)
        self._label.setBuddy(self.box)
        self._label.setToolTip(means)
        self.slider.setRange(scale.lowest, scale.usual)
        self.slider.setPageStep(scale.page)
        for part, kind in ((self.slider, "slider"), (self.box, "box")):
            part.setObjectName(f"{kind}_{name}")
            part.setAccessibleName(means)
            part.setToolTip(means)
        self.slider.begun.connect(self._begin)
        self.slider.sliderPressed.connect(self._begin)
        self.slider.valueChanged.connect(lambda position: self._ask(self._number_at(position)))
        self.box.editingFinished.connect(self._typed)
        self.box.left.connect(self.put_back)
        self.box.stepped.connect(self._step)

    def add_to(self, grid: QGridLayout, row: int, column: int = 0) -> None:
        """Put label, slider and box into three cells of the grid, beginning at `column`."""
        for offset, part in enumerate((self._label, self.slider, self.box)):
            grid.addWidget(part, row, column + offset)

    def set_visible(self, visible: bool) -> None:
        for part in (self._label, self.slider, self.box):
            part.setVisible(visible)

    def show_number(self, number: Number) -> None:
        """Show the present number. Text that is being typed stays, and during a drag the slider's ends stay."""
        same = number == self._number == self._asked and self.box.text() != ""
        if same and not self.box.isModified() and not self.slider.isSliderDown():
            return
        self._number = self._asked = number
        self._show()

    def _show(self) -> None:
        """Bring slider and box to the number."""
        number = self._number
        self.slider.blockSignals(True)
        if not self.slider.isSliderDown():
            self.slider.setMaximum(self._scale.largest(number))
        self.slider.setValue(min(self._scale.position(number), self.slider.maximum()))
        self.slider.blockSignals(False)
        if not (self.box.hasFocus() and self.box.isModified()):
            self._write()

    def put_back(self) -> None:
        """Show the present number, discarding what was typed or dragged."""
        self.box.setModified(False)
        self._asked = self._number
        self._show()

    def drop_input(self) -> None:
        """Discard typed text and ignore the rest of a drag, because something else is shown now."""
        self._ignore_drag = self.slider.isSliderDown()
        if self._ignore_drag or self.box.isModified():
            self.put_back()

    def _begin(self) -> None:
        self._ignore_drag = False
        self._merge = f"{self._name} {next(_GESTURES)}"
        self._came_from = self.slider.value(), self._number

    def _number_at(self, position: int) -> Number:
        """Return the number at a slider's position. Where the drag began, it is the exact number from before."""
        began, number = self._came_from
        back = self.slider.isSliderDown() and abs(position - began) < self.slider.positions_a_pixel()
        return number if back else position * self._scale.step

    def _ask(self, number: Number) -> None:
        if self._ignore_drag:
            self.put_back()
        elif number != self._asked:
            self._asked = number
            self.changed.emit(number, self._merge)

    def _step(self, by: int, held: bool) -> None:
        """Go one step from the number in the box, typed or not."""
        if not held:
            self._typed()
            self._begin()
        number = self._asked + by * self._scale.step
        if number >= self._scale.lowest * self._scale.step:
            self._ask(number)

    def _typed(self) -> None:
        if not self.box.isModified():
            return
        self.box.setModified(False)
        try:
            number = self._scale.read(self.box.text())
        except SqueezevizError as error:
            self.refused.emit(f"{self._title}: {error.message}")
            self.put_back()
            return
        self._ignore_drag = False
        self._merge = ""
        self._write()
        self._ask(number)

    def _write(self) -> None:
        text = self._scale.write(self._number)
        if self.box.text() != text:
            self.box.setText(text)


@guarded
class _Slider(QSlider):
    """Emits a signal when a person begins to use it. The wheel scrolls the surrounding area instead."""

    begun = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setMinimumHeight(20)  # the style's own height cuts the handle

    def positions_a_pixel(self) -> float:
        """Return how many positions share a pixel if the slider is shorter than its range."""
        return (self.maximum() - self.minimum()) / max(self.width() - _HANDLE, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.begun.emit()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self.begun.emit()
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


@guarded
class _Box(RevertingLine):
    """A text box in which the up and down keys go one step."""

    stepped = Signal(int, bool)
    """Up (1) or down (-1), and whether the key is held down since the last one."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(64)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if key == Qt.Key.Key_Up else -1, event.isAutoRepeat())
        else:
            super().keyPressEvent(event)
