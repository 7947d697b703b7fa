"""Every command of the window, declared once: menu, toolbar, shortcuts and the shortcut page come from this list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from squeezeviz.gui.icons import icon
from squeezeviz.gui.keyboard import finish_typing


@dataclass(frozen=True, slots=True)
class Command:
    """One command as data. `menu` is its path, `>` between the levels; `rule` draws a line above it.

    `shortcuts`: the first is shown. `toolbar` gives the words on its button there, empty for none.
    """

    id: str
    title: str
    menu: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    toolbar: str = ""
    checkable: bool = False
    rule: bool = False


MENUS = ("File", "Edit", "Insert", "View", "Run", "Help")

COMMANDS = (
    Command("new", "New", "File", ("Ctrl+N",), "new", "Begin with an empty table"),
    Command("open", "Open…", "File", ("Ctrl+O",), "open", "Open a layer table or a Caffe prototxt", "Open"),
    Command("save", "Save", "File", ("Ctrl+S",), "save", "Save the table", "Save", rule=True),
    Command("save_as", "Save As…", "File", ("Ctrl+Shift+S",), "", "Save the table under another name"),
    Command("export", "Export Diagram…", "File", ("Ctrl+E",), "export", "Save the diagram as SVG, PDF, PNG or DOT",
            "Export…", rule=True),
    Command("copy_picture", "Copy Diagram as Picture", "File", ("Ctrl+Shift+C",), "",
            "Put the diagram on the clipboard"),
    Command("copy_svg", "Copy Diagram as SVG", "File", ("Ctrl+Alt+C",), "", "Put the diagram's SVG on the clipboard"),
    Command("quit", "Quit", "File", ("Ctrl+Q",), "", "Close the window", rule=True),
    Command("undo", "Undo", "Edit", ("Ctrl+Z",), "undo", "Take the last change back", "Undo"),
    Command("redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", "Make the change again", "Redo"),
    Command("copy", "Copy Cells", "Edit", ("Ctrl+C",), "", "Copy the selected cells as text", rule=True),
    Command("select_all", "Select All Cells", "Edit", ("Ctrl+A",), "", "Select the whole table"),
    Command("duplicate", "Duplicate Layer", "Edit", ("Ctrl+Shift+D",), "", "Put a copy of the layer after it",
            rule=True),
    Command("delete", "Delete Layer", "Edit", ("Ctrl+Backspace", "Ctrl+Del"), "", "Take the selected layers out"),
    Command("move_up", "Move Layer Up", "Edit", ("Alt+Up",), "", "Move the layer towards the input"),
    Command("move_down", "Move Layer Down", "Edit", ("Alt+Down",), "", "Move the layer towards the output"),
    Command("rename", "Rename Layer", "Edit", ("Shift+F2",), "", "Type another name for the layer"),
    Command("history", "History", "Edit", ("Ctrl+H",), "", "Every step by name; click to go there", checkable=True,
            rule=True),
    Command("insert_fire", "Fire Module", "Insert", ("Ctrl+Alt+F",), "add", "Insert a Fire module after the layer",
            "Fire"),
    Command("insert_conv", "Convolution", "Insert", ("Ctrl+Alt+V",), "add", "Insert a convolution after the layer",
            "Conv"),
    Command("insert_maxpool", "Max Pooling", "Insert", ("Ctrl+Alt+P",), "add", "Insert max pooling after the layer",
            "Pool"),
    Command("insert_avgpool", "Average Pooling", "Insert", (), "", "Insert windowed average pooling after the layer"),
    Command("insert_global_avgpool", "Global Average Pooling", "Insert", (), "",
            "Insert global average pooling after the layer"),
    Command("insert_dropout", "Dropout", "Insert", (), "", "Insert dropout after the layer"),
    Command("insert_softmax", "Softmax", "Insert", (), "", "Insert softmax after the layer"),
    Command("zoom_in", "Zoom In", "View", ("Ctrl++", "Ctrl+="), "", "Show the diagram larger"),
    Command("zoom_out", "Zoom Out", "View", ("Ctrl+-",), "", "Show the diagram smaller"),
    Command("zoom_reset", "Actual Size", "View", ("Ctrl+0",), "", "Show the diagram at 100 %"),
    Command("fit", "Fit Diagram", "View", ("F", "Ctrl+9"), "", "Show the whole diagram"),
    Command("toggle", "Open or Close Module", "View", ("Ctrl+Return", "Ctrl+Enter"), "",
            "Open or close the selected Fire module", rule=True),
    Command("open_all", "Open All Modules", "View", ("Ctrl+Shift+O",), "", "Show the inside of every Fire module"),
    Command("close_all", "Close All Modules", "View", ("Ctrl+Shift+L",), "", "Show every Fire module as one box"),
    Command("direction", "Left to Right", "View", ("Ctrl+R",), "direction", "Turn the diagram: top-down or left-right",
            "Direction", checkable=True, rule=True),
    Command("focus_table", "Go to Table", "View", ("Ctrl+1",), "", "Put the keyboard into the layer table", rule=True),
    Command("focus_graph", "Go to Diagram", "View", ("Ctrl+2",), "", "Put the keyboard into the diagram"),
    Command("focus_panel", "Go to Explanation", "View", ("Ctrl+3",), "", "Put the keyboard into the explanation"),
    Command("theme_system", "Follow the System", "View>Theme", (), "", "Light or dark as the system is", checkable=True,
            rule=True),
    Command("theme_light", "Light", "View>Theme", (), "", "A light window", checkable=True),
    Command("theme_dark", "Dark", "View>Theme", (), "", "A dark window", checkable=True),
    Command("run", "Measure Now", "Run", ("F5",), "run", "Run one live pass on the chosen device"),
    Command("live", "Live", "Run", ("Ctrl+L",), "", "Run a pass after every change", "● Live", checkable=True),
    Command("cancel", "Cancel the Pass", "Run", ("Esc",), "", "Stop the live pass that runs"),
    Command("shortcuts", "Shortcuts", "Help", ("F1",), "", "Every key at a glance"),
    Command("about", "About squeezeviz", "Help", (), "", "Version and licence"),
)  # fmt: skip


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
