"""Which maps stand for what is selected: a Fire's concat, a convolution's after its ReLU."""

import pytest
from preset_tables import network

from squeezeviz.analysis.columns import INPUT_ROW
from squeezeviz.analysis.resolve import resolve
from squeezeviz.gui.maps.chosen import chosen_maps
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable

CASES = [
    (0, "", "relu_conv1", "conv1", "after ReLU"),
    (1, "", "maxpool1", "maxpool1", ""),
    (2, "", "fire2/concat", "fire2 · concat", ""),
    (2, "concat", "fire2/concat", "fire2 · concat", ""),
    (2, "squeeze1x1", "fire2/relu_squeeze1x1", "fire2 · squeeze 1×1", "after ReLU"),
    (2, "expand3x3", "fire2/relu_expand3x3", "fire2 · expand 3×3", "after ReLU"),
    (INPUT_ROW, "", "", "input", ""),
]


@pytest.mark.parametrize(("row", "part", "operation", "title", "relu"), CASES)
def test_what_is_selected_stands_for_one_operation(row: int, part: str, operation: str, title: str, relu: str) -> None:
    found = chosen_maps(network(), row, part)
    assert found is not None
    assert (found.operation, found.title, found.relu) == (operation, title, relu)
    assert found.has_choice is bool(relu)


def test_a_convolutions_maps_may_be_those_before_its_relu() -> None:
    found = chosen_maps(network(), 2, "expand3x3", before_relu=True)
    assert found is not None
    assert (found.operation, found.relu) == ("fire2/expand3x3", "before ReLU")
    assert found.shape == (128 // 2, 55, 55)


def test_where_no_relu_follows_that_is_said_and_there_is_no_choice() -> None:
    table = LayerTable("t", InputShape(3, 16, 16), (Conv("c", 4, 3, relu=False), Fire("f", 2, 3, 4, relu=False)))
    for row, part, operation in ((0, "", "c"), (1, "expand1x1", "f/expand1x1")):
        found = chosen_maps(resolve(table), row, part, before_relu=True)
        assert found is not None
        assert (found.operation, found.relu, found.has_choice) == (operation, "no ReLU follows", False)


def test_totals_and_what_does_not_run_have_no_maps() -> None:
    assert chosen_maps(network(), None) is None
    assert chosen_maps(network(), 99) is None
