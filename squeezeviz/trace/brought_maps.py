"""Feature maps on their way to the window: raw numbers in a file of its own, as no text could hold them in time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool2d

from squeezeviz.analysis.channels import CAPPED_AT
from squeezeviz.analysis.feature_maps import MOST_BYTES, NETWORK_INPUT
from squeezeviz.analysis.live import LivePass
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.wording import readable_bytes
from squeezeviz.trace.asked_maps import Ahead
from squeezeviz.trace.maps import QUIET, FeatureMaps, channel_statistics, first_channels
from squeezeviz.trace.protocol import MOST_MAP_BYTES, BroughtOperation, Maps, MapsWanted, ShowMaps
from squeezeviz.trace.recorder import OperationRun

_Values = NDArray[np.float32]


class KeptMaps:
    """The feature maps of one pass, for whoever asks. `run` runs it.

    To keep all maps of every pass would take a third of its time, most of it for fresh memory. So those `ahead`, each
    of an image of the batch, are made ready as the pass is measured, and for anything else it runs once more. Of a
    pass of so many `images` that nobody measures that is all.
    """

    def __init__(
        self,
        run: Callable[..., LivePass],
        ahead: Collection[Ahead] = (),
        most_bytes: int = MOST_BYTES,
        images: int = 0,
    ) -> None:
        self._run = run
        self._ready = _Ready(ahead, images)
        self._most_bytes = most_bytes
        self._again = tuple[int, ...](), FeatureMaps()
        """Images of the batch, and their maps in the pass that ran once more."""

    def measured(self, **options: Any) -> LivePass:
        """Run the pass and make ready what is wanted ahead. Raises as `live_pass` does."""
        return self._run(on_operation=self._ready.take, **options)

    def bring(self, request: ShowMaps, other: KeptMaps | None = None) -> Maps:
        """Write the maps that are asked for to the request's file, which must not be there yet, and say what it holds.

        With `other`, the pass of the request's other network, they are differences from its maps. Raises
        SqueezevizError if there are no such operations, channels or images, or if they take too much, OSError if they
        cannot be written, and what `live_pass` raises.
        """
        image, minus = request.image, request.minus
        ready = [self._ready.found.get((wanted, image, minus)) if other is None else None for wanted in request.wanted]
        names = [wanted.operation for wanted, found in zip(request.wanted, ready, strict=True) if found is None]
        maps = self.of_images(names, (image,) if minus is None else (image, minus)) if names else []
        if other is not None and names:
            maps = [[own, its] for (own,), its in zip(maps, other.of_image(names, image), strict=True)]
        others = iter(maps)
        brought, parts, size = [], list[bytes](), 0
        for wanted, found in zip(request.wanted, ready, strict=True):
            operation, numbers = found or _numbers(_difference(*(each.numpy() for each in next(others))), wanted)
            size += operation.size
            if size > MOST_MAP_BYTES:
                most = readable_bytes(MOST_MAP_BYTES)
                raise SqueezevizError(f"these maps take more than {most}; ask for fewer channels, or smaller ones")
            brought.append(operation)
            parts.append(numbers)
        with open(request.path, "xb") as file:  # noqa: PTH123 - as everywhere here, pathlib takes time to load
            file.writelines(parts)
        return Maps(request.revision, request.serial, tuple(brought))

    def of_image(self, operations: Sequence[str], image: int) -> list[Tensor]:
        """Return the whole maps (C×H×W) of these operations for an image of the batch. Raises as `bring` does."""
        return [each for (each,) in self.of_images(operations, (image,))]

    def of_images(self, operations: Sequence[str], images: tuple[int, ...]) -> list[list[Tensor]]:
        """Return the whole maps (C×H×W) of each operation for these images of the batch. Raises as `bring` does."""
        count = self._ready.images
        if not count:
            raise SqueezevizError("the pass was cancelled before its feature maps were there; run it again")
        for image in images:
            if image >= count:
                raise SqueezevizError(f"image {image:,} is none of the {count:,} of this pass, numbered from 0")
        if not set(images) <= set(self._again[0]):
            self._run_again(None, images)
        if any(self._again[1].lacks(name) for name in operations):  # there was no room for all
            self._run_again(operations, images)
        kept, maps = self._again
        return [[maps.of(name)[kept.index(image)] for image in images] for name in operations]

    def _run_again(self, operations: Sequence[str] | None, images: tuple[int, ...]) -> None:
        maps = FeatureMaps(operations, images, self._most_bytes)
        self._run(on_operation=maps.take)
        self._again = images, maps


class _Ready:
    """What is made ready of a pass as it runs, as the bytes of a file. `found` has what could be and had room."""

    def __init__(self, ahead: Collection[Ahead], images: int) -> None:
        self.images = images
        self.found: dict[Ahead, tuple[BroughtOperation, bytes]] = {}
        self._ahead: dict[str, list[Ahead]] = {}
        for each in ahead:
            self._ahead.setdefault(each[0].operation, []).append(each)
        self._bytes = 0

    def take(self, ran: OperationRun) -> None:
        """Make ready what is wanted of an operation that ran."""
        if ran.name == NETWORK_INPUT:
            self.images = len(ran.output)
        for wanted, image, minus in self._ahead.get(ran.name, ()):
            images = (image,) if minus is None else (image, minus)
            if max(images) >= self.images or max(wanted.channels, default=0) >= ran.output.shape[1]:
                continue  # of an earlier table or batch
            maps = (_values(ran.output, each) for each in images)
            operation, numbers = _numbers(_difference(*maps), wanted)
            self._bytes += operation.size
            if self._bytes <= MOST_MAP_BYTES:
                self.found[wanted, image, minus] = operation, numbers


def _values(output: Tensor, image: int) -> _Values:
    """Return an image's maps as NumPy's. For a hundred small tensors these take less time than torch's, which wake its
    threads."""
    if output.is_cpu and output.dtype is torch.float32:
        values: _Values = output.numpy()[image]
    else:
        values = output[image].to("cpu", torch.float32).numpy()
    return values


def _difference(maps: _Values, minus: _Values | None = None) -> _Values:
    if minus is None:
        return maps
    if maps.shape != minus.shape:
        own, other = ("×".join(map(str, each.shape)) for each in (maps, minus))
        raise SqueezevizError(f"maps of {own} and of {other} values have no difference")
    return maps - minus


def _numbers(whole: _Values, wanted: MapsWanted) -> tuple[BroughtOperation, bytes]:
    """Return the maps of the channels that are wanted, as float32 in bytes, after the statistics of all channels, if
    these are."""
    channels, *sides = whole.shape
    if max(wanted.channels, default=0) >= channels:
        raise SqueezevizError(f"{brief(wanted.operation)} has {channels:,} channels, numbered from 0")
    chosen = list(wanted.channels) or first_channels(whole, wanted.order, wanted.most, wanted.border)
    maps = whole[: len(chosen)] if chosen == list(range(len(chosen))) else whole.take(chosen, 0)
    reduced = -(-max(sides) // wanted.side) if wanted.side else 1
    if reduced > 1:
        maps = _means(maps, reduced)
    rows, columns = maps.shape[1:]
    operation = BroughtOperation(wanted.operation, tuple(chosen), channels, rows, columns, reduced)
    if not wanted.statistics:
        return operation, maps.tobytes()
    statistics = np.array(channel_statistics(whole), np.float32)
    operation = operation._replace(described=channels, capped_at=_percentile(whole))
    return operation, statistics.tobytes() + maps.tobytes()


def _means(maps: _Values, side: int) -> _Values:
    """Return the means of squares of so many rows and columns. Those at the far edges are smaller."""
    if side < max(maps.shape[1:]):
        pooled: _Values = avg_pool2d(torch.from_numpy(maps), side, ceil_mode=True).numpy()
        return pooled
    with QUIET():
        whole: _Values = maps.mean((1, 2), keepdims=True)  # torch adds one value after the other, which rounds more
    return whole


def _percentile(maps: _Values) -> float:
    sizes = np.abs(maps[np.isfinite(maps) & (maps != 0)])
    return float(np.percentile(sizes, CAPPED_AT)) if sizes.size else 0.0
