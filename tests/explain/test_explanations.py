"""What an explanation says is what the numbers are made of, whatever the table."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from formula_reader import evaluate, from_latex, worked_out
from hypothesis import given, settings
from preset_tables import PRESETS, preset
from strategies import HOSTILE_NAMES, names, running_tables, tables

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, Column, text
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.explain.edges import explain_edge
from squeezeviz.explain.explanation import Explanation, Line, Tone, as_html, as_latex, as_markdown, as_text
from squeezeviz.explain.rows import LEADS, explain_cell, explain_layer, explain_operation
from squeezeviz.explain.totals import explain_network, explain_total
from squeezeviz.model.layers import Bypass, Fire, Softmax
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import plain


def every_explanation(network: ResolvedNetwork) -> list[Explanation]:
    """All that can be asked of a network's rows, operations and totals."""
    made = [explain_cell(network, row, column) for row in range(len(network.table.layers)) for column in COLUMNS]
    made += [explain_total(network, column) for column in COLUMNS]
    for row, layer in enumerate(network.layers):
        made += [explain_operation(network, row, step.operation.part) for step in layer.operations]
    return made


def lines(explanation: Explanation) -> list[Line]:
    return [line for section in explanation.sections for line in section.lines]


def lead(network: ResolvedNetwork, name: str, column: Column) -> list[str]:
    """What the first section says of a cell."""
    section = explain_cell(network, network.table.index_of(name), column).sections[0]
    return [section.heading, *(" ".join(filter(None, (line.label, line.text, line.value))) for line in section.lines)]


@settings(max_examples=30)
@given(running_tables())
def test_every_formula_that_is_shown_works_out_to_its_value_and_is_what_stands_there(table: LayerTable) -> None:
    shown = {line for explanation in every_explanation(resolve(table)) for line in lines(explanation)}
    for line in shown:
        if formula := line.formula:
            assert evaluate(formula) == worked_out(from_latex(formula.latex())) == formula.value
            text = formula.rule() if line.tone is Tone.RULE else formula.text().lstrip()
            assert text in line.text or formula.equation() in line.text


@settings(max_examples=30)
@given(running_tables())
def test_the_cells_of_any_table_show_what_their_explanation_comes_to(table: LayerTable) -> None:
    network = resolve(table)
    for row in range(len(network.layers)):
        for column in (Column.DEPTH, Column.PARAMETERS, Column.MACS, Column.ACTIVATIONS):
            shown = text(network, row, column)
            first = explain_cell(network, row, column).sections[0]
            assert shown in first.heading
            counted = [
                line.formula.value for line in first.lines if line.label and line.formula and not is_memory(line)
            ]
            if counted:
                assert f"{sum(counted):,}" == shown
        pruned = explain_cell(network, row, Column.PRUNED).sections[0]
        assert pruned.heading.startswith(f"{text(network, row, Column.PRUNED)} parameter")
        size = explain_cell(network, row, Column.SIZE).sections[0]
        assert size.heading.startswith(f"Stored in {text(network, row, Column.SIZE)}")
        field = explain_cell(network, row, Column.FIELD).sections[0]
        reached = [line.value for line in field.lines if line.label] or ["1 px /1"]
        assert reached[-1] == text(network, row, Column.FIELD)


def is_memory(line: Line) -> bool:
    return line.label == "memory"


@settings(max_examples=30)
@given(tables())
def test_any_table_can_be_explained_even_one_that_cannot_run(table: LayerTable) -> None:
    network = resolve(table)
    for explanation in every_explanation(network):
        assert explanation.sections
    assert explain_cell(network, INPUT_ROW, Column.OUTPUT).kind == "input image"
    if network.problems and network.problems[0].row is not None:
        reason = network.problems[0].reason
        assert reason in [line.text for line in lines(explain_layer(network, network.problems[0].row))]


@pytest.mark.parametrize("name", PRESETS)
def test_totals_are_the_sums_of_what_is_listed(name: str) -> None:
    network = resolve(preset(name))
    depth = explain_total(network, Column.DEPTH).sections[0]
    assert sum(line.formula.value for line in depth.lines if line.formula) == network.depth.value == 18
    for column, total in (
        (Column.PARAMETERS, network.parameters),
        (Column.MACS, network.macs),
        (Column.ACTIVATIONS, network.activations),
    ):
        rows = [line for line in explain_total(network, column).sections[0].lines if line.label and not line.formula]
        assert sum(int(line.value.split(" · ")[0].replace(",", "")) for line in rows) == total.value
        assert len(rows) <= 12


def test_a_ceil_pool_names_caffe_and_a_window_that_is_left_out_names_pytorch() -> None:
    network = resolve(preset("table1"))
    section = explain_cell(network, 1, Column.OUTPUT).sections[0]
    assert section.source == "Caffe's ceil pooling"
    assert "⌈(111 − 3 + 2·0)/2⌉ + 1 = 55" in [line.text for line in section.lines]
    padded = resolve(network.table.with_field(1, "padding", 1).with_field(1, "kernel", 2))
    section = explain_cell(padded, 1, Column.OUTPUT).sections[0]
    assert section.source == "PyTorch's ceil_mode"
    assert any(line.text.startswith("⌈(111 − 2 + 2·1)/2⌉ + 1 − 1 = ") for line in section.lines)


def test_the_receptive_field_is_followed_from_the_image() -> None:
    said = lead(resolve(preset("table1")), "fire2", Column.FIELD)
    assert {"field = 11 + (3 − 1)·4 = 19", "stride = 4·1 = 4"} <= set(said)
    at = said.index("conv1 1 + (7 − 1)·1 7 px /2")
    assert said[at + 1 : at + 3] == ["maxpool1 7 + (3 − 1)·2 11 px /4", "fire2 11 + (3 − 1)·4 19 px /4"]
    beside = explain_operation(resolve(preset("complex-bypass")), 2, "bypass1x1").sections[-1]
    assert [line.label for line in beside.lines if line.label] == ["conv1", "maxpool1"]


def test_what_has_no_weights_says_what_it_does_and_that_no_pass_has_measured_it() -> None:
    network = resolve(preset("table1"))
    pooled = "Max pooling takes the largest value of each window"
    assert lead(network, "maxpool1", Column.PARAMETERS) == [
        "0 parameters", f"{pooled}: there is nothing to learn.", "predicted, not measured yet",
    ]  # fmt: skip
    assert lead(network, "maxpool1", Column.MACS) == [
        "0 multiply-adds", f"{pooled}; only convolutions have multiply-adds.", "predicted, not measured yet",
    ]  # fmt: skip
    assert lead(network, "dropout9", Column.ACTIVATIONS)[1:] == [
        "Dropout works in place, or passes values on: it makes no new values.", "predicted, not measured yet",
    ]  # fmt: skip


def test_what_is_stored_follows_from_the_share_kept_and_the_bits() -> None:
    table = preset("squeezenet1_0").with_field(2, "e3x3_kept", 0.33).with_field(2, "bits", 6)
    network = resolve(table)
    assert lead(network, "fire2", Column.E3X3_KEPT)[0] == "expand 3×3: 33% kept"
    assert "kept 33% of them 3,041.28" in lead(network, "fire2", Column.E3X3_KEPT)
    assert "1·1·96·16 + 1·1·16·64 + ⌈33·3·3·16·64/100⌉ + 16 + 64 + 64 = 5,746" in lead(network, "fire2", Column.PRUNED)
    assert "⌈(5602·6 + 3042·5 + 144·32)/8⌉ = 6,679 bytes" in lead(network, "fire2", Column.SIZE)
    assert explain_total(network, Column.PRUNED).sections[0].heading == "1,242,250 parameters after pruning"


def readings(network: ResolvedNetwork, name: str) -> list[str]:
    section = explain_layer(network, network.table.index_of(name)).sections[-1]
    assert section.heading == "Two readings of depth"
    return [line.value for line in section.lines if line.label]


@pytest.mark.parametrize("name", PRESETS)
def test_both_readings_of_depth_agree_in_every_row_of_table_1_and_part_at_a_bypass(name: str) -> None:
    network = resolve(preset(name))
    for layer in network.layers:
        bypassed = isinstance(layer.layer, Fire) and layer.layer.bypass is not Bypass.NONE
        learning, transforming = readings(network, layer.name)
        assert learning == str(layer.depth.value)
        assert transforming == ("3" if bypassed else learning)
    assert readings(resolve(LayerTable("n", InputShape(), (Softmax("s"),))), "s") == ["0", "1"]


def test_the_first_things_said_of_a_fire_are_short_and_the_readings_wait() -> None:
    sections = explain_layer(resolve(preset("table1")), 2).sections
    assert [each.heading for each in sections if not each.further] == [
        "Why is its depth 2?",
        "Why 128 channels?",
        "11,920 parameters",
        "Cost",
    ]
    assert "Two readings of depth" in [each.heading for each in sections if each.further]
    said = [line.text for line in lines(explain_network(resolve(preset("table1"))))]
    assert "predicted, not measured yet" in said


def test_a_cell_leads_and_nothing_is_said_twice() -> None:
    network = resolve(preset("table1"))
    for row in range(len(network.layers)):
        for column in COLUMNS:
            headings = [section.heading for section in explain_cell(network, row, column).sections]
            assert len(headings) == len(set(headings))
    assert explain_cell(network, 2, Column.MACS).sections[0].heading == "35,622,400 multiply-adds"


def test_a_tensor_has_a_shape_a_size_and_two_ends_that_are_there() -> None:
    explanation = explain_edge(resolve(preset("table1")), ("fire2", "squeeze1x1"), ("fire2", "expand3x3"))
    said = [" ".join(filter(None, (line.label, line.text, line.value))) for line in lines(explanation)]
    assert "16·55·55 = 48,400 values" in said
    assert "memory 48400·4 189 KiB" in said
    assert {"made by fire2/squeeze1x1 (convolution)", "taken by fire2/expand3x3 (convolution)"} <= set(said)
    assert any(line.startswith("Both expands read this same tensor") for line in said)
    for source, target, title in (
        (("fire2", ""), ("fire2", "squeeze1x1"), "maxpool1 → fire2/squeeze1x1"),
        (("fire2", "concat"), ("fire2", ""), "fire2/concat → fire3"),
        (("", ""), ("conv1", ""), "input → conv1"),
    ):
        assert explain_edge(resolve(preset("table1")), source, target).title == title
    for place in (("fire99", ""), ("fire2", "bypass1x1")):
        with pytest.raises(KeyError):
            explain_edge(resolve(preset("table1")), place, ("fire3", ""))


def test_a_column_without_an_explanation_of_its_own_is_explained_by_what_it_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(LEADS, Column.BITS)
    network = resolve(preset("table1"))
    section = explain_cell(network, 2, Column.BITS).sections[0]
    assert section.heading == "bits: 6"
    assert [line.text for line in section.lines] == [f"{Column.BITS.spec.about}."]
    pool = explain_cell(network, 1, Column.BITS)
    assert pool == explain_layer(network, 1)


# --- as text, Markdown and LaTeX, whatever the layers are named


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


def test_formulas_are_code_in_html_and_rows_are_tables() -> None:
    written = as_html(explain_layer(resolve(preset("table1")), 2))
    assert written.startswith("<h2>fire2 <small>Fire module</small></h2>\n<h3>Why is its depth 2?</h3>\n")
    assert '<p class="formula"><code>1 + max(1, 1) = 2</code></p>' in written
    assert '<th scope="row">squeeze</th><td><code>(1·1·96 + 1)·16</code></td><td>1,552</td>' in written
    assert '<p class="source">Source: Section 3.2</p>' in written


@given(names())
def test_a_name_stays_text_in_html(name: str) -> None:
    found = ElementTree.fromstring(f"<article>{as_html(named(name))}</article>")
    assert found.findtext("h2") == f"{plain(name)} "
    assert {each.tag for each in found.iter()} <= {
        "article", "h2", "h3", "small", "p", "code", "table", "tr", "th", "td",
    }  # fmt: skip


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
