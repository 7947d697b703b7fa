"""The figure as slides of native shapes: boxes hold their texts, lines are glued to boxes, a row is a group.

A slide is 16:9 and as large as PowerPoint makes it, so that it can be dropped into a deck as it is. A long network is
set in several columns; where its texts would still be too small to read, the slides grow and stay 16:9.

The shapes are written as PresentationML: python-pptx's own builders know neither curves nor dashes nor descriptions,
and take twenty times as long. https://ecma-international.org/publications-and-standards/standards/ecma-376/
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import count, starmap
from typing import Any
from xml.sax.saxutils import quoteattr

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.util import Emu, Pt

from squeezeviz.figure.scene.diagram import Key, Point, Rect
from squeezeviz.figure.scene.primitives import (
    LEFT_OF_ANCHOR,
    Circle,
    Group,
    Pixels,
    Polygon,
    Rectangle,
    Shape,
    Text,
)
from squeezeviz.figure.theme.metrics import extent, text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.connecting import ConnectedWriter, Part, lines_of, on_line
from squeezeviz.figure.writers.figure import SMALLEST_PT, ExportOptions, made_at
from squeezeviz.figure.writers.slides import HEIGHT_PT, MARGIN_PT, TITLE_PT, WIDTH_PT, Slide
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.text import one_line, plain

EMU_PER_POINT = 12_700
_NAMESPACES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_RELATIONS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_SHARP = 256
"""As many pixels as a small picture's longer side is given at least, about."""
_GROUPED = {
    "ruler": "depth ruler",
    "legend": "legend",
    "mark": "depth",
    "difference": "difference",
    "maps": "feature maps",
}
_ALIGNED = {"start": "l", "middle": "ctr", "end": "r"}
_BASELINE, _LINE = 0.93, 1.22
"""From a text box's top to the baseline, and its height, in ems."""
_SPARE = 1.08
"""The theme's font may be a little wider than the diagram's own."""
_SITES = {"roundRect": (0, 1, 2, 3), "ellipse": (0, 2, 4, 6)}
"""Connection sites at the top, left, bottom and right of the preset forms."""
_FLOWING = 7
"""Points of a line that flows from one box to another: a curve and a straight landing."""
_QUARTER = 5_400_000
"""A quarter of a turn, in sixty-thousandths of a degree."""
_LONGEST_WORDS = 1000

Step = tuple[str, tuple[Point, ...]]
"""`moveTo`, `lnTo`, `cubicBezTo` or `close`, and its points."""

_LARGEST = 51_206_400
"""The longest side that PowerPoint takes, in English Metric Units, 914,400 an inch: 56 inches."""
_TITLE_ONLY = 5
"""The template's layout."""
_FIRST_NUMBER = 100


def to_pptx(slides: tuple[Slide, ...], options: ExportOptions) -> bytes:
    """Write a presentation; the same slides give the same bytes.

    Raises:
        SqueezevizError: on the largest slide its texts would still be too small to read.
    """
    growth = max(1.0, max(SMALLEST_PT / each.smallest_text_pt for each in slides))
    if growth > _LARGEST / (WIDTH_PT * EMU_PER_POINT):
        several = "" if options.several_slides else "set it on several slides, "
        raise SqueezevizError(
            f"it is too large for one slide; {several}close Fire modules, show fewer rows, or export a PDF"
        )
    presentation = _presentation(growth, slides[0].title)
    for each in slides:
        _add_slide(presentation, each, options, growth)
    return _saved(presentation)


def _add_slide(presentation: Any, shown: Slide, options: ExportOptions, growth: float) -> None:
    slide = presentation.slides.add_slide(presentation.slide_layouts[_TITLE_ONLY])
    _set_title(slide.shapes.title, shown.heading, options.theme, growth)
    if options.background:
        fill = slide.background.fill
        fill.solid()
        fill.fore_color.rgb = _rgb(options.theme.page)
    unit = shown.unit_pt
    left, top = shown.origin
    origin = Point(left / unit, top / unit)
    group = shown.page.group
    writer = _ShapeWriter(unit * growth * EMU_PER_POINT, _FIRST_NUMBER, lines_of(group, origin), slide.part, shown)
    for shape in writer.group(group, origin):
        slide.shapes._spTree.append(parse_xml(shape))


def _presentation(growth: float, title: str) -> Any:
    """Open python-pptx's template, make it 16:9 in a font that every system has, and remove its author's traces."""
    presentation: Any = Presentation()
    width, height = (side * EMU_PER_POINT * growth for side in (WIDTH_PT, HEIGHT_PT))
    across, down = width / presentation.slide_width, height / presentation.slide_height
    presentation.slide_width, presentation.slide_height = Emu(round(width)), Emu(round(height))
    del presentation.part._element.sldSz.attrib["type"]  # the template's 4:3
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
    shape.left, shape.top, shape.width, shape.height = (
        Emu(round(each * EMU_PER_POINT * growth)) for each in (MARGIN_PT, 14.2, WIDTH_PT - 2 * MARGIN_PT, 47.2)
    )
    frame = shape.text_frame
    frame.text = title
    (paragraph,) = frame.paragraphs
    paragraph.alignment = PP_ALIGN.LEFT
    for run in paragraph.runs:
        run.font.size = Pt(TITLE_PT * growth)
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


class _ShapeWriter(ConnectedWriter):
    """Writes shapes at `emu` English Metric Units a unit; their numbers come after `last`, which the slide has.

    The end of a node is the number of its shape and of one of its connection sites, as attributes.
    """

    def __init__(self, emu: float, last: int, lines: Iterable[tuple[Point, ...]], part: Any, shown: Slide) -> None:
        super().__init__(lines)
        self._emu, self._last, self._shown = emu, last, shown
        self._part = part
        """The slide's, which keeps the pictures."""

    def within(self, group: Group, at: Point, inside: Iterator[str]) -> Iterator[str]:
        if group.kind not in ("module", *_GROUPED):
            yield from inside
            return
        name = _GROUPED.get(group.kind) or _name(group.key)
        head = self._named(name, self._shown.ruler if group.kind == "ruler" else self._said(group))
        shapes = "".join(inside)
        if shapes:
            covered = extent(group)
            x, y = covered.x + at.x - group.x, covered.y + at.y - group.y
            width, height, lengths = covered.width, covered.height, ("cx", "cy")
            # Within the group coordinates are the page's.
            outside = self._pair("off", x, y) + self._pair("ext", width, height, lengths)
            inside_it = self._pair("chOff", x, y) + self._pair("chExt", width, height, lengths)
            yield (
                f"<p:grpSp {_NAMESPACES}><p:nvGrpSpPr>{head}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
                f"<p:grpSpPr><a:xfrm>{outside}{inside_it}</a:xfrm></p:grpSpPr>{shapes}</p:grpSp>"
            )

    def frame(self, group: Group, frame: list[Rectangle], at: Point) -> Iterator[str]:
        for each in frame:
            rect = _moved(each, at)
            glued = rect if each is frame[-1] else None
            yield self._form(f"{_name(group.key)} frame", "", rect, each.shape, (), each.radius, glued=glued)

    def operation(
        self, group: Group, outline: Rectangle, bars: list[Rectangle], texts: list[Text], at: Point
    ) -> Iterator[str]:
        rect, lines = _moved(outline, at), [_shifted(each, at) for each in texts]
        yield self._form(_name(group.key), self._of_part(group), rect, outline.shape, lines, outline.radius, glued=rect)
        for each in bars:
            yield from self.plain(each, at)

    def concat(self, group: Group, rectangles: list[Rectangle], parts: list[Part], at: Point) -> Iterator[str]:
        """Write two boxes, one for each expand; lines are glued to both where they meet."""
        for (drawn, whole, inside), kernel in zip(parts, ("1×1", "3×3"), strict=True):
            name, rect, glued = f"{_name(group.key)} {kernel}", _moved(drawn, at), _moved(whole, at)
            yield self._form(name, self._said(group), rect, drawn.shape, inside, drawn.radius, glued=glued)

    def sum(self, group: Group, circle: Circle, at: Point) -> Iterator[str]:
        glued = _around_circle(circle, at, circle.shape.stroke_width / 2)
        rect = _around_circle(circle, at)
        yield self._form(_name(group.key), self._said(group), rect, circle.shape, form="ellipse", glued=glued)

    def line(
        self, points: tuple[Point, ...], shape: Shape, arrow: bool, ends: tuple[str | None, str | None], at: Point
    ) -> str:
        points = tuple(Point(at.x + each.x, at.y + each.y) for each in points)
        start, end = points[0], points[-1]
        if on_line(start, end, points):
            return self._connector(start, end, shape, arrow, ends)
        if len(points) == _FLOWING and all(ends):
            curve = "down" if abs(points[1].x - start.x) < abs(points[1].y - start.y) else "right"
            return self._connector(start, end, shape, arrow, ends, curve)
        return self._free_form("line", points, _curve(points), shape, arrow)

    def plain(self, primitive: Rectangle | Circle | Polygon | Text, at: Point) -> Iterator[str]:
        match primitive:
            case Text():
                yield self._label(_shifted(primitive, at))
            case Rectangle(radius=radius):
                form = "roundRect" if radius else "rect"
                yield self._form("shape", "", _moved(primitive, at), primitive.shape, (), radius, form)
            case Circle():
                yield self._form("shape", "", _around_circle(primitive, at), primitive.shape, form="ellipse")
            case Polygon(closed=closed):
                points = tuple(Point(at.x + each.x, at.y + each.y) for each in primitive.points)
                yield self._free_form("shape", points, _polygon(points, closed), primitive.shape)

    def picture(self, pixels: Pixels, at: Point) -> str:
        """Write a picture. PowerPoint smooths what it enlarges, so that it gets many pixels of each colour."""
        from squeezeviz.figure.writers.pixels import png_of  # not sooner: most slides have none

        times = max(1, round(_SHARP / max(pixels.columns, pixels.rows)))
        _, number = self._part.get_or_add_image_part(io.BytesIO(png_of(pixels, times)))
        place = self._place(Rect(at.x + pixels.x, at.y + pixels.y, pixels.width, pixels.height))
        return (
            f"<p:pic {_NAMESPACES} {_RELATIONS}><p:nvPicPr>{self._named('map')}<p:cNvPicPr/><p:nvPr/></p:nvPicPr>"
            f'<p:blipFill><a:blip r:embed="{number}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
            f"<p:spPr>{place}{_preset('rect')}</p:spPr></p:pic>"
        )

    def _said(self, group: Group) -> str:
        """Return the alternative text of a group."""
        return (self._shown.alt_texts.get(group.key) if group.key else None) or group.title

    def _of_part(self, group: Group) -> str:
        """Return that of a part of a module; a module's only box says no more than the module."""
        return self._said(group) if group.key is not None and group.key.part else ""

    def _form(
        self, name: str, words: str, rect: Rect, shape: Shape, texts: Iterable[Text] = (), radius: float = 0.0,
        form: str = "roundRect", glued: Rect | None = None,
    ) -> str:  # fmt: skip
        """Write a `form` with lines of text; connectors may end at the edges of `glued`, in the middle or elsewhere."""
        head, lines, adjusted, beside = self._named(name, words), list(texts), "", []
        if glued is not None:
            first, second, third, fourth = (f'id="{self._last}" idx="{site}"' for site in _SITES[form])
            self.connect(glued, (first, second, third, fourth))
            beside = self.connect_beside(glued, (f'id="{self._last}" idx="{site}"' for site in count(4)))
        if form == "roundRect":
            share = min(50_000, round(100_000 * radius / max(1e-6, min(rect.width, rect.height))))
            adjusted = f'<a:gd name="adj" fmla="val {share}"/>'
        outline = self._rounded(rect, radius, beside) if beside else _preset(form, adjusted)
        left = max(0.0, lines[0].x - rect.x) if lines and lines[0].anchor == "start" else 0.0
        properties = self._place(rect) + outline + self._painted(shape)
        body = f'wrap="square" lIns="{self._length(left)}" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="ctr"'
        return self._shape(head, properties, f"<a:bodyPr {body}/>", lines)

    def _rounded(self, rect: Rect, radius: float, beside: Iterable[Point]) -> str:
        """Draw a rounded rectangle that has connection sites where lines end `beside` the middle of its sides."""
        (x, y, width, height), r = rect, radius
        middles = (x + width / 2, y), (x, y + height / 2), (x + width / 2, y + height), (x + width, y + height / 2)
        sites = "".join(
            f'<a:cxn ang="{_facing(rect, at)}">{self._pair("pos", at.x - x, at.y - y)}</a:cxn>'
            for at in (*starmap(Point, middles), *beside)
        )
        ends = ((width - r, 0), (width, height - r), (r, height))
        arc = f'<a:arcTo wR="{self._length(r)}" hR="{self._length(r)}" stAng="{{}}" swAng="{_QUARTER}"/>'
        corners = [arc.format(quarter * _QUARTER) for quarter in (2, 3, 0, 1)]
        sides = [f"<a:lnTo>{self._pair('pt', *end)}</a:lnTo>" for end in ends] + ["<a:close/>"]
        path = "".join(corner + side for corner, side in zip(corners, sides, strict=True))
        return _custom(
            f'w="{self._length(width)}" h="{self._length(height)}"',
            f"<a:moveTo>{self._pair('pt', 0, r)}</a:moveTo>{path}",
            sites,
        )

    def _label(self, text: Text) -> str:
        """Write a line of text in a box of its own."""
        width = text_width(text.text, text.size, text.bold) * _SPARE + 2
        left, top = text.x - width * LEFT_OF_ANCHOR[text.anchor], text.y - _BASELINE * text.size
        place = self._place(Rect(left, top, width, _LINE * text.size))
        properties = f"{place}{_preset('rect')}<a:noFill/><a:ln><a:noFill/></a:ln>"
        body = '<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="t"/>'
        return self._shape(self._named(text.text), properties, body, [text], ' txBox="1"')

    def _free_form(
        self, name: str, points: tuple[Point, ...], steps: Iterable[Step], shape: Shape, arrow: bool = False
    ) -> str:
        left, top = min(each.x for each in points), min(each.y for each in points)
        rect = Rect(left, top, max(each.x for each in points) - left, max(each.y for each in points) - top)
        path = "".join(
            f"<a:{kind}>{''.join(self._pair('pt', x - left, y - top) for x, y in ends)}</a:{kind}>"
            if ends
            else f"<a:{kind}/>"
            for kind, ends in steps
        )
        filled = "" if shape.fill else ' fill="none"'
        size = f'w="{self._length(rect.width)}" h="{self._length(rect.height)}"'
        properties = self._place(rect) + _custom(size + filled, path) + self._painted(shape, arrow)
        return self._shape(self._named(name), properties, "<a:bodyPr/>", [])

    def _connector(
        self, start: Point, end: Point, shape: Shape, arrow: bool, ends: tuple[str | None, str | None], curve: str = ""
    ) -> str:
        """Write a connector, straight or curved along the flow (`down` or `right`), glued to the shapes it connects."""
        glued = "".join(f"<a:{tag} {each}/>" for tag, each in zip(("stCxn", "endCxn"), ends, strict=True) if each)
        preset = _preset("straightConnector1")
        if curve:
            preset = _preset("curvedConnector3", '<a:gd name="adj1" fmla="val 50000"/>')
        return (
            f"<p:cxnSp {_NAMESPACES}><p:nvCxnSpPr>{self._named('line')}<p:cNvCxnSpPr>{glued}</p:cNvCxnSpPr>"
            f"<p:nvPr/></p:nvCxnSpPr><p:spPr>{self._span(start, end, curve)}{preset}{self._painted(shape, arrow)}"
            "</p:spPr></p:cxnSp>"
        )

    def _span(self, start: Point, end: Point, curve: str) -> str:
        """Place a connector from corner to corner; a curve that leaves downwards is one to the right, turned."""
        left, top = min(start.x, end.x), min(start.y, end.y)
        width, height = abs(end.x - start.x), abs(end.y - start.y)
        if curve == "down":
            middle = Point(left + width / 2, top + height / 2)
            turned = Rect(middle.x - height / 2, middle.y - width / 2, height, width)
            return self._place(turned, ' rot="5400000"' if end.x < start.x else ' rot="16200000" flipH="1"')
        flips = "".join(f' {flip}="1"' for flip, on in (("flipH", end.x < start.x), ("flipV", end.y < start.y)) if on)
        return self._place(Rect(left, top, width, height), flips)

    def _shape(self, head: str, properties: str, body: str, lines: list[Text], kind: str = "") -> str:
        paragraphs = "".join(map(self._paragraph, lines)) or '<a:p><a:endParaRPr lang="en-US"/></a:p>'
        return (
            f"<p:sp {_NAMESPACES}><p:nvSpPr>{head}<p:cNvSpPr{kind}/><p:nvPr/></p:nvSpPr>"
            f"<p:spPr>{properties}</p:spPr><p:txBody>{body}<a:lstStyle/>{paragraphs}</p:txBody></p:sp>"
        )

    def _paragraph(self, text: Text) -> str:
        # The format knows no font below one point.
        size = max(100, int(text.size * self._emu / EMU_PER_POINT * 100))
        bold = ' b="1"' if text.bold else ""
        font = f'<a:rPr lang="en-US" sz="{size}"{bold} dirty="0">{_solid(text.colour)}</a:rPr>'
        words = quoteattr(one_line(text.text), {'"': "&quot;"})[1:-1]
        return f'<a:p><a:pPr algn="{_ALIGNED[text.anchor]}"/><a:r>{font}<a:t>{words}</a:t></a:r></a:p>'

    def _painted(self, shape: Shape, arrow: bool = False) -> str:
        fill = _solid(shape.fill) if shape.fill else "<a:noFill/>"
        if shape.stroke is None or shape.stroke_width <= 0:
            return f"{fill}<a:ln><a:noFill/></a:ln>"
        shares = [round(100_000 * each / shape.stroke_width) for each in shape.dash]
        dashes = "".join(f'<a:ds d="{on}" sp="{off}"/>' for on, off in zip(shares[::2], shares[1::2], strict=True))
        dashed = f"<a:custDash>{dashes}</a:custDash>" if dashes else ""
        head = '<a:tailEnd type="triangle" w="med" len="med"/>' if arrow else ""
        width = self._length(shape.stroke_width)
        return f'{fill}<a:ln w="{width}" cap="flat">{_solid(shape.stroke)}{dashed}<a:round/>{head}</a:ln>'

    def _named(self, name: str, words: str = "") -> str:
        """Begin the next shape: its number, its name and its description."""
        self._last += 1
        named = f'<p:cNvPr id="{self._last}" name={quoteattr(plain(name))}'
        return f"{named} descr={quoteattr(plain(words, _LONGEST_WORDS))}/>" if words else f"{named}/>"

    def _place(self, rect: Rect, turned: str = "") -> str:
        off, ext = self._pair("off", rect.x, rect.y), self._pair("ext", rect.width, rect.height, ("cx", "cy"))
        return f"<a:xfrm{turned}>{off}{ext}</a:xfrm>"

    def _pair(self, tag: str, first: float, second: float, names: tuple[str, str] = ("x", "y")) -> str:
        return f'<a:{tag} {names[0]}="{self._length(first)}" {names[1]}="{self._length(second)}"/>'

    def _length(self, units: float) -> int:
        return round(units * self._emu)


def _preset(form: str, adjusted: str = "") -> str:
    values = f"<a:avLst>{adjusted}</a:avLst>" if adjusted else "<a:avLst/>"
    return f'<a:prstGeom prst="{form}">{values}</a:prstGeom>'


def _custom(size: str, path: str, sites: str = "") -> str:
    """Write a form of our own; `sites` are where connectors may end."""
    return (
        f'<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst>{sites}</a:cxnLst><a:rect l="0" t="0" r="r" b="b"/>'
        f"<a:pathLst><a:path {size}>{path}</a:path></a:pathLst></a:custGeom>"
    )


def _facing(rect: Rect, at: Point) -> int:
    """Return the direction in which a connector leaves a point on the edge, clockwise from the right."""
    away = rect.width - (at.x - rect.x), rect.height - (at.y - rect.y), at.x - rect.x, at.y - rect.y
    return min(range(4), key=lambda side: abs(away[side])) * _QUARTER


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}"/></a:solidFill>'


def _name(key: Key | None) -> str:
    return " ".join(part for part in key or () if part) or "input image"


def _moved(rectangle: Rectangle, at: Point) -> Rect:
    return Rect(at.x + rectangle.x, at.y + rectangle.y, rectangle.width, rectangle.height)


def _around_circle(circle: Circle, at: Point, edge: float = 0.0) -> Rect:
    reach = circle.radius + edge
    return Rect(at.x + circle.x - reach, at.y + circle.y - reach, 2 * reach, 2 * reach)


def _shifted(text: Text, at: Point) -> Text:
    return Text(at.x + text.x, at.y + text.y, text.text, text.size, text.colour, text.bold, text.anchor)


def _curve(points: tuple[Point, ...]) -> Iterator[Step]:
    yield "moveTo", points[:1]
    for first in range(1, len(points), 3):
        handles, end = points[first : first + 2], points[first + 2]
        straight = on_line(points[first - 1], end, handles)
        yield ("lnTo", (end,)) if straight else ("cubicBezTo", (*handles, end))


def _polygon(points: tuple[Point, ...], closed: bool) -> Iterator[Step]:
    yield "moveTo", points[:1]
    yield from (("lnTo", (each,)) for each in points[1:])
    if closed:
        yield "close", ()
