"""What each command does, by its id, where it is of the whole window and not of one room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication

from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.gui.commands import OF_A_PANE, PREPARATIONS, TRAINED
from squeezeviz.gui.layout import PANES
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.panels import PANELS
from squeezeviz.gui.parts import Parts
from squeezeviz.gui.session import Session
from squeezeviz.gui.wiring.shown import BESIDE, reveal_pane, show_beside, show_diagram_alone, show_pane


def bring_panes(window: MainWindow) -> None:
    """Have commands show the pane that they do something in, where it is hidden."""
    for pane, names in OF_A_PANE.items():
        for name in names:
            window.parts.commands[name].triggered.connect(lambda _=False, pane=pane: reveal_pane(window, pane))


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
        "cost_window": lambda: parts.costs().open_window(),
        "export_costs": lambda: parts.exports.export_picture(parts.costs().picture()),
        "copy_costs_picture": lambda: parts.exports.copy_picture(parts.costs().picture()),
        "copy_costs": lambda: parts.costs().copy(),
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
        "palette": lambda: _open_palette(parts),
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
        reveal_pane(window, name)
        focus()

    def step(by: Callable[[], object]) -> None:
        by()
        if not parts.find().isHidden():
            reveal_pane(window, "diagram_pane")

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
        "diagram_alone": lambda on: show_diagram_alone(window, parts, on),
        **{name: lambda on, name=name: show_pane(window, name, on) for name in PANES},
    }


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


def _show_minimap(session: Session, parts: Parts, on: bool) -> None:
    session.settings.set_flag("minimap", on)
    parts.graph.set_minimap_visible(on)


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


def restore_diagram_maps(session: Session, parts: Parts) -> None:
    parts.commands.enable(line_means=False)
    if session.settings.flag("diagram_maps", usual=False):
        parts.commands.check(diagram_maps=True)
        _show_diagram_maps(session, parts, True)


def _open_palette(parts: Parts) -> None:
    parts.commands.name_filters(parts.cells.resized_filters())
    parts.palette().open()


def _show_panels(session: Session, parts: Parts, on: bool) -> None:
    session.settings.set_flag("panels", on)
    parts.panels.setVisible(on)
    parts.panels.refresh()


def _choose_beside(window: MainWindow, on: bool) -> None:
    """Show the baseline's diagram beside the open one, or no longer; where nothing is pinned, ask for a baseline."""
    session, parts = window.session, window.parts
    session.settings.set_flag(BESIDE, on)
    if on:
        reveal_pane(window, "diagram_pane")
    if on and session.baseline.network is None:
        parts.commands.check(beside=False)
        parts.compares.choose()
    else:
        show_beside(window)


def _export_maps(parts: Parts) -> None:
    """Export the maps of the panel, which is in front then, so that a person sees which they are."""
    from squeezeviz.gui.maps.panel import FeatureMapsPanel

    parts.panels.put_in_front("feature_maps")
    panel = parts.panels.panel("feature_maps")
    assert isinstance(panel, FeatureMapsPanel)
    panel.export()


def _paste(parts: Parts) -> None:
    """Paste cells, or a picture where the clipboard holds nothing else."""
    data = QGuiApplication.clipboard().mimeData()
    if not (data and (data.hasImage() or data.hasUrls()) and parts.pictures().take(data)):
        parts.cells.paste()


def _toggle_module(session: Session, parts: Parts) -> None:
    """Open the selected Fire modules, or close them where all of them are open."""
    fires = {fire.name for fire in parts.rows.fires()}
    if fires:
        parts.control.set_open(fires, bool(fires & parts.control.options.collapsed))
    else:
        parts.toast.say("Only a Fire module opens: select one first.")


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
    following = session.following.made
    if not session.live.running and (parts.depth_help.leave() or (following is not None and following.leave())):
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


def _show_shortcuts(window: MainWindow) -> None:
    from squeezeviz.gui.widgets.shortcuts import ShortcutsDialog

    ShortcutsDialog(window).exec()


def _show_about(window: MainWindow) -> None:
    from squeezeviz.gui.widgets.shortcuts import show_about

    show_about(window)
