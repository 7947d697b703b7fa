"""How a picture becomes the numbers that a network takes: what of it is cut out, and what its channels go through."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape

LARGEST_VALUE = 10**6
"""Of a mean or a standard deviation, either way."""
SMALLEST_STD = 1e-6

Number = Annotated[float, range(-LARGEST_VALUE, LARGEST_VALUE)]
Values = tuple[Number, Number, Number]
"""One number for each channel, in the order in which the network takes them."""


class ChannelOrder(StrEnum):
    """The order in which a network takes red, green and blue."""

    RGB = "RGB"
    BGR = "BGR"


LUMINANCE: Values = (0.299, 0.587, 0.114)
"""What red, green and blue each give to the one channel of a grey picture (ITU-R BT.601, as Pillow has it)."""


class Crop(NamedTuple):
    """What a network sees of a picture, in the picture's own pixels. The edges need not be whole numbers."""

    left: float
    top: float
    right: float
    bottom: float

    def on_copy(self, size: tuple[int, int], copy: tuple[float, float]) -> tuple[float, float, float, float]:
        """Return the left, the top, the width and the height on a copy of a picture, by the width and height of both in
        pixels."""
        across, down = copy[0] / size[0], copy[1] / size[1]
        left, top = self.left * across, self.top * down
        return left, top, (self.right - self.left) * across, (self.bottom - self.top) * down

    def drawn_from(self, row: int, column: int, taken: InputShape, size: tuple[int, int]) -> tuple[range, range]:
        """Return the rows and columns of a picture of that width and height whose pixels are mixed into one of the
        input's, by a bilinear filter that is as wide as two pixels of whichever of both has the larger ones (Pillow's,
        with antialiasing)."""
        width, height = size
        return (
            _mixed(self.top, self.bottom, taken.height, row, height),
            _mixed(self.left, self.right, taken.width, column, width),
        )


def _mixed(first: float, last: float, taken: int, place: int, size: int) -> range:
    """Return which of a picture's `size` rows or columns weigh something at one `place` of those that are `taken`."""
    scale = (last - first) / taken
    middle, reach = first + (place + 0.5) * scale, max(1.0, scale)
    return range(max(0, math.floor(middle - reach - 0.5) + 1), min(size, math.ceil(middle + reach - 0.5)))


class Arithmetic(NamedTuple):
    """What becomes of a value from 0 to 255, channel by channel: `(value / divisor − mean) / std`."""

    divisor: float
    mean: tuple[float, ...]
    std: tuple[float, ...]


class Preprocessing(NamedTuple):
    """A way from a picture to a network's input.

    The picture is brought to such a size that it just covers the input, or with a `margin` what is 256/224 times as
    large, and its middle is cut out. Then each value of each channel becomes `(value / divisor − mean) / std`.
    """

    id: str
    title: str
    order: ChannelOrder
    divisor: Number
    mean: Values
    std: Values
    margin: bool
    truncates: bool = False
    """Whether the longer side's fraction of a pixel is cut off, as by torchvision, where others round it."""

    def crop(self, width: int, height: int, taken: InputShape) -> Crop:
        """Return what of a picture of that many pixels the input gets. A picture of its very size is taken whole.

        Resizing this rectangle to the input is the same as resizing the whole picture and cutting out the middle, as
        torchvision does, but for the rounding of values to whole numbers on the way.
        """
        if (width, height) == (taken.width, taken.height):
            return Crop(0, 0, width, height)
        across, down = self._resized(width, height, taken)
        left, top = round((across - taken.width) / 2), round((down - taken.height) / 2)
        return Crop(
            left * width / across,
            top * height / down,
            min(width, (left + taken.width) * width / across),
            min(height, (top + taken.height) * height / down),
        )

    def _resized(self, width: int, height: int, taken: InputShape) -> tuple[int, int]:
        """Return the size to which the whole picture is brought."""
        across, down = self._covered(taken)
        if width * down <= height * across:
            return across, self._whole(height * across, width)
        return self._whole(width * down, height), down

    def _whole(self, dividend: int, divisor: int) -> int:
        return dividend // divisor if self.truncates else (2 * dividend + divisor) // (2 * divisor)

    def _covered(self, taken: InputShape) -> tuple[int, int]:
        """Return the width and the height that the resized picture just covers."""
        return (_with_margin(taken.width), _with_margin(taken.height)) if self.margin else (taken.width, taken.height)

    def arithmetic(self, channels: int) -> Arithmetic:
        """Return what values go through for an input of that many channels. One channel takes the picture's luminance.

        Raises SqueezevizError for any number of channels but 1 and 3.
        """
        if channels == 3:
            return Arithmetic(self.divisor, self.mean, self.std)
        if channels != 1:
            raise SqueezevizError(
                f"the network takes {channels:,} channels, and a picture has 3, red, green and blue, or 1 as grey",
                Place(row="input", column="channels"),
            )
        weights = LUMINANCE if self.order is ChannelOrder.RGB else LUMINANCE[::-1]
        mean, std = (
            sum(weight * value for weight, value in zip(weights, values, strict=True))
            for values in (self.mean, self.std)
        )
        return Arithmetic(self.divisor, (mean,), (std,))

    def in_words(self, taken: InputShape) -> str:
        """Return what it does to a picture, as a phrase with all its numbers."""
        across, down = self._covered(taken)
        size = f"shorter side to {across}" if across == down else f"just covering {across}×{down}"
        divisor, mean, std = self.arithmetic(taken.channels)
        steps = [f"{self.order if taken.channels == 3 else 'luminance'} from 0 to {255 / divisor:g}"]
        if any(mean):
            steps.append(f"minus {_listed(mean)}")
        if any(value != 1 for value in std):
            steps.append(f"divided by {_listed(std)}")
        return f"{size}, middle {taken.width}×{taken.height}; {', '.join(steps)}"

    def with_values(self, mean: Values | None, std: Values | None) -> Preprocessing:
        """Return the same with a person's own mean and standard deviation, where they are given; its id says which."""
        options = ((" --mean ", mean), (" --std ", std))
        own = "".join(option + ",".join(f"{each:g}" for each in values) for option, values in options if values)
        return self._replace(id=self.id + own, title=self.title + own, mean=mean or self.mean, std=std or self.std)


def check_takes_pictures(taken: InputShape) -> None:
    """Raise SqueezevizError for an input of other channels than a picture has, or of more pixels than one has."""
    from squeezeviz.analysis.pictures.picture import MOST_PIXELS

    TORCHVISION.arithmetic(taken.channels)
    if taken.height * taken.width > MOST_PIXELS:
        raise SqueezevizError(
            f"the network takes pictures of {taken.width:,} × {taken.height:,} pixels; at most {MOST_PIXELS:,} "
            "are made of one: take a smaller input",
            Place(row="input"),
        )


_MARGINS = {224: 256, 227: 256}


def _with_margin(side: int) -> int:
    return _MARGINS.get(side) or max(side, round(side * 256 / 224))


def _listed(values: Sequence[float]) -> str:
    if len(set(values)) == 1:
        return f"{values[0]:g}"
    return " ".join(f"{value:g}" for value in values)


_NONE: Values = (0, 0, 0)
_ONES: Values = (1, 1, 1)

TORCHVISION = Preprocessing(
    "torchvision", "torchvision", ChannelOrder.RGB, 255, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), True, True
)
CAFFE = Preprocessing("caffe", "Caffe: BGR − mean", ChannelOrder.BGR, 1, (104.006, 116.669, 122.679), _ONES, True)
BGR = Preprocessing("bgr", "BGR as it is", ChannelOrder.BGR, 1, _NONE, _ONES, False)
RGB = Preprocessing("rgb", "RGB as it is", ChannelOrder.RGB, 1, _NONE, _ONES, False)

PREPROCESSINGS = {each.id: each for each in (TORCHVISION, CAFFE, BGR, RGB)}


def parse_mean(text: str) -> Values:
    """Read `104,117,123`, or one number for all three channels. SqueezevizError for anything else."""
    return _parsed(text, "a mean", "104,117,123")


def parse_std(text: str) -> Values:
    """Read `0.229,0.224,0.225`, or one number for all three channels. SqueezevizError for anything else."""
    values = _parsed(text, "a standard deviation", "0.229,0.224,0.225")
    if min(values) < SMALLEST_STD:
        raise SqueezevizError(f"values are divided by a standard deviation, so that it is above 0, not {shown(text)}")
    return values


def _parsed(text: str, what: str, example: str) -> Values:
    parts = re.split(r"\s*,\s*|\s+", text.strip())
    try:
        values = [float(part) for part in parts]
    except ValueError:
        values = []
    if len(values) not in (1, 3) or not all(math.isfinite(each) and abs(each) <= LARGEST_VALUE for each in values):
        raise SqueezevizError(
            f"{what} is one number or three, one for each channel, such as {example}; not {shown(text)}"
        )
    return (values[0], values[len(values) // 2], values[-1])


class PreprocessingHint(NamedTuple):
    """The preprocessing that fits weights, and the reason to think so, as the end of a sentence: `because …`."""

    preprocessing: Preprocessing
    reason: str

    def said(self, prepared: str) -> str:
        """Return which it is, what becomes of pictures, `prepared` in words, and the reason."""
        return f"preprocessing {self.preprocessing.id}: {prepared} ({self.reason})"


PROBE_AMPLITUDE = 100
"""The test picture is a chessboard of plus and minus this, about what a mean leaves of values from 0 to 255."""
PROBE_SQUARE = 8
"""Pixels of a side of its squares."""
_TOO_MUCH = 20
_HARDLY = 0.2


def hint_of_answers(change: float) -> PreprocessingHint:
    """Return the preprocessing that fits weights of which nothing else is known.

    `change` says how much the test picture moves the scores of the classes away from those of an empty one, as the
    standard deviation of the differences. Weights that were trained on values from 0 to 255 answer with about 2 to 4;
    those trained on torchvision's, which are some 58 times smaller, with more than 100. (Measured on the released v1.0
    and v1.1, and on the same folded to torchvision's values; the size of the first layer's weights does not tell.)
    """
    if _HARDLY <= change <= _TOO_MUCH:
        return PreprocessingHint(
            CAFFE,
            f"a test picture with values as Caffe's moves the scores by {change:.2g}, as in a network trained on such",
        )
    much = "far too much for a network trained on such" if change > _TOO_MUCH else "hardly at all"
    return PreprocessingHint(
        TORCHVISION, f"a test picture with values as Caffe's, 58 times larger, moves the scores by {change:.2g}, {much}"
    )
