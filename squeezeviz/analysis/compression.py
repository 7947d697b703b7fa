"""What pruning and fewer bits make of a layer: parameters left, and bytes to store them.

Parameters after pruning are the kept weights and all biases, rounded up: in Table 1 that is exact for nine of the ten
layers that have any; fire8's printed 77,581 follows from 30 % of its 3×3 filters, not from the 33 % printed there.

The compressed size is a simple estimate of Deep Compression (Han, Mao and Dally, 2016):

- each kept weight takes the layer's bits, each bias the 32 that it had;
- each kept weight of a pruned convolution takes 5 bits more for its index, the distance to the kept weight before it.
  This width is an assumption: Deep Compression takes 5 bits for fully connected layers and up to 8 for convolutions,
  and spends an extra zero where a distance does not fit;
- codebooks and Huffman coding are not counted.

For Table 1 as printed it comes to 0.51 MiB at 6 bits, where Table 2 prints 0.47 MB, and to 0.61 MiB at 8 bits, where
it prints 0.66 MB: 8 % above the one and 8 % below the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import gcd, lcm

from squeezeviz.analysis import accounting
from squeezeviz.analysis.accounting import BYTES_PER_VALUE, NOTHING, LayerFigures
from squeezeviz.model.formula import Formula, ceil_div, number, plus, times, total
from squeezeviz.model.layers import DENSE, Conv, Fire, Layer, is_compressed
from squeezeviz.model.operations import Operation, operations
from squeezeviz.model.records import NamedTuple

INDEX_BITS = 5
"""The bits for the position of each kept weight of a pruned convolution, which is an assumption."""
BIAS_BITS = 32
_BITS_PER_BYTE = 8
_PERCENT = 100


class Stored(NamedTuple):
    """What remains of a layer after pruning: its parameters, and the bytes that its compressed form takes."""

    after_pruning: Formula
    size: Formula


def stored(layer: Layer, known: LayerFigures) -> Stored:
    """Return what remains of a layer whose uncompressed numbers are `known`."""
    if not known.parameters.value:
        return Stored(known.parameters, NOTHING)
    if not is_compressed(layer):
        return Stored(known.parameters, times(known.parameters, number(BYTES_PER_VALUE, "bytes"), label="size"))
    assert isinstance(layer, Conv | Fire)
    parts = list(_parts(layer, known))
    pruned = _kept([part for part in parts if part.kept != _ALL])
    weights = total([*(part.weights for part in parts if part.kept == _ALL), *pruned], "kept weights")
    biases = total([part.biases for part in parts if part.biases.value], "biases")
    after_pruning = plus(weights, biases, label="after pruning") if biases.value else weights
    return Stored(after_pruning, _size(layer.bits, weights.value, total(pruned).value, biases.value))


def _size(bits: int, weights: int, pruned: int, biases: int) -> Formula:
    """Return the size in bytes of `weights` kept weights, `pruned` of which belong to pruned convolutions, and of
    the biases."""
    terms = [
        (number(weights, "kept weights"), number(bits, "bits")),
        (number(pruned, "kept weights of pruned convolutions"), number(INDEX_BITS, "index bits")),
        (number(biases, "biases"), number(BIAS_BITS, "bits of a bias")),
    ]
    stored_bits = total([times(count, each) for count, each in terms if count.value], "bits")
    return ceil_div(stored_bits, number(_BITS_PER_BYTE, "bits of a byte"), "size")


def share_kept(layer: Layer, part: str) -> float:
    """Return the share of weights that a convolution keeps, given its part in a Fire module. For a conv layer,
    return its own share."""
    if isinstance(layer, Conv):
        return layer.kept
    return getattr(layer, KEPT_FIELDS[part]) if part in KEPT_FIELDS else DENSE


def exact(share: float) -> tuple[int, int]:
    """Return a share exactly as its decimals say, as the two numbers of a fraction in lowest terms: 0.07 is 7/100."""
    digits, _, exponent = repr(share).partition("e")
    whole, _, decimals = digits.partition(".")
    part, of = int(whole + decimals), 10 ** (len(decimals) - int(exponent or 0))
    common = gcd(part, of)
    return part // common, of // common


_ALL = (1, 1)
"""The share that is kept where nothing is pruned."""
KEPT_FIELDS = {"squeeze1x1": "s1x1_kept", "expand1x1": "e1x1_kept", "expand3x3": "e3x3_kept"}
"""The fields that have the share kept of a Fire module's convolutions. That of a bypass has none, and stays dense."""


class _Part(NamedTuple):
    """A convolution: its weights, its biases, and the share of weights kept."""

    weights: Formula
    biases: Formula
    kept: tuple[int, int]
    """As `exact` has it."""


def _parts(layer: Layer, known: LayerFigures) -> Iterator[_Part]:
    for operation, step in zip(operations(layer), known.steps, strict=True):
        if step.parameters.value:
            weights = accounting.weights(operation, step.inputs[0])
            yield _Part(weights, _biases(operation), exact(share_kept(layer, operation.part)))


def _biases(operation: Operation) -> Formula:
    return number(operation.filters if operation.bias else 0, "biases")


def _kept(parts: Sequence[_Part]) -> list[Formula]:
    """Return the weights that remain of pruned convolutions as one number, rounded up once; an empty list if there are
    none.

    Shares are in percent, or in smaller units if they have more decimals.
    """
    if not parts:
        return []
    whole = lcm(_PERCENT, *(part.kept[1] for part in parts))
    label = "percent kept" if whole == _PERCENT else "share kept"
    shares = [number(kept * whole // of, label) for _, _, (kept, of) in parts]
    above = [times(share, *part.weights.parts) for share, part in zip(shares, parts, strict=True)]
    return [ceil_div(total(above), number(whole), "kept weights of pruned convolutions")]
