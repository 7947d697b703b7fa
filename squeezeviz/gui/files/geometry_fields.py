"""The fields of a geometry: input, strides and paddings, pools, bypass."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from squeezeviz.files.unknown_geometry import Geometry, Pool, UnknownGeometry, Window
from squeezeviz.gui.widgets.escaped_text import action_text, tip_text
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.layers import Conv, check_whole
from squeezeviz.model.reading import whole
from squeezeviz.model.table import InputShape
from squeezeviz.model.text import counted, plain

_ITEM_HEIGHT, _WIDEST_ITEM = 27, 200
_CHECK_HEIGHT = 26


class GeometryFields(QWidget):
    """Shows a geometry and lets a person edit each part of it. `changed` is emitted only for a person's edits."""

    changed = Signal()

    def __init__(self, unknown: UnknownGeometry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        self._ceil = self._check("pools_ceil", "sizes round up, as in Caffe and torchvision")
        pools = QVBoxLayout()
        pools.setSpacing(6)
        pools.addWidget(self._pools)
        pools.addWidget(self._ceil)
        self._form.addRow("Max pools after", pools)
        around = action_text(", ".join(unknown.bypassable[:8]), 40)
        self._bypass = self._check("simple_bypass", f"around {around}")
        if unknown.bypassable:
            self._form.addRow("Simple bypass", self._bypass)

    def show_geometry(self, geometry: Geometry) -> None:
        """Fill in all fields."""
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
        for item in self._items():
            item.setCheckState(Qt.CheckState.Checked if item.text() in pooled else Qt.CheckState.Unchecked)
        self._ceil.setChecked(all(each.ceil for each in geometry.pools))
        self._bypass.setChecked(bool(geometry.bypassed))
        self._filling = False

    def geometry_shown(self) -> Geometry:
        """Return the geometry in the fields. A part without a field stays as it was."""
        pooled = [item.text() for item in self._items() if item.checkState() is Qt.CheckState.Checked]
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

    def _items(self) -> list[QListWidgetItem]:
        return _items(self._pools)

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
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in parts:
            if isinstance(part, str):
                label = QLabel(part)
                label.setProperty("quiet", True)
                row.addWidget(label)
            else:
                part.setVisible(True)
                row.addWidget(part)
        row.addStretch(1)
        heading = QLabel(plain(title, 24))
        heading.setTextFormat(Qt.TextFormat.PlainText)
        self._form.addRow(heading, row)

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

    def __init__(self, name: str, spoken: str, lowest: int, parent: QWidget | None = None) -> None:
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
        self._mark()

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
        self._mark()
        self.changed.emit()

    def _mark(self) -> None:
        self.setProperty("refused", bool(self.trouble))
        self.style().polish(self)
