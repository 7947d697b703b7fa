"""The diagram as an SVG document, with text that every viewer can show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from squeezeviz.figure.scene.diagram import Point
from squeezeviz.figure.scene.primitives import Circle, Curve, Group, Polygon, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import is_known, text_width
from squeezeviz.figure.writers.figure import ExportOptions, Figure
from squeezeviz.model.text import one_line, plain

FONT_FAMILY = "Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', 'DejaVu Sans', sans-serif"
"""Narrow fonts come before wide ones, so that text still fits its box where Inter is missing."""

NAMESPACE = "http://www.w3.org/2000/svg"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LONGEST_ID = 64


def to_svg(figure: Figure, options: ExportOptions) -> bytes:
    """Write an SVG document with every group's key as its id. A unit is a CSS pixel, unless a size was asked for."""
    width, height = number(figure.width), number(figure.height)
    wide, high = (f"{number(side)}mm" for side in figure.size_mm) if options.size else (width, height)
    root = Element(
        "svg",
        {
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
        },
    )
    if figure.title:
        SubElement(root, "title").text = plain(figure.title)
    _Writer().add(root, figure.group)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'.encode()


class _Writer:
    """Adds primitives to a document, in which no id may come twice."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._repeats: Counter[str] = Counter()

    def add(self, parent: Element, primitive: Rectangle | Circle | Curve | Polygon | Text | Group) -> None:
        match primitive:
            case Group():
                self._add_group(parent, primitive)
            case Text():
                _add_text(parent, primitive)
            case Rectangle():
                attributes = _numbers(x=primitive.x, y=primitive.y, width=primitive.width, height=primitive.height)
                radius = _numbers(rx=primitive.radius) if primitive.radius > 0 else {}
                SubElement(parent, "rect", attributes | radius | _painted(primitive.shape))
            case Circle():
                attributes = _numbers(cx=primitive.x, cy=primitive.y, r=primitive.radius)
                SubElement(parent, "circle", attributes | _painted(primitive.shape))
            case Curve():
                SubElement(parent, "path", {"d": _curve(primitive)} | _painted(primitive.shape))
            case Polygon():
                tag = "polygon" if primitive.closed else "polyline"
                SubElement(parent, tag, {"points": _points(primitive.points)} | _painted(primitive.shape))

    def _add_group(self, parent: Element, group: Group) -> None:
        attributes = {}
        if group.key is not None:
            attributes["id"] = self._unused_id(_name_token("-".join(filter(None, group.key)) or "input"))
        if group.kind:
            attributes["class"] = _name_token(group.kind)
        if group.x or group.y:
            attributes["transform"] = f"translate({number(group.x)} {number(group.y)})"
        element = SubElement(parent, "g", attributes)
        if group.title:
            SubElement(element, "title").text = plain(group.title)
        for child in group.children:
            self.add(element, child)

    def _unused_id(self, wanted: str) -> str:
        candidate = wanted
        while candidate in self._ids:
            self._repeats[wanted] += 1
            candidate = f"{wanted}_{self._repeats[wanted] + 1}"
        self._ids.add(candidate)
        return candidate


def _add_text(parent: Element, text: Text) -> None:
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
    attributes[_SPACE] = "preserve"
    SubElement(parent, "text", attributes).text = one_line(text.text)


def _painted(shape: Shape) -> dict[str, str]:
    attributes = {"fill": shape.fill or "none"}
    if shape.stroke is not None and shape.stroke_width > 0:
        attributes |= {"stroke": shape.stroke, "stroke-width": number(shape.stroke_width)}
        if shape.dash:
            attributes["stroke-dasharray"] = " ".join(map(number, shape.dash))
    return attributes


def _curve(curve: Curve) -> str:
    start, rest = curve.points[0], curve.points[1:]
    return f"M{number(start.x)},{number(start.y)} C{_points(rest)}"


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{number(each.x)},{number(each.y)}" for each in points)


def _name_token(name: str) -> str:
    """Turn `name` into an XML name and a CSS identifier: what is neither letter, digit nor `_` becomes `-`."""
    token = re.sub(r"[^A-Za-z0-9_]+", "-", name)[:_LONGEST_ID].strip("-")
    return token if re.match(r"[A-Za-z_]", token) else f"_{token}"


def _numbers(**values: float) -> dict[str, str]:
    return {name: number(value) for name, value in values.items()}


def number(value: float) -> str:
    """Write a number to a thousandth of a pixel, which is finer than anyone sees."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if round(value, 3) else "0"
