"""The feature maps of one live pass: what every operation put out, as numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from squeezeviz.analysis.channels import ORDER_FIELDS, ChannelStatistics, MapOrder, of_both_parts
from squeezeviz.analysis.feature_maps import MOST_BYTES, NETWORK_INPUT
from squeezeviz.model.errors import SqueezevizError, brief, shown
from squeezeviz.model.text import did_you_mean
from squeezeviz.model.wording import readable_bytes
from squeezeviz.trace.recorder import OperationRun


class FeatureMaps:
    """The feature maps of one pass, which its `on_operation=maps.take` fills: N×C×H×W, float32 on the CPU.

    `wanted` names the operations whose maps are kept, by default all of them; `images` are the indices in the batch of
    those that are kept, by default all. Once the maps would take more than `most_bytes`, the rest is left out and
    `note` says so. What a pass computes in a lower precision has that precision's values. On the CPU most maps share
    the memory of the pass's own tensors. Where two operations have the same name, the later one's maps are kept.
    """

    def __init__(
        self,
        wanted: Collection[str] | None = None,
        images: Sequence[int] | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._wanted = wanted
        self._images = None if images is None else list(images)
        self._most_bytes = most_bytes
        self._maps: dict[str, Tensor] = {}
        self._ran: dict[str, None] = {}
        self._bytes = 0
        self._left_out: list[str] = []

    def take(self, ran: OperationRun) -> None:
        """Keep the maps of an operation that ran, if they are wanted and there is room."""
        self._ran[ran.name] = None
        if self._wanted is not None and ran.name not in self._wanted:
            return
        are_all = self._images is None or self._images == list(range(len(ran.output)))
        maps = ran.output if are_all else ran.output[self._images]
        count = maps.numel() * torch.float32.itemsize
        if self._left_out or self._bytes + count > self._most_bytes:
            self._left_out.append(ran.name)
            return
        values = maps.to("cpu", torch.float32).contiguous()
        if values is ran.output:  # a new tensor, as the pass counts its own while they live
            values = values.clone() if ran.is_overwritten else values.detach()
        self._bytes += count
        self._maps[ran.name] = values

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations whose maps are here, in running order, without the network's input."""
        return tuple(name for name in self._maps if name != NETWORK_INPUT)

    def of(self, name: str) -> Tensor:
        """Return the maps of an operation, or the images for `NETWORK_INPUT`.

        Raises SqueezevizError if they were not kept.
        """
        if name in self._maps:
            return self._maps[name]
        called = f"the maps of {shown(name)}" if name else "the input images"
        if name in self._left_out:
            raise SqueezevizError(f"{called} are not here: {self.note}")
        if name in self._ran:
            raise SqueezevizError(f"{called} were not kept in this pass")
        raise SqueezevizError(f"the pass ran no operation {shown(name)}{did_you_mean(name, self._ran)}")

    def lacks(self, name: str) -> bool:
        """Whether the operation ran, and its maps were not kept."""
        return name in self._ran and name not in self._maps

    @property
    def note(self) -> str:
        """A sentence if not all that was wanted had room, or an empty text."""
        if not self._left_out:
            return ""
        kept = f"those up to {brief(self.operations[-1])} were kept" if self.operations else "none were kept"
        limit = readable_bytes(self._most_bytes)
        return f"the feature maps of this pass take more than {limit}, and {kept}; ask for fewer operations or images"


QUIET = partial(np.errstate, invalid="ignore", over="ignore")
"""Of values that are no numbers, or infinite, means and variances may be no numbers either."""


def channel_statistics(maps: NDArray[np.float32]) -> tuple[ChannelStatistics, ...]:
    """Return the numbers of each channel of one image's maps, C×H×W."""
    values = maps.reshape(len(maps), -1)
    with QUIET():
        found = {name: of(values) for name, of in _STATISTICS.items() if name != "size"}
        # Of values none of which is negative, as after a ReLU, it is the mean: they need not be read once more.
        found["size"] = found["mean"] if (found["least"] >= 0).all() else _STATISTICS["size"](values)
    return tuple(map(ChannelStatistics, *(found[name].tolist() for name in ChannelStatistics._fields)))


def first_channels(maps: NDArray[np.float32], order: MapOrder, most: int = 0, border: int = 0) -> list[int]:
    """Return the indices of the first `most` channels of one image's maps, C×H×W, in that order; 0 for all of them.

    The order is that of `ordered`, from what it needs of the channels' numbers alone. Between channels that are all but
    constant, rounding may decide which varies more. With a `border` there are as many of each part as `of_both_parts`
    tells.
    """
    field, most = ORDER_FIELDS[order], most or len(maps)
    if field is None:
        places = np.arange(len(maps))
    else:
        with QUIET():
            sizes = -_STATISTICS[field](maps.reshape(len(maps), -1)) if field != "variance" else _least_varied(maps)
        places = sizes.argsort(kind="stable")  # what is no number comes last
    return of_both_parts(places.tolist(), border, most) if border else places[:most].tolist()


def _least_varied(maps: NDArray[np.float32]) -> Any:
    """Return a number for each channel that is the lower the more it varies: the square of its sum over the number of
    its values, less the sum of their squares. That takes a quarter of the time that exact variances take."""
    channels, count = len(maps), maps[0].size
    rows = maps.reshape(channels, 1, count)
    squares = (rows @ maps.reshape(channels, count, 1)).ravel()  # a third of einsum's time
    sums = np.einsum("cop->c", rows)
    return sums * sums / count - squares


# Of C×P values. NumPy takes a tenth of torch's time, which wakes its threads for each of a hundred small tensors.
_STATISTICS: dict[str, Callable[[Any], Any]] = {
    "least": lambda values: values.min(1),
    "largest": lambda values: values.max(1),
    "mean": lambda values: values.mean(1),
    "zeros": lambda values: 1 - np.count_nonzero(values, axis=1) / values.shape[1],
    "variance": lambda values: values.var(1),
    "size": lambda values: np.abs(values).mean(1),
}
