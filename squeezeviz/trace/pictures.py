"""Pictures as the tensor that a network takes, and how strongly its weights answer to a test picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor

from squeezeviz.analysis.arithmetic import EXACT, Arithmetic
from squeezeviz.analysis.pictures.picture import Picture
from squeezeviz.analysis.pictures.preprocessing import (
    PROBE_AMPLITUDE,
    PROBE_SQUARE,
    ChannelOrder,
    Crop,
    Preprocessing,
    check_takes_pictures,
)
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.model.errors import Note
from squeezeviz.model.layers import Softmax
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape
from squeezeviz.trace.module import SqueezeNet
from squeezeviz.trace.passes import live_pass
from squeezeviz.trace.recorder import IsCancelled


class ShownPicture(NamedTuple):
    """A picture's size in pixels, the crop of it that a network sees, and that as a tensor, 1×C×H×W."""

    file: str
    width: int
    height: int
    crop: Crop
    notes: tuple[Note, ...]
    image: Tensor


def prepare(picture: Picture, file: str, preprocessing: Preprocessing, taken: InputShape) -> ShownPicture:
    """Return the picture of that file as an input, without its own pixels. Raises as `input_tensor` does."""
    crop = preprocessing.crop(picture.width, picture.height, taken)
    image = input_tensor([picture], preprocessing, taken)
    return ShownPicture(file, picture.width, picture.height, crop, picture.notes, image)


def as_batch(shown: Sequence[ShownPicture], size: int) -> Tensor:
    """Return the pictures as one input; a single picture so many times."""
    image = torch.cat([each.image for each in shown])
    return image if len(image) == size else image.expand(size, -1, -1, -1).contiguous()


def input_tensor(pictures: Sequence[Picture], preprocessing: Preprocessing, taken: InputShape) -> Tensor:
    """Return the pictures as the input of one pass: N×C×H×W, float32, on the CPU.

    Each picture's crop is resized by Pillow's bilinear filter with antialiasing, as torchvision's transforms do it.
    Raises SqueezevizError if the input has another number of channels than 1 or 3, or too many pixels.
    """
    check_takes_pictures(taken)
    divisor, mean, std = preprocessing.arithmetic(taken.channels)
    pixels = torch.stack([_pixels(picture, preprocessing, taken) for picture in pictures])
    if preprocessing.order is ChannelOrder.BGR:
        pixels = pixels.flip(1)
    values = pixels.to(torch.float32).div_(divisor)
    return values.sub_(_by_channel(mean)).div_(_by_channel(std))


def _by_channel(values: Sequence[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float32).view(1, -1, 1, 1)


def _pixels(picture: Picture, preprocessing: Preprocessing, taken: InputShape) -> Tensor:
    """Return what the network sees of a picture: C×H×W, bytes, red before green before blue."""
    size = picture.width, picture.height
    image = Image.frombuffer("RGB", size, picture.pixels, "raw", "RGB", 0, 1)
    if taken.channels == 1:
        image = image.convert("L")
    if size != (taken.width, taken.height):
        crop = preprocessing.crop(*size, taken)
        image = image.resize((taken.width, taken.height), Image.Resampling.BILINEAR, box=crop)
    raw = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
    return raw.view(taken.height, taken.width, taken.channels).permute(2, 0, 1)


def scores_of(
    images: Tensor,
    network: ResolvedNetwork,
    module: SqueezeNet,
    *,
    arithmetic: Arithmetic = EXACT,
    cancelled: IsCancelled | None = None,
) -> list[list[float]]:
    """Run the images, N×C×H×W, in one pass. Return what comes out for each: a score for each class.

    Raises as `live_pass` does.
    """
    outputs: list[Tensor] = []
    live_pass(
        network,
        module=module,
        batch=len(images),
        image=images,
        arithmetic=arithmetic,
        on_output=outputs.append,
        cancelled=cancelled,
    )
    scores: list[list[float]] = outputs[-1].flatten(1).to("cpu", torch.float32).tolist()
    return scores


def answer_to_test_picture(network: ResolvedNetwork, module: SqueezeNet) -> float:
    """Return how much a chessboard moves the scores of the classes, as `hint_of_answers` takes it.

    Raises as `live_pass` does.
    """
    taken = network.table.input
    squares = [torch.arange(side) // PROBE_SQUARE for side in (taken.height, taken.width)]
    board = (squares[0][:, None] + squares[1][None, :]) % 2 * 2.0 - 1
    image = torch.stack([board, torch.zeros_like(board)])[:, None].expand(-1, taken.channels, -1, -1)
    scores = torch.tensor(scores_of(image * PROBE_AMPLITUDE, network, module))
    if ends_with_softmax(network):
        scores = scores.clamp_min(torch.finfo(torch.float32).tiny).log()
    change = float((scores[0] - scores[1]).std(correction=0))
    return change if math.isfinite(change) else math.inf


def ends_with_softmax(network: ResolvedNetwork) -> bool:
    """Whether what comes out of the network are probabilities already."""
    return isinstance(network.table.layers[-1], Softmax)
