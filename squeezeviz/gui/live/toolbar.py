"""The toolbar: commands, and the settings of the live pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QFontInfo, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy, QToolBar, QToolButton, QWidget

from squeezeviz.analysis.arithmetic import Arithmetic, MemoryFormat, Precision
from squeezeviz.analysis.costs import Measure
from squeezeviz.gui.actions import Actions, add_button
from squeezeviz.gui.commands import MEASURES
from squeezeviz.gui.widgets.buttons import tool_button
from squeezeviz.gui.widgets.combo_box import ComboBox
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.layouts import in_row
from squeezeviz.gui.widgets.number_slider import RevertingLine
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import check_whole
from squeezeviz.model.reading import whole
from squeezeviz.model.table import InputShape
from squeezeviz.model.wording import readable_bytes

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from squeezeviz.trace.protocol import Device

_KNOWN_BEFORE_TORCH = (("cpu", "CPU"), ("meta", "Meta (shapes only)"))
_USUAL_SIDES = (227, 224)
NARROW, WIDE, WIDEST = 1240, 1520, 1660
"""Window widths in pixels. Below the first hardly any text fits; from the last on all of it does."""
_COLOUR = 1400
"""From here on there is room for what the diagram is coloured by."""
_INSERTS, _STEPS, _TIGHT = 1000, 820, 680
"""From these on there is room for the buttons of further layers, and for undo, redo and the direction; below the last
each box is as narrow as can be."""
_PICTURE_LEAST, _PICTURE_MOST = 60, 236
"""How wide the picture's button may be: from the thumbnail alone to two lines beside it."""


_SHORT = {
    Precision.FLOAT32: "",
    Precision.TF32: "TF32",
    Precision.BFLOAT16: "BF16",
    Precision.FLOAT16: "FP16",
    MemoryFormat.CONTIGUOUS: "",
    MemoryFormat.CHANNELS_LAST: "NHWC",
}
"""What passes compute in, where there is room for a word."""
_SMALLER = 0.85
"""How large the letters of two lines in a box are, as a share of those of one."""
_EDGES = 8
"""Pixels above and below two lines."""


class TypedLine(RevertingLine):
    """A line for one value, which `parse` reads. Enter takes what can stand; what cannot is kept, to be mended.

    Where the keyboard goes elsewhere instead, what cannot stand is forgotten.
    """

    entered = Signal(object)
    """Another value was taken."""
    refused = Signal(str)
    finished = Signal()
    """Enter was pressed on a valid value."""

    def __init__(self, parse: Callable[[str], object], value: object) -> None:
        super().__init__(str(value))
        self._parse, self._value = parse, value
        self.left.connect(lambda: self.show_value(self._value))
        self.returnPressed.connect(self.enter)
        self.editingFinished.connect(self._leave)

    def show_value(self, value: object) -> None:
        """Show a value; where all of the one before was selected, so is this."""
        is_selected = self.hasSelectedText() and self.selectedText() == self.text()
        self._value = value
        self.setText(str(value))
        if is_selected:
            self.selectAll()

    def enter(self) -> None:
        try:
            value = self._parse(self.text())
        except SqueezevizError as error:
            self.refused.emit(error.message)
            return
        self._take(value)
        self.finished.emit()

    def _leave(self) -> None:
        if self.hasFocus():
            return
        try:
            self._take(self._parse(self.text()))
        except SqueezevizError:
            self.show_value(self._value)

    def _take(self, value: object) -> None:
        before = self._value
        self.show_value(value)
        if value != before:
            self.entered.emit(value)


class InputBox(ComboBox):
    """The input image's size as channels × height × width: choose a usual one or type another."""

    typing_wanted = Signal()
    """A person wants to type another size, where there is no room for this box."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("input_box")
        self.setAccessibleName("Input size: channels × height × width")
        self.setToolTip("Input image: channels × height × width")
        self.line = TypedLine(InputShape.parse, InputShape())
        self.setLineEdit(self.line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(12)
        for side in _USUAL_SIDES:
            self.addItem(str(InputShape(3, side, side)))
        self.activated.connect(lambda _: self.line.enter())

    def choose(self, place: int) -> None:
        """Take one of the usual sizes."""
        self.line.setText(self.itemText(place))
        self.line.enter()


def _batch_box() -> TypedLine:
    """How many images go through in one pass."""
    box = TypedLine(_batch, 1)
    box.setObjectName("batch_box")
    box.setAccessibleName("Batch")
    box.setToolTip("Images in one pass")
    box.setFixedWidth(64)
    return box


def _batch(typed: str) -> int:
    batch = whole(typed)
    check_whole(batch, "batch")
    return batch


@guarded
class DeviceBox(ComboBox):
    """Every device that torch can use. Missing ones are greyed, with the reason as tool tip."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("device_box")
        self.setAccessibleName("Device")
        self.arithmetic = ""
        """What passes compute in, in short; empty for exact float32."""
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for identity, name in _KNOWN_BEFORE_TORCH:
            self.addItem(name, identity)
        self.activated.connect(lambda _: self.chosen.emit(self.device))

    @property
    def device(self) -> str:
        return str(self.currentData() or "cpu")

    def choose(self, device: str) -> None:
        """Select `device` if it is listed and available, without a signal."""
        place = self.findData(device)
        if place >= 0 and self.model().flags(self.model().index(place, 0)) & Qt.ItemFlag.ItemIsEnabled:
            self.setCurrentIndex(place)

    def show_arithmetic(self, chosen: Arithmetic, device: str) -> None:
        """Say what passes on the device compute in, which the Run menu chooses."""
        used, unused = chosen.on(device), chosen.unused_on(device)
        self.arithmetic = " ".join(filter(None, (_SHORT[used.precision], _SHORT[used.memory_format])))
        self.setAccessibleDescription(self.arithmetic)
        self.setToolTip(f"Where the live pass runs, in {used.sentence}" + (f"; {unused}" if unused else ""))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return hint.expandedTo(QSize(0, 2 * self._metrics.lineSpacing() + _EDGES)) if self.arithmetic else hint

    def room(self) -> QRect:
        """Return where the text stands: all of the box but its edge and its arrow."""
        from PySide6.QtWidgets import QStyle, QStyleOptionComboBox

        option, box = QStyleOptionComboBox(), QStyle.ComplexControl.CC_ComboBox
        self.initStyleOption(option)
        field, arrow = (
            self.style().subControlRect(box, option, part, self)
            for part in (QStyle.SubControl.SC_ComboBoxEditField, QStyle.SubControl.SC_ComboBoxArrow)
        )
        return QRect(field.left(), 0, arrow.left() - field.left(), self.height())

    def shown(self) -> str:
        """Return the device's name, shortened where it does not fit."""
        return self._metrics.elidedText(self.currentText(), Qt.TextElideMode.ElideRight, self.room().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the device's name, and below it what is computed in."""
        if not self.arithmetic and self._metrics.horizontalAdvance(self.currentText()) < self.width() // 2:
            super().paintEvent(event)  # one short line looks the same, and needs nothing of QStyle at a start
            return
        from PySide6.QtWidgets import QStyle, QStyleOptionComboBox

        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        with QPainter(self) as painter:
            self.style().drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option, painter, self)
            painter.setFont(self._font)
            up = self._metrics.lineSpacing() // 2 if self.arithmetic else 0
            alignment = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            painter.setPen(option.palette.buttonText().color())
            painter.drawText(self.room().translated(0, -up), alignment, self.shown())
            painter.setPen(option.palette.placeholderText().color())
            painter.drawText(self.room().translated(0, up), alignment, self.arithmetic)
            self.paint_arrow(painter)

    @property
    def _font(self) -> QFont:
        """The window's for one line, smaller for two."""
        font = QFont(self.font())
        if self.arithmetic:
            font.setPixelSize(round(QFontInfo(font).pixelSize() * _SMALLER))
        return font

    @property
    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self._font)

    def show_devices(self, devices: Sequence[Device]) -> None:
        """List the devices that the worker found. The present choice stays if it is still available."""
        from PySide6.QtGui import QStandardItem, QStandardItemModel

        wanted = self.device
        model = QStandardItemModel(self)
        for device in devices:
            item = QStandardItem(_title(device))
            item.setData(device.id, Qt.ItemDataRole.UserRole)
            item.setToolTip(device.reason or device.name)
            item.setData(device.reason or device.name, Qt.ItemDataRole.AccessibleDescriptionRole)
            item.setEnabled(device.available)
            model.appendRow(item)
        self.setModel(model)
        self.choose("cpu")
        self.choose(wanted)


def _title(device: Device) -> str:
    if not device.available:
        return f"{device.name} (not available)"
    memory = device.memory_bytes
    if device.id in ("cpu", "meta") or not memory:
        return device.name
    return f"{device.name} · {readable_bytes(memory)}"


class ToolBar(QToolBar):
    """The toolbar. `device`, `input` and `batch` are attributes; `picture` says what passes run on."""

    def __init__(self, actions: Actions, picture: QWidget, parent: QWidget | None = None) -> None:
        super().__init__("Toolbar", parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggleViewAction().setEnabled(False)
        self._wordy: list[tuple[QToolButton, int]] = []
        """Buttons, each with the window's width from which its text fits."""
        self._spare: list[tuple[QAction, QAction, int]] = []
        """What can stand in the menu of `more` instead: its place here, the command, the width from which it fits."""
        self._labels: list[QLabel] = []
        for name in ("open", "save"):
            self._wordy.append((add_button(self, actions[name]), WIDE))
        self.addSeparator()
        for name in ("undo", "redo"):
            self._add_spare(actions[name], _STEPS, words=False)
        self.addSeparator()
        add_button(self, actions["insert_fire"])
        for name in ("insert_maxpool", "insert_conv"):
            self._add_spare(actions[name], _INSERTS)
        self.addSeparator()
        self.picture = picture
        self.addWidget(picture)
        self.device = DeviceBox()
        self.input = InputBox()
        self.batch = _batch_box()
        self._add_labelled("Device", self.device)
        self._input = self._add_labelled("Input", self.input)
        self._add_labelled("Batch", self.batch)
        add_button(self, actions["live"], "live_button")
        self.colour = ColourBox()
        self._colour = self._add_labelled("Colour", self.colour, always=True)
        self.more = self._more_button(actions)
        self._more = self.addWidget(self.more)
        self.addSeparator()
        self._add_spare(actions["direction"], _STEPS, words=False)
        self.addSeparator()
        self._wordy.append((add_button(self, actions["export"], "primary"), NARROW))

    def set_width(self, width: int) -> None:
        """Leave out texts that icons and tool tips can replace, so that everything fits a narrow window."""
        narrow, style = width < NARROW, Qt.ToolButtonStyle
        for button, needs in self._wordy:
            wordy = width >= needs
            button.setToolButtonStyle(style.ToolButtonTextBesideIcon if wordy else style.ToolButtonIconOnly)
        for label in self._labels:
            label.setVisible(width >= WIDEST)
        self._colour.setVisible(width >= _COLOUR)
        self._more.setVisible(width < _COLOUR)
        self.colour.setFixedWidth(142 if width >= WIDE else 116)
        self._input.setVisible(not narrow)
        for shown, _, needs in self._spare:
            shown.setVisible(width >= needs)
        self.device.setMaximumWidth(162 if width >= WIDE else 134 if width >= _TIGHT else 96)
        self.input.setMaximumWidth(136)
        self.batch.setFixedWidth(56 if not narrow else 46 if width >= _TIGHT else 36)
        self.picture.setFixedWidth(_PICTURE_LEAST)
        room = width - self.sizeHint().width() - max(0, self.device.maximumWidth() - self.device.sizeHint().width())
        self.picture.setFixedWidth(max(_PICTURE_LEAST, min(_PICTURE_LEAST + room, _PICTURE_MOST)))

    def _more_button(self, actions: Actions) -> QToolButton:
        """The button whose menu has what there is no room for."""
        purpose = "More of the toolbar: what the diagram is coloured by, and whatever a narrow window has no room for"
        button = tool_button("⋯", "more_button", purpose, lambda: self._show_more(actions))
        button.setAccessibleName("More of the toolbar")
        return button

    def _show_more(self, actions: Actions) -> None:
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not self._input.isVisible():
            _fill_with_sizes(menu.addMenu(f"Input Size: {self.input.currentText()}"), self.input)
        menu.addMenu(f"Colour By: {self.colour.currentText()}").addActions(
            [actions[f"colour_{each}"] for each in MEASURES]
        )
        hidden = [(action, needs == _INSERTS) for shown, action, needs in self._spare if not shown.isVisible()]
        if hidden:
            menu.addSeparator()
            menu.addMenu("Insert").addActions([action for action, inserts in hidden if inserts])
            menu.addActions([action for action, inserts in hidden if not inserts])
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _add_spare(self, action: QAction, needs: int, *, words: bool = True) -> None:
        """Add a button for a command, which a window that is narrower than it `needs` has in the menu of `more`."""
        button = tool_button("", "", action.text())
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setIconSize(self.iconSize())
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly)
        self._spare.append((self.addWidget(button), action, needs))

    def _add_labelled(self, text: str, widget: QWidget, *, always: bool = False) -> QAction:
        """Add a widget with its label; return the action that shows and hides both. Unless it is there `always`, there
        is room for the label in a wide window alone."""
        holder = QWidget()
        label = QLabel(text)
        label.setBuddy(widget)
        if not always:
            self._labels.append(label)
        in_row(label, widget, spacing=6, margins=(0, 0, 0, 0), of=holder)
        holder.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        return self.addWidget(holder)


def _fill_with_sizes(menu: QMenu, box: InputBox) -> None:
    """Offer the usual sizes of an input; another one is typed where the table says it."""
    for place in range(box.count()):
        action = menu.addAction(box.itemText(place))
        action.setCheckable(True)
        action.setChecked(box.itemText(place) == box.currentText())
        action.triggered.connect(lambda _, place=place: box.choose(place))
    menu.addSeparator()
    menu.addAction("Another: Type It in the Table's First Row").triggered.connect(box.typing_wanted)


class ColourBox(ComboBox):
    """`chosen` carries the Measure that a person picked."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("colour_box")
        self.setAccessibleName("Colour by")
        self.setToolTip("Colour the diagram by")
        for title in MEASURES.values():
            self.addItem(title)
        self.activated.connect(lambda place: self.chosen.emit(list(Measure)[place]))

    def show_measure(self, measure: Measure) -> None:
        self.setCurrentIndex(list(Measure).index(measure))
