"""A followed value as lines: what weighs most first, and a total that is what the lines above it come to."""

from __future__ import annotations

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.following import FollowedValue, PixelNumbers, Readings, followed
from squeezeviz.analysis.pictures.preprocessing import CAFFE, TORCHVISION
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.value_sources import ValueAt, source_of
from squeezeviz.explain.following import Role, picture_text, sum_lines
from squeezeviz.files.tables.followed_value import Step, followed_csv, followed_text
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Fire, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable


def follow(rows: tuple[Layer, ...], at: ValueAt, read: Readings, channels: int = 3, size: int = 6) -> FollowedValue:
    network = resolve(LayerTable("t", InputShape(channels, size, size), rows))
    return followed(at, source_of(network, at), read, PixelNumbers(CAFFE, channels))


def lines(value: FollowedValue) -> list[tuple[str, str]]:
    return [(line.label, line.value) for line in sum_lines(value)]


def pointwise(products: list[float], measured: float, bias: float = 0.25) -> FollowedValue:
    """A 1×1 filter whose inputs are these numbers, and its weights 1."""
    read = Readings(measured, [[[[product]] for product in products]], [[[1.0]] for _ in products], bias)
    rows = Conv("conv1", len(products), 1), Conv("conv2", 2, 1)
    return follow(rows, ValueAt("relu_conv2", 1, 2, 3), read, channels=1)


def test_the_channels_that_weigh_most_come_first_and_the_rest_is_one_line() -> None:
    value = pointwise([1, -8, 2, 0.5, 16, -0.25, 4], 15.5)
    assert str(value.at) == "relu_conv2, channel 1, row 2, column 3"
    assert lines(value) == [
        ("channel 4", "+16.0000"),
        ("channel 1", "−8.0000"),
        ("channel 6", "+4.0000"),
        ("channel 2", "+2.0000"),
        ("channel 0", "+1.0000"),
        ("2 more channels", "+0.2500"),
        ("bias of filter 1", "+0.2500"),
        ("total", "15.5000"),
        ("ReLU: max(0, 15.5000)", "15.5000"),
        ("measured in the pass, in float32", "15.5000"),
    ]
    assert [origin[:5] for origin in value.back] == [
        ("relu_conv1", channel, 2, 3, number) for channel, number in ((4, 16), (1, -8), (6, 4), (2, 2), (0, 1))
    ]


def test_what_is_negative_is_0_after_a_relu() -> None:
    assert lines(pointwise([-1], 0.0))[-2:] == [
        ("ReLU: max(0, −0.75000)", "0.00000"),
        ("measured in the pass, in float32", "0.00000"),
    ]


def test_what_float32_rounds_is_said_and_more_than_that_is_a_disagreement() -> None:
    near, far = sum_lines(pointwise([3], 3.25001))[-1], sum_lines(pointwise([3], 3.5))[-1]
    assert near == (Role.MEASURED, "measured in the pass, in float32, off by 1e-05 from rounding", "3.25001", ())
    assert far == (Role.DIFFERS, "measured in the pass, in float32: differs by 0.25", "3.50000", ())


def test_of_a_pool_the_winner_comes_first_and_a_mean_is_divided_at_last() -> None:
    read = Readings(4.0, [[[[1.0, 4.0], [4.0, 2.0]]]])
    assert lines(follow((Conv("conv1", 1, 1), MaxPool("pool", 2)), ValueAt("pool", 0, 0, 1), read))[:3] == [
        ("row 0, column 3", "4.00000"),
        ("row 1, column 2", "4.00000"),
        ("row 1, column 3", "2.00000"),
    ]
    read = Readings(2.75, [[[[1.0, 4.0], [4.0, 2.0]]]])
    assert lines(follow((Conv("conv1", 1, 1), AvgPool("pool", 2)), ValueAt("pool", 0, 0, 1), read))[4:] == [
        ("sum", "11.0000"),
        ("mean: the sum, divided by 4 positions", "2.75000"),
        ("measured in the pass, in float32", "2.75000"),
    ]


def test_a_sum_names_both_sides_and_a_share_what_it_is_of() -> None:
    rows: tuple[Layer, ...] = (Conv("conv1", 4, 1), Fire("fire2", 1, 2, 2, Bypass.SIMPLE))
    value = follow(rows, ValueAt("fire2/add", 3, 0, 0), Readings(3.0, [[[[1.0]]], [[[2.0]]]]))
    assert lines(value)[:3] == [("fire2/concat", "+1.00000"), ("relu_conv1", "+2.00000"), ("total", "3.00000")]
    rows = Conv("conv1", 3, 1), Softmax("share")
    value = follow(rows, ValueAt("share", 2, 0, 0), Readings(0.21194156, [[[[1.0]], [[2.0]], [[1.0]]]]))
    assert lines(value)[0] == ("channel 2: e to the power of 1 − 2", "+0.36788")
    assert lines(value)[-3:-1] == [("sum", "1.73576"), ("share: what channel 2 has of the sum", "0.211942")]
    assert value.agrees


def test_a_pixel_is_told_by_what_the_picture_has_there() -> None:
    value = follow((Conv("conv1", 1, 1),), ValueAt(NETWORK_INPUT, 2, 3, 4), Readings(131 - 122.679))
    assert value.reason == "It is a value of the picture, as the network sees it. It comes from R 131 of 255."
    assert lines(value)[:3] == [
        ("the picture's 131", "+131.000"),
        ("what the mean takes away", "−122.679"),
        ("total", "8.321"),
    ]
    assert value.agrees
    for channel, letter in enumerate("RGB"):
        numbers = PixelNumbers(TORCHVISION, 3)
        mean, std = TORCHVISION.mean[channel], TORCHVISION.std[channel]
        raw, weight, bias = numbers.parts(channel, (200 / 255 - mean) / std)
        assert (numbers.letters[channel], raw) == (letter, 200)
        assert abs(raw * weight + bias - (200 / 255 - mean) / std) < 1e-9


def test_a_pixel_of_the_opened_picture_is_said_to_be_mixed_where_it_is() -> None:
    size = 1451, 300
    assert picture_text("cat.png", size, range(5, 6), range(1200, 1201)) == (
        "It is the pixel at x 1,200, y 5 of the opened picture, cat.png (1,451×300)."
    )
    assert picture_text("cat.png", size, range(28, 30), range(115, 118)) == (
        "Resizing mixed it from 3×2 pixels around x 116, y 29 of the opened picture, cat.png (1,451×300)."
    )
    assert "\u202e" not in picture_text("c\u202eat.png", size, range(5, 6), range(5, 6))


def test_fewer_channels_are_listed_where_that_is_asked_for() -> None:
    value = pointwise([3.0, 2.0, 1.0, 4.0], 10.0)
    assert [line.label for line in sum_lines(value, 2)][:3] == ["channel 3", "channel 0", "2 more channels"]


def test_it_is_printed_with_its_grids_and_with_the_commands_that_go_one_step_back() -> None:
    inputs = [[[2.0, -0.5], [1250.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0123]]]
    read = Readings(2.0, [inputs], [[[1.0, 0.0], [0.0, 1.0]]] * 3)
    value = follow((Conv("conv1", 3, 2),), ValueAt("conv1", 0, 3, 4), read)
    text = followed_text(value, range(3, 5), range(4, 6), [Step(value.back[0], "follow it")])
    assert (
        text
        == """\
conv1, channel 0, row 3, column 4
Filter 0 of conv1 reads all 3 channels of input in rows 3 to 4, columns 4 to 5. It sees 2×2 pixels
of the input: rows 3 to 4, columns 4 to 5.

channels of input × filter 0               sum of products
channel 0      2    −0.5  ×  1  0                 +2.00000
           1,250       0  ×  0  1
channel 1      1       1  ×  1  0                 +2.00000
               1       1  ×  0  1
channel 2      0       0  ×  1  0                 +0.01230
               0  0.0123  ×  0  1
bias of filter 0                                   0.00000
total                                              4.01230
measured in the pass, in float32: differs by 2.01  2.00000 ✗

one step back:
  2 (B 106)  follow it
"""
    )
    assert followed_csv(value).splitlines()[:3] == [
        "channel,row,column,input,weight,product",
        "0,3,4,2.0,1.0,2.0",
        "0,3,5,-0.5,0.0,-0.0",
    ]


def test_a_filter_too_large_for_a_line_is_told_by_its_number_of_products() -> None:
    inputs = [[1.0] * 8] * 7 + [[1.0] * 7 + [-3.0]]
    read = Readings(60.0, [[inputs]], [[[1.0] * 8] * 8])
    value = follow((Conv("conv1", 3, 8),), ValueAt("conv1", 0, 0, 0), read, channels=1, size=8)
    assert "\nchannel 0  64 products, the largest  −3  ×  1  +60.0000\n" in followed_text(value, range(8), range(8), [])
