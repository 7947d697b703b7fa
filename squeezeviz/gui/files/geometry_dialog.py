"""The dialog that asks for the geometry when a file of weights was opened, which does not contain it."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QWidget,
)

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.unknown_geometry import Choice, Geometry, Pool, UnknownGeometry, Window
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label, set_property
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.style import button_box
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.layers import Conv, Fire, MaxPool, check_whole
from squeezeviz.model.reading import whole
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import action_text, counted, plain, tip_text

_EXPLAINED = (
    "Weights fix filters, kernels and channels. Strides, paddings, pools, simple bypasses and the size of the input "
    "are not among them: choose the geometry that these weights were trained with, or set it below."
)
_WIDTH = 640
_OWN = "own"
"""The name of the choice for a geometry that has none."""
_MOST_SIZES = 9
_ITEM_HEIGHT, _WIDEST_ITEM = 27, 200
_CHECK_HEIGHT = 26


class GeometryDialog(QDialog):
    """Asks for the geometry of a network of which only the weights are known. `exec` returns whether it was accepted.

    Named geometries fill in the fields; editing a field makes the geometry a custom one. A geometry that cannot run
    cannot be accepted. Of Caffe's weights a .prototxt may tell it: `prototxt_wanted` says that a person left the dialog
    for that.
    """

    def __init__(self, unknown: UnknownGeometry, parent: QWidget | None = None, *, caffes: bool = False) -> None:
        super().__init__(parent)
        self._unknown = unknown
        self.prototxt_wanted = False
        self.setObjectName("geometry_dialog")
        self.setWindowTitle("Open Weights")
        column = in_column(spacing=12, margins=(20, 18, 20, 16), of=self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        column.addWidget(label(f"What the weights of {brief(unknown.name)} do not tell", "heading", wraps=True))
        explained = label(_EXPLAINED, "quiet", wraps=True)
        explained.setMinimumWidth(_WIDTH)
        column.addWidget(explained)
        self._group = QButtonGroup(self)
        self._choices = {choice.id: choice for choice in unknown.choices}
        self._radios: dict[str, QRadioButton] = {}
        column.addLayout(self._choice_rows())
        column.addWidget(_rule())
        self._fields = GeometryFields(unknown)
        self._fields.changed.connect(self._fields_changed)
        column.addWidget(self._fields)
        column.addWidget(_rule())
        self._preview = label(tone="formula", name="geometry_preview", wraps=True)
        self._preview.setMinimumHeight(self._preview.fontMetrics().lineSpacing() * 2)
        column.addWidget(self._preview)
        buttons = button_box(self, QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self._open = buttons.button(QDialogButtonBox.StandardButton.Open)
        if caffes:
            prototxt = buttons.addButton("From a .prototxt…", QDialogButtonBox.ButtonRole.ActionRole)
            prototxt.clicked.connect(self._leave_for_prototxt)
        column.addWidget(buttons)
        self._choose(next(iter(self._choices.values())))

    def table(self) -> LayerTable:
        return self._unknown.table(self._fields.geometry_shown())

    def _leave_for_prototxt(self) -> None:
        self.prototxt_wanted = True
        self.reject()

    def _choice_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(3)
        for place, choice in enumerate(self._choices.values()):
            follows = preview(self._unknown.table(choice.geometry)).text
            radio = self._radio(choice.id, choice.title, follows)
            radio.clicked.connect(lambda _=False, choice=choice: self._choose(choice))
            grid.addWidget(radio, place, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label(follows, "quiet"), place, 1)
        own = self._radio(_OWN, "As set below", "")
        own.setText("&As set below")
        grid.addWidget(own, len(self._choices), 0, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        return grid

    def _radio(self, name: str, title: str, follows: str) -> QRadioButton:
        radio = QRadioButton(action_text(title))
        radio.setObjectName(f"geometry_{name}")
        radio.setAccessibleName(title)
        radio.setAccessibleDescription(follows)
        self._group.addButton(radio)
        self._radios[name] = radio
        return radio

    def _choose(self, choice: Choice) -> None:
        self._radios[choice.id].setChecked(True)
        self._fields.show_geometry(choice.geometry)
        self._show_what_follows()

    def _fields_changed(self) -> None:
        shown = self._fields.geometry_shown()
        same = (choice.id for choice in self._choices.values() if choice.geometry == shown)
        self._radios[next(same, _OWN)].setChecked(True)
        self._show_what_follows()

    def _show_what_follows(self) -> None:
        trouble = self._fields.trouble
        follows = Preview(f"{trouble}.", runs=False) if trouble else preview(self.table())
        self._preview.setText(follows.text)
        self._preview.setAccessibleName(follows.text)
        set_property(self._preview, "tone", "formula" if follows.runs else "differs")
        self._open.setEnabled(follows.runs)
        self._open.setToolTip("" if follows.runs else follows.text)


def _rule() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setObjectName("rule")
    return line


class Preview(NamedTuple):
    """What follows from a geometry, in words: the sizes and costs of a network that runs, or why it cannot."""

    text: str
    runs: bool


def preview(table: LayerTable) -> Preview:
    network = resolve(table)
    for problem in network.problems:
        where = f"{brief(problem.name)}: " if problem.name else ""
        return Preview(f"This cannot run. {where}{problem.reason}.", runs=False)
    return Preview(f"{' → '.join(_sizes(network))}, {network.macs.value:,} multiply-adds", runs=True)


def _sizes(network: ResolvedNetwork) -> list[str]:
    """Return the sides of the output maps of convolutions and pools, in order. A long series is shortened in the
    middle."""
    sizes = []
    for index, layer in enumerate(network.layers):
        last = index + 1 == len(network.layers) and isinstance(layer.layer, Fire)
        if isinstance(layer.layer, Conv | MaxPool) or last:
            height, width = layer.output.shape.height, layer.output.shape.width
            sizes.append(str(height) if height == width else f"{height}×{width}")
    half = _MOST_SIZES // 2
    return sizes if len(sizes) <= _MOST_SIZES else [*sizes[:half], "…", *sizes[-half:]]


class GeometryFields(QWidget):
    """Shows a geometry and lets a person edit each part of it. `changed` is emitted only for a person's edits."""

    changed = Signal()

    def __init__(self, unknown: UnknownGeometry) -> None:
        super().__init__()
        self._unknown = unknown
        self._shown = unknown.assumed
        self._filling = False
        first = unknown.rows[0]
        self._first = first.name if isinstance(first, Conv) else None
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(18)
        self._form.setVerticalSpacing(9)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._height = self._number("input_height", "Height of the input in pixels", 1)
        self._width = self._number("input_width", "Width of the input in pixels", 1)
        self._line(
            f"Input, {counted(unknown.channels, 'channel')}", self._height, "×", self._width, "pixels, height × width"
        )
        self._stride = self._number("first_stride", f"Stride of {self._first}", 1)
        self._padding = self._number("first_padding", f"Padding of {self._first}", 0)
        if self._first is not None:
            self._line(self._first, "stride", self._stride, "   padding", self._padding)
        self._last_padding = self._number("classifier_padding", f"Padding of {unknown.classifier}", 0)
        if unknown.classifier not in (None, self._first):
            self._line(str(unknown.classifier), "padding", self._last_padding)
        self._pools = self._pool_list()
        self._ceil = self._check("pools_ceil", "sizes &round up, as in Caffe and torchvision")
        pools = in_column(self._pools, self._ceil, spacing=6)
        self._form.addRow("Max &pools after", pools)
        title = self._form.labelForField(pools)
        assert isinstance(title, QLabel)
        title.setBuddy(self._pools)
        around = action_text(", ".join(unknown.bypassable[:8]), 40)
        self._bypass = self._check("simple_bypass", f"around {around}")
        if unknown.bypassable:
            self._form.addRow("Simple &bypass", self._bypass)

    def show_geometry(self, geometry: Geometry) -> None:
        self._shown = geometry
        self._filling = True
        self._height.show_value(geometry.input.height)
        self._width.show_value(geometry.input.width)
        windows = {each.row: each for each in geometry.windows}
        first = windows.get(self._first or "", Window(""))
        self._stride.show_value(first.stride)
        self._padding.show_value(first.padding)
        self._last_padding.show_value(windows.get(self._unknown.classifier or "", Window("")).padding)
        pooled = {each.after for each in geometry.pools}
        for item in _items(self._pools):
            item.setCheckState(Qt.CheckState.Checked if item.text() in pooled else Qt.CheckState.Unchecked)
        self._ceil.setChecked(all(each.ceil for each in geometry.pools))
        self._bypass.setChecked(bool(geometry.bypassed))
        self._filling = False

    def geometry_shown(self) -> Geometry:
        """Return the geometry in the fields. A part without a field stays as it was."""
        pooled = [item.text() for item in _items(self._pools) if item.checkState() is Qt.CheckState.Checked]
        ceil = self._ceil.isChecked()
        return dataclasses.replace(
            self._shown,
            input=InputShape(self._unknown.channels, self._height.value, self._width.value),
            windows=tuple(map(self._window, self._shown.windows)),
            pools=tuple(Pool(name, ceil=ceil) for name in pooled),
            bypassed=self._unknown.bypassable if self._bypass.isChecked() else (),
        )

    @property
    def trouble(self) -> str:
        """Return what is wrong with a field, or an empty text if all fields are valid."""
        edits = (self._height, self._width, self._stride, self._padding, self._last_padding)
        return next((edit.trouble for edit in edits if edit.trouble), "")

    def _window(self, window: Window) -> Window:
        if window.row == self._first:
            return Window(window.row, self._stride.value, self._padding.value)
        if window.row == self._unknown.classifier:
            return dataclasses.replace(window, padding=self._last_padding.value)
        return window

    def _pool_list(self) -> QListWidget:
        pools = QListWidget()
        pools.setObjectName("pool_rows")
        pools.setAccessibleName("Rows with a max pool after them")
        pools.setFlow(QListView.Flow.LeftToRight)
        pools.setWrapping(True)
        pools.setResizeMode(QListView.ResizeMode.Adjust)
        pools.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        for row in self._unknown.rows:
            if row.name != self._unknown.classifier:
                item = QListWidgetItem(plain(row.name), pools)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Unchecked)
                item.setToolTip(tip_text(f"A 3×3 max pool of stride 2 after {brief(row.name)}"))
        widest = max((pools.fontMetrics().horizontalAdvance(item.text()) for item in _items(pools)), default=0)
        cell = QSize(min(widest + 56, _WIDEST_ITEM), _ITEM_HEIGHT)
        pools.setGridSize(cell)
        for item in _items(pools):
            item.setSizeHint(cell)
        pools.setFixedHeight(_ITEM_HEIGHT * min(4, -(-pools.count() // 5)) + 14)
        pools.itemChanged.connect(self._emit_changed)
        return pools

    def _number(self, name: str, spoken: str, lowest: int) -> WholeEdit:
        edit = WholeEdit(name, spoken, lowest, self)
        edit.changed.connect(self._emit_changed)
        edit.setVisible(False)
        return edit

    def _check(self, name: str, title: str) -> QCheckBox:
        box = QCheckBox(title)
        box.setObjectName(name)
        box.setMinimumHeight(_CHECK_HEIGHT)  # the style sheet's height comes too late for the first layout
        box.toggled.connect(self._emit_changed)
        return box

    def _line(self, title: str, *parts: QWidget | str) -> None:
        row = in_row(spacing=8)
        for part in parts:
            if isinstance(part, str):
                row.addWidget(label(part, "quiet"))
            else:
                part.setVisible(True)
                row.addWidget(part)
        row.addStretch(1)
        self._form.addRow(label(plain(title, 24)), row)

    def _emit_changed(self) -> None:
        if not self._filling:
            self.changed.emit()


def _items(pools: QListWidget) -> list[QListWidgetItem]:
    return [pools.item(place) for place in range(pools.count())]


@guarded
class WholeEdit(QLineEdit):
    """A field for a whole number. If the text is not one or is too small, `trouble` says so and `value` is the last
    valid number."""

    changed = Signal()
    """A person typed or used the arrow keys."""

    def __init__(self, name: str, spoken: str, lowest: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFixedSize(78, 28)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._spoken, self._lowest = spoken, lowest
        self.value = lowest
        self.trouble = ""
        self.textEdited.connect(self._typed)

    def show_value(self, value: int) -> None:
        self.value, self.trouble = value, ""
        self.setText(str(value))
        set_property(self, "refused", False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.show_value(max(self._lowest, self.value + step))
        self.changed.emit()

    def _typed(self, text: str) -> None:
        try:
            typed = whole(text)
            check_whole(typed, self._spoken, self._lowest)
        except SqueezevizError as error:
            message = error.message
            self.trouble = message if message.startswith(self._spoken) else f"{self._spoken}: {message}"
        else:
            self.value, self.trouble = typed, ""
        set_property(self, "refused", bool(self.trouble))
        self.changed.emit()
