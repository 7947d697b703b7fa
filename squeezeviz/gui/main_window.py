"""The window: table, diagram and explanation side by side, none of which knows another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QWidget

from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.diagram.model import Direction
from squeezeviz.gui.actions import Actions
from squeezeviz.gui.background import Background
from squeezeviz.gui.diagram_control import DiagramControl
from squeezeviz.gui.document import Document
from squeezeviz.gui.edit_commands import EditCommands
from squeezeviz.gui.export_commands import ExportCommands
from squeezeviz.gui.file_commands import FileCommands
from squeezeviz.gui.icons import icon
from squeezeviz.gui.layout import NARROW, Layout
from squeezeviz.gui.live_client import LiveClient
from squeezeviz.gui.live_control import LiveControl
from squeezeviz.gui.row_commands import KINDS, RowCommands
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.status_bar import StatusBar
from squeezeviz.gui.style import Style
from squeezeviz.gui.theming import Theming
from squeezeviz.gui.toast import Toast
from squeezeviz.gui.toolbar import ToolBar
from squeezeviz.tracing.protocol import Device

_CONTEXT = (
    ("toggle", "rename"), ("duplicate", "move_up", "move_down"), ("delete",),
)  # fmt: skip
"""What can be done with the layer under the pointer, in groups."""


class MainWindow(QMainWindow):
    """Puts the parts together and hands signals on; the rules live in the parts."""

    def __init__(self, document: Document, settings: Settings, client: LiveClient | None = None) -> None:
        super().__init__()
        self.document = document
        self.settings = settings
        self.background = Background(self)
        self.client = client or LiveClient(self)
        self.live = LiveControl(document, self.client, self.background, self)
        self.theming = Theming(settings, self)
        self.parts = Layout(document, self.theming.style, self)
        self.selection = Selection(document, self.parts, self)
        self.control = DiagramControl(document, self.parts.graph, self)
        self.files = FileCommands(document, settings, self.background, self)
        self.exports = ExportCommands(document, self.control, settings, self.background, self)
        self.rows = RowCommands(document, EditCommands(document), self.selection, self.parts)
        self.commands = Actions(self, self._handlers())
        self.toolbar = ToolBar(self.commands, self)
        self.status = StatusBar()
        self.toast = Toast(self)
        self._seen = False
        self._put_together()
        self._connect()
        self._start()

    def start_live(self) -> None:
        """Start the worker, and the first pass where Live is on."""
        self.client.start()
        self.live.set_device(self.toolbar.device.device)
        self.commands["live"].setChecked(self.settings.live)
        self.live.set_live(self.settings.live)

    def closeEvent(self, event: QCloseEvent) -> None:
        # An exception here would close the window all the same and lose what is unsaved.
        try:
            stay = not self.files.may_leave()
        except Exception:
            event.ignore()
            raise
        if stay:
            event.ignore()
            return
        self.client.close()
        self.background.close()
        # A stack that is destroyed tells of its emptying, to a window that is half gone by then.
        self.document.stack.blockSignals(True)
        self.settings.set_bytes("geometry", self.saveGeometry())
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()
        if not self._seen:  # coming back from the task bar changes nothing
            self._seen = True
            self.parts.graph.zoom_to_width()
            self.parts.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        names = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if names:
            event.acceptProposedAction()
            # The question about unsaved changes must not hold the other program's drag.
            QTimer.singleShot(0, lambda: self.files.open(names[0]))

    def _handlers(self) -> dict[str, Callable[..., object]]:
        graph, table = self.parts.graph, self.parts.table
        themes = {
            f"theme_{name}": lambda _=False, name=name: self.theming.choose(name)
            for name in ("system", "light", "dark")
        }
        return {
            "new": self.files.new,
            "open": self.files.ask_open,
            "save": self.files.save,
            "save_as": self.files.ask_save,
            "export": self.exports.ask,
            "copy_picture": self.exports.copy_picture,
            "copy_svg": self.exports.copy_svg,
            "quit": self.close,
            "undo": self.document.stack.undo,
            "redo": self.document.stack.redo,
            "copy": table.copy,
            "select_all": table.selectAll,
            "history": lambda on: self.parts.history.setVisible(on),
            "zoom_in": graph.zoom_in,
            "zoom_out": graph.zoom_out,
            "zoom_reset": graph.zoom_reset,
            "fit": graph.zoom_to_fit,
            "toggle": self._toggle,
            "open_all": self.control.open_all,
            "close_all": self.control.close_all,
            "direction": lambda on: self.control.set_direction(Direction.RIGHT if on else Direction.DOWN),
            "focus_table": table.setFocus,
            "focus_graph": graph.setFocus,
            "focus_panel": self.parts.explain.setFocus,
            "run": self.live.run,
            "live": self._set_live,
            "cancel": self._cancel,
            "shortcuts": self._show_shortcuts,
            "about": self._show_about,
            **self.rows.handlers(),
            **themes,
        }

    def _put_together(self) -> None:
        self.setAcceptDrops(True)
        self.setMinimumSize(640, 420)
        self.setCentralWidget(self.parts.splitter)
        self.addToolBar(self.toolbar)
        self.setStatusBar(self.status)
        menus = self.commands.fill_menus()
        file, before = menus["File"], self.commands["save"]
        recent, presets = file.addMenu("Open Recent"), file.addMenu("Presets")
        for menu in (presets, recent):
            file.removeAction(menu.menuAction())
            file.insertMenu(before, menu)
        menus["Edit"].aboutToShow.connect(self._name_steps)
        recent.aboutToShow.connect(lambda: self.files.fill_recent(recent))
        self.files.fill_presets(presets)

    def _connect(self) -> None:
        document, live, parts, bar = self.document, self.live, self.parts, self.toolbar
        document.table_changed.connect(self.selection.follow)
        document.table_changed.connect(self._show_network)
        document.table_changed.connect(live.show_beside)
        document.started.connect(lambda: QTimer.singleShot(0, parts.table.fit_columns))
        document.title_changed.connect(self._show_title)
        document.stack.indexChanged.connect(self._enable)
        live.answer_changed.connect(parts.model.set_live)
        live.answer_changed.connect(self.control.show_answer)
        live.answer_changed.connect(self.selection.set_live)
        live.said.connect(self.status.say)
        live.progressed.connect(self.status.show_progress)
        self.background.busy.connect(self.status.show_busy)
        self.client.devices_known.connect(self._devices_known)
        bar.device.chosen.connect(self._device_chosen)
        bar.input.entered.connect(self.rows.set_input)
        bar.batch.entered.connect(live.set_batch)
        for box in (bar.input, bar.batch):
            box.finished.connect(parts.table.setFocus)
        for source in (bar.input, bar.batch, parts.table, parts.editor, self.files, self.exports):
            source.refused.connect(self.toast.say)
        for writer in (self.files, self.exports):
            writer.done.connect(self.status.say)
        parts.notes.fix_chosen.connect(self.rows.apply_fix)
        parts.editor.changed.connect(self.rows.change_fire)
        parts.table.menu_requested.connect(self.selection.open_menu)
        parts.graph.context_menu_requested.connect(lambda _, point: self.selection.open_menu(point))
        self.selection.menu_wanted.connect(self._fill_context_menu)
        self.selection.changed.connect(self._enable)
        self.theming.changed.connect(self._show_style)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._show_focus)

    def _start(self) -> None:
        self.theming.apply()
        self.selection.follow(self.document.network)
        self._show_network(self.document.network)
        self._show_title()
        if not self.restoreGeometry(self.settings.bytes("geometry")):
            self.resize(1440, 860)

    def _arrange(self) -> None:
        self.toolbar.set_narrow(self.width() < NARROW)
        self.parts.arrange(self.width())

    def _show_network(self, network: ResolvedNetwork) -> None:
        self.toolbar.input.show_shape(network.table.input)
        self.parts.notes.show_notes(network, self.document.notes)
        self.status.show_totals(network)
        self._enable()

    def _show_title(self) -> None:
        path = self.document.path
        name = path.name if path else self.document.table.name
        shown = name if len(name) <= 80 else name[:79] + "…"
        self.setWindowTitle(f"{shown.replace('[*]', '[*][*]')}[*] — squeezeviz")
        self.setWindowModified(self.document.modified)

    def _name_steps(self) -> None:
        """Say in the menu what would be undone. Not sooner: each change of a text lays the toolbar out anew."""
        stack = self.document.stack
        for name, text in (("undo", stack.undoText()), ("redo", stack.redoText())):
            self.commands[name].setText(f"{name.capitalize()} {text[:60]}".strip().replace("&", "&&"))

    def _enable(self) -> None:
        row = self.selection.layer_row()
        layers = self.document.table.layers
        place = -1 if row is None else row
        has = place >= 0
        self.commands.enable(
            duplicate=has,
            delete=has,
            rename=has,
            move_up=place > 0,
            move_down=has and place < len(layers) - 1,
            toggle=has and layers[place].type == "fire",
            undo=self.document.stack.canUndo(),
            redo=self.document.stack.canRedo(),
        )

    def _fill_context_menu(self, menu: QMenu) -> None:
        for group in _CONTEXT:
            menu.addActions([self.commands[name] for name in group])
            menu.addSeparator()
        after = menu.addMenu("Insert After")
        after.addActions([self.commands[f"insert_{kind}"] for kind in KINDS])

    def _show_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        self.parts.show_focus(now)

    def _toggle(self) -> None:
        row = self.selection.layer_row()
        if row is not None and row >= 0:
            self.control.toggle(self.document.table.layers[row].name)

    def _show_shortcuts(self) -> None:
        from squeezeviz.gui.shortcuts import ShortcutsDialog

        ShortcutsDialog(self).exec()

    def _show_about(self) -> None:
        from squeezeviz.gui.shortcuts import show_about

        show_about(self)

    def _cancel(self) -> None:
        if not self.background.cancel():
            self.live.cancel()

    def _set_live(self, on: bool) -> None:
        self.settings.live = on
        self.live.set_live(on)

    def _devices_known(self, devices: Sequence[Device]) -> None:
        box = self.toolbar.device
        box.show_devices(devices)
        box.choose(self.settings.device)
        self.live.set_device(box.device)

    def _device_chosen(self, device: str) -> None:
        self.settings.device = device
        self.live.set_device(device)

    def _show_style(self, style: Style) -> None:
        self.parts.set_style(style)
        self.exports.theme = style.theme
        self.commands.recolour(style.text)
        self.commands["export"].setIcon(icon("export", style.card))
        for name in ("system", "light", "dark"):
            self.commands[f"theme_{name}"].setChecked(self.settings.theme == name)
