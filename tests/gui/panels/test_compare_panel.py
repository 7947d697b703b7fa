"""The comparison with a pinned baseline, driven with keys and mouse."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from bounds import at_most
from hands import OpenWindow, child
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.difference import Difference
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.document import Document
from squeezeviz.gui.panels.baseline import Baseline
from squeezeviz.gui.panels.changes import ChangeList
from squeezeviz.gui.panels.comparison import ComparePanel
from squeezeviz.gui.widgets.style import DARK_STYLE, LIGHT_STYLE
from squeezeviz.model.layers import Conv, Fire, Layer, MaxPool
from squeezeviz.model.table import InputShape, LayerTable


class Desk:
    """A document, a baseline and the panel, put together as the window does."""

    def __init__(self, panel: ComparePanel) -> None:
        self.document = Document(load_preset("table1"))
        self.baseline = Baseline(self.document)
        self.document.table_changed.connect(self.baseline.follow)
        self.panel = panel
        self.baseline.changed.connect(lambda found: panel.show_difference(self.baseline.title, found))
        panel.pin_requested.connect(self.pin)
        panel.unpin_requested.connect(self.baseline.unpin)

    def pin(self) -> None:
        self.baseline.pin(self.document.table, f"{self.document.table.name}, as it was")

    def set(self, name: str, /, **fields: object) -> None:
        table = self.document.table
        row = table.index_of(name)
        layer = dataclasses.replace(table.layers[row], **fields)  # type: ignore[arg-type]
        self.document.edit(f"Set {name}", table.with_layer(row, layer))

    @property
    def view(self) -> ChangeList:
        return child(self.panel, ChangeList)

    def entries(self) -> list[str]:
        return [str(self.view.lines.index(row, 0).data()) for row in range(self.view.lines.rowCount())]

    def total(self, name: str) -> list[str]:
        labels = [child(self.panel, QLabel, f"{name}_{part}") for part in ("before", "now", "absolute", "percent")]
        return [label.text() for label in labels if isinstance(label, QLabel)]

    def says(self, text: str) -> bool:
        return any(label.isVisible() and text in label.text() for label in self.panel.findChildren(QLabel))

    def press(self, name: str) -> None:
        button = child(self.panel, QPushButton, name)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    panel = ComparePanel(LIGHT_STYLE)
    qtbot.addWidget(panel)
    panel.resize(590, 170)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    return Desk(panel)


def focused_widget() -> QWidget:
    focused: QWidget | None = QApplication.focusWidget()
    assert focused is not None
    return focused


def caught(signal: object) -> list[object]:
    seen: list[object] = []
    connect: Callable[..., object] = signal.connect  # type: ignore[attr-defined]
    connect(lambda *values: seen.append(values[0] if values else None))
    return seen


def test_before_anything_is_pinned_the_panel_says_what_pinning_is_for(desk: Desk) -> None:
    assert desk.says("Pin a network as the baseline.")
    chosen = caught(desk.panel.choose_requested)
    desk.press("choose")
    assert len(chosen) == 1
    desk.press("pin")
    assert not desk.says("Pin a network as the baseline.")
    assert desk.says("No difference")
    assert desk.says("Baseline: SqueezeNet v1.0 (paper, Table 1), as it was")


def test_making_fire5_to_fire9_half_as_wide_tells_what_it_saves(desk: Desk) -> None:
    desk.press("pin")
    for name in ("fire5", "fire6", "fire7", "fire8", "fire9"):
        fire = desk.document.table.layers[desk.document.table.index_of(name)]
        assert isinstance(fire, Fire)
        desk.set(name, s1x1=fire.s1x1 // 2, e1x1=fire.e1x1 // 2, e3x3=fire.e3x3 // 2)
    assert desk.says("5 layers differ, 3 more are affected")
    assert desk.entries()[0] == "fire5: s1x1 32 → 16, e1x1 128 → 64, e3x3 128 → 64"
    assert desk.total("parameters") == ["1,248,424", "506,408", "−742,016", "−59.4 %"]
    assert desk.total("size") == ["4.76 MiB", "1.93 MiB", "−2.83 MiB", "−59.4 %"]
    assert desk.total("depth") == ["18", "18", "", ""]
    desk.document.stack.setIndex(0)
    assert desk.entries() == [] and desk.says("No difference")


def test_savings_and_costs_are_told_apart_by_sign_and_colour(desk: Desk) -> None:
    desk.press("pin")
    label = child(desk.panel, QLabel, "parameters_absolute")
    desk.set("fire5", s1x1=16)
    assert (label.text()[0], label.property("tone")) == ("−", "saves")
    desk.set("fire5", s1x1=64)
    assert (label.text()[0], label.property("tone")) == ("+", "costs")
    desk.set("fire5", s1x1=32)
    assert (label.text(), label.property("tone")) == ("", "")


def test_a_click_on_a_layer_goes_there(desk: Desk) -> None:
    desk.press("pin")
    desk.set("conv10", bias=False)
    desk.set("fire5", s1x1=16)
    chosen = caught(desk.panel.layer_chosen)
    QApplication.processEvents()
    index = desk.view.lines.index(1, 0)
    QTest.mouseClick(desk.view.viewport(), Qt.MouseButton.LeftButton, pos=desk.view.visualRect(index).center())
    assert chosen == ["conv10"]
    assert desk.entries()[1] == "conv10: bias yes → no"


def test_the_keyboard_reaches_the_layers_and_every_button(desk: Desk) -> None:
    desk.panel.setFocus()
    focused = QApplication.focusWidget()
    assert focused is not None and focused.objectName() == "pin"
    QTest.keyClick(focused, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is desk.view
    desk.set("fire2", s1x1=8)
    desk.set("fire5", s1x1=16)
    chosen = caught(desk.panel.layer_chosen)
    QTest.keyClick(desk.view, Qt.Key.Key_Down)
    QTest.keyClick(desk.view, Qt.Key.Key_Down)
    QTest.keyClick(desk.view, Qt.Key.Key_Return)
    assert chosen == ["fire5"]
    reached = []
    for _ in range(4):
        QTest.keyClick(focused_widget(), Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        reached.append(now.objectName())
    assert reached == ["pin_instead", "choose_other", "copy_comparison", "unpin"]
    QTest.keyClick(focused_widget(), Qt.Key.Key_Space)
    assert desk.baseline.difference is None
    now = QApplication.focusWidget()
    assert now is not None and now.objectName() == "pin"


def test_a_drag_changes_words_and_leaves_every_widget_and_the_place_in_the_list(desk: Desk) -> None:
    desk.press("pin")
    for name in ("fire2", "fire3", "fire4", "fire5", "fire6", "fire7", "fire8", "fire9"):
        desk.set(name, e1x1=17, e3x3=19)
    desk.view.setCurrentIndex(desk.view.lines.index(6, 0))
    bar = desk.view.verticalScrollBar()
    QApplication.processEvents()
    bar.setValue(bar.maximum())
    before, place = desk.panel.findChildren(QLabel), bar.value()
    assert place > 0
    for squeeze in range(16, 128):
        desk.set("fire8", s1x1=squeeze)
    QApplication.processEvents()
    assert desk.panel.findChildren(QLabel) == before
    assert (desk.view.currentIndex().row(), bar.value()) == (6, place)
    assert "s1x1 64 → 127" in desk.entries()[6]


def test_layers_that_come_and_go_leave_the_current_one_current(desk: Desk) -> None:
    desk.press("pin")
    desk.set("fire5", s1x1=16)
    desk.set("conv10", bias=False)
    desk.view.setCurrentIndex(desk.view.lines.index(1, 0))
    table = desk.document.table
    desk.document.edit("Insert", table.inserted(0, MaxPool("pool0", 1, 1)))
    desk.set("fire2", s1x1=8)
    assert desk.entries() == [
        "pool0: added, after input", "fire2: s1x1 16 → 8", "fire5: s1x1 32 → 16", "conv10: bias yes → no",
    ]  # fmt: skip
    assert desk.view.currentIndex().row() == 3
    desk.document.stack.setIndex(0)
    assert desk.entries() == []


def test_a_removed_layer_is_listed_where_it_stood_and_leads_there(desk: Desk) -> None:
    desk.press("pin")
    table = desk.document.table
    desk.document.edit("Delete", table.removed(0, table.index_of("maxpool4")))
    assert desk.entries() == ["conv1: removed, was after input", "maxpool4: removed, was after fire4"]
    chosen = caught(desk.panel.layer_chosen)
    QTest.mouseClick(desk.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 6))
    assert chosen == [desk.document.table.layers[0].name]


def test_two_files_are_compared_by_pinning_one_and_opening_the_other(desk: Desk) -> None:
    desk.baseline.pin(load_preset("squeezenet1_0"), "squeezenet1_0")
    desk.document.start(load_preset("squeezenet1_1"))
    assert desk.says("Baseline: squeezenet1_0")
    assert desk.entries() == [
        "conv1: filters 96 → 64, kernel 7 → 3",
        "maxpool3: was maxpool4, after fire3, was after fire4",
        "maxpool5: was maxpool8, after fire5, was after fire8",
    ]
    assert desk.total("macs") == ["819 M", "349 M", "−470 M", "−57.4 %"]


def test_renamed_and_moved_at_once_is_one_entry(desk: Desk) -> None:
    desk.press("pin")
    table = desk.document.table.moved(1, 3).with_field(3, "name", "late")
    desk.document.edit("Both at once", table)
    assert desk.entries() == ["late: was maxpool1, after fire3, was after conv1"]


def test_a_baseline_that_cannot_run_has_no_totals_and_nothing_is_concluded(desk: Desk) -> None:
    broken = load_preset("table1").with_field(1, "kernel", 500)
    desk.baseline.pin(broken, "broken.toml")
    assert desk.says("Baseline: broken.toml (cannot run)")
    assert desk.total("parameters") == ["—", "1,248,424", "", ""]
    assert desk.entries() == ["maxpool1: kernel 500 → 3"]
    desk.document.edit("Break", broken)
    assert desk.total("parameters") == ["—", "—", "", ""]
    assert desk.says("No difference")


def test_another_input_is_listed_and_a_layer_named_input_is_not_mistaken_for_it(desk: Desk) -> None:
    desk.press("pin")
    desk.document.edit("Set input", desk.document.table.with_input(InputShape(3, 224, 224)))
    chosen = caught(desk.panel.layer_chosen)
    assert desk.entries() == ["input: was 227×227×3"]
    QTest.mouseClick(desk.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 6))
    assert chosen == []


def test_what_is_copied_is_what_compare_prints(open_on: OpenWindow) -> None:
    window = open_on("table1")
    window.parts.commands["pin"].trigger()
    table = window.document.table
    window.document.edit("Set fire5", table.with_field(table.index_of("fire5"), "s1x1", 16))
    window.parts.panels.bring("comparison")
    QTest.mouseClick(child(window, QPushButton, "copy_comparison"), Qt.MouseButton.LeftButton)
    text = QApplication.clipboard().text()
    assert "| parameters | 1,248,424 | 1,223,832 | −24,592 (−2.0 %) |" in text
    assert "| changed | fire5 | s1x1 32 → 16 |" in text


def test_names_are_shown_as_they_are_never_as_markup(desk: Desk) -> None:
    desk.baseline.pin(desk.document.table, "<b>bold</b> & co")
    desk.set("fire5", name="<i>fire</i>", s1x1=16)
    assert desk.says("Baseline: <b>bold</b> & co")
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in desk.panel.findChildren(QLabel))
    assert desk.entries() == ["<i>fire</i>: was fire5, s1x1 32 → 16"]


def test_pinning_again_and_unpinning(desk: Desk) -> None:
    desk.press("pin")
    desk.set("fire5", s1x1=16)
    seen = caught(desk.baseline.changed)
    desk.press("pin_instead")
    assert desk.says("No difference")
    desk.press("unpin")
    assert isinstance(seen[0], Difference) and seen[-1] is None
    assert desk.baseline.title == ""
    desk.set("fire5", s1x1=17)
    assert len(seen) == 2 and desk.says("Pin a network as the baseline.")


@pytest.mark.parametrize("width", [420, 590, 900])
@pytest.mark.parametrize("style", [LIGHT_STYLE, DARK_STYLE], ids=["light", "dark"])
def test_all_totals_and_buttons_fit_at_every_width(desk: Desk, width: int, style: object) -> None:
    assert style in (LIGHT_STYLE, DARK_STYLE)
    desk.press("pin")
    desk.baseline.pin(load_preset("squeezenet1_0"), "A title of a length that no panel can show in full " * 3)
    desk.panel.set_style(LIGHT_STYLE if style is LIGHT_STYLE else DARK_STYLE)
    desk.panel.resize(width, 320)
    QApplication.processEvents()
    body = desk.panel.widget()
    assert body is not None and body.width() <= desk.panel.viewport().width()
    for part in (*desk.panel.findChildren(QPushButton), *desk.panel.findChildren(QLabel)):
        if part.isVisible() and not part.objectName().startswith("qt_"):
            corner = part.mapTo(desk.panel, QPoint(part.width(), 0))
            assert corner.x() <= width
            assert part.width() >= part.minimumSizeHint().width()


def test_a_thousand_changed_layers_are_followed_at_once(desk: Desk) -> None:
    rows: tuple[Layer, ...] = (Conv("conv", 16, 7, 2), *(Fire(f"fire{place}", 16, 8, 8) for place in range(1000)))
    table = LayerTable("deep", InputShape(), rows)
    desk.document.start(table)
    desk.press("pin")
    wider: tuple[Layer, ...] = (
        rows[0],
        *(dataclasses.replace(row, s1x1=24) for row in rows[1:] if isinstance(row, Fire)),
    )
    desk.document.edit("All", dataclasses.replace(table, layers=wider))
    assert desk.says("1,000 layers differ")
    assert desk.entries()[-1] == "and 700 more"
    found = desk.baseline.difference
    with at_most(0.5):
        for _ in range(5):
            desk.panel.show_difference("deep", found)


def test_totals_too_wide_for_their_column_are_told_short_and_exactly_in_the_tool_tip(desk: Desk) -> None:
    desk.press("pin")
    desk.set("fire2", s1x1=1_000_000)
    _, now, absolute, share = (
        label
        for part in ("before", "now", "absolute", "percent")
        if isinstance(label := desk.panel.findChild(QLabel, f"parameters_{part}"), QLabel)
    )
    assert (now.text(), now.toolTip()) == ("738 M", "738,236,632")
    assert (absolute.text(), absolute.toolTip()) == ("+737 M", "+736,988,208")
    assert (share.text(), share.toolTip()) == ("×591", "+59,033.5 %")


def test_an_input_alone_says_how_many_layers_it_affects(desk: Desk) -> None:
    desk.press("pin")
    desk.document.edit("Set input", desk.document.table.with_input(InputShape(3, 224, 224)))
    assert desk.says("The input differs, 5 are affected")
