"""The law of the live pass: whatever the table, what is predicted is what is measured."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st
from strategies import edited, huge_numbers, running_tables, tables

from squeezeviz.analysis.live import disagreements
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.passes import Earlier, live_pass, prepare_module


@settings(max_examples=150)
@given(running_tables(), st.integers(1, 3))
def test_predicted_is_measured_and_depth_is_that_of_the_definition(table: LayerTable, batch: int) -> None:
    """The definition, said without the core: a convolution 1, a Fire module 2, everything else 0."""
    network = resolve(table)
    assert network.runs
    live = live_pass(network, device="meta", batch=batch)
    assert disagreements(network, live) == ()
    depths = [2 if isinstance(layer, Fire) else 1 if isinstance(layer, Conv) else 0 for layer in table.layers]
    assert [layer.depth for layer in live.layers] == depths
    assert live.depth == sum(depths)


@settings(max_examples=60)
@given(running_tables(largest=24), st.integers(1, 2))
def test_predicted_is_measured_on_the_cpu(table: LayerTable, batch: int) -> None:
    network = resolve(table)
    assert disagreements(network, live_pass(network, device="cpu", batch=batch)) == ()


@settings(max_examples=60)
@given(tables())
def test_what_resolves_of_any_table_is_measured(table: LayerTable) -> None:
    network = resolve(table)
    assume(network.layers)
    assert disagreements(network, live_pass(network, device="meta")) == ()


@settings(max_examples=60)
@given(running_tables(), st.data())
def test_a_module_that_follows_edits_measures_what_a_new_one_does(table: LayerTable, data: st.DataObject) -> None:
    """What was measured already of rows that did not change is no other than what is measured anew."""
    module, earlier = prepare_module(resolve(table), device="meta"), None
    for _ in range(3):
        table = data.draw(edited(table))
        network = resolve(table)
        if not network.layers:
            continue
        module = prepare_module(network, module, device="meta")
        live = live_pass(network, device="meta", module=module, earlier=earlier)
        assert live == live_pass(network, device="meta")
        assert disagreements(network, live) == ()
        earlier = Earlier(module, live)


@settings(max_examples=60)
@given(huge_numbers(), huge_numbers(), huge_numbers(), huge_numbers())
def test_no_number_that_a_table_holds_is_a_bug(side: int, filters: int, stride: int, batch: int) -> None:
    """It is measured as predicted, or refused with a sentence."""
    image = InputShape(1, min(side, 10**6), min(stride, 10**6))
    table = LayerTable("huge", image, (Conv("c", filters, 1, stride), replace(Conv("d", 1, 1), filters=filters)))
    network = resolve(table)
    try:
        assert disagreements(network, live_pass(network, device="meta", batch=batch)) == ()
    except SqueezevizError as refused:
        assert "64-bit" in str(refused)


def test_simple_bypasses_that_run_are_among_the_random_tables() -> None:
    quick = settings(max_examples=2000, phases=[Phase.generate], database=None)
    find(
        running_tables(),
        lambda table: any(isinstance(row, Fire) and row.bypass is Bypass.SIMPLE for row in table.layers),
        settings=quick,
    )
