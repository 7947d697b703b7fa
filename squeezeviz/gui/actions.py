"""The commands as the QActions of one window, and its menus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QUndoStack
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from squeezeviz.gui.commands import BYPASSES, COMMANDS, FILTER_COMMANDS, KINDS, MENUS, Command
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


_ON_LAYERS = (
    ("toggle", "rename", "follow_value"),
    ("cut", "copy", "paste", "fill_down"), tuple(FILTER_COMMANDS),
    ("copy_selection", "export_selection", "zoom_selection"), ("duplicate", "move_up", "move_down", "delete"),
)  # fmt: skip
"""What can be done with the selected layers, in groups."""
_ON_CELLS = (("copy", "paste", "fill_down"),)
"""What can be done with cells of the input or the totals."""
_ON_GROUND = (
    ("fit", "zoom_width", "zoom_reset"), ("open_all", "close_all"), ("direction", "wrapped"),
    ("copy_picture", "export"), ("paste",),
)  # fmt: skip
"""What can be done with the diagram as a whole."""


def fill_layer_menu(menu: QMenu, actions: Actions, *, fires: bool) -> None:
    """What can be done with the selected layers; `fires`: whether a Fire module is among them."""
    _fill(menu, actions, _ON_LAYERS[:1])
    if fires:
        menu.addMenu("Bypass").addActions([actions[f"bypass_{kind}"] for kind in BYPASSES])
        menu.addSeparator()
    _fill(menu, actions, _ON_LAYERS[1:])
    _add_inserting(menu, actions, {"Insert Before": "_before", "Insert After": ""})


def fill_line_menu(menu: QMenu, actions: Actions, *, between: bool) -> None:
    """What can be done with the selected line; `between`: whether it leads from one layer to the next."""
    _fill(menu, actions, (("zoom_selection",),))
    _add_inserting(menu, actions, {"Insert Here": ""} if between else {"Insert Before": "_before", "Insert After": ""})


def fill_ground_menu(menu: QMenu, actions: Actions) -> None:
    """What can be done with the diagram where nothing in it is selected."""
    _fill(menu, actions, _ON_GROUND)
    _add_inserting(menu, actions, {"Insert at the End": ""})


def fill_cell_menu(menu: QMenu, actions: Actions) -> None:
    """What can be done with cells of the table that belong to no layer."""
    _fill(menu, actions, _ON_CELLS)
    _add_inserting(menu, actions, {"Insert Layer": ""})


def _fill(menu: QMenu, actions: Actions, groups: Iterable[Iterable[str]]) -> None:
    for group in groups:
        menu.addActions([actions[name] for name in group])
        menu.addSeparator()


def _add_inserting(menu: QMenu, actions: Actions, endings: Mapping[str, str]) -> None:
    """Menus by their titles, with the commands that insert layers whose ids end so."""
    for title, ending in endings.items():
        menu.addMenu(title).addActions([actions[f"insert_{kind}{ending}"] for kind in KINDS])
