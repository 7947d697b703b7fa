"""SVG, PDF, PNG and a canvas's replay of one figure are one picture, as large as asked for, that no name can spoil."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from painting_figures import (
    HEIGHT,
    HOSTILE_NAMES,
    SVG,
    SVG_TAGS,
    WIDTH,
    difference,
    figure,
    pdf_information,
    pdf_of,
    pdf_picture,
    pdf_text,
    pixels,
    plain_figure,
    png_of,
    poppler,
    svg_of,
    svg_picture,
    svg_tags,
    svg_texts,
)
from places import GOLDEN
from PySide6.QtGui import QImage, QPainter

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.figure.scene.primitives import Group, Pixels, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.writers.painter import paint, record
from squeezeviz.figure.writers.png import LONGEST_SIDE_PX, MOST_PIXELS
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.text import one_line, plain

every_name = pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
FOUND_WITH_ANY_FONTS = ("markup", "dot", "tex", "entity", "cdata", "lines")
FULL = Group(0, 0, (Rectangle(0, 0, 33.4, 20.7, Shape("#336699")),))


def size(png: bytes) -> tuple[int, int]:
    image = QImage.fromData(png)
    return image.width(), image.height()


def text_group(text: str, size: float = 13, bold: bool = False) -> Group:
    return Group(0, 0, (Text(10, 30, text, size, "#000000", bold),))


def painted(draw: Callable[[QPainter], None], scale: float = 2.0) -> bytes | QImage:
    image = QImage(round(WIDTH * scale), round(HEIGHT * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    draw(painter)
    painter.end()
    return image


# One picture


def test_svg_and_pdf_show_what_the_painter_shows_and_a_difference_is_seen() -> None:
    svg = svg_picture(svg_of(plain_figure()), "#ffffff")
    png = png_of(plain_figure(), background="#ffffff")
    assert difference(svg, png) < 48
    assert difference(pdf_picture(pdf_of(plain_figure())), png) < 48
    other = figure("conv1 · 7×7/2 ✓ 96", "fire2 · squeeze", "64 + 64 = 129 channels")
    assert difference(svg, png_of(other, background="#ffffff")) > 48


def test_the_svg_is_the_golden_one() -> None:
    golden = (GOLDEN / "painting_figure.svg").read_text(encoding="utf-8")
    assert svg_of(plain_figure(), title="SqueezeNet <v1.0>") == golden
    assert png_of(plain_figure()) == png_of(plain_figure())


CHECKED = Pixels(20, 10, 60, 40, 3, 2, bytes.fromhex("ff0000 00ff00 0000ff 800000 ffffff 123456"))


def test_enlarged_pixels_have_sharp_edges_and_their_very_colours_in_every_format() -> None:
    group = Group(4, 2, (CHECKED,))
    pictures = [
        png_of(group, background="#ffffff"),
        pdf_picture(pdf_of(group)),
        svg_picture(svg_of(group), "#ffffff"),
    ]
    replayed = painted(record(group).play)
    assert isinstance(replayed, QImage)
    for image in (*map(QImage.fromData, pictures), replayed):
        for place, colour in enumerate(("#ff0000", "#00ff00", "#0000ff", "#800000", "#ffffff", "#123456")):
            row, column = divmod(place, 3)
            for inset in (3, 36):
                assert image.pixelColor(48 + 40 * column + inset, 24 + 40 * row + inset).name() == colour


@every_name
def test_a_hostile_name_stays_text_and_spoils_nothing_around_it(name: str) -> None:
    group, harmless = figure(name, "after it"), figure("x", "after it")
    svg = svg_of(group, title=name)
    assert {one_line(name), "after it"} <= set(svg_texts(svg))
    assert svg_tags(svg) <= SVG_TAGS
    assert svg_texts(svg, "title") == [plain(name), plain(name), "after it"]
    assert svg_picture(svg).startswith(b"\x89PNG")
    seen, other = (pixels(png_of(each, background="#ffffff")) for each in (group, harmless))
    below = slice(92, 148), slice(0, 420)  # the second box stands below the first name's own line
    assert (seen[below] == other[below]).all()
    assert (seen != other).any()


@every_name
def test_a_hostile_name_leaves_a_pdf_whole(name: str, request: pytest.FixtureRequest) -> None:
    pdf = pdf_of(figure(name, "after it"), title=name)
    text, told = pdf_text(pdf), pdf_information(pdf)
    assert "after it" in text
    assert (told["Pages"], told["JavaScript"], told["Title"]) == ("1", "no", plain(name))
    if request.node.callspec.id in FOUND_WITH_ANY_FONTS:
        assert one_line(name) in text


@pytest.mark.parametrize("scale", [0.35, 1.0, 2.0])
@every_name
def test_a_replay_paints_what_an_export_paints(name: str, scale: float) -> None:
    group = figure(name, "fire2 · 7×7/2")
    afresh = pixels(painted(lambda painter: paint(group, painter), scale)).astype(int)
    replayed = pixels(painted(record(group).play, scale)).astype(int)
    assert np.abs(afresh - replayed).mean() < 0.25


# SVG


@given(st.text(), st.text())
def test_any_text_survives_an_xml_parser(name: str, other: str) -> None:
    group = Group(0, 0, (Text(0, 0, name, 13, "#000000"), Text(0, 9, other, 13, "#000000")), title=other)
    assert svg_texts(svg_of(group, 10, 10)) == [one_line(name), one_line(other)]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=12))
def test_ids_are_unique_names_whatever_the_layers_are_called(names: list[str]) -> None:
    svg = svg_of(Group(0, 0, tuple(Group(0, 0, (), key=Key(name)) for name in names)), 10, 10)
    ids = [each.get("id", "") for each in ElementTree.fromstring(svg.encode()).iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", each) for each in ids)


def test_a_module_is_found_by_its_name_and_lines_run_from_left_to_right_on_any_page() -> None:
    root = ElementTree.fromstring(svg_of(figure("fire2")).encode())
    assert root.find(f".//{SVG}g[@id='fire2-squeeze1x1']") is not None
    assert root.get("direction") == "ltr"


def test_spaces_are_kept_and_the_width_of_other_scripts_is_left_to_the_font() -> None:
    spaced, foreign = (
        next(ElementTree.fromstring(svg_of(text_group(text)).encode()).iter(f"{SVG}text"))
        for text in ("  two  spaces", "网络")
    )
    assert spaced.text == "  two  spaces"
    assert spaced.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
    assert (spaced.get("textLength") is None, foreign.get("textLength")) == (False, None)


@pytest.mark.parametrize("family", ["DejaVu Sans Mono", "DejaVu Serif"])
def test_in_a_wider_font_a_line_is_as_wide_as_in_the_diagram_s_own(family: str) -> None:
    resvg = pytest.importorskip("resvg_py", reason="resvg-py is in the `test` extra")
    if not list(Path("/usr/share/fonts").rglob("DejaVuSansMono.ttf")):
        pytest.skip("the DejaVu fonts are not installed (fonts-dejavu-core)")
    words = "expand 3×3 · 64 filters"
    svg = svg_of(text_group(words, 20, True), 400, 50)
    picture = pixels(bytes(resvg.svg_to_bytes(svg_string=re.sub('Inter, [^"]*', family, svg))))
    (columns,) = picture[..., 3].max(axis=0).nonzero()
    assert columns.max() - columns.min() == pytest.approx(text_width(words, 20, True), abs=4)


@given(st.floats(-1e7, 1e7))
def test_places_are_written_to_a_thousandth_without_an_exponent(place: float) -> None:
    svg = svg_of(Group(0, 0, (Rectangle(place, 0, 1, 1, Shape("#000000")),)), 10, 10)
    written = ElementTree.fromstring(svg.encode())[0][0].get("x", "")
    assert re.fullmatch(r"-?\d+(\.\d{1,3})?", written)
    assert abs(float(written) - place) <= 0.000_501


# PDF


@pytest.mark.parametrize(("width", "height"), [(WIDTH, HEIGHT), (559.4, 794.2), (1122.5, 3), (1, 1)])
def test_the_page_is_the_figure_also_where_a_paper_size_is_near(width: float, height: float) -> None:
    told = pdf_information(pdf_of(plain_figure(), width, height))
    found = re.match(r"([\d.]+) x ([\d.]+) pts", told["Page size"])
    assert found is not None
    assert [float(each) for each in found.groups()] == pytest.approx([width * 0.75, height * 0.75], abs=0.5)
    assert told["Pages"] == "1"
    assert told["Creator"].startswith("squeezeviz ")


def test_a_page_longer_than_acrobat_counts_keeps_its_proportions() -> None:
    pdf = pdf_of(plain_figure(), 400, 300_000)
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    unit = re.search(rb"/UserUnit ([\d.]+)", pdf)
    assert box is not None and unit is not None
    assert float(box[2]) <= 14_400
    assert [float(side) * float(unit[1]) for side in box.groups()] == pytest.approx([300, 225_000])


def test_a_pdf_has_vectors_embedded_fonts_and_text_to_select_times_signs_and_arrows_included() -> None:
    names = ("conv1 · 7×7/2 → 96", "fire2/expand3x3", "64 + 64 = 128")
    pdf = pdf_of(figure(*names))
    assert all(each in pdf_text(pdf) for each in (*names, "✓", "18"))
    assert b"/Subtype /Image" not in pdf
    fonts = poppler("pdffonts", "-", pdf=pdf).decode().splitlines()[2:]
    assert {line.split()[0] for line in fonts} == {"Inter-Regular", "Inter-SemiBold"}
    assert all(re.search(r" yes (yes|no ) yes ", line) for line in fonts)


# PNG


@pytest.mark.parametrize("width", [None, 1, 7, 333, 1999])
def test_a_png_has_the_chosen_width_or_two_pixels_a_unit_and_the_height_follows(width: int | None) -> None:
    columns = width or 640
    assert size(png_of(plain_figure(), width_px=width)) == (columns, max(1, round(HEIGHT * columns / WIDTH)))


@given(st.integers(1, 400))
def test_what_fills_the_figure_fills_the_picture_whatever_its_size(width: int) -> None:
    assert (pixels(png_of(FULL, 33.4, 20.7, width_px=width)) == (0x99, 0x66, 0x33, 255)).all()


def test_a_transparent_picture_on_white_is_the_white_one() -> None:
    clear, white = (pixels(png_of(plain_figure(), background=each)).astype(float) for each in (None, "#ffffff"))
    assert (clear[0, 0] == 0).all() and clear[..., 3].max() == 255
    assert (white[..., 3] == 255).all()
    share = clear[..., 3:] / 255
    laid_on_white = clear[..., :3] * share + 255 * (1 - share)
    assert np.abs(laid_on_white - white[..., :3]).max() <= 3
    assert clear[:10, :, 3].max() == clear[:, -10:, 3].max() == 0


def test_it_looks_the_same_at_every_scale_and_says_how_large_it_is_on_paper() -> None:
    small, large = (png_of(plain_figure(), scale=scale, background="#ffffff") for scale in (2, 5))
    shrunk = QImage.fromData(large).scaledToWidth(640)
    assert np.abs(pixels(shrunk).astype(int).mean() - pixels(small).astype(int).mean()) < 1
    for png in (small, large):
        image = QImage.fromData(png)
        assert image.width() / image.dotsPerMeterX() == pytest.approx(WIDTH / 96 * 0.0254, rel=1e-3)
        assert image.height() / image.dotsPerMeterY() == pytest.approx(HEIGHT / 96 * 0.0254, rel=1e-3)


@pytest.mark.parametrize(("width", "height"), [(300, 40_000), (40_000, 300), (20_000, 20_000)])
def test_too_large_a_picture_is_refused_and_the_largest_width_named(width: float, height: float) -> None:
    with pytest.raises(SqueezevizError, match="too large to draw: choose a width of at most") as refused:
        png_of(plain_figure(), width, height)
    named = re.search(r"at most ([\d,]+) pixels", refused.value.message)
    assert named is not None
    columns = int(named[1].replace(",", ""))
    rows = columns * height / width
    assert max(columns, rows) <= LONGEST_SIDE_PX + 1
    assert columns * rows <= MOST_PIXELS * 1.001
    assert max(columns, rows) > LONGEST_SIDE_PX * 0.99 or columns * rows > MOST_PIXELS * 0.99
    if width == 300:
        assert size(png_of(plain_figure(), width, height, width_px=columns))[0] == columns


def test_a_width_at_which_nothing_can_be_read_is_not_advised() -> None:
    with pytest.raises(SqueezevizError, match=r"smallest text is 0\.\d pt, too small to read: choose SVG") as refused:
        png_of(plain_figure(), 300, 400_000)
    assert "choose a width" not in refused.value.message


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"width_px": 10**400}, "too large to draw"),  # no float can hold it
        ({"width_px": 0}, "width of at least 1 pixel"),
        *(({"scale": scale}, "scale above 0") for scale in (0.0, -1.0, float("nan"), float("inf"))),
    ],
)
def test_a_picture_of_no_pixels_or_of_more_than_there_are_is_refused(wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(SqueezevizError, match=said):
        png_of(plain_figure(), **wanted)


@pytest.mark.skipif(sys.platform != "linux", reason="limits its memory the way Linux does")
def test_a_picture_that_does_not_fit_the_memory_is_refused_too() -> None:
    program = """
import resource
from squeezeviz.figure.scene.primitives import Group
from squeezeviz.figure.writers.figure import AS_ON_SCREEN, ExportOptions, Figure
from squeezeviz.figure.writers.png import to_png
to_png(Figure(Group(0, 0, ()), 10, 10, ""), AS_ON_SCREEN)
pages = int(open("/proc/self/statm").read().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 2**28,) * 2)
to_png(Figure(Group(0, 0, ()), 1000, 1000, ""), ExportOptions(png_scale=16))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "SqueezevizError: there is not enough memory for a picture of 16,000 × 16,000 pixels" in done.stderr


# A recording


def test_text_too_small_to_read_is_left_out_of_a_replay_and_nothing_else() -> None:
    group = Group(3, 4, (Rectangle(0, 0, 90, 30, Shape("#0072b2")), Text(5, 20, "conv1", 11, "#ffffff")))
    without = Group(3, 4, group.children[:1])
    recording = record(group)
    left_out = pixels(painted(lambda painter: recording.play(painter, smallest_text=11.5)))
    assert (left_out == pixels(painted(record(without).play))).all()
    assert (left_out != pixels(painted(recording.play))).any()


def test_an_empty_group_paints_nothing() -> None:
    assert pixels(painted(record(Group(5, 5, ())).play)).max() == 0


def test_painting_leaves_the_painter_as_it_was() -> None:
    image = QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    before = painter.pen(), painter.brush(), painter.transform(), painter.renderHints()
    paint(plain_figure(), painter)
    assert (painter.pen(), painter.brush(), painter.transform(), painter.renderHints()) == before
    painter.end()
