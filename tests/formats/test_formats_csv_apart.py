"""Spreadsheets that are laid out otherwise than Table 1 open as the networks that they say."""

from __future__ import annotations

import pytest

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import Conv, Fire, MaxPool
from squeezeviz.core.table import InputShape
from squeezeviz.formats import csv_table

ROWS = (Conv("conv1", 96, 7, 2), MaxPool("pool1"), Fire("fire2", 16, 64, 64))
APART = """layer,output,{window},stride,filters,s1x1,e1x1,e3x3
input,227x227x3,,,,,,
conv1,111x111x96,{kernel},2,{filters},,,
pool1,55x55x96,3x3,2,,,,
fire2,55x55x128,,1,,16,64,64
"""


@pytest.mark.parametrize("window", ["kernel", "Kernel Size", "filter size"])
@pytest.mark.parametrize(("kernel", "filters"), [("7x7", "96"), ("7", "96"), ("7 × 7 (x96)", ""), ("7x7", "")])
def test_a_window_may_stand_in_columns_of_its_own(window: str, kernel: str, filters: str) -> None:
    found = csv_table.read(APART.format(window=window, kernel=kernel, filters=filters))
    assert found.table.layers == ROWS
    assert found.notes == ()


@pytest.mark.parametrize(("kernel", "filters"), [("7x7/1", "96"), ("7x7 (x64)", "96")])
def test_columns_that_contradict_the_window_are_refused(kernel: str, filters: str) -> None:
    with pytest.raises(SqueezevizError, match="7×7/2 ×96"):
        csv_table.read(APART.format(window="kernel", kernel=kernel, filters=filters))


def test_a_stride_of_a_fire_module_is_told_to_say_nothing() -> None:
    text = APART.format(window="kernel", kernel="7", filters="96").replace("fire2,55x55x128,,1", "fire2,55x55x128,,2")
    assert csv_table.read(text).notes == ("line 5: fire2 kernel: “/2” says nothing of a fire layer, so left out",)


SIZES = """layer,output,filter/stride,s1x1,e1x1,e3x3
input,{image},,,,
conv1,{conv},7x7/2,,,
pool1,{pool},3x3/2,,,
fire2,{fire},,16,64,64
"""


def test_sizes_with_their_channels_first_are_read_as_such() -> None:
    text = SIZES.format(image="3x227x227", conv="96x111x111", pool="96x55x55", fire="128 x 55 x 55")
    table, notes, *_ = csv_table.read(text)
    assert (table.input, table.layers) == (InputShape(3, 227, 227), ROWS)
    assert notes == ("sizes are read as channels×height×width, which the input's, 3x227x227, must be",)


def test_an_input_alone_with_its_channels_first_turns_no_other_size() -> None:
    text = SIZES.format(image="3x227x227", conv="111x111x96", pool="55x55x96", fire="55x55x128")
    assert csv_table.read(text).table.layers == ROWS


def test_a_title_above_the_columns_is_left_out_with_a_note() -> None:
    text = "SqueezeNet as we run it,,,,,\n,,,,,\n" + SIZES.format(
        image="227x227x3", conv="111x111x96", pool="55x55x96", fire="55x55x128"
    )
    found = csv_table.read(text)
    assert found.table.layers == ROWS
    assert found.notes == ("left out, as it stands above the columns' names: “SqueezeNet as we run it”",)
