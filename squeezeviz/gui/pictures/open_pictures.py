"""Which pictures are open, and how they become the input of the live pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.gui.commands import PREPARATIONS
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from squeezeviz.analysis.pictures.batch import PictureInput
    from squeezeviz.analysis.pictures.picture import RetainedPicture
    from squeezeviz.analysis.pictures.preprocessing import Preprocessing, PreprocessingHint
    from squeezeviz.gui.live.answer import LiveAnswer


class OpenPicture(NamedTuple):
    """A picture, the path of the file that it was read from, and a smaller copy to look at."""

    retained: RetainedPicture
    source: str
    image: QImage


class Labels(NamedTuple):
    """The names of classes out of a file, in the order of the classes."""

    path: str
    names: tuple[str, ...]


class OpenPictures(QObject):
    """The open pictures, which are the batch of the live pass. Without any, it runs on a ramp of grey."""

    changed = Signal()
    """Other pictures, another one of them to look at, another preprocessing or other labels."""

    def __init__(self, document: Document, live: LiveControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._live = document, live
        self.pictures: tuple[OpenPicture, ...] = ()
        self.current = 0
        """Which of them is looked at."""
        self.chosen: Preprocessing | None = None
        """The preprocessing that a person chose; it stays whatever is opened."""
        self.labels: Labels | None = None
        self._known: PreprocessingHint | None = document.preprocessing
        """What fits the weights, where their file tells it, or it was found before."""
        self._found: PreprocessingHint | None = None
        """What the last pass found to fit the weights."""

    @property
    def picture(self) -> OpenPicture | None:
        """The picture that is looked at."""
        return self.pictures[self.current] if self.pictures else None

    @property
    def fitting(self) -> PreprocessingHint | None:
        """What fits the weights, with the reason; None until a pass has found it."""
        if self._known is not None:
            return self._known
        if self._document.weights is not None:
            return self._found
        from squeezeviz.analysis.pictures.preprocessing import TORCHVISION, PreprocessingHint

        return PreprocessingHint(TORCHVISION, "the weights are random, and none fits them better than another")

    @property
    def hint(self) -> PreprocessingHint | None:
        """What pictures go through, with the reason; None until a pass has found it."""
        if self.chosen is None:
            return self.fitting
        from squeezeviz.analysis.pictures.preprocessing import PreprocessingHint

        return PreprocessingHint(self.chosen, "you chose it")

    @property
    def preparation(self) -> str:
        """Which of `PREPARATIONS` is chosen."""
        if self.chosen is None:
            return "fitting"
        return self.chosen.id if self.chosen.id in PREPARATIONS else "own"

    def begin_anew(self) -> None:
        """Another network is open; the pictures stay."""
        self._known, self._found = self._document.preprocessing, None
        self._tell()

    def open(self, pictures: Sequence[OpenPicture], current: int = 0) -> None:
        """Take these in place of those that were open."""
        before, self.pictures = self.pictures, tuple(pictures)
        self.current = max(0, min(current, len(self.pictures) - 1))
        self._tell()
        kept = {each.retained.path for each in self.pictures}
        for each in before:
            if each.retained.path not in kept:
                remove_files(each.retained)

    def close(self) -> None:
        """Go back to the ramp of grey."""
        self.open(())

    def choose(self, preprocessing: Preprocessing | None) -> None:
        """Prepare pictures so, or as fits the weights."""
        self.chosen = preprocessing
        self._tell()

    def know(self, fitting: PreprocessingHint | None) -> None:
        """What fits the weights was found before, by a window that is gone."""
        if self._known is None and fitting is not None and self._document.weights is not None:
            self._known = fitting
            self._tell()

    def look_at(self, index: int) -> None:
        """Look at the picture of that number, counted from 0; one that is not there changes nothing."""
        if 0 <= index < len(self.pictures) and index != self.current:
            self.current = index
            self.changed.emit()

    def set_labels(self, labels: Labels | None) -> None:
        self.labels = labels
        self.changed.emit()

    def follow_answer(self, answer: LiveAnswer | None) -> None:
        """A pass has told how pictures were prepared for it."""
        seen = answer.seen if answer is not None else None
        if seen is not None and self.chosen is None and seen.preprocessing != self._found:
            self._found = seen.preprocessing
            self.changed.emit()

    def _tell(self) -> None:
        self._live.set_pictures(self._input())
        self.changed.emit()

    def _input(self) -> PictureInput | None:
        if not self.pictures:
            return None
        from squeezeviz.analysis.pictures.batch import PictureInput

        # What a pass has found is not said to the next one, which would take it for another input.
        asked = self._known if self._document.weights is not None and self.chosen is None else self.hint
        return PictureInput(tuple(each.retained for each in self.pictures), asked)


def remove_files(retained: RetainedPicture) -> None:
    """Delete the pixels of a picture that is not open any more."""
    import os
    from contextlib import suppress

    for path in (retained.path, *([retained.preview.path] if retained.preview is not None else ())):
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108 - pathlib's would make a path for it
