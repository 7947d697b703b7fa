"""The size of the feature map that an operation puts out, and the part of the image that its values depend on."""

from __future__ import annotations

from functools import lru_cache

from squeezeviz.model.formula import Formula, ceil_div, floor_div, minus, number, plus, times
from squeezeviz.model.records import NamedTuple


class MapShape(NamedTuple):
    """The shape of a stack of feature maps: channels, height, width."""

    channels: int
    height: int
    width: int

    def __str__(self) -> str:
        return f"{self.channels}×{self.height}×{self.width}"


@lru_cache(maxsize=256)
def window_output(size: int, kernel: int, stride: int, padding: int, *, ceil: bool, label: str = "") -> Formula:
    """Return how many positions a window takes along one side: ⌊(size − kernel + 2·padding)/stride⌋ + 1.

    With `ceil` the division rounds up, but a last window that would start outside the map and its left padding is not
    counted (as in Caffe's pooling layer and PyTorch's `ceil_mode`). A result below 1 means that no window fits.
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
    """Return the smallest side, in pixels, on which a window takes `places` (at least 1) positions: `window_output`
    in reverse."""
    if not ceil:
        return max(1, (places - 1) * stride + kernel - 2 * padding)
    reaches = (places - 2) * stride + kernel - 2 * padding + 1
    starts_inside = (places - 1) * stride - padding + 1
    return max(1, reaches, starts_inside)


class Receptive(NamedTuple):
    """The receptive field of one value: its height and width in pixels of the image, and the stride between the
    fields of neighbouring values."""

    height: int
    width: int
    stride: int

    def through(self, kernel_height: int, kernel_width: int, stride: int) -> Receptive:
        """Return the receptive field after a window of this size and stride."""
        if kernel_height == kernel_width == stride == 1:
            return self
        return Receptive(
            receptive_side(self.height, kernel_height, self.stride).value,
            receptive_side(self.width, kernel_width, self.stride).value,
            receptive_stride(self.stride, stride).value,
        )


@lru_cache(maxsize=2048)
def receptive_side(before: int, kernel: int, stride_so_far: int) -> Formula:
    """Return one side of the receptive field after a window: r + (k − 1)·j, in pixels of the image."""
    return plus(
        number(before, "field before"),
        times(minus(number(kernel, "kernel"), number(1)), number(stride_so_far, "pixels between values")),
        label="receptive field",
    )


@lru_cache(maxsize=256)
def receptive_stride(so_far: int, stride: int) -> Formula:
    """Return the distance in the image between the fields of two neighbouring values after a window: j·s, in pixels."""
    return times(number(so_far, "pixels between values"), number(stride, "stride"), label="stride over the image")


IMAGE = Receptive(1, 1, 1)
"""The receptive field of a pixel of the input image."""
