"""Sliders and number boxes for what a Fire module, a convolution or a pool is made of, and a choice of the bypass."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from squeezeviz.analysis.columns import FIRE_COLUMNS
from squeezeviz.gui.widgets.buttons import push_button
from squeezeviz.gui.widgets.labels import label, set_property
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.number_slider import NumberSlider, Scale
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Fire, Layer, MaxPool, check_whole
from squeezeviz.model.records import NamedTuple

LARGEST_ON_SLIDER = 1024
_ANY_HEIGHT = (1 << 24) - 1
"""Pixels: Qt's word for a widget whose height has no limit (QWIDGETSIZE_MAX), which PySide does not name."""


class _Field(NamedTuple):
    """A number of a layer: what it means, and its slider."""

    means: str
    scale: Scale


_FILTERS = Scale(lowest=1, usual=256, most=LARGEST_ON_SLIDER, page=16)
_FIELDS = {
    "s1x1": _Field("squeeze 1×1 filters", _FILTERS),
    "e1x1": _Field("expand 1×1 filters", _FILTERS),
    "e3x3": _Field("expand 3×3 filters", _FILTERS),
    "filters": _Field("filters, the channels that come out", _FILTERS),
    "kernel": _Field("kernel: height and width of the window", Scale(lowest=1, usual=11, most=64, page=2)),
    "stride": _Field("stride: how far the window moves", Scale(lowest=1, usual=4, most=32, page=1)),
    "padding": _Field("padding: zeros around the map, on each side", Scale(lowest=0, usual=5, most=32, page=1)),
}
_WINDOW = ("kernel", "stride", "padding")
EDITED: dict[type[Layer], tuple[str, ...]] = {
    Fire: tuple(map(str, FIRE_COLUMNS)),
    Conv: ("filters", *_WINDOW),
    MaxPool: _WINDOW,
    AvgPool: _WINDOW,
}
"""The fields of each kind of layer that can be edited here."""


class LayerEditor(QWidget):
    """Edits one layer. `changed` says what should change in which layer; its owner makes the change."""

    changed = Signal(str, str, object, str)
    """The layer's name, a field, its new value, and the step's merge key, which the ticks of one drag share."""
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)  # it looks the same however high it is
        self._layer: Layer | None = None
        self._numbers: dict[str, NumberSlider] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._make(EDITED[Fire])
        self._remark = label(tone="quiet", wraps=True)
        self._foot = in_column(self._bypass_row(), self._remark, spacing=0)
        in_column(label("Edit", "heading"), self._grid, self._foot, spacing=8, margins=(0, 10, 0, 0), of=self)
        self._remark_room("")

    def show_layer(self, layer: Layer, channels_in: int | None) -> None:
        """Show a layer of a kind in EDITED. `channels_in` is the number of its input channels, or None if no data
        reaches it."""
        before, self._layer = self._layer, layer
        if before is None or type(before) is not type(layer):
            self._show_kind(type(layer))
        if before is not None and (layer.name != before.name or type(layer) is not type(before)):
            for number in self._numbers.values():
                number.drop_input()  # a running drag or typed text was meant for the other layer
        for field in EDITED[type(layer)]:
            self._numbers[field].show_number(getattr(layer, field))
        if isinstance(layer, Fire):
            self._buttons[layer.bypass].setChecked(True)
        self._show_reason(_why_not_simple(layer, channels_in))

    def _make(self, fields: Iterable[str]) -> None:
        """Make sliders and boxes, in the order in which Tab goes through them."""
        for field in fields:
            self._numbers[field] = number = NumberSlider(field, field, *_FIELDS[field], self)
            number.changed.connect(lambda value, merge, field=field: self._set(field, value, merge))
            number.refused.connect(self.refused)
            number.add_to(self._grid, len(self._numbers))

    def _show_kind(self, kind: type[Layer]) -> None:
        """Show what such a layer is made of."""
        if not self._numbers.keys() >= set(EDITED[kind]):
            self._make(EDITED[Conv])  # not sooner: a window opens on a Fire
        for field, number in self._numbers.items():
            number.set_visible(field in EDITED[kind])
        for part in (self._bypass, *self._buttons.values()):
            part.setVisible(kind is Fire)

    def _bypass_row(self) -> QHBoxLayout:
        self._bypass = QLabel("bypass")
        row = in_row(self._bypass, spacing=4)
        row.addSpacing(6)
        self._buttons: dict[Bypass, QPushButton] = {}
        self._group = QButtonGroup(self)
        for kind in Bypass:
            button = push_button(str(kind), f"bypass_{kind}", partial(self._set_bypass, kind))
            button.setCheckable(True)
            button.setAccessibleName(f"bypass {kind}")
            self._group.addButton(button)
            self._buttons[kind] = button
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _show_reason(self, reason: str) -> None:
        """Say why the simple bypass cannot be; nothing where it can, or there is none to choose."""
        if self._remark.text() == reason:
            return
        self._remark.setText(reason)
        self._remark_room(reason)
        self._take_height()
        # An impossible bypass can still be chosen: the window then explains the problem and offers fixes.
        button = self._buttons[Bypass.SIMPLE]
        button.setToolTip(f"{reason}. Choose it to see fixes." if reason else "")
        button.setAccessibleDescription(reason)
        set_property(button, "quiet", bool(reason))

    def _remark_room(self, reason: str) -> None:
        """Give the remark room; without a reason none. Were it hidden and shown, Qt would lay out all of it at once."""
        self._remark.setContentsMargins(0, 8 if reason else 0, 0, 0)
        self._remark.setMaximumHeight(_ANY_HEIGHT if reason else 0)

    def _take_height(self) -> None:
        """Take at once the height that is wanted now, and what holds the editor too.

        Qt would first squeeze all of it into the height of before and then ask for more: sliders and boxes would move,
        move back, and be painted.
        """
        self._foot.invalidate()  # Qt tells the outermost layout alone
        for widget in filter(None, (self, self.parentWidget())):
            if layout := widget.layout():
                layout.invalidate()
                wanted = layout.totalHeightForWidth(widget.width())
                widget.resize(widget.width(), wanted if wanted > 0 else layout.totalSizeHint().height())

    def _set(self, field: str, value: int, merge: str) -> None:
        if self._layer is None:
            return
        try:
            check_whole(value, field, _FIELDS[field].scale.lowest)
        except SqueezevizError as error:
            self.refused.emit(f"{field}: {error.message}")
            self._numbers[field].put_back()
            return
        self.changed.emit(self._layer.name, field, value, merge)

    def _set_bypass(self, kind: Bypass) -> None:
        if self._layer is not None:
            self.changed.emit(self._layer.name, "bypass", kind, "")


def _why_not_simple(layer: Layer, channels_in: int | None) -> str:
    """Why a Fire module cannot have a simple bypass; empty where it can, and of any other layer."""
    if not isinstance(layer, Fire) or channels_in in (None, layer.e1x1 + layer.e3x3):
        return ""
    return f"simple needs equal channels in and out: {channels_in}\u00a0≠\u00a0{layer.e1x1 + layer.e3x3}"
