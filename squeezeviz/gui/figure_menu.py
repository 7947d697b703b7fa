"""The points of the paper's Figures 3a and 3b, to choose one from."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from squeezeviz.core.accounting import BYTES_PER_VALUE
from squeezeviz.core.memory import readable_bytes
from squeezeviz.core.paper import FIGURE_POINTS, FigurePoint

_FIGURES = {"3a": "Figure 3a: the squeeze ratio SR", "3b": "Figure 3b: the share of 3×3 filters, at SR 0.5"}


class FigureMenu(QPushButton):
    """A button with a menu; `chosen` carries the id of the point's preset."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Points of Figure 3", parent)
        self.setObjectName("figure_points")
        self.setToolTip("Open one of the networks that the paper measures in Figures 3a and 3b")
        menu = QMenu(self)
        self._actions: dict[str, QAction] = {}
        for figure, title in _FIGURES.items():
            # A section's title would not be seen: the style sheet draws separators as lines.
            if menu.actions():
                menu.addSeparator()
            menu.addAction(title).setEnabled(False)
            for point in FIGURE_POINTS:
                if point.figure == figure:
                    self._actions[point.id] = self._action(menu, point)
        self.setMenu(menu)

    def mark(self, point: FigurePoint | None) -> None:
        """Tick the points that the present table is."""
        for each in FIGURE_POINTS:
            self._actions[each.id].setChecked(point is not None and each.metaparameters == point.metaparameters)

    def _action(self, menu: QMenu, point: FigurePoint) -> QAction:
        action = menu.addAction(_title(point))
        action.setCheckable(True)
        action.triggered.connect(lambda _=False: self._choose(point))
        return action

    def _choose(self, point: FigurePoint) -> None:
        action = self._actions[point.id]
        action.setChecked(not action.isChecked())  # what is ticked is the open table, not what was clicked
        self.chosen.emit(point.id)


def _title(point: FigurePoint) -> str:
    ours = readable_bytes(BYTES_PER_VALUE * point.parameters)
    return f"{point.setting}: {ours}\tpaper: {point.printed}"
