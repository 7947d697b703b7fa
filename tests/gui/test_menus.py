"""The menu bar: what stands in its menus, once, however often they are opened."""

from collections import Counter
from collections.abc import Iterator

from PySide6.QtWidgets import QMenu

from squeezeviz.gui.commands import COMMANDS, MENUS
from squeezeviz.gui.main_window import MainWindow


def menus_of(menu: QMenu, path: str) -> Iterator[tuple[str, QMenu]]:
    yield path, menu
    for action in menu.actions():
        within = action.menu()
        if isinstance(within, QMenu):
            yield from menus_of(within, f"{path}>{action.text().replace('&', '')}")


def all_menus(window: MainWindow) -> dict[str, QMenu]:
    tops = [(action.text().replace("&", ""), action.menu()) for action in window.menuBar().actions()]
    return {path: menu for title, top in tops if isinstance(top, QMenu) for path, menu in menus_of(top, title)}


def stands_in(window: MainWindow) -> dict[str, list[str]]:
    """What each menu of the window offers, by the titles that lead there."""
    return {path: [action.text() for action in menu.actions()] for path, menu in all_menus(window).items()}


def test_menus_hold_each_command_once_where_it_says_and_the_same_whenever_they_are_opened(window: MainWindow) -> None:
    for title in MENUS:
        all_menus(window)[title].aboutToShow.emit()
    first = stands_in(window)
    menus = all_menus(window)
    assert {path for path in first if ">" not in path} == set(MENUS)
    places = Counter(action.objectName() for menu in menus.values() for action in menu.actions())
    for command in COMMANDS:
        if command.menu:
            assert window.parts.commands[command.id] in menus[command.menu].actions()
            assert places[f"action_{command.id}"] == 1, command.title
    for titles in first.values():
        assert max(Counter(filter(None, titles)).values(), default=1) == 1, titles
    for _ in range(2):
        for title in MENUS:
            all_menus(window)[title].aboutToShow.emit()
    assert stands_in(window) == first
