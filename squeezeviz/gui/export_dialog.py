"""How the exported figure should look."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from squeezeviz.diagram.changes import NO_MARKS
from squeezeviz.diagram.theme import DARK, LIGHT, Theme
from squeezeviz.gui.diagram_control import DiagramControl
from squeezeviz.painting.export import DIAGRAM_FORMATS, ExportOptions
from squeezeviz.painting.sizes import parse_width


class ExportDialog(QDialog):
    """How the figure should look: theme, background, marks, and a picture's width.

    `compared`: there is something that differs from a pinned state.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, compared: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export Diagram")
        self.setObjectName("export_dialog")
        self.setMinimumWidth(420)
        form = QFormLayout(self)
        form.setContentsMargins(18, 16, 18, 14)
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(18)
        self._formats = self._choice([suffix.upper() for suffix in DIAGRAM_FORMATS], "format")
        self._themes = self._choice(["Light", "Dark"], "theme")
        self._grounds = self._choice(["Transparent", "Filled"], "background")
        self._themes[1 if theme is DARK else 0].setChecked(True)
        self._marks = QCheckBox("Show what the live pass said (✓)")
        self._marks.setObjectName("export_marks")
        self._differences = QCheckBox("Show what differs from the pinned state")
        self._differences.setObjectName("export_differences")
        self._differences.setChecked(compared)
        self._width = QLineEdit()
        self._width.setObjectName("export_width")
        self._width.setPlaceholderText("twice the size on screen")
        self._width.setAccessibleName("Width of the picture in pixels")
        for label, row in (("Format", self._formats), ("Theme", self._themes), ("Background", self._grounds)):
            form.addRow(label, self._line(row))
        form.addRow("Marks", self._marks)
        if compared:
            form.addRow("", self._differences)
        form.addRow("Width of a PNG, px", self._width)
        form.addRow("", _remark("The figure shows the modules open or closed, and the direction, as you see them."))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)
        for button in self._formats:
            button.toggled.connect(self._show_what_applies)
        self._show_what_applies()

    @property
    def suffix(self) -> str:
        return list(DIAGRAM_FORMATS)[_checked(self._formats)]

    def options(self, control: DiagramControl) -> ExportOptions:
        """The choices as export options; SqueezevizError where the width is no whole number."""
        theme = DARK if _checked(self._themes) else LIGHT
        return ExportOptions(
            diagram=control.options,
            theme=theme,
            badges=control.badges if self._marks.isChecked() else {},
            marks=control.marks if self._differences.isChecked() else NO_MARKS,
            heat=control.heat,
            background=bool(_checked(self._grounds)),
            size=parse_width(self._width.text()) if self.suffix == "png" and self._width.text().strip() else None,
        )

    def _choice(self, titles: list[str], name: str) -> list[QRadioButton]:
        group = QButtonGroup(self)
        buttons = []
        for title in titles:
            button = QRadioButton(title)
            button.setObjectName(f"export_{name}_{title.lower()}")
            button.setAccessibleName(f"{name} {title}")
            group.addButton(button)
            buttons.append(button)
        buttons[0].setChecked(True)
        return buttons

    def _line(self, buttons: list[QRadioButton]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(14)
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _show_what_applies(self) -> None:
        self._width.setEnabled(self.suffix == "png")
        drawn = self.suffix != "dot"
        self._marks.setEnabled(drawn)
        self._differences.setEnabled(drawn)
        for button in (*self._themes, *self._grounds):
            button.setEnabled(drawn)


def _remark(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setProperty("quiet", True)
    return label


def _checked(buttons: list[QRadioButton]) -> int:
    return next(place for place, button in enumerate(buttons) if button.isChecked())
