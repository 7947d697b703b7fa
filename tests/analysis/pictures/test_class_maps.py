"""Which maps of a network are averaged to the scores of its classes, and where patches are laid on its input."""

from __future__ import annotations

import pytest
from hypothesis import given
from preset_tables import PRESETS, network, preset
from strategies import input_shapes
from trace_tables import table_of

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.pictures.class_maps import (
    PATCHES,
    ClassMap,
    Method,
    averaged_maps,
    check_is_class,
    grey_values,
    in_words,
    patches,
)
from squeezeviz.analysis.pictures.preprocessing import BGR, CAFFE, TORCHVISION
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.registry import open_network
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import AvgPool, Conv, Dropout, Fire, GlobalAvgPool, Softmax
from squeezeviz.model.table import InputShape


@pytest.mark.parametrize("name", PRESETS)
def test_every_squeezenet_averages_the_maps_of_its_last_convolution_after_its_relu(name: str) -> None:
    resolved = network(name)
    found = averaged_maps(resolved)
    assert (found.name, found.pool) == ("relu_conv10", "avgpool10")
    size = resolved.layers[-2].shape
    assert (len(found.rows), len(found.columns)) == (size.height, size.width)
    assert found.rows[1] - found.rows[0] == 16


def test_a_value_stands_for_the_middle_of_its_receptive_field() -> None:
    rows = averaged_maps(network("squeezenet1_1-imagenet")).rows
    assert rows[:2] == (15.5, 31.5)  # of pixels that each fill one: the field of the first reaches from -143 to 174
    padded = averaged_maps(network("caffe-v1.0")).rows
    assert (len(padded), padded[0]) == (15, padded[1] - 16)


def test_a_softmax_and_dropouts_after_the_average_change_nothing() -> None:
    ends = table_of(Conv("c", 4, 3), GlobalAvgPool("p"), Dropout("d"), Softmax("s"), Dropout("e"))
    assert averaged_maps(ends).name == "relu_c"
    assert averaged_maps(table_of(Fire("f", 2, 3, 3), GlobalAvgPool("p"))).name == "f/concat"
    assert averaged_maps(table_of(Conv("c", 4, 3, relu=False), AvgPool("p", 10, 1))).name == "c"
    picture = averaged_maps(table_of(GlobalAvgPool("p"), size=2))
    assert (picture.name, picture.rows) == (NETWORK_INPUT, (0.5, 1.5))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((Conv("c", 4, 12), Softmax("s")), "relu_c does not average whole maps to the scores of classes"),
        ((GlobalAvgPool("p"), Conv("c", 4, 1, relu=False)), "c does not average whole maps"),
        ((GlobalAvgPool("p"), Softmax("s"), Softmax("t")), "s does not average whole maps"),
        ((AvgPool("p", 14, 1, 1),), "p does not average whole maps"),
        ((Conv("c", 4, 3),), "its last map is 10×10 and not 1×1"),
    ],
)
def test_what_is_no_average_of_maps_is_refused_in_a_sentence(rows: tuple[Conv, ...], sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence):
        averaged_maps(table_of(*rows))


def test_maps_of_too_many_places_and_classes_that_are_not_there_are_refused() -> None:
    large = resolve(preset("table1").with_input(InputShape(3, 6000, 6000)))
    with pytest.raises(SqueezevizError, match="places each; at most 100,000 are told: take a smaller input"):
        averaged_maps(large)
    check_is_class(network("table1"), 999)
    with pytest.raises(SqueezevizError, match="class 1,000 is none of the 1,000 classes, numbered from 0 to 999"):
        check_is_class(network("table1"), 1000)


def test_an_operation_whose_name_another_one_bears_is_refused() -> None:
    with pytest.raises(SqueezevizError, match="several operations are called “f/concat”: rename a row"):
        averaged_maps(table_of(Fire("f", 2, 3, 3), GlobalAvgPool("f/concat")))


@given(input_shapes(300))
def test_patches_cover_the_whole_input_and_are_not_too_many(taken: InputShape) -> None:
    laid = patches(taken)
    for side, patch, starts in ((taken.height, laid.height, laid.tops), (taken.width, laid.width, laid.lefts)):
        assert 1 <= len(starts) <= PATCHES
        assert len(set(starts)) == len(starts)
        covered = {pixel for start in starts for pixel in range(start, start + patch)}
        assert covered == set(range(side))
    assert len(laid.places) == len(laid.tops) * len(laid.lefts)


def test_grey_goes_through_what_a_picture_goes_through() -> None:
    assert grey_values(BGR, 3) == (127.5, 127.5, 127.5)
    assert grey_values(CAFFE, 3) == pytest.approx((23.494, 10.831, 4.821))
    assert grey_values(TORCHVISION, 3) == pytest.approx((0.0655, 0.1964, 0.4178), abs=1e-3)
    assert len(grey_values(CAFFE, 1)) == 1


def test_words_say_what_the_map_is_and_how_it_is_read() -> None:
    resolved = resolve(open_network("squeezenet1_1-imagenet").table)
    grid = tuple(range(14)), tuple(range(14)), ((0.0,) * 14,) * 14
    assert in_words(ClassMap(285, Method.ACTIVATION, 30.4376, *grid), resolved) == (
        "class activation map: avgpool10 makes the score of the class, 30.44, the mean of these 14×14 values of "
        "relu_conv10"
    )
    assert in_words(ClassMap(285, Method.OCCLUSION, 0.436, *grid), resolved) == (
        "occlusion: a grey patch of 45×45 pixels of the input covers one of 14×14 places after the other; values "
        "tell by how much the probability, 43.6 %, falls, below 0 that it rises"
    )


def test_a_map_that_lacks_a_value_does_not_fit() -> None:
    good = ClassMap(0, Method.OCCLUSION, 0.5, (1, 2), (1, 2, 3), ((0, 0, 0), (0, 0, 0)))
    assert good.fits
    assert not good._replace(rows=(1,)).fits
    assert not good._replace(values=((0, 0, 0), (0, 0))).fits
    assert not good._replace(rows=(), values=()).fits
