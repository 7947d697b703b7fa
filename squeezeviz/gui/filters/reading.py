"""Reads the weights that are looked at on a thread: how those of a convolution lie, and the filters in sight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.convolutions import Convolution
from squeezeviz.analysis.weight_statistics import WeightStatistics
from squeezeviz.analysis.weights import RetainedWeights, TensorName
from squeezeviz.gui.widgets.background import Background, Job
from squeezeviz.model.errors import SqueezevizError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAGE_BYTES = 512 * 1024
"""Of the filters that are read at once; one filter at least."""
MOST_BYTES = 16 * 1024**2
"""Of filters that are kept: those that were looked at longest ago are read again."""
_MOST_STATISTICS = 4096

_Source = tuple[str, TensorName]


class FilterReader(QObject):
    """The weights of one convolution, in pages of filters. One job is under way at a time."""

    measured = Signal()
    """How the weights of the convolution that is wanted lie is known now."""
    arrived = Signal()
    """Further filters are here."""
    refused = Signal(str)
    """Why the weights cannot be read: a sentence."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._weights: RetainedWeights | None = None
        self._wanted: Convolution | None = None
        self._statistics: OrderedDict[_Source, WeightStatistics] = OrderedDict()
        self._pages: OrderedDict[int, NDArray[np.float32]] = OrderedDict()
        self._missing: tuple[int, ...] = ()
        self._job: Job | None = None

    @property
    def statistics(self) -> WeightStatistics | None:
        """How the weights of the convolution that is wanted lie, once that is known."""
        return self._statistics.get(self._source) if self._source is not None else None

    @property
    def page(self) -> int:
        """How many filters are read at once."""
        assert self._wanted is not None
        _, channels, height, width = self._wanted.shape
        return max(1, PAGE_BYTES // (4 * channels * height * width))

    def want(self, weights: RetainedWeights | None, convolution: Convolution | None) -> None:
        """Read the weights of this convolution from now on; None: of none."""
        before = self._source
        self._weights, self._wanted = weights, convolution
        if self._source == before and before is not None:
            return
        self._stop()
        self._pages.clear()
        self._missing = ()
        self._go_on()

    def want_filters(self, first: int, end: int) -> None:
        """Read the filters from `first` up to `end`, in place of others that were wanted and are not here yet."""
        if self._wanted is not None:
            pages = range(first // self.page, -(-end // self.page))
            self._missing = tuple(each for each in pages if each not in self._pages)
            self._go_on()

    def filters(self, page: int) -> NDArray[np.float32] | None:
        """Return the filters of a page (filters × input channels × k × k), if they are here."""
        found = self._pages.get(page)
        if found is not None:
            self._pages.move_to_end(page)
        return found

    @property
    def _source(self) -> _Source | None:
        if self._weights is None or self._wanted is None or self._wanted.tensor is None:
            return None
        return self._weights.path, self._wanted.tensor

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _go_on(self) -> None:
        """Read what is missing, the most urgent first."""
        source, weights, wanted = self._source, self._weights, self._wanted
        if self._job is not None or source is None or weights is None or wanted is None or wanted.tensor is None:
            return
        tensor = wanted.tensor
        if source not in self._statistics:

            def measure(_: Job) -> object:
                from squeezeviz.files.weights.retained import statistics_in

                return statistics_in(weights, tensor, wanted.operation)

            self._job = self._background.run("", measure, self._keep_statistics, self._give_up)
        elif self._missing:
            page, self._missing = self._missing[0], self._missing[1:]
            first, end = page * self.page, min((page + 1) * self.page, wanted.shape[0])

            def read(_: Job) -> object:
                from squeezeviz.files.weights.retained import filters_of

                return page, filters_of(weights, tensor, first, end)

            self._job = self._background.run("", read, self._keep_page, self._give_up)

    def _keep_statistics(self, found: WeightStatistics) -> None:
        self._job = None
        assert self._source is not None
        self._statistics[self._source] = found
        while len(self._statistics) > _MOST_STATISTICS:
            self._statistics.popitem(last=False)
        self.measured.emit()
        self._go_on()

    def _keep_page(self, found: tuple[int, NDArray[np.float32]]) -> None:
        self._job = None
        page, values = found
        self._pages[page] = values
        while len(self._pages) > 1 and _bytes(self._pages.values()) > MOST_BYTES:
            self._pages.popitem(last=False)
        self.arrived.emit()
        self._go_on()

    def _give_up(self, error: SqueezevizError) -> None:
        self._job, self._missing = None, ()
        self.refused.emit(str(error))


def _bytes(arrays: Iterable[NDArray[np.float32]]) -> int:
    return sum(each.nbytes for each in arrays)
