"""The commands as the QActions of one window, and its menus."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from squeezeviz.gui.commands import COMMANDS, MENUS, Command
from squeezeviz.gui.icons import icon
from squeezeviz.gui.keyboard import finish_typing


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
