"""Text from outside on widgets: made plain, with everything escaped that Qt would interpret; and a label for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QStyle, QStyleOption

from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.errors import LONGEST_MESSAGE
from squeezeviz.model.text import for_html, plain

LONGEST_LABEL = 80
_LONGEST_TIP = 1500


def action_text(text: str, longest: int = LONGEST_LABEL) -> str:
    """Return text for a menu, a button or a tab, where Qt treats & as the mark of a mnemonic."""
    return plain(text, longest).replace("&", "&&")


def title_text(text: str, longest: int = LONGEST_LABEL) -> str:
    """Return text for a window title, where Qt treats [*] as the mark of a change."""
    return plain(text, longest).replace("[*]", "[*][*]")


def tip_text(text: str, style: str = "") -> str:
    """For a tool tip, which Qt guesses to be markup: as markup with that CSS; empty stays empty."""
    styled = f" style='{style}'" if style else ""
    return f"<p{styled}>{'<br>'.join(map(for_html, text.splitlines()))}</p>" if text else ""


@guarded
class ElidedLabel(QLabel):
    """A line of plain text, shortened where it does not fit. `text()` is all of it; a long one is the tool tip too."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.aside = ""
        """The end of `text()`, which is always painted in the colour of quiet text."""

    def setText(self, text: str, aside: str = "") -> None:
        self.aside = plain(aside, LONGEST_MESSAGE)
        shown = plain(text, LONGEST_MESSAGE) + self.aside
        super().setText(shown)
        self.setAccessibleName(shown)
        self.setAccessibleDescription("")
        self.setToolTip(tip_text(shown) if len(shown) > 60 else "")

    def explain(self, details: str) -> None:
        """Add details to the present text, which may have several lines. An empty text removes them."""
        if details:
            lines = "\n".join(plain(line) for line in details[-_LONGEST_TIP:].splitlines())
            self.setAccessibleDescription(lines)
            self.setToolTip(tip_text(self.text()) + tip_text(lines, "white-space:pre"))

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
