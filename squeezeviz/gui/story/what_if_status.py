"""The status line of the What-if dialog: which pass runs, its progress, and its result."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from squeezeviz.analysis.live import LivePass, disagreements
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.trace.protocol import Progress


class Status(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    MEASURED = "measured"
    DIFFERS = "differs"
    FAILED = "failed"
    CANCELLED = "cancelled"
    GONE = "gone"


_SAID = {
    Status.WAITING: "Predicted. The live pass begins when the worker is free…",
    Status.RUNNING: "Live pass of the module {}… (Esc cancels)",
    Status.MEASURED: "✓ {}",
    Status.DIFFERS: "≠ {}",
    Status.FAILED: "Not measured: {}",
    Status.CANCELLED: "Cancelled. What has no ✓ is predicted.",
    Status.GONE: "{} is not in the table any more. Select another Fire module.",
}
_TONES = {Status.MEASURED: "measured", Status.DIFFERS: "differs", Status.FAILED: "differs", Status.GONE: "differs"}


class WhatIfStatus(QWidget):
    """A sentence, and a progress bar when a pass takes long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel()
        self._label.setObjectName("what_if_status")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Progress of the live pass")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(100)
        self._bar.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label, 1)
        row.addWidget(self._bar)

    def text(self) -> str:
        return self._label.text()

    def say(self, status: Status, what: str = "") -> None:
        self._label.setText(_SAID[status].format(what))
        tone = _TONES.get(status, "quiet")
        if self._label.property("tone") != tone:
            self._label.setProperty("tone", tone)
            self._label.style().unpolish(self._label)
            self._label.style().polish(self._label)
        self._bar.hide()

    def say_measured(self, sides: Sequence[tuple[ResolvedNetwork, LivePass | None]]) -> None:
        """Say what the passes found. A side without a pass could not run."""
        passes = [(network, live) for network, live in sides if live is not None]
        wrong = [each for network, live in passes for each in disagreements(network, live)]
        device = passes[0][1].device
        if wrong:
            self.say(Status.DIFFERS, f"{len(wrong)} measured differently than predicted; {wrong[0]}")
        elif device.id == "meta":
            self.say(Status.MEASURED, "shapes and counts as predicted; this device does no arithmetic")
        else:
            both = "both measured by a live pass" if len(passes) == len(sides) else "measured by a live pass"
            self.say(Status.MEASURED, f"{both} on {device.name}, as predicted")

    def show_progress(self, progress: Progress) -> None:
        self._bar.setMaximum(progress.total)
        self._bar.setValue(progress.done)
        self._bar.show()
