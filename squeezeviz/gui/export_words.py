"""What the export dialog says of a figure."""

from __future__ import annotations

from squeezeviz.painting.figure import ExportOptions, Figure, on_paper
from squeezeviz.painting.sizes import PRINT_DPI


def page_text(figure: Figure, options: ExportOptions, suffix: str) -> str:
    """`84 × 212 mm, smallest text 5.8 pt`: how large the figure will be."""
    if suffix == "dot":
        return "Graphviz places a DOT's boxes itself; what they say is as shown here."
    if suffix == "pptx":
        return "One 16:9 slide of shapes to edit, under a title; a long network is broken to fit it."
    smallest = figure.smallest_text_pt
    text = "" if smallest is None else f", smallest text {smallest:.1f} pt"
    if not on_paper(options):
        return f"{_pixels(figure, options, suffix)} pixels{text}"
    width, height = figure.size_mm
    dots = f" ({_pixels(figure, options, suffix)} pixels)" if suffix == "png" else ""
    return f"{width:.0f} × {height:.0f} mm{dots}{text}"


def _pixels(figure: Figure, options: ExportOptions, suffix: str) -> str:
    """Of a picture its own pixels, of any other figure those at 100 %."""
    if options.size is None:
        scale = options.png_scale if suffix == "png" else 1.0
    elif options.size.pixels is None:
        scale = PRINT_DPI * figure.inches_per_unit
    else:
        scale = options.size.pixels / figure.width
    return f"{figure.width * scale:,.0f} × {figure.height * scale:,.0f}"
