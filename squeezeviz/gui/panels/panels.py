"""What stands in the panels below the table, and when they are brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from squeezeviz.gui.panels.lower_card import LowerCard
from squeezeviz.gui.widgets.first_paint import Late
from squeezeviz.gui.widgets.style import Style

PANELS = ("metaparameters", "comparison", "paper", "costs", "history")
"""From left to right; a command of each name brings it."""


class Panel(NamedTuple):
    """A panel, and how it is brought up to date and restyled where it does not do so itself."""

    widget: QWidget
    refresh: Callable[[], object] = lambda: None
    set_style: Callable[[Style], object] = lambda _: None


class Panels(QObject):
    """Makes each panel when it is first looked at, and keeps the one in front up to date."""

    brought = Signal()
    """A panel was brought to the front, and the card is shown if it was not."""

    def __init__(self, lower: LowerCard, makers: Mapping[str, Callable[[], Panel]]) -> None:
        super().__init__(lower)
        self._lower = lower
        self._panels = {name: Late(makers[name]) for name in PANELS}
        for name, late in self._panels.items():
            lower.add(name, name.capitalize(), lambda late=late: late().widget)  # type: ignore[misc]

    def refresh(self, _: object = None) -> None:
        """Bring the panel in front up to date."""
        front = self._lower.front
        if front:
            self._lower.panel(front)
        if front in self._panels:
            self._panels[front]().refresh()

    def bring(self, name: str) -> None:
        """Show the panel of that name in front, and put the keyboard there."""
        self._lower.bring(name)
        self.refresh()
        self.brought.emit()

    def set_style(self, style: Style) -> None:
        for late in self._panels.values():
            if late.made is not None:
                late.made.set_style(style)
