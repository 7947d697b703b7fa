"""What we write reads back to the same table, whatever its names; so does what other programs make of our files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.opened import Read
from squeezeviz.files.presets import FILED_IDS, load_preset, preset_ids
from squeezeviz.files.registry import to_text
from squeezeviz.files.tables import csv_table, json_table, latex_table, markdown_table, toml_table
from squeezeviz.files.tables.cell_texts import guarded, unguarded
from squeezeviz.files.tables.numbers_table import render
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer
from squeezeviz.model.plain_data import to_plain
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import plain

Way = tuple[Callable[[LayerTable], str], Callable[[str], Read]]

LOSSLESS: dict[str, Way] = {
    "toml": (toml_table.write, toml_table.read),
    "json": (json_table.write, json_table.read),
    **{f"cells between {each!r}": (lambda table, each=each: csv_table.write(table, each), csv_table.read)  # type: ignore[misc]
       for each in csv_table.DELIMITERS},
}  # fmt: skip
DOCUMENTS: dict[str, Callable[[str, str], Read]] = {"markdown": markdown_table.read, "latex": latex_table.read}


@pytest.mark.parametrize("way", LOSSLESS)
@given(table=tables())
def test_every_table_reads_back_as_it_was_written_and_without_a_note(way: str, table: LayerTable) -> None:
    write, read = LOSSLESS[way]
    assert read(write(table)) == Read(table)


NAMES = (
    "=1+1", "+1", "-1", "@SUM(A1)", "＝1", "'=1", "'", "'quoted'", " =1", "a,b", 'say "a"', "a;b", " a ", "\u00a0a",
    "total", "input image", "input", "<script>", "🔥" * 3000, "-", "n/a", "sep=;", "a\u3000", "=cmd|' /C calc'!A0",
    '=HYPERLINK("x")', '"; }', "\\input{x}", "a\\", '"""', "[[layer]]", "# no comment", '\\"# none', "'# none", "שלום",
    '[{"' * 200 + "\\",
)  # fmt: skip


@pytest.mark.parametrize("way", LOSSLESS)
def test_hostile_names_stay_names_and_no_cell_is_a_formula(way: str) -> None:
    write, read = LOSSLESS[way]
    for name in NAMES:
        table = LayerTable(name, InputShape(), (Conv(name, 8, 3, 2), Fire(f"{name}!", 1, 2, 3), GlobalAvgPool("g")))
        text = write(table)
        assert read(text) == Read(table)
        if way.startswith("cells"):
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=way[-2] if way[-2] in ",;" else "\t")
            assert not [cell for row in rows for cell in row if cell[:1] and cell[0] in "=+-@＝＋－＠"]


@given(st.text(st.one_of(st.sampled_from("'=+-@\t\r ＝|a"), st.characters()), min_size=1))
def test_a_guard_comes_off_again_and_no_spreadsheet_computes_what_is_behind_it(name: str) -> None:
    written = guarded(name)
    assert unguarded(written) == name
    assert written[0] not in "=+-@＝＋－＠\t\r\n"


@given(tables())
def test_what_other_programs_write_anew_is_the_same(table: LayerTable) -> None:
    """Excel and LibreOffice write CRLF and quotes where they like, and other programs indent JSON."""
    rows = list(csv.reader(io.StringIO(csv_table.write(table), newline="")))
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows([*rows, [""] * len(rows[0])])
    assert csv_table.read(file.getvalue()).table == table
    plain_data = json.loads(json_table.write(table))
    assert plain_data == to_plain(table)
    for indent in (None, 4):
        assert json_table.read(json.dumps(plain_data, indent=indent)).table == table


@pytest.mark.parametrize("p", [0.0, 1e-300, 0.1, 1 / 3, 0.9999999999999999])
def test_a_dropout_keeps_every_digit_and_a_table_that_cannot_run_every_row(p: float) -> None:
    table = LayerTable("n", InputShape(3, 4, 4), (Conv("c", 8, 9), Dropout("d", p)))
    assert all(read(write(table)).table == table for write, read in LOSSLESS.values())


@pytest.mark.parametrize("preset", preset_ids())
def test_presets_read_back_from_every_format_without_a_note(preset: str) -> None:
    table = load_preset(preset)
    for write, read in LOSSLESS.values():
        assert read(write(table)) == Read(table)
    for form, read_document in DOCUMENTS.items():
        assert read_document(to_text(table, form), table.name) == Read(table)


@pytest.mark.parametrize("preset", FILED_IDS)
def test_a_preset_is_written_as_its_file_is_kept(preset: str) -> None:
    kept = (files("squeezeviz.resources") / "presets" / f"{preset}.json").read_text(encoding="utf-8")
    assert json_table.write(load_preset(preset)) == kept


def test_the_first_columns_of_a_csv_file_are_those_of_the_paper_and_json_has_a_layer_a_line() -> None:
    header, image, conv1, *_ = csv_table.write(load_preset("table1")).splitlines()
    assert header.startswith(
        "layer name/type,output size,filter size/stride,depth,s1x1,e1x1,e3x3,"
        "s1x1 sparsity,e1x1 sparsity,e3x3 sparsity,# bits,#parameter before pruning,#parameter after pruning,"
    )
    assert image.startswith("input image,227x227x3,")
    assert conv1.startswith("conv1,111x111x96,7x7/2 (x96),1,,,,100% (7x7),,,6bit,14208,14208,conv,")
    lines = json_table.write(load_preset("squeezenet1_1")).splitlines()
    assert sum('"type":' in line for line in lines) == len(load_preset("squeezenet1_1").layers)
    assert '    {"name": "fire2", "type": "fire", "s1x1": 16, "e1x1": 64, "e3x3": 64},' in lines


# --- documents hold what they print


def said(layer: Layer) -> Layer:
    """The layer as far as columns can say it: not whether a ReLU would follow a convolution that is not there."""
    if isinstance(layer, Fire) and layer.bypass is not Bypass.COMPLEX:
        return replace(layer, bypass_relu=True)
    return layer


@pytest.mark.parametrize("form", DOCUMENTS)
@given(table=tables())
def test_a_document_reads_back_to_the_same_network(form: str, table: LayerTable) -> None:
    read = DOCUMENTS[form](render(resolve(table), form), table.name)
    assert read.table.input == table.input
    for one, other in zip(read.table.layers, map(said, table.layers), strict=True):
        assert replace(one, name=other.name) == other
        assert one.name == other.name or plain(other.name) != other.name  # marks that steer text are spelt out


@pytest.mark.parametrize("form", DOCUMENTS)
def test_a_type_column_stands_there_only_where_names_do_not_tell(form: str) -> None:
    table = load_preset("table1")
    assert "global" not in to_text(table, form)
    odd = replace(table, layers=(*table.layers[:1], AvgPool("fire", 3, 2), *table.layers[2:]))
    assert "avgpool" in to_text(odd, form)
    assert DOCUMENTS[form](to_text(odd, form), table.name).table == odd
