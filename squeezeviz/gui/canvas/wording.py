"""What the canvas says in words: tooltips, and the description for screen readers."""

from __future__ import annotations

import textwrap

from squeezeviz.figure.scene.diagram import Key, Line, Role
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.widgets.escaped_text import tip_text
from squeezeviz.model.text import plain

_LINE = 64
_LINES = 8


def tooltip(series: Series, key: Key, differs: str = "") -> str:
    """All there is to say about a box, and how its layer differs, as markup that shows every character as it is."""
    return _markup("; ".join(filter(None, (full_text(series, key), plain(differs)))))


def line_tooltip(series: Series, line: Line) -> str:
    """What flows along a line, as markup that shows every character as it is."""
    return _markup(line_text(series, line))


def line_text(series: Series, line: Line) -> str:
    """From where to where a line leads, and what flows there."""
    ends = f"{_source_name(series, line)} → {_target_name(series, line)}"
    inside = line.source.part and line.target.part
    return plain("; ".join(filter(None, (f"{ends} in {line.source.layer}" if inside else ends, line.full))))


def full_text(series: Series, key: Key) -> str:
    """The full name and the numbers of what `key` names; empty where the diagram lacks it."""
    box, module = series.box(key), series.module(key)
    if box is not None:
        return box.full
    return module.full if module is not None else ""


def description(series: Series, selected: Key | None, line: Line | None = None) -> str:
    """The graph in a sentence, and what is selected in it, for a screen reader."""
    if not series.modules:
        return "The graph is empty."
    graph = f"{_shortened(plain(series.diagram.title))}: {len(series):,} modules in series, from the input on."
    if line is not None:
        return f"{graph} Selected line: {_shortened(line_text(series, line))}"
    place = series.place(selected)
    if selected is None or place is None:
        return f"{graph} Nothing is selected. Arrow keys walk the graph, Enter opens a Fire module."
    return f"{graph} Selected, {place + 1:,} of {len(series):,}: {_shortened(full_text(series, selected))}"


def _source_name(series: Series, line: Line) -> str:
    """What makes that which flows; for a line that comes into a Fire the module before it."""
    key = line.source
    place = series.place(key)
    if place and not key.part and line.target.layer == key.layer and line.target.part:
        key = series.modules[place - 1].key
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


def _markup(text: str) -> str:
    # Rich text, because Qt would take a name such as <b>conv</b> for it anyway.
    return tip_text("\n".join(_wrapped(text)), "white-space: pre")


def _wrapped(text: str) -> list[str]:
    """A line for each part of the text, long ones broken."""
    parts = _shortened(text, _LINE * _LINES).split("; ")
    return [line for part in parts for line in textwrap.wrap(part, _LINE) or [""]]


def _shortened(text: str, most: int = 1000) -> str:
    half = most // 2
    return text if len(text) <= most else f"{text[:half]} … {text[-half:]}"
