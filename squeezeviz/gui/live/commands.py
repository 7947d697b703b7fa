"""What the Run menu and the device box do, and the dialogs that ask how many passes to run and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLayout,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from squeezeviz.analysis.live import Arithmetic, MemoryFormat, Precision
from squeezeviz.analysis.timing import MOST_REPEATS, USUAL_REPEATS, check_repeats
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.live.toolbar import DeviceBox
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.labels import label
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.reading import whole
from squeezeviz.model.text import tip_text
from squeezeviz.trace.protocol import Device

_EXPLAINED = (
    "After one pass that warms up, so many are measured.\n"
    "Every time is then their median, and their interquartile range (IQR) stands beside it."
)


class LiveCommands:
    """Runs passes as a person asks for them, and remembers how."""

    def __init__(self, live: LiveControl, client: LiveClient, settings: Settings, window: QWidget) -> None:
        self._live, self._client, self._settings, self._window = live, client, settings, window

    def handlers(self) -> dict[str, Callable[..., object]]:
        """The commands by their ids; `cancel` is not among them, as Esc ends other things too."""
        return {
            "run": lambda: self._live.run(),
            "repeat": self.measure_repeatedly,
            "live": self.set_live,
            "live_details": lambda: show_details(self._window, self._client.details),
            **{f"precision_{each}": lambda _=False, each=each: self.choose_precision(each) for each in Precision},
            **{f"memory_format_{each}": lambda _=False, each=each: self.choose_format(each) for each in MemoryFormat},
        }

    def choose_precision(self, precision: Precision) -> None:
        self._settings.set_text("precision", precision)
        self._live.set_arithmetic(replace(self._live.arithmetic, precision=precision))

    def choose_format(self, memory_format: MemoryFormat) -> None:
        self._settings.set_text("memory_format", memory_format)
        self._live.set_arithmetic(replace(self._live.arithmetic, memory_format=memory_format))

    def restore_arithmetic(self) -> None:
        """Choose what was chosen last; where that cannot be understood, exact float32."""
        precision, memory_format = (self._settings.text(name) for name in ("precision", "memory_format"))
        self._live.set_arithmetic(
            Arithmetic(
                Precision(precision) if precision in tuple(Precision) else Precision.FLOAT32,
                MemoryFormat(memory_format) if memory_format in tuple(MemoryFormat) else MemoryFormat.CONTIGUOUS,
            )
        )

    def set_live(self, on: bool) -> None:
        self._settings.set_flag("live", on)
        self._live.set_live(on)

    def measure_repeatedly(self) -> None:
        """Ask how many passes, then run them."""
        repeats = ask_repeats(self._window, self._settings)
        if repeats is not None:
            self._live.run(repeats)

    def choose_device(self, device: str) -> None:
        self._settings.set_text("device", device)
        self._live.set_device(device)

    def show_devices(self, box: DeviceBox, devices: Sequence[Device]) -> None:
        """The worker knows which devices there are: the one used last is chosen, where it is among them."""
        box.show_devices(devices)
        box.choose(self._settings.text("device", "cpu"))
        self._live.set_device(box.device)


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
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._measure = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._measure.setText("Measure")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._box.textChanged.connect(self._typed)
        form = QFormLayout()
        form.addRow(f"Passes, 1 to {MOST_REPEATS:,}:", self._box)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        column.addWidget(self._help)
        column.addLayout(form)
        column.addWidget(self._refused)
        column.addWidget(buttons)
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
