"""The two questions around a live pass that take a window of their own: how many passes, and what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from squeezeviz.core.timing import MOST_REPEATS, USUAL_REPEATS
from squeezeviz.gui.settings import Settings


def ask_repeats(parent: QWidget, settings: Settings) -> int | None:
    """How many passes a person wants, the number of last time offered; None where they want none."""
    dialog = QInputDialog(parent)
    dialog.setObjectName("repeat_dialog")
    dialog.setWindowTitle("Measure Repeatedly")
    dialog.setInputMode(QInputDialog.InputMode.IntInput)
    dialog.setIntRange(1, MOST_REPEATS)
    dialog.setIntValue(_last(settings))
    dialog.setLabelText(
        f"One pass warms up; of so many passes after it, 1 to {MOST_REPEATS:,},\n"
        "every time is the median, with the spread beside it:"
    )
    dialog.setOkButtonText("Measure")
    if dialog.exec() != QInputDialog.DialogCode.Accepted:
        return None
    settings.set_plain("repeats", dialog.intValue())
    return dialog.intValue()


def _last(settings: Settings) -> int:
    stored = settings.plain("repeats")
    right = isinstance(stored, int) and not isinstance(stored, bool) and 1 <= stored <= MOST_REPEATS
    return stored if right else USUAL_REPEATS  # type: ignore[return-value]


def show_details(parent: QWidget, details: str) -> None:
    """All that the worker said of its last failure, as plain text that can be selected and copied."""
    sentence, _, rest = details.partition("\n\n")
    box = QMessageBox(parent)
    box.setObjectName("live_details_box")
    box.setWindowTitle("What Went Wrong")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("The live pass failed.")
    box.setInformativeText(sentence)
    box.setDetailedText(rest)
    for button in box.buttons():
        if box.buttonRole(button) is QMessageBox.ButtonRole.ActionRole:
            button.click()  # what was asked for stands open
    box.exec()
