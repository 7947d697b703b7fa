"""When a live pass runs, and what the window says about it."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.arithmetic import EXACT, Arithmetic
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.client import LiveClient, Phase, Silence
from squeezeviz.gui.widgets.background import Background
from squeezeviz.model.errors import brief
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import same_pass

if TYPE_CHECKING:
    from squeezeviz.analysis.pictures.batch import PictureInput
    from squeezeviz.analysis.weights import RetainedWeights
    from squeezeviz.gui.live.answer import LiveAnswer
    from squeezeviz.trace.protocol import Done, FollowValue, Progress, Run, ShowMaps

MOST_AT_ONCE = 60
"""So many layers are judged where their answer arrives: a thread would take longer to begin."""

_NOT_MEASURED = "Predicted, not measured. F5 runs a live pass."


class Mood(StrEnum):
    """The kind of message in the status bar."""

    QUIET = "quiet"
    MEASURED = "measured"
    PROBLEM = "problem"


class Conditions(NamedTuple):
    """What a pass is run with, beside the table."""

    device: str
    batch: int
    arithmetic: Arithmetic
    pictures: PictureInput | None


class LiveControl(QObject):
    """Runs a pass after every change while Live is on, and on request. It holds the last good answer.

    Answers to older tables never get here, because the client drops them.
    """

    answer_changed = Signal(object)
    """The LiveAnswer to show, or None."""
    arithmetic_changed = Signal()
    """Another Arithmetic or device was chosen, perhaps the same again."""
    said = Signal(str, object, str)
    """A sentence for the status bar, its Mood, and what follows it and cannot agree or disagree: the time it took."""
    explained = Signal(str)
    """All that the worker wrote about the failure that was just reported, or empty."""
    progressed = Signal(object)
    """The Progress of the running pass, or None."""

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
        self._pictures: PictureInput | None = None
        self._arithmetic = EXACT
        self._serial = 0
        self._asked = 1
        """How many passes were requested last."""
        self._networks: dict[int, ResolvedNetwork] = {}
        self._maps_wanted_by: set[str] = set()
        self.answer: LiveAnswer | None = None
        client.answered.connect(self._on_answer)
        client.maps_brought.connect(self._on_maps)
        client.value_followed.connect(self._on_maps)
        client.phase_changed.connect(self._on_phase_changed)
        client.gone.connect(self._on_worker_gone)

    @property
    def live(self) -> bool:
        return self._live

    @property
    def device(self) -> str:
        """The id of the device that passes run on."""
        return self._device

    @property
    def running(self) -> bool:
        """Whether a pass of the open table runs. The client may run other passes, which do not count here."""
        return self._client.running is not None and self._is_ours(self._client.running)

    def set_live(self, live: bool) -> None:
        """Turn automatic passes on or off. Turning them on measures at once what is not measured yet."""
        self._live = live
        if live and (self.answer is None or not self.answer.fresh):
            self.run()
        elif not live and not self.running:
            self._say_idle()

    def set_device(self, device: str) -> None:
        if device != self._device:
            self._device = device
            self.arithmetic_changed.emit()
            self._on_conditions_changed()

    @property
    def arithmetic(self) -> Arithmetic:
        """What passes compute in."""
        return self._arithmetic.on(self._device)

    @property
    def chosen_arithmetic(self) -> Arithmetic:
        """What passes compute in on any device that computes."""
        return self._arithmetic

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        before, self._arithmetic = self._arithmetic, arithmetic
        self.arithmetic_changed.emit()
        if arithmetic != before:
            self._on_conditions_changed()

    def set_batch(self, batch: int) -> None:
        if batch != self._batch:
            self._batch = batch
            self._on_conditions_changed()

    def set_pictures(self, pictures: PictureInput | None) -> None:
        """Run passes on these, which are the batch then; on a ramp of grey where there are none."""
        if pictures != self._pictures:
            self._pictures = pictures
            self._on_conditions_changed()

    def run(self, repeats: int = 1) -> None:
        """Measure the present table once, or `repeats` times for medians."""
        from squeezeviz.trace.protocol import Run

        network = self._document.network
        if not network.layers:
            self.cancel()
            reason = str(network.problems[0]) if network.problems else "the table has no layers"
            self._say(f"Nothing to measure: {reason}.")
            return
        self._asked = repeats
        if self._device == "meta":  # without times there are no medians
            repeats = 1
        self._serial += 1
        self._networks = {self._serial: network}
        self.explained.emit("")
        weights = self._document.weights
        device, batch, arithmetic, pictures = self.conditions
        keeps = self._keeps_maps
        self._client.run(
            Run(self._serial, network.table, device, batch, weights, repeats, arithmetic, True, pictures, keeps)
        )
        if self._client.phase is Phase.STARTING:
            self._say("Predicted. Loading PyTorch for the live pass…")
        elif self.running:  # in place of another pass too, where no phase changes
            self._say("Live pass…")

    def want_maps(self, who: str, wanted: bool) -> None:
        """Have passes keep their feature maps for as long as anybody wants them. `who` is any name.

        Where Live is on, a pass that kept none is run again.
        """
        if wanted:
            self._maps_wanted_by.add(who)
            self._run_for_maps()
        else:
            self._maps_wanted_by.discard(who)

    @property
    def _keeps_maps(self) -> bool:
        return bool(self._maps_wanted_by) and self._device != "meta"

    @property
    def _misses_maps(self) -> bool:
        """Whether Live is on and maps are wanted that the last pass did not keep."""
        return self._live and self._keeps_maps and (self.answer is None or self.answer.maps_of is None)

    def _run_for_maps(self) -> None:
        running = self._client.running
        if running is not None and not self._is_ours(running):
            return  # a pass beside the open table, which is not to be cancelled for this
        coming = running is not None and (running.keep_maps or running.repeats > 1)
        if self._misses_maps and not coming:
            self.run()

    def _on_maps(self, request: ShowMaps | FollowValue, brought: object) -> None:
        """Note that the worker has the maps of a pass no more, as it ran another one."""
        from squeezeviz.trace.protocol import NoMaps

        answer = self.answer
        stale = isinstance(brought, NoMaps) and brought.is_stale and not self.running
        if stale and answer is not None and answer.maps_of == request.revision:
            self._show(answer.without_maps())
            self._run_for_maps()

    def cancel(self) -> None:
        """Cancel the running pass. Complete passes of a repeated measurement count."""
        if self.running:
            if self._client.running is not None and self._client.running.repeats > 1:
                self._say("Stopping; the complete passes will count.")
            self._client.cancel()

    def show_beside(self, network: ResolvedNetwork) -> None:
        """After a change, once the table shows it, say which numbers of the last answer still hold."""
        if self.answer is not None:
            self._show(self.answer.beside(network))
        if not self._live and not self.running:
            self._say_idle()

    def follow(self, network: ResolvedNetwork) -> None:
        """The table changed: where Live is on, measure it; else give up the pass of the table before.

        A table that the last answer measured, to which undo came back, is not measured again, but for wanted maps.
        """
        if self._is_being_measured():
            return
        if self.answer is not None and self.answer.beside(network).fresh and not self._misses_maps:
            self._give_up()
            self.said.emit(*_verdict_text(self.answer, self.answer.measured.repeats))
        elif self._live:
            self.run()
        elif self.running:
            self.cancel()
        else:
            self._say(_NOT_MEASURED)

    def _is_being_measured(self) -> bool:
        """Whether the running pass also measures the changed table."""
        running = self._client.running
        if running is None or not self.running:
            return False
        same_weights = _weights_path(running.weights) == _weights_path(self._document.weights)
        return same_weights and same_pass(self._networks[self._serial].table, self._document.table)

    def _give_up(self) -> None:
        """Cancel the running pass without a word, because nobody needs its answer."""
        if self.running:
            self._networks = {}
            self._client.cancel()
            self.progressed.emit(None)

    def _is_ours(self, request: Run) -> bool:
        return request.revision in self._networks

    @property
    def conditions(self) -> Conditions:
        """What a pass is run with now."""
        return Conditions(self._device, self.batch, self.arithmetic, self._pictures)

    @property
    def batch(self) -> int:
        """How many images a pass takes: as many as there are pictures."""
        return self._batch if self._pictures is None else len(self._pictures.pictures)

    def _on_conditions_changed(self) -> None:
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

    def _say(self, sentence: str, mood: Mood = Mood.QUIET) -> None:
        self.said.emit(sentence, mood, "")

    def _say_idle(self) -> None:
        if self.answer is None or not self.answer.fresh:
            self._say(_NOT_MEASURED)

    def _on_answer(self, request: Run, answer: object) -> None:
        """Show what came of a pass, if it is one of ours."""
        from squeezeviz.trace.protocol import Cancelled, Done, Failed, Progress

        if not self._is_ours(request):
            return
        if not isinstance(answer, Silence):
            self.progressed.emit(answer if isinstance(answer, Progress) else None)
        match answer:
            case Progress():
                self._say(_progress_text(answer))
            case Silence(seconds):
                self._say(f"Live pass: nothing heard of it for {seconds} s (Esc ends it)", Mood.PROBLEM)
            case Done():
                self._judge(request, answer)
            case Cancelled():
                self._say("Live pass cancelled. F5 runs it again.")
            case Failed(_, reason):
                kept = " The numbers of the last good pass stay, marked as old." if self.answer else ""
                self._say(f"No live pass: {reason}{'' if reason.endswith('.') else '.'}{kept}", Mood.PROBLEM)
                self.explained.emit(self._client.details)

    def _judge(self, request: Run, done: Done) -> None:
        """Compare a pass with the prediction, unless the table has changed since: a long one in the background."""
        from squeezeviz.gui.live.answer import LiveAnswer

        network = self._networks[request.revision]
        if not same_pass(network.table, self._document.table):
            self._say_idle()
            return
        maps_of = request.revision if request.keep_maps else None
        judge = partial(
            LiveAnswer.of,
            network,
            done.pass_,
            self.answer,
            request.pictures,
            done.seen,
            maps_of,
            request.revision,
        )
        self._asked = max(self._asked, done.pass_.repeats)  # a GPU runs several unasked
        if len(network.layers) <= MOST_AT_ONCE:
            self._take(request, judge())
            return
        self._background.run(
            "",
            lambda _: judge(),
            lambda answer: self._take(request, answer),
            lambda error: self._say(str(error), Mood.PROBLEM),
        )

    def _take(self, request: Run, answer: LiveAnswer) -> None:
        if not same_pass(answer.network.table, self._document.table) or self.running:
            return
        answer = answer.beside(self._document.network)
        if (request.device, request.batch, request.arithmetic, request.pictures) == self.conditions:
            self._show(answer)
            self.said.emit(*_verdict_text(answer, self._asked))
            self._run_for_maps()
        else:
            self._show(answer.under_other_conditions())
            self._say_idle()

    def _on_worker_gone(self, reason: str) -> None:
        self._say(f"No live pass: {reason}", Mood.PROBLEM)
        self.explained.emit(self._client.details)

    def _on_phase_changed(self, phase: Phase) -> None:
        if phase is Phase.RUNNING and self.running:
            self._say("Live pass…")


def _weights_path(weights: RetainedWeights | None) -> str:
    """Return the path of the weights' file, or an empty text if there are none."""
    return weights.path if weights is not None else ""


def _progress_text(progress: Progress) -> str:
    within = f"{progress.done} of {progress.total} operations, {progress.name}"
    if progress.repeats == 1:
        return f"Live pass: {within} (Esc cancels)"
    which = f"{progress.repeat} of {progress.repeats}" if progress.repeat else "that warms up"
    return f"Live pass {which}: {within} (Esc stops; complete passes count)"


def _verdict_text(answer: LiveAnswer, asked: int) -> tuple[str, Mood, str]:
    """Return what was checked, how it is meant, and how long it took. `asked` is how many passes were requested."""
    measured = answer.measured
    where = f"live pass on {measured.device.name.partition(' · ')[0]}"
    if measured.arithmetic != EXACT:
        where += f" in {measured.arithmetic}"
    where += _shown_text(answer)
    took = f" · {_time_taken(answer, asked)}" if measured.time_ms else ""
    if answer.disagreements:
        count = len(answer.disagreements)
        first = str(answer.disagreements[0])
        return f"≠ {where}: {count} measured differently than predicted; {first}", Mood.PROBLEM, took
    if answer.network.problems:
        problem = answer.network.problems[0]
        far = f"as far as {measured.layers[-1].name}" if measured.layers else "no layer"
        return f"{where}, {far} only. {problem}", Mood.PROBLEM, took
    if measured.device.id == "meta":
        no_time = "; no arithmetic was done, so there are no times" + (" to take medians of" if asked > 1 else "")
        no_time += "" if answer.pictures is None else ", and it sees no picture"
        return f"✓ {where}: every shape and count is as predicted{no_time}", Mood.MEASURED, ""
    return f"✓ {where}: shapes, counts and depth as predicted", Mood.MEASURED, took + _random_text(answer)


def _shown_text(answer: LiveAnswer) -> str:
    """Return on what the pass ran, if that was no ramp of grey."""
    if answer.pictures is None or answer.seen is None:
        return ""
    shown = answer.pictures.pictures
    return f" with {brief(shown[0].name)}" if len(shown) == 1 else f" with {len(shown)} pictures"


def _random_text(answer: LiveAnswer) -> str:
    """Return what is not checked of a pass on pictures: what it says of them means nothing if weights are random."""
    given = set(answer.measured.given)
    weighted = [layer.name for layer in answer.measured.layers if layer.parameters]
    if answer.pictures is None or answer.seen is None or given.issuperset(weighted):
        return ""
    return " · its weights are random" if given.isdisjoint(weighted) else " · some of its weights are random"


def _time_taken(answer: LiveAnswer, asked: int) -> str:
    """Return `44 ms, one pass` or `44 ms (IQR 1.6), median of 20 passes`, with remarks on passes that are missing or
    older."""
    from squeezeviz.analysis.timing import passes_text, time_text

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
