"""Every format, from the network to the file, and made for where it goes: a column, two, a slide, so many pixels."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from calls import calls_of
from painting_figures import (
    HOSTILE_NAMES,
    SVG_TAGS,
    export_diagram,
    pdf_picture,
    pdf_text,
    pixels,
    poppler,
    svg_picture,
    svg_tags,
    svg_texts,
    tool,
)
from painting_figures import (
    difference as apart,
)
from placed import fires, within
from preset_tables import network
from PySide6.QtGui import QImage

from squeezeviz.analysis.costs import Measure
from squeezeviz.analysis.difference import difference
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.drawing import draw
from squeezeviz.figure.drawing.cost_heat import heat_of
from squeezeviz.figure.layout import build
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.layout.changes import marks_of
from squeezeviz.figure.scene.diagram import Badge, Direction, Key, Rect
from squeezeviz.figure.scene.primitives import Group
from squeezeviz.figure.theme.look import (
    ALL,
    FIGURE,
    FITS,
    NONE,
    USUAL,
    Annotations,
    Columns,
    FigureSize,
    Rows,
    parse_width,
)
from squeezeviz.figure.theme.metrics import extent, texts
from squeezeviz.figure.theme.theme import DARK, LIGHT, Theme
from squeezeviz.figure.writers.export import DIAGRAM_FORMATS, diagram_format, exported, remarks
from squeezeviz.figure.writers.figure import ExportOptions, figure_of
from squeezeviz.files.presets import load_preset
from squeezeviz.model.errors import SqueezevizError

SIGNATURES = {
    "svg": b"<?xml",
    "pdf": b"%PDF-",
    "png": b"\x89PNG",
    "dot": b"digraph ",
    "pptx": b"PK",
    "html": b"<!DOCTYPE html>",
    "tex": b"% ",
}
CLOSED = frozenset(f"fire{number}" for number in range(4, 10))
"""All but two: a smaller figure is compared sooner."""
NAMES = {name: text for name, text in HOSTILE_NAMES.items() if name not in ("controls", "lines")}
"""What a table takes for a name."""


def edited() -> ResolvedNetwork:
    """Table 1 with a row gone, one renamed at length, and one that is wider."""
    table = load_preset("table1").with_field(2, "s1x1", 48).with_field(8, "name", "a Fire of a rather long name")
    return resolve(replace(table, layers=(*table.layers[:4], *table.layers[5:])))


def options(fit: str | None, direction: Direction = Direction.DOWN, **diagram: object) -> ExportOptions:
    made = DiagramOptions(direction, **diagram)  # type: ignore[arg-type]
    return ExportOptions(made, size=None if fit is None else FITS[fit])


def notes(resolved: ResolvedNetwork, suffix: str, wanted: ExportOptions) -> tuple[str, ...]:
    return exported(resolved, suffix, wanted).notes


@pytest.mark.parametrize("fit", [None, *FITS])
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("annotations", [USUAL, NONE, ALL], ids=["usual", "none", "all"])
@pytest.mark.parametrize("preset", ["complex-bypass", "edited"])
def test_everything_drawn_lies_on_the_page(
    preset: str, annotations: Annotations, direction: Direction, fit: str | None
) -> None:
    resolved = edited() if preset == "edited" else network(preset)
    wanted = options(fit, direction, annotations=annotations, collapsed=fires(resolved) - {"fire3"})._replace(
        heat=heat_of(resolved, None, Measure.MACS),
        marks=marks_of(difference(network(), resolved)),
        badges={Key(layer.name): Badge.MEASURED for layer in resolved.layers},
        background=False,
    )
    figure = figure_of(resolved, wanted)
    assert within(extent(figure.group), Rect(0, 0, figure.width, figure.height))


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
    assert apart(svg_picture(svg.decode()), png) < 64
    assert apart(pdf_picture(pdf), png) < 64


@pytest.mark.parametrize(("fit", "width"), [("column", 84), ("two-columns", 178), ("slide", 338.667)])
@pytest.mark.parametrize("direction", Direction)
def test_a_figure_is_as_wide_on_paper_as_its_place_in_svg_pdf_and_png(
    fit: str, width: float, direction: Direction
) -> None:
    wanted = options(fit, direction, collapsed=fires(network()), rows=Rows(0, 5))
    svg = ElementTree.fromstring(export_diagram(network(), "svg", wanted))
    assert float(svg.attrib["width"].removesuffix("mm")) == pytest.approx(width, abs=0.01)
    view = [float(each) for each in svg.attrib["viewBox"].split()]
    height = float(svg.attrib["height"].removesuffix("mm"))
    assert view[3] / view[2] == pytest.approx(height / width, rel=1e-3)
    told = poppler("pdfinfo", "-", pdf=export_diagram(network(), "pdf", wanted)).decode()
    found = re.search(r"Page size: +([\d.]+) x ([\d.]+) pts", told)
    assert found is not None
    assert [float(each) for each in found.groups()] == pytest.approx([width / 25.4 * 72, height / 25.4 * 72], abs=0.51)
    png = QImage.fromData(export_diagram(network(), "png", wanted))
    assert png.width() == round(width / 25.4 * 300)
    assert png.dotsPerMeterX() == pytest.approx(300 / 0.0254, rel=2e-3)


def test_unless_a_size_is_asked_for_a_unit_of_a_figure_is_a_pixel_and_pixels_change_only_that() -> None:
    diagram = build_diagram(network(), DiagramOptions(spacing=FIGURE))
    size = f"{round(diagram.width * 0.75)} x {round(diagram.height * 0.75)} pts"
    assert size in poppler("pdfinfo", "-", pdf=export_diagram(network(), "pdf")).decode()
    wide, usual = (
        export_diagram(network(), "svg", ExportOptions(size=size)).decode() for size in (parse_width("1200px"), None)
    )
    assert 'width="317.5mm"' in wide
    sides = re.compile(r' (width|height)="[^"]*"')
    assert sides.sub("", wide, count=2) == sides.sub("", usual, count=2)
    assert QImage.fromData(export_diagram(network(), "png", ExportOptions(size=parse_width("777px")))).width() == 777


def test_a_slide_is_16_to_9_with_the_figure_in_its_middle() -> None:
    figure = figure_of(network(), options("slide", Direction.RIGHT, rows=Rows(2, 2))._replace(background=False))
    assert figure.width / figure.height == pytest.approx(16 / 9)
    left, top, width, height = extent(figure.group)
    assert left + width / 2 == pytest.approx(figure.width / 2, rel=0.03)
    assert top + height / 2 == pytest.approx(figure.height / 2, rel=0.03)


@pytest.mark.parametrize(
    ("text", "inches"),
    [("84mm", 84 / 25.4), ("8.4 cm", 84 / 25.4), ("3.3in", 3.3), ("72pt", 1.0), ("960px", 10.0), (" 960 ", 10.0)],
)
def test_a_width_is_read(text: str, inches: float) -> None:
    assert parse_width(text).width_in == pytest.approx(inches)


@pytest.mark.parametrize("text", ["", "wide", "0mm", "-3mm", "1e9mm", "99999in", "3.5px", "0", "1" * 400, "²mm", "nan"])
def test_what_is_no_width_is_told_how_to_say_one(text: str) -> None:
    with pytest.raises(SqueezevizError, match=r"width|wide"):
        parse_width(text)


def test_a_whole_closed_squeezenet_can_be_read_in_one_column_and_to_the_right_in_two() -> None:
    for wanted in (
        options("column", collapsed=fires(network())),
        options("two-columns", Direction.RIGHT, collapsed=fires(network())),
        options("slide", Direction.RIGHT, collapsed=fires(network())),
    ):
        figure = figure_of(network(), wanted)
        assert (figure.smallest_text_pt or 0) >= 5.5
        assert figure.size_mm[1] <= 236
        assert remarks(figure, network(), wanted) == ()


def module_places(group: Group, x: float = 0.0, y: float = 0.0) -> Iterator[tuple[float, float]]:
    """Where the corner of each module stands, in the order of the table."""
    x, y = x + group.x, y + group.y
    if group.kind == "module":
        yield x, y
    for each in group.children:
        if isinstance(each, Group):
            yield from module_places(each, x, y)


@pytest.mark.parametrize("size", [None, "column", "slide"])
@pytest.mark.parametrize("direction", Direction)
def test_columns_begin_where_they_are_asked_to_and_others_fill_the_room(direction: Direction, size: str | None) -> None:
    wanted = ExportOptions(DiagramOptions(direction), size=FITS[size] if size else None)
    figure = figure_of(network(), wanted._replace(columns=Columns(1.6, (0, 5, 9))))
    boxes = list(module_places(figure.drawn))
    across = [at[0 if direction.down else 1] for at in boxes]
    along = [at[1 if direction.down else 0] for at in boxes]
    backwards = [place for place, (one, other) in enumerate(pairwise(along), 1) if other < one]
    assert backwards == [5, 9]
    assert max(across[:5]) < min(across[5:9]) and max(across[5:9]) < min(across[9:])
    free = figure_of(network(), wanted._replace(columns=Columns(2.0)))
    assert 1 < free.width / free.height < 3


def test_one_open_fire_can_be_read_in_a_column() -> None:
    wanted = options("column", rows=Rows(2, 2))
    assert (figure_of(network(), wanted).smallest_text_pt or 0) >= 5
    assert notes(network(), "svg", wanted) == ()


def test_text_too_small_is_told_with_what_would_help() -> None:
    wanted = options("column", Direction.RIGHT)
    (note,) = notes(network(), "pdf", wanted)
    assert re.search(r"is \d\.\d pt, too small", note)
    assert note.endswith("; close Fire modules, make it two columns wide, turn it down or show fewer rows")
    assert notes(network(), "dot", wanted) == ()
    assert notes(network(), "pdf", wanted._replace(size=None)) == ()
    (pixels_note,) = notes(network(), "pdf", wanted._replace(size=FigureSize(1.0, pixels=96)))
    assert "too small to read; make it wider" in pixels_note
    (one_row,) = notes(network(), "pdf", options("column", rows=Rows(7, 7), annotations=ALL))
    assert "show fewer rows" not in one_row


def followed(advice: str, resolved: ResolvedNetwork, wanted: ExportOptions) -> ExportOptions:
    """The options of a person who does what a note says first."""
    diagram = wanted.diagram
    changed = {
        "close Fire modules": diagram._replace(collapsed=fires(resolved)),
        "turn it down": diagram._replace(direction=Direction.DOWN),
        "write less on it": diagram._replace(annotations=NONE._replace(depth=diagram.annotations.depth)),
        "leave the depth ruler out": diagram._replace(annotations=diagram.annotations._replace(depth=False)),
        "make it two columns wide": diagram,
    }
    return wanted._replace(
        diagram=changed[advice],
        size=FITS["two-columns"] if advice == "make it two columns wide" else wanted.size,
    )


@pytest.mark.parametrize("rows", [None, Rows(2, 2), Rows(2, 5)], ids=["all", "one", "four"])
@pytest.mark.parametrize("annotations", [USUAL, ALL], ids=["usual", "all"])
@pytest.mark.parametrize("closing", [True, False], ids=["closed", "open"])
@pytest.mark.parametrize("direction", Direction)
def test_what_is_named_first_does_help(
    direction: Direction, closing: bool, annotations: Annotations, rows: Rows | None
) -> None:
    collapsed = fires(network()) if closing else frozenset[str]()
    for size in (*FITS.values(), parse_width("40mm"), parse_width("120mm")):
        wanted = options(None, direction, rows=rows, annotations=annotations, collapsed=collapsed)
        wanted = wanted._replace(size=size)
        before = figure_of(network(), wanted)
        for note in remarks(before, network(), wanted):
            first = re.split(", | or ", note.partition("; ")[2])[0]
            after = figure_of(network(), followed(first, network(), wanted))
            assert (after.smallest_text_pt or 0) * after.unit_on_page_in / after.inches_per_unit > 1.03 * (
                (before.smallest_text_pt or 0) * before.unit_on_page_in / before.inches_per_unit
            ), note


@pytest.mark.parametrize("fit", [None, *FITS])
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("suffix", DIAGRAM_FORMATS)
def test_an_export_lays_out_and_draws_its_figure_once(
    suffix: str, direction: Direction, fit: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed, draws = calls_of(monkeypatch, build, "_in_series"), calls_of(monkeypatch, draw, "draw_links")
    exported(network(), suffix, options(fit, direction))
    laid_out = [tuple(indices) for _, indices, *_ in placed]
    drawn = [tuple(module.row for module in diagram.modules) for diagram, _ in draws]
    if suffix == "html":  # which has every Fire in both forms
        assert laid_out == 2 * [tuple(range(-1, 15))]
        return
    assert laid_out == drawn
    if suffix == "dot":
        assert laid_out == []
    elif direction is Direction.DOWN or fit is None or suffix == "pptx":
        assert laid_out == [tuple(range(-1, 15))]
    else:
        # What runs to the right may be broken into lines, each of which is a figure of some rows.
        assert laid_out[0] == tuple(range(-1, 15))
        assert len(laid_out) == len(set(laid_out))


def test_a_slide_is_not_print_and_text_a_little_small_is_a_mild_note() -> None:
    (slide,) = notes(network(), "pdf", options("slide"))
    assert "on a slide" in slide
    assert "print" not in slide
    (mild,) = notes(network(), "pdf", options("column", rows=Rows(9, 9))._replace(size=parse_width("72mm")))
    assert re.match(r"the smallest text is 5\.\d pt, small for print; ", mild)


def test_a_closed_network_running_down_fills_both_columns_of_a_page() -> None:
    marks = marks_of(difference(network("simple-bypass"), network()))
    figure = figure_of(network(), options("two-columns", collapsed=fires(network()))._replace(marks=marks))
    assert sum(each.kind == "difference" for each in groups(figure.group)) == len(marks.layers) > 0
    assert [*figure.size_mm] == [pytest.approx(178), pytest.approx(134, abs=8)]
    _, _, width, _ = extent(figure.group)
    assert width > 0.97 * figure.width
    shown = [text.text for text in texts(figure.group)]
    assert all(layer.name in " ".join(shown) for layer in network().table.layers)


@pytest.mark.parametrize("fit", [None, "column", "slide"])
def test_a_part_of_the_network_leads_out_by_an_arrow_and_has_nothing_for_the_mouse(fit: str | None) -> None:
    figure = figure_of(network(), options(fit, rows=Rows(7, 7)))
    (links,) = [each for each in groups(figure.group) if each.kind == "links"]
    assert [line.kind for line in links.children if isinstance(line, Group)] == ["line", "line"]
    assert all(len(line.children) == 2 for line in links.children if isinstance(line, Group))
    assert not any(each.kind == "toggle" for each in groups(figure.group))


def groups(group: Group) -> list[Group]:
    inside = [each for each in group.children if isinstance(each, Group)]
    return [group, *(found for each in inside for found in groups(each))]


def test_a_network_to_the_right_is_broken_into_lines_and_loses_nothing() -> None:
    wanted = options("two-columns", Direction.RIGHT, collapsed=fires(network()))
    shown = [text.text for text in texts(figure_of(network(), wanted).group)]
    assert [each for each in shown if each in {layer.name for layer in network().table.layers}] == [
        layer.name for layer in network().table.layers
    ]
    assert sum(each.startswith("from ") for each in shown) >= 1


@pytest.mark.parametrize("fit", [None, "column"])
def test_second_programs_see_the_same_words(fit: str | None) -> None:
    wanted = options(fit, annotations=ALL, collapsed=frozenset({"fire4"}), rows=Rows(2, 5))
    words = [each for each in svg_texts(export_diagram(network("complex-bypass"), "svg", wanted)) if each.strip()]
    assert {"squeeze 1×1", "expand 3×3", "concat", "add"} <= {each.partition(" · ")[0] for each in words}
    pdf = export_diagram(network("complex-bypass"), "pdf", wanted)
    squeezed = re.sub(r"\s", "", pdf_text(pdf))
    assert [each for each in words if re.sub(r"\s", "", each) not in squeezed] == []
    assert len(words) > 40
    # And they draw it: ink on more than a hundredth of the page, none on its rim.
    for picture in (pdf_picture(pdf), svg_picture(export_diagram(network("complex-bypass"), "svg", wanted).decode())):
        page = pixels(picture)[..., :3]
        assert (page[:2] == 255).all()
        assert (page[:, -2:] == 255).all()
        assert (page < 200).any(axis=2).mean() > 0.01


def test_the_background_is_the_theme_s_or_none() -> None:
    def corner(**wanted: Any) -> tuple[int, ...]:
        png = export_diagram(network(), "png", ExportOptions(png_scale=0.5, **wanted))
        return tuple(pixels(png)[0, 0].tolist())

    page = bytes.fromhex(DARK.page.removeprefix("#"))
    assert corner(background=False) == (0, 0, 0, 0)
    assert corner() == (255, 255, 255, 255)
    assert corner(theme=DARK) == (*reversed(page), 255)
    for background, colour in ((True, DARK.page), (False, "transparent")):
        dot = export_diagram(network(), "dot", ExportOptions(theme=DARK, background=background)).decode()
        assert re.search(rf'bgcolor="?{colour}"?', dot)
        assert DARK.box_fill in dot


@pytest.mark.parametrize("annotations", [USUAL, NONE, ALL], ids=["usual", "none", "all"])
def test_dot_draws_the_same_modules_and_words(annotations: Annotations) -> None:
    wanted = options("column", annotations=annotations, rows=Rows(2, 5), collapsed=frozenset({"fire4"}))
    dot = export_diagram(network("complex-bypass"), "dot", wanted)
    drawn = subprocess.run([tool("dot"), "-Tsvg"], input=dot, capture_output=True, check=True).stdout
    shown = svg_texts(drawn)
    assert "from maxpool1" in shown
    names = [layer.name for layer in network("complex-bypass").table.layers]
    assert [any(each.startswith(name) for each in shown) for name in names] == [2 <= row <= 5 for row in range(15)]
    assert any("filters" in each for each in shown) is annotations.filters
    assert any(re.search("^ *[0-9]+ × [0-9]+ × [0-9]+", each) for each in shown) is annotations.shapes
    assert any("multiply-adds" in each for each in shown) is annotations.macs
    assert sum(each.get("class") == "cluster" for each in ElementTree.fromstring(drawn).iter()) == 2
    width = ElementTree.fromstring(drawn).attrib["width"]
    assert float(width.removesuffix("pt")) == pytest.approx(84 / 25.4 * 72, abs=1.5)


@pytest.mark.parametrize("suffix", DIAGRAM_FORMATS)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_hostile_name_is_harmless_in_a_part_of_the_network(name: str, suffix: str) -> None:
    table = load_preset("table1")
    layers = tuple(replace(layer, name=name) if layer.name == "maxpool1" else layer for layer in table.layers)
    resolved = resolve(replace(table, layers=layers))
    wanted = options("column", rows=Rows(2, 3), annotations=ALL, collapsed=frozenset({"fire3"}))
    written = export_diagram(resolved, suffix, wanted)
    assert written.startswith(SIGNATURES[suffix])
    if suffix == "svg":
        assert svg_tags(written) <= SVG_TAGS
        assert any(name in title for title in svg_texts(written, "title"))
    elif suffix == "dot":
        drawn = subprocess.run([tool("dot"), "-Tsvg"], input=written, capture_output=True, check=True).stdout
        nodes = [each for each in ElementTree.fromstring(drawn).iter() if each.get("class") == "node"]
        assert len(nodes) == 1 + 4 + 1


@pytest.mark.parametrize("suffix", DIAGRAM_FORMATS)
def test_every_format_follows_rows_annotations_and_size(suffix: str) -> None:
    wanted = options("column", rows=Rows(2, 3))
    whole, part = (export_diagram(network(), suffix, each) for each in (options("column"), wanted))
    less = export_diagram(network(), suffix, options("column", rows=Rows(2, 3), annotations=NONE))
    wide = export_diagram(network(), suffix, options("two-columns", rows=Rows(2, 3)))
    # A presentation is a slide and a web page as wide as its window, whatever else was asked for.
    assert len({whole, part, less}) == 3
    assert (wide == part) is (suffix in ("pptx", "html"))


@pytest.mark.parametrize("suffix", ["svg", ".svg", "SVG", ".Svg"])
def test_a_suffix_is_known_with_or_without_dot_in_any_case(suffix: str) -> None:
    assert diagram_format(suffix).suffix == "svg"


@pytest.mark.parametrize("suffix", ["bmp", ".docx", "", "."])
def test_an_unknown_suffix_is_answered_with_the_known_ones(suffix: str) -> None:
    with pytest.raises(SqueezevizError) as refused:
        export_diagram(network(), suffix)
    assert all(f".{known}" in refused.value.message for known in DIAGRAM_FORMATS)


def test_a_table_that_cannot_run_is_exported_with_its_problem() -> None:
    table = load_preset("table1")
    small = resolve(replace(table, input=replace(table.input, height=9, width=9)))
    assert small.problems
    assert len(svg_texts(export_diagram(small, "svg"))) > 3
