"""The network that named tensors are: its rows, Fire modules and bypasses among them, recognised by their shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from squeezeviz.analysis.weights import TensorName, TensorShape
from squeezeviz.files.opened import Read, name_from
from squeezeviz.files.unknown_geometry import UnknownGeometry, WeightedRow
from squeezeviz.files.weights.convolutions import convolutions
from squeezeviz.files.weights.numbers import Load, Stored, load_weights
from squeezeviz.files.weights.reparametrised import effective
from squeezeviz.files.weights.series import series_of
from squeezeviz.files.weights.units import BYPASS, EXPAND1, EXPAND3, SQUEEZE, Unit
from squeezeviz.model.errors import Note
from squeezeviz.model.layers import Bypass, Conv, Fire
from squeezeviz.paper.geometry import TORCHVISION


def network_of(
    stored: Mapping[str, Stored], load: Load, path: Path, notes: tuple[Note, ...] = (), usual: str = TORCHVISION.id
) -> Read:
    """The SqueezeNet that tensors of those shapes are, by what the file calls them, in the order of its layers.

    `usual` is the geometry that such files have, as in `UnknownGeometry`.

    Numbers are loaded once the shapes are known to be a SqueezeNet's and not too many.
    """
    whole = effective(stored, load)
    stored = whole.stored
    layout = recognise({key: each.shape for key, each in stored.items()})
    unknown = UnknownGeometry(name_from(path.stem), layout.channels, layout.rows, layout.pooled, usual)
    weights, of_numbers = load_weights(layout.keys, stored, whole.load, path.name)
    said = (unknown.assumption, *layout.notes, *notes, *whole.notes, *of_numbers)
    return Read(unknown.table(unknown.assumed), said, weights, unknown)


@dataclass(frozen=True)
class Layout:
    """Rows as weights tell them, strides and paddings left open, and each tensor's key in the file.

    `channels` are the image's; `pooled` as in `UnknownGeometry`.
    """

    channels: int
    rows: tuple[WeightedRow, ...]
    keys: Mapping[TensorName, str]
    pooled: tuple[str, ...] | None
    notes: tuple[Note, ...] = ()


def recognise(shapes: Mapping[str, TensorShape]) -> Layout:
    """The SqueezeNet that tensors of those names and shapes are, by structure: names matter where shapes tell nothing.

    Rows bear Table 1's names where the file's are torchvision's numbers, else the file's. SqueezevizError names the
    first key that does not fit, and what was expected.
    """
    found, notes = convolutions(shapes)
    series = series_of(found)
    names, pooled = _names(series)
    rows = tuple(_row(unit, name) for unit, name in zip(series, names, strict=True))
    return Layout(series[0].first.channels, rows, dict(_keys(series, names)), pooled, notes)


def _row(unit: Unit, name: str) -> WeightedRow:
    parts = unit.parts
    if not unit.is_fire:
        return Conv(name, unit.first.filters, unit.first.kernel, bias=unit.first.bias_key is not None)
    bypass = Bypass.COMPLEX if BYPASS in parts else Bypass.NONE
    s1x1, e1x1, e3x3 = (parts[part].filters for part in (SQUEEZE, EXPAND1, EXPAND3))
    return Fire(name, s1x1, e1x1, e3x3, bypass, bias=unit.first.bias_key is not None)


def _keys(series: Sequence[Unit], names: Sequence[str]) -> list[tuple[TensorName, str]]:
    order = ("", SQUEEZE, EXPAND1, EXPAND3, BYPASS)
    found = []
    for unit, name in zip(series, names, strict=True):
        for part, each in sorted(unit.parts.items(), key=lambda item: order.index(item[0])):
            found.append((TensorName(name, part, "weight"), each.key))
            if each.bias_key is not None:
                found.append((TensorName(name, part, "bias"), each.bias_key))
    return found


def _names(series: Sequence[Unit]) -> tuple[list[str], tuple[str, ...] | None]:
    """The rows' names, and after which of them the file's numbers leave room for a pool."""
    gaps = _gaps(series)
    if gaps is None:
        return _own_names(series), None
    names = [f"{'fire' if unit.is_fire else 'conv'}{number}" for number, unit in enumerate(series, 1)]
    return names, tuple(name for name, gap in zip(names, gaps, strict=True) if gap)


_STAGE = re.compile(r"(features|classifier)\.([0-9]{1,6})")


def _gaps(series: Sequence[Unit]) -> list[int] | None:
    """How many places are left free after each row in torchvision's numbers; None where they are not numbered so.

    There a convolution takes two places, itself and its ReLU, any other row one; the last convolution is
    `classifier.1`.
    """
    places = []
    for unit in series:
        numbered = _STAGE.fullmatch(unit.path)
        if numbered is None:
            return None
        places.append((numbered[1], int(numbered[2])))
    if any(stage == "classifier" for stage, _ in places[:-1]) or places[0] != ("features", 0):
        return None
    gaps = [
        0 if stage == "classifier" else place - before - (1 if unit.is_fire else 2)
        for unit, (_, before), (stage, place) in zip(series, places, places[1:], strict=False)
    ]
    return None if any(gap < 0 for gap in gaps) else [*gaps, 0]


def _own_names(series: Sequence[Unit]) -> list[str]:
    """The modules' own names without the modules they are in, where each then has another; else their full paths."""
    paths = [unit.path or unit.first.name for unit in series]
    last = [re.split(r"[./]", path)[-1] for path in paths]
    for names in (last, paths, [unit.first.name for unit in series]):
        if len(set(names)) == len(names) and not any(name.isdecimal() or not name.strip() for name in names):
            return names
    return [f"{'fire' if unit.is_fire else 'conv'}{number}" for number, unit in enumerate(series, 1)]
