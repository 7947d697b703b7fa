"""Native shapes of PresentationML, as XML text: boxes with text, connectors, free forms, groups.

https://ecma-international.org/publications-and-standards/standards/ecma-376/
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from squeezeviz.figure.scene.diagram import Point, Rect
from squeezeviz.figure.scene.primitives import Shape, Text
from squeezeviz.model.text import one_line, plain

EMU_PER_POINT = 12_700
_NAMESPACES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_ALIGNED = {"start": "l", "middle": "ctr", "end": "r"}
_LONGEST_WORDS = 1000


class Glue(NamedTuple):
    """Where a connector ends: a shape's number, and which of its connection sites."""

    shape: int
    site: int


@dataclass(frozen=True, slots=True)
class Ink:
    """Writes shapes at `emu` a unit; numbers are whole, as the format wants them."""

    emu: float

    def length(self, units: float) -> int:
        return round(units * self.emu)

    def points(self, units: float) -> int:
        """A font's size in hundredths of a point; the format knows none below one point."""
        return max(100, int(units * self.emu / EMU_PER_POINT * 100))

    def place(self, rect: Rect, turned: str = "") -> str:
        at = f'<a:off x="{self.length(rect.x)}" y="{self.length(rect.y)}"/>'
        return f'<a:xfrm{turned}>{at}<a:ext cx="{self.length(rect.width)}" cy="{self.length(rect.height)}"/></a:xfrm>'

    def box(
        self, number: int, name: str, words: str, rect: Rect, form: str, shape: Shape, texts: Iterable[Text] = (),
        radius: float = 0.0,
    ) -> str:  # fmt: skip
        """A preset `form`, such as roundRect, with lines of text that begin where the first of them does."""
        lines = list(texts)
        adjusted = ""
        if form == "roundRect":
            share = min(50_000, round(100_000 * radius / max(1e-6, min(rect.width, rect.height))))
            adjusted = f'<a:gd name="adj" fmla="val {share}"/>'
        geometry = f'<a:prstGeom prst="{form}"><a:avLst>{adjusted}</a:avLst></a:prstGeom>'
        left = max(0.0, lines[0].x - rect.x) if lines and lines[0].anchor == "start" else 0.0
        body = (
            f'<a:bodyPr wrap="square" lIns="{self.length(left)}" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="ctr"/>'
        )
        return self._shape(number, name, words, f"{self.place(rect)}{geometry}{self._painted(shape)}", body, lines)

    def label(self, number: int, text: Text, rect: Rect) -> str:
        """A line of text in a box of its own."""
        properties = (
            f'{self.place(rect)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln>'
        )
        body = '<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="t"/>'
        return self._shape(number, text.text, "", properties, body, [text], ' txBox="1"')

    def free_form(
        self, number: int, name: str, words: str, rect: Rect, path: Iterable[tuple[str, tuple[Point, ...]]],
        shape: Shape, arrow: bool = False,
    ) -> str:  # fmt: skip
        """A path of `moveTo`, `lnTo`, `cubicBezTo` and `close` steps within `rect`, on the page's coordinates."""
        steps = "".join(self._step(kind, points, rect) for kind, points in path)
        filled = "" if shape.fill else ' fill="none"'
        size = f'w="{self.length(rect.width)}" h="{self.length(rect.height)}"'
        geometry = (
            '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
            f"<a:pathLst><a:path {size}{filled}>{steps}</a:path></a:pathLst></a:custGeom>"
        )
        painted = self._painted(shape, arrow)
        return self._shape(number, name, words, f"{self.place(rect)}{geometry}{painted}", "<a:bodyPr/>", [])

    def connector(
        self, number: int, name: str, words: str, start: Point, end: Point, shape: Shape, arrow: bool,
        glued: tuple[Glue | None, Glue | None], curve: str = "",
    ) -> str:  # fmt: skip
        """A straight connector, or one that curves along the flow, `down` or `right`, glued to what it connects."""
        ends = "".join(
            f'<a:{tag} id="{glue.shape}" idx="{glue.site}"/>'
            for tag, glue in zip(("stCxn", "endCxn"), glued, strict=True)
            if glue is not None
        )
        form = "curvedConnector3" if curve else "straightConnector1"
        adjusted = '<a:gd name="adj1" fmla="val 50000"/>' if curve else ""
        return (
            f"<p:cxnSp {_NAMESPACES}><p:nvCxnSpPr>{_named(number, name, words)}<p:cNvCxnSpPr>{ends}</p:cNvCxnSpPr>"
            f"<p:nvPr/></p:nvCxnSpPr><p:spPr>{self._span(start, end, curve)}"
            f'<a:prstGeom prst="{form}"><a:avLst>{adjusted}</a:avLst></a:prstGeom>{self._painted(shape, arrow)}'
            "</p:spPr></p:cxnSp>"
        )

    def group(self, number: int, name: str, words: str, rect: Rect, children: Iterable[str]) -> str:
        """Shapes that are moved together; `rect` is what they cover, and their coordinates are the page's."""
        at = f'x="{self.length(rect.x)}" y="{self.length(rect.y)}"'
        size = f'cx="{self.length(rect.width)}" cy="{self.length(rect.height)}"'
        place = f"<a:xfrm><a:off {at}/><a:ext {size}/><a:chOff {at}/><a:chExt {size}/></a:xfrm>"
        return (
            f"<p:grpSp {_NAMESPACES}><p:nvGrpSpPr>{_named(number, name, words)}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
            f"<p:grpSpPr>{place}</p:grpSpPr>{''.join(children)}</p:grpSp>"
        )

    def _span(self, start: Point, end: Point, curve: str) -> str:
        """From corner to corner; a curve that leaves downwards is one that leaves to the right, turned."""
        left, top = min(start.x, end.x), min(start.y, end.y)
        width, height = abs(end.x - start.x), abs(end.y - start.y)
        if curve == "down":
            middle = Point(left + width / 2, top + height / 2)
            turned = Rect(middle.x - height / 2, middle.y - width / 2, height, width)
            return self.place(turned, ' rot="5400000"' if end.x < start.x else ' rot="16200000" flipH="1"')
        flips = "".join(f' {flip}="1"' for flip, on in (("flipH", end.x < start.x), ("flipV", end.y < start.y)) if on)
        return self.place(Rect(left, top, width, height), flips)

    def _shape(
        self, number: int, name: str, words: str, properties: str, body: str, lines: list[Text], kind: str = ""
    ) -> str:
        paragraphs = "".join(map(self._paragraph, lines)) or '<a:p><a:endParaRPr lang="en-US"/></a:p>'
        return (
            f"<p:sp {_NAMESPACES}><p:nvSpPr>{_named(number, name, words)}<p:cNvSpPr{kind}/><p:nvPr/></p:nvSpPr>"
            f"<p:spPr>{properties}</p:spPr><p:txBody>{body}<a:lstStyle/>{paragraphs}</p:txBody></p:sp>"
        )

    def _paragraph(self, text: Text) -> str:
        bold = ' b="1"' if text.bold else ""
        font = f'<a:rPr lang="en-US" sz="{self.points(text.size)}"{bold} dirty="0">{_solid(text.colour)}</a:rPr>'
        said = quoteattr(one_line(text.text), {'"': "&quot;"})[1:-1]
        return f'<a:p><a:pPr algn="{_ALIGNED[text.anchor]}"/><a:r>{font}<a:t>{said}</a:t></a:r></a:p>'

    def _painted(self, shape: Shape, arrow: bool = False) -> str:
        fill = _solid(shape.fill) if shape.fill else "<a:noFill/>"
        if shape.stroke is None or shape.stroke_width <= 0:
            return f"{fill}<a:ln><a:noFill/></a:ln>"
        dashes = zip(shape.dash[::2], shape.dash[1::2], strict=True)
        shares = ((round(100_000 * each / shape.stroke_width) for each in pair) for pair in dashes)
        dashed = "".join(f'<a:ds d="{on}" sp="{off}"/>' for on, off in shares)
        head = '<a:tailEnd type="triangle" w="med" len="med"/>' if arrow else ""
        return (
            f'{fill}<a:ln w="{self.length(shape.stroke_width)}" cap="flat">{_solid(shape.stroke)}'
            f"{f'<a:custDash>{dashed}</a:custDash>' if dashed else ''}<a:round/>{head}</a:ln>"
        )

    def _step(self, kind: str, points: tuple[Point, ...], rect: Rect) -> str:
        corners = "".join(
            f'<a:pt x="{self.length(each.x - rect.x)}" y="{self.length(each.y - rect.y)}"/>' for each in points
        )
        return f"<a:{kind}>{corners}</a:{kind}>" if points else f"<a:{kind}/>"


def _named(number: int, name: str, words: str) -> str:
    said = f" descr={quoteattr(plain(words, _LONGEST_WORDS))}" if words else ""
    return f'<p:cNvPr id="{number}" name={quoteattr(plain(name))}{said}/>'


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}"/></a:solidFill>'
