"""Explanations as text, Markdown and LaTeX, whatever the layers are named."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from preset_tables import preset
from strategies import HOSTILE_NAMES, names

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.analysis.resolve import resolve
from squeezeviz.explain.explanation import Explanation, as_latex, as_markdown, as_text
from squeezeviz.explain.rows import explain_cell, explain_layer
from squeezeviz.explain.totals import explain_total
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import InputShape, LayerTable

NETWORK = resolve(preset("complex-bypass"))
ALL = [explain_cell(NETWORK, row, column) for row in range(-1, len(NETWORK.layers)) for column in COLUMNS]
ALL += [explain_total(NETWORK, column) for column in COLUMNS]


def named(name: str) -> Explanation:
    """A Fire module of that name, explained."""
    return explain_layer(resolve(LayerTable("named", InputShape(), (Fire(name, 16, 64, 64),))), 0)


def test_the_text_says_all_that_the_explanation_does() -> None:
    for explanation in ALL:
        written = as_text(explanation)
        for section in explanation.sections:
            assert section.heading in written
            assert f"Source: {section.source}" in written or not section.source
            assert all(each in written for line in section.lines for each in (line.text, line.label, line.value))


def test_formulas_are_code_in_markdown_and_mathematics_in_latex_and_rows_are_tables() -> None:
    network = resolve(preset("table1"))
    written = as_markdown(explain_layer(network, 2))
    assert written.startswith("## fire2 (Fire module)\n\n### Why is its depth 2?\n")
    assert "\n`1 + max(1, 1) = 2`\n" in written
    assert "| squeeze | `(1·1·96 + 1)·16` | 1,552 |\n" in written
    assert "*Source: Section 3.2*" in written
    written = as_latex(explain_cell(network, 0, Column.OUTPUT))
    assert r"\[ \lfloor (227 - 7 + 2 \cdot 0)/2 \rfloor + 1 = 111 \]" in written
    assert r"\[ \lfloor (\text{map} - \text{kernel} + 2 \cdot \text{padding})/\text{stride} \rfloor + 1 \]" in written
    assert r"convolution & $(7 \cdot 7 \cdot 3 + 1) \cdot 96$ & 14,208 \\" in written


@given(names())
def test_a_name_stays_text_in_latex_and_one_line_of_text_in_markdown(name: str) -> None:
    title = as_latex(named(name)).split("\n", 1)[0]
    assert title.isascii() or all(character.isalpha() for character in title if not character.isascii())
    inside = title.removeprefix(r"\subsection*{").removesuffix(" (Fire module)}")
    commands = re.sub(r"\\(text[a-z]+|dots)\{\}|\\[{}#$%&_]|\$(-|\\[a-z]+)\$|\{[][*]?\}", "", inside)
    assert not set(commands) & set("\\{}#$%&_^")
    title = as_markdown(named(name)).split("\n", 1)[0]
    assert title.startswith("## ") and title.endswith(" (Fire module)")
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_<>|\[\]]", title)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles_with_amsmath_alone(tmp_path: Path) -> None:
    printable = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0x250))))
    hostile = [named(name) for name in (*HOSTILE_NAMES, printable, r"\end{document}", "$x$ ^^M %") if name.strip()]
    body = "\n".join(map(as_latex, (*ALL, *hostile)))
    source = tmp_path / "explanations.tex"
    source.write_text(
        f"\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n",
        encoding="utf-8",
    )
    ran = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", source.name],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-2000:].decode(errors="replace")
