"""What is shown where it takes several parts of the window: panes, and what follows from a change."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer

from squeezeviz.analysis.arithmetic import MemoryFormat, Precision
from squeezeviz.analysis.costs import Measure
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.commands import PREPARATIONS
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.parts import Parts
from squeezeviz.gui.session import Session
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.layers import Bypass

_SOON_MS = 150
_OF_A_BASELINE = ("swap", "unpin", "copy_comparison", "export_comparison", "copy_comparison_picture")
"""The commands that need one."""
BESIDE = "beside"
"""The flag that the baseline's diagram stands beside the open one."""
_TABLE_MAKES_WAY = "Ctrl+Shift+1 shows the table again."
_MANY = 50
"""With more layers than these a change takes so long that keys are answered before it is painted."""


def answer_first(window: MainWindow, network: ResolvedNetwork) -> None:
    """Paint a change of many layers in a turn of its own; the ticks of a drag are painted at once."""
    if len(network.table.layers) > _MANY and not window.document.dragging:
        window.answer_first()


def make_room_soon(window: MainWindow) -> None:
    # Of a bound method, unlike a lambda, PySide would keep a note for good each time.
    QTimer.singleShot(_SOON_MS, window, lambda: window.parts.layout.make_room())


def show_difference(session: Session, parts: Parts) -> None:
    """What differs from the pinned state; the table itself is told by the baseline."""
    title, difference = session.baseline.title, session.baseline.difference
    parts.layout.table_card.show_baseline(title)
    parts.control.show_difference(difference)
    parts.commands.enable(**dict.fromkeys(_OF_A_BASELINE, bool(title)))
    _refresh_panel(parts)


def show_costing(session: Session, parts: Parts) -> None:
    """What is coloured by, and the conventions, where they are chosen and said."""
    chosen, measure = session.costing.conventions, session.costing.measure
    parts.commands.check(flops=chosen.flops, decimal_sizes=chosen.decimal_sizes, count_bias=chosen.count_bias)
    parts.commands.check(**{f"colour_{each}": each is measure for each in Measure})
    parts.toolbar.colour.show_measure(measure)
    parts.status.set_conventions(chosen)
    parts.status.show_totals(session.document.network)
    _refresh_panel(parts)


def _refresh_panel(parts: Parts) -> None:
    """Bring the panel in front up to date. A window that opens makes it once its network has been painted."""
    if parts.panels.front:
        parts.early.ask(parts.panels.refresh)


def name_picture(session: Session, parts: Parts) -> None:
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


def show_pictures(session: Session, parts: Parts) -> None:
    """Say what is open wherever it is said: other pictures are another batch too."""
    session.following.tell(lambda following: following.look_at(session.pictures.current))
    shown, box = bool(session.pictures.pictures), parts.toolbar.batch
    name_picture(session, parts)
    parts.commands.enable(no_picture=shown)
    parts.commands.check(**{f"prepare_{each}": each == session.pictures.preparation for each in PREPARATIONS})
    box.show_value(session.live.batch)
    box.setEnabled(not shown)
    box.setToolTip("Images in one pass: as many as there are pictures" if shown else "Images in one pass")
    _refresh_panel(parts)


def show_arithmetic(parts: Parts, live: LiveControl) -> None:
    chosen = live.chosen_arithmetic
    parts.toolbar.device.show_arithmetic(chosen, live.device)
    parts.commands.check(**{f"precision_{each}": each is chosen.precision for each in Precision})
    parts.commands.check(**{f"memory_format_{each}": each is chosen.memory_format for each in MemoryFormat})


def show_style(session: Session, parts: Parts, style: Style) -> None:
    parts.control.set_theme(style.theme)
    parts.strips.tell(lambda strips: strips.set_theme(style.theme))
    for part in (parts.table, parts.layout.table_card, parts.explaining, parts.panels, parts.depth_help):
        part.set_style(style)
    parts.following.tell(lambda control: control.set_style(style))
    parts.palette.tell(lambda palette: palette.set_style(style))
    parts.costs.tell(lambda costs: costs.set_style(style))
    parts.presentation.tell(lambda presentation: presentation.set_style(style))
    parts.commands.draw_icons(style)
    chosen = session.settings.theme
    parts.commands.check(**{f"theme_{name}": chosen == name for name in ("system", "light", "dark")})


def show_bypass(parts: Parts) -> None:
    """Check the bypass that all selected Fire modules have."""
    kinds = {fire.bypass for fire in parts.rows.fires()}
    parts.commands.check(**{f"bypass_{kind}": kinds == {kind} for kind in Bypass})


def enable_steps(session: Session, parts: Parts) -> None:
    stack = session.document.stack
    parts.commands.enable(undo=stack.canUndo(), redo=stack.canRedo())


def open_notes(parts: Parts) -> None:
    parts.notes.open_notes()
    parts.layout.fit_heights()


def reveal_pane(window: MainWindow, name: str) -> None:
    """Show a pane that a person goes to, unless it is there."""
    layout = window.parts.layout
    if layout.alone and name != "diagram_pane":
        show_diagram_alone(window, window.parts, False)
    if not layout.panes[name]:
        show_pane(window, name, True)


def show_pane(window: MainWindow, name: str, shown: bool) -> None:
    layout = window.parts.layout
    layout.show_pane(name, shown)
    window.session.settings.set_plain("panes", layout.chosen_panes)
    window.parts.commands.check(**layout.panes)


def show_diagram_alone(window: MainWindow, parts: Parts, on: bool) -> None:
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


def show_beside(window: MainWindow) -> None:
    """Show what is pinned beside the open network, where that is wanted and something is."""
    session, parts = window.session, window.parts
    shown = session.baseline.network is not None and session.settings.flag(BESIDE, usual=False)
    parts.commands.check(beside=shown)
    if not shown and parts.control.beside is None:
        return
    made = parts.beside.made is not None
    beside = parts.beside()
    if not made:
        from squeezeviz.gui.wiring.menus import open_baseline_menu

        beside.view.context_menu_requested.connect(lambda _, point: open_baseline_menu(window, point))
    if shown is (parts.control.beside is None):
        beside.begin() if shown else beside.end()
        parts.layout.turn_beside(parts.control.direction)
        parts.layout.show_beside(beside.view, shown=shown)
        parts.commands.check(**parts.layout.panes)
        if parts.layout.table_makes_way:
            parts.status.tell(_TABLE_MAKES_WAY)
    alone_before = parts.control.beside is None
    parts.control.show_beside(beside if shown else None)
    if shown and alone_before:  # each has half of the room: all that was seen across should be seen again
        parts.graph.zoom_to_fit() if parts.control.wrapped else parts.graph.zoom_to_width()
