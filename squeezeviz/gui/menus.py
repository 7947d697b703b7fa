"""The menus that are more than a list of commands: recent files, presets, what can be recovered, columns, context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from squeezeviz.gui.commands import KINDS
from squeezeviz.gui.preset_menu import fill_late
from squeezeviz.gui.widget_text import action_text

if TYPE_CHECKING:
    from squeezeviz.gui.main_window import MainWindow

_CONTEXT = (
    ("toggle", "rename"), ("cut", "copy", "paste", "fill_down"), ("duplicate", "move_up", "move_down", "delete"),
)  # fmt: skip
"""What can be done with the layer under the pointer, in groups."""


def fill_menu_bar(window: MainWindow) -> None:
    """Every command in its menu, and the menus that are filled when they are opened."""
    menus = window.commands.fill_menus()
    file, before = menus["File"], window.commands["save"]
    recent, presets, recover = (file.addMenu(title) for title in ("Open Recent", "Presets", "Recover"))
    for menu in (presets, recent, recover):
        file.removeAction(menu.menuAction())
        file.insertMenu(before, menu)
    menus["Edit"].aboutToShow.connect(lambda: _name_steps(window))
    recent.aboutToShow.connect(lambda: window.files.fill_recent(recent))
    recover.aboutToShow.connect(lambda: window.recovery.fill_menu(recover))
    fill_late(presets, "Open the preset", window.files.open)
    against = QMenu("With a Preset", menus["Compare"])
    menus["Compare"].insertMenu(window.commands["compare_file"], against)
    fill_late(against, "Show what differs from the preset", window.compares.compare_with)
    columns = QMenu("Columns", menus["View"])
    columns.addActions(window.parts.table.column_actions())
    menus["View"].insertMenu(window.commands["panels"], columns)


def fill_context_menu(window: MainWindow, menu: QMenu) -> None:
    """What can be done with what is selected."""
    for group in _CONTEXT:
        menu.addActions([window.commands[name] for name in group])
        menu.addSeparator()
    for title, ending in (("Insert Before", "_before"), ("Insert After", "")):
        menu.addMenu(title).addActions([window.commands[f"insert_{kind}{ending}"] for kind in KINDS])


def _name_steps(window: MainWindow) -> None:
    """Say in the menu what would be undone. Not sooner: each change of a text lays the toolbar out anew."""
    stack = window.document.stack
    for name, text in (("undo", stack.undoText()), ("redo", stack.redoText())):
        window.commands[name].setText(action_text(f"{name.capitalize()} {text}".strip()))
