"""A whole number is read as people write it, or refused with the reason why it is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.reading import whole


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
