"""The table as `show` and `trace` print it. Golden files; rewrite them with UPDATE_GOLDEN=1 and look at the change."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from live_passes import as_predicted
from places import GOLDEN, PAPER
from strategies import tables

from squeezeviz.analysis.columns import TABLE1_COLUMNS
from squeezeviz.analysis.live import (
    LivePass,
)
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files import registry
from squeezeviz.files.presets import load_preset
from squeezeviz.files.tables import csv_table, latex_table, markdown_table
from squeezeviz.files.tables.cell_texts import known_column
from squeezeviz.files.tables.grid_text import LONGEST_CELL
from squeezeviz.files.tables.numbers_table import document_grid, render
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable

HOSTILE = (
    "<script>",
    '"; }',
    "\\input{x}",
    "a|b",
    "[x]",
    "*",
    "--$&%#_{}~^`",
    "🔥🧯",
    "משפך",
    "\u202eevil",
    "n" * 5000,
)


def golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def network(preset: str = "table1") -> ResolvedNetwork:
    return resolve(load_preset(preset))


def a_pass_over(resolved: ResolvedNetwork) -> LivePass:
    """What a pass would bring back that measures all as predicted, a millisecond an operation."""
    return replace(as_predicted(resolved, batch=2, time_ms=1.0), time_ms=99.5)


SUFFIXES = {"table": "txt", "csv": "csv", "markdown": "md", "latex": "tex", "html": "html"}


@pytest.mark.parametrize("form", SUFFIXES)
@pytest.mark.parametrize("name", ["complex_bypass", "table1", "hostile"])
def test_the_table_is_as_it_was_looked_at(name: str, form: str) -> None:
    rows = tuple(Conv(hostile, 3, 1) for hostile in HOSTILE)
    table = LayerTable(name, InputShape(3, 4, 4), rows) if name == "hostile" else load_preset(name.replace("_", "-"))
    golden(f"formats_{name}.{SUFFIXES[form]}", render(resolve(table), form))


def test_the_measured_table_is_as_it_was_looked_at_and_reads_back_from_csv() -> None:
    golden("formats_measured.txt", render(network(), "table", a_pass_over(network())))
    text = render(network(), "csv", a_pass_over(network()))
    assert csv_table.read(text).table == network().table
    assert ",time ms,measured as predicted\n" in text
    assert ",2.0,true\n" in text


def test_what_was_measured_otherwise_is_shown_and_marks_its_layer() -> None:
    honest = a_pass_over(network())
    pool = replace(honest.layers[1], output_shape=(2, 96, 54, 54))
    squeeze = replace(honest.layers[2].operations[0], macs=1)
    fire2 = replace(honest.layers[2], operations=(squeeze, *honest.layers[2].operations[1:]))
    lying = replace(honest, layers=(honest.layers[0], pool, fire2, *honest.layers[3:]))
    lines = render(network(), "table", lying).splitlines()
    assert [line for line in lines if "✗" in line] == lines[4:6]
    assert "maxpool1   54×54×96 " in lines[4]
    assert sum(row.endswith(",false") for row in render(network(), "csv", lying).splitlines()) == 2


def test_rows_that_a_pass_did_not_reach_have_no_numbers() -> None:
    part = replace(a_pass_over(network()), layers=a_pass_over(network()).layers[:1])
    lines = render(network(), "table", part).splitlines()
    assert "✓" in lines[3] and not re.search("[✓✗]|55×55", "".join(lines[4:]))


def test_rows_that_cannot_be_reached_have_empty_cells_and_there_is_no_total() -> None:
    table = LayerTable("n", InputShape(3, 4, 4), (Conv("c", 8, 9), Fire("f", 1, 2, 3)))
    assert render(resolve(table), "table").splitlines()[3:] == [
        "c                   9×9/1 ×8",
        "f                                            1     2     3",
        "─" * 85,
        "total",
    ]


def test_an_unknown_form_is_told_in_a_sentence() -> None:
    with pytest.raises(SqueezevizError, match="table, csv, tsv, toml, markdown, latex, html, not 'docx'"):
        render(network(), "docx")
    with pytest.raises(SqueezevizError, match="not 'toml'"):
        render(network(), "toml", a_pass_over(network()))


@given(tables())
def test_every_form_has_a_line_for_each_row(table: LayerTable) -> None:
    resolved = resolve(table)
    rows = 3 + len(table.layers)  # the headers, the input, the total
    lines = {form: render(resolved, form).splitlines() for form in ("table", "csv", "tsv", "markdown")}
    counts = {form: len(text) for form, text in lines.items()}
    assert counts == {"table": rows + 2, "csv": rows, "tsv": rows, "markdown": rows + 1}
    latex = render(resolved, "latex")
    assert len(latex[latex.index(r"\midrule") : latex.index(r"\bottomrule")].splitlines()) == rows + 1
    assert render(resolved, "html").count("<tr>") == rows
    assert max(len(line.split("  ")[0]) for line in lines["table"] if "─" not in line) <= LONGEST_CELL


@given(tables())
def test_no_name_can_break_a_markdown_row_or_a_latex_one(table: LayerTable) -> None:
    resolved = resolve(table)
    columns = len(document_grid(resolved).headers)
    for line in render(resolved, "markdown").splitlines():
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == columns + 1
    latex = render(resolved, "latex")
    for line in latex[latex.index(r"\midrule") : latex.index(r"\bottomrule")].splitlines():
        plain = re.sub(r"\\[{}#$%&_]", "", line)
        assert plain.count("&") == columns - 1 or line.startswith(r"\midrule")
        assert plain.count("{") == plain.count("}")


@given(tables())
def test_a_web_page_with_any_names_is_well_formed_and_runs_nothing(table: LayerTable) -> None:
    page = registry.to_text(table, "html")
    reader = _Tags()
    reader.feed(page)
    reader.close()
    assert not reader.open
    assert not {"script", "img", "iframe", "link", "a", "svg"} & reader.seen
    assert not re.search(r"\son[a-z]+=|url\(|@import", re.sub(">[^<]*<", "><", page))
    assert reader.scopes.count("row") == len(table.layers) + 2


class _Tags(HTMLParser):
    """The tags of a page; `open` are those that are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.scopes: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.scopes += [value for name, value in attrs if name == "scope"]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


# --- Table 1, as the paper prints it


QUIRKS = {
    ("input image", "output size"): ("224x224x3", "227x227x3"),
    ("fire8", "#parameter after pruning"): ("77581", "82005"),
    ("maxpool8", "output size"): ("13x12x512", "13x13x512"),
    ("conv10", "s1x1 sparsity"): ("20% (3x3)", "20% (1x1)"),
    ("total", "#parameter after pruning"): ("421098", "425522"),
}
"""Where Table 1 prints what cannot be: as printed, and as it is."""


def cells_of(form: str, text: str) -> list[list[str]]:
    """The cells as the paper's file has them: its heads, x for ×, no separators in numbers."""
    found = markdown_table.tables_in(text.split("\n")) if form == "markdown" else latex_table.tables_in(text)
    ((_, heads), *rows) = next(iter(found)).rows
    named = [known_column(head) for head in heads]
    cells = [[cell.replace("×", "x") for cell in row] for _, row in rows]
    return [
        [column.spec.file if column else "" for column in named],
        *([cell.replace(",", "") if re.fullmatch("[0-9,]+", cell) else cell for cell in row] for row in cells),
    ]


@pytest.mark.parametrize("form", ["markdown", "latex"])
def test_table_1_is_printed_as_in_the_paper_but_for_its_quirks_which_have_a_note(form: str) -> None:
    text = render(network(), form)
    ours = [row for row in cells_of(form, text) if row[0] != "dropout9"]
    with PAPER.open(encoding="utf-8", newline="") as file:
        printed = list(csv.reader(file))
    assert [ours[0], *(row[0] for row in ours)] == [printed[0], *(row[0] for row in printed)]
    different = {
        (row[0], heading): (theirs, cell)
        for row, other in zip(ours, printed, strict=True)
        for heading, cell, theirs in zip(printed[0], row, other, strict=True)
        if cell != theirs
    }
    assert different == QUIRKS
    notes = text[text.rindex("avgpool10") :]
    assert all(word in notes for word in ("224", "fire8", "77,581", "maxpool8", "conv10", "421,098", "dropout9"))


def test_a_table_of_another_network_has_the_columns_but_no_notes_on_the_paper() -> None:
    table = load_preset("table1")
    other = table.with_field(table.index_of("fire2"), "s1x1", 24)
    text = render(resolve(other), "markdown")
    assert "#parameter after pruning" in text and "maxpool8 prints" not in text
    assert len(text.splitlines()) == len(other.layers) + 4


def test_what_is_special_about_a_fire_module_stands_in_its_filter_column() -> None:
    table = load_preset("table1")
    bypassed = table.with_field(table.index_of("fire3"), "bypass", Bypass.SIMPLE)
    assert "| fire3 | 55×55×128 | simple bypass |" in render(resolve(bypassed), "markdown")


@given(tables())
def test_any_compressed_table_has_the_paper_s_thirteen_columns_and_types_at_most(table: LayerTable) -> None:
    if table.is_compressed:
        grid = document_grid(resolve(table))
        assert [head for head in grid.headers if head != "type"] == [column.spec.file for column in TABLE1_COLUMNS]
        assert {len(row) for row in (*grid.rows, grid.total)} == {len(grid.headers)}


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_the_latex_compiles_in_a_document_that_loads_booktabs(tmp_path: Path) -> None:
    body = render(resolve(load_preset("table1")), "latex")
    document = rf"\documentclass{{article}}\usepackage{{booktabs}}\begin{{document}}{body}\end{{document}}"
    (tmp_path / "table.tex").write_text(document, encoding="utf-8")
    if not subprocess.run(["kpsewhich", "booktabs.sty"], capture_output=True, check=False).stdout:
        # Its rules stand in for themselves where the package is not installed.
        rules = "".join(rf"\newcommand{{\{rule}}}{{\hline}}" for rule in ("toprule", "midrule", "bottomrule"))
        (tmp_path / "booktabs.sty").write_text(rules, encoding="utf-8")
    ran = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "table.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=500, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-2000:]
