"""Which command does what, and whose signal goes where: the window's parts, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.gui.actions import fill_context_menu
from squeezeviz.gui.panels.panels import PANELS

if TYPE_CHECKING:
    from squeezeviz.gui.main_window import MainWindow


def handlers(window: MainWindow) -> dict[str, Callable[..., object]]:
    """What each command does, by its id."""
    graph, table, parts = window.parts.graph, window.parts.table, window.parts
    themes = {
        f"theme_{name}": lambda _=False, name=name: window.theming.choose(name) for name in ("system", "light", "dark")
    }
    return {
        **window.files.handlers(),
        "export": window.exports.ask,
        "copy_picture": window.exports.copy_picture,
        "copy_svg": window.exports.copy_svg,
        "quit": window.close,
        "undo": window.document.stack.undo,
        "redo": window.document.stack.redo,
        "zoom_in": graph.zoom_in,
        "zoom_out": graph.zoom_out,
        "zoom_reset": graph.zoom_reset,
        "fit": graph.zoom_to_fit,
        "toggle": window.toggle_module,
        "open_all": window.control.open_all,
        "close_all": window.control.close_all,
        "direction": lambda on: window.control.set_direction(Direction.RIGHT if on else Direction.DOWN),
        "focus_table": table.setFocus,
        "focus_graph": graph.setFocus,
        "focus_panel": parts.go_to_explanation,
        "focus_notice": parts.notice.take_keyboard,
        "run": lambda: window.live.run(),
        "repeat": window.measure_repeatedly,
        "live_details": window.show_live_details,
        "live": window.set_live,
        "cancel": window.cancel,
        "shortcuts": window.show_shortcuts,
        "about": window.show_about,
        "find": parts.find.open,
        "find_next": parts.find.find_next,
        "find_previous": parts.find.find_previous,
        "minimap": window.show_minimap,
        "panels": window.show_panels,
        **{name: lambda _=False, name=name: window.panels.bring(name) for name in PANELS},
        **window.depth_help.handlers(),
        **window.costing.handlers(),
        **window.cells.handlers(),
        **window.writing.handlers(),
        **window.compares.handlers(),
        **window.rows.handlers(),
        **themes,
    }


def connect(window: MainWindow) -> None:
    """Hand the parts' signals on."""
    _connect_document(window)
    _connect_live(window)
    _connect_comparison(window)
    _connect_messages(window)
    _connect_views(window)


def _connect_document(window: MainWindow) -> None:
    document, parts = window.document, window.parts
    document.table_changed.connect(window.show_network)
    document.table_changed.connect(window.toast.dismiss)
    document.table_changed.connect(lambda _: QTimer.singleShot(150, window, parts.make_room))
    document.started.connect(lambda: QTimer.singleShot(0, parts.table.fit_columns))
    document.started.connect(parts.notes.open_notes)
    document.started.connect(lambda: QTimer.singleShot(0, parts.fit_heights))
    document.title_changed.connect(window.show_title)
    document.stack.indexChanged.connect(window.enable_steps)


def _connect_live(window: MainWindow) -> None:
    live, parts, bar = window.live, window.parts, window.toolbar
    live.answer_changed.connect(parts.model.set_live)
    live.answer_changed.connect(window.control.show_answer)
    live.answer_changed.connect(window.explaining.set_live)
    live.answer_changed.connect(window.costing.set_live)
    live.answer_changed.connect(window.panels.refresh)
    live.said.connect(window.status.say)
    live.found.connect(window.status.say)
    live.explained.connect(window.explain_live)
    live.progressed.connect(window.status.show_progress)
    window.background.busy.connect(window.show_busy)
    window.files.saving.busy.connect(window.show_busy)
    for source in (window.watch, window.files):
        source.reload_wanted.connect(lambda: window.recovery.reload())
    window.files.done.connect(window.toast.dismiss)
    window.document.title_changed.connect(window.toast.dismiss)
    window.parts.notice.shown.connect(window.toast.dismiss)
    window.watch.elsewhere_wanted.connect(window.files.ask_save)
    window.client.devices_known.connect(window.devices_known)
    bar.device.chosen.connect(window.device_chosen)
    bar.batch.entered.connect(live.set_batch)


def _connect_comparison(window: MainWindow) -> None:
    baseline, parts, commands = window.baseline, window.parts, window.compares
    baseline.changed.connect(parts.model.set_difference)
    baseline.pinned.connect(window.show_difference)
    parts.model.compared.connect(lambda _: QTimer.singleShot(150, window, parts.make_room))
    commands.pinned.connect(lambda: parts.lower.put_in_front("comparison"))
    parts.chip.clicked.connect(lambda: window.panels.bring("comparison"))


def _connect_messages(window: MainWindow) -> None:
    parts, bar = window.parts, window.toolbar
    for source in (
        bar.input, bar.batch, parts.table, parts.editor, window.files, window.exports, window.writing, window.cells,
        window.compares,
    ):  # fmt: skip
        source.refused.connect(window.toast.say)
    window.cells.remarked.connect(window.toast.remark)
    for writer in (window.files, window.exports, window.writing, window.compares):
        writer.done.connect(window.status.say)


def _connect_views(window: MainWindow) -> None:
    parts, bar, rows = window.parts, window.toolbar, window.rows
    bar.input.entered.connect(rows.set_input)
    bar.colour.chosen.connect(window.costing.set_measure)
    for box in (bar.input, bar.batch):
        box.finished.connect(parts.table.setFocus)
    parts.notes.fix_chosen.connect(rows.apply_fix)
    parts.editor.changed.connect(rows.change_fire)
    parts.what_if.clicked.connect(window.commands["what_if"].trigger)
    parts.explain.copied.connect(window.status.say)
    parts.find.chosen.connect(window.go_to)
    parts.table.clear_requested.connect(window.cells.clear)
    parts.table.rows_dragged.connect(rows.drag)
    parts.table.menu_requested.connect(window.selection.open_menu)
    parts.graph.context_menu_requested.connect(lambda _, point: window.selection.open_menu(point))
    parts.graph.edge_selected.connect(window.selection.choose_edge)
    parts.graph.command_requested.connect(lambda name: window.commands[name].trigger())
    window.selection.menu_wanted.connect(lambda menu: fill_context_menu(window, menu))
    window.selection.changed.connect(window.enable)
    window.theming.changed.connect(window.show_style)
    window.costing.changed.connect(window.show_costing)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.focusChanged.connect(window.show_focus)
