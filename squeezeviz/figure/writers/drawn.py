"""A picture made of primitives that is no diagram of a network: a chart, a comparison, a step of a story, maps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from squeezeviz.figure.theme.look import FITS
from squeezeviz.figure.writers.export import Exported, diagram_format, too_small_on_slides, too_small_or_high
from squeezeviz.figure.writers.figure import ExportOptions, Figure, sized, too_high
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain

if TYPE_CHECKING:
    from squeezeviz.figure.layout.build import DiagramOptions
    from squeezeviz.figure.scene.diagram import Key
    from squeezeviz.figure.scene.primitives import Group
    from squeezeviz.figure.theme.theme import Theme
    from squeezeviz.figure.writers.slides import Slide

FORMATS = ("svg", "pdf", "png", "pptx")
"""The suffixes of the formats that any picture can have."""


class DrawnPicture(NamedTuple):
    """A picture to be exported or copied: `draw` returns it with its width and height in units.

    It is in the colours of the options' theme, and may follow their size and their diagram. `name` is that of its file
    without a suffix, `what` is what it is called within a sentence, `title` what the file says that it shows, `theme`
    whose colours it has where no other is chosen. `numbers` makes files that have its numbers in place of colours, by
    suffix. `alt_texts` returns what is read out of its boxes.
    """

    name: str
    what: str
    title: str
    theme: Theme
    draw: Callable[[ExportOptions], tuple[Group, float, float]]
    numbers: Mapping[str, Callable[[], bytes]] = MappingProxyType({})
    alt_texts: Callable[[], Mapping[Key, str]] = dict
    seen: DiagramOptions | None = None
    """How the networks on it are seen, where there are any."""
    fires: frozenset[str] = frozenset()
    """Their Fire modules, which can be open or closed."""
    takes_long: bool = False
    """Whether it is drawn off the window's thread: it is large, or reads a file."""
    by_itself: bool = False
    """Whether it is so large that a process of its own is to draw it; it can be pickled then."""

    def figure(self, options: ExportOptions) -> Figure:
        """Draw it in a theme, at a size, on a page or on none; the other options are those of diagrams."""
        found = sized(*self.draw(options), options.size)._replace(title=plain(self.title))
        return found._replace(page=options.theme.page) if options.background else found

    def slide(self, options: ExportOptions) -> Slide:
        """Draw it to fill a slide, under its title."""
        from squeezeviz.figure.writers.figure import Page
        from squeezeviz.figure.writers.slides import SLIDE, Slide

        return Slide(Page(*self.draw(options._replace(size=SLIDE))), self.title, alt_texts=self.alt_texts())

    def exported(self, suffix: str, options: ExportOptions) -> Exported:
        """Return it as a file of that suffix, with or without its dot, and what a person should know of its size.

        Raises:
            SqueezevizError: the suffix is of no known format, or it is too large for the format.
        """
        suffix = suffix.removeprefix(".").lower()
        if suffix in self.numbers:
            return Exported(self.numbers[suffix]())
        written = diagram_format(suffix)
        if written.size is not None:
            slides = (self.slide(options),)
            remarks = self.remarks(slides[0], options)
            return Exported(written.write(slides, options._replace(several_slides=True)), remarks)
        figure = self.figure(options)
        return Exported(written.write(figure, options), self.remarks(figure, options), figure.size_mm[1])

    def remarks(self, shown: Figure | Slide, options: ExportOptions) -> tuple[str, ...]:
        """Say that the text of a figure of it, or of its slide, is too small, or it too high, and what helps."""
        size, helps = options.size, []
        note = too_small_or_high(shown, size) if isinstance(shown, Figure) else too_small_on_slides((shown,))
        narrow = size is not None and (size.pixels is not None or size.width_in < FITS["two-columns"].width_in)
        if isinstance(shown, Figure) and narrow and not too_high(shown, size):
            helps.append("make it wider")
        if self.fires and not self.fires <= options.diagram.collapsed:
            helps.append("close Fire modules")
        if self.seen is not None and any(options.diagram.annotations._replace(legend=False)):
            helps.append("write less on it")
        return ("; ".join(filter(None, (note, ", or ".join(helps)))),) if note else ()

    def content(self, suffix: str) -> bytes:
        """Return it as a file of that suffix, in its own theme and as large as it is."""
        return self.exported(suffix, self.usual).content

    @property
    def usual(self) -> ExportOptions:
        """The options by which it has its own theme, and is as it is seen."""
        usual = ExportOptions(theme=self.theme)
        return usual if self.seen is None else usual._replace(diagram=self.seen)
