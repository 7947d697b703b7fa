"""What a network gets of a picture: the middle, as torchvision and Caffe cut it out, and its channels' numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from squeezeviz.analysis.pictures.preprocessing import (
    BGR,
    CAFFE,
    PREPROCESSINGS,
    RGB,
    TORCHVISION,
    Crop,
    Preprocessing,
    PreprocessingHint,
    hint_of_answers,
    parse_mean,
    parse_std,
)
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.json_data import from_json, to_json
from squeezeviz.model.table import InputShape

each = pytest.mark.parametrize("way", PREPROCESSINGS.values(), ids=PREPROCESSINGS)
sides = st.integers(1, 5000)


@pytest.mark.parametrize(
    ("way", "size", "taken", "crop"),
    [
        (TORCHVISION, (512, 256), InputShape(3, 224, 224), Crop(144, 16, 368, 240)),
        (TORCHVISION, (256, 1024), InputShape(3, 224, 224), Crop(16, 400, 240, 624)),
        (TORCHVISION, (256, 256), InputShape(3, 224, 224), Crop(16, 16, 240, 240)),
        (CAFFE, (256, 256), InputShape(3, 227, 227), Crop(14, 14, 241, 241)),  # (256 − 227) / 2 is 14.5
        (CAFFE, (512, 512), InputShape(3, 224, 224), Crop(32, 32, 480, 480)),
        (TORCHVISION, (128, 128), InputShape(3, 112, 112), Crop(8, 8, 120, 120)),  # 112 × 256/224 = 128
        (BGR, (448, 224), InputShape(3, 224, 224), Crop(112, 0, 336, 224)),
        (RGB, (100, 300), InputShape(3, 50, 50), Crop(0, 100, 100, 200)),
        # 451 × 256/300 is 384.85, of which torchvision cuts the fraction off.
        (TORCHVISION, (451, 300), InputShape(3, 224, 224), Crop(80 / 384 * 451, 18.75, 304 / 384 * 451, 281.25)),
        (CAFFE, (451, 300), InputShape(3, 224, 224), Crop(80 / 385 * 451, 18.75, 304 / 385 * 451, 281.25)),
        # An input that is not square: what it covers, 256×128, is just covered.
        (TORCHVISION, (512, 512), InputShape(3, 112, 224), Crop(32, 144, 480, 368)),
        (BGR, (300, 300), InputShape(3, 100, 200), Crop(0, 75, 300, 225)),
    ],
)
def test_the_middle_is_cut_out_of_what_covers_the_input(
    way: Preprocessing, size: tuple[int, int], taken: InputShape, crop: Crop
) -> None:
    assert way.crop(*size, taken) == pytest.approx(crop, rel=1e-12)


@each
@given(width=sides, height=sides)
def test_a_picture_of_exactly_the_inputs_size_is_taken_whole(way: Preprocessing, width: int, height: int) -> None:
    assert way.crop(width, height, InputShape(3, height, width)) == (0, 0, width, height)


@each
@given(width=st.integers(1, 10**8), height=st.integers(1, 10**8), high=sides, wide=sides)
def test_a_crop_lies_within_its_picture_and_has_the_inputs_proportions(
    way: Preprocessing, width: int, height: int, high: int, wide: int
) -> None:
    left, top, right, bottom = way.crop(width, height, InputShape(3, high, wide))
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    if (width, height) != (wide, high):  # what is rounded is less than one pixel of the resized picture
        assert (right - left) / wide == pytest.approx((bottom - top) / high, rel=1 / min(high, wide) + 1e-6)


def test_what_each_way_does_is_said_with_its_numbers() -> None:
    assert TORCHVISION.in_words(InputShape(3, 224, 224)) == (
        "shorter side to 256, middle 224×224; RGB from 0 to 1, minus 0.485 0.456 0.406, divided by 0.229 0.224 0.225"
    )
    assert CAFFE.in_words(InputShape(3, 227, 227)) == (
        "shorter side to 256, middle 227×227; BGR from 0 to 255, minus 104.006 116.669 122.679"
    )
    assert BGR.in_words(InputShape(3, 224, 224)) == "shorter side to 224, middle 224×224; BGR from 0 to 255"
    assert RGB.in_words(InputShape(3, 100, 200)) == "just covering 200×100, middle 200×100; RGB from 0 to 255"
    assert (
        BGR.with_values((127.5,) * 3, (1, 2, 4))
        .in_words(InputShape(3, 9, 9))
        .endswith("BGR from 0 to 255, minus 127.5, divided by 1 2 4")
    )


def test_a_grey_input_takes_the_luminance_with_the_luminance_of_the_mean() -> None:
    assert CAFFE.arithmetic(1).mean == pytest.approx((0.299 * 122.679 + 0.587 * 116.669 + 0.114 * 104.006,))
    assert TORCHVISION.arithmetic(1).std == pytest.approx((0.299 * 0.229 + 0.587 * 0.224 + 0.114 * 0.225,))
    assert "luminance from 0 to 1" in TORCHVISION.in_words(InputShape(1, 28, 28))


@pytest.mark.parametrize("channels", [2, 4, 10**12])
def test_other_numbers_of_channels_are_refused(channels: int) -> None:
    with pytest.raises(SqueezevizError, match="channels, and a picture has 3, red, green and blue, or 1 as grey"):
        CAFFE.arithmetic(channels)


def test_a_persons_own_numbers_stand_in_the_id() -> None:
    own = RGB.with_values(parse_mean("127.5"), parse_std("127.5, 128 129"))
    assert own.arithmetic(3) == (1, (127.5, 127.5, 127.5), (127.5, 128, 129))
    assert own.id == "rgb --mean 127.5,127.5,127.5 --std 127.5,128,129"
    assert CAFFE.with_values(None, None) == CAFFE


@pytest.mark.parametrize("text", ["", "1,2", "1,2,3,4", "a", "nan", "inf,1,1", "1e9"])
def test_what_are_no_numbers_for_three_channels_is_refused(text: str) -> None:
    with pytest.raises(SqueezevizError, match="one number or three"):
        parse_mean(text)


@pytest.mark.parametrize("text", ["0", "1,1,0", "-1"])
def test_nothing_is_divided_by_zero(text: str) -> None:
    with pytest.raises(SqueezevizError, match="above 0"):
        parse_std(text)


@pytest.mark.parametrize(
    ("change", "way"),
    [(0.01, TORCHVISION), (2.2, CAFFE), (3.8, CAFFE), (128, TORCHVISION), (float("inf"), TORCHVISION)],
)
def test_how_strongly_weights_answer_hints_at_what_they_were_trained_on(change: float, way: Preprocessing) -> None:
    hint = hint_of_answers(change)
    assert hint.preprocessing == way
    assert f"{change:.2g}" in hint.reason


@each
def test_a_hint_crosses_as_json(way: Preprocessing) -> None:
    hint = PreprocessingHint(way.with_values((-1, 0, 1.5), None), "it was said")
    assert from_json(PreprocessingHint, to_json(hint), "a hint") == hint


@pytest.mark.parametrize(
    ("size", "taken", "way"),
    [
        ((40, 30), InputShape(3, 9, 9), BGR),  # smaller than the picture
        ((23, 31), InputShape(3, 20, 24), RGB),  # as large, but not at whole pixels
        ((6, 5), InputShape(3, 20, 20), CAFFE),  # larger
        ((12, 12), InputShape(3, 12, 12), RGB),  # the very size
    ],
)
def test_a_pixel_of_the_input_is_drawn_from_those_pixels_of_the_picture_and_no_others(
    size: tuple[int, int], taken: InputShape, way: Preprocessing
) -> None:
    crop = way.crop(*size, taken)
    for row in range(taken.height):
        for column in range(taken.width):
            rows, columns = crop.drawn_from(row, column, taken, size)
            picture = Image.new("L", size, 0)
            picture.paste(255, (columns.start, rows.start, columns.stop, rows.stop))
            assert _resized(picture, taken, crop).getpixel((column, row)) == 255
    rows, columns = crop.drawn_from(taken.height // 2, taken.width // 2, taken, size)
    for edge in (columns.start, columns.stop - 1):
        picture = Image.new("F", size, 0.0)
        picture.paste(1.0, (edge, 0, edge + 1, size[1]))
        assert _resized(picture, taken, crop).getpixel((taken.width // 2, taken.height // 2)) > 0  # type: ignore[operator]


def _resized(picture: Image.Image, taken: InputShape, crop: Crop) -> Image.Image:
    return picture.resize((taken.width, taken.height), Image.Resampling.BILINEAR, box=crop)
