"""An SVG is valid XML with real text, shows what the other formats show, and nothing in a name comes alive."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from painting_figures import (
    HEIGHT,
    HOSTILE_NAMES,
    WIDTH,
    difference,
    figure,
    pixels,
    plain_figure,
    png_of,
    svg_of,
    svg_picture,
)
from places import GOLDEN

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.figure.scene.primitives import Group, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.writers.svg import NAMESPACE
from squeezeviz.model.text import one_line, plain

GOLDEN = GOLDEN / "painting_figure.svg"
KNOWN_TAGS = {"svg", "g", "title", "text", "rect", "circle", "path", "polygon", "polyline"}


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.encode())


def texts(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{{{NAMESPACE}}}text")]


def test_the_document_is_the_golden_one() -> None:
    assert svg_of(plain_figure(), title="SqueezeNet <v1.0>") == GOLDEN.read_text(encoding="utf-8")


def test_it_shows_what_the_painter_shows() -> None:
    svg = svg_of(plain_figure())
    assert difference(svg_picture(svg, "#ffffff"), png_of(plain_figure(), background="#ffffff")) < 48


def test_a_figure_that_differs_is_seen_to_differ() -> None:
    svg = svg_of(plain_figure())
    other = figure("conv1 · 7×7/2 ✓ 96", "fire2 · squeeze", "64 + 64 = 129 channels")
    assert difference(svg_picture(svg, "#ffffff"), png_of(other, WIDTH, HEIGHT, background="#ffffff")) > 48


def test_nothing_reaches_over_the_edge() -> None:
    picture = pixels(svg_picture(svg_of(plain_figure())))
    edges = (picture[:10], picture[-10:], picture[:, :10], picture[:, -10:])
    assert all(edge[..., 3].max() == 0 for edge in edges)
    assert picture[..., 3].max() == 255


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_a_hostile_name_stays_text(name: str) -> None:
    root = parsed(svg_of(figure(name), title=name))
    assert one_line(name) in texts(root)
    assert {each.tag.rpartition("}")[2] for each in root.iter()} <= KNOWN_TAGS
    titles = [each.text for each in root.iter(f"{{{NAMESPACE}}}title")]
    assert titles == [plain(name)] * 2


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_a_second_renderer_takes_a_hostile_name(name: str) -> None:
    assert svg_picture(svg_of(figure(name))).startswith(b"\x89PNG")


@given(st.text(), st.text())
def test_any_text_survives_an_xml_parser(name: str, other: str) -> None:
    group = Group(0, 0, (Text(0, 0, name, 13, "#000000"), Text(0, 9, other, 13, "#000000")), title=other)
    assert texts(parsed(svg_of(group, 10, 10))) == [one_line(name), one_line(other)]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=12))
def test_ids_are_unique_names_whatever_the_layers_are_called(names: list[str]) -> None:
    groups = tuple(Group(0, 0, (), key=Key(name)) for name in names)
    ids = [each.get("id", "") for each in parsed(svg_of(Group(0, 0, groups), 10, 10)).iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", each) for each in ids)


def test_a_module_can_be_found_by_its_name() -> None:
    root = parsed(svg_of(figure("fire2")))
    assert root.find(f".//{{{NAMESPACE}}}g[@id='fire2-squeeze1x1']") is not None


def test_spaces_in_a_name_are_kept() -> None:
    (text,) = parsed(svg_of(Group(0, 0, (Text(0, 0, "  two  spaces", 13, "#000000"),)), 9, 9)).iter(
        f"{{{NAMESPACE}}}text"
    )
    assert text.text == "  two  spaces"
    assert text.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


@pytest.mark.parametrize("family", ["DejaVu Sans Mono", "DejaVu Serif"])
def test_in_a_wider_font_a_line_is_as_wide_as_in_the_diagram_s_own(family: str) -> None:
    resvg = pytest.importorskip("resvg_py", reason="resvg-py is in the `test` extra")
    if not list(Path("/usr/share/fonts").rglob("DejaVuSansMono.ttf")):
        pytest.skip("the DejaVu fonts are not installed (fonts-dejavu-core)")
    svg = svg_of(Group(0, 0, (Text(10, 30, "expand 3×3 · 64 filters", 20, "#000000", True),)), 400, 50)
    picture = pixels(bytes(resvg.svg_to_bytes(svg_string=re.sub('Inter, [^"]*', family, svg))))
    (columns,) = picture[..., 3].max(axis=0).nonzero()
    assert columns.max() - columns.min() == pytest.approx(text_width("expand 3×3 · 64 filters", 20, True), abs=4)


def test_the_width_of_a_line_in_other_scripts_is_left_to_the_font() -> None:
    (text,) = parsed(svg_of(Group(0, 0, (Text(0, 0, "网络", 13, "#000000"),)), 9, 9)).iter(f"{{{NAMESPACE}}}text")
    assert text.get("textLength") is None


def test_lines_run_from_left_to_right_on_a_page_that_does_not() -> None:
    assert parsed(svg_of(plain_figure())).get("direction") == "ltr"


@given(st.floats(-1e7, 1e7))
def test_places_are_written_to_a_thousandth_without_an_exponent(place: float) -> None:
    group = Group(0, 0, (Rectangle(place, 0, 1, 1, Shape("#000000")),))
    written = parsed(svg_of(group, 10, 10))[0][0].get("x", "")
    assert re.fullmatch(r"-?\d+(\.\d{1,3})?", written)
    assert abs(float(written) - place) <= 0.000_501
