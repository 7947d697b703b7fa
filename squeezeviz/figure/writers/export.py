"""Every format that a diagram can be exported to, in one registry; the window and the command line read it.

A new format is one more entry: a writer that takes the drawn figure, or the network, and returns the file's bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.layout.build import shown_rows
from squeezeviz.figure.theme.look import FITS, Annotations, FigureSize
from squeezeviz.figure.writers.figure import (
    AS_ON_SCREEN,
    ROUNDING_PT,
    SLIDE_PT,
    SMALLEST_PT,
    ExportOptions,
    Figure,
    figure_of,
    for_paper,
    too_high,
)
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Fire
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain, with_article

if TYPE_CHECKING:
    from squeezeviz.figure.scene.primitives import Group
    from squeezeviz.figure.writers.slides import Slide

SMALL_PT = 6.0
"""Smaller text is what some publishers send back."""
_UNREADABLE_PT = 8.0
"""Smaller text on a slide is not read from the second row."""
_MOST_ADVICE = 3
_MANY_ROWS = 8
_LARGE_PAGE = 10_000_000


class Exported(NamedTuple):
    """A file's bytes, and sentences on what a person should know of the figure in it.

    `height_mm` is the figure's, 0 for a format that has a size of its own.
    """

    content: bytes
    notes: tuple[str, ...] = ()
    height_mm: float = 0.0


def _unchanged(options: ExportOptions) -> ExportOptions:
    return options


class DiagramFormat(NamedTuple):
    """A file format for diagrams: its suffix without the dot, its title, its short name, its media type.

    `is_text` is True if the bytes are text that a person may want to paste. `writer` names a function of a module here,
    which is imported when it is first needed. It takes the figure that is drawn with the `adapted` options, or the
    slide or network, if it places the boxes its own way: then `about` says how. A
    format that is always of one `size` has that whatever was chosen.
    """

    suffix: str
    title: str
    name: str
    media_type: str
    is_text: bool
    writer: str
    adapted: Callable[[ExportOptions], ExportOptions] = _unchanged
    about: str = ""
    size: FigureSize | None = None
    shows_marks: bool = True
    """Whether badges, differences and the colours of costs can be drawn."""
    shows_maps: bool = True
    """Whether boxes can carry feature maps."""
    takes_size: bool = True
    """Whether a size that is chosen is followed."""

    def write(self, shown: Figure | tuple[Slide, ...] | ResolvedNetwork, options: ExportOptions) -> bytes:
        module, _, function = self.writer.partition(".")
        written: bytes = getattr(import_module(f"squeezeviz.figure.writers.{module}"), function)(shown, options)
        return written


def exported(
    network: ResolvedNetwork, suffix: str, options: ExportOptions = AS_ON_SCREEN, figure: Figure | None = None
) -> Exported:
    """Make the bytes of a file, with notes on the size of the figure.

    The figure is laid out once, or not at all where it is given: what `figure_of` made of this network and options.

    Raises:
        SqueezevizError: the suffix is of no known format, or the picture would be too large for the format.
    """
    written = diagram_format(suffix)
    if options.maps is not None:
        check_shows_maps(suffix)
    if written.size:
        from squeezeviz.figure.writers.slides import slides_of

        slides = slides_of(network, options).slides
        return Exported(written.write(slides, options), slide_remarks(slides, network, options))
    if written.about:
        content = written.write(network, options)
        return Exported(content, () if written.takes_size else tuple(_page_remarks(content, options)))
    wanted = written.adapted(options)
    if figure is None or wanted is not options:
        figure = figure_of(network, wanted)
    return Exported(written.write(figure, options), remarks(figure, network, options), figure.size_mm[1])


def picture_file(drawn: tuple[Group, float, float], title: str, page: str, suffix: str) -> bytes:
    """Return what was drawn, with its width and height in units, as a file of that suffix, on a page of that colour."""
    return diagram_format(suffix).write(Figure(*drawn, plain(title), page=page), AS_ON_SCREEN)


def diagram_format(suffix: str) -> DiagramFormat:
    """Return the format of a suffix, with or without its dot, in any case; SqueezevizError names all formats."""
    found = DIAGRAM_FORMATS.get(suffix.removeprefix(".").lower())
    if found is None:
        known = ", ".join(f".{each}" for each in DIAGRAM_FORMATS)
        what = f"{suffix!r} is no diagram format" if suffix else "the name has no suffix that says the format"
        raise SqueezevizError(f"{what}: choose one of {known}")
    return found


def check_shows_maps(suffix: str) -> None:
    """Raise SqueezevizError if a figure of that suffix cannot carry feature maps; name those that can."""
    written = diagram_format(suffix)
    if not written.shows_maps:
        known = ", ".join(f".{each.suffix}" for each in _FORMATS if each.shows_maps)
        raise SqueezevizError(
            f"{with_article(written.name)} file cannot carry feature maps by itself: choose one of {known}"
        )


def remarks(figure: Figure, network: ResolvedNetwork, options: ExportOptions) -> tuple[str, ...]:
    """Say what a person should know of a figure's size: its text is too small, or it is too high; and what helps."""
    found = too_small_or_high(figure, options.size)
    return (f"{found}; {_what_helps(network, options)}",) if found else ()


def too_small_or_high(figure: Figure, size: FigureSize | None) -> str:
    """Say that a figure's text is too small at a size, or that it is too high; nothing where it is neither."""
    if size is None:
        return ""
    found, smallest = [], figure.smallest_text_pt
    slide = size == FITS["slide"]
    paper = size.pixels is None and not slide
    least = _UNREADABLE_PT if slide else SMALLEST_PT
    if smallest is not None and smallest < least - ROUNDING_PT:
        where = " in print" if paper else (" on a slide" if slide else "")
        found.append(f"the smallest text is {smallest:.1f} pt, too small to read{where}")
    elif smallest is not None and paper and smallest < SMALL_PT - ROUNDING_PT:
        found.append(f"the smallest text is {smallest:.1f} pt, small for print")
    if size.pixels is None and too_high(figure, size):
        found.append(f"the figure is {figure.size_mm[1]:.0f} mm high, more than a page holds")
    return ", and ".join(found)


def slide_remarks(slides: tuple[Slide, ...], network: ResolvedNetwork, options: ExportOptions) -> tuple[str, ...]:
    """Say whether the smallest text of PowerPoint slides is too small to read, on how many of them, and what helps."""
    found = too_small_on_slides(slides)
    return (f"{found}; {_what_helps(network, options._replace(size=FITS['slide']), slides=True)}",) if found else ()


def too_small_on_slides(slides: tuple[Slide, ...]) -> str:
    """Say that the smallest text of slides is too small to read, and on how many; nothing where it is not."""
    small = [each for each in slides if each.smallest_text_pt < SLIDE_PT - ROUNDING_PT]
    if not small:
        return ""
    where = "on a usual slide" if len(slides) == 1 else f"on {len(small)} of {len(slides)} slides"
    smallest = min(each.smallest_text_pt for each in small)
    how = "too small to read" if smallest < _UNREADABLE_PT - ROUNDING_PT else "small for a talk"
    return f"the smallest text is {smallest:.1f} pt {where}, {how}"


def _page_remarks(page: bytes, options: ExportOptions) -> Iterator[str]:
    """Yield what a person should know of a web page: that a size on paper is idle, that it is slow to open."""
    if options.size is not None:
        yield "a web page is as large as on screen, whatever size is asked for"
    if len(page) > _LARGE_PAGE:
        yield f"the page is {len(page) / 1e6:,.0f} MB, which browsers open slowly; show fewer rows"


def _what_helps(network: ResolvedNetwork, options: ExportOptions, *, slides: bool = False) -> str:
    advice = list(_advice(network, options))[:_MOST_ADVICE]
    if len(shown_rows(network, options.diagram.rows)) > 1 and not (slides and options.several_slides):
        advice.append("show fewer rows")
        if slides:
            advice.insert(0, "set it on several slides")
    return f"{', '.join(advice[:-1])} or {advice[-1]}" if len(advice) > 1 else (advice or ["make it wider"])[0]


def _advice(network: ResolvedNetwork, options: ExportOptions) -> Iterator[str]:
    """Yield what a person can still choose to make the text larger, the most effective first."""
    diagram, size = options.diagram, options.size
    rows = shown_rows(network, diagram.rows)
    fires = {row.name for row in network.layers[rows.start : rows.stop] if isinstance(row.layer, Fire)}
    pixels = size is not None and size.pixels is not None
    if pixels:
        yield "make it wider"
    if not fires <= diagram.collapsed:
        yield "close Fire modules"
    two_columns = FITS["two-columns"].width_in - ROUNDING_PT
    if size is not None and not pixels and size.height_in is None and size.width_in < two_columns:
        yield "make it two columns wide"
    if not diagram.direction.down and len(rows) >= _MANY_ROWS:
        yield "turn it down"
    annotations = diagram.annotations
    names_only = Annotations(False, False, False, annotations.depth, False, annotations.legend)
    if annotations != names_only and not pixels:
        yield "write less on it"
    if annotations.depth and diagram.direction.down and len(rows) < _MANY_ROWS:
        yield "leave the depth ruler out"


def _for_tex(options: ExportOptions) -> ExportOptions:
    """Draw with the names of colours; without a size, set things as close as paper wants them."""
    from squeezeviz.figure.writers.tikz import in_names

    wanted = options if options.size else for_paper(options._replace(size=FITS["column"]))._replace(size=None)
    return wanted._replace(theme=in_names(options.theme))


_FORMATS = (
    DiagramFormat("svg", "SVG picture", "SVG", "image/svg+xml", True, "svg.to_svg"),
    DiagramFormat("pdf", "PDF page", "PDF", "application/pdf", False, "pdf.to_pdf"),
    DiagramFormat("png", "PNG picture", "PNG", "image/png", False, "png.to_png"),
    DiagramFormat(
        "dot",
        "Graphviz DOT",
        "DOT",
        "text/vnd.graphviz",
        True,
        "dot.to_dot",
        about="Graphviz places a DOT's boxes itself; what they say is as shown here.",
        shows_marks=False,
        shows_maps=False,
    ),
    DiagramFormat(
        "pptx",
        "PowerPoint slides",
        "PowerPoint",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        False,
        "pptx.to_pptx",
        about="Shapes to edit, under a title; a long network is set in columns.",
        size=FITS["slide"],
        takes_size=False,
    ),
    DiagramFormat(
        "html",
        "Interactive web page",
        "HTML",
        "text/html",
        True,
        "html.to_html",
        about="A page of its own: Fires open and close with a click, and each box is explained where one points.",
        shows_maps=False,
        takes_size=False,
    ),
    DiagramFormat("tex", "LaTeX figure (TikZ)", "TikZ", "text/x-tex", True, "tikz.to_tikz", _for_tex, shows_maps=False),
)

DIAGRAM_FORMATS: Mapping[str, DiagramFormat] = MappingProxyType({each.suffix: each for each in _FORMATS})
"""By suffix, in the order in which a person is offered them."""
