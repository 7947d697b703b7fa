"""Pictures other than the diagram, such as a chart or a step of a story: what is exported and copied of any of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from squeezeviz.figure.scene.primitives import Group
    from squeezeviz.figure.theme.theme import Theme


class Picture(Protocol):
    """A picture that `ExportCommands.export_picture` writes and `copy_picture` copies."""

    @property
    def name(self) -> str:
        """A name for its file, without a suffix."""

    @property
    def what(self) -> str:
        """What it is called within a sentence: `the filters`."""

    def content(self, suffix: str) -> bytes:
        """Return it as a file of that suffix; called on a thread, which touches no widget."""


@dataclass(frozen=True)
class DrawnPicture:
    """A picture made of primitives: `draw` returns them with their width and height in units, for any theme.

    `title` is what the file says that it shows.
    """

    name: str
    what: str
    title: str
    theme: Theme
    draw: Callable[[Theme], tuple[Group, float, float]]

    def content(self, suffix: str) -> bytes:
        from squeezeviz.figure.writers.export import picture_file

        return picture_file(self.draw(self.theme), self.title, self.theme.page, suffix)


def for_clipboard(content: Callable[[str], bytes]) -> Mapping[str, bytes]:
    """Return a picture under the names by which other programs ask for it: lines to edit first, then pixels."""
    vector = content("svg")
    return {"image/svg+xml": vector, "image/x-inkscape-svg": vector, "image/png": content("png")}
