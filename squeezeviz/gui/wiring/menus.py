"""What stands in the menu bar and in the menus that a right click opens; loaded when the first one is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from squeezeviz.gui.actions import Actions
from squeezeviz.gui.commands import BYPASSES, COMMANDS, FILTER_COMMANDS, KINDS, TRAINED
from squeezeviz.gui.files.opening import fill_late
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.parts import Parts


def fill_menus(parts: Parts, menus: dict[str, QMenu]) -> None:
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


def _name_trained(commands: Actions) -> None:
    """Say in the menu which trained weights are here, and how large those are that are fetched first."""
    from squeezeviz.files.weights.trained import trained_weights
    from squeezeviz.model.wording import readable_bytes

    for each, title in TRAINED.items():
        weights = trained_weights(each)
        if not weights.built_in:
            where = "Here" if weights.here else f"Fetch, {readable_bytes(weights.bytes)}"
            commands[f"trained_{each}"].setText(f"{title} ({where})")


def open_menu(window: MainWindow, parts: Parts, point: QPoint, *, of_table: bool = False) -> None:
    """The menu of what can be done with what is selected."""
    menu, selection = QMenu(window), window.session.selection
    parts.commands.name_filters(parts.cells.resized_filters())
    if selection.rows():
        _fill_layer_menu(menu, parts.commands, fires=bool(parts.rows.fires()))
    elif selection.edge() is not None:
        _fill_line_menu(menu, parts.commands, between=selection.gap() is not None)
    elif of_table:
        _fill_cell_menu(menu, parts.commands)
    else:
        _fill_ground_menu(menu, parts.commands)
    menu.exec(point)
    menu.deleteLater()


def open_baseline_menu(window: MainWindow, point: QPoint) -> None:
    menu = QMenu(window)
    for name in ("swap", "beside", "export_comparison", "copy_comparison_picture", "copy_comparison", "unpin"):
        menu.addAction(window.parts.commands[name])
    menu.exec(point)
    menu.deleteLater()


def open_picture_menu(window: MainWindow, parts: Parts) -> None:
    button, menu = parts.picture_button, QMenu(window)
    parts.pictures().fill_menu(menu, parts.commands)
    menu.exec(button.mapToGlobal(button.rect().bottomLeft()))
    menu.deleteLater()


_ON_LAYERS = (
    ("toggle", "rename", "follow_value"),
    ("cut", "copy", "paste", "fill_down"), tuple(FILTER_COMMANDS),
    ("copy_selection", "export_selection", "zoom_selection"), ("duplicate", "move_up", "move_down", "delete"),
)  # fmt: skip
"""What can be done with the selected layers, in groups."""
_ON_CELLS = (("copy", "paste", "fill_down"),)
"""What can be done with cells of the input or the totals."""
_ON_GROUND = (
    ("fit", "zoom_width", "zoom_reset"), ("open_all", "close_all"), ("direction", "wrapped"),
    ("copy_picture", "export"), ("paste",),
)  # fmt: skip
"""What can be done with the diagram as a whole."""


def _fill_layer_menu(menu: QMenu, actions: Actions, *, fires: bool) -> None:
    """What can be done with the selected layers; `fires`: whether a Fire module is among them."""
    _fill(menu, actions, _ON_LAYERS[:1])
    if fires:
        menu.addMenu("Bypass").addActions([actions[f"bypass_{kind}"] for kind in BYPASSES])
        menu.addSeparator()
    _fill(menu, actions, _ON_LAYERS[1:])
    _add_inserting(menu, actions, {"Insert Before": "_before", "Insert After": ""})


def _fill_line_menu(menu: QMenu, actions: Actions, *, between: bool) -> None:
    """What can be done with the selected line; `between`: whether it leads from one layer to the next."""
    _fill(menu, actions, (("zoom_selection",),))
    _add_inserting(menu, actions, {"Insert Here": ""} if between else {"Insert Before": "_before", "Insert After": ""})


def _fill_ground_menu(menu: QMenu, actions: Actions) -> None:
    """What can be done with the diagram where nothing in it is selected."""
    _fill(menu, actions, _ON_GROUND)
    _add_inserting(menu, actions, {"Insert at the End": ""})


def _fill_cell_menu(menu: QMenu, actions: Actions) -> None:
    """What can be done with cells of the table that belong to no layer."""
    _fill(menu, actions, _ON_CELLS)
    _add_inserting(menu, actions, {"Insert Layer": ""})


def _fill(menu: QMenu, actions: Actions, groups: Iterable[Iterable[str]]) -> None:
    for group in groups:
        menu.addActions([actions[name] for name in group])
        menu.addSeparator()


def _add_inserting(menu: QMenu, actions: Actions, endings: Mapping[str, str]) -> None:
    """Menus by their titles, with the commands that insert layers whose ids end so."""
    for title, ending in endings.items():
        menu.addMenu(title).addActions([actions[f"insert_{kind}{ending}"] for kind in KINDS])
