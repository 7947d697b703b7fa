"""The slide opens elsewhere: the same modules, the same words, in native shapes that stay on the slide."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from painting_figures import HOSTILE_NAMES, export_diagram
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from preset_tables import network
from strategies import tables

from squeezeviz.analysis.costs import Measure
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.drawing.cost_heat import heat_of
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.layout.changes import Mark, Marks
from squeezeviz.figure.scene.diagram import Badge, Direction, Key
from squeezeviz.figure.scene.primitives import Group
from squeezeviz.figure.theme.look import FITS
from squeezeviz.figure.theme.metrics import text_width, texts
from squeezeviz.figure.theme.theme import LIGHT, THEMES, Theme
from squeezeviz.figure.writers.figure import ExportOptions, figure_of, for_paper
from squeezeviz.figure.writers.slides import Slide, slides_of
from squeezeviz.files.presets import load_preset
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import Change, LayerTable
from squeezeviz.model.text import one_line

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CLOSED = frozenset(f"fire{number}" for number in range(4, 10))
ALL_CLOSED = CLOSED | {"fire2", "fire3"}
NAMES = {name: text for name, text in HOSTILE_NAMES.items() if name not in ("controls", "lines")}
EMU_PER_POINT = 12_700


def opened(shown: ResolvedNetwork, options: ExportOptions | None = None) -> Any:
    return Presentation(io.BytesIO(export_diagram(shown, "pptx", options or ExportOptions())))


def flat(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        yield shape
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from flat(shape.shapes)


def everything(presentation: Any) -> list[Any]:
    (slide,) = presentation.slides
    return list(flat(slide.shapes))


def module_groups(slide: Slide) -> Iterator[Group]:
    """The groups of rows on a slide before it is written, in their order."""
    waiting = [slide.page.group]
    while waiting:
        group = waiting.pop(0)
        if group.kind == "module":
            yield group
        waiting += [each for each in group.children if isinstance(each, Group)]


def written(shapes: list[Any]) -> list[str]:
    return [p.text for shape in shapes if shape.has_text_frame for p in shape.text_frame.paragraphs if p.text]


def figure(theme: Theme, preset: str, direction: Direction, closed: frozenset[str]) -> ExportOptions:
    marks = Marks({Key("conv1"): Mark(Change.CHANGED, "×64 → ×96"), Key("fire4"): Mark(Change.ADDED)}, {})
    badges = {Key("fire2", "squeeze1x1"): Badge.MEASURED, Key("conv10"): Badge.DIFFERS, Key("fire3"): Badge.STALE}
    heat = heat_of(network(preset), None, Measure.PARAMETERS)
    return ExportOptions(DiagramOptions(direction, closed), theme, badges, marks, heat)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("preset", ["table1", "complex-bypass"])
def test_the_slide_says_what_the_figure_says(preset: str, direction: Direction) -> None:
    options = ExportOptions(DiagramOptions(direction, CLOSED))
    said = written(everything(opened(network(preset), options)))
    spacing = for_paper(options._replace(size=FITS["slide"])).diagram
    drawn = [one_line(each.text) for each in texts(figure_of(network(preset), options._replace(diagram=spacing)).group)]
    assert sorted(said) == sorted([*drawn, network(preset).table.name])


def test_every_row_of_the_table_is_a_group_named_after_it_and_described() -> None:
    presentation = opened(network("table1"))
    groups = [each for each in everything(presentation) if each.shape_type == MSO_SHAPE_TYPE.GROUP]
    names = [each.name for each in groups]
    assert [name for name in names if name in {layer.name for layer in network("table1").table.layers}] == [
        layer.name for layer in network("table1").table.layers
    ]
    fire = next(each for each in groups if each.name == "fire2")
    inside = {each.name for each in fire.shapes}
    assert {"fire2 squeeze1x1", "fire2 expand1x1", "fire2 expand3x3", "fire2 concat 1×1"} <= inside
    assert "Fire" in fire._element.nvGrpSpPr.cNvPr.get("descr")


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("closed", [CLOSED, frozenset()], ids=["closed", "open"])
@pytest.mark.parametrize("theme", [LIGHT, THEMES["greyscale"]], ids=lambda theme: theme.name)
def test_every_shape_is_on_the_slide_and_every_text_in_its_shape(
    theme: Theme, closed: frozenset[str], direction: Direction
) -> None:
    presentation = opened(network("complex-bypass"), figure(theme, "complex-bypass", direction, closed))
    for shape in everything(presentation):
        assert shape.left >= 0
        assert shape.top >= 0
        assert shape.left + shape.width <= presentation.slide_width
        assert shape.top + shape.height <= presentation.slide_height
        if not shape.has_text_frame or shape.is_placeholder or not shape.text_frame.text:
            continue
        room = shape.width - shape.text_frame.margin_left
        height = 0.0
        for paragraph in shape.text_frame.paragraphs:
            (run,) = paragraph.runs
            assert text_width(run.text, run.font.size / EMU_PER_POINT, bool(run.font.bold)) * EMU_PER_POINT <= room
            height += 1.17 * run.font.size
        assert height <= shape.height


@pytest.mark.parametrize(("name", "least"), [("table1", 56), ("complex-bypass", 100)])
def test_connectors_are_glued_where_they_are_drawn(name: str, least: int) -> None:
    (slide,) = opened(network(name)).slides
    shapes = {shape.shape_id: shape for shape in flat(slide.shapes)}
    assert len(shapes) == len(list(flat(slide.shapes)))
    lines = [each for each in shapes.values() if each.shape_type == MSO_SHAPE_TYPE.LINE]
    glued: list[str] = []
    for line in lines:
        for end, x, y in (("stCxn", line.begin_x, line.begin_y), ("endCxn", line.end_x, line.end_y)):
            glue = line._element.nvCxnSpPr.cNvCxnSpPr.find(f"{DRAWING}{end}")
            if glue is None:
                continue
            shape = shapes[int(glue.get("id"))]
            glued.append(shape.name)
            if line._element.spPr.xfrm.get("rot"):
                continue
            assert shape.left - 20_000 <= x <= shape.left + shape.width + 20_000
            assert shape.top - 20_000 <= y <= shape.top + shape.height + 20_000
    assert len(glued) > least
    assert {f"fire{number} frame" for number in range(2, 10)} <= set(glued)


@pytest.mark.parametrize("direction", Direction)
def test_a_line_beside_the_middle_of_a_frame_meets_a_site_of_its_own(direction: Direction) -> None:
    (slide,) = opened(network("complex-bypass"), ExportOptions(DiagramOptions(direction))).slides
    shapes = {shape.shape_id: shape for shape in flat(slide.shapes)}
    met = 0
    for line in (each for each in shapes.values() if each.shape_type == MSO_SHAPE_TYPE.LINE):
        for end, x, y in (("stCxn", line.begin_x, line.begin_y), ("endCxn", line.end_x, line.end_y)):
            for glue in line._element.iter(f"{DRAWING}{end}"):
                shape = shapes[int(glue.get("id"))]
                for site in list(shape._element.iter(f"{DRAWING}cxn"))[int(glue.get("idx")) :][:1]:
                    assert abs(shape.left + int(site[0].get("x")) - x) < 20_000
                    assert abs(shape.top + int(site[0].get("y")) - y) < 20_000
                    met += shape.name.endswith("frame")
    assert met >= 8


def test_the_title_and_the_properties_are_the_network_s() -> None:
    presentation = opened(network("table1"))
    (slide,) = presentation.slides
    assert slide.shapes.title.text == network("table1").table.name
    assert presentation.core_properties.title == network("table1").table.name
    assert presentation.slide_width / presentation.slide_height == pytest.approx(16 / 9, abs=1e-5)
    assert "type" not in presentation.part._element.sldSz.attrib  # which would say 4:3


def test_a_figure_with_closed_modules_is_a_slide_of_the_usual_size() -> None:
    presentation = opened(network("table1"), ExportOptions(DiagramOptions(collapsed=ALL_CLOSED)))
    assert (presentation.slide_width, presentation.slide_height) == (12_192_000, 6_858_000)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_no_text_is_too_small_to_read_and_all_colours_are_the_theme_s(theme: Theme) -> None:
    presentation = opened(network("squeezenet1_1"), ExportOptions(DiagramOptions(collapsed=CLOSED), theme))
    (slide,) = presentation.slides
    assert str(slide.background.fill.fore_color.rgb) == theme.page[1:].upper()
    for shape in everything(presentation):
        for paragraph in shape.text_frame.paragraphs if shape.has_text_frame else ():
            assert all(run.font.size >= 4.98 * EMU_PER_POINT for run in paragraph.runs)
    assert str(slide.shapes.title.text_frame.paragraphs[0].runs[0].font.color.rgb) == theme.text[1:].upper()


def test_a_transparent_slide_has_the_background_of_the_deck_it_is_pasted_into() -> None:
    (slide,) = opened(network("table1"), ExportOptions(background=False)).slides
    assert slide.follow_master_background


def test_the_same_figure_gives_the_same_bytes() -> None:
    options = figure(LIGHT, "table1", Direction.DOWN, CLOSED)
    data = export_diagram(network("table1"), "pptx", options)
    assert data == export_diagram(network("table1"), "pptx", options)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {each.date_time for each in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in file.namelist() if "thumbnail" in name or "printerSettings" in name]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_hostile_name_is_text(name: str) -> None:
    table = load_preset("table1")
    layers = tuple(replace(layer, name=name) if layer.name == "fire2" else layer for layer in table.layers[:4])
    for closed in (frozenset({name}), frozenset[str]()):
        shapes = everything(
            opened(resolve(LayerTable(name, table.input, layers)), ExportOptions(DiagramOptions(collapsed=closed)))
        )
        assert any(shape.name == one_line(name) for shape in shapes)
        assert any(name[:4] in said for said in written(shapes))


def test_a_network_too_long_for_any_slide_is_refused_with_what_helps() -> None:
    table = load_preset("table1")
    fire = table.layers[2]
    rows = (*table.layers[:2], *(replace(fire, name=f"fire{place}") for place in range(2, 250)))
    with pytest.raises(SqueezevizError, match="too large for one slide; set it on several slides, close Fire modules"):
        export_diagram(resolve(LayerTable("long", table.input, rows)), "pptx")


def rows_on(slide: Any) -> list[str]:
    """The rows of the table that a slide shows, in their order."""
    there = {each.name for each in slide.shapes if each.shape_type == MSO_SHAPE_TYPE.GROUP}
    return [layer.name for layer in network("complex-bypass").table.layers if layer.name in there]


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("collapsed", [frozenset[str](), ALL_CLOSED], ids=["open", "closed"])
def test_several_slides_show_every_row_once_in_text_that_can_be_read_under_a_title_that_says_which(
    collapsed: frozenset[str], direction: Direction
) -> None:
    options = ExportOptions(DiagramOptions(direction, collapsed), several_slides=True)
    presentation = opened(network("complex-bypass"), options)
    slides = list(presentation.slides)
    shown = [rows_on(slide) for slide in slides]
    assert [name for names in shown for name in names] == [each.name for each in network("complex-bypass").layers]
    for place, (slide, names) in enumerate(zip(slides, shown, strict=True), 1):
        part = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        assert slide.shapes.title.text.endswith(f" · {part} · {place} of {len(slides)}")
        assert len(slide.shapes.title.text) < 80
        for shape in flat(slide.shapes):
            assert shape.left >= 0 and shape.left + shape.width <= presentation.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= presentation.slide_height
            for paragraph in shape.text_frame.paragraphs if shape.has_text_frame else ():
                assert all(run.font.size >= 9.95 * EMU_PER_POINT for run in paragraph.runs)
    assert (presentation.slide_width, presentation.slide_height) == (12_192_000, 6_858_000)


def test_on_several_slides_the_network_is_called_the_same() -> None:
    options, cut = ExportOptions(DiagramOptions(), several_slides=True), set[bool]()
    for length in range(30, 90, 3):
        table = replace(network("complex-bypass").table, name="a net " * (length // 6) + "n" * (length % 6))
        slides = slides_of(resolve(table), options).slides
        assert len({len(slide.part) for slide in slides}) > 1
        names = {slide.heading.removesuffix(f" · {slide.part}") for slide in slides}
        assert len(names) == 1
        cut.add("…" in names.pop())
    assert cut == {False, True}


@given(table=tables(), collapsed=st.booleans(), direction=st.sampled_from(Direction))
@settings(max_examples=60)
def test_the_parts_of_any_table_follow_each_other_and_only_a_row_alone_may_be_small(
    table: LayerTable, collapsed: bool, direction: Direction
) -> None:
    shown = resolve(table)
    closed = frozenset(layer.name for layer in table.layers if collapsed)
    slides = slides_of(shown, ExportOptions(DiagramOptions(direction, closed), several_slides=True)).slides
    rows = [
        [child.key.layer for child in module_groups(slide) if child.key is not None and child.key.layer]
        for slide in slides
    ]
    assert [name for names in rows for name in names][: len(shown.layers)] == [each.name for each in shown.layers]
    for slide, names in zip(slides, rows, strict=True):
        assert slide.smallest_text_pt >= 9.95 or len(names) <= 1 + len(shown.problems)


def test_what_a_screen_reader_says_of_each_shape_are_sentences() -> None:
    presentation = opened(network("complex-bypass"), ExportOptions(DiagramOptions(collapsed=CLOSED)))
    said = {
        each.name: each._element.xpath(".//p:cNvPr")[0].get("descr")
        for each in everything(presentation)
        if each._element.xpath(".//p:cNvPr")[0].get("descr")
    }
    assert all(re.match(r"[a-zA-Z].*\.$", each) and ";  " not in each for each in said.values()), said
    assert said["fire2"] == (
        "fire2 is a Fire module: 16 filters of 1×1 squeeze its input, then 64 filters of 1×1 and 64 of 3×3 expand that "
        "side by side, 64 + 64 = 128 channels. Its output is 128 × 55 × 55; it adds 2 to the depth and has 24,336 "
        "parameters. A complex bypass adds its input, after a convolution of 1×1, to its output."
    )
    assert said["conv1"].startswith("conv1 is a convolution with 96 filters of 7×7, 2 apart, followed by a ReLU.")
    assert said["maxpool1"].startswith("maxpool1 is a max pooling of 3×3, 2 apart. Its output is 96 × 55 × 55.")
    assert said["fire2 squeeze1x1"].startswith("In fire2 the squeeze is a convolution with 16 filters of 1×1.")
    assert said["fire2 concat 1×1"].startswith("In fire2 the concat stacks the channels of both expands")
    assert said["depth ruler"].startswith("The depth ruler counts weighted layers, from 1 to 18")
    named = {layer.name for layer in network("complex-bypass").table.layers}
    assert named <= set(said)


@pytest.mark.full
def test_another_program_shows_every_operation(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None or shutil.which("pdftotext") is None:
        pytest.skip("soffice or pdftotext is not installed (libreoffice-impress, poppler-utils)")
    (tmp_path / "figure.pptx").write_bytes(export_diagram(network("complex-bypass"), "pptx"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), "figure.pptx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=500)
    shown = subprocess.run(["pdftotext", "-layout", tmp_path / "figure.pdf", "-"], capture_output=True, check=True)
    said = shown.stdout.decode()
    diagram = build_diagram(network("complex-bypass"))
    assert all(module.key.layer in said for module in diagram.modules)
    assert said.count("squeeze 1×1") == said.count("expand 3×3") == 8
