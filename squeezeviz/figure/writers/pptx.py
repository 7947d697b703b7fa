"""The figure as one slide of native shapes that can be moved, restyled and pasted into a talk.

The slide is 16:9 and as large as PowerPoint makes it, so that it can be dropped into a deck as it is. A long network is
set in several columns; where its texts would still be too small to read, the slide grows and stays 16:9.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.util import Emu, Pt

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.drawing.wrapping import Page
from squeezeviz.figure.layout.build import build_diagram
from squeezeviz.figure.layout.extent import texts
from squeezeviz.figure.scene.diagram import Point
from squeezeviz.figure.theme.metrics import elide
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.figure import SMALLEST_PT, ExportOptions, draw, for_paper, in_columns
from squeezeviz.figure.writers.figure_size import FITS
from squeezeviz.figure.writers.pptx_shapes import EMU_PER_POINT, ShapeWriter
from squeezeviz.figure.writers.reproducible import made_at
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.text import plain

_WIDTH, _HEIGHT = 12_192_000, 6_858_000
"""A slide of 13⅓ × 7½ inches, in English Metric Units: 914,400 an inch."""
_LARGEST = 51_206_400
"""The longest side that PowerPoint takes: 56 inches."""
_MARGIN = 320_000
_TOP = 860_000
"""Where the figure begins, below the title."""
_TITLE_PT = 24.0
_LARGEST_UNIT = 1.3 * EMU_PER_POINT
"""Of a small network nothing is blown up further."""
_TITLE_ONLY = 5
"""The template's layout."""
_FIRST_NUMBER = 100


def to_pptx(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    """Write a presentation of one slide; the same figure gives the same bytes.

    Raises:
        SqueezevizError: on the largest slide its texts would still be too small to read.
    """
    page, title = _page(network, options), network.table.name
    room = _WIDTH - 2 * _MARGIN, _HEIGHT - _TOP - _MARGIN
    unit = min(room[0] / page.width, room[1] / page.height, _LARGEST_UNIT)
    smallest = min((text.size for text in texts(page.group)), default=SMALLEST_PT) * unit / EMU_PER_POINT
    growth = max(1.0, SMALLEST_PT / smallest)
    if growth > _LARGEST / _WIDTH:
        raise SqueezevizError(
            "the network is too long for one slide; close Fire modules, show fewer rows, or export a PDF"
        )
    presentation = _presentation(growth, title)
    slide = presentation.slides.add_slide(presentation.slide_layouts[_TITLE_ONLY])
    _set_title(slide.shapes.title, title, options.theme, growth)
    if options.background:
        fill = slide.background.fill
        fill.solid()
        fill.fore_color.rgb = _rgb(options.theme.page)
    left = (_WIDTH / unit - page.width) / 2
    top = (_TOP + (room[1] - page.height * unit) / 2) / unit
    for shape in ShapeWriter(unit * growth, _FIRST_NUMBER).group(page.group, Point(left, top)):
        slide.shapes._spTree.append(parse_xml(shape))
    return _saved(presentation)


def _page(network: ResolvedNetwork, options: ExportOptions) -> Page:
    """Draw the figure as close as paper wants it, in columns that fill a slide."""
    wanted = for_paper(replace(options, size=FITS["slide"]))
    diagram = build_diagram(network, wanted.diagram)
    aspect = (_WIDTH - 2 * _MARGIN) / (_HEIGHT - _TOP - _MARGIN)
    return in_columns(diagram, draw(diagram, wanted), wanted, aspect)


def _presentation(growth: float, title: str) -> Any:
    """Open python-pptx's template, make it 16:9 in a font that every system has, and remove its author's traces."""
    presentation: Any = Presentation()
    across, down = _WIDTH * growth / presentation.slide_width, _HEIGHT * growth / presentation.slide_height
    presentation.slide_width, presentation.slide_height = Emu(round(_WIDTH * growth)), Emu(round(_HEIGHT * growth))
    for part in (presentation.slide_master, *presentation.slide_layouts):
        for tag, names in (("off", "xy"), ("ext", ("cx", "cy"))):
            for each in part._element.iter(f"{{http://schemas.openxmlformats.org/drawingml/2006/main}}{tag}"):
                for name, scale in zip(names, (across, down), strict=True):
                    if name in each.attrib:
                        each.set(name, str(round(int(each.get(name)) * scale)))
    for part in presentation.part.package.iter_parts():
        if part.partname.startswith("/ppt/theme/"):
            part._blob = part.blob.replace(b'typeface="Calibri"', b'typeface="Arial"')
    _drop(presentation.part.package._rels, RELATIONSHIP_TYPE.THUMBNAIL)
    _drop(presentation.part.rels, RELATIONSHIP_TYPE.PRINTER_SETTINGS)
    properties = presentation.core_properties
    properties.title, properties.author, properties.last_modified_by = plain(title, 255), "squeezeviz", "squeezeviz"
    properties.created = properties.modified = made_at()
    return presentation


def _drop(relations: Any, kind: str) -> None:
    for name in [name for name, each in relations.items() if each.reltype == kind]:
        relations.pop(name)


def _set_title(shape: Any, title: str, theme: Theme, growth: float) -> None:
    shape.left, shape.top = Emu(round(_MARGIN * growth)), Emu(round(180_000 * growth))
    shape.width, shape.height = Emu(round((_WIDTH - 2 * _MARGIN) * growth)), Emu(round(600_000 * growth))
    frame = shape.text_frame
    room = (_WIDTH - 2 * _MARGIN) / EMU_PER_POINT - 20
    frame.text = elide(plain(title), _TITLE_PT, False, room)
    (paragraph,) = frame.paragraphs
    paragraph.alignment = PP_ALIGN.LEFT
    for run in paragraph.runs:
        run.font.size = Pt(_TITLE_PT * growth)
        run.font.color.rgb = _rgb(theme.text)


def _rgb(colour: str) -> Any:
    make: Any = RGBColor
    return make(*bytes.fromhex(colour[1:]))


def _saved(presentation: Any) -> bytes:
    """Return the file, with one fixed time on everything in it."""
    written, fixed = io.BytesIO(), io.BytesIO()
    presentation.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
