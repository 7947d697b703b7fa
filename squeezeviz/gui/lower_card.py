"""The card below the layer table: panels one behind the other, a tab for each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QTabWidget, QVBoxLayout, QWidget


class LowerCard(QFrame):
    """Panels by name. Only the one in front is up to date: `fronted` says which is to be brought there."""

    fronted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._names: list[str] = []
        self._tabs = QTabWidget()
        self._tabs.setObjectName("lower_tabs")
        self._tabs.setAccessibleName("Panels")
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        self._tabs.tabBar().setExpanding(False)
        self._tabs.currentChanged.connect(self._changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self._tabs)

    @property
    def front(self) -> str:
        """The name of the panel in front; empty where the card is hidden."""
        return self._names[self._tabs.currentIndex()] if self._names and self.isVisible() else ""

    def add(self, name: str, title: str, panel: QWidget, at: int = -1) -> None:
        """Put a panel behind the others, or at a place among them."""
        place = len(self._names) if at < 0 else at
        self._names.insert(place, name)
        self._tabs.insertTab(place, panel, title)

    def take(self, panel: QWidget) -> None:
        """Let a panel go, so that it can stand elsewhere."""
        place = self._tabs.indexOf(panel)
        if place >= 0:
            del self._names[place]
            self._tabs.removeTab(place)

    def has(self, name: str) -> bool:
        return name in self._names

    def bring(self, name: str) -> None:
        """Show the card with that panel in front, and put the keyboard there."""
        if name in self._names:
            self.show()
            self._tabs.setCurrentIndex(self._names.index(name))
            panel = self._tabs.currentWidget()
            if panel is not None:
                panel.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def put_in_front(self, name: str) -> None:
        """Bring a panel to the front without the keyboard; a name that is unknown does nothing."""
        if name in self._names:
            self._tabs.setCurrentIndex(self._names.index(name))

    def _changed(self, place: int) -> None:
        if 0 <= place < len(self._names):
            self.fronted.emit(self._names[place])
