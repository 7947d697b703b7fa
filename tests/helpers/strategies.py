"""Random layer tables for property tests: every kind of row, bypasses, odd strides and paddings, any name.

`from strategies import running_tables` works in every test: pytest has this folder on its path.
"""

from dataclasses import replace

from hypothesis import strategies as st

from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import (
    LARGEST,
    AvgPool,
    Bypass,
    Conv,
    Dropout,
    Fire,
    GlobalAvgPool,
    Layer,
    MaxPool,
    Softmax,
)
from squeezeviz.model.table import InputShape, LayerTable

HOSTILE_NAMES = (
    "conv.1",
    "features.0",
    "fire2/concat",
    "<script>alert(1)</script>",
    '"; }',
    "\\input{x}",
    "a b  c",
    " ",
    "משפך",
    "🔥🧯",
    "=1+1",
    "-",
    "µ" * 300,
)
"""Names that a person may give a layer and that no writer or builder may trip over."""


def names() -> st.SearchStrategy[str]:
    """Whatever may name a layer or a table: mostly short text of any script, now and then a hostile one."""
    writable = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff")
    text = st.text(writable, min_size=1)
    named = st.from_regex(r"(conv|fire|pool)[1-9][0-9]?", fullmatch=True)
    hostile = st.sampled_from([name for name in HOSTILE_NAMES if name.strip()])
    return st.one_of(named, text.filter(lambda name: bool(name.strip())), hostile)


def input_shapes(largest: int = 40) -> st.SearchStrategy[InputShape]:
    """Images of 1 to 4 channels; height and width differ."""
    side = st.integers(1, largest)
    return st.builds(InputShape, st.integers(1, 4), side, side)


def layers(name: str = "row", largest: int = 12) -> st.SearchStrategy[Layer]:
    """One row of any kind with small numbers; it need not fit the map that reaches it."""
    size, padding, flag, filters = st.integers(1, 5), st.integers(0, 3), st.booleans(), st.integers(1, largest)
    given = st.just(name)
    share, bits = shares_kept(), st.one_of(st.just(32), st.integers(1, 64))
    return st.one_of(
        st.builds(Conv, given, filters, size, size, padding, relu=flag, bias=flag, kept=share, bits=bits),
        st.builds(MaxPool, given, size, size, padding, ceil=flag),
        st.builds(AvgPool, given, size, size, padding, ceil=flag),
        st.builds(GlobalAvgPool, given),
        st.builds(
            Fire, given, filters, filters, filters, st.sampled_from(Bypass), flag, flag, flag, share, share, share, bits
        ),
        st.builds(Dropout, given, st.floats(0, 0.99)),
        st.builds(Softmax, given),
    )


def shares_kept() -> st.SearchStrategy[float]:
    """Shares of weights that pruning keeps: mostly all, else such as people write, or any at all."""
    written = st.integers(1, 1000).map(lambda thousandths: thousandths / 1000)
    return st.one_of(st.just(1.0), written, st.floats(0, 1, exclude_min=True))


_ROWS = layers()
_NAMES = names()


def _fitting(layer: Layer, name: str, channels: int) -> Layer:
    """The layer under another name; the expands of a simple bypass share out as many channels as come in."""
    layer = replace(layer, name=name)
    if isinstance(layer, Fire) and layer.bypass is Bypass.SIMPLE and channels > 1:
        expand1x1 = min(layer.e1x1, channels - 1)
        return replace(layer, e1x1=expand1x1, e3x3=channels - expand1x1)
    return layer


@st.composite
def tables(draw: st.DrawFn, longest: int = 8) -> LayerTable:
    """Any valid table, also one that is empty or cannot run."""
    taken = draw(st.lists(_NAMES, max_size=longest, unique=True))
    rows = tuple(replace(draw(_ROWS), name=name) for name in taken)
    return LayerTable(draw(_NAMES), draw(input_shapes()), rows)


@st.composite
def running_tables(draw: st.DrawFn, longest: int = 8, largest: int = 40) -> LayerTable:
    """A table of at least one row that has no problem; sides of the input up to `largest`."""
    table = LayerTable(draw(_NAMES), draw(input_shapes(largest)), ())
    taken = draw(st.lists(_NAMES, min_size=1, max_size=longest, unique=True))
    for name in taken:
        channels = resolve(table).output.channels
        grown = table.inserted(len(table.layers), _fitting(draw(_ROWS), name, channels))
        table = grown if resolve(grown).runs else table
    return table if table.layers else table.inserted(0, Conv(taken[0], 4, 1))


def huge_numbers() -> st.SearchStrategy[int]:
    """Whole numbers that a table may hold, the largest of them often."""
    return st.one_of(st.integers(1, LARGEST), st.sampled_from([LARGEST, LARGEST - 1, 2**31, 2**31 - 1, 2**32]))


@st.composite
def edited(draw: st.DrawFn, table: LayerTable) -> LayerTable:
    """`table` after one edit of a person's: a row put in, taken out, moved or retyped, or another input.

    An edit that the table refuses leaves it as it is.
    """
    count = len(table.layers)
    kinds = ["insert", "input"] + (["remove", "move", "retype", "rename"] if count else [])
    kind = draw(st.sampled_from(kinds))
    index = draw(st.integers(0, max(0, count - 1)))
    try:
        match kind:
            case "insert":
                return table.inserted(draw(st.integers(0, count)), replace(draw(_ROWS), name=draw(_NAMES)))
            case "input":
                return table.with_input(draw(input_shapes()))
            case "remove":
                return table.removed(index)
            case "move":
                return table.moved(index, draw(st.integers(0, count - 1)))
            case "retype":
                return table.with_layer(index, replace(draw(_ROWS), name=table.layers[index].name))
            case _:
                return table.with_field(index, "name", draw(_NAMES))
    except SqueezevizError:
        return table
