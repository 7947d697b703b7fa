"""Where a class is seen: an activation map's mean is the score, and covering what nobody sees changes nothing."""

from __future__ import annotations

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import running_tables
from torch import Tensor
from trace_tables import table_of

from squeezeviz.analysis.pictures.class_maps import ClassMap, Method, patches
from squeezeviz.analysis.pictures.preprocessing import RGB
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.analysis.weights import TensorName
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, GlobalAvgPool, Softmax
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.class_maps import MOST_AT_ONCE, activation_map, occlusion_map
from squeezeviz.trace.failures import PassCancelledError
from squeezeviz.trace.module import SqueezeNet
from squeezeviz.trace.passes import prepare_module
from squeezeviz.trace.pictures import scores_of

ZERO_GREY = RGB.with_values((127.5,) * 3, None)
"""Makes the grey of a patch 0."""


def picture(network: ResolvedNetwork) -> Tensor:
    return torch.randn(1, *network.layers[0].input.shape, generator=torch.Generator().manual_seed(7))


@settings(deadline=None, max_examples=40)
@given(running_tables(longest=5, largest=24), st.data())
def test_the_mean_of_a_class_activation_map_is_the_score_of_the_class(table: LayerTable, data: st.DataObject) -> None:
    network = resolve(table.inserted(len(table.layers), GlobalAvgPool("the average of all")))
    assume(network.runs)
    module, image = prepare_module(network), picture(network)
    number = data.draw(st.integers(0, network.layers[-1].shape.channels - 1))
    found = activation_map(network, module, image, number)
    score = scores_of(image, network, module)[0][number]
    assert found.fits
    assert found.method is Method.ACTIVATION
    assert found.whole == pytest.approx(score, rel=1e-4, abs=1e-5)
    values = torch.tensor(found.values, dtype=torch.float64)
    assert float(values.mean()) == pytest.approx(found.whole, rel=1e-9, abs=1e-12)
    assert values.shape == network.layers[-2].shape[1:]


COLOURS = table_of(Conv("c", 3, 1, relu=False), GlobalAvgPool("p"), Softmax("s"), size=20)
"""Its classes are red, green and blue: each is as likely as there is much of it."""


def telling_colours() -> SqueezeNet:
    eye = torch.eye(3).view(3, 3, 1, 1) * 50
    given = {TensorName("c", "", "weight"): eye, TensorName("c", "", "bias"): torch.zeros(3)}
    return prepare_module(COLOURS, weights=given)


def red_square() -> Tensor:
    image = torch.zeros(1, 3, 20, 20)
    image[0, 0, 4:8, 12:16] = 1
    return image


def test_a_red_square_is_where_the_network_that_tells_colours_sees_red() -> None:
    found = activation_map(COLOURS, telling_colours(), red_square(), 0)
    assert torch.equal(torch.tensor(found.values), red_square()[0, 0] * 50)
    assert found.rows == found.columns == tuple(index + 0.5 for index in range(20))
    nothing = activation_map(COLOURS, telling_colours(), red_square(), 1)
    assert not torch.tensor(nothing.values).any()


def occluded(**options: object) -> ClassMap:
    return occlusion_map(COLOURS, telling_colours(), red_square(), 0, ZERO_GREY, **options)  # type: ignore[arg-type]


def test_red_becomes_less_likely_by_what_a_patch_covers_of_the_red_square() -> None:
    found, laid = occluded(), patches(COLOURS.table.input)
    assert (laid.height, laid.width) == (4, 4)
    full = torch.tensor([16 / 400 * 50, 0, 0]).softmax(0)[0]
    assert found.whole == pytest.approx(float(full), abs=1e-6)
    for (top, left), fall in zip(laid.places, (each for row in found.values for each in row), strict=True):
        rows = len(set(range(4, 8)) & set(range(top, top + 4)))
        columns = len(set(range(12, 16)) & set(range(left, left + 4)))
        rest = torch.tensor([(16 - rows * columns) / 400 * 50, 0, 0]).softmax(0)[0]
        assert fall == pytest.approx(float(full - rest), abs=1e-6)
    assert max(each for row in found.values for each in row) > 0.2


def test_a_patch_outside_of_all_receptive_fields_changes_nothing() -> None:
    network = table_of(Conv("c", 4, 1, 5), Conv("d", 3, 1), GlobalAvgPool("p"), size=20)
    module, image = prepare_module(network), picture(network)
    found, laid = occlusion_map(network, module, image, 1, RGB), patches(network.table.input)

    def is_seen(start: int) -> bool:
        return any(pixel % 5 == 0 for pixel in range(start, start + 4))

    falls = [each for row in found.values for each in row]
    for (top, left), fall in zip(laid.places, falls, strict=True):
        if not (is_seen(top) and is_seen(left)):
            assert fall == pytest.approx(0, abs=1e-6)
    assert max(map(abs, falls)) > 1e-3
    assert not all(map(is_seen, laid.tops))


def test_occlusion_tells_how_far_it_is_and_takes_no_more_passes_than_places() -> None:
    said: list[tuple[int, int]] = []
    occluded(progress=lambda done, total: said.append((done, total)))
    places = len(patches(COLOURS.table.input).places)
    assert said[-1] == (places, places)
    assert len(said) == -(-(places + 1) // MOST_AT_ONCE)
    assert [done for done, _ in said] == sorted({done for done, _ in said})


def test_occlusion_can_be_cancelled_between_two_operations() -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 20

    with pytest.raises(PassCancelledError):
        occluded(cancelled=cancelled)
    assert asked == 21


def test_weights_that_are_no_numbers_speak_for_no_class() -> None:
    module = telling_colours()
    with torch.no_grad():
        next(module.parameters())[0] = torch.nan
    with pytest.raises(SqueezevizError, match="no finite numbers"):
        activation_map(COLOURS, module, red_square(), 0)
    with pytest.raises(SqueezevizError, match="no finite numbers"):
        occlusion_map(COLOURS, module, red_square(), 0, ZERO_GREY)


def test_a_class_that_is_not_there_is_refused() -> None:
    with pytest.raises(SqueezevizError, match="class 3 is none of the 3 classes"):
        activation_map(COLOURS, telling_colours(), red_square(), 3)
    with pytest.raises(SqueezevizError, match="class 3 is none of the 3 classes"):
        occlusion_map(COLOURS, telling_colours(), red_square(), 3, ZERO_GREY)
