"""The diagram as an SVG document, with text that every viewer can show.

It is written as it is drawn: what comes from a table are texts alone, as all attributes are ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from squeezeviz.figure.scene.diagram import Point
from squeezeviz.figure.scene.primitives import (
    Circle,
    Curve,
    Group,
    Pixels,
    Polygon,
    Primitive,
    Rectangle,
    Shape,
    Text,
    number,
)
from squeezeviz.figure.theme.metrics import is_known, text_width
from squeezeviz.figure.writers.figure import ExportOptions, Figure
from squeezeviz.model.text import one_line, plain

FONT_FAMILY = "Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', 'DejaVu Sans', sans-serif"
"""Narrow fonts come before wide ones, so that text still fits its box where Inter is missing."""

NAMESPACE = "http://www.w3.org/2000/svg"
_LONGEST_ID = 64


def to_svg(figure: Figure, options: ExportOptions) -> bytes:
    """Write an SVG document with every group's key as its id. A unit is a CSS pixel, unless a size was asked for."""
    width, height = number(figure.width), number(figure.height)
    wide, high = (f"{number(side)}mm" for side in figure.size_mm) if options.size else (width, height)
    attributes = {
        "xmlns": NAMESPACE,
        "width": wide,
        "height": high,
        "viewBox": f"0 0 {width} {height}",
        "font-family": FONT_FAMILY,
        # A page that runs from right to left would turn every line and anchor round.
        "direction": "ltr",
        "style": "font-feature-settings: 'calt' 0",
        "stroke-linejoin": "round",
        "role": "img",
    }
    title = [element("title", {}, plain(figure.title))] if figure.title else []
    lines = around("svg", attributes, [*title, *SvgWriter().lines(figure.group)])
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', *lines, "")).encode()


class SvgWriter:
    """Writes primitives as the lines of a document, in which no id may come twice."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._repeats: Counter[str] = Counter()

    def lines(self, primitive: Primitive) -> Iterable[str]:
        match primitive:
            case Group():
                return self._group(primitive)
            case Text():
                return (_text(primitive),)
            case Pixels():
                return (_picture(primitive),)
            case Rectangle(x, y, width, height, shape, radius):
                rounded = _numbers(rx=radius) if radius > 0 else {}
                outline = _numbers(x=x, y=y, width=width, height=height) | rounded
                return (element("rect", outline | _painted(shape)),)
            case Circle(x, y, radius, shape):
                return (element("circle", _numbers(cx=x, cy=y, r=radius) | _painted(shape)),)
            case Curve(points, shape):
                return (element("path", {"d": _curve(points)} | _painted(shape)),)
            case Polygon(points, shape, closed):
                tag = "polygon" if closed else "polyline"
                return (element(tag, {"points": _points(points)} | _painted(shape)),)

    def _group(self, group: Group) -> Iterator[str]:
        attributes = self.attributes(group)
        if group.x or group.y:
            attributes["transform"] = f"translate({number(group.x)} {number(group.y)})"
        inside = [element("title", {}, plain(group.title))] if group.title else []
        for child in group.children:
            inside += self.lines(child)
        return around("g", attributes, inside)

    def attributes(self, group: Group) -> dict[str, str]:
        """Return what is said of a group beside its place; values are written as they are."""
        attributes = {}
        if group.key is not None:
            attributes["id"] = self._unused_id(_name_token("-".join(filter(None, group.key)) or "input"))
        if group.kind:
            attributes["class"] = _name_token(group.kind)
        return attributes

    def _unused_id(self, wanted: str) -> str:
        candidate = wanted
        while candidate in self._ids:
            self._repeats[wanted] += 1
            candidate = f"{wanted}_{self._repeats[wanted] + 1}"
        self._ids.add(candidate)
        return candidate


def around(tag: str, attributes: dict[str, str], inside: list[str]) -> Iterator[str]:
    """Yield the lines of an element, with those of its children two spaces further in."""
    if not inside:
        yield element(tag, attributes)
        return
    yield f"<{tag}{_written(attributes)}>"
    yield from (f"  {line}" for line in inside)
    yield f"</{tag}>"


def element(tag: str, attributes: dict[str, str], text: str = "") -> str:
    if not text:
        return f"<{tag}{_written(attributes)} />"
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{tag}{_written(attributes)}>{escaped}</{tag}>"


def _written(attributes: dict[str, str]) -> str:
    return "".join([f' {name}="{value}"' for name, value in attributes.items()])


def _text(text: Text) -> str:
    attributes = _numbers(x=text.x, y=text.y) | {"font-size": number(text.size), "fill": text.colour}
    if text.bold:
        attributes["font-weight"] = "600"
    if text.anchor != "start":
        attributes["text-anchor"] = text.anchor
    if text.text and is_known(text.text):
        # In a viewer without the font another one is drawn as wide, and leaves no box.
        attributes["textLength"] = number(text_width(text.text, text.size, text.bold))
        attributes["lengthAdjust"] = "spacingAndGlyphs"
    # Spaces in a name are the name's.
    attributes["xml:space"] = "preserve"
    return element("text", attributes, one_line(text.text))


def _picture(pixels: Pixels) -> str:
    """Return the pixels as a PNG within the document."""
    from base64 import b64encode  # not sooner, here and below: most figures have no pixels

    from squeezeviz.figure.writers.pixels import png_of

    place = _numbers(x=pixels.x, y=pixels.y, width=pixels.width, height=pixels.height)
    drawn = {"preserveAspectRatio": "none", "style": "image-rendering: pixelated"}
    png = b64encode(png_of(pixels)).decode("ascii")
    return element("image", place | drawn | {"href": f"data:image/png;base64,{png}"})


def _painted(shape: Shape) -> dict[str, str]:
    attributes = {"fill": shape.fill or "none"}
    if shape.stroke is not None and shape.stroke_width > 0:
        attributes |= {"stroke": shape.stroke, "stroke-width": number(shape.stroke_width)}
        if shape.dash:
            attributes["stroke-dasharray"] = " ".join(map(number, shape.dash))
    return attributes


def _curve(points: tuple[Point, ...]) -> str:
    start, *rest = points
    return f"M{number(start.x)},{number(start.y)} C{_points(rest)}"


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{number(each.x)},{number(each.y)}" for each in points)


def _name_token(name: str) -> str:
    """Turn `name` into an XML name and a CSS identifier: what is neither letter, digit nor `_` becomes `-`."""
    token = re.sub(r"[^A-Za-z0-9_]+", "-", name)[:_LONGEST_ID].strip("-")
    return token if re.match(r"[A-Za-z_]", token) else f"_{token}"


def _numbers(**values: float) -> dict[str, str]:
    return {name: number(value) for name, value in values.items()}
