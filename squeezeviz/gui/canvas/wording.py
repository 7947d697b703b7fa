"""What the canvas says in words: tooltips, and the description for screen readers."""

from __future__ import annotations

import html
import textwrap

from squeezeviz.diagram.model import Key
from squeezeviz.gui.canvas.series import Series

_LINE = 64
_LINES = 8


def tooltip(series: Series, key: Key, differs: str = "") -> str:
    """All there is to say about a box, and how its layer differs, as markup that shows every character as it is."""
    # Told as rich text, because Qt would take a name such as <b>conv</b> for it anyway.
    text = "; ".join(filter(None, (full_text(series, key), differs)))
    lines = [html.escape(line) for line in _wrapped(text)]
    return f"<qt><p style='white-space: pre'>{'<br>'.join(lines)}</p></qt>"


def full_text(series: Series, key: Key) -> str:
    """The full name and the numbers of what `key` names; empty where the diagram lacks it."""
    box, module = series.box(key), series.module(key)
    if box is not None:
        return box.full
    return module.full if module is not None else ""


def description(series: Series, selected: Key | None) -> str:
    """The graph in a sentence, and what is selected in it, for a screen reader."""
    if not series.modules:
        return "The graph is empty."
    graph = f"{_shortened(series.diagram.title)}: {len(series):,} modules in series, from the input on."
    place = series.place(selected)
    if selected is None or place is None:
        return f"{graph} Nothing is selected. Arrow keys walk the graph, Enter opens a Fire module."
    return f"{graph} Selected, {place + 1:,} of {len(series):,}: {_shortened(full_text(series, selected))}"


def _wrapped(text: str) -> list[str]:
    """A line for each part of the text, long ones broken."""
    parts = _shortened(text, _LINE * _LINES).split("; ")
    return [line for part in parts for line in textwrap.wrap(part, _LINE) or [""]]


def _shortened(text: str, most: int = 1000) -> str:
    half = most // 2
    return text if len(text) <= most else f"{text[:half]} … {text[-half:]}"
