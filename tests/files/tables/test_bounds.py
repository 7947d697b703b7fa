"""Every reader of text takes time in proportion to the text, whatever repeats in it; far too much is refused.

Time is of the processor. What is not in proportion takes minutes for these texts, not a second more. Files as large as
any may be are in `tests/files/test_hostile.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bounds import at_most

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files import registry
from squeezeviz.files.clipboard.blocks import Block
from squeezeviz.files.clipboard.pasting import paste
from squeezeviz.files.presets import load_preset
from squeezeviz.files.tables import csv_table, json_table, latex_table, markdown_table, toml_table
from squeezeviz.files.tables.printed_numbers import MOST_MENDED
from squeezeviz.model.errors import SqueezevizError

SIZE = 60_000
"""Characters, nearly as many as a cell may have."""


def pasted(text: str) -> object:
    return paste(resolve(load_preset("table1")), text, Block(range(2, 3), (Column.NAME,)), COLUMNS)


READERS: dict[str, Callable[[str], object]] = {
    "toml": toml_table.read, "json": json_table.read, "csv": csv_table.read, "latex": latex_table.read,
    "markdown": markdown_table.read, "the clipboard": pasted,
}  # fmt: skip
HEADS = {
    "toml": 'format = "squeezeviz"\nversion = 1\nx = ',
    "json": '{"format": "squeezeviz", "version": 1, "layer": [',
    "csv": "layer,output,filter,s1x1,e1x1,e3x3,bits,s1x1 kept\ninput,9x9x3\nprob,",
    "latex": "\\begin{tabular}{llllllll}\nlayer & output & filter & s1x1 & e1x1 & e3x3 & bits & s1x1 kept \\\\\n"
    "input & 9x9x3 \\\\\nprob & ",
    "markdown": "| layer | output | filter | s1x1 | e1x1 | e3x3 | bits | s1x1 kept |\n|-|-|-|-|-|-|-|-|\n"
    "| input | 9x9x3 |\n| prob | ",
    "the clipboard": "layer\toutput\tfilter\ts1x1\te1x1\te3x3\tbits\ts1x1 kept\nprob\t",
}
PIECES = {
    "toml": ("1,", "[", "{a=", "a.", '"', "'", '"""', "#\n", "\\", '"\\"', "[[layer]]\n", "a=1\n", " ", "{a={b=1}},"),
    "json": ("[],", '"', '"",', "{}", '{"a":1},', "1,", "[", ",", "\\", '{"a":', " "),
    "csv": (",", '"', '"a\n",', '"\n",', "a,", "a\n\n", "\n", "layer,output\ninput,9x9x3\n", ",layer,s1x1\n", " "),
    "latex": (
        "&", "\\", "$", "~", "{", "{}", "^", "%", "(", "[", "-", "a ", "\\\\", "\\x", "\\multirow[", "\\cite[", "\\fi",
        "\\iffalse", "\\iffalse\\fi ", "\\begin{comment}", "\\begin{verbatim}\\end{verbatim}", "\\begin{tabular}",
        "\\begin{tabular}{l}\\end{tabular}", "\\caption{", "\\endhead \\\\", "\\multicolumn{99}{c}{1}&", "$1^2$",
        "\\textsuperscript{} ", "$^ $", "\\end{tabular}\\begin{tabular}{ll}layer&filter\\\\a&1x1/1 (x3)\\\\",
    ),
    "markdown": (
        "|", "|-", "*", "`", "&", "\\", "[", "![](", "$", "$a$", "~", "<!--", "<!---->", "\n<!-- -->", "a<!-- ", "a ",
        "`a``b```", "<sup> ", "<br>", "&amp;", "***a", "[a](", "\n|-|-|", "\n\n", "\n\n|layer|s1x1|\n|-|-|\n|a|1|",
    ),
    "the clipboard": ("\t", '"\t', ",", "x 1x1x1 ", "a\n", "|", "&", "\\\\\n", " ", "24\n", "fire2\t\t1\n", "1x", "(a"),
}  # fmt: skip


def read_or_refused(form: str, text: str) -> None:
    try:
        assert READERS[form](text)
    except SqueezevizError as error:
        assert len(str(error)) < 600


@pytest.mark.parametrize(("form", "piece"), [(form, piece) for form, pieces in PIECES.items() for piece in pieces])
def test_a_text_of_one_piece_takes_time_in_proportion(form: str, piece: str) -> None:
    many = piece * (SIZE // len(piece))
    with at_most(2):
        for text in (many, HEADS[form] + many):
            read_or_refused(form, text)


@pytest.mark.parametrize("begins", ["layer", "input", "input_shape", "[[", "[[layer", "format", "{", "|"])
@pytest.mark.parametrize("blank", [" ", "\n", "\t\n"])
def test_what_a_file_is_is_found_in_time_whatever_stands_between_its_words(
    tmp_path: Path, begins: str, blank: str
) -> None:
    path = tmp_path / "some.txt"
    path.write_text(begins + blank * SIZE)
    with at_most(1), pytest.raises(SqueezevizError):
        registry.read_file(path)


@pytest.mark.parametrize(
    "field", ['["' + " " * SIZE + '"]', "x = [" + f"{'1' * 4290}, " * 200 + f"{'1' * 5000}]"], ids=["header", "digits"]
)
def test_where_a_toml_is_wrong_is_found_in_time(field: str) -> None:
    with at_most(1), pytest.raises(SqueezevizError, match="line 3"):
        toml_table.read(f'format = "squeezeviz"\nversion = 1\n{field}\n')


CELLS = ("1{}y", "3x3/1{}y", "simple bypass{}y", "1{}%{}(1", "{}x{}x", "[1{}, 2{}", "({}total", "-{}bits")
SEPARATORS = {"csv": ",", "latex": " & ", "markdown": " | ", "the clipboard": "\t"}


@pytest.mark.parametrize("content", CELLS)
@pytest.mark.parametrize("form", SEPARATORS)
def test_a_cell_of_blanks_takes_no_longer_than_one_of_letters(form: str, content: str) -> None:
    """Wherever it stands. A pattern that tries each blank with each other would take a minute."""
    content = content.replace("{}", " " * (100_000 // content.count("{}")))
    end = " \\\\" if form == "latex" else ""
    with at_most(3):
        for before in range(8):
            for name in ("a", ""):
                cells = [name, *[""] * before, content]
                head = HEADS[form].rpartition("\n")[0]
                read_or_refused(form, f"{head}\n{SEPARATORS[form].join(cells)}{end}\n")


@pytest.mark.parametrize("content", CELLS)
@pytest.mark.parametrize("column", [Column.S1X1, Column.E3X3_KEPT, Column.BITS, Column.BYPASS])
def test_a_cell_of_blanks_is_pasted_no_later(column: Column, content: str) -> None:
    content = content.replace("{}", " " * (100_000 // content.count("{}")))
    with at_most(2), pytest.raises(SqueezevizError):
        paste(resolve(load_preset("table1")), content, Block(range(2, 3), (column,)), (column,))


MANY_ROWS = 1_500
WRONG = {
    "each size by itself": "a{n},{side}x{side}x4,17x17/1 (x4) pad 8,,,,,,\n",
    "sizes that follow from one another": "a{n},65x65x4,1x1/1 (x4),,,,,,\n",
    "each size, of a pool": "pool{n},{side}x{side}x4,33x33/1 pad 16,,,,,,\n",
    "each size, of a padding": "a{n},62x62x4,3x3/1 (x4) pad 1,,,,,,\nb{n},,1x1/1 (x4),,,,,,\n",
    "each count after pruning": "a{n},,,4,4,4,30%,30%,90\n",
}


@pytest.mark.parametrize("what", [*WRONG, "the last of all sizes"])
def test_thousands_of_wrong_numbers_are_named_in_time(what: str) -> None:
    rows = [WRONG.get(what, "a{n},,1x1/1 (x4),,,,,,\n").format(n=n, side=20 + n % 2) for n in range(MANY_ROWS)]
    head = "layer,output,filter,s1x1,e1x1,e3x3,s1x1 kept,e3x3 kept,#parameter after pruning\ninput,64x64x3\n"
    with at_most(5):
        read = csv_table.read(head + "".join(rows) + ("b,63x63x4,1x1/1 (x4),,,,,,\n" if what not in WRONG else ""))
    assert len(read.notes) >= (MANY_ROWS if what.startswith("each") else 1)
    mended = sum("gives what is printed" in note or " follows from " in note for note in map(str, read.notes))
    assert mended <= MOST_MENDED, "of each further one no more is said than that it is wrong"


ROW_WITHOUT_AN_END = "more than 1,000,000 characters|more than 131,072 characters"


@pytest.mark.parametrize(
    ("form", "text", "sentence"),
    [
        ("csv", "layer,output\n" + "," * 2_000_000, ROW_WITHOUT_AN_END),
        ("csv", "layer,output\n" + '"' * 2_000_001, ROW_WITHOUT_AN_END),
        ("csv", "layer,output\n" + '"a\n",' * 500_000, ROW_WITHOUT_AN_END),
        ("csv", "layer,output\n" + '"\n",' * 500_000, ROW_WITHOUT_AN_END),
        ("csv", "layer,output\ninput,9x9x3\n" * 2_001, "more than 2,000 tables"),
        ("markdown", "|a|b|\n|-|-|\n|1|2|\n\n" * 2_001, "more than 2,000 tables"),
        ("markdown", HEADS["markdown"] + "<!---->" * 200_001, "200,001 comments in it"),
        ("markdown", HEADS["markdown"] + "x" * 140_000, "more than 131,072 characters"),
        ("latex", HEADS["latex"] + "x" * 140_000, "more than 131,072 characters"),
        ("latex", HEADS["latex"] + "{}" * 200_001, "far more LaTeX in it than a layer table"),
        ("json", "[" + "[]," * 200_001, "far more in it than a layer table"),
        ("json", "[" + "1," * 1_000_001, "far more in it than a layer table"),
        ("toml", "x = [" + "1," * 250_001, "more than 500,000 characters"),
        ("toml", "x = [" + "1,\n" * 130_000, "far more in it than a layer table"),
        ("toml", 'x = """' + "\\t\n" * 200_000, "far more in it than a layer table"),
        ("the clipboard", "a" * 1_000_001, "up to 5,000 rows and 1,000,000 characters can be pasted"),
        ("the clipboard", "\n" * 5_001, "up to 5,000 rows and 1,000,000 characters can be pasted"),
    ],
    ids=lambda given: given[:20] if isinstance(given, str) else None,
)  # fmt: skip
def test_far_more_than_a_table_has_is_refused(form: str, text: str, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence):
        READERS[form](text)
