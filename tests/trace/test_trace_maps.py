"""Feature maps: every one is what plain functions compute, and a pass that nobody asks for them is as it was."""

from __future__ import annotations

import math
import time
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plain_forward import plain_forward
from preset_tables import PRESETS, preset
from strategies import running_tables
from torch import Tensor
from torch_operators import Operators
from trace_tables import table_of

from squeezeviz.analysis.arithmetic import Arithmetic, MemoryFormat, Precision
from squeezeviz.analysis.channels import MapOrder, ordered
from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Conv, Dropout, Fire, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.failures import PassError
from squeezeviz.trace.maps import FeatureMaps, channel_statistics, first_channels
from squeezeviz.trace.passes import live_pass
from squeezeviz.trace.recorder import OperationRun
from squeezeviz.trace.weights import current_weights

SMALL = table_of(
    Conv("c", 4, 3), Fire("f", 2, 2, 2, Bypass.SIMPLE), MaxPool("p"), Dropout("o"),
    Fire("g", 2, 3, 3, Bypass.COMPLEX), Conv("d", 5, 1, relu=False), Softmax("s"),
)  # fmt: skip


def picture(network: ResolvedNetwork, batch: int = 1) -> Tensor:
    return torch.randn(batch, *network.layers[0].input.shape, generator=torch.Generator().manual_seed(7))


def maps_of(network: ResolvedNetwork, image: Tensor, **options: object) -> FeatureMaps:
    maps = FeatureMaps()
    live_pass(network, image=image, on_operation=maps.take, **options)  # type: ignore[arg-type]
    return maps


def assert_plain(network: ResolvedNetwork, image: Tensor, maps: FeatureMaps, share: float = 1e-5) -> None:
    plain = plain_forward(network, current_weights(network, None), image)
    assert maps.operations == tuple(plain)
    assert torch.equal(maps.of(NETWORK_INPUT), image)
    for name, expected in plain.items():
        found = maps.of(name)
        assert (found.shape, found.dtype, found.device.type) == (expected.shape, torch.float32, "cpu")
        assert (found - expected).abs().max() <= share * expected.abs().max(), name


@pytest.mark.parametrize("name", PRESETS)
def test_every_map_of_a_preset_is_what_plain_functions_compute(name: str) -> None:
    network = resolve(preset(name).with_input(InputShape(3, 67, 75)))
    assert_plain(network, picture(network), maps_of(network, picture(network)))


@settings(max_examples=50)
@given(running_tables(longest=6, largest=24), st.integers(1, 2))
def test_every_map_of_a_random_table_is_what_plain_functions_compute(table: LayerTable, batch: int) -> None:
    network = resolve(table)
    names = [step.name for _, step in network.operations()]
    assume(len(set(names)) == len(names))
    assert_plain(network, picture(network, batch), maps_of(network, picture(network, batch)))


def test_the_convolution_is_before_its_relu_and_relu_and_concat_are_after() -> None:
    maps = maps_of(SMALL, picture(SMALL))
    before, after = maps.of("f/expand3x3"), maps.of("f/relu_expand3x3")
    assert before.min() < 0
    assert torch.equal(before.clamp(min=0), after)
    assert torch.equal(maps.of("f/concat")[:, 2:], after)


def test_the_images_that_are_asked_for_and_the_operations_that_are_wanted_are_kept() -> None:
    image = picture(SMALL, 3)
    every, some = maps_of(SMALL, image), FeatureMaps(["f/squeeze1x1"], images=[2, 0])
    live_pass(SMALL, image=image, on_operation=some.take)
    assert torch.equal(some.of("f/squeeze1x1"), every.of("f/squeeze1x1")[[2, 0]])
    assert some.operations == ("f/squeeze1x1",)
    with pytest.raises(SqueezevizError, match="the maps of 'f/concat' were not kept in this pass"):
        some.of("f/concat")
    with pytest.raises(SqueezevizError, match=r"the pass ran no operation 'f/concta'; did you mean f/concat\?"):
        some.of("f/concta")


def test_maps_that_exceed_the_bound_are_left_out_and_the_sentence_says_which_were_kept() -> None:
    full = maps_of(SMALL, picture(SMALL))
    names = (NETWORK_INPUT, *full.operations)
    room = sum(full.of(name).nbytes for name in names[:4])
    maps = FeatureMaps(most_bytes=room)
    live_pass(SMALL, image=picture(SMALL), on_operation=maps.take)
    assert maps.operations == names[1:4]
    assert f"and those up to {names[3]} were kept" in maps.note
    assert full.note == ""
    with pytest.raises(SqueezevizError, match="the maps of 's' are not here: the feature maps of this pass take more"):
        maps.of("s")


def operators(network: ResolvedNetwork, **options: object) -> tuple[Counter[str], LivePass]:
    ran = Operators()
    with ran:
        measured = live_pass(network, image=picture(network), **options)  # type: ignore[arg-type]
    return ran.counted, measured


def test_a_pass_that_nobody_asks_for_maps_computes_nothing_for_them() -> None:
    ordinary, measured = operators(SMALL)
    assert not [name for name in ordinary if "clone" in name or "detach" in name or "copy" in name]
    asked, with_maps = operators(SMALL, on_operation=FeatureMaps().take)
    overwritten = sum(each.type == "relu" for layer in measured.layers for each in layer.operations)
    assert asked["aten.clone.default"] == overwritten, "what a ReLU would overwrite is copied, and nothing else"
    assert with_maps.memory_bytes == measured.memory_bytes
    assert operators(SMALL, on_operation=FeatureMaps(images=[0]).take)[0] == asked, "one image is the whole batch"


def test_the_time_that_maps_take_is_in_no_time_that_is_told() -> None:
    live = live_pass(table_of(MaxPool("p")), on_operation=lambda ran: time.sleep(0.5))
    assert live.layers[0].time_ms <= live.time_ms < 400


@pytest.mark.parametrize("repeats", [2, 3])
def test_of_several_passes_one_more_brings_the_maps(repeats: int) -> None:
    ran: list[OperationRun] = []
    measured = live_pass(SMALL, image=picture(SMALL), repeats=repeats, on_operation=ran.append)
    assert measured.repeats == repeats
    assert [each.name for each in ran] == [NETWORK_INPUT, *(step.name for _, step in SMALL.operations())]


def test_passes_that_were_cancelled_count_and_bring_no_maps() -> None:
    told: list[int] = []
    maps = FeatureMaps()
    measured = live_pass(
        SMALL, repeats=9, on_pass=told.append, cancelled=lambda: len(told) >= 4, on_operation=maps.take
    )
    assert (measured.repeats, maps.operations) == (2, ())


@pytest.mark.parametrize("memory_format", MemoryFormat)
@pytest.mark.parametrize("precision", [Precision.FLOAT32, Precision.BFLOAT16, Precision.FLOAT16])
def test_maps_have_the_values_of_the_precision_in_the_usual_order(
    precision: Precision, memory_format: MemoryFormat
) -> None:
    image = picture(SMALL, 2)
    maps = maps_of(SMALL, image, arithmetic=Arithmetic(precision, memory_format))
    assert_plain(SMALL, image, maps, 1e-5 if precision is Precision.FLOAT32 else 0.05)
    values = maps.of("f/expand3x3")
    assert values.is_contiguous()
    assert torch.equal(values, values.to(getattr(torch, precision)).float())


def test_the_meta_device_has_no_values_and_says_so() -> None:
    with pytest.raises(PassError, match="the meta device works out shapes and has no values to see; choose another"):
        live_pass(SMALL, device="meta", on_operation=FeatureMaps().take)


def test_the_numbers_of_a_channel_are_those_of_numpy() -> None:
    values = torch.relu(picture(SMALL)[0]).numpy()
    values[1] = 0
    for channel, found in zip(values, channel_statistics(values), strict=True):
        expected = (
            channel.min(), channel.max(), channel.mean(), (channel == 0).mean(), channel.var(), abs(channel).mean(),
        )  # fmt: skip
        assert found == pytest.approx(expected, rel=1e-5)
    assert [tuple(first_channels(values, order)) for order in MapOrder] == [
        ordered(channel_statistics(values), order) for order in MapOrder
    ]
    assert [each.is_dead for each in channel_statistics(values)] == [False, True, False]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(4, 4, [3, 2, 7, 6]), (1, 4, [0, 4, 3, 2]), (6, 1, [5, 4, 3, 6]), (1, 1, [0, 1]), (2, 9, [1, 0, 10, 9])],
)
def test_of_a_concat_as_many_channels_of_each_part_are_chosen(first: int, second: int, expected: list[int]) -> None:
    maps = np.array([[[0, channel + 1]] for channel in range(first + second)], np.float32)
    assert first_channels(maps, MapOrder.VARIES, 4, first) == expected
    assert first_channels(maps, MapOrder.VARIES, 4) == sorted(range(first + second), reverse=True)[:4]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [math.nan, math.inf, 3e38])
def test_maps_that_are_not_finite_are_measured_without_a_warning(value: float) -> None:
    values = np.full((2, 3, 3), value, np.float32)
    values[0, 0, 0] = -value
    assert [math.isfinite(each.variance) for each in channel_statistics(values)] == [False, False]
    assert all(sorted(first_channels(values, order)) == [0, 1] for order in MapOrder)


@pytest.mark.parametrize("least", [0.0, -1.0], ids=["after a ReLU", "with negative values"])
def test_the_size_of_a_channel_is_the_mean_of_its_values_without_their_signs(least: float) -> None:
    maps = torch.randn(5, 7, 9, generator=torch.Generator().manual_seed(3)).clamp(min=least)
    sizes = [each.size for each in channel_statistics(maps.numpy())]
    assert sizes == pytest.approx(maps.abs().mean((1, 2)).tolist(), rel=1e-5)
