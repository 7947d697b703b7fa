"""The window: table, diagram and explanation side by side, none of which knows another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from squeezeviz.analysis.costs import Measure
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.actions import Actions, fill_menu_bar
from squeezeviz.gui.canvas.control import DiagramControl
from squeezeviz.gui.document import Document
from squeezeviz.gui.explain.control import ExplainControl
from squeezeviz.gui.export.commands import ExportCommands
from squeezeviz.gui.export.tables import WritingCommands
from squeezeviz.gui.files.commands import FileCommands
from squeezeviz.gui.files.file_watch import FileWatch
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.follow_up import FollowUp
from squeezeviz.gui.layout import Layout
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.live.status_bar import StatusBar
from squeezeviz.gui.live.toolbar import ToolBar
from squeezeviz.gui.panels.compare.commands import Baseline, CompareCommands
from squeezeviz.gui.panels.costs.costing import Costing
from squeezeviz.gui.panels.panels import Panels
from squeezeviz.gui.recovery.starting import Start, remember_last
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.settings import REOPENS, Settings
from squeezeviz.gui.story.help import DepthHelp
from squeezeviz.gui.table.cell_commands import CellCommands
from squeezeviz.gui.table.row_commands import RowCommands
from squeezeviz.gui.undo_keys import UndoKeys
from squeezeviz.gui.widgets.background import Background
from squeezeviz.gui.widgets.first_paint import after_first_paint
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.icons import icon
from squeezeviz.gui.widgets.style import Style, Theming
from squeezeviz.gui.widgets.text import title_text
from squeezeviz.gui.widgets.toast import Toast
from squeezeviz.gui.wiring import connect, handlers
from squeezeviz.trace.protocol import Device

if TYPE_CHECKING:
    from squeezeviz.gui.recovery.control import RecoveryControl
    from squeezeviz.gui.recovery.outlook import Outlook


@guarded
class MainWindow(QMainWindow):
    """Puts the parts together and hands signals on; the rules live in the parts."""

    session_ends = False
    """Whether the desktop's session is about to end: what is unsaved is kept then, and not asked about."""
    _outlook: Outlook | None = None

    def __init__(
        self, document: Document, settings: Settings, client: LiveClient | None = None, work: WorkFolder | None = None
    ) -> None:
        super().__init__()
        self.document = document
        self.work = work or WorkFolder()
        self.settings = settings
        self.background = Background(self)
        self.client = client or LiveClient(self)
        self.live = LiveControl(document, self.client, self.background, self)
        self.theming = Theming(settings, self)
        self.parts = Layout(document, self.theming.style, self)
        self.selection = Selection(document, self.parts, self)
        self.explaining = ExplainControl(document, self.selection, self.parts)
        self.control = DiagramControl(document, self.parts.graph, self)
        self.files = FileCommands(document, self.work, settings, self.background, self)
        self.watch = FileWatch(document, self.files.saving, self.parts.notice, self)
        self.exports = ExportCommands(document, self.control, self.selection, settings, self.background, self)
        self.writing = WritingCommands(document, settings, self.background, self)
        self.baseline = Baseline(document, self)
        self.rows = RowCommands(document, self.selection, self.parts)
        self.cells = CellCommands(document, self.parts, self)
        self.compares = CompareCommands(document, self.baseline, self.files, self.background, self)
        self.depth_help = DepthHelp(self)
        self.costing = Costing(document, self.parts.model, self.control, settings)
        self.commands = Actions(self, handlers(self))
        self.undo_keys = UndoKeys(self, self.commands["undo"], self.commands["redo"])
        self.toolbar = ToolBar(self.commands, self)
        self.status = StatusBar()
        self.toast = Toast(self)
        self._seen = False
        self.panels = Panels(self)
        self._put_together()
        connect(self)
        self.follow_up = FollowUp(
            document,
            (
                self.control.show_network,
                self.selection.follow,
                self.live.show_beside,
                self.costing.show_network,
                self.show_difference,
            ),
            self,
        )
        self._start()

    def look(self, outlook: Outlook) -> None:
        """Show what is open as it was looked at before. To be called before the window is shown."""
        from squeezeviz.gui.recovery.outlook import show_outlook

        self._outlook = outlook
        show_outlook(self, outlook)

    def start_live(self) -> None:
        """Start the worker, and the first pass where Live is on."""
        self.client.start()
        self.live.set_device(self.toolbar.device.device)
        self.commands["live"].setChecked(self.settings.live)
        self.live.set_live(self.settings.live)

    def greet(self, start: Start | None) -> None:
        """Keep unsaved work from now on, and say what the window opened with."""
        if start is not None:
            self.recovery.greet(start)
        else:
            self.recovery.take_note()

    @cached_property
    def recovery(self) -> RecoveryControl:
        """What keeps unsaved work; made after the first paint."""
        from squeezeviz.gui.recovery.control import RecoveryControl

        return RecoveryControl(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        # An exception here would close the window all the same and lose what is unsaved.
        try:
            kept = self.session_ends and self.recovery.keep()
            stay = not kept and not self.files.may_leave()
        except Exception:
            event.ignore()
            raise
        if stay:
            event.ignore()
            return
        self.shut(keep=kept)
        event.accept()

    def shut(self, *, keep: bool = False) -> None:
        """End all that goes on, for the window is about to go; what is kept of unsaved work stays only if `keep`."""
        self.recovery.stop()
        self.depth_help.close()
        self.client.close()
        self.background.close()
        self.files.saving.close()
        if keep and self.document.modified:
            self.work.release()
        else:
            self.work.remove()
        # A stack that is destroyed tells of its emptying, to a window that is half gone by then.
        self.document.stack.blockSignals(True)
        self.settings.set_bytes("geometry", self.saveGeometry())
        self.settings.set_plain("columns", self.parts.table.state())
        self.settings.set_plain("sizes", self.parts.sizes())
        remember_last(self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()
        if not self._seen:  # coming back from the task bar changes nothing
            self._seen = True
            after_first_paint(self.parts.graph.viewport(), self.panels.refresh)
            self.parts.graph.zoom_to_width()
            if self._outlook is not None:
                from squeezeviz.gui.recovery.outlook import show_place

                show_place(self, self._outlook)
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

    def _put_together(self) -> None:
        self.setAcceptDrops(True)
        self.setMinimumSize(640, 420)
        self.setCentralWidget(self.parts.whole)
        self.addToolBar(self.toolbar)
        self.setStatusBar(self.status)
        fill_menu_bar(self)
        self.parts.table_card.add_buttons(
            self.commands[name] for name in ("duplicate", "move_up", "move_down", "delete")
        )

    def _start(self) -> None:
        self.theming.apply()
        self.selection.follow(self.document.network)
        self.show_network(self.document.network)
        self.show_title()
        self.enable_steps()
        self.explain_live("")
        self.show_difference()
        self.show_costing()
        for name, show in (("minimap", self.show_minimap), ("panels", self.show_panels)):
            self.commands[name].setChecked(self.settings.flag(name))
            show(self.settings.flag(name))
        self.parts.table.restore_state(self.settings.plain("columns"))
        self.parts.restore_sizes(self.settings.plain("sizes"))
        self.commands["reopen_last"].setChecked(self.settings.flag(REOPENS))
        if not self.restoreGeometry(self.settings.bytes("geometry")):
            self.resize(1440, 860)

    def _arrange(self) -> None:
        self.toolbar.set_width(self.width())
        self.parts.arrange(self.width(), self.height())

    def show_network(self, network: ResolvedNetwork) -> None:
        self.toolbar.input.show_shape(network.table.input)
        self.parts.notes.show_notes(network, self.document.remarks)
        self.status.show_totals(network)
        self.parts.find.set_network(network)

    def show_difference(self, _: object = None) -> None:
        """What differs from the pinned state; the table itself is told by the baseline."""
        self.parts.table_card.show_baseline(self.baseline.title)
        self.control.show_difference(self.baseline.difference)
        self.commands.enable(unpin=bool(self.baseline.title), copy_comparison=bool(self.baseline.title))
        self.panels.refresh()

    def show_costing(self) -> None:
        """What is coloured by, and the conventions, where they are chosen and said."""
        chosen = self.costing.conventions
        states = {"flops": chosen.flops, "decimal_sizes": chosen.decimal_sizes, "count_bias": chosen.count_bias}
        for measure in Measure:
            states[f"colour_{measure}"] = measure is self.costing.measure
        for name, on in states.items():
            self.commands[name].setChecked(on)
        self.toolbar.colour.show_measure(self.costing.measure)
        self.status.set_conventions(chosen)
        self.status.show_totals(self.document.network)
        self.panels.refresh()

    def go_to(self, key: Key) -> None:
        """Select a box, opening the Fire module that hides it, and bring it to the middle of the diagram."""
        if key.part:
            self.control.open(key.layer)
        self.selection.choose_key(key)
        self.parts.graph.centre(key)

    def show_minimap(self, on: bool) -> None:
        self.settings.set_flag("minimap", on)
        self.parts.graph.set_minimap_visible(on)

    def show_panels(self, on: bool) -> None:
        self.settings.set_flag("panels", on)
        self.parts.lower.setVisible(on)
        self.panels.refresh()

    def show_title(self) -> None:
        path = self.document.path
        name = path.name if path else self.document.table.name
        self.setWindowTitle(f"{title_text(name)}[*] — squeezeviz")
        self.setWindowModified(self.document.modified)

    def enable(self) -> None:
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

    def enable_steps(self) -> None:
        stack = self.document.stack
        self.commands.enable(undo=stack.canUndo(), redo=stack.canRedo())

    def show_focus(self, _: QWidget | None, now: QWidget | None) -> None:
        self.parts.show_focus(now)

    def toggle_module(self) -> None:
        row = self.selection.layer_row()
        if row is not None and row >= 0:
            self.control.toggle(self.document.table.layers[row].name)

    def show_shortcuts(self) -> None:
        from squeezeviz.gui.widgets.shortcuts import ShortcutsDialog

        ShortcutsDialog(self).exec()

    def show_about(self) -> None:
        from squeezeviz.gui.widgets.shortcuts import show_about

        show_about(self)

    def cancel(self) -> None:
        if self.toast.isVisible():
            self.toast.dismiss()
        elif (self.live.running or not self.depth_help.leave()) and not self._cancel_work():
            self.live.cancel()

    def _cancel_work(self) -> bool:
        """Give up what the status bar shows; whether there was anything."""
        return self.files.saving.cancel() or self.background.cancel()

    def show_busy(self) -> None:
        """What is done in the background, a save before anything else; Esc cancels what is shown."""
        self.status.show_busy(self.files.saving.title or self.background.title)

    def set_live(self, on: bool) -> None:
        self.settings.live = on
        self.live.set_live(on)

    def measure_repeatedly(self) -> None:
        """Ask how many passes, then run them."""
        from squeezeviz.gui.live.dialogs import ask_repeats

        repeats = ask_repeats(self, self.settings)
        if repeats is not None:
            self.live.run(repeats)

    def explain_live(self, details: str) -> None:
        """What the worker said of a failure, beyond the sentence in the status line."""
        self.status.explain(details)
        self.commands.enable(live_details=bool(details))

    def show_live_details(self) -> None:
        from squeezeviz.gui.live.dialogs import show_details

        show_details(self, self.client.details)

    def devices_known(self, devices: Sequence[Device]) -> None:
        box = self.toolbar.device
        box.show_devices(devices)
        box.choose(self.settings.device)
        self.live.set_device(box.device)

    def device_chosen(self, device: str) -> None:
        self.settings.device = device
        self.live.set_device(device)

    def show_style(self, style: Style) -> None:
        self.parts.set_style(style)
        self.panels.set_style(style)
        self.depth_help.set_style(style)
        self.exports.theme = style.theme
        self.commands.recolour(style.text)
        self.commands["export"].setIcon(icon("export", style.card))
        for name in ("system", "light", "dark"):
            self.commands[f"theme_{name}"].setChecked(self.settings.theme == name)
