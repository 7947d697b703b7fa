"""A process that draws Table 1 as torchview does, once for every line that it is given.

The module is there already and lies on the meta device; a round traces it, writes DOT and has `dot` lay it out.
"""

from __future__ import annotations

import subprocess
import sys

import torch
from torchview import draw_graph

from benchmarks.measurement import milliseconds
from squeezeviz.core.resolve import resolve
from squeezeviz.formats.presets import load_preset
from squeezeviz.tracing.passes import prepare_module


def main() -> None:
    network = resolve(load_preset("table1"))
    module = prepare_module(network, device="meta")
    shape = network.table.input
    image = torch.empty(1, shape.channels, shape.height, shape.width, device="meta")

    def draw() -> None:
        drawn = draw_graph(module, input_data=image, device="meta", expand_nested=True)
        source = drawn.visual_graph.source
        subprocess.run(["dot", "-Tsvg"], input=source.encode(), stdout=subprocess.DEVNULL, check=True)

    for _ in sys.stdin:
        print(milliseconds(draw), flush=True)


if __name__ == "__main__":
    main()
