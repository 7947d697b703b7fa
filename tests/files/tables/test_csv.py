"""CSV and TSV as others write them: laid out like Table 1 or otherwise, and nothing in them is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from squeezeviz.analysis.columns import FILE_COLUMNS, Column
from squeezeviz.files.registry import read_file
from squeezeviz.files.tables import csv_table
from squeezeviz.files.tables.cell_texts import known_column
from squeezeviz.model.errors import Note, SqueezevizError
from squeezeviz.model.layers import AvgPool, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable

HEADER = "layer name/type,output size,filter size/stride,depth,s1x1,e1x1,e3x3,#parameter before pruning\n"
IMAGE = "input image,227x227x3\n"


def layers_of(rows: str) -> tuple[Layer, ...]:
    return csv_table.read(HEADER + IMAGE + rows).table.layers


@pytest.mark.parametrize(
    ("row", "layer"),
    [
        ("conv1,,7x7/2 (x96)", Conv("conv1", 96, 7, 2)),
        ("conv1,,7×7/2 x96", Conv("conv1", 96, 7, 2)),
        ("conv1,,7 × 7 / 2 (×96)", Conv("conv1", 96, 7, 2)),
        ("conv1,,7x7/2\u00a0(x96)", Conv("conv1", 96, 7, 2)),
        ("stem,,7x7/2 (x96)", Conv("stem", 96, 7, 2)),
        ("conv1,,7×7/2 ×96 pad 3 no ReLU", Conv("conv1", 96, 7, 2, 3, relu=False)),
        ("conv1,111x111x96,7x7/2", Conv("conv1", 96, 7, 2)),
        ("maxpool1,,3x3/2", MaxPool("maxpool1")),
        ("pool1,,2x2/2 floor", MaxPool("pool1", 2, 2, ceil=False)),
        ("fire2,,,,16,64,64", Fire("fire2", 16, 64, 64)),
        ("module,,,2.0,16.0,64.0,64.0", Fire("module", 16, 64, 64)),
        ('fire2,,,,16.00,"1,024",1 024', Fire("fire2", 16, 1024, 1024)),
        ("fire2,,,,16,1.024.000,2048.000", Fire("fire2", 16, 1_024_000, 2048)),
        ('conv1,,"1x1/1 (x1,024)"', Conv("conv1", 1024, 1)),
        ("drop9", Dropout("drop9")),
        ("dropout9,,30%", Dropout("dropout9", 0.3)),
        ("softmax", Softmax("softmax")),
        ("prob", Softmax("prob")),
        ("avgpool10,1x1x3,99x99/1", GlobalAvgPool("avgpool10")),
        ("avgpool10,,227x227/1", GlobalAvgPool("avgpool10")),
        ("avgpool10,,13x13/1", AvgPool("avgpool10", 13, 1)),
        ("global average pool", GlobalAvgPool("global average pool")),
    ],
)
def test_a_row_without_a_type_is_known_by_its_cells(row: str, layer: Layer) -> None:
    assert layers_of(row) == (layer,)


@pytest.mark.parametrize(
    "text",
    [
        "\n\nlayer,output,filter/stride\ninput image,224x224x3\nconv1,,3x3/2 (x64)\n",
        "sep=;\nlayer;output;filter/stride\ninput image;224x224x3\nconv1;;3x3/2 (x64)\n",
        "layer\toutput\tfilter/stride\r\ninput image\t224x224x3\r\nconv1\t\t3x3/2 (x64)\r\n",
        "filter/stride,Name,Output Shape\n,input,224×224×3\n3x3/2 (x64),conv1,\n,total,\n",
        '"Filter size/\nstride","Layer\nname/type",Output size\n,data,224x224x3\n3x3/2 (x64),conv1\n',
    ],
)
def test_other_headers_orders_and_delimiters_say_the_same(text: str) -> None:
    assert csv_table.read(text, "n").table == LayerTable("n", InputShape(3, 224, 224), (Conv("conv1", 64, 3, 2),))


@pytest.mark.parametrize(
    ("text", "layers", "notes"),
    [
        ("layer,output,colour,params\ninput,8x8x3,red,\nprob,,,\n", [Softmax("prob")],
         ["not known, so left out: “colour”"]),
        ("layer,output,# bits\ninput,8x8x3,\nprob,,6bit\n", [Softmax("prob")],
         ["line 3: prob # bits: “6bit” says nothing of a softmax layer, so left out"]),
        ("layer,output,filter,s1x1,e1x1,e3x3,padding,ceil,bypass\ninput,8x8x3\nf,,1x1/1,1,2,3,1,false,none\n"
         "softmax,,3x3/2\n", [Fire("f", 1, 2, 3), Softmax("softmax")],
         ["line 3: f filter: “1x1/1” says nothing of a fire layer, so left out",
          "line 3: f padding: “1” says nothing of a fire layer, so left out",
          "line 4: softmax filter: “3x3/2” says nothing of a softmax layer, so left out"]),
        ("layer,output,filter,p\ninput,8x8x3\ndropout1,,50%,0.3\ndropout2,,7%,0.07\ndropout3,,nothing,20%\n",
         [Dropout("dropout1", 0.3), Dropout("dropout2", 0.07), Dropout("dropout3", 0.2)],
         ["line 3: dropout1 filter: “50%” is left out, as p says “0.3”",
          "line 5: dropout3 filter: “nothing” is left out, as p says “20%”"]),
        ("SqueezeNet as we run it,,,,,\n,,,,,\nlayer,output,filter\ninput,8x8x3,\nprob,,\n", [Softmax("prob")],
         ["left out, as it stands above the columns' names: “SqueezeNet as we run it”"]),
    ],
)  # fmt: skip
def test_what_is_left_out_is_told(text: str, layers: list[Layer], notes: list[str]) -> None:
    read = csv_table.read(text)
    assert (list(read.table.layers), list(map(str, read.notes))) == (layers, notes)


KEPT_HEADER = "layer,output,filter,s1x1,e1x1,e3x3,s1x1 sparsity,e1x1 sparsity,e3x3 sparsity,bits\ninput,8x8x3\n"


@pytest.mark.parametrize(
    ("row", "layer"),
    [
        ("conv,,3x3/1 (x4),,,,33%,,,6bit", Conv("conv", 4, 3, kept=0.33, bits=6)),
        ("conv,,3x3/1 (x4),,,,,,0.07 (3x3),6 bits", Conv("conv", 4, 3, kept=0.07, bits=6)),
        ("conv,,3x3/1 (x4),,,,20%,20%,20%,8.0", Conv("conv", 4, 3, kept=0.2, bits=8)),
        ("conv,,3x3/1 (x4),,,,-,-,-,-", Conv("conv", 4, 3)),
        ("fire,,,1,2,3,,,33 %,", Fire("fire", 1, 2, 3, e3x3_kept=0.33)),
        ("fire,,,1,2,3,7%,0.5,100% (3x3),8", Fire("fire", 1, 2, 3, s1x1_kept=0.07, e1x1_kept=0.5, bits=8)),
    ],
)
def test_shares_kept_and_bits_are_read(row: str, layer: Layer) -> None:
    read = csv_table.read(KEPT_HEADER + row + "\n")
    assert read.table.layers == (layer,)
    assert read.notes == ()


@pytest.mark.parametrize(
    ("row", "place", "sentence"),
    [
        ("conv,,3x3/1 (x4),,,,33%,20%,,", "conv e1x1 sparsity", "one share of weights kept"),
        ("conv,,3x3/1 (x4),,,,0%,,,", "conv s1x1 sparsity", "above 0% and up to 100%"),
        ("conv,,3x3/1 (x4),,,,33,,,", "conv s1x1 sparsity", "above 0% and up to 100%, such as 33%, not “33”"),
        ("fire,,,1,2,3,,,３３%,", "fire e3x3 sparsity", r"U\+FF13 is none of the digits"),
        ("fire,,,1,2,3,,,,65", "fire bits", "bits must be a whole number from 1 to 64"),
        ("fire,,,1,2,3,,,,six", "fire bits", "must be a whole number, not “six”"),
    ],
)
def test_shares_and_bits_that_cannot_be_have_their_place(row: str, place: str, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        csv_table.read(KEPT_HEADER + row + "\n")
    assert str(raised.value.place) == f"line 3: {place}"


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("conv1\n", "line 1", "the first row must name the columns"),
        ("layer,output\n", "line 1", "no row below the header"),
        ("layer,output,name\nx,y,z\n", "line 1: name", "two columns are headed"),
        (HEADER + "conv1,,7x7/2 (x96)\n", "line 2: conv1 layer name/type", "no row gives the input's size"),
        (HEADER + "input image,\n", "line 2: input image output size", "size is missing"),
        (HEADER + "input image,224x224\n", "line 2: input image output size", "channels are missing"),
        (HEADER + "input image,0x224x3\n", "line 2: input image output size", "from 1 to 10"),
        (HEADER + "input image,9999999999999x1x3\n", "line 2: input image output size", "up to 10"),
        (HEADER + IMAGE + IMAGE, "line 3: input image layer name/type", "only once"),
        (HEADER + IMAGE + "total\nprob\n", "line 4: prob layer name/type", "follows the total"),
        (HEADER + IMAGE + ",1x1x1\n", "line 3: layer name/type", "no name"),
        ("colour,output,layer\n,8x8x3,input\nred\n", "line 3: layer", "no name"),
        (HEADER + IMAGE + "what\n", "line 3: what type", "what kind of layer"),
        (HEADER + IMAGE + "conv1,,7x7/2\n", "line 3: conv1 filter size/stride", "number of filters is missing"),
        (HEADER + IMAGE + "conv1,,7x7 (x96)\n", "line 3: conv1 filter size/stride", "stride is missing"),
        (HEADER + IMAGE + "conv1,,7x5/2 (x96)\n", "line 3: conv1 filter size/stride", "square"),
        (HEADER + IMAGE + "maxpool1,,3x3\n", "line 3: maxpool1 filter size/stride", "stride is missing"),
        (HEADER + IMAGE + "maxpool1\n", "line 3: maxpool1 filter size/stride", "window and stride is missing"),
        (HEADER + IMAGE + "maxpool1,,3x3/0\n", "line 3: maxpool1 filter size/stride", "stride must be"),
        (HEADER + IMAGE + "fire2,,,,16,64,\n", "line 3: fire2 e3x3", "needs e3x3"),
        (HEADER + IMAGE + "fire2\n", "line 3: fire2 s1x1", "needs s1x1"),
        (HEADER + IMAGE + "fire2,,,,１６,64,64\n", "line 3: fire2 s1x1", r"U\+FF11 is none of the digits"),
        (HEADER + IMAGE + "fire2,,,,16.5,64,64\n", "line 3: fire2 s1x1", "whole number"),
        (HEADER + IMAGE + "fire2,,,,16,1.000,64\n", "line 3: fire2 e1x1", "“1.000” may mean 1 or 1,000"),
        (HEADER + IMAGE + "fire2,,,,16,64,512.000\n", "line 3: fire2 e3x3", "may mean 512 or 512,000"),
        (HEADER + IMAGE + 'fire2,,,,16,64,"1,02"\n', "line 3: fire2 e3x3", "whole number"),
        (HEADER + "input image,1.000x1.000x3\n", "line 2: input image output size", "may mean 1 or 1,000"),
        (HEADER + IMAGE + "fire2,,,,1e3,64,64\n", "line 3: fire2 s1x1", "whole number"),
        (HEADER + IMAGE + "fire2,,,,0,64,64\n", "line 3: fire2 s1x1", "from 1 to"),
        (HEADER + IMAGE + "fire2,,,,16,64,64\n\n\nfire2,,,,16,64,64\n", "line 6: fire2 layer name/type", "2 layers"),
        (HEADER + IMAGE + "a,b,c,d,e,f,g,h,extra\n", "line 3: a", "more cells than the 8 columns"),
        (HEADER + IMAGE + 'a,"b\n', "line 3", "this row is no valid CSV"),
        (HEADER + IMAGE + "dropout,,150%\n", "line 3: dropout filter size/stride", "below 1"),
        ("layer,output,type\ninput,8x8x3,\na,,lstm\n", "line 3: a type", "no layer type"),
        ("layer,output,relu,filter\ninput,8x8x3\nconv,,maybe,3x3/1 (x3)\n", "line 3: conv relu", "true or false"),
        ("layer,output,s1x1,e1x1,e3x3,bypass\ninput,8x8x3\nf,,1,1,1,both\n", "line 3: f bypass", "none, simple or"),
        (f"layer,output\ninput,8x8x3\n{'n' * 200_000},\n", "line 3", "more than 131,072 characters"),
        (HEADER + IMAGE + 'a,"' + "b,c\n" * 50_000, "line 3", "a quote mark may be missing"),
        (HEADER + IMAGE + '"conv\n1",,7x7/2 (x96)\n', r"line 3: conv\n1 layer name/type", r"U\+000A"),
        (HEADER + IMAGE + '"pool\n1",,3x3/2\n', r"line 3: pool\n1 layer name/type", r"U\+000A"),
        (HEADER + IMAGE + '"fire\n1",,,,1,2,3\n', r"line 3: fire\n1 layer name/type", r"U\+000A"),
    ],
)
def test_what_cannot_be_read_has_line_row_and_column(text: str, place: str, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        csv_table.read(text)
    assert str(raised.value.place) == place


def test_a_column_is_known_by_every_heading_that_it_has_anywhere() -> None:
    for column in FILE_COLUMNS:
        headings = (column.spec.file, str(column), column.printed_heading, *column.spec.aliases)
        assert {known_column(heading) for heading in headings} == {column}
    assert all(known_column(str(column)) is None for column in Column if not column.spec.file)


# --- other layouts than Table 1's


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
    assert csv_table.read(text).notes == (Note("line 5: fire2 kernel: “/2” says nothing of a fire layer, so left out"),)


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
    assert notes == (Note("sizes are read as channels×height×width, which the input's, 3x227x227, must be"),)


def test_an_input_alone_with_its_channels_first_turns_no_other_size() -> None:
    text = SIZES.format(image="3x227x227", conv="111x111x96", pool="55x55x96", fire="55x55x128")
    assert csv_table.read(text).table.layers == ROWS


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
    assert found.notes[0].text.startswith("sizes are read as channels×height×width")


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
    with pytest.raises(SqueezevizError, match=f"line 2: {head}: this row stands for more"):
        csv_table.read(f"{head},output,layer\n{said}\n")  # shorter than its names


@pytest.mark.parametrize(
    ("name", "is_several"),
    [
        (name, True)
        for name in ("fire2-3", "fire2–fire4", "fire2 & 3", "fire2/3", "2× fire4", "fire4 (×2)", "Conv 3 to 5")
    ]
    + [
        (name, False)
        for name in ("fire2", "conv1_1", "conv2_3x3", "fire2_squeeze1x1", "conv 3 x 3", "conv1-bn", "res-2")
    ],
)
def test_a_name_that_may_stand_for_several_rows_gets_a_note(name: str, is_several: bool) -> None:
    text = "layer,output,s1x1,e1x1,e3x3,type\ninput,9x9x3,,,,{0}\n{1},,1,2,2,{2}\n"
    note = f"line 3: “{name}” is read as one layer; if it is several, give each a row"
    assert csv_table.read(text.format("", name, "")).notes == ((Note(note),) if is_several else ())
    assert csv_table.read(text.format("input", name, "fire")).notes == ()


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
