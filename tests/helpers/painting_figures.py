"""Figures made by hand, and what it takes to look at what became of them."""

import shutil
import subprocess
from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from places import ROOT
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.scene.diagram import Key, Point
from squeezeviz.figure.scene.primitives import Circle, Curve, Group, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.look import UNITS_PER_INCH, FigureSize
from squeezeviz.figure.writers.export import exported
from squeezeviz.figure.writers.figure import AS_ON_SCREEN, ExportOptions, Figure
from squeezeviz.figure.writers.pdf import to_pdf
from squeezeviz.figure.writers.png import to_png
from squeezeviz.figure.writers.svg import NAMESPACE, to_svg

FONTS = ROOT / "resources" / "fonts"

HOSTILE_NAMES = {
    "markup": "<script>alert(1)</script>",
    "dot": '"; }',
    "tex": r"\input{x}",
    "entity": "&amp;",
    "long": "x" * 5000,
    "emoji": "🔥 fire2",
    "hebrew": "שלום",
    "arabic": "مرحبا",
    "cjk": "网络",
    "cdata": "]]>",
    "controls": "a\x00\x07\ud800\ufffeb",
    "lines": "two\nlines\there",
}
"""Names a person may give a layer, and worse. By a plain word, for the names of tests."""

WIDTH, HEIGHT = 320.0, 200.0
SVG = f"{{{NAMESPACE}}}"
SVG_TAGS = {"svg", "g", "title", "text", "rect", "circle", "path", "polygon", "polyline"}
"""All that our figures have: nothing that runs, loads or links."""

_ANY_SHAPE = Qt.AspectRatioMode.IgnoreAspectRatio
_BOX = Shape("#ffffff", "#c0c8d4")


def figure(*names: str) -> Group:
    """A box for every name, with every kind of primitive around them, 12 units from the figure's edges."""
    boxes = tuple(_named_box(name, 12 + 34 * row) for row, name in enumerate(names))
    return Group(0, 0, (*boxes, *_ornaments()))


def plain_figure() -> Group:
    return figure("conv1 · 7×7/2 ✓ 96", "fire2 · squeeze", "64 + 64 = 128")


def export_diagram(network: ResolvedNetwork, suffix: str, options: ExportOptions = AS_ON_SCREEN) -> bytes:
    """The file that an export writes, without its notes."""
    return exported(network, suffix, options).content


def svg_of(group: Group, width: float = WIDTH, height: float = HEIGHT, title: str = "") -> str:
    return to_svg(Figure(group, width, height, title), AS_ON_SCREEN).decode()


def pdf_of(group: Group, width: float = WIDTH, height: float = HEIGHT, title: str = "") -> bytes:
    return to_pdf(Figure(group, width, height, title), AS_ON_SCREEN)


def png_of(
    group: Group,
    width: float = WIDTH,
    height: float = HEIGHT,
    *,
    scale: float = 2.0,
    width_px: int | None = None,
    background: str | None = None,
) -> bytes:
    size = None if width_px is None else FigureSize(width / UNITS_PER_INCH, pixels=width_px)
    return to_png(Figure(group, width, height, "", page=background), ExportOptions(png_scale=scale, size=size))


def _named_box(name: str, y: float) -> Group:
    children = (
        Rectangle(0, 0, 200, 28, _BOX, radius=5),
        Rectangle(0, 0, 5, 28, Shape("#0072b2")),
        Text(12, 18, name, 13, "#1b1f27", bold=True),
        Text(192, 18, "✓", 10.5, "#15803d", anchor="end"),
    )
    return Group(12, y, children, key=Key(name, "squeeze1x1"), title=name, kind="box")


def _ornaments() -> tuple[Curve | Polygon | Circle | Text, ...]:
    curve = (Point(220, 20), Point(220, 60), Point(280, 60), Point(280, 110))
    return (
        Curve(curve, Shape(stroke="#d55e00", stroke_width=2.5)),
        Polygon((Point(275, 108), Point(285, 108), Point(280, 118)), Shape("#d55e00")),
        Polygon((Point(230, 130), Point(236, 138), Point(250, 120)), Shape(stroke="#009e73", stroke_width=2), False),
        Circle(280, 150, 14, Shape("#1f2430", "#8f97a5", 2, (4, 2))),
        Text(280, 154.5, "18", 12, "#ffffff", bold=True, anchor="middle"),
    )


def pixels(image: QImage | bytes) -> NDArray[np.uint8]:
    """Rows × columns × (blue, green, red, alpha), not premultiplied."""
    if isinstance(image, bytes):
        image = QImage.fromData(image)
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    assert not image.isNull()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).copy()


def difference(one: bytes, other: bytes) -> float:
    """How far two pictures are apart where it is worst, 0 to 255, averaged over blocks of 4 × 4 units.

    A letter that is missing or has moved counts, a blurred edge does not.
    """
    images = [QImage.fromData(each).convertToFormat(QImage.Format.Format_RGB32) for each in (one, other)]
    width, height = images[0].width() // 8, images[0].height() // 8
    small = [
        pixels(each.scaled(width, height, _ANY_SHAPE, Qt.TransformationMode.SmoothTransformation)).astype(int)
        for each in images
    ]
    return float(np.abs(small[0] - small[1]).max())


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed (poppler-utils or graphviz)")
    return path


def poppler(command: str, *arguments: str, pdf: bytes) -> bytes:
    """What a poppler command, told to read standard input, makes of the PDF."""
    return subprocess.run([tool(command), *arguments], input=pdf, capture_output=True, check=True).stdout


def pdf_information(pdf: bytes) -> dict[str, str]:
    lines = poppler("pdfinfo", "-", pdf=pdf).decode().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def svg_texts(svg: str | bytes, tag: str = "text") -> list[str]:
    """The content of every text, or of every title, in a document; of one that dot drew too."""
    root = ElementTree.fromstring(svg.encode() if isinstance(svg, str) else svg)
    return ["".join(each.itertext()) for each in root.iter(f"{SVG}{tag}")]


def svg_tags(svg: str | bytes) -> set[str]:
    root = ElementTree.fromstring(svg.encode() if isinstance(svg, str) else svg)
    return {each.tag.rpartition("}")[2] for each in root.iter()}


def pdf_text(pdf: bytes) -> str:
    """The words in the order in which they were written: by the place on the page, columns would be mixed up."""
    return poppler("pdftotext", "-raw", "-", "-", pdf=pdf).decode()


def pdf_picture(pdf: bytes) -> bytes:
    """The page at 192 dots an inch, two pixels a unit, as PNG."""
    return poppler("pdftoppm", "-png", "-r", "192", "-", pdf=pdf)


def svg_picture(svg: str, background: str | None = None) -> bytes:
    """The document at two pixels a CSS pixel, with the bundled fonts alone, by a renderer that is not Qt; as PNG."""
    resvg = pytest.importorskip("resvg_py", reason="resvg-py is in the `test` extra")
    fonts = [str(each) for each in sorted(FONTS.glob("*.otf"))]
    return bytes(
        resvg.svg_to_bytes(
            svg_string=svg, zoom=2, dpi=96, background=background, skip_system_fonts=True, font_files=fonts
        )
    )


def linear(colour: str) -> list[float]:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour: str) -> float:
    """Relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(colour: str) -> float:
    """CIE L*, from 0 to 100."""
    share = luminance(colour)
    return 116 * share ** (1 / 3) - 16 if share > 216 / 24389 else share * 24389 / 27


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def everything(group: Group) -> Iterator[Primitive]:
    for child in group.children:
        yield child
        if isinstance(child, Group):
            yield from everything(child)
