"""`maps`: a live pass that also brings the feature maps shown, beside the same pass without."""

from __future__ import annotations

import os
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measurement import Measurement, milliseconds, side_by_side
from squeezeviz.analysis.channels import MapOrder
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.live.maps import read_maps
from squeezeviz.model.operations import OperationKind
from squeezeviz.trace.brought_maps import KeptMaps
from squeezeviz.trace.passes import live_pass, prepare_module
from squeezeviz.trace.protocol import MapsWanted, ShowMaps

STRIP = 5
SIDE = 64
"""Of every box of the diagram five channels, of at most so many rows and columns; a convolution's after its ReLU."""
_SHOWN = (OperationKind.RELU, OperationKind.MAXPOOL, OperationKind.GLOBAL_AVGPOOL)


def measure() -> Measurement:
    network = resolve(load_preset("table1"))
    module = prepare_module(network)
    strips = partial(MapsWanted, order=MapOrder.VARIES, most=STRIP, side=SIDE)
    wanted = tuple(strips(step.name) for _, step in network.operations() if step.kind in _SHOWN)
    ahead = [(each, 0, None) for each in wanted]
    serials = count()
    with TemporaryDirectory() as folder:

        def with_maps() -> None:
            maps = KeptMaps(partial(live_pass, network, module=module), ahead)
            maps.measured()
            request = ShowMaps(1, next(serials), wanted, os.fspath(Path(folder, "maps")))
            read_maps(request, maps.bring(request))

        ours, peer = side_by_side(
            lambda: milliseconds(with_maps), lambda: milliseconds(lambda: live_pass(network, module=module)), rounds=60
        )
    return Measurement("maps", ours, 1.25, "the same pass without", peer)
