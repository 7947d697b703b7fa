"""A process that draws Table 1 as torchview does, once for every line that it is given.

A round makes the edited module on the meta device, traces it, writes DOT and has `dot` lay it out.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from itertools import cycle

import torch
from torchview import draw_graph

from benchmarks.measurement import milliseconds
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.trace.passes import prepare_module


def main() -> None:
    tables = [load_preset("table1")]
    tables.append(tables[0].with_field(tables[0].index_of("fire3"), "s1x1", 24))
    networks = [resolve(table) for table in tables]
    shape = tables[0].input
    image = torch.empty(1, shape.channels, shape.height, shape.width, device="meta")

    def draw(network: ResolvedNetwork) -> None:
        module = prepare_module(network, device="meta")
        drawn = draw_graph(module, input_data=image, device="meta", expand_nested=True)
        source = drawn.visual_graph.source
        subprocess.run(["dot", "-Tsvg"], input=source.encode(), stdout=subprocess.DEVNULL, check=True)

    for network, _ in zip(cycle(networks), sys.stdin, strict=False):
        print(milliseconds(partial(draw, network)), flush=True)


if __name__ == "__main__":
    main()
