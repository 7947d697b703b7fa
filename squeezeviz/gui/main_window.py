"""The window: table, diagram and explanation side by side, none of which knows another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMainWindow, QMessageBox, QProgressBar, QUndoView

from squeezeviz import __version__
from squeezeviz.core.cells import INPUT_ROW
from squeezeviz.core.explain import short_count
from squeezeviz.core.fixes import Fix
from squeezeviz.core.memory import readable_bytes
from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.core.table import InputShape
from squeezeviz.diagram.model import Direction
from squeezeviz.gui.actions import Actions
from squeezeviz.gui.diagram_control import DiagramControl
from squeezeviz.gui.document import Document
from squeezeviz.gui.edit_commands import EditCommands
from squeezeviz.gui.elided_label import ElidedLabel
from squeezeviz.gui.export_commands import ExportCommands
from squeezeviz.gui.file_commands import FileCommands
from squeezeviz.gui.layout import NARROW, Layout
from squeezeviz.gui.live_client import LiveClient
from squeezeviz.gui.live_control import LiveControl, Mood
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.shortcuts import ShortcutsDialog
from squeezeviz.gui.style import DARK_STYLE, LIGHT_STYLE, Style, palette, sheet, system_style
from squeezeviz.gui.toolbar import ToolBar
from squeezeviz.tracing.protocol import Device, Progress


class MainWindow(QMainWindow):
    """Puts the parts together and hands signals on; the rules live in the parts."""

    def __init__(self, document: Document, settings: Settings, client: LiveClient | None = None) -> None:
        super().__init__()
        self.document = document
        self.settings = settings
        self.client = client or LiveClient(self)
        self.setAcceptDrops(True)
        self.setMinimumSize(640, 420)
        self._style = self._wanted_style()
        self.parts = Layout(document, self._style, self)
        self.setCentralWidget(self.parts.splitter)
        self.selection = Selection(document, self.parts, self)
        self.control = DiagramControl(document, self.parts.graph, self)
        self.live = LiveControl(document, self.client, self)
        self.files = FileCommands(document, settings, self)
        self.edits = EditCommands(document)
        self.exports = ExportCommands(document, self.control, settings, self)
        self.commands = Actions(self, self._handlers())
        self._fill_menus()
        self.toolbar = ToolBar(self.commands, self)
        self.addToolBar(self.toolbar)
        self._make_status_bar()
        self._make_history()
        self._connect()
        self._apply_style(self._style)
        self.selection.follow(document.network)
        self._show_network(document.network)
        self._show_title()
        self._restore()

    def start_live(self) -> None:
        """Start the worker, and the first pass where Live is on."""
        self.client.start()
        self.live.set_device(self.toolbar.device.device)
        self.commands["live"].setChecked(self.settings.live)
        self.live.set_live(self.settings.live)

    def say(self, text: str, mood: Mood = Mood.QUIET) -> None:
        """A sentence on the status line."""
        self._status.setText(text)
        if self._status.property("state") != str(mood):
            self._status.setProperty("state", str(mood))
            self._status.style().unpolish(self._status)
            self._status.style().polish(self._status)

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
        # A stack that is destroyed tells of its emptying, to a window that is half gone by then.
        self.document.stack.blockSignals(True)
        self.settings.set_bytes("geometry", self.saveGeometry())
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.parts.table.fit_columns()
        self._arrange()
        self.parts.graph.zoom_to_width()

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

    def _arrange(self) -> None:
        self.toolbar.set_narrow(self.width() < NARROW)
        self.parts.arrange(self.width())

    def _handlers(self) -> dict[str, Callable[..., object]]:
        graph, table, edits = self.parts.graph, self.parts.table, self.edits
        insert = {
            f"insert_{kind}": lambda _=False, kind=kind: self._insert(kind)
            for kind in ("fire", "conv", "maxpool", "avgpool", "global_avgpool", "dropout", "softmax")
        }
        themes = {
            f"theme_{name}": lambda _=False, name=name: self._choose_theme(name) for name in ("system", "light", "dark")
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
            "duplicate": lambda: self._with_row(edits.duplicate),
            "delete": lambda: self.selection.choose(edits.delete(self.selection.rows())),
            "move_up": lambda: self._with_row(lambda row: edits.move(row, -1)),
            "move_down": lambda: self._with_row(lambda row: edits.move(row, 1)),
            "rename": self._rename,
            "history": lambda on: self._history.setVisible(on),
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
            "cancel": self.live.cancel,
            "shortcuts": lambda: ShortcutsDialog(self).exec(),
            "about": self._about,
            **insert,
            **themes,
        }

    def _fill_menus(self) -> None:
        menus = self.commands.fill_menus()
        file = menus["File"]
        before = self.commands["save"]
        recent, presets = file.addMenu("Open Recent"), file.addMenu("Presets")
        for menu in (presets, recent):
            file.removeAction(menu.menuAction())
            file.insertMenu(before, menu)
        recent.aboutToShow.connect(lambda: self.files.fill_recent(recent))
        self.files.fill_presets(presets)
        self.context = [self.commands[name] for name in _CONTEXT]

    def _make_status_bar(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        self._status = ElidedLabel()
        self._status.setObjectName("live_status")
        self._progress = QProgressBar()
        self._progress.setAccessibleName("Progress of the live pass")
        self._progress.setFixedWidth(120)
        self._progress.setTextVisible(False)
        self._progress.hide()
        self._totals = QLabel()
        self._totals.setObjectName("totals_label")
        self._totals.setAccessibleName("Totals")
        bar.addWidget(self._status, 1)
        bar.addWidget(self._progress)
        bar.addPermanentWidget(self._totals)

    def _make_history(self) -> None:
        self._history = QDockWidget("History", self)
        self._history.setObjectName("history")
        view = QUndoView(self.document.stack, self._history)
        view.setEmptyLabel("As opened")
        view.setAccessibleName("History of changes")
        self._history.setWidget(view)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._history)
        self._history.hide()
        self._history.visibilityChanged.connect(self.commands["history"].setChecked)

    def _connect(self) -> None:
        document, live, parts, bar = self.document, self.live, self.parts, self.toolbar
        document.table_changed.connect(self.selection.follow)
        document.table_changed.connect(self._show_network)
        document.title_changed.connect(self._show_title)
        document.stack.undoTextChanged.connect(self._name_steps)
        document.stack.redoTextChanged.connect(self._name_steps)
        live.answer_changed.connect(parts.model.set_live)
        live.answer_changed.connect(self.control.show_answer)
        live.answer_changed.connect(self.selection.set_live)
        live.said.connect(self.say)
        live.progressed.connect(self._show_progress)
        self.client.devices_known.connect(self._devices_known)
        bar.device.chosen.connect(self._device_chosen)
        bar.input.entered.connect(self._set_input)
        bar.batch.entered.connect(live.set_batch)
        for source in (bar.input, bar.batch, parts.table, parts.editor, self.files, self.exports):
            source.refused.connect(lambda reason: self.say(reason, Mood.PROBLEM))
        for writer in (self.files, self.exports):
            writer.done.connect(self.say)
        parts.notes.fix_chosen.connect(self._apply_fix)
        parts.editor.changed.connect(self._fire_edited)
        parts.table.menu_requested.connect(self.selection.open_menu)
        parts.graph.context_menu_requested.connect(lambda _, point: self.selection.open_menu(point))
        self.selection.menu_wanted.connect(lambda menu: menu.addActions(self.context))
        self.selection.changed.connect(self._enable)
        QApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)

    def _show_network(self, network: ResolvedNetwork) -> None:
        self.toolbar.input.show_shape(network.table.input)
        self.parts.notes.show_notes(network, self.document.notes)
        reach = "" if network.runs else "as far as it runs: "
        self._totals.setText(
            f"{reach}depth {network.depth.value} · {network.parameters.value:,} parameters · "
            f"{readable_bytes(4 * network.parameters.value)} · {short_count(network.macs.value)} multiply-adds"
        )
        self._enable()

    def _show_title(self) -> None:
        path = self.document.path
        name = path.name if path else self.document.table.name
        shown = name if len(name) <= 80 else name[:79] + "…"
        self.setWindowTitle(f"{shown.replace('[*]', '[*][*]')}[*] — squeezeviz")
        self.setWindowModified(self.document.modified)

    def _name_steps(self) -> None:
        stack = self.document.stack
        for name, can, text in (
            ("undo", stack.canUndo(), stack.undoText()),
            ("redo", stack.canRedo(), stack.redoText()),
        ):
            action = self.commands[name]
            title = name.capitalize()
            action.setText(f"{title} {text[:60]}".strip().replace("&", "&&"))
            action.setIconText(title)
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{title} {text[:60]} ({keys})" if text else f"Nothing to {name}")
            action.setEnabled(can)

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
        )
        self._name_steps()

    def _insert(self, kind: str) -> None:
        row = self.selection.layer_row()
        after = len(self.document.table.layers) - 1 if row is None else row
        self.selection.choose(self.edits.insert(kind, after))

    def _with_row(self, command: Callable[[int], int]) -> None:
        row = self.selection.layer_row()
        if row is not None and row >= 0:
            self.selection.choose(command(row))

    def _toggle(self) -> None:
        row = self.selection.layer_row()
        if row is not None and row >= 0:
            self.control.toggle(self.document.table.layers[row].name)

    def _rename(self) -> None:
        table, row = self.parts.table, self.selection.layer_row()
        if row is not None and row > INPUT_ROW:
            table.setFocus()
            index = self.parts.model.index(self.parts.model.row_of(row), 0)
            table.setCurrentIndex(index)
            table.edit(index)

    def _fire_edited(self, fire: object, text: str, merge: str) -> None:
        row = self.selection.layer_row()
        if row is not None and row >= 0:
            self.document.edit(text, self.document.table.with_layer(row, fire), merge)  # type: ignore[arg-type]

    def _set_input(self, shape: InputShape) -> None:
        self.document.edit(f"Set the input to {shape}", self.document.table.with_input(shape))

    def _apply_fix(self, fix: Fix) -> None:
        self.document.edit(fix.title, fix.table)

    def _set_live(self, on: bool) -> None:
        self.settings.live = on
        self.live.set_live(on)

    def _devices_known(self, devices: Sequence[Device]) -> None:
        box = self.toolbar.device
        box.show_devices(devices)
        if self.settings.device != box.device:
            box.choose(self.settings.device)
        self.live.set_device(box.device)

    def _device_chosen(self, device: str) -> None:
        self.settings.device = device
        self.live.set_device(device)

    def _show_progress(self, progress: Progress | None) -> None:
        self._progress.setVisible(progress is not None)
        if progress is not None:
            self._progress.setMaximum(progress.total)
            self._progress.setValue(progress.done)

    def _choose_theme(self, name: str) -> None:
        self.settings.theme = name
        self._apply_style(self._wanted_style())

    def _system_theme_changed(self) -> None:
        if self.settings.theme == "system":
            self._apply_style(system_style())

    def _wanted_style(self) -> Style:
        return {"light": LIGHT_STYLE, "dark": DARK_STYLE}.get(self.settings.theme) or system_style()

    def _apply_style(self, style: Style) -> None:
        self._style = style
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setPalette(palette(style))
        application.setStyleSheet(sheet(style))
        self.parts.set_style(style)
        self.parts.table.fit_columns()
        self.exports.theme = style.theme
        self.commands.recolour(style.text)
        for name in ("system", "light", "dark"):
            self.commands[f"theme_{name}"].setChecked(self.settings.theme == name)

    def _about(self) -> None:
        QMessageBox.about(
            self,
            "About squeezeviz",
            f"<b>squeezeviz {__version__}</b><p>See a SqueezeNet: its layer table, its graph, and a measured forward "
            "pass.</p><p>MIT licence. The bundled typeface Inter is under the SIL Open Font License.</p>",
        )

    def _restore(self) -> None:
        if not self.restoreGeometry(self.settings.bytes("geometry")):
            self.resize(1440, 860)


_CONTEXT = (
    "toggle", "rename", "insert_fire", "insert_conv", "insert_maxpool", "duplicate", "move_up", "move_down", "delete",
)  # fmt: skip
