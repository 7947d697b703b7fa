"""Marks and formulas beside numbers, text that is commented out, and layers that are not ours: nothing is guessed."""

from __future__ import annotations

import re

import pytest
from bounds import at_most

from squeezeviz.files.opened import Read
from squeezeviz.files.tables import csv_table, latex_table, markdown_table
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Fire

HEADS = ("layer", "output size", "filter size/stride", "s1x1", "e1x1", "e3x3")
FIRE = ("fire2", "55x55x128", "", "16", "64", "64")
ROWS = (("input", "224x224x3"), ("conv1", "111x111x64", "3x3/2 (x64)"), ("maxpool1", "55x55x64", "3x3/2"), FIRE)


def latex(rows: tuple[tuple[str, ...], ...] = ROWS, heads: tuple[str, ...] = HEADS) -> str:
    lines = [" & ".join((*row, *[""] * (len(heads) - len(row)))) + r" \\" for row in (heads, *rows)]
    return "\n".join((r"\begin{tabular}{llllll}", *lines, r"\end{tabular}", ""))


def markdown(rows: tuple[tuple[str, ...], ...] = ROWS, heads: tuple[str, ...] = HEADS) -> str:
    lines = ["| " + " | ".join((*row, *[""] * (len(heads) - len(row)))) + " |" for row in (heads, *rows)]
    return "\n".join((lines[0], "|-" * len(heads) + "|", *lines[1:], ""))


WRITERS = {"latex": latex, "markdown": markdown}


def read(form: str, text: str) -> Read:
    return latex_table.read(text, "net") if form == "latex" else markdown_table.read(text, "net")


def with_cell(form: str, row: int, column: int, cell: str) -> str:
    rows = [[*each, *[""] * (6 - len(each))] for each in ROWS]
    rows[row][column] = cell
    return WRITERS[form](tuple(map(tuple, rows)))


BOTH = (
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
REFUSED = [(form, cell) for form in WRITERS for cell in BOTH] + [
    *(("latex", cell) for cell in LATEX),
    *(("markdown", cell) for cell in MARKDOWN),
]


@pytest.mark.parametrize(("form", "cell"), REFUSED)
def test_a_number_with_a_mark_or_a_formula_is_refused(form: str, cell: str) -> None:
    with pytest.raises(SqueezevizError) as raised:
        read(form, with_cell(form, 3, 3, cell))
    assert (raised.value.place.row, raised.value.place.column) == ("fire2", "s1x1")
    assert raised.value.place.line == 6


@pytest.mark.parametrize("form", WRITERS)
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


@pytest.mark.parametrize("form", WRITERS)
def test_headings_and_thousands_are_read_as_before(form: str) -> None:
    heads = (*HEADS[:3], "s$_{1x1}$", r"$e_{1\times 1}$", "e$_{3x3}$", "params")
    rows = (*ROWS[:3], (*FIRE, "$11{,}408$"))
    read_back = read(form, WRITERS[form](rows, heads))
    assert (read_back.table.layers[-1], read_back.notes) == (Fire("fire2", 16, 64, 64), ())
    rows = (*ROWS[:3], (*FIRE, r"$11\,408$"))
    assert read(form, WRITERS[form](rows, heads)).notes == ()


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
    hidden = HIDDEN[kind].replace("%s", WRITERS[form](OTHER))
    both = read(form, f"{hidden}\n{WRITERS[form]()}")
    assert (both.table, both.notes) == (read(form, WRITERS[form]()).table, ())
    with pytest.raises(SqueezevizError, match="commented out") as raised:
        read(form, hidden)
    assert raised.value.place.line is not None and 2 <= raised.value.place.line <= 4


def test_what_follows_the_document_is_not_read() -> None:
    document = f"\\begin{{document}}\n{latex()}\\end{{document}}\n"
    assert read("latex", document + latex((("deconv", "9x9x3"),))) == read("latex", latex())
    with pytest.raises(SqueezevizError, match="commented out"):
        read("latex", "\\end{document}\n" + latex())


def test_a_commented_row_is_left_out_and_those_below_it_stay_on_their_lines() -> None:
    lines = markdown().splitlines()
    for hidden in ("<!-- | drop | | 50% | -->", "<!--\n| drop | | 50% |\n\n-->", "> <!-- a -->"):
        for at in (2, 4, 5):
            text = "\n".join((*lines[:at], hidden, *lines[at:]))
            assert read("markdown", text) == read("markdown", markdown())
    broken = "\n".join((*lines[:4], "<!--\n| drop | | 50% |\n-->", *lines[4:])).replace("| 16 |", "| 1z |")
    with pytest.raises(SqueezevizError) as raised:
        read("markdown", broken)
    assert raised.value.place.line == 9


def test_what_only_looks_like_a_comment_is_printed() -> None:
    assert read("markdown", f"Write `<!--` first.\n\n{markdown()}\n`-->`\n") == read("markdown", markdown())
    assert read("markdown", f"It is <!-- open\n\n{markdown()}") == read("markdown", markdown())
    assert read("latex", "% \\begin{comment}\n\\\\iffalse \\%\n" + latex()) == read("latex", latex())


@pytest.mark.parametrize(
    ("form", "piece"),
    [
        ("latex", "\\iffalse"), ("latex", "\\iffalse\\fi "), ("latex", "\\begin{comment}"), ("latex", "\\fi"),
        ("latex", "\\begin{verbatim}\\end{verbatim}"), ("latex", "\\x"), ("latex", "^"), ("latex", "{}"),
        ("markdown", "<!--"), ("markdown", "<!---->"), ("markdown", "\n<!-- -->"), ("markdown", "`"),
        ("markdown", "a<!-- "),
    ],
)  # fmt: skip
def test_many_hidden_pieces_are_read_in_time(form: str, piece: str) -> None:
    for text in (piece * (400_000 // len(piece)) + WRITERS[form](), WRITERS[form]() + piece * (400_000 // len(piece))):
        with at_most(5):
            try:
                read(form, text)
            except SqueezevizError as error:
                assert len(str(error)) < 600


@pytest.mark.parametrize(
    "name",
    ["deconv2", "dwconv2", "conv2 group 2", "conv2 (dilation 2)", "conv_dw2", "conv2 (groups=2)", "conv2 rate 2"],
)
@pytest.mark.parametrize("form", ["latex", "markdown", "csv"])
def test_a_convolution_that_is_none_of_ours_gets_a_note(form: str, name: str) -> None:
    rows = (*ROWS, (name, "55x55x64", "3x3/1 (x64)"))
    notes = read_any(form, rows, HEADS).notes
    assert any(re.search(f"{re.escape(name)}. is read as a plain convolution", note) for note in notes)


@pytest.mark.parametrize("name", ["conv2", "conv_group", "conv10", "downconv", "stage2_conv"])
def test_a_convolution_of_ours_gets_no_note(name: str) -> None:
    assert read_any("csv", (*ROWS, (name, "55x55x64", "1x1/1 (x64)")), HEADS).notes == ()


@pytest.mark.parametrize("form", ["latex", "markdown", "csv"])
@pytest.mark.parametrize(
    ("head", "cell"), [("groups", "2"), ("Dilation", "2x2"), ("e5x5", "32"), ("dilation rate", "4")]
)
def test_what_no_layer_has_is_refused_with_its_row(form: str, head: str, cell: str) -> None:
    with pytest.raises(SqueezevizError) as raised:
        read_any(form, (*ROWS[:3], (*FIRE, cell)), (*HEADS, head))
    assert (raised.value.place.row, raised.value.place.column) == ("fire2", head)
    for nothing in ("", "—", "1" if head != "e5x5" else "0"):
        read_any(form, (*ROWS[:3], (*FIRE, nothing)), (*HEADS, head))


def read_any(form: str, rows: tuple[tuple[str, ...], ...], heads: tuple[str, ...]) -> Read:
    if form != "csv":
        return read(form, WRITERS[form](rows, heads))
    return csv_table.read("\n".join(",".join(row) for row in (heads, *rows)), "net")
