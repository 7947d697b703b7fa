"""How the values of the table's columns are written and read, type by type, in cells of the window and of files.

The filter/stride cell holds several fields: `7×7/2 ×96`, `3×3/2`, and `50%` of a dropout.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

from squeezeviz.model.errors import Place, SqueezevizError, quoted, shown
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Layer, MaxPool
from squeezeviz.model.reading import (
    printed_bits,
    printed_count,
    printed_kept,
    printed_share,
    read_bits,
    read_kept,
    read_share,
    whole,
)
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.wording import readable_bytes, share_text, short_field_text, size_text


def read_bypass(typed: str, place: Place | None = None) -> Bypass:
    """Read a kind of bypass by its name or the beginning of it. Raises SqueezevizError for anything else."""
    begun = typed.strip().lower()
    found = [kind for kind in Bypass if begun and kind.startswith(begun)]
    if not found:
        raise SqueezevizError(f"a bypass is none, simple or complex, not {quoted(typed)}", place)
    return found[0]


def _printed_bypass(cell: str, what: str) -> Bypass:
    if cell.casefold() not in list(Bypass):
        raise SqueezevizError(f"{what} must be none, simple or complex, not {quoted(cell)}")
    return Bypass(cell.casefold())


def _printed_flag(cell: str, what: str) -> bool:
    word = cell.casefold()
    if word in ("true", "yes", "1", "1.0"):
        return True
    if word in ("false", "no", "0", "0.0"):
        return False
    raise SqueezevizError(f"{what} must be true or false, not {quoted(cell)}")


class CellType(NamedTuple):
    """How the values of a column are written and read.

    `show` writes one for people, `write` for a CSV file. `read` takes what was typed, with the place for its error;
    `read_printed` takes a file's cell, with what its error calls it. Both raise SqueezevizError. `looks` is a pattern
    that such cells fit, for columns whose headings are not known.
    """

    show: Callable[[Any], str] = str
    write: Callable[[Any], str | int | float] = lambda value: value
    read: Callable[[str, Place | None], Any] | None = None
    read_printed: Callable[[str, str], Any] | None = None
    looks: str = ".*"
    is_number: bool = False
    """Whether it is aligned to the right."""
    choices: tuple[str, ...] = ()


TEXT = CellType()
NAME = CellType(read=lambda typed, _: typed)
SIZE = CellType(show=size_text, looks=r"[0-9 ]+[xX×].*")
WINDOW = CellType(looks=r"(?![0-9]+\s*$).*")
DEPTH = CellType(show="{:,}".format, looks=r"[0-9]{1,3}", is_number=True)
COUNT = CellType(
    show="{:,}".format, looks=r"[0-9][0-9,.' \u00a0\u2009\u202f]*(?:\(total\))?", is_number=True
)  # fmt: skip
BYTES = CellType(show=lambda count: readable_bytes(count) if count else "0", is_number=True)
WHOLE = CellType(read=whole, read_printed=printed_count, looks=r"(?!none|simple|complex)[^%]*", is_number=True)
KEPT = CellType(
    show=share_text,
    read=read_kept,
    read_printed=lambda cell, what: printed_kept(cell, what).share,
    looks=r".*%.*",
    is_number=True,
)
BITS = CellType(read=read_bits, read_printed=printed_bits, looks=r"[0-9]+\s*bits?|[0-9]{1,2}", is_number=True)
BYPASS = CellType(
    write=str, read=read_bypass, read_printed=_printed_bypass, looks="none|simple|complex", choices=tuple(Bypass)
)
FLAG = CellType(write=lambda value: "true" if value else "false", read_printed=_printed_flag)
SHARE = CellType(show=share_text, read_printed=printed_share)
FIELD = CellType(show=short_field_text)
MEASURED = CellType(is_number=True)


def has_window(layer: Layer) -> bool:
    """Whether the filter/stride cell shows fields of the layer, which can be typed."""
    return isinstance(layer, Conv | MaxPool | AvgPool | Dropout)


def window_text(layer: Layer) -> str:
    """Return the filter/stride cell if it depends on the layer alone. `with_window` reads it back as the same layer."""
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


_WINDOW = r"\s*([0-9 ]*[0-9])\s*[xX×]\s*([0-9 ]*[0-9])\s*(?:/\s*([0-9]+))?\s*"
_FILTERS = r"\s*\(?\s*[xX×]\s*([0-9][0-9,\u202f\u2009\u00a0']*)\s*\)?\s*"
_PADDING = r"(?i)\s*(?:pad|padding)\s*=?\s*([0-9]+)\s*"
_WORD = r"(?i)\s*(no\s+relu|no\s+bias|floor|ceil)\s*"


def with_window(layer: Layer, typed: str, place: Place | None = None) -> Layer:
    """Return the layer with what is typed into its filter/stride cell. Raises SqueezevizError if it is not valid."""
    if isinstance(layer, Dropout):
        return dataclasses.replace(layer, p=read_share(typed, place))
    example = "7×7/2 ×96" if isinstance(layer, Conv) else "3×3/2"
    window = re.match(_WINDOW, typed)
    if not window:
        raise SqueezevizError(f"a window is written like {example}, not {quoted(typed)}", place)
    kernel, other, stride = (whole(part.strip() or "1", place) for part in (window[1], window[2], window[3] or "1"))
    if kernel != other:
        raise SqueezevizError(f"windows here are square; {shown(kernel)}×{shown(other)} is not", place)
    fields: dict[str, object] = {"kernel": kernel, "stride": stride, "padding": 0}
    rest = typed[window.end() :]
    if isinstance(layer, Conv):
        fields |= {"relu": True, "bias": True}
        filters = re.match(_FILTERS, rest)
        if filters:
            fields["filters"] = whole(filters[1], place)
            rest = rest[filters.end() :]
    else:
        fields["ceil"] = True
    return dataclasses.replace(layer, **(fields | _extras(layer, rest, example, place)))  # type: ignore[arg-type]


def _extras(layer: Layer, rest: str, example: str, place: Place | None) -> dict[str, object]:
    """Read what may follow a window: `pad 1`, `no ReLU` or `no bias` of a convolution, `floor` of a pool."""
    fields: dict[str, object] = {}
    allowed = ("no relu", "no bias") if isinstance(layer, Conv) else ("floor", "ceil")
    while rest.strip():
        padding, word = re.match(_PADDING, rest), re.match(_WORD, rest)
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
