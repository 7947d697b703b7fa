"""Everything around a TikZ picture: the document for compiling it by itself, its size, how text is set, and its
colours and styles by name: `squeezeviz-conv`, `squeezeviz/conv`, `squeezeviz/conv line`.

Plain LaTeX and TikZ without its libraries, so that a paper needs no more than `\\usepackage{tikz}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from importlib.resources import files
from math import ceil
from types import MappingProxyType

from squeezeviz import __version__
from squeezeviz.figure.drawing.heat import heat_ramp
from squeezeviz.figure.scene.primitives import Shape
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.tikz_text import tex_word

_POINTS_PER_UNIT = 0.75
_POINTS_PER_MM = 72 / 25.4
_LONGEST_POINTS = 14_000.0
"""TeX knows no length beyond 16,383 pt, PDF readers no page beyond 14,400."""

_CATCODES = {**dict.fromkeys("!\"'()*+,-./:;<=>?[]`|", 12), "@": 11, "#": 6, "$": 3, "&": 4, "^": 7, "_": 8}
"""A paper may have made any of these active, as babel does."""


def framed(picture: str, width: float, height: float, title: str, width_mm: float | None = None) -> str:
    """Write the file around a picture of `width` × `height` units, which are `\\squeezevizunit` each.

    It is `width_mm` wide, unless said as large as on screen; in a document at most as wide as the line.
    """
    columns, rows = max(1, ceil(width)), max(1, ceil(height))
    points = _POINTS_PER_UNIT * columns if width_mm is None else width_mm * _POINTS_PER_MM
    points = min(points, _LONGEST_POINTS, _LONGEST_POINTS * columns / rows)
    natural = f"{points:.3f}bp"
    replaced = {
        "@NATURAL@": natural,
        "@PAPERWIDTH@": natural,
        "@PAPERHEIGHT@": f"{points * rows / columns:.3f}bp",
        "@WIDTH@": str(columns),
        "@HEIGHT@": str(rows),
        "@TITLE@": tex_word(title),
        "@VERSION@": __version__,
        "@CATCODES@": "".join(rf"\catcode{ord(each)} {code}\relax" for each, code in _CATCODES.items()),
        "@PICTURE@": picture,
    }
    text = files("squeezeviz.resources").joinpath("tikz", "figure.tex").read_text("ascii")
    for mark, value in replaced.items():
        text = text.replace(mark, value)
    return text


PREFIX = "squeezeviz-"
_GROUPS = {"roles": "", "shares": "share-", "badges": "badge-", "changes": ""}
_NO_COLOURS = ("name", "dashes")

_BASE = {
    "picture": (
        r"every node/.style={font=\fontsize{10}{16.5\squeezevizunit}\selectfont},"
        "every path/.style={},line join=round,inner sep=0pt,outer sep=0pt"
    ),
    "size/2": r"minimum width=#1\squeezevizunit,minimum height=#2\squeezevizunit,text width=#1\squeezevizunit",
    "text left/1": r"align=left,execute at begin node={\leftskip#1\squeezevizunit\relax}",
    "heat/2": r"fill=#1,text=#2,execute at begin node={\def\squeezevizquiet{#2}}",
    "bar/1": (
        r"path picture={\path[fill=#1,draw=squeezeviz-box-fill,line width=.5\squeezevizunit,"
        r"rounded corners=2\squeezevizunit] ([shift={(6\squeezevizunit,-7\squeezevizunit)}]"
        r"path picture bounding box.north west) rectangle ([shift={(10\squeezevizunit,7\squeezevizunit)}]"
        r"path picture bounding box.south west);}"
    ),
    "box": (
        r"draw=squeezeviz-box-outline,fill=squeezeviz-box-fill,text=squeezeviz-text,line width=\squeezevizunit,"
        r"rounded corners=7\squeezevizunit,squeezeviz/text left=18"
    ),
    "width/1": r"line width=#1\squeezevizunit",
    "arrow": "-squeezeviz",
}
_BOXES = {
    "frame": (
        r"draw=squeezeviz-frame-outline,fill=squeezeviz-frame-fill,line width=1.25\squeezevizunit,"
        r"rounded corners=12\squeezevizunit"
    ),
    "fire": "squeezeviz/box,draw=squeezeviz-frame-outline,fill=squeezeviz-frame-fill",
    "problem": "squeezeviz/box,draw=squeezeviz-problem,fill=squeezeviz-problem-fill,text=squeezeviz-problem",
    "concat": "text=squeezeviz-share-text,align=center",
    "sum": (
        r"circle,draw=squeezeviz-sum,fill=squeezeviz-box-fill,line width=1.75\squeezevizunit,"
        r"outer sep=.875\squeezevizunit"
    ),
}
"""All others are a box with the role's bar at its left."""


@cache
def in_names(theme: Theme) -> Theme:
    """Replace the colours of a theme by their names, so that a drawing says what each colour means."""
    named = {
        name: f"{PREFIX}{name.replace('_', '-')}"
        if isinstance(value, str)
        else MappingProxyType({key: f"{PREFIX}{_GROUPS[name]}{key}" for key in value})
        for name, value in _colour_fields(theme)
    }
    return replace(theme, **named)  # type: ignore[arg-type]


@cache
def heat_names(theme: Theme) -> Mapping[str, str]:
    """Return the names of the colours of costs in a theme: the grounds, and the text on them."""
    scale = {colour: f"{PREFIX}heat-{level}" for level, colour in enumerate(heat_ramp(theme))}
    return MappingProxyType(scale | {"#ffffff": "white", "#000000": "black"})


def box_style(role: str) -> str:
    return _BOXES.get(role, f"squeezeviz/box,squeezeviz/bar={PREFIX}{role}")


def definitions(body: str, styles: Mapping[str, str], theme: Theme) -> Iterator[str]:
    """Yield the lines that define the colours that `body` uses, and all of `styles`."""
    styles = {**_BASE, **styles}
    used = set(re.findall(rf"{PREFIX}[\w-]+", " ".join((body, *styles.values())))) | {f"{PREFIX}quiet"}
    for name, colour in _colours(theme):
        if name in used:
            yield f"\\definecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}"
    yield "\\tikzset{"
    for name, text in styles.items():
        yield f"  squeezeviz/{_key(name)}={{{text}}},"
    yield "  squeezeviz/restyle/.try"
    yield "}"


def dashed(shape: Shape) -> str:
    """Return a dash pattern as a further option; nothing for a solid line."""
    if not shape.dash:
        return ""
    pattern = (f"{'off' if place % 2 else 'on'} {length:g}\\squeezevizunit " for place, length in enumerate(shape.dash))
    return f",dash pattern={''.join(pattern).rstrip()}"


def _colours(theme: Theme) -> Iterator[tuple[str, str]]:
    """Yield every colour of a theme by its name in a picture, and the scale of costs."""
    for name, value in _colour_fields(theme):
        named = getattr(in_names(theme), name)
        if isinstance(value, str):
            yield named, value
        else:
            yield from ((named[key], colour) for key, colour in value.items())
    yield from ((f"{PREFIX}heat-{level}", colour) for level, colour in enumerate(heat_ramp(theme)))


def _colour_fields(theme: Theme) -> Iterator[tuple[str, str | Mapping[str, str]]]:
    for each in fields(theme):
        if each.name not in _NO_COLOURS:
            yield each.name, getattr(theme, each.name)


def _key(name: str) -> str:
    """`size/2` takes two arguments; `bar/1` takes one, as every style may."""
    style, _, arguments = name.partition("/")
    return f"{style}/.style 2 args" if arguments == "2" else f"{style}/.style"
