"""Which pictures were open and how they were looked at, as data that is checked when it is read again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from squeezeviz.analysis.pictures.batch import MOST_PICTURES
from squeezeviz.analysis.pictures.preprocessing import SMALLEST_STD, Preprocessing, PreprocessingHint
from squeezeviz.gui.pictures.open_pictures import OpenPictures

_LONGEST_PATH = 4096
_LONGEST_TEXT = 400


@dataclass(frozen=True)
class PicturesOutlook:
    """The files of the open pictures, the number of the one that is looked at, the preprocessing that was chosen, what
    fits the weights, and the file of labels, all empty or None where there is none."""

    files: tuple[str, ...] = ()
    current: Annotated[int, range(MOST_PICTURES)] = 0
    chosen: Preprocessing | None = None
    fitting: PreprocessingHint | None = None
    labels: str = ""

    @property
    def plausible(self) -> PicturesOutlook:
        """The same without what no window could have written."""
        files = tuple(path for path in self.files[:MOST_PICTURES] if _is_path(path))
        return PicturesOutlook(
            files,
            self.current,
            self.chosen if self.chosen is not None and _is_usable(self.chosen) else None,
            self.fitting if self.fitting is not None and _is_usable(self.fitting.preprocessing) else None,
            self.labels if _is_path(self.labels) else "",
        )


def outlook_of(pictures: OpenPictures) -> PicturesOutlook | None:
    """Return what is open now; None for a window that shows no picture and was told nothing about them."""
    if not pictures.pictures and pictures.chosen is None and pictures.labels is None:
        return None
    return PicturesOutlook(
        tuple(each.source for each in pictures.pictures),
        pictures.current,
        pictures.chosen,
        pictures.fitting,
        pictures.labels.path if pictures.labels is not None else "",
    )


def _is_path(path: str) -> bool:
    return 0 < len(path) <= _LONGEST_PATH and "\0" not in path and Path(path).is_absolute()


def _is_usable(preprocessing: Preprocessing) -> bool:
    short = max(len(preprocessing.id), len(preprocessing.title)) <= _LONGEST_TEXT
    return short and preprocessing.divisor > 0 and min(preprocessing.std) >= SMALLEST_STD
