"""Sliders and number boxes for a Fire module's filters, and its bypass."""

from __future__ import annotations

import dataclasses
from itertools import count

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from squeezeviz.core.cells import FIRE_COLUMNS, whole
from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import Bypass, Fire
from squeezeviz.gui.style import Style

_ROLES = {"s1x1": "squeeze", "e1x1": "expand1x1", "e3x3": "expand3x3"}
_MEANS = {"s1x1": "squeeze 1×1 filters", "e1x1": "expand 1×1 filters", "e3x3": "expand 3×3 filters"}
LARGEST_ON_SLIDER = 1024


class FireEditor(QWidget):
    """Edits one Fire module. It changes nothing itself: `changed` carries the module as it should be."""

    changed = Signal(object, str, str)
    """The new Fire, the name of the step, and its merge key: the ticks of one drag have the same."""
    refused = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fire: Fire | None = None
        self._drags = count()
        self._drag = ""
        self._sliders: dict[str, QSlider] = {}
        self._boxes: dict[str, QLineEdit] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(8)
        heading = QLabel("Edit")
        heading.setStyleSheet("font-weight: 600; font-size: 14px;")
        column.addWidget(heading)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        for place, field in enumerate(FIRE_COLUMNS):
            self._add_field(grid, place, str(field))
        column.addLayout(grid)
        column.addLayout(self._bypass_row())
        self._remark = QLabel()
        self._remark.setTextFormat(Qt.TextFormat.PlainText)
        self._remark.setWordWrap(True)
        self._remark.setProperty("quiet", True)
        column.addWidget(self._remark)
        self.set_style(style)

    def set_style(self, style: Style) -> None:
        for field, slider in self._sliders.items():
            colour = style.role(_ROLES[field])
            slider.setStyleSheet(
                f"QSlider::groove:horizontal {{ height: 4px; background: {style.border}; border-radius: 2px; }}"
                f"QSlider::sub-page:horizontal {{ background: {colour}; border-radius: 2px; }}"
                f"QSlider::handle:horizontal {{ background: {style.card}; border: 2px solid {colour}; width: 12px;"
                " height: 12px; margin: -6px 0; border-radius: 8px; }"
                f"QSlider::handle:horizontal:focus {{ background: {colour}; }}"
            )

    def show_fire(self, fire: Fire, channels_in: int | None) -> None:
        """Show a module; `channels_in` is what flows into it, None where nothing reaches it."""
        self._fire = fire
        for field, slider in self._sliders.items():
            value = getattr(fire, field)
            slider.blockSignals(True)
            if not slider.isSliderDown():
                slider.setMaximum(max(256, min(LARGEST_ON_SLIDER, 2 ** (value * 2 - 1).bit_length())))
            slider.setValue(min(value, slider.maximum()))
            slider.blockSignals(False)
            box = self._boxes[field]
            if not (box.hasFocus() and box.isModified()):
                box.setText(str(value))
        self._buttons[fire.bypass].setChecked(True)
        self._show_bypass(fire, channels_in)

    def _add_field(self, grid: QGridLayout, place: int, field: str) -> None:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setMinimum(1)
        slider.setPageStep(16)
        slider.setObjectName(f"slider_{field}")
        slider.setAccessibleName(_MEANS[field])
        slider.setToolTip(_MEANS[field])
        slider.sliderPressed.connect(self._begin_drag)
        slider.sliderReleased.connect(self._end_drag)
        slider.valueChanged.connect(lambda value, field=field: self._set(field, value))
        box = QLineEdit()
        box.setFixedWidth(64)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setObjectName(f"box_{field}")
        box.setAccessibleName(_MEANS[field])
        box.editingFinished.connect(lambda field=field: self._typed(field))
        label = QLabel(field)
        label.setBuddy(box)
        grid.addWidget(label, place, 0)
        grid.addWidget(slider, place, 1)
        grid.addWidget(box, place, 2)
        self._sliders[field], self._boxes[field] = slider, box

    def _bypass_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(QLabel("bypass"))
        row.addSpacing(6)
        self._buttons: dict[Bypass, QPushButton] = {}
        self._group = QButtonGroup(self)
        for kind in Bypass:
            button = QPushButton(str(kind))
            button.setCheckable(True)
            button.setObjectName(f"bypass_{kind}")
            button.setAccessibleName(f"bypass {kind}")
            button.clicked.connect(lambda _=False, kind=kind: self._set_bypass(kind))
            self._group.addButton(button)
            self._buttons[kind] = button
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _show_bypass(self, fire: Fire, channels_in: int | None) -> None:
        channels_out = fire.e1x1 + fire.e3x3
        if channels_in is None or channels_in == channels_out:
            self._remark.setText("")
        else:
            self._remark.setText(f"simple needs equal channels in and out: {channels_in}\u00a0≠\u00a0{channels_out}")
        self._remark.setVisible(bool(self._remark.text()))

    def _begin_drag(self) -> None:
        self._drag = f"drag {next(self._drags)}"

    def _end_drag(self) -> None:
        self._drag = ""

    def _set(self, field: str, value: int) -> None:
        if self._fire is not None and getattr(self._fire, field) != value:
            merge = f"{self._drag} {field}" if self._drag else ""
            changed = _with(self._fire, field, value)
            self.changed.emit(changed, f"Set {self._fire.name} {field} to {value}", merge)

    def _typed(self, field: str) -> None:
        box = self._boxes[field]
        if self._fire is None or not box.isModified():
            return
        box.setModified(False)
        try:
            value = whole(box.text())
            _with(self._fire, field, value)
        except SqueezevizError as error:
            self.refused.emit(f"{field}: {error.message}")
            box.setText(str(getattr(self._fire, field)))
            return
        self._set(field, value)

    def _set_bypass(self, kind: Bypass) -> None:
        if self._fire is not None and self._fire.bypass is not kind:
            changed = dataclasses.replace(self._fire, bypass=kind)
            self.changed.emit(changed, f"Set the bypass of {self._fire.name} to {kind}", "")


def _with(fire: Fire, field: str, filters: int) -> Fire:
    """The module with another number of filters; SqueezevizError where it may not have so many."""
    return dataclasses.replace(fire, **{field: filters})  # type: ignore[arg-type]
