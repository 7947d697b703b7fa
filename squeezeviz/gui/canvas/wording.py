"""What the canvas says in words: tooltips, and the description for screen readers."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from squeezeviz.figure.scene.diagram import Badge, Key, Line, Role
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.selection import Edge
from squeezeviz.model.text import plain, tip_text

if TYPE_CHECKING:
    from squeezeviz.figure.layout.changes import Marks
    from squeezeviz.gui.canvas.drawing import Appearance

_LINE = 64
_LINES = 8


def tooltip(series: Series, target: Key | Edge, look: Appearance) -> str:
    """All there is to say about a box, and how its layer differs, or about a line and what flows along it.

    It is markup that shows every character as it is: Qt would take a name such as <b>conv</b> for that anyway.
    """
    more = _differences(series, target, look.marks), _active(series, target, look)
    said = filter(None, (full_text(series, target), *map(plain, more)))
    return tip_text("\n".join(_wrapped("; ".join(said))), "white-space: pre")


def full_text(series: Series, target: Key | Edge) -> str:
    """The full name and the numbers of a box, or what a line is; empty where the diagram lacks it."""
    if not isinstance(target, Key):
        line = series.line(target)
        return "" if line is None else _line_text(series, line)
    box, module = series.box(target), series.module(target)
    if box is not None:
        return box.full
    return module.full if module is not None else ""


def description(series: Series, selected: Key | Edge | None, look: Appearance, layers: int = 1, parts: int = 0) -> str:
    """The graph in a sentence, what is selected in it and how that differs, and how many layers or parts are, for a
    screen reader."""
    if not series.modules:
        return "The graph is empty."
    graph = f"{_shortened(plain(series.diagram.title))}: {len(series):,} modules in series, from the input on."
    if layers > 1:
        graph = f"{graph} {layers:,} layers are selected."
    if parts > 1:
        graph = f"{graph} {parts:,} parts of Fire modules are selected."
    if selected is None and layers > 1:
        return graph
    if selected is None:
        return f"{graph} Nothing is selected. Arrow keys walk the graph, Enter opens a Fire module."
    text = _shortened(full_text(series, selected))
    if not isinstance(selected, Key):
        active = _active(series, selected, look)
        return f"{graph} Selected line: {text}" + (f" Its {plain(active)}." if active else "")
    differs = _differences(series, selected, look.marks)
    place = (series.place(selected) or 0) + 1
    return f"{graph} Selected, {place:,} of {len(series):,}: {text}" + (f" {differs}." if differs else "")


def _differences(series: Series, target: Key | Edge, marks: Marks | None) -> str:
    """What the tags of the module of a box say in full, in one line; empty where it has none."""
    place = series.place(target) if isinstance(target, Key) else None
    if place is None or marks is None:
        return ""
    from squeezeviz.figure.layout.changes import tags_at

    return "; ".join(tag.full for tag in tags_at(series.diagram, place, marks))


def _active(series: Series, target: Key | Edge, look: Appearance) -> str:
    """What flows along a line; nothing of boxes, and where it is not shown."""
    line = None if look.activations is None or isinstance(target, Key) else series.line(target)
    if look.activations is None or line is None:
        return ""
    source = series.source(line)
    text = look.activations.in_words(source)
    return f"{text}, before the last change" if text and look.badges.get(source) is Badge.STALE else text


def _line_text(series: Series, line: Line) -> str:
    """From where to where a line leads, and what flows there."""
    ends = f"{_source_name(series, line)} → {_target_name(series, line)}"
    inside = line.source.part and line.target.part
    return plain("; ".join(filter(None, (f"{ends} in {line.source.layer}" if inside else ends, line.full))))


def _source_name(series: Series, line: Line) -> str:
    key = series.source(line)
    return key.part or key.layer or "input"


def _target_name(series: Series, line: Line) -> str:
    key = line.target
    place = series.place(key)
    if place is not None and not key.part and line.source.part:
        if place + 1 == len(series):
            return "the network's output"
        key = series.modules[place + 1].key
    module = series.module(key)
    if module is not None and module.role is Role.PROBLEM:
        return module.boxes[0].title
    return key.part or key.layer


def _wrapped(text: str) -> list[str]:
    """A line for each part of the text, long ones broken."""
    parts = _shortened(text, _LINE * _LINES).split("; ")
    return [line for part in parts for line in textwrap.wrap(part, _LINE) or [""]]


def _shortened(text: str, most: int = 1000) -> str:
    half = most // 2
    return text if len(text) <= most else f"{text[:half]} … {text[-half:]}"
