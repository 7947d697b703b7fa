"""Every format that a diagram can be exported to, in one registry; the window and the command line read it.

A new format is one more entry: a writer that takes the network and the options and returns the file's bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.diagram.build import DiagramOptions, build_diagram
from squeezeviz.diagram.changes import NO_MARKS, Marks
from squeezeviz.diagram.dot import to_dot
from squeezeviz.diagram.draw import NO_BADGES, draw_diagram, drawn_size
from squeezeviz.diagram.heat import Heat
from squeezeviz.diagram.model import Badge, Key
from squeezeviz.diagram.primitives import Group
from squeezeviz.diagram.theme import LIGHT, Theme
from squeezeviz.painting.svg import to_svg


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a diagram is exported. `background` lays the theme's page colour under it, else it is transparent.

    `marks` tell what differs from a baseline, `heat` colours by cost; DOT shows neither them nor badges.
    A PNG has `png_scale` pixels a unit, or is exactly `png_width_px` pixels wide.
    """

    diagram: DiagramOptions = field(default_factory=DiagramOptions)
    theme: Theme = LIGHT
    badges: Mapping[Key, Badge] = field(default_factory=lambda: NO_BADGES, hash=False)
    marks: Marks = NO_MARKS
    heat: Heat | None = None
    background: bool = True
    png_scale: float = 2.0
    png_width_px: int | None = None


@dataclass(frozen=True, slots=True)
class DiagramFormat:
    """A file format for diagrams: its suffix without the dot, its name for a person, its media type, its writer."""

    suffix: str
    title: str
    media_type: str
    write: Callable[[ResolvedNetwork, ExportOptions], bytes]


def export_diagram(network: ResolvedNetwork, suffix: str, options: ExportOptions = ExportOptions()) -> bytes:
    """The diagram as the bytes of a file.

    Raises:
        SqueezevizError: the suffix is of no known format, or the picture would be too large for the format.
    """
    return diagram_format(suffix).write(network, options)


def diagram_format(suffix: str) -> DiagramFormat:
    """The format of a suffix, with or without its dot, in any case; SqueezevizError names those that there are."""
    found = DIAGRAM_FORMATS.get(suffix.removeprefix(".").lower())
    if found is None:
        known = ", ".join(f".{each}" for each in DIAGRAM_FORMATS)
        what = f"{suffix!r} is no diagram format" if suffix else "the name has no suffix that says the format"
        raise SqueezevizError(f"{what}: choose one of {known}")
    return found


@dataclass(frozen=True, slots=True)
class _Figure:
    group: Group
    width: float
    height: float
    title: str


def _figure(network: ResolvedNetwork, options: ExportOptions) -> _Figure:
    diagram = build_diagram(network, options.diagram)
    group = draw_diagram(
        diagram, options.theme, options.badges, background=options.background, marks=options.marks, heat=options.heat
    )
    return _Figure(group, *drawn_size(diagram, options.heat), diagram.title)


def _svg(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    figure = _figure(network, options)
    return to_svg(figure.group, figure.width, figure.height, figure.title).encode()


def _dot(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    theme = options.theme if options.background else replace(options.theme, page="transparent")
    return to_dot(network, options.diagram, theme).encode()


# Qt is loaded only for the formats that it paints.


def _pdf(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    from squeezeviz.painting.pdf import to_pdf

    figure = _figure(network, options)
    return to_pdf(figure.group, figure.width, figure.height, figure.title)


def _png(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    from squeezeviz.painting.raster import to_png

    # The picture lays the page's colour itself: without an alpha channel the file is a third smaller.
    figure = _figure(network, replace(options, background=False))
    return to_png(
        figure.group,
        figure.width,
        figure.height,
        scale=options.png_scale,
        width_px=options.png_width_px,
        background=options.theme.page if options.background else None,
    )


_FORMATS = (
    DiagramFormat("svg", "SVG picture", "image/svg+xml", _svg),
    DiagramFormat("pdf", "PDF page", "application/pdf", _pdf),
    DiagramFormat("png", "PNG picture", "image/png", _png),
    DiagramFormat("dot", "Graphviz DOT", "text/vnd.graphviz", _dot),
)

DIAGRAM_FORMATS: Mapping[str, DiagramFormat] = MappingProxyType({each.suffix: each for each in _FORMATS})
"""By suffix, in the order in which a person is offered them."""
