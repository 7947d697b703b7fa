"""Labels of plain text. The style sheet draws a label by its `tone`: `quiet`, `formula`, `measured`, `differs` …"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


def label(
    text: str = "",
    tone: str = "",
    name: str = "",
    *,
    wraps: bool = False,
    selectable: bool = False,
    right: bool = False,
) -> QLabel:
    """Return a label whose text Qt does not take for HTML. `name` is its object name."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    made.setProperty("tone", tone)
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
        widget.style().unpolish(widget)
        widget.style().polish(widget)
