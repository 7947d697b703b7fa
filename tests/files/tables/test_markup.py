"""Tables pasted as Markdown and LaTeX: ours read back to the same network, and those of others are understood."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bounds import at_most
from hypothesis import given
from hypothesis import strategies as st
from strategies import tables

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.clipboard.blocks import Block
from squeezeviz.files.clipboard.pasting import paste
from squeezeviz.files.opened import Read
from squeezeviz.files.presets import PRESET_IDS, load_preset
from squeezeviz.files.registry import read_file, to_text
from squeezeviz.files.tables import latex_table, markdown_table
from squeezeviz.files.tables.numbers_table import render
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, Layer, MaxPool
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import plain

READERS: dict[str, Callable[[str, str], Read]] = {"markdown": markdown_table.read, "latex": latex_table.read}
EMPTY = LayerTable("empty", InputShape(), ())


def said(layer: Layer) -> Layer:
    """The layer as far as columns can say it: not whether a ReLU would follow a convolution that is not there."""
    if isinstance(layer, Fire) and layer.bypass is not Bypass.COMPLEX:
        return replace(layer, bypass_relu=True)
    return layer


@pytest.mark.parametrize("form", READERS)
@given(table=tables())
def test_what_we_write_reads_back_to_the_same_network(form: str, table: LayerTable) -> None:
    read = READERS[form](render(resolve(table), form), table.name)
    assert read.table.input == table.input
    expected = [said(layer) for layer in table.layers]
    for one, other in zip(read.table.layers, expected, strict=True):
        assert replace(one, name=other.name) == other
        assert one.name == other.name or plain(other.name) != other.name  # marks that steer text are spelt out


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("preset", PRESET_IDS)
def test_presets_read_back_without_a_note(form: str, preset: str) -> None:
    table = load_preset(preset)
    read = READERS[form](to_text(table, form), table.name)
    assert read.notes == ()
    assert read.table == table


@pytest.mark.parametrize("form", READERS)
def test_a_type_column_stands_there_only_where_names_do_not_tell(form: str) -> None:
    table = load_preset("table1")
    assert "global" not in to_text(table, form)
    odd = replace(table, layers=(*table.layers[:1], AvgPool("fire", 3, 2), *table.layers[2:]))
    assert "avgpool" in to_text(odd, form)
    assert READERS[form](to_text(odd, form), table.name).table == odd


README = """\
# A network

| file | what |
|------|------|
| a.py | code |

> The network:
>
> ```markdown
> | **Layer name/type** | Output size | `filter size`/stride | s<sub>1x1</sub> | *e1x1* | e3x3 | Params |
> | :-- | :--: | --- | --: | --: | --: | --: |
> | input image | 224x224x3 |
> | `conv1` | 111×111×64 | 3x3/2 (x64) | | | | 1,792 |
> | maxpool1 | 55 &times; 55 &times; 64 | $3 \\times 3$ / 2 | — | — | — | 0 |
> | **fire\\_2** | [55x55x128](https://example.org) | | 16 | 64 | **64** | 11,408 |
> | drop\\|out<br> | | ~~50%~~ | | | | |
> ```

| another | table |
|---|---|
"""

PAPER = r"""
\documentclass{article}
% \begin{tabular}{ll} layer & output \\ \end{tabular}
\begin{table*}[t]\centering\caption{The network \label{t}}
\begin{tabular}{|l|l|c|*{3}{r}|r|}
  \hline
  \multirow{2}{*}{\textbf{layer}} & \multicolumn{1}{c|}{\bf output} & \textit{filter size/} &
  \multicolumn{3}{c|}{Fire} & \# params \\ \cmidrule(lr){4-6}
  & size & stride & $s_{1\times1}$ & $e_{1\times 1}$ & $e_{3x3}$ & \\[2pt] \hline\hline
  input image & $224\times224\times3$ & & & & & \\ % the picture
  \rowcolor{gray!10} \texttt{conv1} & 111$\times$111$\times$64 & $3\times3/2$ ($\times64$) & & & & 1{,}792 \\
  maxpool1 & 55x55x64 & 3$\,\times\,$3~/~2 &--&--&--& 0 \\
  \multicolumn{7}{|c|}{\emph{Fire modules}} \\ \midrule
  fire\_2 & $55 \times 55 \times 128$ & & 16 & 64 & \textcolor{red}{64} & 11\,408 \\
  R\&D drop & & 50\% & & & & \\
  & & & & & & $13{,}200$ (total) \\
  \bottomrule
\end{tabular}
\end{table*}
"""

BOTH = (Conv("conv1", 64, 3, 2), MaxPool("maxpool1"), Fire("fire_2", 16, 64, 64))


def test_a_table_in_a_readme_is_found_among_others_and_read() -> None:
    read = markdown_table.read(README, "net")
    assert read.table == LayerTable("net", InputShape(3, 224, 224), (*BOTH, Dropout("drop|out", 0.5)))
    assert read.notes == ()


def test_a_table_of_a_paper_with_a_head_of_two_rows_is_read() -> None:
    read = latex_table.read(PAPER, "net")
    assert read.table == LayerTable("net", InputShape(3, 224, 224), (*BOTH, Dropout("R&D drop", 0.5)))
    assert read.notes == ("line 13: “Fire modules” stands across all columns and is no layer, so left out",)


def test_heads_of_several_lines_in_a_cell_are_one_head() -> None:
    text = r"""\begin{tabularx}{\linewidth}{lXr}
    \makecell[l]{layer\\name/type} &
    \begin{tabular}[c]{@{}c@{}}output\\ size\end{tabular} & \shortstack{filter size\\/stride} \tabularnewline
    input & 9x9x3 & \tabularnewline prob & 9x9x3 & \tabularnewline
    \end{tabularx}"""
    assert [layer.name for layer in latex_table.read(text).table.layers] == ["prob"]


def test_what_is_assumed_is_told() -> None:
    read = markdown_table.read(
        "| layer | output | filter |\n|-|-|-|\n| input | 9x9x3 | |\n| shrink | 4x4x3 | 3x3/2 |\n"
    )
    assert read.table.layers == (MaxPool("shrink"),)
    assert read.notes == ("line 4: nothing but “3x3/2” says what shrink is; it is taken for a max pool",)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("README.md", "# Notes\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "^no table in this file is a layer table: its"),
        ("README.md", "# Notes\n\nnothing | here\n", "^there is no table in this file"),
        ("notes.txt", "| a | b |\n|---|---|\n| 1 | 2 |\n", "^no table in this file is a layer table"),
        ("a.tex", "\\documentclass{article}\\begin{document}x\\end{document}", "^there is no table in this file"),
        ("a.tex", "\\begin{tabular}" * 70, "there is no table|nested far too deeply"),
        ("a.tex", "\\begin{tabular}{l}" + "{" * 70, "nested far too deeply"),
        ("a.md", "|layer|output|filter|\n|-|-|-|\n|conv1|9x9x3|3x3/1 (x3)|\n", "no row gives the input's size"),
        ("a.md", "|layer|output|filter|\n|-|-|-|\n|input|9x9x3||\n|conv1||3x/|\n", "number of filters is missing"),
    ],
)  # fmt: skip
def test_a_document_without_a_layer_table_gets_a_sentence(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(SqueezevizError) as raised:
        read_file(tmp_path / name)
    assert re.search(sentence, raised.value.message)
    assert raised.value.place.file == str(tmp_path / name)


@pytest.mark.parametrize("held", ["toml", "json", "csv", "tsv", "markdown", "latex"])
@pytest.mark.parametrize("suffix", [".json", ".txt", ".md", ".toml", ".tex", ".csv"])
def test_a_table_opens_whatever_its_file_is_named(tmp_path: Path, held: str, suffix: str) -> None:
    table = load_preset("table1")
    (tmp_path / f"net{suffix}").write_text(to_text(table, held))
    opened = read_file(tmp_path / f"net{suffix}")
    assert (opened.format, opened.table.layers) == (held, table.layers)


def test_tables_of_documents_are_pasted_into_the_window_s_table() -> None:
    loose = (
        "  fire2 & 55x55x128 & & 2 & 16 & 64 & 64 \\\\\n  maxpool4 & 27x27x128 & 3$\\times$3/2 & 0 & & & \\\\ \\hline\n"
    )
    bars = "| fire2 | 55x55x128 | | 2 | 16 | 64 | 64 |\n| maxpool4 | 27x27x128 | 3×3/2 | 0 | | | |\n"
    for text in (loose, bars):
        assert _pasted(text).layers == (Fire("fire2", 16, 64, 64), MaxPool("maxpool4"))
    assert _pasted(PAPER).layers == (*BOTH, Dropout("R&D drop", 0.5))
    assert _pasted(to_text(load_preset("table1"), "latex")).layers == load_preset("table1").layers


def _pasted(text: str) -> LayerTable:
    displayed = COLUMNS[: COLUMNS.index(Column.E3X3) + 1]
    return paste(resolve(EMPTY), text, Block(range(-1, 0), (Column.NAME,)), displayed).table


PIECES = [
    "|",
    "|-",
    "*",
    "`",
    "&",
    "\\",
    "[",
    "![](",
    "$",
    "~",
    "{",
    "\\begin{tabular}",
    "\\multirow[",
    "%",
    "a ",
    "\\\\",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("form", READERS)
def test_a_large_text_of_one_piece_is_read_in_time(form: str, piece: str) -> None:
    heads = {
        "markdown": "| layer | output | filter |\n|-|-|-|\n| input | 9x9x3 | |\n| prob |",
        "latex": "\\begin{tabular}{lll}\nlayer & output & filter \\\\\ninput & 9x9x3 & \\\\\n",
    }
    for head in ("", heads[form]):
        text = head + piece * (2_000_000 // len(piece))
        with at_most(3):
            try:
                READERS[form](text, "")
            except SqueezevizError as error:
                assert len(str(error)) < 600


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        (r"16\,200", "parameters that cannot be as printed: conv1 16,200 (it has 2,688)"),
        ("16~200", "parameters that cannot be as printed: conv1 16,200 (it has 2,688)"),
        ("1~248~424", "parameters that cannot be as printed: conv1 1,248,424 (it has 2,688)"),
        ("2~688", None),
        ("16~20", "must be a whole number, not “16 20”"),
        ("1624~200", "must be a whole number, not “1624 200”"),
        (r"1~248\,424", "must be a whole number, not “1 248\u2009424”"),
        ("1~248424", "must be a whole number, not “1 248424”"),
    ],
)
def test_a_tie_groups_digits_in_threes_as_a_thin_space_does(cell: str, note: str | None) -> None:
    """TeX keeps what `~` joins on one line, as a number is; any other grouping is none."""
    text = rf"""\begin{{tabular}}{{lll}}
name & output size & filter size & parameters \\
input & 224x224x3 & & \\
conv1 & 111x111x96 & 3x3/2 (x96) & {cell} \\
\end{{tabular}}
"""
    notes = READERS["latex"](text, "").notes
    assert notes == () if note is None else note in notes[-1]


@pytest.mark.parametrize("between", ["~", r"\,", ",", ""])
def test_filters_are_grouped_alike_whatever_stands_between(between: str) -> None:
    text = rf"""\begin{{tabular}}{{lllll}}
name & output size & s1x1 & e1x1 & e3x3 \\
input & 224x224x3 & & & \\
fire2 & & 16 & 64 & 1{between}024 \\
\end{{tabular}}
"""
    (row,) = READERS["latex"](text, "").table.layers
    assert isinstance(row, Fire)
    assert row.e3x3 == 1024


@given(st.text(st.sampled_from("|-\\&{}[]$%*_`~ \nab1x/<>()"), max_size=60), st.sampled_from(sorted(READERS)))
def test_any_cells_are_read_or_get_a_sentence(text: str, form: str) -> None:
    table = {"markdown": f"| layer | output |\n|-|-|\n| input | 9x9x3 |\n|{text}|", "latex": ""}[form]
    text = table or f"\\begin{{tabular}}{{ll}}layer&output\\\\input&9x9x3\\\\{text}\\\\\\end{{tabular}}"
    try:
        READERS[form](text, "")
    except SqueezevizError as error:
        assert "\n" not in str(error)
