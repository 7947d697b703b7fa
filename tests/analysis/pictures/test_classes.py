"""Scores become probabilities, and the likeliest classes are told by their names."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.analysis.pictures.classes import check_has_classes, class_named, parse_names, probabilities, top_classes
from squeezeviz.model.errors import SqueezevizError


def test_a_softmax_is_taken_once() -> None:
    assert probabilities([0, math.log(3)], are_probabilities=False) == pytest.approx([0.25, 0.75])
    assert probabilities([0.25, 0.75], are_probabilities=True) == [0.25, 0.75]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_probabilities_add_up_to_one_and_keep_the_order(scores: list[float]) -> None:
    found = probabilities(scores, are_probabilities=False)
    assert math.fsum(found) == pytest.approx(1)
    assert found.index(max(found)) == scores.index(max(scores)) or max(found) == found[scores.index(max(scores))]


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_scores_that_are_no_numbers_are_refused(wrong: float) -> None:
    with pytest.raises(SqueezevizError, match="no finite numbers"):
        probabilities([1, wrong], are_probabilities=False)


def test_the_likeliest_come_first_and_of_equals_the_first() -> None:
    found = top_classes([0.1, 0.3, 0.3, 0.2, 0.05, 0.05], ["a", "b", "c", "d", "e", "f"])
    assert [each.name for each in found] == ["b", "c", "d", "a", "e"]
    assert [each.title for each in top_classes([0.4, 0.6], ())] == ["class 1", "class 0"]


def test_maps_that_are_no_scores_say_no_classes() -> None:
    check_has_classes(1, 1, "avgpool10")
    with pytest.raises(SqueezevizError, match="conv10: its last map is 13×12 and not 1×1"):
        check_has_classes(13, 12, "conv10")


def test_names_stand_one_a_line() -> None:
    assert parse_names("tench\r\n goldfish \n", 2) == ("tench", "goldfish")
    assert parse_names("a\n\n", 1) == ("a",)
    with pytest.raises(SqueezevizError, match="it has 2 lines, and the network tells 1,000 classes apart"):
        parse_names("a\nb\n", 1000)
    with pytest.raises(SqueezevizError, match="it has 0 lines"):
        parse_names("", 3)


NAMES = ("tench", "crane", "tabby", "Crane", "7")


@pytest.mark.parametrize(("text", "number"), [("tabby", 2), (" TABBY ", 2), ("1", 1), ("007", 7), ("7", 4)])
def test_a_class_is_meant_by_its_name_or_its_number(text: str, number: int) -> None:
    assert class_named(text, NAMES, 10) == number


@pytest.mark.parametrize(
    ("text", "names", "sentence"),
    [
        ("crane", NAMES, "'crane' is the name of class 1 and class 3; give its number"),
        ("10", NAMES, "there is no class 10; they are numbered from 0 to 9"),
        ("tabbi", NAMES, "there is no class 'tabbi'; did you mean tabby?"),
        ("tabby", (), "there is no class 'tabby'; its classes have no names: give a number, or --labels"),
        ("-1", NAMES, "there is no class '-1'"),
    ],
)
def test_a_class_that_is_not_there_is_a_sentence(text: str, names: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence.replace("?", r"\?")):
        class_named(text, names, 10)


def test_names_that_have_the_word_come_before_names_that_look_like_it() -> None:
    with pytest.raises(SqueezevizError, match=r"names with this word are tiger cat, Egyptian cat$"):
        class_named("cat", ("catamaran", "tiger cat", "Egyptian cat"), 3)
