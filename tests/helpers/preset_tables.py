"""The seven presets, read from their files without any reader of ours but the plain one."""

import json
from collections.abc import Callable
from functools import cache

from places import PRESETS_FOLDER
from published_counts import VARIANTS, Counted

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.layers import Bypass, MaxPool
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.plain_data import from_plain
from squeezeviz.model.table import InputShape, LayerTable

PRESETS = (
    "table1", "squeezenet1_0", "squeezenet1_1", "caffe-v1.0", "simple-bypass", "complex-bypass",
    "squeezenet1_1-imagenet",
)  # fmt: skip


def variant(name: str) -> LayerTable:
    """The table of a variant that `published_counts` has the numbers of, made from a preset."""
    meant = VARIANTS[name]
    table = preset(f"squeezenet{meant.version.replace('.', '_')}").with_input(InputShape(3, meant.side, meant.side))
    table = table.with_field(0, "padding", meant.conv1_padding)
    table = table.with_field(table.index_of("conv10"), "padding", meant.conv10_padding)
    for row, layer in enumerate(table.layers):
        if isinstance(layer, MaxPool):
            table = table.with_field(row, "ceil", meant.rounds_up)
        if layer.name in ("fire3", "fire5", "fire7", "fire9") and meant.bypass:
            table = table.with_field(row, "bypass", Bypass.SIMPLE)
    return table


@cache
def preset(name: str) -> LayerTable:
    return from_plain(json.loads((PRESETS_FOLDER / f"{name}.json").read_text(encoding="utf-8")))


@cache
def network(name: str = "table1") -> ResolvedNetwork:
    return resolve(preset(name))


def counted(network: ResolvedNetwork) -> dict[str, Counted]:
    """What is predicted of every operation but those that only pass on, as `published_counts` has it."""
    silent = (OperationKind.RELU, OperationKind.DROPOUT, OperationKind.SOFTMAX)
    return {
        step.name: Counted(step.shape, step.parameters.value, step.macs.value)
        for _, step in network.operations()
        if step.operation.kind not in silent
    }


Preset = Callable[[str], ResolvedNetwork]
"""What the fixture `preset` of the live pass's tests gives."""
