"""Every diagram format, from the network to the file's bytes: what is seen is what is exported."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from painting_figures import (
    HOSTILE_NAMES,
    difference,
    export_diagram,
    pdf_picture,
    pdf_text,
    pixels,
    poppler,
    svg_picture,
    tool,
)
from preset_tables import network
from PySide6.QtGui import QImage

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Badge, Direction, Key
from squeezeviz.figure.theme.look import parse_width
from squeezeviz.figure.theme.theme import DARK, LIGHT, Theme
from squeezeviz.figure.writers.export import DIAGRAM_FORMATS, diagram_format
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.figure.writers.svg import NAMESPACE
from squeezeviz.files.presets import load_preset
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import LayerTable

SIGNATURES = {"svg": b"<?xml", "pdf": b"%PDF-", "png": b"\x89PNG", "dot": b"digraph "}
CLOSED = frozenset(f"fire{number}" for number in range(4, 10))
"""All but two: a smaller figure is compared sooner."""

NAMES = {name: text for name, text in HOSTILE_NAMES.items() if name not in ("controls", "lines")}
"""What a table takes for a name."""


def named(name: str) -> ResolvedNetwork:
    """Table 1, itself and its fire2 bearing the name."""
    table = load_preset("table1")
    layers = tuple(replace(layer, name=name) if layer.name == "fire2" else layer for layer in table.layers)
    return resolve(LayerTable(name, table.input, layers))


def svg_texts(svg: bytes, tag: str = "text") -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(svg).iter(f"{{{NAMESPACE}}}{tag}")]


@pytest.mark.parametrize(
    ("preset", "direction", "theme"),
    [
        pytest.param(preset, direction, theme, id=f"{preset}-{direction}-{theme.name}", marks=marks)
        for preset in ("table1", "complex-bypass")
        for direction in Direction
        for theme, marks in (
            (LIGHT, () if direction is Direction.DOWN else pytest.mark.full),
            (DARK, () if direction is Direction.RIGHT and preset == "table1" else pytest.mark.full),
        )
    ],
)
def test_svg_pdf_and_png_are_one_picture(preset: str, direction: Direction, theme: Theme) -> None:
    badges = {Key("fire2", "squeeze1x1"): Badge.MEASURED, Key("conv10"): Badge.DIFFERS}
    options = ExportOptions(DiagramOptions(direction, CLOSED), theme, badges)
    svg, pdf, png = (export_diagram(network(preset), suffix, options) for suffix in ("svg", "pdf", "png"))
    # Inter has two multiplication signs, one for between digits; Qt leaves the choice to the text.
    assert difference(svg_picture(svg.decode()), png) < 64
    assert difference(pdf_picture(pdf), png) < 64


@pytest.mark.parametrize("direction", Direction)
def test_nothing_reaches_over_the_edge(direction: Direction) -> None:
    options = ExportOptions(DiagramOptions(direction, CLOSED), background=False)
    alpha = pixels(export_diagram(network("complex-bypass"), "png", options))[..., 3]
    edges = (alpha[:8], alpha[-8:], alpha[:, :8], alpha[:, -8:])
    assert all(edge.max() == 0 for edge in edges)
    assert alpha.max() == 255


def test_every_operation_is_in_the_svg_and_the_pdf_as_text() -> None:
    options = ExportOptions(DiagramOptions())
    svg = svg_texts(export_diagram(network("complex-bypass"), "svg", options))
    pdf = pdf_text(export_diagram(network("complex-bypass"), "pdf", options))
    diagram = build_diagram(network("complex-bypass"))
    titles = [box.title for module in diagram.modules for box in module.boxes if not box.shares]
    assert len(titles) > 40
    missing = [title for title in titles if title and title not in svg]
    assert not missing
    assert all(title in pdf for title in titles if title)


def test_the_page_is_as_large_as_the_diagram() -> None:
    diagram = build_diagram(network("table1"))
    size = f"{round(diagram.width * 0.75)} x {round(diagram.height * 0.75)} pts"
    assert size in poppler("pdfinfo", "-", pdf=export_diagram(network("table1"), "pdf")).decode()


def test_a_png_can_be_transparent_or_have_the_page_under_it() -> None:
    def corner(options: ExportOptions) -> tuple[int, ...]:
        return tuple(pixels(export_diagram(network("table1"), "png", replace(options, png_scale=0.5)))[0, 0].tolist())

    assert corner(ExportOptions(background=False)) == (0, 0, 0, 0)
    assert corner(ExportOptions()) == (255, 255, 255, 255)
    page = bytes.fromhex(DARK.page.removeprefix("#"))
    assert corner(ExportOptions(theme=DARK)) == (*reversed(page), 255)


@pytest.mark.parametrize(("background", "colour"), [(True, DARK.page), (False, "transparent")])
def test_a_dot_has_the_theme_and_the_background_that_were_chosen(background: bool, colour: str) -> None:
    text = export_diagram(network("table1"), "dot", ExportOptions(theme=DARK, background=background)).decode()
    assert re.search(rf'bgcolor="?{colour}"?', text)
    assert DARK.box_fill in text


def test_dot_renders_the_same_modules() -> None:
    options = ExportOptions(DiagramOptions(collapsed=CLOSED))
    dot = export_diagram(network("complex-bypass"), "dot", options)
    drawn = subprocess.run([tool("dot"), "-Tsvg"], input=dot, capture_output=True, check=True).stdout
    shown = " ".join(svg_texts(drawn))
    assert all(layer.name in shown for layer in network("complex-bypass").table.layers)
    clusters = [each for each in ElementTree.fromstring(drawn).iter() if each.get("class") == "cluster"]
    assert len(clusters) == 2


def test_a_png_is_as_wide_as_was_chosen() -> None:
    png = export_diagram(network("table1"), "png", ExportOptions(size=parse_width("777px")))
    assert QImage.fromData(png).width() == 777


@pytest.mark.parametrize("suffix", SIGNATURES)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_hostile_name_can_be_exported(name: str, suffix: str) -> None:
    options = ExportOptions(DiagramOptions(collapsed=CLOSED), png_scale=0.5)
    assert export_diagram(named(name), suffix, options).startswith(SIGNATURES[suffix])


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_hostile_name_is_text_in_full_in_the_svg(name: str) -> None:
    svg = export_diagram(named(name), "svg")
    assert any(name in title for title in svg_texts(svg, "title")[1:])
    tags = {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(svg).iter()}
    assert tags <= {"svg", "g", "title", "text", "rect", "circle", "path", "polygon", "polyline"}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_hostile_name_stays_within_the_figure(name: str) -> None:
    options = ExportOptions(DiagramOptions(collapsed=CLOSED), background=False)
    alpha = pixels(export_diagram(named(name), "png", options))[..., 3]
    assert alpha[:, :8].max() == alpha[:, -8:].max() == 0


@pytest.mark.parametrize("suffix", ["svg", ".svg", "SVG", ".Svg"])
def test_a_suffix_is_known_with_or_without_dot_in_any_case(suffix: str) -> None:
    assert diagram_format(suffix).suffix == "svg"


@pytest.mark.parametrize("suffix", ["bmp", ".docx", "", "."])
def test_an_unknown_suffix_is_answered_with_the_known_ones(suffix: str) -> None:
    with pytest.raises(SqueezevizError) as refused:
        export_diagram(network("table1"), suffix)
    assert all(f".{known}" in refused.value.message for known in DIAGRAM_FORMATS)


def test_a_table_that_cannot_run_is_exported_with_its_problem() -> None:
    table = load_preset("table1")
    small = resolve(replace(table, input=replace(table.input, height=9, width=9)))
    assert small.problems
    assert len(svg_texts(export_diagram(small, "svg"))) > 3


def test_an_svg_is_exported_without_loading_qt() -> None:
    program = (
        "import sys; from squeezeviz.files.presets import load_preset; from squeezeviz.analysis.resolve import resolve;"
        "from squeezeviz.figure.writers.export import exported;"
        "exported(resolve(load_preset('table1')), 'svg');"
        "print([name for name in ('PySide6', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
