"""The line of what is wrong with a layer table's plain data, whichever syntax it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.plain import layer_from_plain


class LinesOf(Protocol):
    """Where keys stand in a text: those of its top (None), of a table in it (by name), of a layer (from 0)."""

    def of(self, block: int | str | None, key: str) -> int | None: ...


def line_of(error: SqueezevizError, document: Mapping[str, Any], lines: LinesOf) -> int | None:
    """The line that `error`, raised for `document`, speaks of."""
    layers = document.get("layer", [])
    column = error.place.column or ""
    if error.place.row is None or not isinstance(layers, list):
        return lines.of(None, column)
    unreadable = _first_unreadable(layers)
    if unreadable is not None:
        return lines.of(unreadable, column)
    if error.place.row == "input":
        return lines.of("input", column)
    bearers = [index for index, layer in enumerate(layers) if layer.get("name") == error.place.row]
    return lines.of(bearers[-1] if bearers else None, column)


def _first_unreadable(layers: list[Any]) -> int | None:
    for index, layer in enumerate(layers):
        try:
            layer_from_plain(layer, index + 1)
        except SqueezevizError:
            return index
    return None
