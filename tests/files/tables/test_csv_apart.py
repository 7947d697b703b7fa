"""Spreadsheets that are laid out otherwise than Table 1 open as the networks that they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from squeezeviz.files.registry import read_file
from squeezeviz.files.tables import csv_table
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, Dropout, Fire, MaxPool
from squeezeviz.model.table import InputShape

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


OTHERWISE: dict[str, str] = {
    "words of PyTorch's": "Layer,Output Shape,kernel_size,strides,padding,out_channels\ninput,{image},,,,\n"
    "conv1,,7,2,0,96\npool1,,3,2,,96\n",
    "words of Caffe's": "name,out size,kernel size,stride,num_output\ninput,{image},,,\n"
    "conv1,,7x7,2,96\npool1,,3x3,2,96\n",
    "words of papers": "Layer Name,Output dimensions,Patch Size / Stride,#filters\ninput,{image},,\nconv1,,7x7/2,96\n"
    "pool1,,3x3/2,96\n",
    "with types": "layer,type,kernel,stride,#filters,feature map size\nimage,input,,,,{image}\na,conv,7,2,96,\n"
    "b,maxpool,3,2,96,\n",
    "pairs": 'layer,output,kernel,stride,filters\ninput,{image},,,\nconv1,,"(7, 7)","(2, 2)",96\npool1,,"[3,3]",2x2,\n',
}


@pytest.mark.parametrize(
    "image", ["227x227x3", '"(227, 227, 3)"', '"[1, 227, 227, 3]"', '"(None, 227, 227, 3)"', "1×227×227×3"]
)
@pytest.mark.parametrize("words", OTHERWISE)
def test_heads_and_sizes_in_other_words_are_understood(words: str, image: str) -> None:
    found = csv_table.read(OTHERWISE[words].format(image=image))
    assert found.table.input == InputShape(3, 227, 227)
    conv, pool = found.table.layers
    assert (conv, pool) == (Conv(conv.name, 96, 7, 2), MaxPool(pool.name))
    assert found.notes == ()


@pytest.mark.parametrize("image", ["3x227x227", '"[-1, 3, 227, 227]"', '"(N, 3, 227, 227)"'])
@pytest.mark.parametrize("sizes", ["96x111x111", "1x96x111x111", "(1, 96, 111, 111)"])
def test_shapes_of_pytorch_are_understood_with_types_too(image: str, sizes: str) -> None:
    text = f'layer,type,kernel,stride,filters,output shape\nimage,input,,,,{image}\na,conv,7,2,96,"{sizes}"\n'
    found = csv_table.read(text.replace("image,input", "input,input"))
    assert (found.table.input, found.table.layers) == (InputShape(3, 227, 227), (Conv("a", 96, 7, 2),))
    assert found.notes[0].startswith("sizes are read as channels×height×width")


def test_filters_beside_a_window_with_its_stride_are_not_lost() -> None:
    text = "layer,output,kernel/stride,filters\ninput,9x9x3,,\nconv1,,3x3/1{said},{filters}\n"
    assert csv_table.read(text.format(said="", filters=8)).table.layers == (Conv("conv1", 8, 3, 1),)
    assert csv_table.read(text.format(said=" (x8)", filters=8)).table.layers == (Conv("conv1", 8, 3, 1),)
    with pytest.raises(SqueezevizError, match="line 3: conv1"):
        csv_table.read(text.format(said=" (x4)", filters=8))


def test_a_pool_with_filters_is_no_convolution() -> None:
    text = "layer,output,filter\ninput,9x9x3,\n{name},,3x3/2 (x64)\n"
    for name in ("maxpool1", "max_pool_2", "Pool", "AvgPool2d", "global pool"):
        with pytest.raises(SqueezevizError, match="does not belong here"):
            csv_table.read(text.format(name=name))
    for name in ("pool_proj", "conv_pool", "stem"):
        assert csv_table.read(text.format(name=name)).table.layers == (Conv(name, 64, 3, 2),)


@pytest.mark.parametrize("head", ["repeat", "# repeats", "Times"])
@pytest.mark.parametrize("said", ["2", "×3", "2x"])
def test_a_row_that_says_to_be_several_is_refused(head: str, said: str) -> None:
    text = "layer,output,s1x1,e1x1,e3x3,{head}\ninput,9x9x3,,,,\nfire2,,1,2,2,{said}\n"
    with pytest.raises(SqueezevizError, match=f"line 3: fire2 {head}: this row stands for more than one layer"):
        csv_table.read(text.format(head=head, said=said))
    assert len(csv_table.read(text.format(head=head, said="1")).table.layers) == 1


@pytest.mark.parametrize(
    "name", ["fire2-3", "fire2–fire4", "fire2 & 3", "fire2/3", "2× fire4", "fire4 (×2)", "Conv 3 to 5"]
)
def test_a_name_that_may_stand_for_several_rows_gets_a_note(name: str) -> None:
    text = "layer,output,s1x1,e1x1,e3x3,type\ninput,9x9x3,,,,{0}\n{1},,1,2,2,{2}\n"
    (note,) = csv_table.read(text.format("", name, "")).notes
    assert note == f"line 3: “{name}” is read as one layer; if it is several, give each a row"
    assert csv_table.read(text.format("input", name, "fire")).notes == ()


@pytest.mark.parametrize(
    "name", ["fire2", "conv1_1", "conv2_3x3", "fire2_squeeze1x1", "conv 3 x 3", "conv1-bn", "res-2"]
)
def test_other_names_are_not_taken_to_stand_for_several(name: str) -> None:
    assert csv_table.read(f"layer,output,s1x1,e1x1,e3x3\ninput,9x9x3,,,\n{name},,1,2,2\n").notes == ()


def test_numbers_with_a_comma_before_their_decimals_are_read_where_they_cannot_be_thousands() -> None:
    text = (
        "layer;output;filter;s1x1;e1x1;e3x3;s1x1 kept\ninput;9x9x3;;;;;\nfire2;;;16,0;64,00;64;0,33\n"
        "dropout2;;0,5;;;;\ndropout3;;12,5 %;;;;\n"
    )
    fire, *dropouts = csv_table.read(text).table.layers
    assert fire == Fire("fire2", 16, 64, 64, s1x1_kept=0.33)
    assert dropouts == [Dropout("dropout2", 0.5), Dropout("dropout3", 0.125)]
    for said in ("16,5", "16,000"):
        with pytest.raises(SqueezevizError, match="line 3: fire2"):
            csv_table.read(text.replace("64,00", "64,5" if said == "16,5" else "1,02"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_table_as_spreadsheets_save_unicode_opens(encoding: str, tmp_path: Path) -> None:
    text = "sep=;\r\nlayer\u00a0name;output;filter\r\ninput;9×9×3;\r\nconv1\u00a0;;3\u2009×\u20093/1 (×1\u202f024)\r\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert read_file(tmp_path / "a.csv").table.layers == (Conv("conv1", 1024, 3, 1),)
