"""The box in which a person chooses the device of the live pass."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from squeezeviz.model.wording import readable_bytes
from squeezeviz.trace.protocol import Device

_KNOWN_BEFORE_TORCH = (("cpu", "CPU"), ("meta", "Meta (shapes only)"))


class DeviceBox(QComboBox):
    """Every device that torch can use. Missing ones are greyed, with the reason as tool tip."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("device_box")
        self.setAccessibleName("Device")
        self.setToolTip("Where the live pass runs")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for identity, name in _KNOWN_BEFORE_TORCH:
            self.addItem(name, identity)
        self.activated.connect(lambda _: self.chosen.emit(self.device))

    @property
    def device(self) -> str:
        return str(self.currentData() or "cpu")

    def choose(self, device: str) -> None:
        """Select `device` if it is listed and available, without a signal."""
        place = self.findData(device)
        if place >= 0 and self.model().flags(self.model().index(place, 0)) & Qt.ItemFlag.ItemIsEnabled:
            self.setCurrentIndex(place)

    def show_devices(self, devices: Sequence[Device]) -> None:
        """List the devices that the worker found. The present choice stays if it is still available."""
        wanted = self.device
        model = QStandardItemModel(self)
        for device in devices:
            item = QStandardItem(_title(device))
            item.setData(device.id, Qt.ItemDataRole.UserRole)
            item.setToolTip(device.reason or device.name)
            item.setData(device.reason or device.name, Qt.ItemDataRole.AccessibleDescriptionRole)
            item.setEnabled(device.available)
            model.appendRow(item)
        self.setModel(model)
        self.choose("cpu")
        self.choose(wanted)


def _title(device: Device) -> str:
    if not device.available:
        return f"{device.name} (not available)"
    memory = device.memory_bytes
    if device.id in ("cpu", "meta") or not memory:
        return device.name
    return f"{device.name} · {readable_bytes(memory)}"
