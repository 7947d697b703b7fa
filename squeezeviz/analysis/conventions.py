"""The conventions by which numbers are counted and written. Every number is written with the convention it follows.

People quote 0.83 and 1.67 "GFLOPs", 4.8 MB and 4.99 MB for one network. All of these are right, but they can only be
compared once their convention is known.
"""

from __future__ import annotations

from collections.abc import Iterable

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import counted
from squeezeviz.model.wording import readable_bytes, short_number


class Conventions(NamedTuple):
    """A person's choice of conventions.

    `flops` counts a multiplication and an addition as two operations; otherwise a multiply-add is one. `decimal_sizes`
    writes sizes in MB (1,000,000 bytes); otherwise they are in MiB (1,048,576 bytes). `count_bias` counts biases as
    parameters; otherwise only weights count. Multiply-adds never include biases.
    """

    flops: bool = False
    decimal_sizes: bool = False
    count_bias: bool = True


USUAL = Conventions()
"""The convention of the paper and of Caffe's time: multiply-adds, sizes in powers of two, biases counted."""


def count_parameters(counted: ResolvedNetwork | ResolvedLayer | ResolvedOperation, conventions: Conventions) -> int:
    """Return the number of parameters of a network, a layer or an operation under the convention."""
    if conventions.count_bias:
        return counted.parameters.value
    if isinstance(counted, ResolvedNetwork):
        steps: Iterable[ResolvedOperation] = [step for _, step in counted.operations()]
    else:
        steps = counted.operations if isinstance(counted, ResolvedLayer) else [counted]
    biases = sum([step.operation.filters for step in steps if step.operation.bias])
    return counted.parameters.value - biases


def parameters_text(count: int, conventions: Conventions) -> str:
    """`1,248,424 parameters`, or `1,244,448 parameters (weights only)`; `count` is what `count_parameters` gave."""
    text = counted(count, "parameter")
    return text if conventions.count_bias else f"{text} (weights only)"


def macs_text(macs: int, conventions: Conventions) -> str:
    """Return `833 M multiply-adds`, or `1.67 GFLOPs (2 × multiply-adds)`."""
    if not conventions.flops:
        return "1 multiply-add" if macs == 1 else f"{short_number(macs)} multiply-adds"
    return f"{flops_text(macs)} (2 × multiply-adds)"


def flops_text(macs: int) -> str:
    """Return `1.67 GFLOPs`. The caller must show nearby what a FLOP means."""
    number, _, unit = short_number(2 * macs, kilo="K").partition(" ")
    return f"{number} {unit}FLOPs"


def bytes_text(count: int, conventions: Conventions) -> str:
    """`4.76 MiB` (1 MiB = 1,048,576 bytes), or `4.99 MB` (1 MB = 1,000,000 bytes)."""
    return readable_bytes(count, decimal=conventions.decimal_sizes)


def weights_size_text(network: ResolvedNetwork, conventions: Conventions) -> str:
    """Return the size of the network's parameters in float32: `4.76 MiB`, `4.75 MiB (weights only)`."""
    text = bytes_text(BYTES_PER_VALUE * count_parameters(network, conventions), conventions)
    return text if conventions.count_bias else f"{text} (weights only)"


def in_words(conventions: Conventions) -> str:
    """Return the conventions in one line, for the foot of a figure."""
    operations = "FLOPs = 2 × multiply-adds" if conventions.flops else "multiply-adds, each counted once"
    sizes = "MB = 1,000,000 bytes" if conventions.decimal_sizes else "MiB = 1,048,576 bytes"
    return f"{operations}; {sizes}; {'biases counted' if conventions.count_bias else 'weights only, no biases'}"
