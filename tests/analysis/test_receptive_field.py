"""Where in the image the middle value of a map looks."""

from __future__ import annotations

from preset_tables import preset

from squeezeviz.analysis.receptive_field import middle_field_window
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.layers import AvgPool, Conv, GlobalAvgPool
from squeezeviz.model.table import InputShape, LayerTable


def test_conv1s_middle_value_looks_at_the_middle_of_the_image() -> None:
    window = middle_field_window(resolve(preset("table1")), 0)
    assert window is not None
    assert (window.rows, window.row) == (111, 55)
    assert (window.top, window.height, window.stride) == (110, 7, 2)
    assert window.top + window.height // 2 == 113 == 227 // 2


def test_an_expand_3x3_sees_one_place_more_on_each_side_than_its_squeeze() -> None:
    network = resolve(preset("table1"))
    squeeze, expand = (middle_field_window(network, 2, part) for part in ("squeeze1x1", "expand3x3"))
    assert squeeze is not None
    assert expand is not None
    assert (squeeze.height, expand.height) == (11, 19)
    assert expand.top == squeeze.top - 4
    assert middle_field_window(network, 2) == expand


def test_padding_moves_the_first_value_out_of_the_image() -> None:
    network = resolve(LayerTable("t", InputShape(1, 2, 2), (Conv("c", 1, 3, padding=1), AvgPool("p", 3, 1, 1))))
    window = middle_field_window(network, 1)
    assert window is not None
    assert (window.top, window.left, window.height) == (-2, -2, 5)


def test_a_global_pool_looks_at_all_of_a_map() -> None:
    network = resolve(LayerTable("t", InputShape(1, 6, 9), (GlobalAvgPool("g"),)))
    assert middle_field_window(network, 0) == (0, 0, 6, 9, 1, 1, 1, 0, 0)


def test_what_does_not_run_sees_nothing() -> None:
    network = resolve(LayerTable("t", InputShape(1, 2, 2), (Conv("c", 1, 9),)))
    assert middle_field_window(network, 0) is None
    assert middle_field_window(network, -1) is None
