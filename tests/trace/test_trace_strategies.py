"""The random tables themselves: they run where they say so, and they are worth testing with."""

from __future__ import annotations

from hypothesis import Phase, find, given, settings
from strategies import edited, running_tables, tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.layers import Bypass, Fire
from squeezeviz.model.table import LayerTable


@given(running_tables())
def test_a_running_table_has_no_problem(table: LayerTable) -> None:
    assert resolve(table).runs


@given(tables().flatmap(edited))
def test_an_edit_leaves_a_valid_table(table: LayerTable) -> None:
    assert isinstance(table, LayerTable)


def test_simple_bypasses_that_run_are_among_them() -> None:
    def has_simple_bypass(table: LayerTable) -> bool:
        return any(isinstance(layer, Fire) and layer.bypass is Bypass.SIMPLE for layer in table.layers)

    find(
        running_tables(),
        has_simple_bypass,
        settings=settings(max_examples=2000, phases=[Phase.generate], database=None),
    )
