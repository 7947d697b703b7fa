"""Text is set in the bundled font, measured without a window system, and shortened so that it fits and still reads."""

import unicodedata

import pytest
from bounds import at_most
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontInfo, QRawFont

from squeezeviz.figure.theme.metrics import ELLIPSIS, elide, isolated, text_width
from squeezeviz.figure.writers.fonts import bundled_families, diagram_font, typeset

any_text = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60)


def test_the_widths_are_those_of_inter() -> None:
    """What Qt measures with the bundled font files at 13 pixels, kerning included."""
    assert text_width("64 + 64 = 128 channels", 13) == pytest.approx(145.0, rel=0.01)
    assert text_width("64 + 64 = 128 channels", 13, True) == pytest.approx(147.4, rel=0.01)
    assert text_width("WWW", 13) > text_width("iii", 13) * 3


def test_marks_and_joiners_take_no_room_and_wide_characters_take_an_em() -> None:
    assert text_width("e\u0301\u0302", 10) == text_width("e", 10)
    assert text_width("\u200b\u2068\u2069", 10) == 0
    assert text_width("漢", 10) >= 10
    assert text_width("🔥", 10) >= 12


@given(any_text, st.floats(5, 400))
def test_what_is_shortened_fits(text: str, width: float) -> None:
    assert text_width(elide(text, 13, False, width), 13) <= max(width, text_width(ELLIPSIS, 13)) + 1e-6


@given(any_text)
def test_what_fits_is_left_alone(text: str) -> None:
    if not any(unicodedata.category(each) in ("Mn", "Me", "Cf") for each in text):
        assert elide(text, 13, True, text_width(text, 13, True) + 1e-6) == text


@given(st.text(st.sampled_from("abc é漢🇩🇪👩\u200d👧e\u0301"), min_size=1, max_size=80), st.floats(20, 200))
def test_beginning_and_end_are_kept(text: str, width: float) -> None:
    shown = elide(text, 13, False, width)
    if shown != text:
        head, _, tail = shown.partition(ELLIPSIS)
        assert text.startswith(head)
        assert text.endswith(tail)


def test_no_letter_loses_its_marks_and_no_flag_is_torn() -> None:
    assert elide("e\u0301" * 40, 13, False, 60).replace("e\u0301", "") == ELLIPSIS
    assert elide("🇩🇪🇫🇷" * 20, 13, False, 90).replace("🇩🇪", "").replace("🇫🇷", "") == ELLIPSIS
    family = "👩\u200d👩\u200d👧\u200d👦"
    assert elide(family * 20, 13, False, 90).replace(family, "") == ELLIPSIS


def test_a_tower_of_marks_is_cut_to_what_can_be_read() -> None:
    assert len(elide("Z" + "\u0301" * 5000, 13, False, 100)) <= 12
    assert len(elide("\u200b" * 5000, 13, False, 100)) <= 12


def test_5000_characters_are_shortened_at_once() -> None:
    names = ["x" * 5000 + str(number) for number in range(200)]
    with at_most(0.4):
        for name in names:
            elide(name, 13, True, 250)


@pytest.mark.parametrize(
    "text", ["1\ufe0f\u20e3", "नमस्ते", "ที่ที่", "ǄⅣ㎢", "👩\u200d👩\u200d👧\u200d👦", "𒈙", "Z\u0335\u0321\u0340"]
)
@pytest.mark.parametrize("size", [9.0, 10.5, 13.0, 40.0])
def test_what_another_font_draws_is_no_wider_than_it_was_measured(text: str, size: float) -> None:
    line = typeset(text, size, True)
    assert line.width <= text_width(text, size, True) + 1e-6
    painted = max(run.boundingRect().right() for run in line.layout.glyphRuns()) * line.across
    assert painted <= text_width(text, size, True) + 1e-6


def test_a_name_cannot_turn_the_text_around_it() -> None:
    assert isolated("שלום") == "\u2068שלום\u2069"
    assert isolated("plain") == "plain"


@pytest.mark.parametrize(("bold", "weight"), [(False, 400), (True, 600)])
def test_a_diagram_font_is_inter_in_its_weight(bold: bool, weight: int) -> None:
    font = diagram_font(13, bold)
    assert bundled_families() == ("Inter",)
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
