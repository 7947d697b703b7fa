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
    assert sum("parts of one network" in note.text for note in found.notes) == 1


OTHER = [[cell.replace("63x63", "65x65").replace("31x31", "32x32") for cell in row] for row in STEM]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (STEM, OTHER, "as it has an input of its own, “65x65x3”|as “stem” is in the first one already"),
        (STEM, with_input(MODULE, "65x65x3"), "as it has an input of its own, “65x65x3”"),
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
        re.match(f"line {line}: another table begins here and is not read, (?:{reason})", n.text) for n in found.notes
    )
    assert any(re.match(rf"line \d+: another table.*follows that on line {line}|", note.text) for note in found.notes)


@pytest.mark.parametrize("form", FORMS)
def test_a_classifier_may_follow_a_global_pool_in_a_table_of_its_own(form: str, tmp_path: Path) -> None:
    first = [*STEM, ["avgpool", "", "31x31/1"]]
    last = [END[0], ["dropout", ""], ["fc", "1x1/1 (x5)"], ["softmax", ""]]
    found = opened(tmp_path, form, FORMS[form](first) + "\n" + FORMS[form](last))
    assert names(found) == ["stem", "avgpool", "dropout", "fc", "softmax"]


@pytest.mark.parametrize("above", [True, False])
def test_two_networks_of_a_paper_are_told_by_their_captions(above: bool, tmp_path: Path) -> None:
    caption = "\\caption[short]{The \\textbf{B} network}\\label{b}\n"
    pieces = ["\\begin{table}", latex(STEM), "\\caption{A}\\end{table}", "\\begin{table*}[t]"]
    pieces += [caption + latex(OTHER) if above else latex(OTHER) + caption, "\\end{table*}"]
    (note,) = opened(tmp_path, "tex", "\n".join(pieces)).notes
    assert "another table, “The B network”, begins here" in note.text


ACCURACY = [["Name", "Params", "Accuracy"], ["AlexNet", "60M", "57.2"]]
TIMES = [["layer", "time ms"], ["stem", "3"], ["glow2", "4"]]
SETTINGS = [["name", "size"], ["input", "63x63x3"]]
POOLED = markdown([*STEM, ["maxpool", "15x15x8", "3x3/2"]])
BEGINS = "another table begins here and is not read, as"
LONG_TABLE = r"""\begin{longtable}{lll}
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


def documents(*tables_of_it: Cells) -> str:
    return "\n".join(map(markdown, tables_of_it))


@pytest.mark.parametrize(
    ("suffix", "text", "layers", "notes"),
    [
        pytest.param("org", markdown(STEM).replace("| --- | --- | --- |", "|-----+-----+-----|"), ["stem"], [],
                     id="Org mode"),
        pytest.param("tex", LONG_TABLE, ["stem"], [], id="heads and feet of a long table"),
        pytest.param("md", documents(ACCURACY, STEM, TIMES, MODULE, END, TIMES, ACCURACY), JOINED,
                     ["the tables on lines 5, 15 and 20 are read as parts of one network"], id="among other things"),
        pytest.param("md", documents(STEM, [*MODULE, ["what", "", "", "", ""]], END), ["stem"],
                     [f"line 6: {BEGINS} “what” in it is no layer", f"line 12: {BEGINS} it follows that on line 6"],
                     id="a part in the middle that is none is not skipped"),
        pytest.param("md", documents(SETTINGS, [STEM[0], STEM[2]], MODULE, END), JOINED,
                     ["the tables on lines 1, 5, 9 and 14 are read as parts of one network"],
                     id="the input in a table of its own"),
        pytest.param("md", documents([*STEM, ["total", "", ""]], with_input(MODULE, "31x31x8"), END), JOINED,
                     ["the tables on lines 1, 7 and 13 are read as parts of one network",
                      "line 5: a total that stands before the network's end is left out"], id="a total in between"),
        pytest.param("md", markdown(STEM) + markdown(MODULE), JOINED[:3],
                     ["the tables on lines 1 and 5 are read as parts of one network"], id="without a line between"),
        pytest.param("md", documents(END, STEM), ["stem"], [f"line 1: {BEGINS} it has no row for the input"],
                     id="before the input"),
        pytest.param("md", POOLED.replace("| maxpool", "\n| maxpool"), ["stem", "maxpool"],
                     ["line 6: what follows the blank line is read as rows of the table above it"],
                     id="behind a blank line"),
        pytest.param("md", POOLED.replace("| maxpool", "\nand then\n\n| maxpool"), ["stem"],
                     ["line 8: what stands here looks like rows, but no head names their columns, "
                      "so they are left out"], id="behind a sentence"),
        pytest.param("csv", separated([*STEM, ["total", "", ""], *OTHER[1:]]), ["stem"],
                     [f"line 5: {BEGINS} “stem” is in the first one already; "
                      "to open it, copy it into a file of its own"], id="a second input row"),
        pytest.param("csv", separated(STEM) + "\nThe second,,\n" + separated(OTHER), ["stem"],
                     [f"line 6: {BEGINS.replace('table', 'table, “The second”,')} “stem” is in the first one already; "
                      "to open it, copy it into a file of its own"], id="a title between"),
    ],
)  # fmt: skip
def test_of_many_tables_one_network_is_read(
    suffix: str, text: str, layers: list[str], notes: list[str], tmp_path: Path
) -> None:
    found = opened(tmp_path, suffix, text)
    assert (names(found), list(map(str, found.notes))) == (layers, notes)


@pytest.mark.parametrize(
    ("case", "parameters", "note"),
    [
        ("01_three_tables.md", 681, "the tables on lines 3, 10 and 17 are read as parts of one network"),
        ("01c_two_tables.md", 1_248_424,
         "line 25: another table, “v1.1”, begins here and is not read, as “conv1” is in the first one already; "
         "to open it, copy it into a file of its own"),
        ("12_two_tables.csv", 1_248_424,
         "line 20: another table, “SqueezeNet v1.1 (torchvision)”, begins here and is not read, .*"),
    ],
)  # fmt: skip
def test_the_tables_of_people_are_read(case: str, parameters: int, note: str) -> None:
    found = read_file(CASES / case)
    assert numbers(found)[0] == parameters
    (said,) = found.notes
    assert re.fullmatch(note.replace("(torchvision)", r"\(torchvision\)"), said.text)


def test_a_cell_that_cannot_be_read_in_a_part_has_its_line(tmp_path: Path) -> None:
    bad = [MODULE[0], ["glow2", "", "4", "8", "x"], MODULE[2]]
    with pytest.raises(SqueezevizError, match=r"network.md:8: glow2: e3x3 must be a whole number, not “x”"):
        opened(tmp_path, "md", documents(STEM, bad, END))


@pytest.mark.parametrize(
    "remark", ["Source: a paper\nand another", "metric,value\ntop-1,57.5", "model,params\nAlexNet,60M"]
)
def test_what_stands_below_a_spreadsheet_s_table_is_no_layer(remark: str, tmp_path: Path) -> None:
    found = opened(tmp_path, "csv", separated(STEM) + "\n" + remark + "\n\n" + separated(MODULE))
    assert names(found) == ["stem", "glow2", "maxpool2"]
    assert sum(re.match(r"line 5: “.*” stands below the table and is no layer", note.text) is not None
               for note in found.notes) == 1  # fmt: skip
    with pytest.raises(SqueezevizError, match=r"network.csv:4: what type: it does not say what kind of layer"):
        opened(tmp_path, "csv", separated(STEM) + "what\n\n" + remark)


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
