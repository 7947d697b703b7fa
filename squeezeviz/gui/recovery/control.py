"""A window's unsaved work, and the unsaved work of other windows, which is offered, listed and discarded here."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMenu, QWidget

from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.files.process_folders import ProcessFolder
from squeezeviz.files.reading import read_text
from squeezeviz.gui.document import Document
from squeezeviz.gui.files import window_folders as folders
from squeezeviz.gui.files.commands import FileCommands
from squeezeviz.gui.files.window_folders import SNAPSHOT, WorkFolder
from squeezeviz.gui.panels.baseline import Baseline
from squeezeviz.gui.recovery.outlook import OutlookControl
from squeezeviz.gui.recovery.recorder import Recorder, reason_of
from squeezeviz.gui.recovery.snapshot import Pinned, Snapshot, Summary, WeightsFile, summary_of
from squeezeviz.gui.recovery.starting import DEFAULT, Recovered, Start, UnreadableError, recover, unreadable
from squeezeviz.gui.widgets.background import Background
from squeezeviz.gui.widgets.field_keys import finish_typing
from squeezeviz.gui.widgets.messages import NoticeBar
from squeezeviz.model.errors import Place, SqueezevizError, brief, quoted
from squeezeviz.model.text import action_text

_RECOVERED, _OFFERED, _GIVEN_UP, _FAILING = "recovered", "offered", "given up", "failing"
"""The keys of our notices."""
_LONGEST_ENTRY = 480


class RecoveryControl(QObject):
    """Keeps this window's unsaved work, and offers that of others. It is created after the first paint."""

    refused = Signal(str)
    """What was left unsaved cannot be had: one sentence."""
    desktop_ends = False
    """Whether the desktop is about to end, and what is unsaved is kept: closing the window asks nothing then."""

    def __init__(
        self,
        document: Document,
        work: WorkFolder,
        files: FileCommands,
        notice: NoticeBar,
        outlook: OutlookControl,
        baseline: Baseline,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._baseline = baseline
        self._document, self._work, self._files = document, work, files
        self._notice, self._outlook, self._window = notice, outlook, window
        self._background = Background(self)
        """A thread of its own: an export holds up nothing here."""
        self._recorder = Recorder(document, work, self._background, self._capture)
        self._recorder.failed.connect(self._say_failing)
        self._recorder.recovered.connect(lambda: self._notice.dismiss(_FAILING))
        self._given_up: tuple[Snapshot, RetainedWeights | None] | None = None
        """The unsaved network that was replaced by its file. It can be brought back."""
        self._discarded: ProcessFolder | None = None
        """What another window left and was discarded here: it goes when the window does."""

    def greet(self, start: Start) -> None:
        """Say what was recovered, what could not be opened, and what can be recovered."""
        for place, sentence in enumerate(start.sentences):
            self._notice.show_notice(f"start-{place}", sentence, ())
        if start.recovered is not None:
            self._pin(start.recovered)
            self._say_recovered(start.recovered.snapshot)
        else:
            self._offer(start.opened.path)
        if folders.are_there():
            self._background.run("", lambda _: folders.sweep(), lambda _: None, lambda _: None)

    def follow(self, *_: object) -> None:
        """The table changed: somebody works on, and the desktop was not ended after all."""
        self.desktop_ends = False
        self._recorder.take_note()

    def follow_outlook(self, *_: object) -> None:
        self._recorder.take_note()

    def follow_title(self) -> None:
        """The file's name changed, or whether something is unsaved."""
        if self._document.modified:
            self._recorder.take_note()
        else:
            self._recorder.take_note_now()
            self._notice.dismiss(_RECOVERED)

    def begin_anew(self) -> None:
        """Another network is open: say what it took the place of, and forget what was given up before."""
        self._recorder.take_note_now()
        self._notice.dismiss(_RECOVERED)
        given_up, self._given_up = self._given_up, None
        self._notice.dismiss(_GIVEN_UP)
        if given_up is not None:
            snapshot, weights = given_up
            self._say_given_up(snapshot.title, lambda: self._bring_back(snapshot, weights))

    def keep(self) -> bool:
        """Write the open network now. Return whether nothing would be lost if the process ended."""
        try:
            self._recorder.keep()
        except SqueezevizError as error:
            self._say_failing(reason_of(error))
            return False
        return True

    def stop(self) -> None:
        """Stop recording, because the window closes."""
        self._forget_discarded()
        self._recorder.stop()
        self._background.close()

    def fill_menu(self, menu: QMenu) -> None:
        """Fill the menu with an entry for each unsaved network, to open or to discard it."""
        for child in menu.findChildren(QMenu):
            child.deleteLater()
        menu.clear()
        now = time.time()
        listed = self._listed()
        for path, summary in listed:
            entry = menu.addMenu(action_text(f"{brief(summary.title)}, {age(summary.saved_at, now)}"))
            entry.setToolTipsVisible(True)
            entry.addAction(action_text(_what(summary), _LONGEST_ENTRY)).setEnabled(False)
            entry.addSeparator()
            entry.addAction("Open").triggered.connect(lambda _=False, path=path: self.open(path))
            entry.addAction("Discard").triggered.connect(
                lambda _=False, path=path, title=summary.title: self.discard(path, title)
            )
        if not listed:
            menu.addAction("Nothing to recover").setEnabled(False)

    def open(self, path: Path) -> None:
        """Open what was left unsaved in a folder, after the question about unsaved changes."""
        if not self._files.may_leave():
            self._offer(self._document.path)
            return
        revision = self._document.revision
        self._background.run(
            "",
            lambda _: recover(path),
            lambda found: self._show(found, revision),
            self._refuse,
            after_dialogs=True,
        )

    def discard(self, path: Path, title: str) -> None:
        """Delete an unsaved network when the window closes. Until then it can be brought back."""
        self._notice.dismiss(_OFFERED)
        folder = folders.take(path)
        if folder is not None:
            self._forget_discarded()
            self._discarded = folder
            self._say_given_up(title, self._bring_discarded_back)

    def reload(self, otherwise: str = "") -> None:
        """Open the file as it is on the disk, or `otherwise` if there is no file.

        There is no question, because the open network can be brought back.
        """
        document = self._document
        finish_typing(self._window)
        if document.modified:
            self._given_up = self._capture(), document.weights
        self._files.open_unasked(str(document.path) if document.path else otherwise, otherwise=otherwise)

    def _capture(self) -> Snapshot:
        document, pinned = self._document, self._baseline.network
        return Snapshot(
            document.table,
            time.time(),
            document.path.absolute() if document.path else None,
            document.writes_back,
            document.disk,
            document.notes,
            self._kept(document.weights),
            self._outlook.outlook(),
            None if pinned is None else Pinned(pinned.table, self._baseline.title, self._kept(self._baseline.weights)),
        )

    def _kept(self, weights: RetainedWeights | None) -> WeightsFile | None:
        if weights is None:
            return None
        return WeightsFile(self._work.name_of(weights), weights.origin, dict(weights.renamed), weights.stored)

    def _pin(self, found: Recovered) -> None:
        """Pin again what was pinned when the window ended."""
        if (pinned := found.snapshot.baseline) is not None:
            self._baseline.pin(pinned.table, pinned.title, found.baseline_weights)

    # What was recovered

    def _say_recovered(self, snapshot: Snapshot) -> None:
        self._recorder.has(snapshot)
        what = "Its changes are here" if snapshot.path else "It is open"
        self._notice.show_notice(
            _RECOVERED,
            f"squeezeviz ended before {quoted(snapshot.title)} was saved. {what} again, still unsaved, as of "
            f"{moment(snapshot.saved_at, time.time())}.{_others(len(folders.left_behind()))}",
            # Back to the file as it is, or to the default network. The snapshot is deleted once that is open.
            [("Discard Changes" if snapshot.path else "Discard It", lambda: self.reload(otherwise=DEFAULT))],
        )

    # What was given up

    def _say_given_up(self, title: str, bring_back: Callable[[], object]) -> None:
        sentence = f"The unsaved changes to {quoted(title)} were discarded."
        self._notice.show_notice(_GIVEN_UP, sentence, [("Bring Them Back", bring_back)])

    def _bring_back(self, snapshot: Snapshot, weights: RetainedWeights | None) -> None:
        if self._files.may_leave():
            self._start(snapshot, weights)
        else:
            self._say_given_up(snapshot.title, lambda: self._bring_back(snapshot, weights))

    def _bring_discarded_back(self) -> None:
        folder, self._discarded = self._discarded, None
        if folder is not None:
            folder.release()
            self.open(folder.path)

    def _forget_discarded(self) -> None:
        if self._discarded is not None:
            self._discarded.remove()
            self._discarded = None

    def _start(self, snapshot: Snapshot, weights: RetainedWeights | None) -> None:
        self._document.open(snapshot.opened(weights), writes_back=snapshot.writes_back, modified=True)
        outlook = snapshot.outlook
        if outlook is not None:
            self._outlook.show(outlook)
            QTimer.singleShot(0, self, lambda: self._outlook.show_place(outlook))

    # What others left

    def _listed(self) -> list[tuple[Path, Summary]]:
        return [(path, summary) for path in folders.left_behind() if (summary := self._summary(path)) is not None]

    def _offer(self, opened: Path | None) -> None:
        """Offer the unsaved network of the open file, or else the newest one."""
        found = self._listed()
        if not found:
            return
        here = opened.absolute() if opened else None
        path, summary = next((each for each in found if here and each[1].path == here), found[0])
        title, what = summary.title, "Its unsaved changes" if summary.path else "It"
        self._notice.show_notice(
            _OFFERED,
            f"squeezeviz ended before {quoted(title)} was saved. {what} can be recovered, as of "
            f"{moment(summary.saved_at, time.time())}.{_others(len(found) - 1)}",
            [("Recover", lambda: self.open(path)), ("Discard", lambda: self.discard(path, title))],
        )

    def _summary(self, path: Path) -> Summary | None:
        """Return the summary of a snapshot. One that cannot be read is reported and set aside."""
        try:
            return summary_of(read_text(path / SNAPSHOT))
        except SqueezevizError as error:
            folder = folders.take(path)
            if folder is not None and folders.has_snapshot(folder):
                self._refuse(unreadable(folder, error))
            return None

    def _show(self, found: Recovered, revision: int) -> None:
        if self._document.revision != revision and not self._files.may_leave():
            found.folder.release()
            return
        snapshot = found.snapshot
        self._work.take_over(found.folder, self._recorder.next_number())
        self._start(snapshot, found.weights)
        self._pin(found)
        self._notice.dismiss(_OFFERED)
        self._say_recovered(snapshot)

    def _refuse(self, error: SqueezevizError) -> None:
        if isinstance(error, UnreadableError):
            self._notice.show_notice(str(error), str(error), ())
        else:
            self.refused.emit(str(error))

    def _say_failing(self, reason: str) -> None:
        sentence = f"Unsaved changes cannot be kept in case squeezeviz ends unexpectedly: {reason}. Save them often."
        self._notice.show_notice(_FAILING, sentence, ())


def _what(summary: Summary) -> str:
    layers = "1 layer" if summary.layers == 1 else f"{summary.layers:,} layers"
    return f"{layers}, unsaved changes to {Place(str(summary.path))}" if summary.path else f"{layers}, never saved"


def _others(count: int) -> str:
    if count < 1:
        return ""
    return f" {count} more {'is' if count == 1 else 'are'} in File > Recover."


def moment(at: float, now: float) -> str:
    """Return a time of day, with the date if it is not today. Both arguments are in seconds since 1970."""
    then, today = datetime.fromtimestamp(at), datetime.fromtimestamp(now)
    clock = f"{then:%H:%M}"
    if then.date() == today.date():
        return clock
    if then.date() == today.date() - timedelta(days=1):
        return f"yesterday, {clock}"
    year = "" if then.year == today.year else f" {then.year}"
    return f"{then.day} {then:%B}{year}, {clock}"


def age(at: float, now: float) -> str:
    """Return how long ago that was: `5 minutes ago`. Both arguments are in seconds since 1970."""
    seconds = max(0.0, now - at)
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(seconds // length)
        if count:
            return f"{count:,} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
