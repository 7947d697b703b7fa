"""File > Trained Weights: what is here is opened; what is not is asked about, fetched on a thread, and opened then."""

from __future__ import annotations

import contextlib
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Qt, Signal

from squeezeviz.files.weights.trained import State, TrainedWeights, trained_weights
from squeezeviz.gui.files.commands import FileCommands
from squeezeviz.gui.widgets.background import Background
from squeezeviz.gui.widgets.messages import NoticeBar
from squeezeviz.model.errors import LONGEST_FILE, SqueezevizError
from squeezeviz.model.text import plain_path
from squeezeviz.model.wording import readable_bytes

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

NOTICE = "trained weights"
"""The key of the notice that asks whether to fetch."""
_STEPS = 20
"""How often at most it is shown how much has come."""


class TrainedNetworks(QObject):
    """Opens networks with trained weights by their ids, and fetches them if a person wants that; one at a time.

    The thread is a daemon: a server that does not answer holds up not even the exit.
    """

    refused = Signal(str)
    """Weights could not be fetched: one sentence."""
    busy = Signal()
    """`title` changed."""
    _came = Signal(object, int, int)
    _ended = Signal(object, object)

    def __init__(self, files: FileCommands, background: Background, notice: NoticeBar, window: QWidget) -> None:
        super().__init__(window)
        self._files, self._background, self._notice = files, background, notice
        self._now: TrainedWeights | None = None
        self._given_up = Event()
        self._so_far = ""
        self._came.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def title(self) -> str:
        """What is being fetched and how much of it has come, or an empty text."""
        return f"Fetching {self._now.id}{self._so_far}…" if self._now is not None else ""

    def open(self, weights_id: str) -> None:
        """Open the network, or ask whether to fetch its weights where they are not here, or damaged."""
        weights = trained_weights(weights_id)
        self._background.run(
            "",
            lambda _: weights.state,
            lambda state: self._decide(weights, state),
            lambda error: self.refused.emit(str(error)),
        )

    def forget(self) -> None:
        """Another network is open: whether to fetch these weights is no question any more."""
        self._notice.dismiss(NOTICE)

    def cancel(self) -> str:
        """Give up what is being fetched, of which nothing stays. Return its id; an empty text where there is none."""
        if self._now is None:
            return ""
        name, self._now = self._now.id, None
        self._given_up.set()
        self.busy.emit()
        return name

    def _decide(self, weights: TrainedWeights, state: State) -> None:
        if state in (State.BUILT_IN, State.HERE):
            self._files.open(weights.id)
            return
        what = "are not here yet" if state is State.ABSENT else "are damaged"
        self._notice.show_notice(
            NOTICE,
            f"The weights {weights.id} {what}. They can be fetched from {urlsplit(weights.url).hostname} "
            f"({readable_bytes(weights.bytes)}), and are then kept in "
            f"{plain_path(str(weights.path.parent), LONGEST_FILE)}, where PyTorch looks for them too.",
            [("Fetch and Open", lambda: self._start(weights))],
        )

    def _start(self, weights: TrainedWeights) -> None:
        if self._now is not None:
            self.refused.emit(f"{self._now.id} is still being fetched; Esc cancels that.")
            return
        self._now, self._given_up, self._so_far = weights, Event(), ""
        Thread(target=self._fetch, args=(weights, self._given_up), name="fetching", daemon=True).start()
        self.busy.emit()

    def _fetch(self, weights: TrainedWeights, given_up: Event) -> None:
        """Fetch on the thread. Any exception but SqueezevizError is a bug, and Python shows its traceback."""
        from squeezeviz.files.weights.fetching import fetch  # not sooner: it loads what speaks https

        shown = -1

        def show(done: int, size: int) -> None:
            nonlocal shown
            step = done * _STEPS // size
            if step != shown:
                shown = step
                with contextlib.suppress(RuntimeError):  # the window is gone
                    self._came.emit(given_up, done, size)

        outcome: Path | SqueezevizError | None = None
        try:
            outcome = fetch(weights, show, given_up.is_set)
        except SqueezevizError as error:
            outcome = error
        finally:
            with contextlib.suppress(RuntimeError):
                self._ended.emit(given_up, outcome)

    def _show_progress(self, given_up: Event, done: int, size: int) -> None:
        if given_up is self._given_up and self._now is not None:
            self._so_far = f", {readable_bytes(done)} of {readable_bytes(size)}"
            self.busy.emit()

    def _take(self, given_up: Event, outcome: object) -> None:
        weights = self._now
        if given_up is not self._given_up or weights is None:
            return  # it was cancelled
        self._now = None
        self.busy.emit()
        if isinstance(outcome, Path):
            self._files.open(weights.id)
        else:
            self.refused.emit(str(outcome or "This is a bug in squeezeviz; the terminal shows the details."))
