"""A picture made of primitives that is no diagram: a chart, a comparison, a step of a story."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.figure.scene.primitives import Group
    from squeezeviz.figure.theme.theme import Theme


class DrawnPicture(NamedTuple):
    """A picture to be exported or copied: `draw` returns it in a theme's colours, with its width and height in units.

    `name` is that of its file without a suffix, `what` is what it is called within a sentence, `title` what the file
    says that it shows.
    """

    name: str
    what: str
    title: str
    theme: Theme
    draw: Callable[[Theme], tuple[Group, float, float]]

    def content(self, suffix: str) -> bytes:
        """Return it as a file of that suffix, such as SVG, PDF or PNG."""
        from squeezeviz.figure.writers.export import picture_file

        return picture_file(self.draw(self.theme), self.title, self.theme.page, suffix)
