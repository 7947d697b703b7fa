"""What others publish of SqueezeNet, worked out a second time in plain arithmetic, without any code of squeezeviz.

The numbers of `counts` were compared with those of torchvision's and Caffe's own networks; `state_dict_shapes` with the
published state dicts of torchvision.
"""

from dataclasses import dataclass
from functools import cache

FIRES = ((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256))
"""The squeeze's filters and those of each expand, of fire2 to fire9."""
STEM = {"1.0": (96, 7), "1.1": (64, 3)}
"""conv1's filters and its kernel."""
POOLED = {"1.0": (1, 4, 8), "1.1": (1, 3, 5)}
"""The modules after which a map is pooled, conv1 the first of them."""


@dataclass(frozen=True)
class Counted:
    """An operation's output (C, H, W), its parameters and its multiply-adds."""

    shape: tuple[int, ...]
    parameters: int = 0
    macs: int = 0


def convolution(channels: int, side: int, filters: int, kernel: int, stride: int = 1, padding: int = 0) -> Counted:
    out = (side + 2 * padding - kernel) // stride + 1
    weights = filters * channels * kernel * kernel
    return Counted((filters, out, out), weights + filters, weights * out * out)


@dataclass(frozen=True)
class Variant:
    """A network that somebody published numbers of; Caffe's and torchvision's pools round up."""

    version: str
    side: int
    rounds_up: bool = True
    conv1_padding: int = 0
    conv10_padding: int = 0
    bypass: bool = False
    """Simple bypasses around every other module."""


VARIANTS = {
    "torchvision 1.0 @224": Variant("1.0", 224),
    "torchvision 1.0 @227": Variant("1.0", 227),
    "torchvision 1.1 @224": Variant("1.1", 224),
    "torchvision 1.1 @227": Variant("1.1", 227),
    "caffe 1.0 @227 (conv10 pad1)": Variant("1.0", 227, conv10_padding=1),
    "caffe 1.0 @224 (conv10 pad1)": Variant("1.0", 224, conv10_padding=1),
    "caffe 1.1 @227": Variant("1.1", 227),
    "floor 1.0 @224": Variant("1.0", 224, rounds_up=False),
    "floor 1.0 @227": Variant("1.0", 227, rounds_up=False),
    "floor 1.1 @224": Variant("1.1", 224, rounds_up=False),
    "floor 1.1 @227": Variant("1.1", 227, rounds_up=False),
    "table 1 literal 1.0 @224 (conv1 pad 2)": Variant("1.0", 224, conv1_padding=2),
    "1.0 @224 conv1 pad3": Variant("1.0", 224, conv1_padding=3),
    "caffe 1.0 simple bypass @227 (conv10 pad 1)": Variant("1.0", 227, conv10_padding=1, bypass=True),
}


@cache
def counts(name: str) -> dict[str, Counted]:
    """Every operation of a variant that makes a map or counts anything, under the name that we give it, in order."""
    variant = VARIANTS[name]
    filters, kernel = STEM[variant.version]
    made = {"conv1": convolution(3, variant.side, filters, kernel, 2, variant.conv1_padding)}

    def last() -> tuple[int, ...]:
        return made[next(reversed(made))].shape

    def pool(place: int) -> None:
        channels, side, _ = last()
        out = (side - 3 + variant.rounds_up) // 2 + 1
        made[f"maxpool{place}"] = Counted((channels, out, out))

    pool(1)
    for place, (squeeze, expand) in enumerate(FIRES, 2):
        fire, (channels, side, _) = f"fire{place}", last()
        made[f"{fire}/squeeze1x1"] = convolution(channels, side, squeeze, 1)
        made[f"{fire}/expand1x1"] = convolution(squeeze, side, expand, 1)
        made[f"{fire}/expand3x3"] = convolution(squeeze, side, expand, 3, padding=1)
        made[f"{fire}/concat"] = Counted((2 * expand, side, side))
        if variant.bypass and place % 2:
            made[f"{fire}/add"] = Counted((2 * expand, side, side))
        if place in POOLED[variant.version]:
            pool(place)
    channels, side, _ = last()
    made["conv10"] = convolution(channels, side, 1000, 1, padding=variant.conv10_padding)
    return made | {"avgpool10": Counted((1000, 1, 1))}


def state_dict_shapes(version: str) -> dict[str, list[int]]:
    """Torchvision's keys and shapes of version 1.0 or 1.1, in its order."""
    filters, kernel = STEM[version]
    shapes = {"features.0.weight": [filters, 3, kernel, kernel], "features.0.bias": [filters]}
    at, channels = 3, filters
    for place, (squeeze, expand) in enumerate(FIRES, 2):
        module = f"features.{at}"
        for part, into, of, size in (
            ("squeeze", squeeze, channels, 1),
            ("expand1x1", expand, squeeze, 1),
            ("expand3x3", expand, squeeze, 3),
        ):
            shapes |= {f"{module}.{part}.weight": [into, of, size, size], f"{module}.{part}.bias": [into]}
        channels = 2 * expand
        at += 2 if place in POOLED[version] else 1
    return shapes | {"classifier.1.weight": [1000, channels, 1, 1], "classifier.1.bias": [1000]}
