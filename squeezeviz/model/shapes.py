"""How large a feature map comes out of an operation, and how far into the image it sees."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from squeezeviz.model.formula import Formula, ceil_div, floor_div, minus, number, plus, times


class MapShape(NamedTuple):
    """One feature map stack: channels, height, width."""

    channels: int
    height: int
    width: int

    def __str__(self) -> str:
        return f"{self.channels}×{self.height}×{self.width}"


@lru_cache(maxsize=4096)
def window_output(size: int, kernel: int, stride: int, padding: int, *, ceil: bool, label: str = "") -> Formula:
    """How many places a window takes along one side of a map: ⌊(size − kernel + 2·padding)/stride⌋ + 1.

    With `ceil` it rounds up, but a last window that would start outside the map and its left padding is left
    out (Caffe's pooling layer, PyTorch's `ceil_mode`). A result below 1 means that nothing fits.
    """
    reach = plus(minus(number(size, "map"), number(kernel, "kernel")), times(number(2), number(padding, "padding")))
    step = number(stride, "stride")
    if not ceil:
        return plus(floor_div(reach, step), number(1), label=label)
    places = plus(ceil_div(reach, step), number(1), label=label)
    if (places.value - 1) * stride >= size + padding:
        return plus(*places.parts, number(-1, "the last window would start outside"), label=label)
    return places


def smallest_side(places: int, kernel: int, stride: int, padding: int, *, ceil: bool) -> int:
    """The smallest side of a map on which a window takes that many places, one or more; `window_output` backwards."""
    if not ceil:
        return max(1, (places - 1) * stride + kernel - 2 * padding)
    reaches = (places - 2) * stride + kernel - 2 * padding + 1
    starts_inside = (places - 1) * stride - padding + 1
    return max(1, reaches, starts_inside)


class Receptive(NamedTuple):
    """What one value sees of the input image: height and width in pixels, and the stride between values."""

    height: int
    width: int
    stride: int

    def through(self, kernel_height: int, kernel_width: int, stride: int) -> Receptive:
        """The field after a window of this size and stride."""
        if kernel_height == kernel_width == stride == 1:
            return self
        return Receptive(
            receptive_side(self.height, kernel_height, self.stride).value,
            receptive_side(self.width, kernel_width, self.stride).value,
            receptive_stride(self.stride, stride).value,
        )


@lru_cache(maxsize=4096)
def receptive_side(before: int, kernel: int, stride_so_far: int) -> Formula:
    """One side of a receptive field after a window: r + (k − 1)·j."""
    return plus(
        number(before, "field before"),
        times(minus(number(kernel, "kernel"), number(1)), number(stride_so_far, "pixels between values")),
        label="receptive field",
    )


@lru_cache(maxsize=4096)
def receptive_stride(so_far: int, stride: int) -> Formula:
    """How far apart in the image two neighbouring values look, after a window of this stride: j·s."""
    return times(number(so_far, "pixels between values"), number(stride, "stride"), label="stride over the image")


IMAGE = Receptive(1, 1, 1)
"""The input image sees itself."""
