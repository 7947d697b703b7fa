"""Sliders and number boxes for a Fire module's filters, and a choice of its bypass."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from squeezeviz.analysis.columns import FIRE_COLUMNS
from squeezeviz.gui.widgets.buttons import push_button
from squeezeviz.gui.widgets.labels import label, set_property
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.number_slider import NumberSlider, Scale
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Fire, check_whole

_MEANS = {"s1x1": "squeeze 1×1 filters", "e1x1": "expand 1×1 filters", "e3x3": "expand 3×3 filters"}
LARGEST_ON_SLIDER = 1024
_ANY_HEIGHT = (1 << 24) - 1
"""Pixels: Qt's word for a widget whose height has no limit (QWIDGETSIZE_MAX), which PySide does not name."""
_FILTERS = Scale(lowest=1, usual=256, most=LARGEST_ON_SLIDER, page=16)


class FireEditor(QWidget):
    """Edits one Fire module. `changed` says what should change in which module; its owner makes the change."""

    changed = Signal(str, str, object, str)
    """The module's name, a field, its new value, and the step's merge key, which the ticks of one drag share."""
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)  # it looks the same however high it is
        self._fire: Fire | None = None
        self._numbers: dict[str, NumberSlider] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        for place, field in enumerate(map(str, FIRE_COLUMNS)):
            number = NumberSlider(field, field, _MEANS[field], _FILTERS, self)
            number.changed.connect(lambda value, merge, field=field: self._set(field, value, merge))
            number.refused.connect(self.refused)
            number.add_to(grid, place)
            self._numbers[field] = number
        self._remark = label(tone="quiet", wraps=True)
        self._foot = in_column(self._bypass_row(), self._remark, spacing=0)
        in_column(label("Edit", "heading"), grid, self._foot, spacing=8, margins=(0, 10, 0, 0), of=self)
        self._remark_room("")

    def show_fire(self, fire: Fire, channels_in: int | None) -> None:
        """Show a module. `channels_in` is the number of its input channels, or None if no data reaches it."""
        if self._fire is not None and fire.name != self._fire.name:
            for number in self._numbers.values():
                number.drop_input()  # a running drag or typed text was meant for the other module
        self._fire = fire
        for field, number in self._numbers.items():
            number.show_number(getattr(fire, field))
        self._buttons[fire.bypass].setChecked(True)
        self._show_bypass(fire, channels_in)

    def _bypass_row(self) -> QHBoxLayout:
        row = in_row(QLabel("bypass"), spacing=4)
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

    def _show_bypass(self, fire: Fire, channels_in: int | None) -> None:
        channels_out = fire.e1x1 + fire.e3x3
        reason = ""
        if channels_in is not None and channels_in != channels_out:
            reason = f"simple needs equal channels in and out: {channels_in}\u00a0≠\u00a0{channels_out}"
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
        if self._fire is None:
            return
        try:
            check_whole(value, field)
        except SqueezevizError as error:
            self.refused.emit(f"{field}: {error.message}")
            self._numbers[field].put_back()
            return
        self.changed.emit(self._fire.name, field, value, merge)

    def _set_bypass(self, kind: Bypass) -> None:
        if self._fire is not None:
            self.changed.emit(self._fire.name, "bypass", kind, "")
