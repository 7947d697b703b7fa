"""What the Run menu and the device box do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from squeezeviz.analysis.arithmetic import Arithmetic, MemoryFormat, Precision
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.live.toolbar import DeviceBox
from squeezeviz.gui.settings import Settings

if TYPE_CHECKING:
    from squeezeviz.trace.protocol import Device


class LiveCommands:
    """Runs passes as a person asks for them, and remembers how."""

    def __init__(self, live: LiveControl, client: LiveClient, settings: Settings, window: QWidget) -> None:
        self._live, self._client, self._settings, self._window = live, client, settings, window

    def handlers(self) -> dict[str, Callable[..., object]]:
        """The commands by their ids; `cancel` is not among them, as Esc ends other things too."""
        return {
            "run": lambda: self._live.run(),
            "repeat": self.measure_repeatedly,
            "live": self.set_live,
            "live_details": self.show_details,
            **{f"precision_{each}": lambda _=False, each=each: self.choose_precision(each) for each in Precision},
            **{f"memory_format_{each}": lambda _=False, each=each: self.choose_format(each) for each in MemoryFormat},
        }

    def choose_precision(self, precision: Precision) -> None:
        self._settings.set_text("precision", precision)
        self._live.set_arithmetic(replace(self._live.chosen_arithmetic, precision=precision))

    def choose_format(self, memory_format: MemoryFormat) -> None:
        self._settings.set_text("memory_format", memory_format)
        self._live.set_arithmetic(replace(self._live.chosen_arithmetic, memory_format=memory_format))

    def restore_arithmetic(self) -> None:
        """Choose what was chosen last; where that cannot be understood, exact float32."""
        precision, memory_format = (self._settings.text(name) for name in ("precision", "memory_format"))
        self._live.set_arithmetic(
            Arithmetic(
                Precision(precision) if precision in tuple(Precision) else Precision.FLOAT32,
                MemoryFormat(memory_format) if memory_format in tuple(MemoryFormat) else MemoryFormat.CONTIGUOUS,
            )
        )

    def set_live(self, on: bool) -> None:
        self._settings.set_flag("live", on)
        self._live.set_live(on)

    def measure_repeatedly(self) -> None:
        """Ask how many passes, then run them."""
        from squeezeviz.gui.live.dialogs import ask_repeats

        repeats = ask_repeats(self._window, self._settings)
        if repeats is not None:
            self._live.run(repeats)

    def show_details(self) -> None:
        from squeezeviz.gui.live.dialogs import show_details

        show_details(self._window, self._client.details)

    def choose_device(self, device: str) -> None:
        self._settings.set_text("device", device)
        self._live.set_device(device)

    def show_devices(self, box: DeviceBox, devices: Sequence[Device]) -> None:
        """The worker knows which devices there are: the one used last is chosen, where it is among them."""
        box.show_devices(devices)
        box.choose(self._settings.text("device", "cpu"))
        self._live.set_device(box.device)
