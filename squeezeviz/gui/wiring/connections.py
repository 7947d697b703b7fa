"""Whose signal goes where, and the order in which a change reaches the parts of a window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication

from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.panels import TALL_PANELS
from squeezeviz.gui.parts import Parts
from squeezeviz.gui.session import Session, Step
from squeezeviz.gui.wiring.shown import (
    answer_first,
    enable_steps,
    make_room_soon,
    name_picture,
    open_notes,
    reveal_pane,
    show_arithmetic,
    show_beside,
    show_bypass,
    show_costing,
    show_difference,
    show_pictures,
    show_style,
)  # fmt: skip
from squeezeviz.model.layers import Bypass


def road_of_a_change(window: MainWindow) -> tuple[Sequence[Step], Sequence[Step]]:
    """The steps that every change of the document takes through session and parts, in their order."""
    session, parts, live = window.session, window.parts, window.session.live
    at_once = (
        live.follow,  # first, so that the worker computes while the window paints
        parts.model.show_network,
        session.baseline.follow,  # after the table, which shows beside its cells what differs
        lambda network: parts.toolbar.input.line.show_value(network.table.input),
        lambda _: name_picture(session, parts),
        lambda network: parts.notes.show_notes(network, session.document.remarks),
        parts.status.show_totals,
        lambda network: parts.find.tell(lambda bar: bar.set_network(network)),
        parts.toast.dismiss,
        parts.status.dismiss,
        lambda _: make_room_soon(window),
        parts.depth_help.follow,
        lambda _: parts.recovery.tell(lambda recovery: recovery.follow()),
        lambda network: answer_first(window, network),
    )
    once_painted = (
        lambda network: answer_first(window, network),
        parts.control.show_network,
        session.selection.follow,  # after the diagram, in which it selects; the explanation goes with it
        live.show_beside,
        session.costing.show_network,
        lambda _: parts.costs.tell(lambda costs: costs.refresh()),
        lambda _: show_difference(session, parts),
    )
    return at_once, once_painted


def connect(window: MainWindow) -> None:
    """Connect the parts and the session. What reaches several parts does so in the order that stands here."""
    session, parts = window.session, window.parts
    _connect_document(window, session, parts)
    _connect_selection(session, parts)
    _connect_live(session, parts)
    _connect_messages(session, parts)
    _connect_views(window, session, parts)
    session.pictures.changed.connect(lambda: show_pictures(session, parts))
    _connect_menus(window, parts)


def _connect_document(window: MainWindow, session: Session, parts: Parts) -> None:
    document, layout = session.document, parts.layout
    for begin in (
        session.live.forget,
        session.pictures.begin_anew,
        session.selection.start,
        parts.control.start,
        parts.watch.forget,
        lambda: QTimer.singleShot(0, parts.table.columns.fit),
        parts.notes.open_notes,
        lambda: QTimer.singleShot(0, layout.fit_heights),
        parts.depth_help.begin_anew,
        lambda: session.following.tell(lambda following: following.leave()),
        lambda: parts.recovery.tell(lambda recovery: recovery.begin_anew()),
    ):
        document.started.connect(begin)
    document.revisited.connect(session.selection.reveal_step)
    document.title_changed.connect(window.show_title)
    document.title_changed.connect(parts.toast.dismiss)
    document.title_changed.connect(lambda: parts.recovery.tell(lambda recovery: recovery.follow_title()))
    document.stack.indexChanged.connect(lambda _: enable_steps(session, parts))


def _connect_selection(session: Session, parts: Parts) -> None:
    selection, table, graph = session.selection, parts.table, parts.graph
    selection.line_dropped.connect(lambda: graph.select_edge(None))
    selection.key_wanted.connect(graph.select)
    selection.modules_wanted.connect(graph.mark)
    selection.parts_wanted.connect(graph.mark_parts)
    selection.rows_wanted.connect(table.select_layers)
    selection.cell_wanted.connect(table.select_cell)
    table.cells_selected.connect(selection.take_cells)
    table.row_toggled.connect(selection.toggle)
    graph.selection_changed.connect(selection.take_key)
    graph.module_toggled.connect(selection.toggle_key)
    graph.extended.connect(selection.extend_to)
    graph.modules_selected.connect(selection.choose_keys)
    graph.edge_selected.connect(selection.choose_edge)
    selection.changed.connect(parts.explaining.show)
    selection.changed.connect(lambda: show_bypass(parts))
    for kind in Bypass:
        parts.commands[f"bypass_{kind}"].triggered.connect(lambda: show_bypass(parts))
    selection.changed.connect(parts.depth_help.follow_selection)


def _connect_live(session: Session, parts: Parts) -> None:
    live, status, bar = session.live, parts.status, parts.toolbar

    def mark_boxes() -> None:
        parts.control.show_answer(live.answer)

    for show in (
        parts.model.set_live,
        lambda _: parts.soon.ask(mark_boxes),
        lambda _: parts.soon.ask(parts.explaining.explain),
        session.costing.show_answer,
        lambda _: parts.early.ask(parts.panels.refresh),
        parts.depth_help.follow,
    ):
        live.answer_changed.connect(show)
    live.answer_changed.connect(session.pictures.follow_answer)
    live.answer_changed.connect(lambda answer: session.following.tell(lambda each: each.follow_answer(answer)))
    live.said.connect(status.say)
    live.explained.connect(status.explain)
    live.explained.connect(lambda details: parts.commands.enable(live_details=bool(details)))
    live.progressed.connect(status.show_progress)
    session.client.devices_known.connect(lambda devices: parts.live.show_devices(bar.device, devices))
    bar.device.chosen.connect(parts.live.choose_device)
    bar.batch.entered.connect(live.set_batch)
    bar.batch.entered.connect(parts.toast.dismiss)
    live.arithmetic_changed.connect(lambda: show_arithmetic(parts, live))


def _connect_messages(session: Session, parts: Parts) -> None:
    files, saving, bar, toast = parts.files, parts.files.saving, parts.toolbar, parts.toast
    for source in (
        bar.input.line, bar.batch, parts.table, parts.rows, parts.cells, parts.explaining.editor, parts.compares,
        files, parts.exports,
    ):  # fmt: skip
        source.refused.connect(toast.say)
    toast.said.connect(parts.status.dismiss)  # or the last success would seem to be of what was refused
    parts.cells.remarked.connect(toast.remark)
    parts.cells.done.connect(parts.status.tell)
    for writer in (files, parts.exports, parts.compares):
        writer.done.connect(parts.status.tell)
    parts.explaining.panel.copied.connect(parts.status.tell)
    for looked in (session.selection.changed, parts.panels.fronted, parts.control.options_changed):
        looked.connect(parts.status.give_way)
    for measuring in ("run", "repeat"):
        parts.commands[measuring].triggered.connect(parts.status.dismiss)
    for busy in (session.background.busy, saving.busy):
        busy.connect(parts.show_busy)
    for acted in (files.done, parts.exports.done, parts.compares.done, session.baseline.pinned):
        acted.connect(toast.dismiss)
    parts.notice.shown.connect(toast.dismiss)
    parts.notice.closed.connect(parts.watch.close_notice)
    saving.saved.connect(parts.watch.forget)
    saving.busy.connect(parts.watch.save_begins)
    for reloader in (parts.watch, files):
        reloader.reload_wanted.connect(lambda: parts.recovery().reload())
    parts.watch.elsewhere_wanted.connect(files.ask_save)


def _connect_views(window: MainWindow, session: Session, parts: Parts) -> None:
    bar, rows, layout, explaining = parts.toolbar, parts.rows, parts.layout, parts.explaining
    bar.input.line.entered.connect(rows.set_input)
    bar.input.typing_wanted.connect(parts.table.edit_input)
    bar.colour.chosen.connect(session.costing.set_measure)
    for box in (bar.input.line, bar.batch):
        box.finished.connect(parts.table.setFocus)
    parts.table.clear_requested.connect(parts.cells.clear)
    parts.table.rows_dragged.connect(rows.drag)
    parts.graph.modules_dropped.connect(rows.drop)
    parts.graph.hinted.connect(parts.status.tell)
    parts.model.compared.connect(lambda _: make_room_soon(window))
    parts.graph.command_requested.connect(lambda name: parts.commands[name].trigger())
    parts.graph.toggle_requested.connect(parts.control.toggle)
    parts.control.options_changed.connect(lambda options: layout.turn_beside(options.direction))
    parts.control.options_changed.connect(
        lambda options: parts.commands.check(
            direction=options.direction is Direction.RIGHT, wrapped=parts.control.wrapped, **layout.panes
        )
    )
    parts.control.options_changed.connect(lambda _: answer_first(window, session.document.network))
    parts.notes.fix_chosen.connect(rows.apply_fix)
    parts.notes.hidden.connect(layout.table_card.show_hidden_notes)
    parts.notes.hidden.connect(lambda _: layout.follow_notes())
    layout.table_card.notes_chip.clicked.connect(lambda: open_notes(parts))
    layout.table_card.chip.clicked.connect(lambda: parts.panels.bring("comparison"))
    layout.splitter.splitterMoved.connect(parts.depth_help.follow)
    parts.panels.fronted.connect(lambda name: layout.give_panels(tall=name in TALL_PANELS))
    parts.panels.brought.connect(lambda: parts.commands.check(panels=True))
    parts.panels.brought.connect(lambda: reveal_pane(window, "table_pane"))
    explaining.editor.changed.connect(rows.change_layer)
    explaining.what_if.clicked.connect(parts.commands["what_if"].trigger)
    session.baseline.changed.connect(parts.model.set_difference)
    session.baseline.pinned.connect(lambda: show_difference(session, parts))
    session.baseline.pinned.connect(lambda: show_beside(window))
    session.baseline.swapped.connect(session.pictures.begin_anew)
    parts.compares.pinned.connect(lambda: parts.panels.put_in_front("comparison"))
    session.costing.coloured.connect(lambda heat, _: parts.control.show_heat(heat))
    session.costing.coloured.connect(lambda _, shares: parts.model.set_heat(shares))
    session.costing.changed.connect(lambda: show_costing(session, parts))
    parts.theming.changed.connect(lambda style: show_style(session, parts, style))
    parts.theming.restyled.connect(window.answer_first)
    parts.theming.changed.connect(window.answer_first)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.focusChanged.connect(window.show_focus)


def _connect_menus(window: MainWindow, parts: Parts) -> None:
    """Have the menus opened that are asked for; what fills them is loaded by the first one."""

    def open_at(point: QPoint, *, of_table: bool = False) -> None:
        from squeezeviz.gui.wiring.menus import open_menu

        open_menu(window, parts, point, of_table=of_table)

    def open_pictures() -> None:
        from squeezeviz.gui.wiring.menus import open_picture_menu

        open_picture_menu(window, parts)

    parts.table.menu_requested.connect(lambda point: open_at(point, of_table=True))
    parts.graph.context_menu_requested.connect(lambda _, point: open_at(point))
    parts.picture_button.menu_wanted.connect(open_pictures)
