"""What is said of a line into a part of a layer: by the line's explanation, and in the diagram itself."""

from __future__ import annotations

from squeezeviz.analysis.resolve import ResolvedLayer
from squeezeviz.model.operations import LAYER_INPUT, OperationKind


def remark(resolved: ResolvedLayer, source: str, target: str) -> str:
    """Return a remark on a line into a part of a layer, from another part or (if `source` is empty) from outside."""
    step = resolved.part(target)
    if step is None:
        raise KeyError(f"{resolved.name}/{target}")
    if step.operation.kind is OperationKind.CONCAT:
        return f"The concat stacks what the two expands make: {step.channels.equation()} channels."
    if step.operation.kind is OperationKind.ADD:
        return "The sum adds this to what comes on the other line, value by value."
    if source and step.operation.kind is OperationKind.CONV:
        return "Both expands read this same tensor, side by side; neither reads what the other makes."
    takers = [each.name for each in resolved.operations if LAYER_INPUT in each.operation.inputs]
    return f"The same tensor goes to {' and '.join(takers)}." if len(takers) > 1 else ""
