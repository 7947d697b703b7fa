"""The card below the layer table: panels one behind the other, a tab for each."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QTabWidget, QWidget

from squeezeviz.gui.widgets.first_paint import Late
from squeezeviz.gui.widgets.layouts import in_column
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.records import NamedTuple

PANELS = ("metaparameters", "comparison", "paper", "costs", "picture", "feature_maps", "filters", "history")
"""The panels from left to right. Each has a command of its name that brings it to the front."""
TALL_PANELS = frozenset({"feature_maps", "filters"})
"""Those that show pictures, for which the table makes room."""


class ScrolledPanel(QScrollArea):
    """A widget as wide as the card that can be scrolled up and down."""

    def __init__(self, name: str, accessible_name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class Panel(NamedTuple):
    """A panel, and how it is brought up to date and restyled where it does not do so itself."""

    widget: QWidget
    refresh: Callable[[], object] = lambda: None
    set_style: Callable[[Style], object] = lambda _: None


class _Page(NamedTuple):
    """What a tab holds. It is made when it is first looked at: most of it nobody needs when the window opens."""

    panel: Late[Panel]
    holder: QWidget


class Panels(QFrame):
    """Panels by name. Only the one in front is kept up to date."""

    fronted = Signal(str)
    """The panel of that name is in front now."""
    brought = Signal()
    """A panel was brought to the front, and the card is shown if it was not."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._pages: dict[str, _Page] = {}
        self._tabs = QTabWidget()
        self._tabs.setObjectName("lower_tabs")
        self._tabs.setAccessibleName("Panels")
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        self._tabs.tabBar().setExpanding(False)
        self._tabs.currentChanged.connect(self._changed)
        in_column(self._tabs, margins=(1, 1, 1, 1), of=self)

    @property
    def front(self) -> str:
        """The name of the panel in front; empty where the card is hidden."""
        return self.chosen if self.isVisible() else ""

    @property
    def chosen(self) -> str:
        """The name of the panel that is in front, or is so once the card is shown again."""
        shown = self._tabs.currentWidget()
        return next((name for name, page in self._pages.items() if page.holder is shown), "")

    def add(self, name: str, make: Callable[[], Panel], at: int = -1) -> None:
        """Put a panel behind the others, or at a place among them."""
        holder = QWidget()
        in_column(margins=(0, 0, 0, 0), of=holder)
        self._pages[name] = _Page(Late(make), holder)
        self._tabs.insertTab(at, holder, name.replace("_", " ").capitalize())

    def take(self, name: str) -> None:
        """Let a panel go, so that it can stand elsewhere; a name that is unknown does nothing."""
        if name in self._pages:
            page = self._pages.pop(name)
            page.panel.tell(lambda panel: panel.widget.setParent(None))
            self._tabs.removeTab(self._tabs.indexOf(page.holder))
            page.holder.deleteLater()

    def has(self, name: str) -> bool:
        return name in self._pages

    def panel(self, name: str) -> QWidget:
        """The panel of that name, made now if it has not been; KeyError where there is none."""
        return self._made(name).widget

    def refresh(self) -> None:
        """Bring the panel in front up to date."""
        if self.front:
            self._made(self.front).refresh()

    def bring(self, name: str) -> None:
        """Show the card with that panel in front, and put the keyboard there."""
        self.show()
        self.put_in_front(name)
        self.panel(name).setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.refresh()
        self.brought.emit()

    def put_in_front(self, name: str) -> None:
        """Bring a panel to the front without the keyboard; a name that is unknown does nothing."""
        if name in self._pages:
            self._tabs.setCurrentWidget(self._pages[name].holder)

    def set_style(self, style: Style) -> None:
        for page in self._pages.values():
            page.panel.tell(lambda panel: panel.set_style(style))

    def _made(self, name: str) -> Panel:
        late, holder = self._pages[name]
        if late.made is None:
            column = holder.layout()
            assert column is not None
            column.addWidget(late().widget)
            late().widget.show()
        return late()

    def _changed(self, _: int) -> None:
        if front := self.chosen:
            self.refresh()
            self.fronted.emit(front)
