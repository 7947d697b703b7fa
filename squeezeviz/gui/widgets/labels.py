"""Labels of plain text. The style sheet draws a label by its `tone`: `quiet`, `formula`, `measured`, `differs` …"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.errors import LONGEST_MESSAGE
from squeezeviz.model.text import plain, tip_text

_LONGEST_TIP = 1500


def label(
    text: str = "",
    tone: str = "",
    name: str = "",
    *,
    wraps: bool = False,
    selectable: bool = False,
    right: bool = False,
    small: bool = False,
) -> QLabel:
    """Return a label whose text Qt does not take for HTML. `name` is its object name."""
    made = _Wrapped() if wraps else QLabel()
    made.setText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    made.setProperty("tone", tone)
    made.setProperty("small", small)
    made.setWordWrap(wraps)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if right:
        made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made


def show_text(shown: QLabel, text: str, tone: str | None = None) -> None:
    """Change text and tone where they differ: Qt would lay out and style the label anew in any case."""
    if shown.text() != text:
        shown.setText(text)
    if tone is not None:
        set_property(shown, "tone", tone)


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Change a property that the style sheet selects by."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        # As `QStyle.polish` would, without a QStyle: PySide makes its 500 names when it is first touched.
        QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.Polish))


@guarded
class _Wrapped(QLabel):
    """A text of several lines that is broken anew only for another width: a layout asks for its height ten times."""

    def __init__(self) -> None:
        super().__init__()
        self._heights: dict[int, int] = {}

    def setText(self, text: str) -> None:
        self._heights.clear()
        super().setText(text)

    def setContentsMargins(self, left: int, top: int, right: int, bottom: int) -> None:  # type: ignore[override]
        self._heights.clear()
        super().setContentsMargins(left, top, right, bottom)

    def changeEvent(self, event: QEvent) -> None:
        self._heights.clear()
        super().changeEvent(event)

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]


@guarded
class SteadyLabel(QLabel):
    """A line of plain text with a size of its own: what stands beside it is placed anew only if that is another."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._fit()

    def setText(self, text: str) -> None:
        before, now = (self.fontMetrics().size(0, each).width() for each in (self.text(), text))
        super().setText(text)
        if now != before:
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        # Of a label of fixed size Qt tells no layout that its text is another. The hint is no smaller than the minimum.
        self.setMinimumSize(0, 0)
        self.setFixedSize(self.sizeHint())


@guarded
class ElidedLabel(QLabel):
    """A line of plain text, shortened where it does not fit. `text()` is all of it; a long one is the tool tip too."""

    def __init__(self, name: str = "", tone: str = "", *, small: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("tone", tone)
        self.setProperty("small", small)
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
            room = self.contentsRect()
            shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
            alignment = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
            main = shown[: len(self.text()) - len(self.aside)]
            painter.drawText(room, alignment, main)
            if len(main) < len(shown):
                painter.setPen(QApplication.palette().placeholderText().color())
                room.setLeft(room.left() + self.fontMetrics().horizontalAdvance(main))
                painter.drawText(room, alignment, shown[len(main) :])
