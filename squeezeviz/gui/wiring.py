"""Which command does what, whose signal goes where, and the order in which a change reaches the parts of a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from squeezeviz.analysis.arithmetic import MemoryFormat, Precision
from squeezeviz.analysis.costs import Measure
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.gui.actions import Actions, fill_cell_menu, fill_ground_menu, fill_layer_menu, fill_line_menu
from squeezeviz.gui.commands import COMMANDS, OF_A_PANE, PREPARATIONS, TRAINED
from squeezeviz.gui.files.opening import fill_late
from squeezeviz.gui.layout import PANES
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.panels import PANELS, TALL_PANELS
from squeezeviz.gui.parts import Parts
from squeezeviz.gui.session import Changes, Session, Step
from squeezeviz.gui.settings import REOPENS
from squeezeviz.gui.widgets.first_paint import Late, after_first_paint
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.layers import Bypass

_SOON_MS = 150
_OF_A_BASELINE = ("swap", "unpin", "copy_comparison", "export_comparison", "copy_comparison_picture")
"""The commands that need one."""
_BESIDE = "beside"
"""The flag that the baseline's diagram stands beside the open one."""
_MANY = 50
"""With more layers than these a change takes so long that keys are answered before it is painted."""


def build_window(session: Session) -> MainWindow:
    """A window on what is open in a session; it is not shown yet, and no live pass runs."""
    window = MainWindow(session)
    _bring_panes(window)  # first, so that a pane is there when something is done in it
    window.parts.commands.connect(handlers(window))
    _make_menu_bar(session, window.parts)
    at_once, once_painted = road_of_a_change(window)
    Changes(session.document, at_once, once_painted, window)
    connect(window)
    show_all(window)
    return window


def _make_menu_bar(session: Session, parts: Parts) -> None:
    """Make the menu bar, whose menus are filled once the window has been seen, or when one is opened before."""
    menus = parts.commands.menu_bar()
    filled = Late(lambda: _fill_menus(session, parts, menus))
    for menu in menus.values():
        menu.aboutToShow.connect(filled)
    menus["Edit"].aboutToShow.connect(lambda: parts.commands.name_steps(session.document.stack))
    after_first_paint(parts.graph.viewport(), filled)
    parts.layout.table_card.add_buttons(
        parts.commands[name] for name in ("duplicate", "move_up", "move_down", "delete")
    )


def _fill_menus(session: Session, parts: Parts, menus: dict[str, QMenu]) -> dict[str, QMenu]:
    """Put every command into its menu, and make the menus that are filled when they are opened."""
    commands = parts.commands
    commands.fill(menus)
    for command in COMMANDS:
        commands[command.id].triggered.connect(parts.status.give_way)
    file = menus["File"]
    recent, presets, recover = (file.addMenu(title) for title in ("Open Recent", "Presets", "Recover"))
    for menu in (presets, menus["File>Trained Weights"], recent, recover):
        file.removeAction(menu.menuAction())
        file.insertMenu(commands["save"], menu)
    recent.aboutToShow.connect(lambda: parts.files.fill_recent(recent))
    recover.aboutToShow.connect(lambda: parts.recovery().fill_menu(recover))
    fill_late(presets, "Open the preset", parts.files.open)
    menus["File>Trained Weights"].aboutToShow.connect(lambda: _name_trained(commands))
    against = QMenu("With a Preset", menus["Compare"])
    menus["Compare"].insertMenu(commands["compare_file"], against)
    fill_late(against, "Show what differs from the preset", parts.compares.compare_with)
    columns = QMenu("Table Columns", menus["View"])
    columns.addActions(parts.table.columns.actions())
    menus["View"].insertMenu(commands["panels"], columns)
    return menus


def _name_trained(commands: Actions) -> None:
    """Say in the menu which trained weights are here, and how large those are that are fetched first."""
    from squeezeviz.files.weights.trained import trained_weights
    from squeezeviz.model.wording import readable_bytes

    for each, title in TRAINED.items():
        weights = trained_weights(each)
        if not weights.built_in:
            where = "Here" if weights.here else f"Fetch, {readable_bytes(weights.bytes)}"
            commands[f"trained_{each}"].setText(f"{title} ({where})")


def _make_room_soon(window: MainWindow) -> None:
    # Of a bound method, unlike a lambda, PySide would keep a note for good each time.
    QTimer.singleShot(_SOON_MS, window, lambda: window.parts.layout.make_room())


def road_of_a_change(window: MainWindow) -> tuple[Sequence[Step], Sequence[Step]]:
    """The steps that every change of the document takes through session and parts, in their order."""
    session, parts, live = window.session, window.parts, window.session.live
    at_once = (
        live.follow,  # first, so that the worker computes while the window paints
        parts.model.show_network,
        session.baseline.follow,  # after the table, which shows beside its cells what differs
        lambda network: parts.toolbar.input.line.show_value(network.table.input),
        lambda _: _name_picture(session, parts),
        lambda network: parts.notes.show_notes(network, session.document.remarks),
        parts.status.show_totals,
        lambda network: parts.find.tell(lambda bar: bar.set_network(network)),
        parts.toast.dismiss,
        parts.status.dismiss,
        lambda _: _make_room_soon(window),
        parts.depth_help.follow,
        lambda _: parts.recovery.tell(lambda recovery: recovery.follow()),
    )
    once_painted = (
        lambda network: _answer_first(window, network),
        parts.control.show_network,
        session.selection.follow,  # after the diagram, in which it selects; the explanation goes with it
        live.show_beside,
        session.costing.show_network,
        lambda _: parts.cost_window.tell(lambda costs: parts.early.ask(costs.refresh)),
        lambda _: _show_difference(session, parts),
    )
    return at_once, once_painted


def _bring_panes(window: MainWindow) -> None:
    """Have commands show the pane that they do something in, where it is hidden."""
    for pane, names in OF_A_PANE.items():
        for name in names:
            window.parts.commands[name].triggered.connect(lambda _=False, pane=pane: _reveal_pane(window, pane))


def handlers(window: MainWindow) -> dict[str, Callable[..., object]]:
    """What each command does, by its id."""
    session, parts = window.session, window.parts
    return {
        **parts.files.handlers(),
        **parts.live.handlers(),
        **parts.exports.handlers(),
        **parts.rows.handlers(),
        **parts.cells.handlers(),
        **parts.compares.handlers(),
        "export_maps": lambda: _export_maps(parts),
        "open_picture": lambda: parts.pictures().ask_open(),
        "example_picture": lambda: parts.pictures().open_example(),
        "no_picture": session.pictures.close,
        "labels": lambda: parts.pictures().ask_labels(),
        **{f"prepare_{each}": lambda _=False, each=each: parts.pictures().prepare(each) for each in PREPARATIONS},
        **parts.depth_help.handlers(),
        **session.costing.handlers(),
        "beside": lambda on: _choose_beside(window, on),
        "cost_window": lambda: _open_costs(parts),
        "export_costs": lambda: parts.exports.export_picture(parts.costs_picture()),
        "copy_costs_picture": lambda: parts.exports.copy_picture(parts.costs_picture()),
        "copy_costs": lambda: _copy_costs(parts),
        "export_comparison": lambda: parts.exports.export_picture(parts.compared_picture()),
        "copy_comparison_picture": lambda: parts.exports.copy_picture(parts.compared_picture()),
        **_diagram_handlers(session, parts),
        "paste": lambda: _paste(parts),
        "quit": window.close,
        "undo": session.document.stack.undo,
        "redo": session.document.stack.redo,
        "toggle": lambda: _toggle_module(session, parts),
        **_pane_handlers(window, parts),
        "focus_notice": lambda: _go_to_notice(parts),
        "cancel": lambda: _cancel(session, parts),
        "palette": lambda: parts.palette().open(),
        "present": lambda: parts.presentation().present(),
        "shortcuts": lambda: _show_shortcuts(window),
        "about": lambda: _show_about(window),
        "panels": lambda on: _show_panels(session, parts, on),
        **{name: lambda _=False, name=name: parts.panels.bring(name) for name in PANELS},
        **{f"trained_{each}": lambda _=False, each=each: parts.trained().open(each) for each in TRAINED},
        **{
            f"theme_{name}": lambda _=False, name=name: parts.theming.choose(name)
            for name in ("system", "light", "dark")
        },
    }


def _pane_handlers(window: MainWindow, parts: Parts) -> dict[str, Callable[..., object]]:
    def go_to(name: str, focus: Callable[[], object]) -> None:
        _reveal_pane(window, name)
        focus()

    def step(by: Callable[[], object]) -> None:
        by()
        if not parts.find().isHidden():
            _reveal_pane(window, "diagram_pane")

    def follow() -> None:
        parts.following().start()
        if window.session.following().at is not None:
            go_to("explanation_pane", parts.layout.go_to_explanation)
            parts.following().panel.setFocus()

    return {
        "find": lambda: go_to("diagram_pane", parts.find().open),
        "find_next": lambda: step(parts.find().find_next),
        "find_previous": lambda: step(parts.find().find_previous),
        "follow_value": follow,
        "focus_table": lambda: go_to("table_pane", parts.table.setFocus),
        "focus_graph": lambda: go_to("diagram_pane", parts.graph.setFocus),
        "focus_panel": lambda: go_to("explanation_pane", parts.layout.go_to_explanation),
        "diagram_alone": lambda on: _show_diagram_alone(window, parts, on),
        **{name: lambda on, name=name: _show_pane(window, name, on) for name in PANES},
    }


def _show_pane(window: MainWindow, name: str, shown: bool) -> None:
    layout = window.parts.layout
    layout.show_pane(name, shown)
    window.session.settings.set_plain("panes", layout.chosen_panes)
    window.parts.commands.check(**layout.panes)


def _reveal_pane(window: MainWindow, name: str) -> None:
    """Show a pane that a person goes to, unless it is there."""
    layout = window.parts.layout
    if layout.alone and name != "diagram_pane":
        _show_diagram_alone(window, window.parts, False)
    if not layout.panes[name]:
        _show_pane(window, name, True)


def _show_diagram_alone(window: MainWindow, parts: Parts, on: bool) -> None:
    """Give the diagram the whole screen, or take it back."""
    parts.commands.check(diagram_alone=on)
    for bar in (window.menuBar(), parts.toolbar, parts.status):
        bar.setVisible(not on)
    parts.layout.show_alone(on)
    parts.graph.set_alone(on)
    full = Qt.WindowState.WindowFullScreen
    window.setWindowState(window.windowState() | full if on else window.windowState() & ~full)
    if on:
        parts.graph.setFocus()


def _diagram_handlers(session: Session, parts: Parts) -> dict[str, Callable[..., object]]:
    graph, control = parts.graph, parts.control
    return {
        "zoom_in": graph.zoom_in,
        "zoom_out": graph.zoom_out,
        "zoom_reset": graph.zoom_reset,
        "fit": graph.zoom_to_fit,
        "zoom_width": graph.zoom_to_width,
        "zoom_selection": graph.zoom_to_selection,
        "open_all": control.open_all,
        "close_all": control.close_all,
        "direction": lambda on: control.set_direction(Direction.RIGHT if on else Direction.DOWN),
        "wrapped": control.set_wrapped,
        "minimap": lambda on: _show_minimap(session, parts, on),
        "diagram_maps": lambda on: _show_diagram_maps(session, parts, on),
        "line_means": lambda on: _show_line_means(session, parts, on),
    }


def connect(window: MainWindow) -> None:
    """Connect the parts and the session. What reaches several parts does so in the order that stands here."""
    session, parts = window.session, window.parts
    _connect_document(window, session, parts)
    _connect_selection(window, session, parts)
    _connect_live(session, parts)
    _connect_messages(session, parts)
    _connect_views(window, session, parts)
    _connect_pictures(window, session, parts)


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
    document.stack.indexChanged.connect(lambda _: _enable_steps(session, parts))


def _connect_selection(window: MainWindow, session: Session, parts: Parts) -> None:
    selection, table, graph = session.selection, parts.table, parts.graph
    selection.line_dropped.connect(lambda: graph.select_edge(None))
    selection.key_wanted.connect(graph.select)
    selection.modules_wanted.connect(graph.mark)
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
    selection.changed.connect(lambda: _show_bypass(parts))
    for kind in Bypass:
        parts.commands[f"bypass_{kind}"].triggered.connect(lambda: _show_bypass(parts))
    selection.changed.connect(parts.depth_help.follow_selection)
    table.menu_requested.connect(lambda point: _open_menu(window, parts, point, of_table=True))
    graph.context_menu_requested.connect(lambda _, point: _open_menu(window, parts, point))


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
    live.arithmetic_changed.connect(lambda: _show_arithmetic(parts, live))


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
    files.done.connect(toast.dismiss)
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
    parts.model.compared.connect(lambda _: _make_room_soon(window))
    parts.graph.command_requested.connect(lambda name: parts.commands[name].trigger())
    parts.graph.toggle_requested.connect(parts.control.toggle)
    parts.control.options_changed.connect(
        lambda options: parts.commands.check(
            direction=options.direction is Direction.RIGHT, wrapped=parts.control.wrapped
        )
    )
    parts.control.options_changed.connect(lambda options: layout.turn_beside(options.direction))
    parts.control.options_changed.connect(lambda _: _answer_first(window, session.document.network))
    parts.notes.fix_chosen.connect(rows.apply_fix)
    parts.notes.hidden.connect(layout.table_card.show_hidden_notes)
    parts.notes.hidden.connect(lambda _: layout.follow_notes())
    layout.table_card.notes_chip.clicked.connect(lambda: _open_notes(parts))
    layout.table_card.chip.clicked.connect(lambda: parts.panels.bring("comparison"))
    layout.splitter.splitterMoved.connect(parts.depth_help.follow)
    parts.panels.fronted.connect(lambda name: layout.give_panels(tall=name in TALL_PANELS))
    parts.panels.brought.connect(lambda: parts.commands.check(panels=True))
    parts.panels.brought.connect(lambda: _reveal_pane(window, "table_pane"))
    explaining.editor.changed.connect(rows.change_layer)
    explaining.what_if.clicked.connect(parts.commands["what_if"].trigger)
    session.baseline.changed.connect(parts.model.set_difference)
    session.baseline.pinned.connect(lambda: _show_difference(session, parts))
    session.baseline.pinned.connect(lambda: _show_beside(window))
    session.baseline.swapped.connect(session.pictures.begin_anew)
    parts.compares.pinned.connect(lambda: parts.panels.put_in_front("comparison"))
    session.costing.coloured.connect(lambda heat, _: parts.control.show_heat(heat))
    session.costing.coloured.connect(lambda _, shares: parts.model.set_heat(shares))
    session.costing.changed.connect(lambda: _show_costing(session, parts))
    parts.theming.changed.connect(lambda style: _show_style(session, parts, style))
    parts.theming.restyled.connect(window.answer_first)
    parts.theming.changed.connect(window.answer_first)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.focusChanged.connect(window.show_focus)


def _connect_pictures(window: MainWindow, session: Session, parts: Parts) -> None:
    session.pictures.changed.connect(lambda: _show_pictures(session, parts))
    parts.picture_button.menu_wanted.connect(lambda: _open_picture_menu(window, parts))


def show_all(window: MainWindow) -> None:
    """Show what is open for the first time."""
    session, parts = window.session, window.parts
    settings, network = session.settings, session.document.network
    parts.theming.apply()
    session.selection.follow(network)
    parts.toolbar.input.line.show_value(network.table.input)
    parts.notes.show_notes(network, session.document.remarks)
    window.show_title()
    _enable_steps(session, parts)
    parts.commands.enable(live_details=False)
    _show_difference(session, parts)
    _show_costing(session, parts)
    minimap, panels = settings.flag("minimap"), settings.flag("panels")
    parts.graph.set_minimap_visible(minimap)
    parts.panels.setVisible(panels)
    parts.layout.restore_panes(settings.plain("panes"))
    parts.commands.check(**parts.layout.panes)
    parts.commands.check(minimap=minimap, panels=panels, reopen_last=settings.flag(REOPENS), prepare_fitting=True)
    parts.commands.enable(no_picture=False)
    parts.live.restore_arithmetic()
    # The bar's height is the style sheet's from the first: all that is above it would be laid out twice.
    QCoreApplication.sendPostedEvents(parts.status, QEvent.Type.LayoutRequest.value)
    window.restore()
    after_first_paint(parts.graph.viewport(), lambda: _restore_diagram_maps(session, parts))


# What takes more than one part


def _answer_first(window: MainWindow, network: ResolvedNetwork) -> None:
    """Paint a change of many layers in a turn of its own; the ticks of a drag are painted at once."""
    if len(network.table.layers) > _MANY and not window.document.dragging:
        window.answer_first()


def _show_difference(session: Session, parts: Parts) -> None:
    """What differs from the pinned state; the table itself is told by the baseline."""
    title, difference = session.baseline.title, session.baseline.difference
    parts.layout.table_card.show_baseline(title)
    parts.control.show_difference(difference)
    parts.commands.enable(**dict.fromkeys(_OF_A_BASELINE, bool(title)))
    _refresh_panel(parts)


def _open_costs(parts: Parts) -> None:
    costs = parts.cost_window()
    costs.show()
    costs.raise_()
    costs.activateWindow()
    costs.table.setFocus()


def _copy_costs(parts: Parts) -> None:
    """Put the numbers on the clipboard, as a spreadsheet takes them."""
    from squeezeviz.analysis.costs import costs_table
    from squeezeviz.files.clipboard.pasting import named_rows_text

    shown = parts.costs_now()
    rows = costs_table(shown.found, shown.measure, shown.conventions)
    QGuiApplication.clipboard().setText(named_rows_text(rows))
    parts.status.tell("Copied the costs as a table.")


def _choose_beside(window: MainWindow, on: bool) -> None:
    """Show the baseline's diagram beside the open one, or no longer; where nothing is pinned, ask for a baseline."""
    session, parts = window.session, window.parts
    session.settings.set_flag(_BESIDE, on)
    if on:
        _reveal_pane(window, "diagram_pane")
    if on and session.baseline.network is None:
        parts.commands.check(beside=False)
        parts.compares.choose()
    else:
        _show_beside(window)


def _show_beside(window: MainWindow) -> None:
    """Show what is pinned beside the open network, where that is wanted and something is."""
    session, parts = window.session, window.parts
    shown = session.baseline.network is not None and session.settings.flag(_BESIDE, usual=False)
    parts.commands.check(beside=shown)
    if not shown and parts.control.beside is None:
        return
    made = parts.beside.made is not None
    beside = parts.beside()
    if not made:
        beside.view.context_menu_requested.connect(lambda _, point: _open_baseline_menu(window, point))
    if shown is (parts.control.beside is None):
        beside.begin() if shown else beside.end()
        parts.layout.turn_beside(parts.control.direction)
        parts.layout.show_beside(beside.view, shown=shown)
        parts.commands.check(**parts.layout.panes)
    alone_before = parts.control.beside is None
    parts.control.show_beside(beside if shown else None)
    if shown and alone_before:  # each has half of the room: all that was seen across should be seen again
        parts.graph.zoom_to_fit() if parts.control.wrapped else parts.graph.zoom_to_width()


def _open_baseline_menu(window: MainWindow, point: QPoint) -> None:
    menu = QMenu(window)
    for name in ("swap", "beside", "export_comparison", "copy_comparison_picture", "copy_comparison", "unpin"):
        menu.addAction(window.parts.commands[name])
    menu.exec(point)
    menu.deleteLater()


def _refresh_panel(parts: Parts) -> None:
    """Bring the panel in front up to date. A window that opens makes it once its network has been painted."""
    if parts.panels.front:
        parts.early.ask(parts.panels.refresh)


def _show_costing(session: Session, parts: Parts) -> None:
    """What is coloured by, and the conventions, where they are chosen and said."""
    chosen, measure = session.costing.conventions, session.costing.measure
    parts.commands.check(flops=chosen.flops, decimal_sizes=chosen.decimal_sizes, count_bias=chosen.count_bias)
    parts.commands.check(**{f"colour_{each}": each is measure for each in Measure})
    parts.toolbar.colour.show_measure(measure)
    parts.status.set_conventions(chosen)
    parts.status.show_totals(session.document.network)
    _refresh_panel(parts)


def _name_picture(session: Session, parts: Parts) -> None:
    """Say on the toolbar what passes run on."""
    pictures = session.pictures
    shown = pictures.picture
    if shown is None:
        parts.picture_button.show_nothing()
        return
    hint, taken, count = pictures.hint, session.document.table.input, len(pictures.pictures)
    name = shown.retained.name if count == 1 else f"{shown.retained.name} · {pictures.current + 1} of {count}"
    prepared = hint.preprocessing.title if hint is not None else "prepared as a test picture tells"
    parts.picture_button.show_picture(name, f"{prepared}, {taken.width} × {taken.height}", shown.image)


def _show_pictures(session: Session, parts: Parts) -> None:
    """Say what is open wherever it is said: other pictures are another batch too."""
    session.following.tell(lambda following: following.look_at(session.pictures.current))
    shown, box = bool(session.pictures.pictures), parts.toolbar.batch
    _name_picture(session, parts)
    parts.commands.enable(no_picture=shown)
    parts.commands.check(**{f"prepare_{each}": each == session.pictures.preparation for each in PREPARATIONS})
    box.show_value(session.live.batch)
    box.setEnabled(not shown)
    box.setToolTip("Images in one pass: as many as there are pictures" if shown else "Images in one pass")
    _refresh_panel(parts)


def _open_picture_menu(window: MainWindow, parts: Parts) -> None:
    button, menu = parts.picture_button, QMenu(window)
    parts.pictures().fill_menu(menu, parts.commands)
    menu.exec(button.mapToGlobal(button.rect().bottomLeft()))
    menu.deleteLater()


def _paste(parts: Parts) -> None:
    """Paste cells, or a picture where the clipboard holds nothing else."""
    data = QGuiApplication.clipboard().mimeData()
    if not (data and (data.hasImage() or data.hasUrls()) and parts.pictures().take(data)):
        parts.cells.paste()


def _show_arithmetic(parts: Parts, live: LiveControl) -> None:
    chosen = live.chosen_arithmetic
    parts.toolbar.device.show_arithmetic(chosen, live.device)
    parts.commands.check(**{f"precision_{each}": each is chosen.precision for each in Precision})
    parts.commands.check(**{f"memory_format_{each}": each is chosen.memory_format for each in MemoryFormat})


def _show_style(session: Session, parts: Parts, style: Style) -> None:
    parts.control.set_theme(style.theme)
    parts.strips.tell(lambda strips: strips.set_theme(style.theme))
    for part in (parts.table, parts.layout.table_card, parts.explaining, parts.panels, parts.depth_help):
        part.set_style(style)
    parts.following.tell(lambda control: control.set_style(style))
    parts.palette.tell(lambda palette: palette.set_style(style))
    parts.cost_window.tell(lambda costs: costs.set_style(style))
    parts.presentation.tell(lambda presentation: presentation.set_style(style))
    parts.commands.draw_icons(style)
    chosen = session.settings.theme
    parts.commands.check(**{f"theme_{name}": chosen == name for name in ("system", "light", "dark")})


def _show_minimap(session: Session, parts: Parts, on: bool) -> None:
    session.settings.set_flag("minimap", on)
    parts.graph.set_minimap_visible(on)


def _export_maps(parts: Parts) -> None:
    """Export the maps of the panel, which is in front then, so that a person sees which they are."""
    from squeezeviz.gui.maps.panel import FeatureMapsPanel

    parts.panels.put_in_front("feature_maps")
    panel = parts.panels.panel("feature_maps")
    assert isinstance(panel, FeatureMapsPanel)
    panel.export()


def _show_diagram_maps(session: Session, parts: Parts, on: bool) -> None:
    """Show feature maps in the boxes of the diagram, for which passes keep them."""
    from squeezeviz.figure.theme.look import STRIP

    session.settings.set_flag("diagram_maps", on)
    parts.control.set_strips(STRIP if on else None)
    parts.graph.set_strips(parts.strips() if on else None)
    session.live.want_maps("diagram", on)
    parts.commands.enable(line_means=on)
    _show_line_means(session, parts, session.settings.flag("line_means", usual=False))


def _show_line_means(session: Session, parts: Parts, on: bool) -> None:
    """Draw lines as wide as the mean of what flows along them, while feature maps are on the diagram."""
    session.settings.set_flag("line_means", on)
    parts.commands.check(line_means=on)
    shown = on and session.settings.flag("diagram_maps", usual=False)
    if shown or parts.activations.made is not None:
        parts.activations().show(shown)


def _restore_diagram_maps(session: Session, parts: Parts) -> None:
    parts.commands.enable(line_means=False)
    if session.settings.flag("diagram_maps", usual=False):
        parts.commands.check(diagram_maps=True)
        _show_diagram_maps(session, parts, True)


def _show_panels(session: Session, parts: Parts, on: bool) -> None:
    session.settings.set_flag("panels", on)
    parts.panels.setVisible(on)
    parts.panels.refresh()


def _enable_steps(session: Session, parts: Parts) -> None:
    stack = session.document.stack
    parts.commands.enable(undo=stack.canUndo(), redo=stack.canRedo())


def _toggle_module(session: Session, parts: Parts) -> None:
    """Open the selected Fire modules, or close them where all of them are open."""
    fires = {fire.name for fire in parts.rows.fires()}
    if fires:
        parts.control.set_open(fires, bool(fires & parts.control.options.collapsed))
    else:
        parts.toast.say("Only a Fire module opens: select one first.")


def _show_bypass(parts: Parts) -> None:
    """Check the bypass that all selected Fire modules have."""
    kinds = {fire.bypass for fire in parts.rows.fires()}
    parts.commands.check(**{f"bypass_{kind}": kinds == {kind} for kind in Bypass})


def _open_notes(parts: Parts) -> None:
    parts.notes.open_notes()
    parts.layout.fit_heights()


def _open_menu(window: MainWindow, parts: Parts, point: QPoint, *, of_table: bool = False) -> None:
    """The menu of what can be done with what is selected."""
    menu, selection = QMenu(window), window.session.selection
    if selection.rows():
        fill_layer_menu(menu, parts.commands, fires=bool(parts.rows.fires()))
    elif selection.edge() is not None:
        fill_line_menu(menu, parts.commands, between=selection.gap() is not None)
    elif of_table:
        fill_cell_menu(menu, parts.commands)
    else:
        fill_ground_menu(menu, parts.commands)
    menu.exec(point)
    menu.deleteLater()


def _go_to_notice(parts: Parts) -> None:
    if parts.notice.keys:
        parts.notice.take_keyboard()
    else:
        parts.toast.say("No notice waits for an answer.")


def _cancel(session: Session, parts: Parts) -> None:
    """Esc: end what a person is most likely to mean."""
    if parts.toast.isVisible():
        parts.toast.dismiss()
        return
    if not session.live.running and (parts.depth_help.leave() or _stop_following(session)):
        return
    if not session.live.running and parts.layout.alone:
        parts.commands["diagram_alone"].trigger()
        return
    # The status bar shows a save before anything else that is done in the background.
    if parts.files.saving.cancel():
        return
    if cancelled := session.background.cancel():
        parts.status.tell(" ".join(f"{title.removesuffix('…')} was cancelled." for title in cancelled))
    elif parts.trained.made is not None and (fetched := parts.trained.made.cancel()):
        parts.status.tell(f"Fetching {fetched} was cancelled.")
    else:
        session.live.cancel()


def _stop_following(session: Session) -> bool:
    return session.following.made is not None and session.following.made.leave()


def _show_shortcuts(window: MainWindow) -> None:
    from squeezeviz.gui.widgets.shortcuts import ShortcutsDialog

    ShortcutsDialog(window).exec()


def _show_about(window: MainWindow) -> None:
    from squeezeviz.gui.widgets.shortcuts import show_about

    show_about(window)
