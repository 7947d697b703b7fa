"""Feature maps on their way to the window: raw numbers in a file of its own, as no text could hold them in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from squeezeviz.analysis.channels import CAPPED_AT
from squeezeviz.analysis.live import LivePass
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.wording import readable_bytes
from squeezeviz.trace.maps import MOST_BYTES, FeatureMaps, channel_statistics, ordered_channels
from squeezeviz.trace.protocol import MOST_MAP_BYTES, BroughtOperation, Maps, MapsWanted, ShowMaps


class KeptMaps:
    """The feature maps of one pass. `run` runs it, once as it is measured.

    Those that a ReLU overwrites are not kept, as their copies would take longer than all others. For them, and for what
    had no room, the pass runs again once somebody asks.
    """

    def __init__(self, run: Callable[..., LivePass], most_bytes: int = MOST_BYTES) -> None:
        self._run = run
        self._most_bytes = most_bytes
        self._maps = FeatureMaps(most_bytes=most_bytes, overwritten=False)
        self._again: tuple[int, FeatureMaps] | None = None
        """An image of the batch, and what was brought of it later."""

    def measured(self, **options: Any) -> LivePass:
        """Run the pass and keep its maps. Raises as `live_pass` does."""
        return self._run(on_operation=self._maps.take, **options)

    def bring(self, request: ShowMaps) -> Maps:
        """Write the maps that are asked for to the request's file, which must not be there yet, and say what it holds.

        Raises SqueezevizError if there are no such operations, channels or images, or if they take too much, OSError if
        they cannot be written, and what `live_pass` raises.
        """
        brought, parts, size = [], list[bytes](), 0
        found = self.of_image([wanted.operation for wanted in request.wanted], request.image)
        for wanted, maps in zip(request.wanted, found, strict=True):
            operation, numbers = _numbers(maps, wanted)
            size += operation.size
            if size > MOST_MAP_BYTES:
                most = readable_bytes(MOST_MAP_BYTES)
                raise SqueezevizError(f"these maps take more than {most}; ask for fewer channels, or smaller ones")
            brought.append(operation)
            parts += [each.contiguous().numpy().tobytes() for each in numbers]
        with open(request.path, "xb") as file:  # noqa: PTH123 - as everywhere here, pathlib takes time to load
            file.writelines(parts)
        return Maps(request.revision, request.serial, tuple(brought))

    def of_image(self, operations: Sequence[str], image: int) -> list[Tensor]:
        """Return the whole maps (C×H×W) of these operations for an image of the batch. Raises as `bring` does."""
        images = len(self._maps.image)
        if image >= images:
            raise SqueezevizError(f"image {image:,} is none of the {images:,} of this pass, numbered from 0")
        missing = {name for name in operations if self._maps.lacks(name)}
        of, again = self._again or (-1, FeatureMaps())
        if missing and (of != image or not missing.issubset(again.operations)):
            again = FeatureMaps(missing, [image], self._most_bytes)
            self._run(on_operation=again.take)
            self._again = image, again
        return [again.of(name)[0] if name in missing else self._maps.of(name)[image] for name in operations]


def _numbers(whole: Tensor, wanted: MapsWanted) -> tuple[BroughtOperation, tuple[Tensor, Tensor]]:
    """Return the maps of the channels that are wanted, float32, after the statistics of all channels, if these are."""
    channels, *sides = whole.shape
    if any(channel >= channels for channel in wanted.channels):
        raise SqueezevizError(f"{brief(wanted.operation)} has {channels:,} channels, numbered from 0")
    chosen = list(wanted.channels or ordered_channels(whole, wanted.order)[: wanted.most or None])
    shown = whole if chosen == list(range(channels)) else whole[chosen]
    reduced = -(-max(sides) // wanted.side) if wanted.side else 1
    if reduced > 1:
        shown = functional.avg_pool2d(shown, reduced, ceil_mode=True)
    rows, columns = shown.shape[1:]
    described = channels if wanted.statistics else 0
    capped_at = _percentile(whole) if described else 0.0
    operation = BroughtOperation(
        wanted.operation, tuple(chosen), channels, rows, columns, reduced, described, capped_at
    )
    statistics = torch.tensor(channel_statistics(whole) if described else (), dtype=torch.float32)
    return operation, (statistics, shown)


def _percentile(maps: Tensor) -> float:
    sizes = maps[maps.isfinite() & (maps != 0)].abs().numpy()
    return float(np.percentile(sizes, CAPPED_AT)) if sizes.size else 0.0
