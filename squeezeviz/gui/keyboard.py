"""What is being typed when something else is asked for."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from squeezeviz.gui.table.editor import CellEditor


def finish_typing(window: QWidget) -> None:
    """Take what stands in the line that has the keyboard, as if the person had gone elsewhere.

    A shortcut or a toolbar button leaves the keyboard where it is: without this, Save would miss what is typed.
    """
    line = window.focusWidget()
    if isinstance(line, QLineEdit | QComboBox):
        line.clearFocus()
        view = line.parentWidget()
        # A cell's editor is closed by this; what it was opened over gets the keyboard again.
        back = view.parentWidget() if isinstance(line, CellEditor) and view else line
        if back is not None:
            back.setFocus()
