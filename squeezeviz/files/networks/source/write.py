"""The source of a module from a table, in the manner of torchvision's SqueezeNet and with its names for the weights."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.networks.source.fire_classes import fire_classes
from squeezeviz.files.networks.source.python_text import WIDTH, class_name, in_docstring
from squeezeviz.files.networks.source.stages import stages
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import LayerTable


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
    made = stages(network)
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
    """torchvision's, where there are weights."""
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
