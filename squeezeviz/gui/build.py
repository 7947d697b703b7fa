"""Puts a window together: makes its parts, hands each what it needs, and connects them. No other file does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QMenu, QUndoView

from squeezeviz.gui.actions import Actions
from squeezeviz.gui.canvas.control import DiagramControl
from squeezeviz.gui.canvas.find_bar import FindBar
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.explain.control import ExplainControl
from squeezeviz.gui.export.commands import ExportCommands
from squeezeviz.gui.files.commands import FileCommands
from squeezeviz.gui.files.file_watch import FileWatch
from squeezeviz.gui.files.opening import fill_late
from squeezeviz.gui.layout import Layout
from squeezeviz.gui.live.commands import LiveCommands
from squeezeviz.gui.live.status_bar import StatusBar
from squeezeviz.gui.live.toolbar import ToolBar
from squeezeviz.gui.main_window import MainWindow, Parts
from squeezeviz.gui.panels.baseline import CompareCommands
from squeezeviz.gui.panels.notes import NotesPanel
from squeezeviz.gui.panels.panels import PANELS, Panel, Panels
from squeezeviz.gui.session import Changes, Session
from squeezeviz.gui.story.depth_help import DepthHelp
from squeezeviz.gui.table.cell_commands import CellCommands
from squeezeviz.gui.table.model import TableModel
from squeezeviz.gui.table.row_commands import RowCommands
from squeezeviz.gui.table.view import TableView
from squeezeviz.gui.widgets.first_paint import Late
from squeezeviz.gui.widgets.notice_bar import NoticeBar
from squeezeviz.gui.widgets.style import Theming
from squeezeviz.gui.widgets.toast import Toast
from squeezeviz.gui.widgets.undo_keys import UndoKeys
from squeezeviz.gui.wiring import connect, handlers, road_of_a_change, show_all

if TYPE_CHECKING:
    from squeezeviz.gui.recovery.control import RecoveryControl
    from squeezeviz.gui.recovery.leaving import Leaving
    from squeezeviz.gui.recovery.outlook import OutlookControl
    from squeezeviz.gui.story.story import Story
    from squeezeviz.gui.story.what_if import WhatIfDialog


def build_window(session: Session) -> MainWindow:
    """A window on what is open in a session; it is not shown yet, and no live pass runs."""
    window = MainWindow(session)
    _make_views(window, session, window.parts)
    _make_commands(window, session, window.parts)
    _make_frame(window, session, window.parts)
    at_once, once_painted = road_of_a_change(window)
    Changes(session.document, at_once, once_painted, window)
    connect(window)
    show_all(window)
    return window


def start_live(window: MainWindow) -> None:
    """Start the worker, and the first pass where Live is on."""
    session, parts = window.session, window.parts
    session.client.start()
    session.live.set_device(parts.toolbar.device.device)
    parts.commands["live"].setChecked(session.settings.live)
    session.live.set_live(session.settings.live)


def watch_signals(window: MainWindow) -> Leaving:
    """End as the system asks for it from now on; until then, Ctrl+C ends the process."""
    from squeezeviz.gui.recovery.leaving import Leaving

    session, parts = window.session, window.parts
    stop = session.background.close_within
    return Leaving(window, parts.files, parts.recovery(), stop, lambda keep: window.shut(keep=keep))


# The parts


def _make_views(window: MainWindow, session: Session, parts: Parts) -> None:
    document = session.document
    parts.theming = Theming(session.settings, window)
    style = parts.theming.style
    parts.model = TableModel(document, window)
    parts.table = TableView(parts.model, style)
    parts.notes = NotesPanel()
    parts.graph = GraphView()
    parts.find = FindBar(parts.graph)
    parts.explaining = ExplainControl(document, session.selection, session.live, style)
    parts.notice = NoticeBar()
    parts.panels = Panels()
    parts.layout = Layout(parts.table, parts.notes, parts.panels, parts.graph, parts.explaining.panel, parts.notice)
    parts.control = DiagramControl(document, parts.graph, window)


def _make_commands(window: MainWindow, session: Session, parts: Parts) -> None:
    document, settings, background = session.document, session.settings, session.background
    parts.files = FileCommands(document, session.work, settings, background, window)
    parts.watch = FileWatch(document, parts.files.saving, parts.notice, window)
    parts.rows = RowCommands(document, session.selection, parts.table, parts.model)
    parts.cells = CellCommands(document, parts.table, parts.model, parts.graph.hasFocus, window)
    parts.exports = ExportCommands(document, parts.control, parts.rows.selected, settings, background, window)
    parts.compares = CompareCommands(document, session.baseline, parts.files, background, window)
    parts.live = LiveCommands(session.live, session.client, settings, window)
    story, what_if = partial(_story, window), partial(_what_if, window)
    parts.depth_help = DepthHelp(story, what_if, session.selection.layer_name)
    parts.outlook = Late(partial(_outlook, session, parts))
    parts.recovery = Late(partial(_recovery, window))


def _make_frame(window: MainWindow, session: Session, parts: Parts) -> None:
    commands = parts.commands = Actions(window, handlers(window))
    UndoKeys(window, commands["undo"], commands["redo"])
    parts.toolbar = ToolBar(commands, window)
    parts.status = StatusBar()
    parts.toast = Toast(window, parts.notice)
    for name, make in zip(PANELS, (_metaparameters, _comparison, _paper, _costs, _history), strict=True):
        parts.panels.add(name, partial(make, session, parts))
    window.setAcceptDrops(True)
    window.setMinimumSize(640, 420)
    window.setCentralWidget(parts.layout.whole)
    window.addToolBar(parts.toolbar)
    window.setStatusBar(parts.status)
    _fill_menu_bar(session, parts)
    parts.layout.table_card.add_buttons(commands[name] for name in ("duplicate", "move_up", "move_down", "delete"))


def _fill_menu_bar(session: Session, parts: Parts) -> None:
    """Every command in its menu, and the menus that are filled when they are opened."""
    commands = parts.commands
    menus = commands.fill_menus()
    file = menus["File"]
    recent, presets, recover = (file.addMenu(title) for title in ("Open Recent", "Presets", "Recover"))
    for menu in (presets, recent, recover):
        file.removeAction(menu.menuAction())
        file.insertMenu(commands["save"], menu)
    menus["Edit"].aboutToShow.connect(lambda: commands.name_steps(session.document.stack))
    recent.aboutToShow.connect(lambda: parts.files.fill_recent(recent))
    recover.aboutToShow.connect(lambda: parts.recovery().fill_menu(recover))
    fill_late(presets, "Open the preset", parts.files.open)
    against = QMenu("With a Preset", menus["Compare"])
    menus["Compare"].insertMenu(commands["compare_file"], against)
    fill_late(against, "Show what differs from the preset", parts.compares.compare_with)
    columns = QMenu("Columns", menus["View"])
    columns.addActions(parts.table.column_actions())
    menus["View"].insertMenu(commands["panels"], columns)


# Parts that are made when they are first needed: what only they load, the window opens without.


def _outlook(session: Session, parts: Parts) -> OutlookControl:
    from squeezeviz.gui.recovery.outlook import OutlookControl

    views = parts.table, parts.graph
    return OutlookControl(session.document, session.selection, parts.control, views, parts.panels)


def _recovery(window: MainWindow) -> RecoveryControl:
    from squeezeviz.gui.recovery.control import RecoveryControl

    session, parts, graph = window.session, window.parts, window.parts.graph
    recovery = RecoveryControl(session.document, session.work, parts.files, parts.notice, parts.outlook(), window)
    for looked in (
        session.selection.changed, parts.control.options_changed, parts.panels.fronted, graph.zoom_changed,
        graph.horizontalScrollBar().valueChanged, graph.verticalScrollBar().valueChanged,
    ):  # fmt: skip
        looked.connect(recovery.follow_outlook)
    recovery.refused.connect(parts.toast.say)
    return recovery


def _story(window: MainWindow) -> Story:
    from squeezeviz.gui.story.story import Story, Views

    session, parts = window.session, window.parts
    views = Views(session.document, parts.table, parts.model, parts.graph, window)
    story = Story(session.document, session.live, session.selection, parts.control, views, window)
    story.what_if_requested.connect(parts.depth_help.ask)
    story.table1_requested.connect(lambda: parts.files.open("table1"))
    story.set_style(parts.theming.style)
    return story


def _what_if(window: MainWindow) -> WhatIfDialog:
    from squeezeviz.gui.story.what_if import WhatIfDialog

    session, style = window.session, window.parts.theming.style
    return WhatIfDialog(session.document, session.client, session.live, session.selection, style, window)


def _metaparameters(session: Session, parts: Parts) -> Panel:
    from squeezeviz.gui.panels.metaparameters import MetaparametersPanel

    panel = MetaparametersPanel(session.document, parts.theming.style)
    session.document.started.connect(panel.begin_anew)
    panel.preset_chosen.connect(parts.files.open)
    panel.refused.connect(parts.toast.say)
    return Panel(panel, lambda: panel.show_network(session.document.network), panel.set_style)


def _comparison(session: Session, parts: Parts) -> Panel:
    from squeezeviz.gui.panels.comparison import ComparePanel

    baseline, panel = session.baseline, ComparePanel(parts.theming.style)
    panel.layer_chosen.connect(session.selection.choose_layer)
    panel.pin_requested.connect(parts.compares.pin)
    panel.choose_requested.connect(parts.compares.choose)
    panel.unpin_requested.connect(baseline.unpin)
    panel.copy_requested.connect(parts.compares.copy)
    return Panel(panel, lambda: panel.show_difference(baseline.title, baseline.difference), panel.set_style)


def _paper(session: Session, parts: Parts) -> Panel:
    from squeezeviz.gui.panels.paper import PaperPanel

    panel = PaperPanel(parts.theming.style)
    panel.layer_chosen.connect(session.selection.choose_layer)
    panel.geometry_chosen.connect(parts.rows.set_geometry)

    def show() -> None:
        answer = session.live.answer
        measured = answer.measured if answer is not None and answer.fresh else None
        panel.show_network(session.document.network, measured)

    return Panel(panel, show, panel.set_style)


def _costs(session: Session, parts: Parts) -> Panel:
    from squeezeviz.gui.panels.cost_panel import CostPanel

    costing, selection, panel = session.costing, session.selection, CostPanel(parts.theming.style)
    panel.layer_chosen.connect(selection.choose_layer)
    panel.measure_chosen.connect(costing.set_measure)
    selection.changed.connect(lambda: panel.set_selected(selection.layer_name()))

    def show() -> None:
        panel.set_conventions(costing.conventions)
        panel.set_measure(costing.measure)
        panel.show_network(session.document.network, session.live.answer)
        panel.set_selected(selection.layer_name())

    return Panel(panel, show, panel.set_style)


def _history(session: Session, parts: Parts) -> Panel:
    """Every step by name; a click goes there."""
    view = QUndoView(session.document.stack)
    view.setObjectName("history")
    view.setEmptyLabel("As opened")
    view.setAccessibleName("History of changes")
    view.setFrameShape(QFrame.Shape.NoFrame)
    return Panel(view)
