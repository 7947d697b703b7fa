"""The status bar: what was done last, messages of the live pass, its progress, and the totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QStatusBar

from squeezeviz.analysis.conventions import (
    USUAL,
    Conventions,
    count_parameters,
    macs_text,
    parameters_text,
    weights_size_text,
)
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.live.control import Mood
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import ElidedLabel, SteadyLabel, set_property
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.gui.widgets.first_paint import BeforePaint
    from squeezeviz.trace.protocol import Progress


_READ_MS = 2000
"""So long what was done is said at least, unless the network is edited."""
_MESSAGE = 42
"""For so many letters a message has room beside the totals."""
_DOT = " · "


class _Message(NamedTuple):
    text: str
    mood: Mood
    aside: str = ""
    details: str = ""


@guarded
class StatusBar(QStatusBar):
    """An outcome, a message of what goes on, a progress bar while something runs, and `totals_label`.

    What goes on is said anew all the time. What came of something that a person waited for keeps its place before it.
    """

    def __init__(self, soon: BeforePaint) -> None:
        super().__init__()
        self._soon = soon
        self.setSizeGripEnabled(False)
        self._outcome, self._status = ElidedLabel("outcome"), ElidedLabel("live_status")
        self._outcome.hide()
        self._conventions = USUAL
        self._busy = ""
        self._message = self._shown = _Message("", Mood.QUIET)
        self._status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # it makes way
        self._progress = QProgressBar()
        self._progress.setAccessibleName("Progress")
        self._progress.setFixedWidth(120)
        self._progress.setTextVisible(False)
        self._progress.hide()
        self._running = False
        self._totals = SteadyLabel()
        self._all_totals: tuple[str, ...] = ()
        self._totals.setObjectName("totals_label")
        self._totals.setAccessibleName("Totals")
        self.addWidget(self._outcome)
        self.addWidget(self._status, 1)
        self.addWidget(self._progress)
        self.addPermanentWidget(self._totals)
        self.messageChanged.connect(self._make_way)
        self._fresh = QTimer(self, singleShot=True, interval=_READ_MS)

    def tell(self, outcome: str) -> None:
        """Say what was done, or was not, until something else is done, `dismiss` is called, or it may `give_way`."""
        self._fresh.start()
        self._outcome.setText(outcome)
        self._outcome.setVisible(bool(outcome) and not self.currentMessage())

    def dismiss(self, _: object = None) -> None:
        """Forget what was done last, because a person went on from there."""
        if self._outcome.text():
            self.tell("")

    def give_way(self, _: object = None) -> None:
        """Forget what was done last, as a person does something else, unless it could not be read yet."""
        if not self._fresh.isActive():
            self.dismiss()

    def say(self, text: str, mood: Mood = Mood.QUIET, aside: str = "") -> None:
        """Show a message now, or once present work is finished. `aside` follows it without the mood's colour."""
        self._message = _Message(text, mood, aside)
        self._soon.ask(self._show)

    def explain(self, details: str) -> None:
        """Add details to the last message, in its tool tip and for screen readers."""
        self._message = self._message._replace(details=details)
        self._soon.ask(self._show)

    def _show(self) -> None:
        """Show what is to be read now, unless that was read before: every edit is measured with the same outcome."""
        message = _Message(f"{self._busy} (Esc cancels)", Mood.QUIET) if self._busy else self._message
        if message != self._shown:
            self._shown = message
            self._status.setText(message.text, message.aside)
            self._status.explain(message.details)
            set_property(self._status, "state", str(message.mood))

    def show_progress(self, progress: Progress | None) -> None:
        """Show finished operations of all, or finished passes of a repeated measurement. None means that no pass
        runs."""
        self._show_running(progress is not None)
        if progress is None:
            return
        several = progress.repeats > 1
        self._progress.setMaximum(progress.repeats if several else progress.total)
        self._progress.setValue(progress.repeat if several else progress.done)

    def show_busy(self, title: str) -> None:
        """Show work of unknown length. An empty title ends it and brings the earlier message back."""
        self._show_running(bool(title))
        self._progress.setRange(0, 0 if title else 1)
        self._busy = title
        self._soon.ask(self._show)

    def _show_running(self, running: bool) -> None:
        self._running = running
        self._progress.setVisible(running and not self.currentMessage())

    def _make_way(self, tip: str) -> None:
        """Hide messages and progress while a command's status tip is shown.

        Qt hides them too, but shows them again, over the tip, when it lays out the bar.
        """
        self._outcome.setVisible(bool(self._outcome.text()) and not tip)
        self._status.setVisible(not tip)
        self._progress.setVisible(self._running and not tip)

    def set_conventions(self, conventions: Conventions) -> None:
        """Set how the totals are counted and written."""
        self._conventions = conventions

    def show_totals(self, network: ResolvedNetwork) -> None:
        reach = "" if network.runs else "as far as it runs: "
        self._all_totals = (
            f"{reach}depth {network.depth.value}",
            parameters_text(count_parameters(network, self._conventions), self._conventions),
            weights_size_text(network, self._conventions),
            macs_text(network.macs.value, self._conventions),
        )
        self._fit_totals()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_totals()

    def _fit_totals(self) -> None:
        """Show as many totals as leave room for a message, but depth and parameters in any case; all of them where the
        mouse points. The table's last row has them too."""
        whole, metrics = _DOT.join(self._all_totals), self._totals.fontMetrics()
        room = self.width() - _MESSAGE * metrics.averageCharWidth()
        fitting = [_DOT.join(self._all_totals[:count]) for count in range(len(self._all_totals), 1, -1)]
        shown = next(
            (text for text in fitting if metrics.horizontalAdvance(text) <= room), fitting[-1] if fitting else ""
        )
        if shown != self._totals.text():
            self._totals.setText(shown)
        self._totals.setToolTip("" if shown == whole else whole)  # text of ours alone
        self._totals.setAccessibleDescription(whole)
