"""The card below the layer table: panels one behind the other, a tab for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QTabWidget, QVBoxLayout, QWidget


@dataclass(eq=False)
class _Page:
    """A tab. What it holds is made when it is first looked at: most of it nobody needs when the window opens."""

    name: str
    make: Callable[[], QWidget]
    holder: QWidget
    panel: QWidget | None = None


class LowerCard(QFrame):
    """Panels by name. Only the one in front is up to date: `fronted` says which is to be brought there."""

    fronted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._pages: list[_Page] = []
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
        return self._pages[self._tabs.currentIndex()].name if self._pages and self.isVisible() else ""

    def add(self, name: str, title: str, make: Callable[[], QWidget], at: int = -1) -> None:
        """Put a panel behind the others, or at a place among them."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        place = len(self._pages) if at < 0 else at
        self._pages.insert(place, _Page(name, make, holder))
        self._tabs.insertTab(place, holder, title)

    def take(self, name: str) -> None:
        """Let a panel go, so that it can stand elsewhere; a name that is unknown does nothing."""
        page = self._page(name)
        if page is not None:
            if page.panel is not None:
                page.panel.setParent(None)
            self._pages.remove(page)
            self._tabs.removeTab(self._tabs.indexOf(page.holder))
            page.holder.deleteLater()

    def has(self, name: str) -> bool:
        return self._page(name) is not None

    def panel(self, name: str) -> QWidget:
        """The panel of that name, made now if it has not been; KeyError where there is none."""
        page = self._page(name)
        if page is None:
            raise KeyError(name)
        if page.panel is None:
            page.panel = page.make()
            column = page.holder.layout()
            assert column is not None
            column.addWidget(page.panel)
            page.panel.show()
        return page.panel

    def bring(self, name: str) -> None:
        """Show the card with that panel in front, and put the keyboard there."""
        self.show()
        self.put_in_front(name)
        self.panel(name).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def put_in_front(self, name: str) -> None:
        """Bring a panel to the front without the keyboard; a name that is unknown does nothing."""
        page = self._page(name)
        if page is not None:
            self._tabs.setCurrentWidget(page.holder)

    def _page(self, name: str) -> _Page | None:
        return next((page for page in self._pages if page.name == name), None)

    def _changed(self, place: int) -> None:
        if 0 <= place < len(self._pages):
            self.fronted.emit(self._pages[place].name)
