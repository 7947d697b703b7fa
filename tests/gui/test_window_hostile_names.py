"""No text in the window turns around, hides or is taken for markup, whatever the network and its file are called."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hands import OpenWindow, child, names, set_field, table
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.files import registry
from squeezeviz.gui.explain.page import ExplainText
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.panels import PANELS
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

STEERING = "\u202e\u2066\u200f\u061c\u200b\ufeff\u00ad\u2060\U000e0041\u3164"
HOSTILE = f"{STEERING}a{chr(0x301) * 30} <b>&amp; &x [*] \\n"
NAMES = [f"{kind}{HOSTILE}" for kind in ("conv", "fire", "pool")]
CONTROLS = "\x1b]0;x\x07\u2028\r\n\t"
ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)


def hostile_table() -> LayerTable:
    layers = Conv(NAMES[0], 8, 3), Fire(NAMES[1], 2, 4, 4), MaxPool(NAMES[2])
    return LayerTable(f"net{HOSTILE}", InputShape(3, 32, 32), layers)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / f"folder {CONTROLS}{STEERING}"
    folder.mkdir()
    path = folder / f"file &x [*] {CONTROLS}{STEERING}.toml"
    registry.write_file(path, hostile_table())
    return path


SAID = (
    "windowTitle", "toolTip", "statusTip", "whatsThis", "accessibleName", "accessibleDescription", "text",
    "informativeText", "placeholderText", "title",
)  # fmt: skip


def texts_of(widget: QWidget) -> Iterator[tuple[str, str]]:
    """All that the widget says, and where."""
    for name in SAID:
        if not (name == "text" and isinstance(widget, QLineEdit)) and callable(getattr(widget, name, None)):
            yield name, str(getattr(widget, name)())
    match widget:
        case QComboBox():
            yield from (("entry", widget.itemText(at)) for at in range(widget.count()))
        case QTabBar():
            yield from (("tab", widget.tabText(at)) for at in range(widget.count()))
        case QAbstractItemView() if widget.model() is not None:
            yield from cells_of(widget.model())


def cells_of(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[tuple[str, str]]:
    parent = parent or QModelIndex()
    for row in range(model.rowCount(parent)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)):
            index = model.index(row, column, parent)
            yield from ((f"cell {role.name}", str(index.data(role) or "")) for role in ROLES)
        yield from (("heading", str(model.headerData(row, Qt.Orientation.Vertical, role) or "")) for role in ROLES)
        first = model.index(row, 0, parent)
        if model.rowCount(first):
            yield from cells_of(model, first)


def all_texts() -> Iterator[tuple[str, str]]:
    """Of the windows that are open, with all that is in them."""
    windows = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    for widget in [*windows, *(within for each in windows for within in each.findChildren(QWidget))]:
        named = f"{type(widget).__name__} {widget.objectName()}"
        yield from ((f"{named}: {where}", text) for where, text in texts_of(widget))
        for action in widget.findChildren(QAction):
            said = {"action": action.text(), "tip": action.toolTip(), "status": action.statusTip()}
            # What stands behind a tab in one of our own entries is shown at the menu's right.
            yield from ((f"{named}: {where}", text.replace("\tpaper", " paper")) for where, text in said.items())
        for stack in widget.findChildren(QUndoStack):
            yield from ((f"{named}: step", stack.text(at)) for at in range(stack.count()))


def steering(text: str) -> set[str]:
    unseen = {each for each in text if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp", "Cf")} - {"\n"}
    return unseen | (set(text) & {"\u3164"})


def assert_plain() -> None:
    bad = sorted({f"{where}: {text[:70]!a}" for where, text in all_texts() if steering(text) or "\u0301" * 9 in text})
    assert not bad, "\n".join(bad)


@pytest.fixture
def window(open_on: OpenWindow, path: Path) -> MainWindow:
    return open_on(path)


def test_a_table_in_the_window_its_panels_and_its_messages(window: MainWindow, qtbot: QtBot) -> None:
    assert_plain()
    assert "[*] " in window.windowTitle().replace("[*][*]", "[*]")
    model = table(window).model()
    typed = [model.index(row, 0).data(Qt.ItemDataRole.EditRole) for row in (1, 2, 3)]
    assert typed == NAMES, "what is typed keeps its characters"
    window.parts.toast.say(f"no {HOSTILE}{CONTROLS}")
    assert_plain()
    window.parts.files.open(f"/nowhere/{CONTROLS}{STEERING}")
    QApplication.processEvents()
    assert_plain()
    window.parts.compares.pin()
    set_field(window, NAMES[1], "name", f"other{HOSTILE}")
    for name in PANELS:
        window.parts.panels.bring(name)
        QApplication.processEvents()
    qtbot.wait(1)
    assert_plain()
    for name in names(window):
        window.document.edit(f"Delete {name}", window.document.table.removed(0))
    window.document.stack.undo()
    QApplication.processEvents()
    assert_plain()


@pytest.mark.parametrize("row", [-1, 0, 1, 2, None])
def test_whatever_is_selected_and_explained(window: MainWindow, row: int | None) -> None:
    if row is not None and row >= 0:
        window.session.selection.choose_layer(NAMES[row])
    view = table(window)
    for column in range(view.model().columnCount()):
        view.setCurrentIndex(view.model().index(4 if row is None else row + 1, column))
        QApplication.processEvents()
        assert_plain()


def test_the_diagram_s_tool_tips(window: MainWindow) -> None:
    from squeezeviz.gui.canvas import wording
    from squeezeviz.gui.canvas.drawing import Appearance

    series = window.parts.graph.series
    for name in NAMES:
        tip = wording.tooltip(series, Key(name), Appearance())
        assert steering(tip) == set()
        assert "<b>" not in tip
        assert steering(wording.description(series, Key(name), Appearance())) == set()
        for line in series.module(Key(name)).lines:  # type: ignore[union-attr]
            assert steering(wording.tooltip(series, (line.source, line.target), Appearance())) == set()


def test_the_dialogs(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[QObject] = []

    def look(self: QMessageBox) -> int:
        seen.append(self)
        assert_plain()
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "exec", look)
    window.document.edit("Delete", window.document.table.removed(0))
    window.close()
    window.document.stack.setClean()
    assert seen
    window.session.selection.choose_layer(NAMES[1])
    for command in ("story", "find", "what_if"):
        window.parts.commands[command].trigger()
        QApplication.processEvents()
        assert_plain()


def test_a_name_like_markup_stays_text_everywhere(open_on: OpenWindow) -> None:
    window = open_on()
    name = "<img src=x onerror=alert(1)><b>a&b</b>"
    set_field(window, "fire2", "name", name)
    QApplication.processEvents()
    explain, index = window.parts.explaining.panel, window.parts.model.index(3, 0)
    assert explain.text().splitlines()[0] == name
    texts = explain.findChildren(ExplainText)
    assert any(piece.plain_text == name for text in texts for piece in text.page.pieces)
    tip = str(index.data(Qt.ItemDataRole.ToolTipRole))
    assert "&lt;img" in tip and "<img" not in tip
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == name
    window.menuBar().actions()[1].menu().aboutToShow.emit()  # type: ignore[attr-defined]
    assert window.parts.commands["undo"].text() == "Undo Set fire2 name"
    child(window, QPushButton, "bypass_simple").click()
    titles = [button.text() for button in window.parts.notes.findChildren(QPushButton, "fix_button")]
    assert titles and all("a&b" not in title for title in titles), "a button takes & for the mark of a mnemonic"
