"""The words of a box: its title, its quiet lines, and its full description."""

from __future__ import annotations

from functools import lru_cache

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedOperation
from squeezeviz.figure.theme.look import USUAL, Annotations
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.shapes import MapShape, Receptive
from squeezeviz.model.text import plain
from squeezeviz.model.wording import short_number


class Wording(NamedTuple):
    """`name` may be shortened, `facts` stand after it; `detail` and `counts` are quiet; `full` is everything."""

    name: str
    facts: str
    detail: str
    full: str
    counts: str = ""

    def stacked(self) -> tuple[str, ...]:
        """Return everything but the name, each thing on a line of its own."""
        words = dotted(self.facts, narrow(self.detail), self.counts)
        return tuple(words.split(" · ")) if words else ()


def dotted(*texts: str) -> str:
    """Join the texts that are not empty by middle dots."""
    return " · ".join(filter(None, texts))


def amount(value: int) -> str:
    """Write a number as a figure shows it: with commas from five digits on."""
    return f"{value:,}" if value >= 10_000 else str(value)


def filters_text(count: int) -> str:
    return "1 filter" if count == 1 else f"{amount(count)} filters"


@lru_cache(maxsize=64)
def shape_text(shape: MapShape) -> str:
    return " × ".join(amount(side) for side in shape)


@lru_cache(maxsize=64)
def flow_text(shape: MapShape, remark: str = "") -> str:
    """Describe what flows along a line."""
    return "; ".join(
        filter(None, (shape_text(shape), f"{shape.channels * shape.height * shape.width:,} values", remark))
    )


def narrow(text: str) -> str:
    """Write a shape or a sum without the spaces around its signs."""
    return text.replace(" × ", "×").replace(" + ", "+")


def counts_text(counted: ResolvedLayer | ResolvedOperation, receptive: Receptive, annotations: Annotations) -> str:
    """`11,920 params · 36 M multiply-adds · RF 19 px`: the counts of a box that are wanted and not zero."""
    return dotted(
        _parameters_text(counted) if annotations.parameters else "", _work_text(counted, receptive, annotations)
    )


def _parameters_text(counted: ResolvedLayer | ResolvedOperation) -> str:
    parameters = counted.parameters.value
    return f"{parameters:,} params" if parameters else ""


def _work_text(counted: ResolvedLayer | ResolvedOperation, receptive: Receptive, annotations: Annotations) -> str:
    macs = counted.macs.value if annotations.macs else 0
    sides = dict.fromkeys((receptive.height, receptive.width)) if annotations.field else ()
    return dotted(
        f"{short_number(macs)} multiply-adds" if macs else "",
        f"RF {'×'.join(map(amount, sides))} px" if sides else "",
    )


def fire_totals(resolved: ResolvedLayer, annotations: Annotations) -> str:
    """`depth +2 · 11,920 params`: what a Fire module adds, or as much of it as is wanted."""
    parameters = _parameters_text(resolved) if annotations.parameters or annotations.totals else ""
    work = _work_text(resolved, resolved.output.receptive, annotations)
    return dotted(depth_text(resolved, annotations), parameters, work)


def depth_text(resolved: ResolvedLayer, annotations: Annotations) -> str:
    return f"depth +{resolved.depth.value}" if annotations.totals else ""


def sum_text(fire: Fire) -> str:
    """`64 + 64 = 128`: the expands' channels, stacked."""
    return f"{amount(fire.e1x1)} + {amount(fire.e3x3)} = {amount(fire.e1x1 + fire.e3x3)}"


def closed_text(fire: Fire) -> str:
    """`16 → 64 + 64 = 128`, and the bypass where there is one."""
    bypass = "" if fire.bypass is Bypass.NONE else f" · {fire.bypass} bypass"
    return f"{amount(fire.s1x1)} → {sum_text(fire)}{bypass}"


def channels_text(fire: Fire) -> str:
    return f"{sum_text(fire)} channels"


def layer_wording(resolved: ResolvedLayer, annotations: Annotations = USUAL) -> Wording:
    """Return the words of a row that is one box."""
    layer, shape = resolved.layer, shape_text(resolved.output.shape)
    facts = _facts(layer, resolved.input.shape) if annotations.filters else ""
    full = f"{plain(layer.name)}: {_in_words(layer, resolved.input.shape)}; output {shape}{_costs(resolved)}"
    counts = counts_text(resolved, resolved.output.receptive, annotations)
    return Wording(layer.name, facts, detail_text(shape, _note(layer), annotations), full, counts)


def detail_text(shape: str, kind: str, annotations: Annotations) -> str:
    """Return `55 × 55 × 64 · ReLU`, or as much of it as is wanted."""
    return dotted(shape if annotations.shapes else "", kind if annotations.kinds else "")


def fire_in_words(fire: Fire, resolved: ResolvedLayer) -> str:
    return f"{plain(fire.name)}: {unnamed_fire_in_words(fire, resolved)}"


def unnamed_fire_in_words(fire: Fire, resolved: ResolvedLayer) -> str:
    bypass = "" if fire.bypass == "none" else f", {fire.bypass} bypass"
    return (
        f"Fire module, s1x1 {fire.s1x1:,}, e1x1 {fire.e1x1:,}, e3x3 {fire.e3x3:,}{bypass}; "
        f"{channels_text(fire)}; output {shape_text(resolved.output.shape)}"
        f"{_costs(resolved)}"
    )


def _costs(resolved: ResolvedLayer) -> str:
    if not resolved.depth.value:
        return ""
    return f"; depth +{resolved.depth.value}; {resolved.parameters.value:,} parameters"


def _facts(layer: Layer, source: MapShape) -> str:
    match layer:
        case Conv(kernel=kernel, stride=stride):
            return f"{_window(kernel, kernel, stride, layer.padding)} · {filters_text(layer.filters)}"
        case MaxPool(kernel=kernel, stride=stride) | AvgPool(kernel=kernel, stride=stride):
            return _window(kernel, kernel, stride, layer.padding)
        case GlobalAvgPool():
            return _window(source.height, source.width, 1, 0)
        case Dropout():
            return f"{layer.p * 100:g} %"
        case _:
            return "softmax"


def _window(height: int, width: int, stride: int, padding: int) -> str:
    padded = f" · pad {amount(padding)}" if padding else ""
    return f"{amount(height)}×{amount(width)}/{amount(stride)}{padded}"


def _note(layer: Layer) -> str:
    match layer:
        case Conv(relu=True):
            return "ReLU"
        case MaxPool():
            return "max"
        case AvgPool() | GlobalAvgPool():
            return "average"
        case Dropout():
            return "dropout"
        case _:
            return ""


def _in_words(layer: Layer, source: MapShape) -> str:
    match layer:
        case Conv():
            relu = ", ReLU" if layer.relu else ""
            return f"convolution {_words(layer)}, {layer.filters:,} filters{relu}"
        case MaxPool() | AvgPool():
            kind = "max" if isinstance(layer, MaxPool) else "average"
            return f"{kind} pool {_words(layer)}, size rounded {'up' if layer.ceil else 'down'}"
        case GlobalAvgPool():
            return f"global average pool, {source.height}×{source.width}"
        case Dropout():
            return f"dropout of {layer.p * 100:g} % while training"
        case _:
            return "softmax over the channels"


def _words(layer: Conv | MaxPool | AvgPool) -> str:
    return f"{layer.kernel}×{layer.kernel}, stride {layer.stride}, padding {layer.padding}"
