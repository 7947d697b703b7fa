"""The filter/stride cell of the paper's Table 1: `7×7/2 ×96`, `3×3/2`, and `50%` of a dropout."""

from __future__ import annotations

import dataclasses
import re

from squeezeviz.model.errors import Place, SqueezevizError, quoted, shown
from squeezeviz.model.layers import AvgPool, Conv, Dropout, Layer, MaxPool
from squeezeviz.model.shares import read_share, share_text
from squeezeviz.model.whole_numbers import whole


def has_window(layer: Layer) -> bool:
    """Whether the cell holds something of the layer's own, which can be typed."""
    return isinstance(layer, Conv | MaxPool | AvgPool | Dropout)


def window_text(layer: Layer) -> str:
    """The cell as far as the layer alone tells; reading it back with `with_window` gives the same layer."""
    match layer:
        case Conv():
            words = [f"{layer.kernel}×{layer.kernel}/{layer.stride} ×{layer.filters}"]
            words += [f"pad {layer.padding}"] if layer.padding else []
            words += [] if layer.relu else ["no ReLU"]
            words += [] if layer.bias else ["no bias"]
            return " ".join(words)
        case MaxPool() | AvgPool():
            words = [f"{layer.kernel}×{layer.kernel}/{layer.stride}"]
            words += [f"pad {layer.padding}"] if layer.padding else []
            words += [] if layer.ceil else ["floor"]
            return " ".join(words)
        case Dropout():
            return share_text(layer.p)
        case _:
            return ""


_WINDOW = re.compile(r"\s*([0-9 ]*[0-9])\s*[xX×]\s*([0-9 ]*[0-9])\s*(?:/\s*([0-9]+))?\s*")
_FILTERS = re.compile(r"\s*\(?\s*[xX×]\s*([0-9][0-9,\u202f\u2009\u00a0']*)\s*\)?\s*")
_PADDING = re.compile(r"\s*(?:pad|padding)\s*=?\s*([0-9]+)\s*", re.IGNORECASE)
_WORD = re.compile(r"\s*(no\s+relu|no\s+bias|floor|ceil)\s*", re.IGNORECASE)


def with_window(layer: Layer, typed: str, place: Place | None = None) -> Layer:
    """The layer with what is typed into the cell. SqueezevizError says why it cannot stand there."""
    if isinstance(layer, Dropout):
        return dataclasses.replace(layer, p=read_share(typed, place))
    example = "7×7/2 ×96" if isinstance(layer, Conv) else "3×3/2"
    window = _WINDOW.match(typed)
    if not window:
        raise SqueezevizError(f"a window is written like {example}, not {quoted(typed)}", place)
    kernel, other, stride = (whole(part.strip() or "1", place) for part in (window[1], window[2], window[3] or "1"))
    if kernel != other:
        raise SqueezevizError(f"windows here are square; {shown(kernel)}×{shown(other)} is not", place)
    fields: dict[str, object] = {"kernel": kernel, "stride": stride, "padding": 0}
    rest = typed[window.end() :]
    if isinstance(layer, Conv):
        fields |= {"relu": True, "bias": True}
        filters = _FILTERS.match(rest)
        if filters:
            fields["filters"] = whole(filters[1], place)
            rest = rest[filters.end() :]
    else:
        fields["ceil"] = True
    return dataclasses.replace(layer, **(fields | _extras(layer, rest, example, place)))  # type: ignore[arg-type]


def _extras(layer: Layer, rest: str, example: str, place: Place | None) -> dict[str, object]:
    """What may follow a window: `pad 1`, and `no ReLU` or `no bias` of a convolution, `floor` of a pool."""
    fields: dict[str, object] = {}
    allowed = ("no relu", "no bias") if isinstance(layer, Conv) else ("floor", "ceil")
    while rest.strip():
        padding, word = _PADDING.match(rest), _WORD.match(rest)
        found = padding or word
        said = re.sub(r"\s+", " ", word[1].lower()) if word else ""
        if not found or (word and said not in allowed):
            raise SqueezevizError(
                f"{quoted(rest.strip())} does not belong here; write {example}, then "
                f"{', '.join(['pad 1', *allowed])} where they apply",
                place,
            )
        if padding:
            fields["padding"] = whole(padding[1], place)
        else:
            fields |= {"no relu": {"relu": False}, "no bias": {"bias": False}, "floor": {"ceil": False}}.get(said, {})
        rest = rest[found.end() :]
    return fields
