"""How long a live pass may say nothing before it is given up, in ticks of a second in which the window was awake."""

from __future__ import annotations

from squeezeviz.core.live import LivePass
from squeezeviz.core.resolve import resolve
from squeezeviz.tracing.protocol import Run

TICK_MS = 1000
SILENT_TICKS = 60
"""A worker that computes says every second that it is alive; one on a crowded machine now and then."""
STARTING_TICKS = 240
"""While Python and PyTorch load, a disk may keep the process from saying anything."""
REMARKABLE_TICKS = 10
"""From here on the window says that it hears nothing."""
_LEAST_TICKS = 120
_SLOWEST_RATE = 1e8
"""Multiply-adds a second: a hundredth of what one core of an old laptop does."""
_GENEROUS = 20
_LONG_ENOUGH_MS = 100.0
_MOST_TICKS = 24 * 3600


class Patience:
    """What is plausible follows from the heaviest operation's work and from the slowest pass seen on each device."""

    def __init__(self) -> None:
        self._rates: dict[str, float] = {}

    def learn(self, measured: LivePass) -> None:
        """Take note of how fast a pass was; one too short to tell teaches nothing."""
        if measured.time_ms >= _LONG_ENOUGH_MS and measured.macs:
            images = measured.input_shape[0] if measured.input_shape else 1
            rate = measured.macs * images / (measured.time_ms / 1000) / _GENEROUS
            device = measured.device.id
            self._rates[device] = min(rate, self._rates.get(device, _SLOWEST_RATE))

    def ticks(self, run: Run) -> int:
        """So long one operation, or making the weights, may take without the next one being told of."""
        if run.device == "meta":
            return _LEAST_TICKS
        network = resolve(run.table)
        heaviest = max((step.macs.value + step.activations.value for _, step in network.operations()), default=0)
        work = network.parameters.value + run.batch * heaviest
        return round(min(_LEAST_TICKS + work / self._rates.get(run.device, _SLOWEST_RATE), _MOST_TICKS))
