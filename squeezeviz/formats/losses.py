"""What a format has no place for, said where a network is written in it."""

from __future__ import annotations

from collections.abc import Iterator

from squeezeviz.core.layers import is_compressed
from squeezeviz.core.table import LayerTable
from squeezeviz.core.weights import some
from squeezeviz.formats.registry import FormatInfo, Holds, Keeps


def losses(table: LayerTable, info: FormatInfo, origin: str | None = None) -> tuple[str, ...]:
    """For each thing that a file of that format will not hold of the table, what it does not: `does not hold …`.

    `origin` is the file that its weights came from, None where it has none.
    """
    return tuple(_losses(table, info, origin))


def _losses(table: LayerTable, info: FormatInfo, origin: str | None) -> Iterator[str]:
    if origin is not None and info.holds is not Holds.WEIGHTS:
        yield f"does not hold the weights of {origin}"
    compressed = tuple(layer.name for layer in table.layers if is_compressed(layer))
    if compressed and info.keeps is not Keeps.TABLE:
        yield f"does not say what pruning keeps and how many bits weights take in {some(compressed)}"
    if info.keeps is Keeps.SHAPES:
        yield (
            "does not say names, strides, paddings, pools, ReLUs, simple bypasses and the input's size; "
            "a .safetensors does"
        )
