"""What if a Fire's expands were chained? The same module with its 1×1 and 3×3 in sequence, beside the real one.

Both are layer tables of their own, on the shape that reaches the module, so both can be drawn and measured.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.errors import brief
from squeezeviz.model.layers import Bypass, Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import counted
from squeezeviz.model.wording import duration_text
from squeezeviz.paper.table1 import TABLE1


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A single Fire module, and the chain that many mistake it for: squeeze 1×1, then 1×1, then 3×3 padded by 1.

    Both leave out a bypass, which does not matter for the question. `bypass` says which one the module has.
    """

    fire: Fire
    bypass: Bypass
    real: ResolvedNetwork
    chained: ResolvedNetwork


def what_if(network: ResolvedNetwork, row: int) -> WhatIf | None:
    """Return the Fire of that row, alone and chained, or None if the row is not a Fire or no data reaches it."""
    layers = network.table.layers
    fire = layers[row] if 0 <= row < len(layers) else None
    if not isinstance(fire, Fire) or row > len(network.layers):
        return None
    flowing_in = InputShape(*network.layers[row - 1].shape) if row else network.table.input
    single = dataclasses.replace(fire, bypass=Bypass.NONE)
    return WhatIf(
        single,
        fire.bypass,
        resolve(LayerTable("side by side", flowing_in, (single,))),
        resolve(LayerTable("chained", flowing_in, chain(single))),
    )


def chain(fire: Fire) -> tuple[Conv, Conv, Conv]:
    """Return the module's convolutions in sequence, each reading the output of the one before."""
    return (
        Conv("squeeze1x1", fire.s1x1, 1, relu=fire.relu, bias=fire.bias),
        Conv("expand1x1", fire.e1x1, 1, relu=fire.relu, bias=fire.bias),
        Conv("expand3x3", fire.e3x3, 3, padding=1, relu=fire.relu, bias=fire.bias),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The numbers of one of the two. `output` is N, C, H, W; `time_ms` is 0 if nothing was timed."""

    output: tuple[int, ...]
    depth: int
    parameters: int
    macs: int
    time_ms: float = 0.0

    @property
    def channels(self) -> int:
        return self.output[1]


def predicted(network: ResolvedNetwork, batch: int = 1) -> Outcome | None:
    """Return the predicted numbers for `batch` images, or None if the network cannot run to its end."""
    if not network.runs:
        return None
    return Outcome((batch, *network.output), network.depth.value, network.parameters.value, network.macs.value)


def measured(live: LivePass) -> Outcome:
    """Return what a pass read from its tensors and its weights."""
    return Outcome(live.layers[-1].output_shape, live.depth, live.parameters, live.macs, live.time_ms)


class Agreement(StrEnum):
    """Whether a figure agrees with the pass."""

    PREDICTED = "predicted"
    MEASURED = "measured"
    TIMED = "one pass"
    """The mark of a measured value for which there is no prediction."""
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Figure:
    text: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Comparison:
    """One quantity of both, the real module first."""

    label: str
    real: Figure
    chained: Figure


_FIELDS = {
    "output shape": "output",
    "channels": "channels",
    "depth": "depth",
    "parameters": "parameters",
    "multiply-adds": "macs",
    "time": "time_ms",
}


def comparisons(
    case: WhatIf, real: LivePass | None = None, chained: LivePass | None = None, batch: int = 1
) -> tuple[Comparison, ...]:
    """Return every quantity of both, for `batch` images: measured if there is a pass, otherwise predicted."""
    sides = ((predicted(case.real, batch), real), (predicted(case.chained, batch), chained))
    return tuple(
        Comparison(label, *(_figure(field, ours, measured(live) if live else None) for ours, live in sides))
        for label, field in _FIELDS.items()
    )


def conclusion(case: WhatIf, real: Outcome, chained: Outcome) -> str:
    """Return the one sentence to remember, with the numbers."""
    texts = "Table 1 says" if is_of_table1(case.fire) else f"{brief(case.fire.name)} gives"
    return (
        f"Chained, {counted(chained.channels, 'channel')} would come out and depth would be {chained.depth}. "
        f"{texts} {real.channels:,} and {real.depth}: they stand side by side."
    )


def remarks(case: WhatIf) -> tuple[str, ...]:
    """Return caveats, so that neither a coincidence nor something left out misleads."""
    fire, texts = case.fire, []
    if fire.s1x1 == fire.e1x1:
        texts.append(
            f"Parameters and multiply-adds are equal here only because s1x1 = e1x1 = {fire.s1x1:,}: "
            "the 3×3 reads as many channels either way."
        )
    if fire.e1x1 != fire.e3x3:
        texts.append(f"Of the chain only the 3×3's {fire.e3x3:,} come out; the 1×1's {fire.e1x1:,} end inside it.")
    if case.bypass is not Bypass.NONE:
        texts.append(f"The {case.bypass} bypass of {brief(fire.name)} is left out on both sides.")
    return tuple(texts)


def is_of_table1(fire: Fire) -> bool:
    """Whether Table 1 prints a row of this name with these filters."""
    return any((row.name, row.fire) == (fire.name, (fire.s1x1, fire.e1x1, fire.e3x3)) for row in TABLE1)


def _figure(field: str, ours: Outcome | None, seen: Outcome | None) -> Figure:
    if seen is None:
        return Figure(_text(field, ours), Agreement.PREDICTED)
    if field == "time_ms":
        return Figure(_text(field, seen), Agreement.TIMED if seen.time_ms else Agreement.PREDICTED)
    if ours is not None and getattr(ours, field) == getattr(seen, field):
        return Figure(_text(field, seen), Agreement.MEASURED)
    return Figure(f"{_text(field, seen)}, predicted {_text(field, ours)}", Agreement.DIFFERS)


def _text(field: str, outcome: Outcome | None) -> str:
    value = getattr(outcome, field) if outcome is not None else None
    match field:
        case "output":
            return "—" if value is None else f"[{', '.join(map(str, value))}]"
        case "time_ms":
            return duration_text(value) if value else "—"
        case _:
            return "—" if value is None else f"{value:,}"
