"""Pictures become the very numbers that networks were trained on; swapped channels, or another crop, would be seen."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
import torch
from PIL import Image
from places import CHELSEA, SHARED

from squeezeviz.analysis.pictures.classes import probabilities
from squeezeviz.analysis.pictures.picture import Picture
from squeezeviz.analysis.pictures.preprocessing import (
    BGR,
    CAFFE,
    PREPROCESSINGS,
    RGB,
    TORCHVISION,
    Preprocessing,
    hint_of_answers,
)
from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.drawing.map_colours import pixels_seen
from squeezeviz.files.presets import BUILT_IN
from squeezeviz.files.registry import open_network, read_file
from squeezeviz.files.sandbox import read_picture
from squeezeviz.model.table import InputShape
from squeezeviz.trace.module import SqueezeNet, build_module
from squeezeviz.trace.pictures import answer_to_test_picture, input_tensor, scores_of
from squeezeviz.trace.weights import as_tensors

FISH = SHARED / "data" / "onnx" / "winml_fish.png"
FISH_INPUT = SHARED / "data" / "onnx" / "winml_fish_input.csv.gz"
FISH_NETWORK = SHARED / "data" / "onnx" / "winml_squeezenet_fp16.onnx"


def chelsea() -> Picture:
    return read_picture(str(CHELSEA))


def plain(colour: tuple[int, int, int], width: int = 40, height: int = 30) -> Picture:
    return Picture("plain", width, height, bytes(colour) * (width * height))


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (RGB, (255, 51, 0)),
        (BGR, (0, 51, 255)),
        (CAFFE, (0 - 104.006, 51 - 116.669, 255 - 122.679)),
        (TORCHVISION, ((1 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, (0 - 0.406) / 0.225)),
        (RGB.with_values((127.5,) * 3, (127.5, 1, 127.5)), (1, 51 - 127.5, -1)),
    ],
    ids=lambda value: value.id if isinstance(value, Preprocessing) else "",
)
def test_each_channel_goes_through_its_own_numbers_in_its_order(
    way: Preprocessing, expected: tuple[float, float, float]
) -> None:
    image = input_tensor([plain((255, 51, 0))] * 2, way, InputShape(3, 8, 9))
    assert (image.shape, image.dtype) == ((2, 3, 8, 9), torch.float32)
    assert image[1, :, 7, 8].tolist() == pytest.approx(expected, abs=1e-5)
    assert torch.equal(image, image[:1, :, :1, :1].expand_as(image))


def test_one_channel_takes_the_luminance() -> None:
    image = input_tensor([plain((200, 100, 50))], BGR, InputShape(1, 8, 8))
    assert image.shape == (1, 1, 8, 8)
    assert set(image.flatten().tolist()) == {round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)}


def as_torchvision(picture: Picture) -> Image.Image:
    """What `Resize(256)` and `CenterCrop(224)` make of it, by the arithmetic in torchvision's source."""
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.pixels)
    short, long = sorted(image.size)
    longer = int(256 * long / short)
    image = image.resize((256, longer) if image.width <= image.height else (longer, 256), Image.Resampling.BILINEAR)
    left, top = round((image.width - 224) / 2.0), round((image.height - 224) / 2.0)
    return image.crop((left, top, left + 224, top + 224))


@pytest.mark.parametrize("turned", [False, True])
def test_the_crop_that_is_resized_is_torchvisions_resized_and_then_cropped(turned: bool) -> None:
    picture = chelsea()
    if turned:
        image = Image.frombytes("RGB", (451, 300), picture.pixels).transpose(Image.Transpose.ROTATE_90)
        picture = Picture("turned", 300, 451, image.tobytes())
    ours = input_tensor([picture], TORCHVISION._replace(mean=(0, 0, 0), std=(1, 1, 1)), InputShape(3, 224, 224)) * 255
    theirs = torch.from_numpy(np.asarray(as_torchvision(picture)).astype(np.float32)).permute(2, 0, 1)
    difference = (ours[0] - theirs).abs()
    assert difference.max() <= 1.001  # Pillow rounds between its two passes, of which it chooses the first
    assert difference.mean() < 0.3


def test_a_strip_of_a_hundred_thousand_pixels_is_no_larger_than_its_crop() -> None:
    image = input_tensor([plain((9, 9, 9), 100_000, 1)], CAFFE, InputShape(3, 227, 227))
    assert image.shape == (1, 3, 227, 227)


@pytest.mark.skipif(not FISH_INPUT.exists(), reason="needs WinML's numbers in ../shared")
def test_winmls_fish_becomes_the_very_numbers_that_were_published_and_a_tench() -> None:
    """Its channels are blue, green, red: as RGB it is numbers, and a picture, of another kind."""
    taken = InputShape(3, 224, 224)
    picture = read_picture(str(FISH))
    published = torch.tensor([float(each) for each in gzip.decompress(FISH_INPUT.read_bytes()).decode().split(",")])
    own = input_tensor([picture], BGR, taken)
    assert torch.equal(own.flatten(), published)
    swapped = input_tensor([picture], RGB, taken)
    assert not torch.equal(swapped.flatten(), published)
    opened = read_file(FISH_NETWORK)
    assert opened.weights is not None
    network = resolve(opened.table)
    module = build_module(network, weights=as_tensors(opened.weights.arrays))
    tench, not_tench = scores_of(torch.cat([published.view(1, 3, 224, 224), swapped]), network, module)
    assert tench[0] == max(tench) == pytest.approx(0.7378, abs=2e-3)
    assert not_tench[0] < 0.2


def built_in(folded: bool = False) -> SqueezeNet:
    """The built-in network; folded, it says of torchvision's values what it else says of Caffe's."""
    opened = open_network(BUILT_IN)
    assert opened.weights is not None
    module = build_module(resolve(opened.table), weights=as_tensors(opened.weights.arrays))
    if folded:
        first = module.features[0]
        assert isinstance(first, torch.nn.Conv2d)
        assert first.bias is not None
        with torch.no_grad():
            weight = first.weight.flip(1)
            mean = 255 * torch.tensor(TORCHVISION.mean) - torch.tensor(CAFFE.mean).flip(0)
            first.bias += (weight * mean.view(1, 3, 1, 1)).sum((1, 2, 3))
            first.weight.copy_(weight * 255 * torch.tensor(TORCHVISION.std).view(1, 3, 1, 1))
    return module


@pytest.mark.parametrize("folded", [False, True])
def test_the_weights_answers_tell_what_they_were_trained_on(folded: bool) -> None:
    network = resolve(open_network(BUILT_IN).table)
    module = built_in(folded)
    change = answer_to_test_picture(network, module)
    assert hint_of_answers(change).preprocessing == (TORCHVISION if folded else CAFFE)
    assert (change > 100) if folded else (1 < change < 5)
    image = input_tensor([chelsea()], TORCHVISION if folded else CAFFE, network.table.input)
    (scores,) = scores_of(image, network, module)
    found = probabilities(scores, are_probabilities=False)
    assert found.index(max(found)) == 285  # Egyptian cat


@pytest.mark.parametrize("way", PREPROCESSINGS.values(), ids=PREPROCESSINGS)
def test_what_is_seen_of_a_picture_hangs_on_its_preprocessing(way: Preprocessing) -> None:
    """A wrong channel order still gives plausible classes, so that only numbers tell it."""
    network = resolve(open_network(BUILT_IN).table)
    (scores,) = scores_of(input_tensor([chelsea()], way, network.table.input), network, built_in())
    found = probabilities(scores, are_probabilities=False)
    fitting = [found[285], found[281]] == pytest.approx([0.436, 0.302], abs=0.01)
    assert fitting == (way is CAFFE)


@pytest.mark.parametrize(
    "way", [*PREPROCESSINGS.values(), CAFFE.with_values((7, 8, 9), (2, 3, 4))], ids=lambda way: way.id
)
def test_what_the_network_sees_can_be_read_back_from_its_input(way: Preprocessing) -> None:
    taken = InputShape(3, 60, 50)
    picture = Image.frombytes("RGB", (451, 300), chelsea().pixels)
    seen = picture.resize((50, 60), Image.Resampling.BILINEAR, box=way.crop(451, 300, taken))
    back = pixels_seen(input_tensor([chelsea()], way, taken)[0].numpy(), way)
    assert (back == np.asarray(seen)).all()
    (grey,) = input_tensor([chelsea()], way, InputShape(1, 60, 50))
    assert pixels_seen(grey.numpy(), way).shape == (60, 50, 3)
