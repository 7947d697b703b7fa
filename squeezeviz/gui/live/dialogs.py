"""The dialogs of the Run menu: how many passes to run, and what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLayout,
    QLineEdit,
    QMessageBox,
    QWidget,
)

from squeezeviz.analysis.timing import MOST_REPEATS, USUAL_REPEATS, check_repeats
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.labels import label
from squeezeviz.gui.widgets.layouts import in_column
from squeezeviz.gui.widgets.style import button_box
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.reading import whole
from squeezeviz.model.text import tip_text

_EXPLAINED = (
    "One pass warms up first, then this many are measured.\n"
    "The table shows the median of each time; its explanation adds the interquartile range (IQR)."
)


class RepeatDialog(QDialog):
    """Asks for a number of passes. An invalid number is explained below the field, and Enter accepts only a valid
    one."""

    def __init__(self, offered: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("repeat_dialog")
        self.setWindowTitle("Measure Repeatedly")
        self._box = QLineEdit(str(offered))
        self._box.setObjectName("repeat_box")
        self._box.setAccessibleName("Passes")
        self._box.selectAll()
        self._box.setFocus()
        self._help = label(_EXPLAINED, "quiet")
        self._refused = label(tone="differs", name="repeat_refused")
        buttons = button_box(self, QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._measure = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._measure.setText("Measure")
        self._box.textChanged.connect(self._typed)
        form = QFormLayout()
        form.addRow(f"&Passes, 1 to {MOST_REPEATS:,}:", self._box)
        column = in_column(self._help, form, self._refused, buttons, spacing=12, margins=(20, 18, 20, 16), of=self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        self._typed()

    def repeats(self) -> int:
        """Return the number in the field. Raises SqueezevizError if the text is not a valid number."""
        repeats = whole(self._box.text())
        check_repeats(repeats)
        return repeats

    def _typed(self) -> None:
        try:
            self.repeats()
        except SqueezevizError as error:
            self._refused.setText(error.message)
        else:
            self._refused.setText(" ")
        self._measure.setEnabled(not self._refused.text().strip())


def ask_repeats(parent: QWidget, settings: Settings) -> int | None:
    """Ask how many passes to run, offering the last number. Return None if the person cancels."""
    dialog = RepeatDialog(_last(settings), parent)
    chosen = dialog.repeats() if dialog.exec() == QDialog.DialogCode.Accepted else None
    dialog.deleteLater()
    if chosen is not None:
        settings.set_plain("repeats", chosen)
    return chosen


def _last(settings: Settings) -> int:
    stored = settings.plain("repeats")
    right = isinstance(stored, int) and not isinstance(stored, bool) and 1 <= stored <= MOST_REPEATS
    return stored if right else USUAL_REPEATS  # type: ignore[return-value]


def show_details(parent: QWidget, details: str) -> None:
    """Show everything that the worker wrote about its last failure, as plain text that can be selected and copied."""
    sentence, _, rest = details.partition("\n\n")
    box = QMessageBox(parent)
    box.setObjectName("live_details_box")
    box.setWindowTitle("What Went Wrong")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("The live pass failed.")
    # This text is not of the box's format: without a tag it might be taken for markup.
    box.setInformativeText(tip_text(sentence))
    box.setDetailedText(rest)
    for button in box.buttons():
        if box.buttonRole(button) is QMessageBox.ButtonRole.ActionRole:
            button.click()  # opens the details
    box.exec()
    box.deleteLater()
