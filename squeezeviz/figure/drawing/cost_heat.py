"""How much each box costs, as its heat, and what the colours then mean."""

from __future__ import annotations

from types import MappingProxyType

from squeezeviz.analysis.conventions import USUAL, Conventions
from squeezeviz.analysis.costs import Cost, Measure, convention, costs, short_text, title, value_at
from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.drawing.heat import Heat, Legend
from squeezeviz.figure.scene.diagram import Key


def heat_of(
    network: ResolvedNetwork, measured: LivePass | None, measure: Measure, conventions: Conventions = USUAL
) -> Heat | None:
    """Return how hot the modules and boxes of a network are, or None for `Measure.KIND`, which is no cost."""
    if measure is Measure.KIND:
        return None
    found = costs(network, measured, measure, conventions)
    values = {
        Key(cost.layer, cost.part): cost.heat
        for layer in found
        for cost in (layer, *layer.parts)
        if cost.heat is not None
    }
    return Heat(MappingProxyType(values), _legend(found, measure, conventions))


def _legend(found: tuple[Cost, ...], measure: Measure, conventions: Conventions) -> Legend:
    values = [each.value for each in found if each.value is not None]
    said = convention(measure, conventions)
    if not values:
        missing = "not measured yet: run a live pass" if measure is Measure.TIME else "no layer runs"
        return Legend(title(measure, conventions), missing, ())
    most = max(values)
    ticks = [(heat, short_text(measure, value_at(heat, most, measure), conventions)) for heat in (0.5, 1.0) if most]
    zero = short_text(measure, 0, conventions) if measure is not Measure.ACTIVATIONS else "0"
    scale = "linear" if measure is Measure.FIELD else "square-root scale"
    return Legend(title(measure, conventions), f"{said} · {scale}", ((0.0, zero), *ticks))
