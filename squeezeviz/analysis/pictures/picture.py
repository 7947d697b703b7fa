"""A picture that a network can be shown: its colours as sRGB, in this process or in a file of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from squeezeviz.model.errors import Note, SqueezevizError, brief
from squeezeviz.model.records import NamedTuple

SUFFIXES = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"), "WEBP": (".webp",), "BMP": (".bmp", ".dib")}
"""What files of pictures that can be read are named, by Pillow's name of their format."""

PREVIEW_SIDE = 720
"""The most pixels of a side of a preview."""

MOST_PIXELS = 100_000_000
"""Of a picture. They take 300 MB as red, green and blue."""

Side = Annotated[int, range(1, MOST_PIXELS + 1)]


@dataclass(frozen=True, slots=True)
class Picture:
    """`pixels` are height × width × 3 bytes: red, green and blue in sRGB, row after row from the top.

    `name` is that of its file. `notes` say what was done to it.
    """

    name: str
    width: int
    height: int
    pixels: bytes
    notes: tuple[Note, ...] = ()


class Preview(NamedTuple):
    """A smaller copy of a picture in a file of ours: width × height × 3 bytes, as in `Picture`."""

    width: Annotated[int, range(1, PREVIEW_SIDE + 1)]
    height: Annotated[int, range(1, PREVIEW_SIDE + 1)]
    path: str


@dataclass(frozen=True, slots=True)
class RetainedPicture:
    """A picture whose pixels lie in a file of ours, at `path`, as in `Picture`; `preview` is to be looked at."""

    name: str
    width: Side
    height: Side
    path: str
    notes: tuple[Note, ...] = ()
    preview: Preview | None = None

    def load(self) -> Picture:
        """Return the picture. Raises SqueezevizError if its file is gone or has another size."""
        return Picture(self.name, self.width, self.height, self._pixels(self), self.notes)

    def load_preview(self) -> bytes:
        """Return the pixels of the preview, which it must have. Raises as `load` does."""
        assert self.preview is not None
        return self._pixels(self.preview)

    def _pixels(self, kept: RetainedPicture | Preview) -> bytes:
        size = 3 * kept.width * kept.height
        try:
            with open(kept.path, "rb") as file:  # noqa: PTH123 - pathlib takes time to load
                pixels = file.read(size + 1)
        except OSError as error:
            raise self._lost(error.strerror or str(error)) from None
        if len(pixels) != size:
            raise self._lost("its file has changed")
        return pixels

    def _lost(self, reason: str) -> SqueezevizError:
        return SqueezevizError(f"the picture {brief(self.name)} can no longer be read ({reason}); open it again")
