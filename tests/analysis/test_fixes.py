"""One-click fixes: offered for every row that cannot run, and each lets it run."""

from __future__ import annotations

import pytest
from bounds import at_most
from hypothesis import assume, given
from preset_tables import preset
from strategies import tables

from squeezeviz.analysis.fixes import fixes, smallest_input
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.layers import Bypass, Conv, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable


def offered(table: LayerTable) -> list[str]:
    return [fix.title for fix in fixes(resolve(table))]


@given(tables())
def test_every_row_that_cannot_run_has_a_fix_that_lets_it_and_changes_one_thing_only(table: LayerTable) -> None:
    network = resolve(table)
    found = fixes(network)
    assert bool(found) == any(problem.row is not None for problem in network.problems)
    for fix in found:
        (problem,) = network.problems
        assert problem.row is not None
        after = resolve(fix.table)
        if fix.title.startswith("Delete"):
            assert after.runs or len(after.layers) > problem.row
            assert problem.name not in [layer.name for layer in fix.table.layers]
        else:
            assert problem.name in [layer.name for layer in after.layers]
        gone, new = set(table.layers) - set(fix.table.layers), set(fix.table.layers) - set(table.layers)
        assert len(gone) <= 1 and len(new) <= 1
        assert (fix.table.input != table.input) == fix.title.startswith("Make the input")
        assert fix.table.name == table.name


TABLE1 = preset("table1")
NARROW = LayerTable("n", InputShape(10, 8, 8), (Fire("f", 2, 30, 10, Bypass.SIMPLE),))
BYPASSES = ["Make the bypass of f complex", "Remove the bypass of f"]


@pytest.mark.parametrize(
    ("table", "titles"),
    [
        (TABLE1, []),
        (LayerTable("n", InputShape(), ()), []),
        (TABLE1.with_input(InputShape(3, 20, 20)),
         ["Set the kernel of maxpool8 to 1", "Make the input 3×21×21", "Delete maxpool8"]),
        (TABLE1.with_input(InputShape(3, 10, 20)),
         ["Set the kernel of maxpool4 to 1", "Make the input 3×21×42", "Delete maxpool4"]),
        (TABLE1.with_input(InputShape(1, 20, 13)),
         ["Set the kernel of maxpool8 to 1", "Make the input 1×33×21", "Delete maxpool8"]),
        (LayerTable("n", InputShape(3, 4, 6), (Conv("c", 8, 7, padding=1),)),
         ["Set the kernel of c to 6", "Make the input 3×5×8"]),
        (TABLE1.with_field(2, "bypass", Bypass.SIMPLE),
         ["Make the bypass of fire2 complex", "Remove the bypass of fire2", "Set e1x1 to 48 and e3x3 to 48"]),
        (NARROW, [*BYPASSES, "Set e1x1 to 7 and e3x3 to 3"]),
        (NARROW.with_input(InputShape(1, 8, 8)), BYPASSES),
        (LayerTable("n", InputShape(), (MaxPool("p", 3, 2, 2),)), ["Set the padding of p to 1"]),
        (TABLE1.with_layer(3, Fire("fire3", 10**12, 10**12, 64)), ["Delete fire3"]),
        (LayerTable("n", InputShape(), (GlobalAvgPool("g"), Conv("c", 4, 3))),
         ["Set the kernel of c to 1", "Delete c"]),  # no image is large enough behind a global pool
    ],
)  # fmt: skip
def test_fixes_are_named_by_what_they_do_the_best_first(table: LayerTable, titles: list[str]) -> None:
    assert offered(table) == titles


def test_a_long_name_makes_no_long_title() -> None:
    table = LayerTable("n", InputShape(3, 4, 4), (Conv("c" * 5000, 8, 7), Softmax("s")))
    assert all(len(title) < 80 for title in offered(table))


def fitting(layer: Layer) -> bool:
    """Whether only the size of a map can keep the layer from running."""
    if isinstance(layer, Fire):
        return layer.bypass is not Bypass.SIMPLE
    return isinstance(layer, Conv) or getattr(layer, "padding", 0) <= getattr(layer, "kernel", 0) // 2


@given(tables(longest=5))
def test_the_smallest_input_is_found_by_arithmetic_as_by_trying(table: LayerTable) -> None:
    assume(table.layers and all(map(fitting, table.layers)))
    side = smallest_input(table.layers)
    tried = next((each for each in range(1, 81) if _runs_at(table, each)), None)
    if side is None:
        assert tried is None
    else:
        assert tried == (side if side <= 80 else None)
        assert _runs_at(table, side + 1)


def _runs_at(table: LayerTable, side: int) -> bool:
    return resolve(table.with_input(InputShape(3, side, side))).runs


def test_an_input_fits_the_whole_table_if_any_does_that_is_not_absurdly_large() -> None:
    def proposed(pools: int) -> list[str]:
        rows = tuple(MaxPool(f"p{place}", 3, 3, ceil=False) for place in range(pools))
        return [title for title in offered(LayerTable("n", InputShape(3, 1, 1), rows)) if "input" in title]

    assert proposed(10) == ["Make the input 3×59049×59049"]
    assert proposed(11) == ["Make the input 3×3×3"]
    assert not any("input" in title for title in offered(LayerTable("n", InputShape(), (Conv("c", 1, 70_000),))))


@pytest.mark.full
def test_fixes_of_a_thousand_rows_come_at_once() -> None:
    fires = tuple(Fire(f"fire{place}", 16, 64, 64) for place in range(2, 1002))
    table = LayerTable("n", InputShape(3, 4, 4), (*fires, MaxPool("pool", 30)))
    with at_most(3):
        assert "Make the input 3×29×29" in offered(table)
