"""The commands as the QActions of one window, and its menus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from squeezeviz.gui.commands import COMMANDS, KINDS, MENUS, Command
from squeezeviz.gui.files.preset_menu import fill_late
from squeezeviz.gui.undo_keys import finish_typing
from squeezeviz.gui.widgets.icons import icon
from squeezeviz.gui.widgets.text import action_text

if TYPE_CHECKING:
    from squeezeviz.gui.main_window import MainWindow


class Actions:
    """The commands as QActions of one window, and the menus and toolbar made of them."""

    def __init__(self, window: QMainWindow, handlers: Mapping[str, Callable[..., object]]) -> None:
        missing = {command.id for command in COMMANDS} ^ set(handlers)
        if missing:
            raise KeyError(f"commands and handlers differ in {sorted(missing)}")
        self._window = window
        self._actions = {command.id: self._made(command, handlers[command.id]) for command in COMMANDS}

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def enable(self, **enabled: bool) -> None:
        for name, on in enabled.items():
            if self._actions[name].isEnabled() != on:
                self._actions[name].setEnabled(on)

    def fill_menus(self) -> dict[str, QMenu]:
        """Make the menu bar; the menus by their path."""
        menus: dict[str, QMenu] = {}
        bar = self._window.menuBar()
        for title in MENUS:
            menus[title] = bar.addMenu(f"&{title}")
            menus[title].setToolTipsVisible(True)
        for command in COMMANDS:
            parent, _, child = command.menu.partition(">")
            if child and command.menu not in menus:
                menus[parent].addSeparator()
                menus[command.menu] = menus[parent].addMenu(child)
            elif command.rule:
                menus[command.menu].addSeparator()
            menus[command.menu].addAction(self[command.id])
        return menus

    def recolour(self, colour: str) -> None:
        """Draw the icons again for another theme."""
        for command in COMMANDS:
            if command.icon:
                self[command.id].setIcon(icon(command.icon, colour))

    def _made(self, command: Command, handler: Callable[..., object]) -> QAction:
        action = QAction(command.title, self._window)
        action.setObjectName(f"action_{command.id}")
        action.setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
        action.setCheckable(command.checkable)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{command.tip} ({keys})" if keys else command.tip)
        action.setStatusTip(command.tip)
        if command.toolbar:
            action.setIconText(command.toolbar)
        if command.icon:
            action.setIcon(QIcon())
        if command.id != "cancel":
            action.triggered.connect(lambda: finish_typing(self._window))
        action.triggered.connect(handler)
        self._window.addAction(action)
        return action


def add_button(bar: QToolBar, action: QAction, name: str = "", *, words: bool = True) -> QToolButton:
    """A toolbar button for `action` that the keyboard reaches; without words it shows its icon alone."""
    bar.addAction(action)
    button = bar.widgetForAction(action)
    assert isinstance(button, QToolButton)
    style = Qt.ToolButtonStyle
    button.setToolButtonStyle(style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text())
    if name:
        button.setObjectName(name)
    return button


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
