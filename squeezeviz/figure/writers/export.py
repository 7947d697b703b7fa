"""Every format that a diagram can be exported to, in one registry; the window and the command line read it.

A new format is one more entry: a writer that takes the network and the options and returns the file's bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.writers.dot import to_dot
from squeezeviz.figure.writers.figure import AS_ON_SCREEN, ExportOptions, figure_of, for_paper
from squeezeviz.figure.writers.figure_size import FITS, PRINT_DPI
from squeezeviz.figure.writers.remarks import remarks
from squeezeviz.figure.writers.svg import to_svg
from squeezeviz.figure.writers.tikz import to_tikz
from squeezeviz.figure.writers.tikz_styles import in_names
from squeezeviz.model.errors import SqueezevizError

__all__ = ["DIAGRAM_FORMATS", "DiagramFormat", "ExportOptions", "diagram_format", "export_diagram", "export_notes"]


@dataclass(frozen=True, slots=True)
class DiagramFormat:
    """A file format for diagrams: its suffix without the dot, its name for a person, its media type, its writer."""

    suffix: str
    title: str
    media_type: str
    write: Callable[[ResolvedNetwork, ExportOptions], bytes]


def export_diagram(network: ResolvedNetwork, suffix: str, options: ExportOptions = AS_ON_SCREEN) -> bytes:
    """The diagram as the bytes of a file.

    Raises:
        SqueezevizError: the suffix is of no known format, or the picture would be too large for the format.
    """
    return diagram_format(suffix).write(network, options)


def export_notes(network: ResolvedNetwork, suffix: str, options: ExportOptions) -> tuple[str, ...]:
    """What a person should know of a file that was exported; Graphviz sets a DOT itself, a slide is set as one."""
    if diagram_format(suffix).suffix in ("dot", "pptx"):
        return ()
    return remarks(figure_of(network, options), network, options)


def diagram_format(suffix: str) -> DiagramFormat:
    """The format of a suffix, with or without its dot, in any case; SqueezevizError names those that there are."""
    found = DIAGRAM_FORMATS.get(suffix.removeprefix(".").lower())
    if found is None:
        known = ", ".join(f".{each}" for each in DIAGRAM_FORMATS)
        what = f"{suffix!r} is no diagram format" if suffix else "the name has no suffix that says the format"
        raise SqueezevizError(f"{what}: choose one of {known}")
    return found


def _svg(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    figure = figure_of(network, options)
    size_mm = None if options.size is None else figure.size_mm
    return to_svg(figure.group, figure.width, figure.height, figure.title, size_mm).encode()


def _dot(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    theme = options.theme if options.background else replace(options.theme, page="transparent")
    return to_dot(
        network,
        options.diagram,
        theme,
        None if options.size is None else (options.size.width_in, options.size.height_in),
    ).encode()


def _tex(network: ResolvedNetwork, options: ExportOptions) -> bytes:

    return to_latex(network, options)


def _pptx(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    from squeezeviz.figure.writers.pptx import to_pptx

    return to_pptx(network, options)


# Qt is loaded only for the formats that it paints.


def _pdf(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    from squeezeviz.figure.writers.pdf import to_pdf

    figure = figure_of(network, options)
    return to_pdf(figure.group, figure.width, figure.height, figure.title, figure.points_per_unit)


def _png(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    from squeezeviz.figure.writers.png import to_png

    # The picture lays the page's colour itself: without an alpha channel the file is a third smaller.
    figure = figure_of(network, replace(options, background=False))
    return to_png(
        figure.group,
        figure.width,
        figure.height,
        scale=options.png_scale if options.size is None else PRINT_DPI * figure.inches_per_unit,
        width_px=options.size.pixels if options.size is not None else None,
        background=options.theme.page if options.background else None,
        inches_per_unit=figure.inches_per_unit,
    )


_FORMATS = (
    DiagramFormat("svg", "SVG picture", "image/svg+xml", _svg),
    DiagramFormat("pdf", "PDF page", "application/pdf", _pdf),
    DiagramFormat("png", "PNG picture", "image/png", _png),
    DiagramFormat("dot", "Graphviz DOT", "text/vnd.graphviz", _dot),
    DiagramFormat(
        "pptx",
        "PowerPoint slide",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _pptx,
    ),
    DiagramFormat("tex", "LaTeX figure (TikZ)", "text/x-tex", _tex),
)

DIAGRAM_FORMATS: Mapping[str, DiagramFormat] = MappingProxyType({each.suffix: each for each in _FORMATS})
"""By suffix, in the order in which a person is offered them."""


def to_latex(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    """A LaTeX file; without a size it takes that of the document, and is set as close as paper wants it."""
    wanted = options if options.size else replace(for_paper(replace(options, size=FITS["column"])), size=None)
    figure = figure_of(network, replace(wanted, theme=in_names(options.theme)))
    width_mm = figure.size_mm[0] if options.size else None
    return to_tikz(figure.group, figure.width, figure.height, figure.title, options.theme, width_mm).encode("ascii")
