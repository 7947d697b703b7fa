"""`show table1` as Markdown and LaTeX against the paper's own table, cell by cell."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from places import PAPER
from strategies import tables

from squeezeviz.analysis.columns import TABLE1_COLUMNS
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.files.tables import latex_table
from squeezeviz.files.tables.cell_texts import known_column
from squeezeviz.files.tables.numbers_table import document_grid, render
from squeezeviz.model.layers import Bypass
from squeezeviz.model.table import LayerTable

QUIRKS = {
    ("input image", "output size"): ("224x224x3", "227x227x3"),
    ("fire8", "#parameter after pruning"): ("77581", "82005"),
    ("maxpool8", "output size"): ("13x12x512", "13x13x512"),
    ("conv10", "s1x1 sparsity"): ("20% (3x3)", "20% (1x1)"),
    ("total", "#parameter after pruning"): ("421098", "425522"),
}
"""Where Table 1 prints what cannot be: as printed, and as it is."""


def markdown_cells(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("| ---")]
    return [[plain(cell) for cell in line.strip("|").split("|")] for line in lines]


def latex_cells(text: str) -> list[list[str]]:
    """The cells under the headings of the paper, which the source has in several lines each."""
    body = text[text.index(r"\midrule") : text.index(r"\bottomrule")]
    lines = [line.removesuffix(r"\\") for line in body.splitlines() if line.endswith(r"\\")]
    (table,) = latex_table.tables_in(text)
    rows = [[plain(cell.replace(r"$\times$", "×").replace("{,}", ",")) for cell in line.split(" & ")] for line in lines]
    named = [known_column(head) for head in table.rows[0][1]]
    return [[column.spec.file if column else "" for column in named], *rows]


def plain(cell: str) -> str:
    """A cell as the paper's file writes it: no bold, no escapes, x for ×, no separators in numbers."""
    bare = re.sub(r"\\([#%_])", r"\1", cell.strip().strip("*")).replace("×", "x")
    return bare.replace(",", "") if re.fullmatch("[0-9,]+", bare) else bare


@pytest.mark.parametrize(("form", "read"), [("markdown", markdown_cells), ("latex", latex_cells)])
def test_table_1_is_printed_as_in_the_paper_but_for_its_quirks(
    form: str, read: Callable[[str], list[list[str]]]
) -> None:
    ours = read(render(resolve(load_preset("table1")), form))
    with PAPER.open(encoding="utf-8", newline="") as file:
        printed = list(csv.reader(file))
    assert ours[0] == printed[0]
    ours = [row for row in ours if row[0] != "dropout9"]
    assert [row[0] for row in ours] == [row[0] for row in printed]
    different = {
        (row[0], heading): (theirs, cell)
        for row, other in zip(ours, printed, strict=True)
        for heading, cell, theirs in zip(printed[0], row, other, strict=True)
        if cell != theirs
    }
    assert different == QUIRKS


@pytest.mark.parametrize("form", ["markdown", "latex"])
def test_every_quirk_has_its_note_under_the_table(form: str) -> None:
    text = render(resolve(load_preset("table1")), form)
    notes = text[text.rindex("avgpool10") :]
    for word in ("224", "fire8", "77,581", "maxpool8", "conv10", "421,098", "dropout9"):
        assert word in notes


def test_a_table_of_another_network_has_the_columns_but_no_notes_on_the_paper() -> None:
    table = load_preset("table1")
    other = table.with_field(table.index_of("fire2"), "s1x1", 24)
    text = render(resolve(other), "markdown")
    assert "#parameter after pruning" in text and "maxpool8 prints" not in text
    assert len(text.splitlines()) == len(other.layers) + 4


def test_a_table_without_shares_and_bits_keeps_the_shorter_form() -> None:
    for form in ("table", "markdown", "latex"):
        text = render(resolve(load_preset("table1").uncompressed()), form)
        assert "multiply-" in text and "sparsity" not in text and "kept" not in text


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
