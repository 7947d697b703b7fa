"""Puts the window together: what each command does, whose signal goes where, and what is shown of a change."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent

from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.parts import Parts
from squeezeviz.gui.session import Changes, Session
from squeezeviz.gui.settings import REOPENS
from squeezeviz.gui.widgets.first_paint import Late, after_first_paint
from squeezeviz.gui.wiring.connections import connect, road_of_a_change
from squeezeviz.gui.wiring.handlers import bring_panes, handlers, restore_diagram_maps
from squeezeviz.gui.wiring.shown import enable_steps, show_costing, show_difference


def build_window(session: Session) -> MainWindow:
    """A window on what is open in a session; it is not shown yet, and no live pass runs."""
    window = MainWindow(session)
    bring_panes(window)  # first, so that a pane is there when something is done in it
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

    def fill() -> None:
        from squeezeviz.gui.wiring.menus import fill_menus

        fill_menus(parts, menus)

    filled = Late(fill)
    for menu in menus.values():
        menu.aboutToShow.connect(filled)
    menus["Edit"].aboutToShow.connect(lambda: parts.commands.name_steps(session.document.stack))
    menus["Edit"].aboutToShow.connect(lambda: parts.commands.name_filters(parts.cells.resized_filters()))
    after_first_paint(parts.graph.viewport(), filled)
    parts.layout.table_card.add_buttons(
        parts.commands[name] for name in ("duplicate", "move_up", "move_down", "delete")
    )


def show_all(window: MainWindow) -> None:
    """Show what is open for the first time."""
    session, parts = window.session, window.parts
    settings, network = session.settings, session.document.network
    parts.theming.apply()
    session.selection.follow(network)
    parts.toolbar.input.line.show_value(network.table.input)
    parts.notes.show_notes(network, session.document.remarks)
    window.show_title()
    enable_steps(session, parts)
    parts.commands.enable(live_details=False)
    show_difference(session, parts)
    show_costing(session, parts)
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
    after_first_paint(parts.graph.viewport(), lambda: restore_diagram_maps(session, parts))
