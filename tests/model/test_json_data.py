"""Data as another process wrote it: read back as it went, and refused where it is none. A live pass has all kinds."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Mapping
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.analysis.live import DeviceName, LivePass, MeasuredLayer, MeasuredOperation, Quartiles
from squeezeviz.analysis.weights import TensorName
from squeezeviz.model.json_data import WrongShapeError, from_json, to_json
from squeezeviz.model.layers import Bypass, Conv, Fire

STEP = MeasuredOperation("a/conv", "conv", (1, 4, 2, 2), 1, 8, 16, 2.0, Quartiles(1.5, 2.5))
LAYER = MeasuredLayer("a", "conv", (1, 4, 2, 2), 1, 8, 16, 2.5, (STEP,), Quartiles(2.25, 2.75), 20)
LIVE = LivePass(
    DeviceName("cpu", "CPU · 2 threads"), (1, 3, 2, 2), (1, 4), 1, 8, 16, 3.0, 9, (LAYER,), ("a",), 20, Quartiles(2, 4)
)


def read_pass(document: object) -> LivePass:
    return from_json(LivePass, document, "a pass")


def written() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(to_json(LIVE)))
    return document


def test_a_repeated_pass_is_read_as_it_was_written_and_one_of_before_there_were_repeats_too() -> None:
    assert read_pass(written()) == LIVE
    old = written()
    for part in (old, *old["layers"]):
        del part["repeats"], part["quartiles_ms"]
    read = read_pass(old)
    assert (read.repeats, read.quartiles_ms, read.layers[0].repeats) == (1, None, 1)


def every_place(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [path] * bool(path) + [place for key, each in inside for place in every_place(each, (*path, key))]


def changed(path: tuple[Any, ...], value: object) -> dict[str, Any]:
    document = copy.deepcopy(written())
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return document


ODD: tuple[object, ...] = (None, True, -1, 1.5, float("nan"), float("inf"), "x", [], [[]], {}, 10**400)


@given(st.sampled_from(every_place(written())), st.sampled_from(ODD))
def test_whatever_stands_where_it_should_not_the_answer_is_a_pass_or_a_sentence(
    path: tuple[Any, ...], value: object
) -> None:
    try:
        read = read_pass(changed(path, value))
    except WrongShapeError as error:
        assert str(error)
    else:
        assert all(type(number) is int for number in (read.depth, read.parameters, read.macs, *read.input_shape))
        assert read.time_ms < float("inf")


WRONG: dict[str, tuple[tuple[Any, ...], object]] = {
    "depth must be a whole number from 0, not -1": (("depth",), -1),
    "macs must be a whole number from 0, not ": (("macs",), 10**25),
    "repeats must be a whole number from 0, not true": (("layers", 0, "repeats"), True),
    "output_shape must be a whole number": (("layers", 0, "output_shape", 1), 0.5),
    "time_ms must be a number from 0 to 1e\\+12, not -0.5": (("time_ms",), -0.5),
    "time_ms must be a number from 0 to 1e\\+12, not inf": (("layers", 0, "operations", 0, "time_ms"), float("inf")),
    "quartiles_ms must be a list of 2": (("quartiles_ms",), [1.0]),
    "given must be a list, not 'a'": (("given",), "a"),
    "name must be a text, not 7": (("device", "name"), 7),
    "layers must be an object, not a list": (("layers", 0), []),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_what_is_wrong_is_named_with_what_it_must_be(sentence: str) -> None:
    path, value = WRONG[sentence]
    with pytest.raises(WrongShapeError, match=f"^{sentence}"):
        read_pass(changed(path, value))


@dataclasses.dataclass(frozen=True)
class Whole:
    """A field of each kind that a live pass has none of."""

    layers: tuple[Conv | Fire, ...]
    shapes: Mapping[TensorName, tuple[int, ...]]
    class_: Bypass = Bypass.NONE
    above: Annotated[int, range(1, 4)] | None = None


def test_layers_words_ranges_and_keys_that_are_tuples_come_back() -> None:
    whole = Whole((Conv("a", 1, 1), Fire("b", 1, 2, 3)), {TensorName("a", "", "weight"): (1, 2)}, Bypass.SIMPLE, 3)
    document = json.loads(json.dumps(to_json(whole)))
    assert from_json(Whole, document, "it") == whole
    assert document["class"] == "simple"
    assert from_json(Whole, {key: document[key] for key in ("layers", "shapes")}, "it").class_ is Bypass.NONE
    for key, value, sentence in (
        ("class", "none at all", "class must be one of none, simple, complex, not 'none at all'"),
        ("above", 4, "above must be a whole number from 1 to 3, not 4"),
        ("shapes", {"a": [1]}, "a key of shapes must be JSON, not 'a'"),
        ("shapes", {'["a"]': [1]}, "a key of shapes must be a list of 3"),
        ("layers", [{"type": "dropout", "name": "d"}], "layers must be such a layer"),
    ):
        with pytest.raises(WrongShapeError, match=sentence):
            from_json(Whole, document | {key: value}, "it")


@pytest.mark.parametrize("document", [None, [], "pass", 5, {}, {"device": {}}])
def test_what_is_no_pass_is_refused(document: object) -> None:
    with pytest.raises(WrongShapeError):
        read_pass(document)
