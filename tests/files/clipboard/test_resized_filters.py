"""Numbers of filters halved, doubled and made larger by eight, in a block of cells."""

import pytest
from calls import calls_of

from squeezeviz.analysis import resolve as resolving
from squeezeviz.analysis.columns import Column
from squeezeviz.figure.layout import fire
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.files.clipboard.blocks import Block
from squeezeviz.files.clipboard.filters import FILTER_COLUMNS, RESIZED, resize
from squeezeviz.model import layers
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

TABLE = LayerTable("n", InputShape(3, 32, 32), (Conv("c", 7, 3), MaxPool("p"), Fire("f", 1, 4, 5), Fire("g", 2, 4, 4)))
ALL = range(-1, len(TABLE.layers) + 1)


@pytest.mark.parametrize(
    ("command", "conv", "fires"),
    [
        ("halve_filters", 4, [(1, 2, 3), (1, 2, 2)]),
        ("double_filters", 14, [(2, 8, 10), (4, 8, 8)]),
        ("add_filters", 15, [(9, 12, 13), (10, 12, 12)]),
    ],
)
def test_every_number_of_filters_in_the_block_is_changed_and_nothing_else(
    command: str, conv: int, fires: list[tuple[int, int, int]]
) -> None:
    changed = resize(TABLE, Block(ALL, tuple(Column)), RESIZED[command], "Filters").table
    (s, e1, e3), (s2, e12, e32) = fires
    assert changed.layers == (Conv("c", conv, 3), MaxPool("p"), Fire("f", s, e1, e3), Fire("g", s2, e12, e32))
    assert resize(TABLE, Block(range(2, 3), (Column.E3X3,)), RESIZED[command], "Filters").table == TABLE.with_field(
        2, "e3x3", e3
    )


@pytest.mark.parametrize(
    ("rows", "columns", "reason"),
    [
        (range(1, 2), FILTER_COLUMNS, "no number of filters is selected"),
        (range(4), (Column.NAME, Column.DEPTH), "no number of filters is selected"),
        (range(2, 3), (Column.S1X1,), "one filter is the least"),
        (range(0), FILTER_COLUMNS, "no cell is selected"),
    ],
)
def test_what_holds_no_filters_or_no_fewer_is_refused(rows: range, columns: tuple[Column, ...], reason: str) -> None:
    with pytest.raises(SqueezevizError, match=reason):
        resize(TABLE, Block(rows, columns), RESIZED["halve_filters"], "Filters ×½")


def test_a_number_that_becomes_too_large_is_refused_with_its_cell() -> None:
    table, block = TABLE, Block(range(2, 3), (Column.E1X1,))
    with pytest.raises(SqueezevizError) as refused:
        for _ in range(80):
            table = resize(table, block, RESIZED["double_filters"], "Filters ×2").table
    assert refused.value.place is not None and (refused.value.place.row, refused.value.place.column) == ("f", "e1x1")


def test_what_rows_alike_but_for_their_names_become_is_checked_worked_out_and_laid_out_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many there are, and however wide their names are within one box."""
    names = [f"fire{number}" for number in range(1, 200)]
    before = LayerTable("alike", InputShape(142, 8, 8), tuple(Fire(name, 19, 71, 71) for name in names))
    checks = calls_of(monkeypatch, layers, "_check_compression")
    worked_out, placed = calls_of(monkeypatch, resolving, "figures"), calls_of(monkeypatch, fire, "closed_plan")
    made = resize(before, Block(range(len(names)), FILTER_COLUMNS), RESIZED["add_filters"], "Filters +8").table
    diagram = build_diagram(resolving.resolve(made), DiagramOptions(collapsed=frozenset(names)))
    assert len(checks) == 1
    assert len(worked_out) == len(placed) == 2, "the first stands on other maps than those behind it"
    assert made.layers == tuple(Fire(name, 27, 79, 79) for name in names)
    assert [module.boxes[0].title for module in diagram.modules[1:]] == names
    assert [module.key.layer for module in diagram.modules[1:]] == names
