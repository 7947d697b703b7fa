"""Numbers and shares are read as people write them, or refused with the reason why they are none."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.reading import read_percentage, read_ratio, whole
from squeezeviz.model.wording import percentage_text, ratio_text, significant


@given(st.integers(0, 10**30), st.sampled_from(["", ",", " ", "'", "’", "\u00a0", "\u2009", "\u202f"]))
def test_digits_may_be_grouped_in_threes(number: int, separator: str) -> None:
    assert whole(f"  {number:,}\u00a0".replace(",", separator)) == number


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "this is empty"),
        ("-16", "must be from 1, but “-16” is negative"),
        ("−16", "must be from 1, but “−16” is negative"),
        ("(16)", "must be from 1, but “(16)” is negative"),
        ("１６", "full-width digits (U+FF11)"),
        ("१६", "devanagari digits (U+0967)"),
        ("²", "superscript two (U+00B2)"),
        ("1.024", "may be 1024 or a decimal fraction"),
        ("1.024.576", "may be 1024576 or a decimal fraction"),
        ("16.0", "“16.0” has decimals"),
        ("16,5", "“16,5” has decimals"),
        ("1,024.00", "“1,024.00” has decimals"),
        ("1e3", "written out in digits"),
        ("10^30", "written out in digits"),
        ("16x", "not “16x”; delete “x”"),
        ("+16", "delete “+”"),
        ("16%", "not “16%”"),
        ("#REF!", "an error of the spreadsheet"),
        ("#DIV/0!", "an error of the spreadsheet"),
        ("Err:502", "an error of the spreadsheet"),
        ("=A1*2", "is a formula"),
        ("9" * 5000, "this one has 5,000 digits"),
        ("TRUE", "not “TRUE”"),
        ("1 6", "not “1 6”"),
    ],
)
def test_anything_else_has_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(SqueezevizError, match=r"^a whole number is needed") as refusal:
        whole(typed)
    assert reason in refusal.value.message
    assert len(refusal.value.message) < 160


@given(st.text())
def test_any_text_is_a_number_or_refused_on_one_line(typed: str) -> None:
    try:
        number = whole(typed)
    except SqueezevizError as error:
        assert "\n" not in error.message
    else:
        assert str(number) == "".join(filter(str.isdigit, typed)).lstrip("0") or number == 0


@pytest.mark.parametrize(
    ("read", "typed", "share"),
    [
        *((read_ratio, typed, share) for typed, share in (
            ("0.125", "1/8"), (".5", "1/2"), ("1.", "1"), (" 12.5 % ", "1/8"), ("12.5%", "1/8"), ("1/3", "1/3"),
            ("2", "2"),
        )),
        *((read_percentage, typed, share) for typed, share in (
            ("50 %", "1/2"), ("50", "1/2"), ("1", "1/100"), ("0.5", "1/2"), ("0.5 %", "1/200"), ("1/8", "1/8"),
            ("99.9", ".999"),
        )),
    ],
)  # fmt: skip
def test_a_share_is_read_exactly_and_a_bare_percentage_from_1_up(
    read: Callable[[str], Fraction], typed: str, share: str
) -> None:
    assert read(typed) == Fraction(share)


@pytest.mark.parametrize("typed", ["", "x", "0,5", "-1", "−1", "1e3", "50 % %", "1/0", "½", "５", "1 2", ".", "9" * 60])
def test_anything_else_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(SqueezevizError, match=r"written like 0\.125, 12\.5 % or 1/8, not “"):
        read_ratio(typed)
    with pytest.raises(SqueezevizError, match=r"written like 12\.5 %, 0\.125 or 1/8, not “"):
        read_percentage(typed)


@pytest.mark.parametrize(
    ("share", "ratio", "percent"),
    [("1/8", "0.125", "12.5 %"), ("1", "1", "100 %"), ("1/3", "0.3333", "33.3333 %"), ("20", "20", "2,000 %"),
     ("1/1000000", "1.0e-06", "0.0001 %")],
)  # fmt: skip
def test_a_share_is_shown_with_four_decimals_at_most(share: str, ratio: str, percent: str) -> None:
    assert (ratio_text(Fraction(share)), percentage_text(Fraction(share))) == (ratio, percent)


@given(st.integers(1, 9999))
def test_what_is_shown_reads_back(ten_thousandths: int) -> None:
    share = Fraction(ten_thousandths, 10_000)
    assert read_ratio(ratio_text(share)) == share
    assert read_percentage(percentage_text(share)) == share


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [(206.1085, 4, "206.1"), (-0.03125, 3, "−0.0312"), (0.0, 3, "0"), (-0.0, 3, "0"), (1.5e-7, 3, "1.5e−07"),
     (1240.4, 3, "1,240"), (1234.56, 6, "1,234.56"), (999.7, 3, "1,000"), (-12345.6, 3, "−12,346"), (270.0, 1, "270"),
     (5e9, 3, "5e+09"), (float("nan"), 3, "no number"), (float("inf"), 3, "∞"), (float("-inf"), 3, "−∞")],
)  # fmt: skip
def test_a_measured_number_is_written_with_few_digits_and_whole_below_a_million(
    number: float, digits: int, text: str
) -> None:
    assert significant(number, digits) == text
