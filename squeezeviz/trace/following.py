"""The numbers that make one value of a feature map, out of the maps of a pass and the weights of its module."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from squeezeviz.analysis.following import FollowedValue, PixelNumbers, Readings, followed
from squeezeviz.analysis.preprocessing import Preprocessing
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.value_sources import Source, ValueAt, source_of
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.problems import LARGEST_COUNT
from squeezeviz.model.text import counted
from squeezeviz.trace.maps import FeatureMaps
from squeezeviz.trace.module import SqueezeNet
from squeezeviz.trace.passes import live_pass
from squeezeviz.trace.recorder import leaves_of_row

_EVERY_CHANNEL = (OperationKind.CONV, OperationKind.SOFTMAX)


def maps_needed(network: ResolvedNetwork, at: ValueAt) -> frozenset[str]:
    """Return the operations whose maps `follow` needs for that value. Raises SqueezevizError if there is no such
    value."""
    return frozenset((at.operation, *source_of(network, at).inputs))


def follow(
    network: ResolvedNetwork,
    module: SqueezeNet,
    maps: FeatureMaps,
    at: ValueAt,
    preprocessing: Preprocessing | None = None,
) -> FollowedValue:
    """Return one value with the terms that it comes from.

    `module` is the network's, as it ran. `maps` are those of its pass, at least the ones that `maps_needed` names;
    `at.image` counts among the images that they were kept of. `preprocessing` is what made them of pictures, if they
    were made of any. Raises SqueezevizError if there is no such value, if maps are missing, or if one of its numbers is
    infinite.
    """
    source = source_of(network, at)
    own = maps.of(at.operation)
    if not 0 <= at.image < len(own):
        raise SqueezevizError(f"image {at.image:,} is none of the {counted(len(own), 'image')}, numbered from 0")
    measured = float(own[at.image, at.channel, at.row, at.column])
    inputs = [maps.of(name)[at.image, _channels(source), *_places(source)].tolist() for name in source.inputs]
    weights, bias = _weights(module, source)
    pixels = PixelNumbers(preprocessing, network.table.input.channels) if preprocessing is not None else None
    return followed(at, source, Readings(measured, inputs, weights, bias), pixels)


def followed_in_a_pass(
    network: ResolvedNetwork,
    module: SqueezeNet,
    at: ValueAt,
    *,
    image: Tensor | None = None,
    preprocessing: Preprocessing | None = None,
) -> FollowedValue:
    """Run a pass of the network's `module` on `image` (N×C×H×W, by default a ramp from 0 to 1) and return one of its
    values with its terms. No maps are kept but those that are needed.

    Raises SqueezevizError as `follow` and `live_pass` do.
    """
    maps = FeatureMaps(maps_needed(network, at), most_bytes=LARGEST_COUNT)
    batch = 1 if image is None else len(image)
    live_pass(network, module=module, batch=batch, image=image, on_operation=maps.take)
    return follow(network, module, maps, at, preprocessing)


def _channels(source: Source) -> slice:
    return slice(None) if source.kind in _EVERY_CHANNEL else slice(source.channel, source.channel + 1)


def _places(source: Source) -> tuple[slice, slice]:
    rows, columns = source.window.rows, source.window.columns
    return slice(rows.start, rows.stop), slice(columns.start, columns.stop)


def _weights(module: SqueezeNet, source: Source) -> tuple[Any, float]:
    """Return what a convolution's window is multiplied with, by channel, row and column, and its bias."""
    if source.step is None or source.kind != OperationKind.CONV:
        return (), 0.0
    conv = next(leaf.module for leaf in leaves_of_row(module, source.row) if leaf.name == source.name)
    assert isinstance(conv, nn.Conv2d)
    window = source.window
    rows = slice(window.rows.start - window.top, window.rows.stop - window.top)
    columns = slice(window.columns.start - window.left, window.columns.stop - window.left)
    kernel = conv.weight.detach()[source.channel, :, rows, columns]  # what of the filter lies on the map
    return kernel.tolist(), 0.0 if conv.bias is None else float(conv.bias.detach()[source.channel])
