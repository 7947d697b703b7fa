"""The commands as the QActions of one window, and its menus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QUndoStack
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from squeezeviz.gui.commands import COMMANDS, FILTER_COMMANDS, MENUS, Command
from squeezeviz.gui.widgets.field_keys import finish_typing
from squeezeviz.gui.widgets.style import Style, icon
from squeezeviz.model.text import action_text


class Actions:
    """The commands as QActions of one window, and the menus made of them. Until `connect` they do nothing."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._actions = {command.id: self._made(command) for command in COMMANDS}
        window.addActions(list(self._actions.values()))

    def connect(self, handlers: Mapping[str, Callable[..., object]]) -> None:
        """Have each command do what its handler does. Raises KeyError if the handlers are not those of `COMMANDS`."""
        missing = self._actions.keys() ^ handlers.keys()
        if missing:
            raise KeyError(f"commands and handlers differ in {sorted(missing)}")
        for name, action in self._actions.items():
            if name != "cancel":
                action.triggered.connect(lambda: finish_typing(self._window))
            action.triggered.connect(handlers[name])

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def enable(self, **enabled: bool) -> None:
        for name, on in enabled.items():
            if self._actions[name].isEnabled() != on:
                self._actions[name].setEnabled(on)

    def check(self, **checked: bool) -> None:
        for name, on in checked.items():
            self._actions[name].setChecked(on)

    def name_steps(self, stack: QUndoStack) -> None:
        """Say what would be undone. Not before a menu is opened: each change of a text lays the toolbar out anew."""
        for name, text in (("undo", stack.undoText()), ("redo", stack.redoText())):
            self[name].setText(action_text(f"{name.capitalize()} {text}".strip()))

    def name_filters(self, of: str) -> None:
        """Say whose numbers of filters the commands change; nothing where it is empty."""
        for name, (title, _) in FILTER_COMMANDS.items():
            self[name].setText(action_text(f"{title}: {of}" if of else title))

    def menu_bar(self) -> dict[str, QMenu]:
        """Make the menu bar; its menus, still empty, by their titles."""
        bar = self._window.menuBar()
        menus = {title: bar.addMenu(f"&{title}") for title in MENUS}
        for menu in menus.values():
            menu.setToolTipsVisible(True)
        return menus

    def fill(self, menus: dict[str, QMenu]) -> None:
        """Put every command into its menu, and add the menus within menus, by their path."""
        for command in COMMANDS:
            parent, _, child = command.menu.partition(">")
            if child and command.menu not in menus:
                menus[parent].addSeparator()
                menus[command.menu] = menus[parent].addMenu(child)
            elif command.rule:
                menus[command.menu].addSeparator()
            menus[command.menu].addAction(self[command.id])

    def draw_icons(self, style: Style) -> None:
        """Draw the icons in the style's colours; that of the filled button in the toolbar in its ground's."""
        drawn = cache(icon)  # several commands have one
        for command in COMMANDS:
            if command.icon:
                colour = style.card if command.id == "export" else style.text
                self[command.id].setIcon(drawn(command.icon, colour))

    def _made(self, command: Command) -> QAction:
        action = QAction(command.title, self._window)
        action.setObjectName(f"action_{command.id}")
        keys = ""
        if command.shortcuts:
            action.setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{command.tip} ({keys})" if keys else command.tip)
        action.setStatusTip(command.tip)
        if command.checkable:
            action.setCheckable(True)
        if command.toolbar:
            action.setIconText(command.toolbar)
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
