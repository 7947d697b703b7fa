"""A value of a feature map is what its terms come to, and each of them can be followed on, down to the picture."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import cast

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plain_forward import plain_forward
from strategies import running_tables
from torch import Tensor
from trace_tables import table_of

from squeezeviz.analysis.arithmetic import EXACT
from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.following import FollowedValue
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.analysis.value_sources import INPUT, ValueAt, operation_meant, seen_by
from squeezeviz.explain.following import Role, sum_lines
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.json_data import from_json, to_json
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, MaxPool, Softmax
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.brought_maps import KeptMaps
from squeezeviz.trace.failures import PassError
from squeezeviz.trace.following import follow, follow_kept, followed_in_a_pass, maps_needed
from squeezeviz.trace.maps import FeatureMaps
from squeezeviz.trace.module import SqueezeNet
from squeezeviz.trace.passes import live_pass, prepare_module
from squeezeviz.trace.weights import current_weights


def random_picture(network: ResolvedNetwork, batch: int = 1) -> Tensor:
    shape = (batch, *network.table.input.maps)
    return torch.empty(shape).uniform_(-2, 2, generator=torch.Generator().manual_seed(7))


def with_biases(module: SqueezeNet) -> None:
    """Give every convolution biases, which are 0 in fresh weights."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name.endswith("bias"):
                parameter.copy_(torch.linspace(-0.5, 0.5, parameter.numel()))


class Pass:
    """A table that ran on a random picture, with all that it made."""

    def __init__(self, network: ResolvedNetwork, batch: int = 1, picture: Tensor | None = None) -> None:
        self.network = network
        self.picture = random_picture(network, batch) if picture is None else picture
        self.module = prepare_module(network)
        with_biases(self.module)
        maps = FeatureMaps()
        live_pass(network, batch=batch, module=self.module, image=self.picture, on_operation=maps.take)
        self.maps = {name: maps.of(name) for name in (NETWORK_INPUT, *maps.operations)}

    def follow(self, operation: str, channel: int = 0, row: int = 0, column: int = 0, image: int = 0) -> FollowedValue:
        """Follow a value with no other maps than those that it is said to need."""
        at = ValueAt(operation, channel, row, column, image)
        needed = {name: self.maps[name][image] for name in maps_needed(self.network, at)}
        return follow(self.network, self.module, needed, at)


def distinct_names(table: LayerTable) -> bool:
    names = Counter(step.name for _, step in resolve(table).operations())
    return max(names.values()) == 1


@settings(max_examples=150)
@given(running_tables(longest=6, largest=20), st.integers(1, 2), st.data())
def test_every_value_is_what_its_terms_come_to(table: LayerTable, batch: int, data: st.DataObject) -> None:
    """Of any operation, anywhere in its map: what torch computed is the sum of the terms, after a ReLU if there is one.
    Every origin can be followed in turn and has the value that the term names, until the picture is reached."""
    assume(distinct_names(table))
    ran = Pass(resolve(table), batch)
    operation = data.draw(st.sampled_from([step.name for _, step in ran.network.operations()]))
    image, channel, row, column = (data.draw(st.integers(0, size - 1)) for size in ran.maps[operation].shape)
    value = ran.follow(operation, channel, row, column, image)
    while True:
        check(ran, value)
        if value.kind == INPUT or not value.terms:  # at the picture, or with a filter in the padding alone
            assert not value.back
            break
        origin = data.draw(st.sampled_from(value.back))
        assert origin[:4] in [
            (value.inputs[side], *term[:3]) for term in value.terms for side in range(len(value.inputs))
        ]
        value = ran.follow(*origin[:4], image)
        assert value.measured == origin.value


def test_every_value_of_a_table_with_every_kind_of_operation() -> None:
    """Another process gets it whole."""
    rows = (
        Conv("conv1", 6, 3, 2, padding=1), MaxPool("pool1", 3, 2, 1, ceil=True), Fire("fire2", 2, 3, 3, Bypass.SIMPLE),
        AvgPool("mean", 2, 1, 1), Fire("fire3", 2, 2, 3, Bypass.COMPLEX, relu=False), Dropout("drop"),
        Conv("conv4", 4, 1, relu=False, bias=False), GlobalAvgPool("all"), Softmax("share"),
    )  # fmt: skip
    ran = Pass(table_of(*rows, size=11))
    followed = [
        ran.follow(name, *map(int, at[1:]))
        for name, maps in ran.maps.items()
        for at in torch.ones(maps.shape).nonzero()
    ]
    for value in followed:
        check(ran, value)
        written = json.loads(json.dumps(to_json(value)))
        assert from_json(FollowedValue, written, "a followed value") == value
    assert {value.kind for value in followed} == set(OperationKind) - {"relu", "concat"} | {INPUT}


def check(ran: Pass, value: FollowedValue) -> None:
    assert value.measured == float(ran.maps[value.operation][value.image, value.channel, value.row, value.column])
    assert value.agrees
    assert sum_lines(value)[-1].role is Role.MEASURED
    numbers = [term.product for term in value.terms]
    match value.kind:
        case "conv":
            assert value.sum == math.fsum([value.bias, *numbers])
            assert all(term.product == term.input * term.weight for term in value.terms if term.weight is not None)
            step = next(step for _, step in ran.network.operations() if step.name == value.source)
            window = len(numbers) // step.inputs[0].channels
            assert window + value.outside == step.operation.kernel**2
        case "maxpool":
            assert value.measured == max(term.input for term in value.terms) == value.back[0].value
        case "avgpool" | "global_avgpool":
            assert value.measured == pytest.approx(sum(numbers) / value.divisor, rel=1e-4, abs=1e-5)
        case "add":
            assert value.measured == pytest.approx(numbers[0] + numbers[1], rel=1e-6)
        case "softmax":
            assert value.measured == pytest.approx(numbers[value.channel] / sum(numbers), rel=1e-4)
        case "dropout":
            assert value.measured == numbers[0]
        case kind:
            assert (kind, value.terms, value.sum) == (INPUT, (), value.measured)
    for term in value.terms:
        sources = [float(ran.maps[name][(value.image, *term[:3])]) for name in value.inputs]
        assert term.input in sources


def test_a_channel_of_a_concat_is_a_filter_of_the_expand_that_it_comes_from() -> None:
    ran = Pass(table_of(Conv("conv1", 4, 3), Fire("fire2", 3, 5, 7)))
    first, second = ran.follow("fire2/concat", 4, 2, 3), ran.follow("fire2/concat", 5, 2, 3)
    assert (first.source, first.filter, first.relu) == ("fire2/expand1x1", 4, "fire2/relu_expand1x1")
    assert (second.source, second.filter, second.relu) == ("fire2/expand3x3", 0, "fire2/relu_expand3x3")
    assert first.reason.startswith("Channel 4 is filter 4 of expand1x1, because expand1x1's channels come first. ")
    assert second.reason == (
        "Channel 5 is filter 0 of expand3x3, because the first 5 channels are expand1x1's. Filter 0 of fire2/expand3x3 "
        "reads all 3 channels of fire2/relu_squeeze1x1 in rows 1 to 3, columns 2 to 4."
    )
    assert second.inputs == first.inputs == ("fire2/relu_squeeze1x1",)
    assert (len(first.terms), len(second.terms)) == (3, 27)


def test_a_relu_is_told_by_the_sum_before_it() -> None:
    ran = Pass(table_of(Conv("conv1", 16, 3)))
    places = [(channel, row) for channel in range(16) for row in range(10)]
    before = [ran.follow("conv1", channel, row, 1) for channel, row in places]
    after = [ran.follow("relu_conv1", channel, row, 1) for channel, row in places]
    assert {value.measured < 0 for value in before} == {True, False}
    for convolved, rectified in zip(before, after, strict=True):
        assert convolved.sum == rectified.sum
        assert (convolved.relu, rectified.relu) == ("", "relu_conv1")
        assert rectified.measured == max(0, convolved.measured)


def test_positions_in_the_padding_are_left_out_and_counted() -> None:
    ran = Pass(table_of(Conv("conv1", 2, 3, padding=1), channels=2, size=4))
    corner = ran.follow("conv1", 1, 0, 3)
    assert [(term.channel, term.row, term.column) for term in corner.terms] == [
        (channel, row, column) for channel in (0, 1) for row in (0, 1) for column in (2, 3)
    ]
    assert corner.outside == 5
    assert corner.reason.endswith("; 5 of the window's 9 positions lie outside the map and add nothing.")
    alone = Pass(table_of(Conv("far", 1, 1, padding=2), channels=1, size=1)).follow("far", 0, 4, 2)
    assert (alone.terms, alone.back, alone.sum, alone.outside) == ((), (), alone.bias, 1)


def test_the_first_of_equally_large_values_wins_a_maximum() -> None:
    """Which one torch took is told by its own indices."""
    network = table_of(MaxPool("pool", 3, 2, 1, ceil=True), channels=1, size=6)
    picture = torch.tensor([[[[float((row * column) % 3) for column in range(6)] for row in range(6)]]])
    ran = Pass(network, picture=picture)
    _, indices = torch.nn.functional.max_pool2d(picture, 3, 2, 1, ceil_mode=True, return_indices=True)
    values = [
        ran.follow("pool", 0, row, column) for row in range(indices.shape[2]) for column in range(indices.shape[3])
    ]
    won = [value.back[0] for value in values]
    assert [origin.row * 6 + origin.column for origin in won] == indices.flatten().tolist()
    assert [sum(term.weight or 0 for term in value.terms) for value in values] == [1] * len(values)
    assert any("equally large values the first counts" in value.reason for value in values)


@pytest.mark.parametrize("ceil", [False, True])
@pytest.mark.parametrize(("kernel", "stride", "padding"), [(3, 2, 1), (2, 2, 1), (4, 3, 2), (3, 4, 0), (5, 3, 0)])
def test_a_mean_is_divided_by_the_positions_that_torch_counts(
    kernel: int, stride: int, padding: int, ceil: bool
) -> None:
    """Of ones it is the share of positions that lie on the map: others count in the padding, but not beyond it."""
    network = table_of(AvgPool("pool", kernel, stride, padding, ceil=ceil), channels=1, size=9)
    ran = Pass(network, picture=torch.ones(1, 1, 9, 9))
    _, rows, columns = network.output
    for row, column in ((row, column) for row in range(rows) for column in range(columns)):
        value = ran.follow("pool", 0, row, column)
        assert value.measured == pytest.approx(len(value.terms) / value.divisor)
        assert value.agrees


def test_a_sum_tells_both_sides() -> None:
    for bypass, around in ((Bypass.SIMPLE, "relu_conv1"), (Bypass.COMPLEX, "fire2/relu_bypass1x1")):
        ran = Pass(table_of(Conv("conv1", 8, 3), Fire("fire2", 2, 4, 4, bypass)))
        value = ran.follow("fire2/add", 5, 1, 1)
        assert (value.kind, value.inputs) == ("add", ("fire2/concat", around))
        inside, outside = (ran.follow(*origin[:4]) for origin in value.back)
        assert value.measured == pytest.approx(inside.measured + outside.measured)


def test_each_image_of_a_batch_has_values_of_its_own() -> None:
    ran = Pass(table_of(Conv("conv1", 2, 3)), batch=2)
    first, second = (ran.follow("conv1", 1, 2, 3, image) for image in (0, 1))
    assert first.measured != second.measured
    assert first.agrees and second.agrees
    with pytest.raises(SqueezevizError, match="image 2 is none of the 2 images"):
        followed_in_a_pass(ran.network, ran.module, ValueAt("conv1", 1, 2, 3, 2), image=ran.picture)


def test_a_disagreement_is_seen() -> None:
    ran = Pass(table_of(Conv("conv1", 2, 3)))
    assert ran.follow("conv1").agrees
    ran.maps["conv1"] = ran.maps["conv1"] + 0.01
    assert not ran.follow("conv1").agrees


@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
def test_what_is_no_number_is_followed_to_where_it_comes_from(bad: float) -> None:
    rows = Conv("conv1", 2, 3), MaxPool("pool", 2), AvgPool("mean", 2), Softmax("share")
    network = table_of(*rows, channels=1, size=12)
    picture = random_picture(network)
    picture[0, 0, 1, 2] = bad
    ran = Pass(network, picture=picture)
    for operation in ("conv1", "share"):
        with pytest.raises(SqueezevizError, match=r" has (nan|-?inf) in channel 0, row 0, column 0, because"):
            ran.follow(operation)
    ran = Pass(network)
    with torch.no_grad():
        next(ran.module.parameters())[0, 0, 2, 2] = bad
    ran.maps["conv1"] = torch.full_like(ran.maps["conv1"], bad)
    with pytest.raises(SqueezevizError, match="because a weight of conv1 is"):
        ran.follow("conv1")


def refused(network: ResolvedNetwork, *at: object) -> str:
    with pytest.raises(SqueezevizError) as error:
        maps_needed(network, ValueAt(*at))  # type: ignore[arg-type]
    return str(error.value)


def test_a_place_that_is_not_there_is_refused_with_those_that_are() -> None:
    network = table_of(Conv("conv1", 4, 3), Fire("fire2", 2, 4, 4), GlobalAvgPool("pool"), Dropout("drop"))
    assert refused(network, "fire2/concat", 8, 0, 0) == (
        "channel 8 is none of the 8 channels of fire2/concat; they are numbered from 0 to 7"
    )
    assert "row 10 is none of the 10 rows of conv1" in refused(network, "conv1", 3, 10, 0)
    assert "column -1 is none of the 10 columns of conv1" in refused(network, "conv1", 3, 0, -1)
    assert "the only one is row 0" in refused(network, "pool", 0, 1, 0)
    assert "channel 3 is none of the 3 channels of input" in refused(network, NETWORK_INPUT, 3, 0, 0)
    assert "did you mean fire2/concat?" in refused(network, "fire2/concaat", 0, 0, 0)
    twice = table_of(Conv("fire2/concat", 4, 3), Fire("fire2", 2, 4, 4))
    assert "2 operations are called “fire2/concat”: rename a row" in refused(twice, "fire2/concat", 0, 0, 0)


def test_the_picture_is_called_input_unless_an_operation_is() -> None:
    assert operation_meant(table_of(Conv("conv1", 4, 3)), "input") == NETWORK_INPUT
    assert operation_meant(table_of(Conv("input", 4, 3)), "input") == "input"
    assert operation_meant(table_of(Conv("conv1", 4, 3)), "relu_conv1") == "relu_conv1"
    with pytest.raises(SqueezevizError, match="no operation 'conv2'; did you mean conv1"):
        operation_meant(table_of(Conv("conv1", 4, 3)), "conv2")


def test_more_terms_than_a_message_takes_are_refused_before_any_is_read() -> None:
    network = table_of(Conv("conv1", filters=1, kernel=200), size=200)
    module = prepare_module(network)
    nothing = cast("KeptMaps", None)
    with pytest.raises(SqueezevizError, match="this value has 120,000 terms; at most 100,000 are told here"):
        follow_kept(network, module, nothing, None, EXACT, ValueAt("conv1", 0, 0, 0))


def test_a_value_is_followed_in_a_pass_of_its_own() -> None:
    network = table_of(Conv("conv1", 4, 3), Fire("fire2", 3, 5, 7))
    at, picture = ValueAt("fire2/concat", 5, 2, 3, 1), random_picture(network, 2)
    module = prepare_module(network)
    value = followed_in_a_pass(network, module, at, image=picture)
    assert value.agrees
    plain = plain_forward(network, current_weights(network, None), picture)["fire2/concat"]
    assert value.measured == pytest.approx(float(plain[1, 5, 2, 3]), rel=1e-5)
    assert value != followed_in_a_pass(network, module, at._replace(image=0))
    with pytest.raises(PassError, match="the meta device works out shapes"):
        followed_in_a_pass(network, prepare_module(network, device="meta"), at, image=picture)


@settings(max_examples=60)
@given(running_tables(longest=4, largest=14), st.data())
def test_what_lies_outside_the_pixels_that_a_value_sees_does_not_move_it(
    table: LayerTable, data: st.DataObject
) -> None:
    assume(distinct_names(table))
    network = resolve(table)
    operation, step = data.draw(st.sampled_from([(each.name, each) for _, each in network.operations()]))
    at = ValueAt(operation, *(data.draw(st.integers(0, size - 1)) for size in step.shape))
    rows, columns = seen_by(network, at)
    picture = random_picture(network)
    other = torch.randn(picture.shape, generator=torch.Generator().manual_seed(8))
    other[:, :, rows.start : rows.stop, columns.start : columns.stop] = picture[
        :, :, rows.start : rows.stop, columns.start : columns.stop
    ]
    module = prepare_module(network)
    first, second = (followed_in_a_pass(network, module, at, image=image) for image in (picture, other))
    assert first.measured == pytest.approx(second.measured, rel=1e-4, abs=1e-4 * first.size)


def test_the_pixels_that_a_value_sees_are_those_of_the_expand_that_it_comes_from() -> None:
    network = table_of(Conv("conv1", 4, 3, 2), Fire("fire2", 3, 5, 7), size=40)
    assert seen_by(network, ValueAt("fire2/concat", 4, 8, 9)) == (range(16, 19), range(18, 21))
    assert seen_by(network, ValueAt("fire2/concat", 5, 8, 9)) == (range(14, 21), range(16, 23))
    assert seen_by(network, ValueAt("fire2/concat", 5, 0, 18)) == (range(5), range(34, 40))
    assert seen_by(network, ValueAt(NETWORK_INPUT, 2, 8, 9)) == (range(8, 9), range(9, 10))
