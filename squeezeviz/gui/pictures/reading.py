"""Reading pictures for the window, on a thread: each in the sandbox, into the window's work folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from squeezeviz.analysis.pictures.picture import MOST_PIXELS, SUFFIXES, RetainedPicture
from squeezeviz.files.sandbox import read_picture_into
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.pictures.open_pictures import OpenPicture
from squeezeviz.gui.widgets.images import image_of_bytes
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.records import NamedTuple

_SUFFIXES = frozenset(suffix for each in SUFFIXES.values() for suffix in each)
_PASTED = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/bmp": ".bmp"}
"""The kinds of picture that a clipboard may hold as a file would, best first, and what such a file is named."""
_UNCOMPRESSED = 100
"""Qt's quality of a PNG that takes no time to be made."""


class Found(NamedTuple):
    """The pictures that could be read, and why the others could not."""

    pictures: tuple[OpenPicture, ...]
    errors: tuple[SqueezevizError, ...]


def is_picture(path: str) -> bool:
    """Whether a file is named as a picture that can be read."""
    return Path(path).suffix.lower() in _SUFFIXES


def name_filter() -> str:
    """Return what a file dialog shows."""
    every = " ".join(f"*{suffix} *{suffix.upper()}" for each in SUFFIXES.values() for suffix in each)
    return f"Pictures ({every});;All files (*)"


def read_pictures(paths: Sequence[str], work: WorkFolder, cancelled: Callable[[], bool]) -> Found:
    """Read the pictures in these files, as far as they can be read, until it is cancelled. Any thread may call this."""
    pictures, errors = list[OpenPicture](), list[SqueezevizError]()
    for path in paths:
        try:
            pictures.append(_read(path, work, cancelled))
        except SqueezevizError as error:
            errors.append(error)
        if cancelled():
            break
    return Found(tuple(pictures), tuple(errors))


def _read(path: str, work: WorkFolder, cancelled: Callable[[], bool]) -> OpenPicture:
    try:
        folder = work.for_weights(3 * MOST_PIXELS)
    except OSError as error:
        raise SqueezevizError(f"there is no place for its pixels: {error.strerror}", Place(file=path)) from None
    retained = read_picture_into(folder, path, cancelled)
    return OpenPicture(retained, str(Path(path).absolute()), _preview(retained))


def _preview(retained: RetainedPicture) -> QImage:
    small = retained.preview
    assert small is not None
    return image_of_bytes(retained.load_preview(), small.width, small.height)


def pasted_paths(data: QMimeData) -> list[str]:
    """Return the files of pictures that a clipboard or a drag names, if it names nothing else."""
    urls: list[QUrl] = data.urls()
    paths = [url.toLocalFile() for url in urls if url.isLocalFile()]
    return paths if paths and len(paths) == len(urls) and all(map(is_picture, paths)) else []


def holds_picture(data: QMimeData) -> bool:
    """Whether it holds a picture, and not a spreadsheet's cells, of which some programs give a picture too."""
    return data.hasImage() and not data.hasText()


def put_into_file(data: QMimeData, work: WorkFolder) -> Callable[[], str]:
    """Return what writes a picture that `holds_picture` into a new file of the window's, and returns its path.

    The clipboard is looked at now; the rest any thread may do. It raises SqueezevizError if there is no room.
    """
    kind = next((kind for kind in _PASTED if data.hasFormat(kind)), "")
    content = bytes(data.data(kind).data()) if kind else b""
    image = None if content else QImage(data.imageData())

    def write() -> str:
        import os
        import tempfile

        try:
            handle, path = tempfile.mkstemp(_PASTED.get(kind, ".png"), "pasted-", work.path())
            with os.fdopen(handle, "wb") as file:
                file.write(content)
        except OSError as error:
            raise SqueezevizError(f"there is no place for the pasted picture: {error.strerror}") from None
        if image is not None and not image.save(path, "PNG", _UNCOMPRESSED):  # type: ignore[call-overload]
            raise SqueezevizError("the pasted picture could not be written; copy it again, or open its file")
        return path

    return write
