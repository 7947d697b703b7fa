"""A message over the window's content that stays until it is read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QToolButton, QWidget

from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.text import plain

SHOWN_MS = 15_000
WIDEST = 640
LONGEST = 600
"""In characters."""


@guarded
class Toast(QFrame):
    """Says why something that a person wanted was not done. It goes by itself, or at its button.

    It lies over a window's content, below the bar of its notices while that is shown.
    """

    def __init__(self, over: QMainWindow, notices: QWidget) -> None:
        super().__init__(over)
        self._over, self._notices = over, notices
        self.setObjectName("toast")
        self.setAccessibleName("Message")
        self._label = QLabel()
        self._label.setObjectName("toast_text")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton()
        close.setText("✕")
        close.setAccessibleName("Dismiss the message")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 8, 9)
        row.addWidget(self._label, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    def dismiss(self, _: object = None) -> None:
        """Hide the message, because something was done since."""
        self.hide()

    def remark(self, text: str) -> None:
        """Show additional information about something that was done."""
        self._show(text, calm=True)

    def say(self, text: str) -> None:
        """Say why something was not done."""
        self._show(text, calm=False)

    def _show(self, text: str, *, calm: bool) -> None:
        self.setProperty("calm", calm)
        self.style().unpolish(self)
        self.style().polish(self)
        shown = plain(text, LONGEST)
        self._label.setText(shown)
        self.setAccessibleDescription(shown)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        central = self._over.centralWidget()
        content = central.geometry() if central else self._over.rect()
        if self._notices.isVisible():  # what they say, and their buttons, stay in sight
            content.setTop(self._notices.mapTo(self._over, QPoint(0, self._notices.height())).y())
        width = min(WIDEST, content.width() - 40)
        self.setFixedWidth(width)
        self.setFixedHeight(max(40, self.heightForWidth(width)))
        self.move(content.x() + (content.width() - width) // 2, content.y() + 16)
