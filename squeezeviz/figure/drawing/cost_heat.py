"""How much each box costs, as its heat, and what the colours then mean."""

from __future__ import annotations

from types import MappingProxyType

from squeezeviz.analysis.conventions import USUAL, Conventions
from squeezeviz.analysis.costs import Cost, Measure, convention, costs, short_text, title, value_at
from squeezeviz.analysis.costs import heat_of as heat_value
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


def heat_on_scale(
    network: ResolvedNetwork, shown: Heat, most: float, measure: Measure, conventions: Conventions
) -> Heat:
    """Return how hot another network is on the scale of one that is `shown`, whose costliest layer costs `most`.

    Equal colours are equal costs then; what costs more has the hottest one, which the legend says.
    """
    found = costs(network, None, measure, conventions)
    parts = [cost for layer in found for cost in (layer, *layer.parts) if cost.value is not None]
    values = {Key(cost.layer, cost.part): min(1.0, heat_value(cost.value or 0.0, most, measure)) for cost in parts}
    legend = shown.legend
    if legend.ticks and any((cost.value or 0.0) > most for cost in parts):
        *ticks, (end, text) = legend.ticks
        legend = legend._replace(ticks=(*ticks, (end, f"≥ {text}")))
    return Heat(MappingProxyType(values), legend)


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
