"""Taking the diagram home: files and clipboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from squeezeviz.core.cells import whole
from squeezeviz.core.errors import SqueezevizError
from squeezeviz.diagram.theme import DARK, LIGHT, Theme
from squeezeviz.formats import atomic
from squeezeviz.gui.background import Background, Job
from squeezeviz.gui.diagram_control import DiagramControl
from squeezeviz.gui.document import Document
from squeezeviz.gui.file_commands import file_name
from squeezeviz.gui.settings import Settings
from squeezeviz.painting.export import DIAGRAM_FORMATS, ExportOptions, export_diagram


class ExportDialog(QDialog):
    """How the figure should look: theme, background, and a picture's width."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
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
        self._width = QLineEdit()
        self._width.setObjectName("export_width")
        self._width.setPlaceholderText("twice the size on screen")
        self._width.setAccessibleName("Width of the picture in pixels")
        for label, row in (("Format", self._formats), ("Theme", self._themes), ("Background", self._grounds)):
            form.addRow(label, self._line(row))
        form.addRow("Width of a PNG, px", self._width)
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
            badges=control.badges,
            background=bool(_checked(self._grounds)),
            png_width_px=whole(self._width.text()) if self._width.text().strip() else None,
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
        for button in (*self._themes, *self._grounds):
            button.setEnabled(drawn)


class ExportCommands(QObject):
    """Writes the diagram as it is seen: the same modules open, the same direction, the same marks."""

    refused = Signal(str)
    done = Signal(str)

    def __init__(
        self,
        document: Document,
        control: DiagramControl,
        settings: Settings,
        background: Background,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._background = background
        self._document = document
        self._control = control
        self._settings = settings
        self._window = window
        self.theme = LIGHT

    def ask(self) -> None:
        dialog = ExportDialog(self.theme, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        try:
            options = dialog.options(self._control)
        except SqueezevizError as error:
            self.refused.emit(f"Not exported: {error.message}.")
            return
        folder = Path(self._settings.folder or Path.home())
        suggested = folder / f"{file_name(self._document.table.name)}.{dialog.suffix}"
        chosen = f"{dialog.suffix.upper()} (*.{dialog.suffix})"
        name, _ = QFileDialog.getSaveFileName(self._window, "Export Diagram", str(suggested), chosen)
        if name:
            path = Path(name) if Path(name).suffix else Path(f"{name}.{dialog.suffix}")
            self.write(path, options)

    def write(self, path: Path, options: ExportOptions) -> None:
        """Write the figure; the suffix says the format."""
        network = self._document.network

        def work(job: Job) -> None:
            made = export_diagram(network, path.suffix, options)
            if not job.cancelled:
                atomic.write_bytes(path, made)

        def done(_: None) -> None:
            self._settings.folder = str(path.absolute().parent)
            self.done.emit(f"Exported {path.name}.")

        self._background.run(
            f"Exporting {path.name[:60]}…", work, done, lambda error: self.refused.emit(f"Not exported: {error}.")
        )

    def copy_picture(self) -> None:
        """The figure as a picture on the clipboard, twice the size on screen."""
        self._copy("png")

    def copy_svg(self) -> None:
        """The figure as SVG on the clipboard, as picture data and as text."""
        self._copy("svg")

    def _copy(self, suffix: str) -> None:
        options = ExportOptions(
            diagram=self._control.options, theme=self.theme, badges=self._control.badges, background=True
        )
        network = self._document.network
        self._background.run(
            "Drawing the diagram…",
            lambda _: export_diagram(network, suffix, options),
            lambda made: self._to_clipboard(suffix, made),
            lambda error: self.refused.emit(f"Not copied: {error}."),
        )

    def _to_clipboard(self, suffix: str, made: bytes) -> None:
        data = QMimeData()
        if suffix == "png":
            data.setImageData(QImage.fromData(made))
        else:
            data.setData("image/svg+xml", QByteArray(made))
            data.setText(made.decode())
        QGuiApplication.clipboard().setMimeData(data)
        self.done.emit("Copied the diagram as a picture." if suffix == "png" else "Copied the diagram as SVG.")


def _checked(buttons: list[QRadioButton]) -> int:
    return next(place for place, button in enumerate(buttons) if button.isChecked())
