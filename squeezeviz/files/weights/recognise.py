"""The rows of a network, Fire modules and bypasses among them, recognised by the shapes of its tensors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from squeezeviz.analysis.weights import TensorName, TensorShape
from squeezeviz.files.unknown_geometry import WeightedRow
from squeezeviz.files.weights.beside import left_out, notes_on, refuse_quantized
from squeezeviz.files.weights.chain import broken, chained, in_file_order
from squeezeviz.files.weights.convolutions import Convolution, convolutions
from squeezeviz.files.weights.units import BYPASS, EXPAND1, EXPAND3, SQUEEZE, Unit, alternatives, units, with_bypasses
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.layers import Bypass, Conv, Fire

_WRAPPERS = frozenset({"module", "model", "_orig_mod", "backbone", "net", "network", "_forward_module", "encoder"})
"""What wrappers of a model put before every name: `module.` of DataParallel, `model.` of Lightning, and others."""
_WITHIN = frozenset({"module", "_orig_mod", "_forward_module", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"})
"""What wrappers of a part of a network put into names, such as DataParallel around `features` alone."""
_STAGES = frozenset({"features", "classifier"})
"""Names of torchvision's own, which tell where a row stands."""


def without_prefixes(keys: Iterable[str]) -> dict[str, str]:
    """Each key by its name in the network: without wrappers' prefixes, in any combination, and without one that all
    keys share. A key keeps its own where two would be one."""
    given = list(keys)
    stripped = [_unwrapped(key) for key in given]
    if len(set(stripped)) < len(given):
        stripped = given
    while (shared := _shared(stripped)) is not None:
        stripped = [key[len(shared) + 1 :] for key in stripped]
    return dict(zip(stripped, given, strict=True))


def _unwrapped(key: str) -> str:
    first, dot, rest = key.partition(".")
    while dot and first in _WRAPPERS and "." in rest:
        key = rest
        first, dot, rest = key.partition(".")
    parts = key.split(".")
    return ".".join([*(part for part in parts[:-2] if part not in _WITHIN), *parts[-2:]])


def _shared(keys: list[str]) -> str | None:
    """The first part that all names have, where names of modules are left without it."""
    firsts = {key.partition(".")[0] for key in keys}
    if len(firsts) != 1 or firsts & _STAGES or any(key.count(".") < 2 for key in keys):
        return None
    return firsts.pop()


@dataclass(frozen=True)
class Layout:
    """Rows as weights tell them, strides and paddings left open, and each tensor's key in the file.

    `channels` are the image's; `pooled` as in `UnknownGeometry`.
    """

    channels: int
    rows: tuple[WeightedRow, ...]
    keys: Mapping[TensorName, str]
    pooled: tuple[str, ...] | None
    notes: tuple[str, ...] = ()


def recognise(shapes: Mapping[str, TensorShape]) -> Layout:
    """The SqueezeNet that tensors of those names and shapes are, by structure: names matter where shapes tell nothing.

    Rows bear Table 1's names where the file's are torchvision's numbers, else the file's. SqueezevizError names the
    first key that does not fit, and what was expected.
    """
    refuse_quantized(shapes)
    beside = left_out(shapes)
    keys = without_prefixes(key for key in shapes if key not in beside)
    if not keys:
        raise SqueezevizError("there are no weights in it")
    found = convolutions(shapes, keys)
    if not found:
        raise SqueezevizError(f"no weights of a convolution are in it; its first key is {brief(next(iter(shapes)))}")
    series = _series(found)
    names, pooled = _names(series)
    rows = tuple(_row(unit, name) for unit, name in zip(series, names, strict=True))
    return Layout(series[0].first.channels, rows, dict(_keys(series, names)), pooled, notes_on(beside))


def _series(found: Sequence[Convolution]) -> list[Unit]:
    begun = alternatives(found)
    read = in_file_order(begun)
    count = sum(len(unit.parts) for unit in read)
    made = read if count == len(found) else units(found)
    if not any(unit.is_named for unit in made) and chained(alone := _alone(found)):
        made = alone
    if not any(unit.is_fire for unit in made):
        _refuse_shortcuts(made)
        first = found[0]
        raise SqueezevizError(
            "these are no SqueezeNet's weights: there is no Fire module (a 1×1 convolution that feeds a 1×1 and a 3×3) "
            f"from {brief(first.key)}, {first.filters}×{first.channels}×{first.kernel}×{first.kernel}, on; "
            "weights do not tell how other networks are connected: open this one's ONNX export"
        )
    series = made if made is read else chained(made) or chained(with_bypasses(made))
    if series is None:
        following = begun[count][:1] if read else []
        _refuse_shortcuts(following)
        raise broken([*read, *following] if following else made)
    _refuse_shortcuts(series)
    return series


def _alone(found: Sequence[Convolution]) -> list[Unit]:
    return [Unit(each.name, place, {"": each}) for place, each in enumerate(found)]


_SHORTCUT = re.compile(r"shortcut|downsample|residual|skip", re.IGNORECASE)


def _refuse_shortcuts(series: Sequence[Unit]) -> None:
    """Raise SqueezevizError where a convolution's name says that it goes around others, and it is no bypass."""
    for unit in series:
        if not unit.is_fire and _SHORTCUT.search(".".join(unit.first.parts[-2:])):
            raise SqueezevizError(
                f"{brief(unit.first.key)} goes around other convolutions, as its name says; in a SqueezeNet only a "
                "bypass does, around a single Fire module, and shapes do not say that this is one"
            )


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
