"""A label of one line that shortens what does not fit, and tells the rest in its tool tip."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QStyle, QStyleOption

from squeezeviz.gui.guard import guarded

_LONGEST_TIP = 1500


@guarded
class ElidedLabel(QLabel):
    """Plain text only; `text()` is always the whole."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.aside = ""
        """How `text()` ends, in the colour of quiet words whatever the rest is painted in."""

    def setText(self, text: str, aside: str = "") -> None:
        self.aside = aside
        text += aside
        super().setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription("")
        # Without a tag a tool tip might be taken for markup.
        self.setToolTip(f"<p>{escape(text)}</p>" if len(text) > 60 else "")

    def explain(self, details: str) -> None:
        """Tell more of the present text, over some lines; an empty text is no more."""
        if details:
            self.setAccessibleDescription(details)
            self.setToolTip(f"<p>{escape(self.text())}</p><pre>{escape(details[-_LONGEST_TIP:])}</pre>")

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            option = QStyleOption()
            option.initFrom(self)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
            room = self.contentsRect()
            shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
            alignment = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
            main = shown[: len(self.text()) - len(self.aside)]
            painter.drawText(room, alignment, main)
            if len(main) < len(shown):
                painter.setPen(QApplication.palette().placeholderText().color())
                room.setLeft(room.left() + self.fontMetrics().horizontalAdvance(main))
                painter.drawText(room, alignment, shown[len(main) :])
