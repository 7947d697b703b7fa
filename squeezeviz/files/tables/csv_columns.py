"""The columns of a CSV or TSV layer table: the paper's thirteen, and those that say what Table 1 cannot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from squeezeviz.model.errors import Place, SqueezevizError


class CsvColumn(StrEnum):
    """A column by the header that we write; the first thirteen are Table 1's, in its order."""

    NAME = "layer name/type"
    OUTPUT = "output size"
    WINDOW = "filter size/stride"
    DEPTH = "depth"
    S1X1 = "s1x1"
    E1X1 = "e1x1"
    E3X3 = "e3x3"
    S1X1_KEPT = "s1x1 sparsity"
    E1X1_KEPT = "e1x1 sparsity"
    E3X3_KEPT = "e3x3 sparsity"
    BITS = "# bits"
    PARAMETERS = "#parameter before pruning"
    PRUNED = "#parameter after pruning"
    TYPE = "type"
    NETWORK = "network"
    PADDING = "padding"
    CEIL = "ceil"
    RELU = "relu"
    BIAS = "bias"
    BYPASS = "bypass"
    BYPASS_RELU = "bypass relu"
    P = "dropout p"
    MACS = "multiply-adds"
    TIME = "time ms"
    SPREAD = "time ms iqr"
    AGREES = "measured as predicted"


FIELD_COLUMNS = (
    CsvColumn.S1X1, CsvColumn.E1X1, CsvColumn.E3X3, CsvColumn.PADDING, CsvColumn.CEIL, CsvColumn.RELU, CsvColumn.BIAS,
    CsvColumn.BYPASS, CsvColumn.BYPASS_RELU, CsvColumn.P, CsvColumn.S1X1_KEPT, CsvColumn.E1X1_KEPT,
    CsvColumn.E3X3_KEPT, CsvColumn.BITS,
)  # fmt: skip
"""Columns that each hold one field of a layer."""

KEPT = (CsvColumn.S1X1_KEPT, CsvColumn.E1X1_KEPT, CsvColumn.E3X3_KEPT)
"""The shares of weights kept, which Table 1 calls sparsity; a convolution's one share stands in the first."""

MEASURED = (CsvColumn.TIME, CsvColumn.SPREAD, CsvColumn.AGREES)
"""Columns that a forward pass fills; they say nothing about the network itself."""

_ALIASES = {
    CsvColumn.NAME: ("layer name", "layer", "name", "layers"),
    CsvColumn.TYPE: ("kind", "layer type", "layer kind"),
    CsvColumn.NETWORK: ("network name",),
    CsvColumn.OUTPUT: (
        "output", "output shape", "size", "out size", "out shape", "output dim", "output dims", "output dimension",
        "output dimensions", "output map", "output map size", "feature map", "feature map size", "map size",
        "activation shape", "activation size", "output resolution",
    ),
    CsvColumn.WINDOW: (
        "filter size / stride (if not a fire layer)", "filter/stride", "filter size", "filter", "kernel/stride",
        "kernel size/stride", "kernel", "kernel size", "window", "window/stride", "window size",
        "patch size/stride", "patch size", "kernel shape", "filter shape", "filter dimensions",
    ),
    CsvColumn.S1X1: ("s1x1 (#1x1 squeeze)", "squeeze", "squeeze1x1", "s", "squeeze filters"),
    CsvColumn.E1X1: ("e1x1 (#1x1 expand)", "expand1x1", "1x1 expand", "e1"),
    CsvColumn.E3X3: ("e3x3 (#3x3 expand)", "expand3x3", "3x3 expand", "e3"),
    CsvColumn.S1X1_KEPT: ("s1x1 kept", "squeeze kept", "sparsity", "kept"),
    CsvColumn.E1X1_KEPT: ("e1x1 kept",),
    CsvColumn.E3X3_KEPT: ("e3x3 kept",),
    CsvColumn.BITS: ("bits", "bit"),
    CsvColumn.PARAMETERS: (
        "#parameters before pruning", "parameters", "parameter", "params", "number of parameters", "param count",
    ),
    CsvColumn.PRUNED: ("#parameters after pruning", "parameters after", "after pruning", "params after pruning"),
    CsvColumn.PADDING: ("pad",),
    CsvColumn.CEIL: ("ceil mode",),
    CsvColumn.P: ("p", "dropout", "dropout ratio"),
    CsvColumn.MACS: ("macs", "multiply adds", "mult-adds"),
    CsvColumn.TIME: ("time", "ms"),
    CsvColumn.SPREAD: ("iqr", "iqr ms"),
}  # fmt: skip


STRIDES = ("stride", "strides", "stride size")
"""Heads of a column with the stride alone, beside one with the window."""

FILTERS = (
    "filters", "num filters", "n filters", "no. of filters", "number of filters", "filter count", "out channels",
    "output channels", "out channel", "num output", "c out", "number of output channels", "out planes", "out features",
    "output features", "feature maps", "number of feature maps", "number of kernels", "num kernels",
)  # fmt: skip
"""Heads of a column with a convolution's number of filters alone."""

REPEATS = ("repeat", "repeats", "repeated", "repetitions", "times", "number of repeats", "num repeats", "n repeats")
"""Heads of a column that says how many layers a row stands for."""

ONE_ONLY = (
    "groups", "group", "num groups", "number of groups", "dilation", "dilations", "dilation rate", "dilation size",
    "dilated", "cardinality", "depth multiplier",
)  # fmt: skip
"""Heads of a column that says how a convolution differs from a plain one, unless it says 1."""

_OTHER_FILTERS = re.compile(r"(?:e|s|expand|squeeze)(?!1x1|3x3)[0-9]+x[0-9]+|(?:s|squeeze)3x3")


def places_without_place(headers: Sequence[str]) -> tuple[list[int], list[int]]:
    """Columns of what no layer holds: those that may say nothing but 1, and filters that no Fire module has."""
    one = set(map(_normal, ONE_ONLY))
    names = [_normal(header[:_LONGEST_HEAD]) for header in headers]
    return (
        [index for index, name in enumerate(names) if name in one],
        [index for index, name in enumerate(names) if _OTHER_FILTERS.fullmatch(name)],
    )


_LONGEST_HEAD = 100


def place_of(names: Iterable[str], headers: Sequence[str]) -> int | None:
    """Which of the headers is the first that is one of the names; None without one."""
    known = set(map(_normal, names))
    return next((index for index, header in enumerate(headers) if _normal(header) in known), None)


def _normal(header: str) -> str:
    """A header without case, spaces and signs, × as x."""
    return re.sub(r"[^a-z0-9]", "", header.casefold().replace("×", "x"))


_KNOWN = {_normal(header): column for column in CsvColumn for header in (str(column), *_ALIASES.get(column, ()))}


def known_column(header: str) -> CsvColumn | None:
    """The column that a header names, written in one of the usual ways; None where it names none."""
    return _KNOWN.get(_normal(header))


def columns_of(headers: list[str], line: int) -> tuple[dict[CsvColumn, int], list[str]]:
    """Where each known column stands, and the headers that name none. SqueezevizError where that is no header."""
    found: dict[CsvColumn, int] = {}
    unknown = []
    for index, header in enumerate(headers):
        column = known_column(header)
        if column is None:
            unknown += [header.strip()] if header.strip() else []
        elif column in found:
            raise SqueezevizError(
                f"two columns are headed {str(column)!r}; keep one of them", Place(line=line, column=header.strip())
            )
        else:
            found[column] = index
    if CsvColumn.NAME not in found or len(found) < 2:
        raise SqueezevizError(
            "the first row must name the columns as the paper's Table 1 does: "
            "layer name/type, output size, filter size/stride, depth, s1x1, e1x1, e3x3",
            Place(line=line),
        )
    return found, unknown
