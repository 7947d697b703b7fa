"""When a live pass runs, and what the window says of it."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.timing import passes_text, time_text
from squeezeviz.analysis.weights import KeptWeights
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.answer import LiveAnswer
from squeezeviz.gui.live.client import LiveClient, Phase
from squeezeviz.gui.widgets.background import Background
from squeezeviz.model.table import same_pass
from squeezeviz.trace.protocol import Progress, Run


class Mood(StrEnum):
    """How the status line is meant."""

    QUIET = "quiet"
    MEASURED = "measured"
    PROBLEM = "problem"


class LiveControl(QObject):
    """Runs a pass after every change while Live is on, and when asked; keeps the last good answer.

    An answer to an older table never gets here: the client drops it.
    """

    answer_changed = Signal(object)
    """The LiveAnswer to show, or None."""
    said = Signal(str, object)
    """A sentence for the status line, and its Mood."""
    found = Signal(str, object, str)
    """The same of a pass that is over, and how long it took: a time agrees with nothing."""
    explained = Signal(str)
    """All that the worker said of the failure that was told last; empty where it said no more, or none is told."""
    progressed = Signal(object)
    """How far the pass has come; None when none runs."""

    def __init__(
        self, document: Document, client: LiveClient, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._background = background
        self._live = False
        self._device = "cpu"
        self._batch = 1
        self._serial = 0
        self._asked = 1
        """So many passes were asked for last."""
        self._networks: dict[int, ResolvedNetwork] = {}
        self.answer: LiveAnswer | None = None
        client.finished.connect(self._finished)
        client.failed.connect(self._failed)
        client.cancelled.connect(self._cancelled)
        client.progressed.connect(self._progressed)
        client.phase_changed.connect(self._phase_changed)
        client.unheard.connect(self._unheard)
        client.gone.connect(self._gone)

    @property
    def live(self) -> bool:
        return self._live

    @property
    def device(self) -> str:
        """The id of the device that passes run on."""
        return self._device

    @property
    def running(self) -> bool:
        """Whether a pass of the open table runs; the client may run others, which are not told of here."""
        return self._client.running is not None and self._is_ours(self._client.running)

    def set_live(self, live: bool) -> None:
        """Turn automatic passes on or off; on measures at once what is not measured yet."""
        self._live = live
        if live and (self.answer is None or not self.answer.fresh):
            self.run()
        elif not live and not self.running:
            self._say_idle()

    def set_device(self, device: str) -> None:
        if device != self._device:
            self._device = device
            self._conditions_changed()

    def set_batch(self, batch: int) -> None:
        if batch != self._batch:
            self._batch = batch
            self._conditions_changed()

    def run(self, repeats: int = 1) -> None:
        """Measure the table as it is now, once or so often for the medians of its times."""
        network = self._document.network
        if not network.layers:
            self.cancel()
            reason = str(network.problems[0]) if network.problems else "the table has no layers"
            self.said.emit(f"Nothing to measure: {reason}.", Mood.QUIET)
            return
        self._asked = repeats
        if self._device == "meta":  # where there are no times, there is nothing to take medians of
            repeats = 1
        self._serial += 1
        self._networks = {self._serial: network}
        self.explained.emit("")
        weights = self._document.weights
        self._client.run(Run(self._serial, network.table, self._device, self._batch, weights, repeats))
        if self._client.phase is Phase.STARTING:
            self.said.emit("Predicted. Loading PyTorch for the live pass…", Mood.QUIET)

    def cancel(self) -> None:
        """Give up the pass that runs; of repeated ones those that are whole count."""
        if self.running:
            if self._client.running is not None and self._client.running.repeats > 1:
                self.said.emit("Stopping; the passes that are whole will count.", Mood.QUIET)
            self._client.cancel()

    def show_beside(self, network: ResolvedNetwork) -> None:
        """After a change, once the table is shown: say what of the last answer still holds for it."""
        if self.answer is not None:
            self._show(self.answer.beside(network))
        if not self._live and not self.running:
            self._say_idle()

    def follow(self, _: ResolvedNetwork) -> None:
        """The table changed: where Live is on, measure it; else give up the pass of the table before."""
        if self._tells_already():
            return
        if self._live:
            self.run()
        else:
            self.cancel()

    def _tells_already(self) -> bool:
        """Whether the pass that runs, or the answer that held until now, measures the changed table too."""
        if self._client.running is not None and self.running:
            same_weights = _file_of(self._client.running.weights) == _file_of(self._document.weights)
            return same_weights and same_pass(self._networks[self._serial].table, self._document.table)
        return bool(self.answer and self.answer.fresh and same_pass(self.answer.network.table, self._document.table))

    def _is_ours(self, request: Run) -> bool:
        return request.revision in self._networks

    def _conditions_changed(self) -> None:
        if self.answer is not None:
            self._show(self.answer.under_other_conditions())
        if self._live:
            self.run()
        elif not self.running:
            self._say_idle()

    def forget(self) -> None:
        """Another table is open: the answer is of none that is shown."""
        self._show(None)

    def _show(self, answer: LiveAnswer | None) -> None:
        self.answer = answer
        self.answer_changed.emit(answer)

    def _say_idle(self) -> None:
        if self.answer is None or not self.answer.fresh:
            self.said.emit("Predicted, not measured. F5 runs a live pass.", Mood.QUIET)

    def _finished(self, request: Run, measured: LivePass) -> None:
        if not self._is_ours(request):
            return
        self.progressed.emit(None)
        network = self._networks[request.revision]
        if not same_pass(network.table, self._document.table):
            self._say_idle()
            return
        earlier = self.answer
        self._background.run(
            "",
            lambda _: LiveAnswer.of(network, measured, earlier),
            lambda answer: self._take(request, answer),
            lambda error: self.said.emit(str(error), Mood.PROBLEM),
        )

    def _take(self, request: Run, answer: LiveAnswer) -> None:
        if not same_pass(answer.network.table, self._document.table) or self.running:
            return
        answer = answer.beside(self._document.network)
        if (request.device, request.batch) == (self._device, self._batch):
            self._show(answer)
            self.found.emit(*_verdict(answer, self._asked))
        else:
            self._show(answer.under_other_conditions())
            self._say_idle()

    def _failed(self, request: Run, reason: str) -> None:
        if not self._is_ours(request):
            return
        self.progressed.emit(None)
        kept = " The numbers of the last good pass stay, marked as old." if self.answer else ""
        self.said.emit(f"No live pass: {reason}{'' if reason.endswith('.') else '.'}{kept}", Mood.PROBLEM)
        self.explained.emit(self._client.details)

    def _gone(self, reason: str) -> None:
        self.said.emit(f"No live pass: {reason}", Mood.PROBLEM)
        self.explained.emit(self._client.details)

    def _unheard(self, request: Run, seconds: int) -> None:
        if self._is_ours(request):
            self.said.emit(f"Live pass: nothing heard of it for {seconds} s (Esc ends it)", Mood.PROBLEM)

    def _cancelled(self, request: Run) -> None:
        if not self._is_ours(request):
            return
        self.progressed.emit(None)
        self.said.emit("Live pass cancelled. F5 runs it again.", Mood.QUIET)

    def _progressed(self, request: Run, progress: Progress) -> None:
        if not self._is_ours(request):
            return
        self.progressed.emit(progress)
        self.said.emit(_on_the_way(progress), Mood.QUIET)

    def _phase_changed(self, phase: Phase) -> None:
        if phase is Phase.RUNNING and self.running:
            self.said.emit("Live pass…", Mood.QUIET)


def _file_of(weights: KeptWeights | None) -> str:
    """Where they lie; empty where there are none."""
    return weights.path if weights is not None else ""


def _on_the_way(progress: Progress) -> str:
    within = f"{progress.done} of {progress.total} operations, {progress.name}"
    if progress.repeats == 1:
        return f"Live pass: {within} (Esc cancels)"
    which = f"{progress.repeat} of {progress.repeats}" if progress.repeat else "that warms up"
    return f"Live pass {which}: {within} (Esc stops; whole passes count)"


def _verdict(answer: LiveAnswer, asked: int) -> tuple[str, Mood, str]:
    """What was checked, and apart from it how long it took; `asked` is how many passes were wanted."""
    measured = answer.measured
    where = f"live pass on {measured.device.name.partition(' · ')[0]}"
    took = f" · {_took(answer, asked)}" if measured.time_ms else ""
    if answer.disagreements:
        count = len(answer.disagreements)
        first = str(answer.disagreements[0])
        return f"≠ {where}: {count} measured otherwise than predicted; {first}", Mood.PROBLEM, took
    if answer.network.problems:
        problem = answer.network.problems[0]
        far = f"as far as {measured.layers[-1].name}" if measured.layers else "no layer"
        return f"{where}, {far} only. {problem}", Mood.PROBLEM, took
    if measured.device.id == "meta":
        no_time = "; no arithmetic was done, so there are no times" + (" to take medians of" if asked > 1 else "")
        return f"✓ {where}: every shape and count is as predicted{no_time}", Mood.MEASURED, ""
    return f"✓ {where}: shapes, counts and depth as predicted", Mood.MEASURED, took


def _took(answer: LiveAnswer, asked: int) -> str:
    """`44 ms, one pass`, `44 ms (IQR 1.6), median of 20 passes`; and what else a person should know of it."""
    measured = answer.measured
    said = f"{time_text(measured.time_ms, measured.quartiles_ms)}, {passes_text(measured.repeats)}"
    if measured.repeats < asked:
        return f"{said}, stopped before {asked:,}"
    if asked > 1:
        return said
    if measured.repeats > 1:
        return f"{said} made before"
    kept = sum(layer.repeats > 1 for layer in measured.layers)
    return f"{said}; {kept} unchanged layers keep their medians" if kept else said
