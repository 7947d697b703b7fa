"""The numbers that make one value of a feature map, out of the maps of a pass and the weights of its module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from squeezeviz.analysis.arithmetic import Arithmetic, Precision
from squeezeviz.analysis.following import FollowedValue, PixelNumbers, Readings, followed
from squeezeviz.analysis.pictures.preprocessing import Preprocessing
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.value_sources import Source, ValueAt, source_of
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.problems import LARGEST_COUNT
from squeezeviz.model.text import counted
from squeezeviz.trace.brought_maps import KeptMaps
from squeezeviz.trace.maps import FeatureMaps
from squeezeviz.trace.module import SqueezeNet
from squeezeviz.trace.passes import live_pass
from squeezeviz.trace.recorder import OnProgress, leaves_of_row

MOST_IN_MESSAGE = 100_000
"""The most terms of a value that are told in a message to the window; see `MOST_TERMS`."""


def maps_needed(network: ResolvedNetwork, at: ValueAt) -> frozenset[str]:
    """Return the operations whose maps `follow` needs for that value. Raises SqueezevizError if there is no such
    value."""
    return frozenset((at.operation, *source_of(network, at).inputs))


def follow(
    network: ResolvedNetwork,
    module: SqueezeNet,
    maps: Mapping[str, Tensor],
    at: ValueAt,
    preprocessing: Preprocessing | None = None,
) -> FollowedValue:
    """Return one value with the terms that it comes from.

    `module` is the network's, as it ran in float32. `maps` are those of its pass for the image `at.image`, C×H×W, at
    least the ones that `maps_needed` names. `preprocessing` is what made the input of a picture, if it was made of one.
    Raises SqueezevizError if there is no such value, or if one of its numbers is infinite.
    """
    source = source_of(network, at)
    measured = float(maps[at.operation][at.channel, at.row, at.column])
    inputs = [maps[name][_channels(source), *_places(source)].tolist() for name in source.inputs]
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
    progress: OnProgress | None = None,
) -> FollowedValue:
    """Run a pass of the network's `module` on `image` (N×C×H×W, by default a ramp from 0 to 1) and return one of its
    values with its terms. No maps are kept but those that are needed.

    Raises SqueezevizError as `follow` and `live_pass` do.
    """
    batch = 1 if image is None else len(image)
    if not 0 <= at.image < batch:
        raise SqueezevizError(f"image {at.image:,} is none of the {counted(batch, 'image')}, numbered from 0")
    names = maps_needed(network, at)
    maps = FeatureMaps(names, [at.image], most_bytes=LARGEST_COUNT)
    live_pass(network, module=module, batch=batch, image=image, on_operation=maps.take, progress=progress)
    return follow(network, module, {name: maps.of(name)[0] for name in names}, at, preprocessing)


def follow_kept(
    network: ResolvedNetwork,
    module: SqueezeNet,
    kept: KeptMaps,
    preprocessing: Preprocessing | None,
    arithmetic: Arithmetic,
    at: ValueAt,
) -> FollowedValue:
    """Follow a value of a pass that kept its maps, as `follow` does; maps that a ReLU overwrote take another pass.

    Raises SqueezevizError also if the pass computed in a lower precision, whose rounding no sum of terms could tell
    from a mistake, or if there are too many terms to tell.
    """
    if arithmetic.precision is not Precision.FLOAT32:
        raise SqueezevizError(f"the pass computed in {arithmetic.precision}; run it in float32 to follow its values")
    source_of(network, at).check_terms(MOST_IN_MESSAGE)
    names = tuple(maps_needed(network, at))
    return follow(network, module, dict(zip(names, kept.of_image(names, at.image), strict=True)), at, preprocessing)


def _channels(source: Source) -> slice:
    return slice(None) if source.reads_every_channel else slice(source.channel, source.channel + 1)


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
