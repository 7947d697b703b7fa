"""A followed value as JSON: the same keys for every kind of operation."""

from __future__ import annotations

import json

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.following import PixelNumbers, Readings, as_json, followed
from squeezeviz.analysis.pictures.preprocessing import RGB
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.value_sources import ValueAt, source_of
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable

NETWORK = resolve(
    LayerTable(
        "t",
        InputShape(3, 8, 8),
        (
            Conv("conv1", 4, 1), MaxPool("most", 2, 2), AvgPool("mean", 2, 1, 1), Fire("fire2", 1, 2, 2, Bypass.SIMPLE),
            Dropout("drop"), Softmax("share"),
        ),
    )
)  # fmt: skip

SQUARE = [[[1.0, 4.0], [3.0, 2.0]]]


def written(at: ValueAt, read: Readings) -> dict[str, object]:
    value = followed(at, source_of(NETWORK, at), read, PixelNumbers(RGB, 3))
    document: dict[str, object] = json.loads(json.dumps(as_json(value), allow_nan=False))
    return document


CASES = {
    "conv": (ValueAt("relu_conv1", 1, 2, 3), Readings(6.0, [[[[1.0]], [[2.0]], [[3.0]]]], [[[1.0]]] * 3)),
    "maxpool": (ValueAt("most", 1, 2, 3), Readings(4.0, [SQUARE])),
    "avgpool": (ValueAt("mean", 1, 1, 1), Readings(2.5, [SQUARE])),
    "add": (ValueAt("fire2/add", 1, 1, 1), Readings(3.0, [[[[1.0]]], [[[2.0]]]])),
    "dropout": (ValueAt("drop", 1, 1, 1), Readings(3.0, [[[[3.0]]]])),
    "softmax": (ValueAt("share", 1, 1, 1), Readings(0.25, [[[[1.0]]] * 4])),
    "input": (ValueAt(NETWORK_INPUT, 1, 2, 3), Readings(77.0)),
}
DOCUMENTS = {kind: written(*case) for kind, case in CASES.items()}


def test_every_kind_has_the_same_keys() -> None:
    for kind, document in DOCUMENTS.items():
        assert document.keys() == DOCUMENTS["conv"].keys()
        assert document["schema"] == "squeezeviz/follow-1"
        assert (document["kind"], document["agrees"]) == (kind, True)
        assert document["sum"] == document["measured"]
        terms = document["terms"]
        assert isinstance(terms, list) and terms
        assert {tuple(term) for term in terms} == {("channel", "row", "column", "input", "weight", "product")}


def test_a_convolution_alone_has_a_filter() -> None:
    assert {kind: document["filter"] for kind, document in DOCUMENTS.items() if document["filter"] is not None} == {
        "conv": 1
    }
    assert DOCUMENTS["conv"]["source"] == "conv1"
    assert DOCUMENTS["conv"]["inputs"] == ["input"]


def numbers(kind: str, key: str) -> list[object]:
    terms = DOCUMENTS[kind]["terms"]
    assert isinstance(terms, list)
    return [term[key] for term in terms]


def test_what_wins_weighs_1_and_a_mean_and_a_share_have_a_divisor() -> None:
    assert numbers("maxpool", "weight") == [0, 1, 0, 0]
    assert (numbers("avgpool", "product"), DOCUMENTS["avgpool"]["divisor"]) == ([1, 4, 3, 2], 4)
    assert (numbers("softmax", "weight"), DOCUMENTS["softmax"]["divisor"]) == ([None] * 4, 4)
    assert DOCUMENTS["add"]["inputs"] == ["fire2/concat", "mean"]


def test_a_pixel_has_its_letter_and_its_byte() -> None:
    pixel = {"operation": "input", "channel": 2, "row": 2, "column": 3, "value": 3.0, "letter": "B", "raw": 3}
    back = DOCUMENTS["conv"]["back"]
    assert isinstance(back, list)
    assert back[0] == pixel
    assert DOCUMENTS["maxpool"]["back"] == [
        {"operation": "relu_conv1", "channel": 1, "row": 4, "column": 7, "value": 4.0}
    ]
    assert (DOCUMENTS["input"]["operation"], DOCUMENTS["input"]["source"], numbers("input", "input")) == (
        "input", "input", [77]
    )  # fmt: skip
