"""Text is set in the bundled font, at any size, in proportion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontInfo, QRawFont

from squeezeviz.figure.writers.fonts import bundled_families, diagram_font, typeset


def test_the_bundled_fonts_are_loaded() -> None:
    assert bundled_families() == ("Inter",)


@pytest.mark.parametrize(("bold", "weight"), [(False, 400), (True, 600)])
def test_a_diagram_font_is_inter_in_its_weight(bold: bool, weight: int) -> None:
    font = diagram_font(13, bold)
    assert QFontInfo(font).family() == "Inter"
    assert QFontInfo(font).weight() == weight
    assert QRawFont.fromFont(font).pixelSize() == 13


@given(st.floats(10, 60), st.booleans())
def test_width_grows_with_the_size_also_between_whole_sizes(size: float, bold: bool) -> None:
    large = typeset("expand 3×3 · 64 filters", 100, bold).width / 100
    assert typeset("expand 3×3 · 64 filters", size, bold).width / size == pytest.approx(large, rel=0.01)


@pytest.mark.parametrize(("anchor", "share"), [("start", 0), ("middle", 0.5), ("end", 1)])
@pytest.mark.parametrize("text", ["fire2", "שלום · 3×3", ""])
def test_a_line_stands_at_its_anchor_in_every_script(text: str, anchor: str, share: float) -> None:
    line = typeset(text, 13, False)
    assert line.left_of(anchor) == line.width * share


def test_a_name_that_runs_right_to_left_stays_left_of_what_follows_it() -> None:
    line = typeset("\u2068שלום\u2069 end", 13, False)
    name, rest = (line.layout.lineAt(0).cursorToX(place) for place in (3, 8))
    assert isinstance(name, tuple) and isinstance(rest, tuple)
    assert name[0] < rest[0]
