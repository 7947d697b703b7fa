"""A formula is its number: worked out from its leaves, and read back from its text, it gives the same."""

from __future__ import annotations

import pytest
from formula_reader import from_latex, worked_out
from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.model.formula import Formula, Kind, ceil_div, floor_div, largest, minus, number, plus, times, total


def of(*values: int) -> list[Formula]:
    return [number(value) for value in values]


def _grown(parts: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    some = st.lists(parts, min_size=1, max_size=3)
    divisor = parts.filter(lambda formula: formula.value != 0)
    return st.one_of(
        some.map(lambda each: plus(*each)),
        some.map(lambda each: times(*each)),
        some.map(lambda each: largest(*each)),
        st.builds(minus, parts, parts),
        st.builds(floor_div, parts, divisor),
        st.builds(ceil_div, parts, divisor),
    )


formulas = st.recursive(st.integers(-20, 1000).map(number), _grown, max_leaves=12)


@given(formulas)
def test_text_and_latex_say_what_the_formula_means(formula: Formula) -> None:
    assert worked_out(formula.text()) == worked_out(from_latex(formula.latex())) == formula.value


@given(formulas)
def test_the_leaves_are_the_numbers_in_reading_order(formula: Formula) -> None:
    shown = [int(word) for word in "".join(each if each.isdigit() else " " for each in formula.text()).split()]
    assert [abs(leaf.value) for leaf in formula.leaves()] == shown


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (times(plus(times(*of(7, 7, 3)), number(1)), number(96)), "(7·7·3 + 1)·96"),
        (
            plus(floor_div(plus(minus(number(227), number(7)), times(*of(2, 0))), number(2)), number(1)),
            "⌊(227 − 7 + 2·0)/2⌋ + 1",
        ),
        (plus(number(1), largest(*of(1, 1))), "1 + max(1, 1)"),
        (minus(number(5), plus(*of(1, 2))), "5 − (1 + 2)"),
        (minus(number(5), minus(number(1), number(2))), "5 − (1 − 2)"),
        (times(number(2), times(*of(3, 4))), "2·3·4"),
        (times(plus(plus(*of(1, 2))), number(3)), "(1 + 2)·3"),
        (floor_div(number(8), times(*of(2, 3))), "⌊8/(2·3)⌋"),
        (plus(number(4), number(-1)), "4 − 1"),
        (minus(number(4), number(-1)), "4 − (−1)"),
        (times(*of(2, -1)), "2·(−1)"),
        (total([]), "0"),
        (total(of(513000)), "513000"),
    ],
    ids=str,
)
def test_formulas_read_as_a_person_writes_them(formula: Formula, text: str) -> None:
    assert formula.text() == text


def test_an_equation_groups_digits_in_its_result_alone() -> None:
    assert times(*of(1000, 513)).equation() == "1000·513 = 513,000"
    assert number(513000).equation() == "513,000"
    assert minus(number(1), number(3)).equation() == "1 − 3 = −2"


def test_latex_uses_commands_for_every_sign() -> None:
    formula = plus(floor_div(minus(number(227), number(7)), number(2)), times(*of(2, 3)), largest(*of(1, 2)))
    assert formula.latex() == r"\lfloor (227 - 7)/2 \rfloor + 2 \cdot 3 + \max(1, 2)"


def test_leaves_keep_their_labels() -> None:
    formula = times(number(7, "kernel"), number(96, "filters"), label="weights")
    assert [leaf.label for leaf in formula.leaves()] == ["kernel", "filters"]
    assert (formula.rule(), formula.rule_latex()) == ("kernel·filters", r"\text{kernel} \cdot \text{filters}")
    assert formula.label == "weights"
    assert formula.kind is Kind.PRODUCT
