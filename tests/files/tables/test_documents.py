"""Tables in Markdown and LaTeX as others write them: found, understood, and nothing in them guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.clipboard.blocks import Block
from squeezeviz.files.clipboard.pasting import paste
from squeezeviz.files.opened import Read
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import read_file, to_text
from squeezeviz.files.tables import csv_table, latex_table, markdown_table
from squeezeviz.model.errors import Note, SqueezevizError
from squeezeviz.model.layers import Conv, Dropout, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

READERS: dict[str, Callable[[str, str], Read]] = {"latex": latex_table.read, "markdown": markdown_table.read}
EMPTY = LayerTable("empty", InputShape(), ())
Rows = tuple[tuple[str, ...], ...]

HEADS = ("layer", "output size", "filter size/stride", "s1x1", "e1x1", "e3x3")
FIRE = ("fire2", "55x55x128", "", "16", "64", "64")
ROWS: Rows = (("input", "224x224x3"), ("conv1", "111x111x64", "3x3/2 (x64)"), ("maxpool1", "55x55x64", "3x3/2"), FIRE)


def read(form: str, text: str) -> Read:
    return csv_table.read(text, "net") if form == "csv" else READERS[form](text, "net")


def written(form: str, rows: Rows = ROWS, heads: tuple[str, ...] = HEADS) -> str:
    whole = [(*row, *[""] * (len(heads) - len(row))) for row in (heads, *rows)]
    if form == "csv":
        return "\n".join(map(",".join, whole))
    if form == "latex":
        lines = [" & ".join(row) + r" \\" for row in whole]
        return "\n".join((r"\begin{tabular}{llllll}", *lines, r"\end{tabular}", ""))
    bars = [f"| {' | '.join(row)} |" for row in whole]
    return "\n".join((bars[0], "|-" * len(heads) + "|", *bars[1:], ""))


def with_cell(form: str, row: int, column: int, cell: str) -> str:
    rows = [[*each, *[""] * (6 - len(each))] for each in ROWS]
    rows[row][column] = cell
    return written(form, tuple(map(tuple, rows)))


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


ACROSS = Note("line 13: “Fire modules” stands across all columns and is no layer, so left out")


@pytest.mark.parametrize(
    ("form", "text", "last", "notes"),
    [("markdown", README, "drop|out", ()), ("latex", PAPER, "R&D drop", (ACROSS,))],
    ids=["of a readme, among others", "of a paper, with a head of two rows"],
)
def test_the_table_of_a_document_is_found_and_read(form: str, text: str, last: str, notes: tuple[Note, ...]) -> None:
    found = read(form, text)
    assert found.table == LayerTable("net", InputShape(3, 224, 224), (*BOTH, Dropout(last, 0.5)))
    assert found.notes == notes


def test_heads_of_several_lines_in_a_cell_are_one_head() -> None:
    text = r"""\begin{tabularx}{\linewidth}{lXr}
    \makecell[l]{layer\\name/type} &
    \begin{tabular}[c]{@{}c@{}}output\\ size\end{tabular} & \shortstack{filter size\\/stride} \tabularnewline
    input & 9x9x3 & \tabularnewline prob & 9x9x3 & \tabularnewline
    \end{tabularx}"""
    assert [layer.name for layer in read("latex", text).table.layers] == ["prob"]


def test_what_is_assumed_is_told() -> None:
    found = read("markdown", "| layer | output | filter |\n|-|-|-|\n| input | 9x9x3 | |\n| shrink | 4x4x3 | 3x3/2 |\n")
    assert found.table.layers == (MaxPool("shrink"),)
    assert found.notes == (Note("line 4: nothing but “3x3/2” says what shrink is; it is taken for a max pool"),)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("README.md", "# Notes\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "^no table in this file is a layer table: its"),
        ("README.md", "# Notes\n\nnothing | here\n", "^there is no table in this file"),
        ("README.md", "# A network\n\n```python\nimport torch\n```\n", "^there is no table in this file"),
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


# --- cells


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        (r"16\,200", "parameters that cannot be as printed: conv1 16,200 (it has 1,792)"),
        ("16~200", "parameters that cannot be as printed: conv1 16,200 (it has 1,792)"),
        ("1~248~424", "parameters that cannot be as printed: conv1 1,248,424 (it has 1,792)"),
        ("1~792", None),
        ("16~20", "must be a whole number, not “16 20”"),
        ("1624~200", "must be a whole number, not “1624 200”"),
        (r"1~248\,424", "must be a whole number, not “1 248\u2009424”"),
        ("1~248424", "must be a whole number, not “1 248424”"),
    ],
)
def test_a_tie_groups_digits_in_threes_as_a_thin_space_does(cell: str, note: str | None) -> None:
    """TeX keeps what `~` joins on one line, as a number is; any other grouping is none."""
    notes = read("latex", written("latex", (ROWS[0], (*ROWS[1], "", "", "", cell)), (*HEADS, "parameters"))).notes
    assert notes == () if note is None else note in notes[-1].text


@pytest.mark.parametrize(
    ("form", "cell"),
    [("latex", cell) for cell in ("1~024", r"1\,024", "1,024", "1024", r"\textbf{1} 024")]
    + [("markdown", "**1** 024")],
)
def test_filters_are_grouped_alike_whatever_stands_between(form: str, cell: str) -> None:
    (*_, row) = read(form, with_cell(form, 3, 5, cell)).table.layers
    assert row == Fire("fire2", 16, 64, 1024)


IN_BOTH = (
    "16$^{1}$", "$16^1$", "$16_{10}$", "$2^4$", "$4^{2}$", r"$16\pm1$", r"$16\div2$", r"$\frac{16}{2}$",
    r"$\frac{1}{6}$", r"$\frac16$", r"$\sqrt{16}$", r"$\leq16$", r"$\approx16$", r"$\stackrel{1}{6}$",
    r"$\underset{1}{6}$", "$^{1}$16", "$16^{1} 200$", r"$1\hspace{1cm}6$", r"$\tooltip{16}{20}$", "$^1$6", "$16_1$",
    r"$\sim16$", "$16$$1$", r"16\,$^{200}$", r"$16\quad200$", r"$\mathring{1}6$", r"$\binom{1}{6}$", "16$^{100}$",
    "16 $^{100}$",
)  # fmt: skip
LATEX = (
    r"16\textsuperscript{1}", r"16\rlap{1}", r"16\textrightarrow 8", r"\sout{8}16", r"\cancel{4}16",
    r"1\hspace{1cm}6", r"\tooltip{16}{20}", r"\tooltip{16} {200}", "{1}{6}", "{1} {600}", r"16\kilo",
    r"16\textsubscript{2}",
    r"\makecell{16\\200}", r"\SI{16}{1}", r"1\vspace{2pt}6", r"\xspace16", r"\textbf{1}\textbf{6}",
)  # fmt: skip
MARKDOWN = (
    "16<sup>1</sup>", "16[1](http://x)", "16![1](x.png)", "16<sub>2</sub>", "<del>8</del>16", "<s>8</s> 160",
    "~~8~~16", "16<br>200", "16`1`", "16 <sup>100</sup>", "[16](a)[20](b)", "<sup>1</sup>16", "1<b>6</b>",
)  # fmt: skip
REFUSED = [(form, cell) for form in READERS for cell in IN_BOTH] + [
    *(("latex", cell) for cell in LATEX),
    *(("markdown", cell) for cell in MARKDOWN),
]


@pytest.mark.parametrize(("form", "cell"), REFUSED)
def test_a_number_with_a_mark_or_a_formula_is_refused(form: str, cell: str) -> None:
    with pytest.raises(SqueezevizError) as raised:
        read(form, with_cell(form, 3, 3, cell))
    assert (raised.value.place.row, raised.value.place.column) == ("fire2", "s1x1")
    assert raised.value.place.line == 6


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize(
    ("row", "column", "cell"),
    [
        (0, 1, "224x224x3$^{1}$"),
        (1, 2, "3x3/2 (x8$^{1}$)"),
        (1, 2, r"$3\times3/2^2$ (x64)"),
        (0, 1, r"$2^5\times2^5\times3$"),
    ],
)
def test_sizes_and_windows_with_marks_are_refused(form: str, row: int, column: int, cell: str) -> None:
    with pytest.raises(SqueezevizError) as raised:
        read(form, with_cell(form, row, column, cell))
    assert raised.value.place.line == row + 3


@pytest.mark.parametrize(
    ("form", "cell"),
    [
        *(("latex", cell) for cell in (
            r"\textbf{16}", r"\num{16}", "$16$", r"\emph{\textbf{16}}", r"16\footnotemark[1]", r"16\tnote{1}",
            r"\textcolor{red}{16}", r"{\bf 16}", r"\mathbf{16}", r"\bfseries 16", r"\iffalse 1\fi 16", r"16\dag",
            r"\hphantom{0}16", r"\multicolumn{1}{c}{16}", "{16}", r"\underline{16}",
        )),
        *(("markdown", cell) for cell in ("**16**", "`16`", "[16](http://x)", "$16$", r"$\mathbf{16}$", "<b>16</b>")),
        ("markdown", "16<!-- 8 -->"),
    ],
)  # fmt: skip
def test_a_number_in_another_type_is_read(form: str, cell: str) -> None:
    layer = read(form, with_cell(form, 3, 3, cell)).table.layers[-1]
    assert layer == Fire("fire2", 16, 64, 64)


@given(st.text(st.sampled_from("|-\\&{}[]$%*_`~ \nab1x/<>()"), max_size=60), st.sampled_from(sorted(READERS)))
def test_any_cells_are_read_or_get_a_sentence(text: str, form: str) -> None:
    table = {"markdown": f"| layer | output |\n|-|-|\n| input | 9x9x3 |\n|{text}|", "latex": ""}[form]
    text = table or f"\\begin{{tabular}}{{ll}}layer&output\\\\input&9x9x3\\\\{text}\\\\\\end{{tabular}}"
    try:
        READERS[form](text, "")
    except SqueezevizError as error:
        assert "\n" not in str(error)


# --- what is hidden, and what is none of ours


HIDDEN = {
    "comment": "\\begin{comment}\n%s\\end{comment}\n",
    "iffalse": "\\iffalse\n\\ifx a b\\fi\n%s\\fi\n",
    "verbatim": "\\begin{verbatim}\n%s\\end{verbatim}\n",
    "lstlisting": "\\begin{lstlisting}[language=TeX]\n%s\\end{lstlisting}\n",
    "markdown": "<!--\n%s-->\n",
}
OTHER = (("input", "9x9x3"), ("conv9", "9x9x5", "1x1/1 (x5)"))


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_table_that_is_not_printed_is_not_read(kind: str) -> None:
    form = "markdown" if kind == "markdown" else "latex"
    hidden = HIDDEN[kind].replace("%s", written(form, OTHER))
    both = read(form, f"{hidden}\n{written(form)}")
    assert (both.table, both.notes) == (read(form, written(form)).table, ())
    with pytest.raises(SqueezevizError, match="commented out") as raised:
        read(form, hidden)
    assert raised.value.place.line is not None and 2 <= raised.value.place.line <= 4


def test_what_follows_the_document_is_not_read() -> None:
    document = f"\\begin{{document}}\n{written('latex')}\\end{{document}}\n"
    assert read("latex", document + written("latex", (("deconv", "9x9x3"),))) == read("latex", written("latex"))
    with pytest.raises(SqueezevizError, match="commented out"):
        read("latex", "\\end{document}\n" + written("latex"))


def test_a_commented_row_is_left_out_and_those_below_it_stay_on_their_lines() -> None:
    lines = written("markdown").splitlines()
    for hidden in ("<!-- | drop | | 50% | -->", "<!--\n| drop | | 50% |\n\n-->", "> <!-- a -->"):
        for at in (2, 4, 5):
            text = "\n".join((*lines[:at], hidden, *lines[at:]))
            assert read("markdown", text) == read("markdown", written("markdown"))
    broken = "\n".join((*lines[:4], "<!--\n| drop | | 50% |\n-->", *lines[4:])).replace("| 16 |", "| 1z |")
    with pytest.raises(SqueezevizError) as raised:
        read("markdown", broken)
    assert raised.value.place.line == 9


def test_what_only_looks_like_a_comment_is_printed() -> None:
    assert read("markdown", f"Write `<!--` first.\n\n{written('markdown')}\n`-->`\n") == read(
        "markdown", written("markdown")
    )
    assert read("markdown", f"It is <!-- open\n\n{written('markdown')}") == read("markdown", written("markdown"))
    assert read("latex", "% \\begin{comment}\n\\\\iffalse \\%\n" + written("latex")) == read("latex", written("latex"))


@pytest.mark.parametrize(
    "name",
    ["deconv2", "dwconv2", "conv2 group 2", "conv2 (dilation 2)", "conv_dw2", "conv2 (groups=2)", "conv2 rate 2"],
)
@pytest.mark.parametrize("form", [*READERS, "csv"])
def test_a_convolution_that_is_none_of_ours_gets_a_note(form: str, name: str) -> None:
    rows = (*ROWS, (name, "55x55x64", "3x3/1 (x64)"))
    notes = read(form, written(form, rows)).notes
    assert any(re.search(f"{re.escape(name)}. is read as a plain convolution", note.text) for note in notes)


@pytest.mark.parametrize("name", ["conv2", "conv_group", "conv10", "downconv", "stage2_conv"])
def test_a_convolution_of_ours_gets_no_note(name: str) -> None:
    assert read("csv", written("csv", (*ROWS, (name, "55x55x64", "1x1/1 (x64)")))).notes == ()


@pytest.mark.parametrize("form", [*READERS, "csv"])
@pytest.mark.parametrize(
    ("head", "cell"), [("groups", "2"), ("Dilation", "2x2"), ("e5x5", "32"), ("dilation rate", "4")]
)
def test_what_no_layer_has_is_refused_with_its_row(form: str, head: str, cell: str) -> None:
    with pytest.raises(SqueezevizError) as raised:
        read(form, written(form, (*ROWS[:3], (*FIRE, cell)), (*HEADS, head)))
    assert (raised.value.place.row, raised.value.place.column) == ("fire2", head)
    for nothing in ("", "—", "1" if head != "e5x5" else "0"):
        read(form, written(form, (*ROWS[:3], (*FIRE, nothing)), (*HEADS, head)))
