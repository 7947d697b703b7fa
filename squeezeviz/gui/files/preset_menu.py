"""The menu of presets: the built-in tables, then the points of the paper's Figure 3."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from squeezeviz.files.presets import presets
from squeezeviz.gui.widgets.escaped_text import action_text

_FIGURES = {"3a": "Figure 3a: Squeeze Ratio", "3b": "Figure 3b: Share of 3×3 Filters"}


def fill_late(menu: QMenu, tip: str, chosen: Callable[[str], object]) -> None:
    """Fill the menu with presets when it is first opened, because reading them would delay the window."""

    def fill() -> None:
        if menu.isEmpty():
            fill_presets(menu, tip, chosen)

    menu.aboutToShow.connect(fill)


def fill_presets(menu: QMenu, tip: str, chosen: Callable[[str], object]) -> None:
    """Add an entry for each preset, with `tip` and its id in the status bar. `chosen` is called with the id."""
    menus = {"": menu}
    for preset in presets():
        if preset.figure not in menus:
            if len(menus) == 1:
                menu.addSeparator()
            menus[preset.figure] = menu.addMenu(_FIGURES[preset.figure])
        action = menus[preset.figure].addAction(action_text(preset.title))
        action.setStatusTip(f"{tip} {preset.id}")
        action.triggered.connect(lambda _=False, name=preset.id: chosen(name))
