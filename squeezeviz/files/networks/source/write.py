"""The source of a module from a table, in the manner of torchvision's SqueezeNet and with its names for the weights."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, resolve
from squeezeviz.files.networks.source.fire_classes import Settings, fire_classes, settings
from squeezeviz.files.networks.source.python_text import WIDTH, Call, class_name, in_docstring, layer_name, width
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.layers import AvgPool, Conv, Dropout, Fire, GlobalAvgPool, MaxPool
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.places import places


def write(table: LayerTable) -> str:
    """The module as a file that runs alone; SqueezevizError with the row where the table cannot run."""
    network = resolve(table)
    if network.problems:
        problem = network.problems[0]
        raise SqueezevizError(problem.reason, Place(row=problem.name or None, column=problem.field or None))
    fires = [layer for layer in table.layers if isinstance(layer, Fire)]
    lines = [
        *_docstring(network),
        "",
        "import torch",
        "from torch import Tensor, nn",
        *fire_classes(fires),
        *_network_class(network),
        *_trial(table),
    ]
    return "\n".join(lines) + "\n"


def _docstring(network: ResolvedNetwork) -> list[str]:
    name = in_docstring(network.table.name, WIDTH - len('""".'))
    depth, parameters, macs = network.depth.value, network.parameters.value, network.macs.value
    counts = f"Depth {depth}, {parameters:,} parameters, {macs:,} multiply-adds for an image."
    ends = name.endswith((".", "!", "?"))
    lines = [f'"""{name}{"" if ends else "."}', "", *textwrap.wrap(counts, WIDTH), ""]
    return [*lines, *(_ABOUT_KEYS if parameters else _ABOUT), '"""']


_ABOUT = (
    "Comments give each layer's output, channels first, and what it adds to the depth, as",
    "the SqueezeNet paper counts it (https://arxiv.org/abs/1602.07360).",
)
_ABOUT_KEYS = (*_ABOUT, "The keys of the state dict are torchvision's.")


def _network_class(network: ResolvedNetwork) -> Iterator[str]:
    image, output = network.table.input, network.output
    flat = output.height == output.width == 1
    shape = " x ".join(map(str, output[: 1 if flat else 3]))
    yield from ("", "", f"class {class_name(network.table.name)}(nn.Module):")
    yield f'    """Takes N x {image.channels} x {image.height} x {image.width}, gives N x {shape}."""'
    yield from ("", "    def __init__(self) -> None:", "        super().__init__()")
    made = _stages(network)
    for stage, lines in made.items():
        yield f"        self.{stage} = nn.Sequential("
        yield from lines
        yield "        )"
    yield from _start_of_weights(network)
    yield from ("", "    def forward(self, x: Tensor) -> Tensor:")
    calls = [f"self.{stage}(x)" for stage in made]
    yield from (f"        x = {call}" for call in calls)
    yield f"        return {'torch.flatten(x, 1)' if flat else 'x'}"


def _start_of_weights(network: ResolvedNetwork) -> Iterator[str]:
    """How torchvision draws the weights that training starts from, where there are any."""
    weighted = [layer for layer in network.table.layers if isinstance(layer, Conv | Fire)]
    if not weighted:
        return
    yield from ("", "        for module in self.modules():", "            if isinstance(module, nn.Conv2d):")
    yield "                nn.init.kaiming_uniform_(module.weight)"
    if any(layer.bias for layer in weighted):
        yield "                if module.bias is not None:"
        yield "                    nn.init.zeros_(module.bias)"


def _trial(table: LayerTable) -> list[str]:
    image = table.input
    return [
        "",
        "",
        'if __name__ == "__main__":',
        f"    model = {class_name(table.name)}().eval()",
        "    with torch.inference_mode():",
        f"        output = model(torch.rand(1, {image.channels}, {image.height}, {image.width}))",
        "    print(tuple(output.shape))",
    ]


_INDENT = " " * 12

FEWEST_REPEATED = 4
"""Equal Fire modules in a row that are written as one line; fewer read better each for itself."""

_LONGEST_STRIDE = 2**31 - 1
"""PyTorch's pools take no larger one. It is larger than any map that a machine holds, so it is taken once as well."""


class _Entry(NamedTuple):
    """Calls that stand together, and what is said of the first; `name` is the row's."""

    name: str
    calls: tuple[Call, ...]
    said: str


def _stages(network: ResolvedNetwork) -> dict[str, list[str]]:
    """The lines within each `nn.Sequential` by its name; one that would be empty is left out."""
    common = settings([layer for layer in network.table.layers if isinstance(layer, Fire)])
    entries: dict[str, list[_Entry]] = {}
    taken: dict[str, int] = {}
    for layer, place in zip(network.layers, places(network.table.layers), strict=True):
        stage, index = place.split(".")
        within = entries.setdefault(stage, [])
        if taken.get(stage, 0) < int(index):
            within.append(_in_place_of("a ReLU" if within else "a dropout"))
        within.append(_entry(layer, common))
        taken[stage] = int(index) + len(within[-1].calls)
    return {stage: list(_lines(within)) for stage, within in entries.items()}


def _in_place_of(what: str) -> _Entry:
    """What takes a number that torchvision gives to something that the table has not."""
    return _Entry("", (Call("nn.Identity"),), f"in place of {what}")


def _entry(layer: ResolvedLayer, common: Settings) -> _Entry:
    shape = " x ".join(map(str, layer.output.shape))
    said = f"{shape}, depth {layer.depth.value}" if layer.depth.value else shape
    return _Entry(layer.name, tuple(_calls(layer, common)), said)


def _calls(resolved: ResolvedLayer, common: Settings) -> Iterator[Call]:
    layer, channels = resolved.layer, resolved.input.shape.channels
    match layer:
        case Conv():
            bias = () if layer.bias else ("bias=False",)
            yield Call("nn.Conv2d", (str(channels), str(layer.filters), *_convolution_window(layer), *bias))
            if layer.relu:
                yield Call("nn.ReLU", ("inplace=True",))
        case MaxPool():
            yield Call("nn.MaxPool2d", _pool_window(layer))
        case AvgPool():
            yield Call("nn.AvgPool2d", _pool_window(layer))
        case GlobalAvgPool():
            yield Call("nn.AdaptiveAvgPool2d", ("1",))
        case Fire():
            yield common.call(layer, channels)
        case Dropout():
            yield Call("nn.Dropout", (f"p={layer.p!r}",))
        case _:
            yield Call("nn.Softmax", ("dim=1",))


def _convolution_window(layer: Conv) -> tuple[str, ...]:
    stride = (f"stride={layer.stride}",) if layer.stride > 1 else ()
    padding = (f"padding={layer.padding}",) if layer.padding else ()
    return f"kernel_size={layer.kernel}", *stride, *padding


def _pool_window(layer: MaxPool | AvgPool) -> tuple[str, ...]:
    padding = (f"padding={layer.padding}",) if layer.padding else ()
    ceil = ("ceil_mode=True",) if layer.ceil else ()
    return str(layer.kernel), f"stride={min(layer.stride, _LONGEST_STRIDE)}", *padding, *ceil


def _lines(entries: list[_Entry]) -> Iterator[str]:
    for _, alike in groupby(entries, key=lambda entry: (entry.calls, entry.said)):
        group = list(alike)
        yield from _repeated(group) or [line for entry in group for line in _entry_lines(entry)]


def _entry_lines(entry: _Entry) -> Iterator[str]:
    first, *others = entry.calls
    comment = f"{layer_name(entry.name)}: {entry.said}" if entry.name else entry.said
    yield from Call(first.function, first.arguments, comment).lines(_INDENT)
    for call in others:
        yield from call.lines(_INDENT)


def _repeated(group: list[_Entry]) -> list[str]:
    """Equal Fire modules in one line, their names above it; nothing where they are few, or the line would be long."""
    first, last = group[0], group[-1]
    line = f"{_INDENT}*({first.calls[0]} for _ in range({len(group)})),"
    if len(group) < FEWEST_REPEATED or "Fire" not in first.calls[0].function or width(line) > WIDTH:
        return []
    names = f"{layer_name(first.name)} to {layer_name(last.name)}, each {first.said}"
    return [f"{_INDENT}# {each}" for each in textwrap.wrap(names, WIDTH - len(_INDENT) - 2)] + [line]
