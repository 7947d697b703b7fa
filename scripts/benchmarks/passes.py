"""`pass`: a live pass with its hooks, beside the bare forward of the very same module."""

from __future__ import annotations

import torch

from benchmarks.measurement import Measurement, milliseconds, side_by_side
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.trace.passes import live_pass, prepare_module


def measure() -> Measurement:
    network = resolve(load_preset("table1"))
    module = prepare_module(network)
    shape = network.table.input
    image = torch.rand(1, shape.channels, shape.height, shape.width)

    def bare() -> None:
        with torch.inference_mode():
            module(image)

    ours, peer = side_by_side(
        lambda: milliseconds(lambda: live_pass(network, module=module)), lambda: milliseconds(bare), rounds=60
    )
    return Measurement("pass", ours, 1.05, "the same module's bare forward", peer)
