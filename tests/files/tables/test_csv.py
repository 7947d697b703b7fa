"""CSV and TSV laid out like Table 1: what we write reads back, and what others write is read without guessing."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import tables

from squeezeviz.analysis.columns import FILE_COLUMNS, Column
from squeezeviz.files.presets import PRESET_IDS, load_preset
from squeezeviz.files.tables import csv_table
from squeezeviz.files.tables.cell_texts import guarded, known_column, unguarded
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import AvgPool, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable

HEADER = "layer name/type,output size,filter size/stride,depth,s1x1,e1x1,e3x3,#parameter before pruning\n"
IMAGE = "input image,227x227x3\n"


def layers_of(rows: str) -> tuple[Layer, ...]:
    return csv_table.read(HEADER + IMAGE + rows).table.layers


@given(tables(), st.sampled_from(csv_table.DELIMITERS))
def test_every_table_reads_back_as_it_was_written_and_without_a_note(table: LayerTable, delimiter: str) -> None:
    read = csv_table.read(csv_table.write(table, delimiter))
    assert read.table == table
    assert read.notes == ()


@given(tables())
def test_the_rewriting_of_a_spreadsheet_loses_nothing(table: LayerTable) -> None:
    """Excel and LibreOffice write CRLF, a byte-order mark for some, and quotes where they like."""
    rows = list(csv.reader(io.StringIO(csv_table.write(table), newline="")))
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows([*rows, [""] * len(rows[0])])
    assert csv_table.read(file.getvalue()).table == table


@pytest.mark.parametrize("preset", PRESET_IDS)
def test_presets_read_back_as_they_were_written(preset: str) -> None:
    table = load_preset(preset)
    assert csv_table.read(csv_table.write(table)).table == table


@pytest.mark.parametrize(
    "name",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "＝1", "'=1", "'", "'quoted'", " =1", "a,b", 'say "a"', "a;b", " a ",
        "\u00a0a", "total", "input image", "input", "<script>", "🔥" * 3000, "-", "n/a", "sep=;", "a\u3000",
    ],
)  # fmt: skip
def test_hostile_names_stay_names(name: str) -> None:
    table = LayerTable(name, InputShape(), (Conv(name, 8, 3, 2), GlobalAvgPool("g")))
    assert csv_table.read(csv_table.write(table)).table == table


@given(tables())
def test_no_cell_begins_as_a_formula_does(table: LayerTable) -> None:
    for row in csv.reader(io.StringIO(csv_table.write(table), newline="")):
        assert not [cell for cell in row if cell[:1] and cell[0] in "=+-@＝＋－＠"]


@given(st.text(st.one_of(st.sampled_from("'=+-@\t\r ＝|a"), st.characters()), min_size=1))
def test_a_guard_comes_off_again_and_no_spreadsheet_computes_what_is_behind_it(name: str) -> None:
    written = guarded(name)
    assert unguarded(written) == name
    assert written[0] not in "=+-@＝＋－＠\t\r\n"


@pytest.mark.parametrize("delimiter", csv_table.DELIMITERS)
def test_formulas_are_written_as_text_and_come_back(delimiter: str) -> None:
    names = ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(1)", '=HYPERLINK("x")', "'=1", " =1", "＝1"]
    table = LayerTable("=1", InputShape(), tuple(Softmax(name) for name in names))
    text = csv_table.write(table, delimiter)
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) for cell in row]
    assert not [cell for cell in cells if cell[:1] and cell[0] in "=+-@＝"]
    assert csv_table.read(text).table == table


@pytest.mark.parametrize("text", ["," * 2_000_000, '"' * 2_000_001, '"a\n",' * 500_000, '"\n",' * 500_000])
def test_a_row_without_an_end_is_refused(text: str) -> None:
    with pytest.raises(SqueezevizError, match=r"more than 1,000,000 characters|more than 131,072 characters"):
        csv_table.read("layer,output\n" + text)


def test_the_first_columns_are_those_of_the_paper() -> None:
    header, image, conv1, *_ = csv_table.write(load_preset("table1")).splitlines()
    assert header.startswith(
        "layer name/type,output size,filter size/stride,depth,s1x1,e1x1,e3x3,"
        "s1x1 sparsity,e1x1 sparsity,e3x3 sparsity,# bits,#parameter before pruning,#parameter after pruning,"
    )
    assert image.startswith("input image,227x227x3,")
    assert conv1.startswith("conv1,111x111x96,7x7/2 (x96),1,,,,100% (7x7),,,6bit,14208,14208,conv,")


def test_a_table_that_cannot_run_is_written_and_read_all_the_same() -> None:
    table = LayerTable("n", InputShape(3, 4, 4), (Conv("c", 8, 9), Fire("f", 1, 2, 3)))
    assert csv_table.read(csv_table.write(table)).table == table


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


def test_columns_that_are_not_known_are_named_in_a_note() -> None:
    read = csv_table.read("layer,output,colour,params\ninput,8x8x3,red,\nprob,,,\n")
    assert read.notes == ("not known, so left out: “colour”",)


def test_cells_that_a_layer_has_no_use_for_are_told_and_left_out() -> None:
    read = csv_table.read(
        "layer,output,filter,s1x1,e1x1,e3x3,padding,ceil,bypass\ninput,8x8x3\nf,,1x1/1,1,2,3,1,false,none\n"
        "softmax,,3x3/2\n"
    )
    assert read.table.layers == (Fire("f", 1, 2, 3), Softmax("softmax"))
    assert read.notes == (
        "line 3: f filter: “1x1/1” says nothing of a fire layer, so left out",
        "line 3: f padding: “1” says nothing of a fire layer, so left out",
        "line 4: softmax filter: “3x3/2” says nothing of a softmax layer, so left out",
    )


def test_a_dropout_with_two_shares_keeps_that_of_its_own_column_and_says_so() -> None:
    read = csv_table.read(
        "layer,output,filter,p\ninput,8x8x3\ndropout1,,50%,0.3\ndropout2,,7%,0.07\ndropout3,,nothing,20%\n"
    )
    assert read.table.layers == (Dropout("dropout1", 0.3), Dropout("dropout2", 0.07), Dropout("dropout3", 0.2))
    assert read.notes == (
        "line 3: dropout1 filter: “50%” is left out, as p says “0.3”",
        "line 5: dropout3 filter: “nothing” is left out, as p says “20%”",
    )


def test_a_note_says_where_bits_mean_nothing() -> None:
    read = csv_table.read("layer,output,# bits\ninput,8x8x3,\nprob,,6bit\n")
    assert read.notes == ("line 3: prob # bits: “6bit” says nothing of a softmax layer, so left out",)


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
