"""The table as `show` and `trace` print it. Golden files; rewrite them with UPDATE_GOLDEN=1 and look at the change."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from places import GOLDEN
from strategies import tables

from squeezeviz.analysis.live import DeviceName, LivePass, MeasuredLayer, MeasuredOperation
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files import registry
from squeezeviz.files.presets import load_preset
from squeezeviz.files.tables import csv_table
from squeezeviz.files.tables.grid_text import LONGEST_CELL
from squeezeviz.files.tables.numbers_table import document_grid, render
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, Fire
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


def a_pass_over(resolved: ResolvedNetwork, batch: int = 2) -> LivePass:
    """What a pass would bring back that measures all as predicted, a millisecond an operation."""
    layers = tuple(
        MeasuredLayer(
            layer.name, layer.layer.type, (batch, *layer.output.shape), layer.depth.value, layer.parameters.value,
            layer.macs.value, float(len(layer.operations)),
            tuple(
                MeasuredOperation(
                    step.name, str(step.operation.kind), (batch, *step.shape), step.depth.value,
                    step.parameters.value, step.macs.value, 1.0,
                )
                for step in layer.operations
            ),
        )
        for layer in resolved.layers
    )  # fmt: skip
    image = resolved.table.input
    return LivePass(
        DeviceName("cpu", "CPU"), (batch, image.channels, image.height, image.width), (batch, 1000),
        resolved.depth.value, resolved.parameters.value, resolved.macs.value, 99.5, 0, layers,
    )  # fmt: skip


def hostile_table() -> LayerTable:
    rows = [Conv(name, 3, 1) for name in HOSTILE]
    return LayerTable("hostile", InputShape(3, 4, 4), tuple(rows))


@pytest.mark.parametrize(
    ("form", "suffix"), [("table", "txt"), ("csv", "csv"), ("markdown", "md"), ("latex", "tex"), ("html", "html")]
)
def test_the_predicted_table_is_as_it_was_looked_at(form: str, suffix: str) -> None:
    golden(f"formats_complex_bypass.{suffix}", render(network("complex-bypass"), form))


@pytest.mark.parametrize(
    ("form", "suffix"), [("table", "txt"), ("csv", "csv"), ("markdown", "md"), ("latex", "tex"), ("html", "html")]
)
def test_a_compressed_table_is_shown_as_table_1_as_it_was_looked_at(form: str, suffix: str) -> None:
    golden(f"formats_table1.{suffix}", render(network(), form))


@pytest.mark.parametrize(
    ("form", "suffix"), [("table", "txt"), ("csv", "csv"), ("markdown", "md"), ("latex", "tex"), ("html", "html")]
)
def test_hostile_names_stay_text(form: str, suffix: str) -> None:
    golden(f"formats_hostile.{suffix}", render(resolve(hostile_table()), form))


def test_the_measured_table_is_as_it_was_looked_at() -> None:
    golden("formats_measured.txt", render(network(), "table", a_pass_over(network())))


def test_a_number_that_was_measured_otherwise_is_shown_and_marked() -> None:
    honest = a_pass_over(network())
    pool = replace(honest.layers[1], output_shape=(2, 96, 54, 54))
    lying = replace(honest, layers=(honest.layers[0], pool, *honest.layers[2:]))
    lines = render(network(), "table", lying).splitlines()
    assert [line for line in lines if "✗" in line] == [lines[4]]
    assert "maxpool1   54×54×96 " in lines[4]


def test_a_part_that_was_measured_otherwise_marks_its_layer() -> None:
    honest = a_pass_over(network())
    fire2 = honest.layers[2]
    squeeze = replace(fire2.operations[0], macs=1)
    lying = replace(honest, layers=(*honest.layers[:2], replace(fire2, operations=(squeeze, *fire2.operations[1:]))))
    assert "✗" in render(network(), "table", lying).splitlines()[5]


def test_the_measured_csv_reads_back_to_the_same_table() -> None:
    text = render(network(), "csv", a_pass_over(network()))
    assert csv_table.read(text).table == network().table
    assert ",time ms,measured as predicted\n" in text
    assert ",2.0,true\n" in text


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


@given(tables())
def test_the_columns_of_the_terminal_s_table_are_bounded(table: LayerTable) -> None:
    first = max(len(line.split("  ")[0]) for line in render(resolve(table), "table").splitlines() if "─" not in line)
    assert first <= LONGEST_CELL
