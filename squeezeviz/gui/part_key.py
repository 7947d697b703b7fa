"""The colours of a Fire module's parts and what they stand for, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from squeezeviz.diagram.insides import PARTS
from squeezeviz.diagram.model import Role
from squeezeviz.gui.style import Style


class PartKey(QWidget):
    """A swatch and a word for each role."""

    def __init__(self, roles: Sequence[Role], style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._swatches: list[tuple[Role, QWidget]] = []
        words = dict(PARTS.values())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        for role in roles:
            swatch = QWidget()
            swatch.setFixedSize(9, 9)
            swatch.setAutoFillBackground(True)
            self._swatches.append((role, swatch))
            word = QLabel(words[role])
            word.setProperty("small", True)
            word.setProperty("quiet", True)
            row.addSpacing(5)
            row.addWidget(swatch)
            row.addWidget(word)
        self.set_style(style)

    def set_style(self, style: Style) -> None:
        for role, swatch in self._swatches:
            swatch.setStyleSheet(f"background: {style.role(role)}; border-radius: 2px;")
