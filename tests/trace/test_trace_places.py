"""Where rows stand in the module: torchvision's rule, for any table."""

from __future__ import annotations

from hypothesis import given
from strategies import tables

from squeezeviz.model.layers import Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.places import next_place, places

FIRE = Fire("fire", 1, 1, 1)


def test_a_convolution_takes_two_places_and_any_other_row_one() -> None:
    rows: list[Layer] = [Conv("a", 1, 1), MaxPool("b"), Conv("c", 1, 1, relu=False), FIRE, Conv("last", 1, 1)]
    assert places(rows) == ["features.0", "features.2", "features.3", "features.5", "classifier.1"]


def test_the_last_convolution_is_classifier_1_and_the_dropout_right_before_it_0() -> None:
    rows: list[Layer] = [FIRE, Dropout("d"), Conv("last", 1, 1), GlobalAvgPool("p"), Softmax("s")]
    assert places(rows) == ["features.0", "classifier.0", "classifier.1", "classifier.3", "classifier.4"]


def test_a_dropout_elsewhere_is_a_feature() -> None:
    rows: list[Layer] = [Dropout("d"), MaxPool("p"), Conv("last", 1, 1), Dropout("e")]
    assert places(rows) == ["features.0", "features.1", "classifier.1", "classifier.3"]


def test_without_a_convolution_everything_is_a_feature() -> None:
    assert places([FIRE, Dropout("d"), GlobalAvgPool("p")]) == ["features.0", "features.1", "features.2"]


def test_an_empty_table_has_no_places() -> None:
    assert places([]) == []


@given(tables())
def test_no_two_modules_share_a_place(table: LayerTable) -> None:
    taken = []
    for layer, place in zip(table.layers, places(table.layers), strict=True):
        taken += [place, next_place(place)] if isinstance(layer, Conv) else [place]
    assert len(taken) == len(set(taken))
