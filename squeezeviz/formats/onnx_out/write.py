"""The bytes of an ONNX file."""

from __future__ import annotations

from onnx import helper

from squeezeviz import __version__
from squeezeviz.core.errors import Place, SqueezevizError
from squeezeviz.core.memory import readable_bytes
from squeezeviz.core.resolve import ResolvedNetwork, resolve
from squeezeviz.core.table import LayerTable
from squeezeviz.formats.checkpoint.keys import state_dict_keys
from squeezeviz.formats.checkpoint.numbers import MOST_BYTES
from squeezeviz.formats.onnx_out.graph import graph_of
from squeezeviz.formats.weights import Weights, as_float32
from squeezeviz.tracing.loading import load_torch

OPSET = 13
IR_VERSION = 7
"""Both of ONNX 1.8, which every runtime of the last years reads."""


def write(table: LayerTable, weights: Weights | None = None) -> bytes:
    """The network as an ONNX file; in rows that `weights` do not fit are the fresh ones that a live pass draws.

    Weights are float32 under torchvision's keys, the batch may be of any size. SqueezevizError where the table cannot
    run, or has more weights than can be read again; no memory is taken for them then.
    """
    network = resolve(table)
    _check(network)
    load_torch()
    from squeezeviz.tracing.weights import current_weights  # not sooner: it takes a second to load torch

    tensors = current_weights(network, weights.arrays if weights else None)
    arrays = {name: as_float32(tensor.numpy()) for name, tensor in tensors.items()}
    model = helper.make_model(
        graph_of(network, state_dict_keys(network), arrays),
        producer_name="squeezeviz",
        producer_version=__version__,
        doc_string=_told(network),
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    return model.SerializeToString()


def _check(network: ResolvedNetwork) -> None:
    for problem in network.problems:
        raise SqueezevizError(problem.reason, Place(row=problem.name or None, column=problem.field or None))
    taken = 4 * network.parameters.value
    if taken > MOST_BYTES:
        heaviest = max(network.layers, key=lambda layer: layer.parameters.value)
        of_it = readable_bytes(4 * heaviest.parameters.value)
        raise SqueezevizError(
            f"all weights take {readable_bytes(taken)}, {of_it} of them in this layer, and at most "
            f"{readable_bytes(MOST_BYTES)} are written; take fewer filters",
            Place(row=heaviest.name),
        )


def _told(network: ResolvedNetwork) -> str:
    parameters, macs = network.parameters.value, network.macs.value
    return f"{parameters:,} parameters, {macs:,} multiply-adds an image, depth {network.depth.value}"
