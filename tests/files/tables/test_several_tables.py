"""Several tables in one document: parts of one network are joined, other networks are named with their lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from places import CASES

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.clipboard.blocks import Block
from squeezeviz.files.clipboard.pasting import paste
from squeezeviz.files.opened import Opened
from squeezeviz.files.registry import read_file
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import InputShape, LayerTable

Cells = list[list[str]]

STEM = [
    ["layer", "output size", "filter size / stride"],
    ["input", "63x63x3", ""],
    ["stem", "31x31x8", "3x3/2 (x8)"],
]
MODULE = [
    ["layer", "filter size / stride", "s1x1", "e1x1", "e3x3"],
    ["glow2", "", "4", "8", "8"],
    ["maxpool2", "3x3/2", "", "", ""],
]
END = [["layer", "filter size / stride"], ["head", "1x1/1 (x5)"], ["avgpool", "15x15/1"]]
JOINED = ["stem", "glow2", "maxpool2", "head", "avgpool"]


def markdown(table: Cells) -> str:
    lines = [f"| {' | '.join(row)} |" for row in table]
    return "\n".join([lines[0], "|" + " --- |" * len(table[0]), *lines[1:], ""])


def bare_markdown(table: Cells) -> str:
    """Without bars at both ends."""
    lines = [" | ".join(cell or " " for cell in row) for row in table]
    return "\n".join([lines[0], " | ".join(["---"] * len(table[0])), *lines[1:], ""])


def separated(table: Cells, delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\n" for row in table)


def latex(table: Cells) -> str:
    rows = "".join(" & ".join(row) + " \\\\\n" for row in table)
    return f"\\begin{{tabular}}{{lllll}}\n\\toprule\n{rows}\\end{{tabular}}\n"


FORMS: dict[str, Callable[[Cells], str]] = {
    "md": markdown,
    "markdown": bare_markdown,
    "csv": separated,
    "tsv": lambda table: separated(table, "\t"),
    "tex": latex,
    "txt": lambda table: separated(table, ";"),
}


def opened(folder: Path, suffix: str, text: str) -> Opened:
    path = folder / f"network.{suffix}"
    path.write_text(text)
    return read_file(path)


def names(found: Opened) -> list[str]:
    return [layer.name for layer in found.table.layers]


def numbers(found: Opened) -> tuple[int, int]:
    network = resolve(found.table)
    return network.parameters.value, network.depth.value


def with_input(table: Cells, size: str) -> Cells:
    """The table with an output column, and a row for the input."""
    if "output size" not in table[0]:
        table = [[row[0], "output size" if not number else "", *row[1:]] for number, row in enumerate(table)]
    return [table[0], ["input", size, *[""] * (len(table[0]) - 2)], *table[1:]]


def test_a_network_told_in_three_steps_is_one() -> None:
    found = read_file(CASES / "01_three_tables.md")
    assert (names(found), numbers(found)) == (JOINED, (681, 4))
    assert found.notes == ("the tables on lines 3, 10 and 17 are read as parts of one network",)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("between", ["\n", "\n\n\n"])
@pytest.mark.parametrize(
    ("module", "end"),
    [
        pytest.param(MODULE, END, id="rows alone"),
        pytest.param(with_input(MODULE, "31x31x8"), with_input(END, "15x15x16"), id="with what comes out before"),
        pytest.param(with_input(MODULE, "63x63x3"), END, id="with the input again"),
        pytest.param(
            [MODULE[0], ["stem", "3x3/2 (x8)", "", "", ""], *MODULE[1:]],
            [END[0], ["maxpool2", ""], *END[1:]],
            id="with the last row again",
        ),
        pytest.param(MODULE, [*END, ["total", ""]], id="with a total at the end"),
        pytest.param([MODULE[0], *MODULE[1:2]], [MODULE[0], *MODULE[2:], *[[*row, "", "", ""] for row in END[1:]]],
                     id="with the columns named again"),
    ],
)  # fmt: skip
def test_parts_of_one_network_are_joined(form: str, between: str, module: Cells, end: Cells, tmp_path: Path) -> None:
    found = opened(tmp_path, form, between.join(map(FORMS[form], (STEM, module, end))))
    assert (names(found), numbers(found)) == (JOINED, (681, 4))
    assert sum("parts of one network" in note for note in found.notes) == 1


OTHER = [[cell.replace("63x63", "65x65").replace("31x31", "32x32") for cell in row] for row in STEM]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (STEM, OTHER, "as it has an input of its own, “65x65x3”|as “stem” is in the first one already"),
        (STEM, STEM, "as “stem” is in the first one already"),
        (STEM, [*MODULE[:2], ["stem", "3x3/2 (x8)", "", "", ""]], "as “stem” is in the first one already"),
        ([*STEM, ["total", "", ""]], MODULE, "as the network before it has ended"),
        ([*STEM, ["prob", "", ""]], MODULE, "as the network before it has ended"),
        ([*STEM, ["avgpool", "", "31x31/1"]], MODULE, "as the network before it has ended"),
        ([*STEM, ["avgpool", "", "31x31/1"]], with_input(MODULE, "63x63x3"), "as it begins with the input again"),
        ([STEM[0], *STEM[1:]], [STEM[0], STEM[1], ["begin", "62x62x8", "2x2/1 (x8)"]], "as it begins with the input"),
    ],
)
def test_another_network_is_named_with_its_line(
    form: str, first: Cells, second: Cells, reason: str, tmp_path: Path
) -> None:
    text = FORMS[form](first)
    found = opened(tmp_path, form, text + "\n" + FORMS[form](second) + "\n" + FORMS[form](END))
    assert names(found) == [row[0] for row in first[2:] if row[0] != "total"]
    line = text.count("\n") + (4 if form == "tex" else 2)
    assert any(
        re.match(f"line {line}: another table begins here and is not read, (?:{reason})", n) for n in found.notes
    )
    assert any(re.match(rf"line \d+: another table.*follows that on line {line}|", note) for note in found.notes)


@pytest.mark.parametrize("form", FORMS)
def test_a_classifier_may_follow_a_global_pool_in_a_table_of_its_own(form: str, tmp_path: Path) -> None:
    first = [*STEM, ["avgpool", "", "31x31/1"]]
    last = [END[0], ["dropout", ""], ["fc", "1x1/1 (x5)"], ["softmax", ""]]
    found = opened(tmp_path, form, FORMS[form](first) + "\n" + FORMS[form](last))
    assert names(found) == ["stem", "avgpool", "dropout", "fc", "softmax"]


def test_tables_of_org_mode_are_read(tmp_path: Path) -> None:
    found = opened(tmp_path, "org", markdown(STEM).replace("| --- | --- | --- |", "|-----+-----+-----|"))
    assert names(found) == ["stem"]


def test_two_networks_of_a_document_are_told_by_their_headings() -> None:
    found = read_file(CASES / "01c_two_tables.md")
    assert numbers(found)[0] == 1_248_424
    assert found.notes == (
        "line 25: another table, “v1.1”, begins here and is not read, as “conv1” is in the first one already; "
        "to open it, copy it into a file of its own",
    )


def test_two_networks_of_a_spreadsheet_are_told_by_their_names() -> None:
    found = read_file(CASES / "12_two_tables.csv")
    assert numbers(found)[0] == 1_248_424
    (note,) = found.notes
    assert note.startswith("line 20: another table, “SqueezeNet v1.1 (torchvision)”, begins here and is not read")


@pytest.mark.parametrize("above", [True, False])
def test_two_networks_of_a_paper_are_told_by_their_captions(above: bool, tmp_path: Path) -> None:
    caption = "\\caption[short]{The \\textbf{B} network}\\label{b}\n"
    pieces = ["\\begin{table}", latex(STEM), "\\caption{A}\\end{table}", "\\begin{table*}[t]"]
    pieces += [caption + latex(OTHER) if above else latex(OTHER) + caption, "\\end{table*}"]
    (note,) = opened(tmp_path, "tex", "\n".join(pieces)).notes
    assert "another table, “The B network”, begins here" in note


def test_heads_and_feet_of_a_long_table_are_no_rows(tmp_path: Path) -> None:
    text = r"""\begin{longtable}{lll}
    \caption{Net}\label{x}\\ \toprule
    layer & output & filter \\ \midrule
    \endfirsthead
    \multicolumn{3}{c}{continued} \\ \toprule
    layer & output & filter \\ \midrule
    \endhead
    \midrule \multicolumn{3}{r}{continued on the next page} \\
    \endfoot
    \bottomrule
    \endlastfoot
    input & 63x63x3 & \\
    stem & 31x31x8 & 3x3/2 (x8) \\
    \end{longtable}"""
    found = opened(tmp_path, "tex", text)
    assert (names(found), found.notes) == (["stem"], ())


def test_tables_of_other_things_are_read_over(tmp_path: Path) -> None:
    accuracy = [["Name", "Params", "Accuracy"], ["AlexNet", "60M", "57.2"]]
    times = [["layer", "time ms"], ["stem", "3"], ["glow2", "4"]]
    text = "\n".join(map(markdown, (accuracy, STEM, times, MODULE, END, times, accuracy)))
    found = opened(tmp_path, "md", text)
    assert (names(found), numbers(found)) == (JOINED, (681, 4))
    assert found.notes == ("the tables on lines 5, 15 and 20 are read as parts of one network",)


def test_a_part_in_the_middle_that_cannot_be_read_is_not_skipped(tmp_path: Path) -> None:
    bad = [MODULE[0], ["glow2", "", "4", "8", "x"], MODULE[2]]
    with pytest.raises(SqueezevizError, match=r"network.md:8: glow2: e3x3 must be a whole number, not “x”"):
        opened(tmp_path, "md", "\n".join(map(markdown, (STEM, bad, END))))
    strange = [MODULE[0], *MODULE[1:], ["what", "", "", "", ""]]
    found = opened(tmp_path, "md", "\n".join(map(markdown, (STEM, strange, END))))
    assert names(found) == ["stem"]
    assert found.notes == (
        "line 6: another table begins here and is not read, as “what” in it is no layer",
        "line 12: another table begins here and is not read, as it follows that on line 6",
    )


def test_the_network_begins_with_the_table_that_gives_the_input(tmp_path: Path) -> None:
    settings = [["name", "size"], ["input", "63x63x3"]]
    found = opened(tmp_path, "md", "\n".join(map(markdown, (settings, [STEM[0], STEM[2]], MODULE, END))))
    assert (names(found), numbers(found)) == (JOINED, (681, 4))
    found = opened(tmp_path, "md", "\n".join(map(markdown, (END, STEM))))
    assert names(found) == ["stem"]
    assert found.notes == ("line 1: another table begins here and is not read, as it has no row for the input",)


def test_rows_behind_a_blank_line_are_not_lost(tmp_path: Path) -> None:
    text = markdown([*STEM, ["maxpool", "15x15x8", "3x3/2"]])
    found = opened(tmp_path, "md", text.replace("| maxpool", "\n| maxpool"))
    assert names(found) == ["stem", "maxpool"]
    assert found.notes == ("line 6: what follows the blank line is read as rows of the table above it",)
    found = opened(tmp_path, "md", text.replace("| maxpool", "\nand then\n\n| maxpool"))
    assert names(found) == ["stem"]
    assert found.notes == (
        "line 8: what stands here looks like rows, but no head names their columns, so they are left out",
    )


@pytest.mark.parametrize(
    "remark", ["Source: a paper\nand another", "metric,value\ntop-1,57.5", "model,params\nAlexNet,60M"]
)
def test_what_stands_below_a_spreadsheet_s_table_is_no_layer(remark: str, tmp_path: Path) -> None:
    found = opened(tmp_path, "csv", separated(STEM) + "\n" + remark + "\n\n" + separated(MODULE))
    assert names(found) == ["stem", "glow2", "maxpool2"]
    assert sum(re.match(r"line 5: “.*” stands below the table and is no layer", note) is not None
               for note in found.notes) == 1  # fmt: skip
    with pytest.raises(SqueezevizError, match=r"network.csv:4: what type: it does not say what kind of layer"):
        opened(tmp_path, "csv", separated(STEM) + "what\n\n" + remark)


def test_a_title_between_tables_of_a_spreadsheet_is_that_of_the_second(tmp_path: Path) -> None:
    found = opened(tmp_path, "csv", separated(STEM) + "\nThe second,,\n" + separated(OTHER))
    assert "line 6: another table, “The second”, begins here" in found.notes[0]


def test_a_second_input_row_begins_another_table(tmp_path: Path) -> None:
    found = opened(tmp_path, "csv", separated([*STEM, ["total", "", ""], *OTHER[1:]]))
    assert names(found) == ["stem"]
    assert found.notes[0].startswith("line 5: another table begins here and is not read")


@pytest.mark.parametrize("form", FORMS)
def test_several_tables_are_pasted_as_one_network(form: str) -> None:
    text = "\n".join(map(FORMS[form], (STEM, MODULE, END)))
    if form in ("md", "tex"):
        text = text.replace("\n\n", "\n\nand then\n\n")
    empty = resolve(LayerTable("empty", InputShape(), ()))
    pasted = paste(empty, text, Block(range(-1, 0), (Column.NAME,)), COLUMNS)
    assert [layer.name for layer in pasted.table.layers] == JOINED
    assert resolve(pasted.table).parameters.value == 681
    assert any(re.search("of what is pasted, the tables on rows .* are read as parts", note) for note in pasted.remarks)


def test_a_second_network_that_is_pasted_is_named() -> None:
    text = separated(STEM, "\t") + "\n" + separated(OTHER, "\t")
    pasted = paste(resolve(LayerTable("empty", InputShape(), ())), text, Block(range(-1, 0), (Column.NAME,)), COLUMNS)
    assert [layer.name for layer in pasted.table.layers] == ["stem"]
    assert "of what is pasted, row 5: another table begins here and is not read" in pasted.remarks[0]
