"""Shares as they are typed and shown."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.reading import read_percentage, read_ratio
from squeezeviz.model.wording import percentage_text, ratio_text


@pytest.mark.parametrize(
    ("typed", "ratio"),
    [("0.125", "1/8"), (".5", "1/2"), ("1.", "1"), (" 12.5 % ", "1/8"), ("12.5%", "1/8"), ("1/3", "1/3"), ("2", "2")],
)
def test_a_ratio_is_read_exactly(typed: str, ratio: str) -> None:
    assert read_ratio(typed) == Fraction(ratio)


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("50 %", "1/2"),
        ("50", "1/2"),
        ("1", "1/100"),
        ("0.5", "1/2"),
        ("0.5 %", "1/200"),
        ("1/8", "1/8"),
        ("99.9", ".999"),
    ],
)
def test_a_bare_number_from_1_up_is_in_percent(typed: str, share: str) -> None:
    assert read_percentage(typed) == Fraction(share)


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
