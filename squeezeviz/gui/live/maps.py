"""Feature maps that the worker brought: numbers out of a file, whose size is what the worker said it to be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from squeezeviz.model.records import NamedTuple
from squeezeviz.trace.protocol import (
    MOST_MAP_BYTES,
    BroughtOperation,
    Followed,
    FollowValue,
    LocateClass,
    Located,
    MapEvent,
    MapRequest,
    Maps,
    NoMaps,
    ShowMaps,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.analysis.channels import ChannelStatistics
    from squeezeviz.analysis.following import FollowedValue
    from squeezeviz.analysis.pictures.class_maps import ClassMap


class OperationMaps(NamedTuple):
    """The maps of one operation: those of `channels` as C×H×W, float32, out of `total`.

    Each value is the mean of a square of `reduced` × `reduced` values of the map. `statistics` are the numbers of all
    channels, if they were asked for, and `capped_at` is where their colours may be capped.
    """

    operation: str
    channels: tuple[int, ...]
    maps: NDArray[np.float32]
    total: int
    reduced: int
    statistics: tuple[ChannelStatistics, ...]
    capped_at: float = 0.0


class WrongMapsError(ValueError):
    """A file of maps that the worker would never write. The message says what is wrong with it."""


def answer_to(request: MapRequest, event: MapEvent) -> tuple[OperationMaps, ...] | FollowedValue | ClassMap | NoMaps:
    """Return what the worker brought for a request. Raises as `read_maps` does, and WrongMapsError for an answer to
    another request."""
    if isinstance(event, NoMaps):
        return event
    if isinstance(request, ShowMaps) and isinstance(event, Maps):
        return read_maps(request, event)
    if isinstance(request, FollowValue) and isinstance(event, Followed) and event.value.at == request.at:
        return event.value
    if isinstance(request, LocateClass) and isinstance(event, Located) and _fits(request, event.found):
        return event.found
    raise WrongMapsError("an answer to another request than it was sent")


def _fits(request: LocateClass, found: ClassMap) -> bool:
    return found.fits and (found.number, found.method) == (request.number, request.method)


def read_maps(request: ShowMaps, answer: Maps) -> tuple[OperationMaps, ...]:
    """Return the maps in the file of a request, in its order, and remove the file.

    Raises OSError if it cannot be read, and WrongMapsError if it does not hold what was asked for and said.
    """
    _check(request, answer)
    size = sum(operation.size for operation in answer.operations)
    with open(request.path, "rb") as file:  # noqa: PTH123 - pathlib takes time to load
        content = file.read(size + 1)
    os.remove(request.path)  # noqa: PTH107 - as above
    if len(content) != size:
        raise WrongMapsError("a file of feature maps of another size than it said")
    import numpy as np

    numbers, found, start = np.frombuffer(content, np.float32), list[OperationMaps](), 0
    for operation in answer.operations:
        end = start + operation.size // 4
        found.append(_read(operation, numbers[start:end]))
        start = end
    return tuple(found)


def _check(request: ShowMaps, answer: Maps) -> None:
    asked = [wanted.operation for wanted in request.wanted]
    if [operation.operation for operation in answer.operations] != asked:
        raise WrongMapsError("feature maps of other operations than it was asked for")
    for operation in answer.operations:
        if any(channel >= operation.total for channel in operation.channels):
            raise WrongMapsError("a channel that its operation does not have")
        if operation.described not in (0, operation.total):
            raise WrongMapsError("numbers of some of the channels")
    if sum(operation.size for operation in answer.operations) > MOST_MAP_BYTES:
        raise WrongMapsError("more feature maps than a file may hold")


def _read(operation: BroughtOperation, numbers: NDArray[np.float32]) -> OperationMaps:
    channels, described = operation.channels, operation.described
    statistics: tuple[ChannelStatistics, ...] = ()
    if described:
        from squeezeviz.analysis.channels import ChannelStatistics

        end = described * len(ChannelStatistics._fields)
        rows, numbers = numbers[:end].reshape(described, -1).tolist(), numbers[end:]
        statistics = tuple(ChannelStatistics(*row) for row in rows)
    maps = numbers.reshape(len(channels), operation.rows, operation.columns)
    return OperationMaps(
        operation.operation, channels, maps, operation.total, operation.reduced, statistics, operation.capped_at
    )
