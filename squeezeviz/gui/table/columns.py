"""The columns of the layer table as the window shows them: those of the core, and after them the live one."""

from __future__ import annotations

from squeezeviz.analysis.columns import FIRE_COLUMNS, KEPT_COLUMNS, Column

COLUMNS = tuple(Column)
LIVE_COLUMN = len(COLUMNS)
LIVE_HEADING = "live"

_STORED = (*KEPT_COLUMNS, Column.BITS, Column.PRUNED, Column.SIZE)

USUAL = frozenset(
    {*COLUMNS, None} - {Column.BYPASS, Column.MACS, Column.ACTIVATIONS, Column.FIELD, *_STORED},
)
"""The columns shown unless a person chooses others; None is the live one."""

RIGHT_ALIGNED = frozenset(
    {Column.DEPTH, *FIRE_COLUMNS, *_STORED, Column.PARAMETERS, Column.MACS, Column.ACTIVATIONS, None}
)

_TIPS = {
    Column.NAME: "The name of the layer",
    Column.OUTPUT: "Output size: height × width × channels (computed)",
    Column.WINDOW: "Window size / stride, then × filters; pad, no ReLU, no bias and floor may follow",
    Column.DEPTH: "Layers with weights that data passes one after another (computed)",
    Column.S1X1: "Filters of the squeeze, 1×1",
    Column.E1X1: "1×1 filters of the expand",
    Column.E3X3: "3×3 filters of the expand",
    Column.BYPASS: "What runs around the Fire module: none, simple or complex",
    Column.S1X1_KEPT: "Share of weights that pruning keeps, of the squeeze or a convolution; Table 1 calls it sparsity",
    Column.E1X1_KEPT: "Share of weights that pruning keeps, of the 1×1 expand; Table 1 calls it sparsity",
    Column.E3X3_KEPT: "Share of weights that pruning keeps, of the 3×3 expand; Table 1 calls it sparsity",
    Column.BITS: "Bits that each weight takes in the compressed network; 32 are float32",
    Column.PARAMETERS: "Weights and biases (computed)",
    Column.PRUNED: "Kept weights and all biases, rounded up (computed)",
    Column.SIZE: "Kept weights × bits, 32 bits a bias, 5 for the place of each weight where pruned (computed)",
    Column.MACS: "Multiplications, each with its addition, for one image (computed)",
    Column.ACTIVATIONS: "Values that all operations of the layer put out, for one image (computed)",
    Column.FIELD: "What one output value sees of the image, and how far apart two values look (computed)",
    None: "What the last live pass measured: ✓ where shapes, counts and depth are as predicted; then the time",
}


def column_at(section: int) -> Column | None:
    """The column of that section of the table; None is the live one."""
    return COLUMNS[section] if section < LIVE_COLUMN else None


def section_of(column: Column | None) -> int:
    return LIVE_COLUMN if column is None else COLUMNS.index(column)


def heading(column: Column | None) -> str:
    return LIVE_HEADING if column is None else str(column)


def tip(column: Column | None) -> str:
    """What the column holds, in a sentence."""
    return _TIPS[column]
