"""Where rows stand in the module: torchvision's rule, for any table."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import tables

from squeezeviz.model.layers import Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.places import next_place, places

FIRE = Fire("fire", 1, 1, 1)


@pytest.mark.parametrize(
    ("rows", "stands"),
    [
        ((Conv("a", 1, 1), MaxPool("b"), Conv("c", 1, 1, relu=False), FIRE, Conv("last", 1, 1)),
         "features.0 features.2 features.3 features.5 classifier.1"),
        ((FIRE, Dropout("d"), Conv("last", 1, 1), GlobalAvgPool("p"), Softmax("s")),
         "features.0 classifier.0 classifier.1 classifier.3 classifier.4"),
        ((Dropout("d"), MaxPool("p"), Conv("last", 1, 1), Dropout("e")),
         "features.0 features.1 classifier.1 classifier.3"),
        ((FIRE, Dropout("d"), GlobalAvgPool("p")), "features.0 features.1 features.2"),
        ((), ""),
    ],
)  # fmt: skip
def test_a_convolution_takes_two_places_and_the_last_one_begins_the_classifier(
    rows: tuple[Layer, ...], stands: str
) -> None:
    """A dropout right before that is `classifier.0`; one elsewhere, and all where there is none, are features."""
    assert places(rows) == stands.split()


@given(tables())
def test_no_two_modules_share_a_place(table: LayerTable) -> None:
    taken = []
    for layer, place in zip(table.layers, places(table.layers), strict=True):
        taken += [place, next_place(place)] if isinstance(layer, Conv) else [place]
    assert len(taken) == len(set(taken))
