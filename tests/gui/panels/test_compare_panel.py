"""The comparison with a pinned baseline, driven with keys and mouse."""

import dataclasses
from collections.abc import Callable

import pytest
from bounds import at_most
from desk import Desk, cut_off
from hands import LEFT, caught, child, refused
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.difference import Difference
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.baseline import Baseline
from squeezeviz.gui.panels.changes import ChangeList
from squeezeviz.gui.panels.comparison import ComparePanel
from squeezeviz.gui.widgets.style import DARK_STYLE, LIGHT_STYLE
from squeezeviz.model.layers import Conv, Fire, Layer, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

SMALLER = InputShape(3, 224, 224)


class CompareDesk(Desk[ComparePanel]):
    def __init__(self, qtbot: QtBot) -> None:
        super().__init__(qtbot, load_preset("table1"), lambda _: ComparePanel(LIGHT_STYLE), (590, 170))
        self.baseline = Baseline(self.document)
        self.document.table_changed.connect(self.baseline.follow)
        self.baseline.changed.connect(lambda found: self.panel.show_difference(self.baseline.title, found))
        self.panel.pin_requested.connect(lambda: self.baseline.pin(self.table, f"{self.table.name}, as it was"))
        self.panel.unpin_requested.connect(self.baseline.unpin)

    @property
    def view(self) -> ChangeList:
        return child(self.panel, ChangeList)

    def entries(self) -> list[str]:
        return [str(self.view.lines.index(row, 0).data()) for row in range(self.view.lines.rowCount())]

    def labels(self, total: str) -> list[QLabel]:
        return [child(self.panel, QLabel, f"{total}_{part}") for part in ("before", "now", "absolute", "percent")]

    def total(self, name: str) -> list[str]:
        return [label.text() for label in self.labels(name)]

    def click_entry(self, row: int) -> list[object]:
        """Click on an entry; the layers that were chosen by that."""
        QApplication.processEvents()
        chosen = caught(self.panel.layer_chosen)
        at = self.view.visualRect(self.view.lines.index(row, 0)).center()
        QTest.mouseClick(self.view.viewport(), LEFT, pos=at)
        return chosen


@pytest.fixture
def desk(qtbot: QtBot) -> CompareDesk:
    return CompareDesk(qtbot)


def focused() -> QWidget:
    found: QWidget | None = QApplication.focusWidget()
    assert found is not None
    return found


def test_before_anything_is_pinned_and_after_it_is_unpinned_the_panel_says_what_pinning_is_for(
    desk: CompareDesk,
) -> None:
    assert desk.says("Pin a network as the baseline.")
    chosen, seen = caught(desk.panel.choose_requested), caught(desk.baseline.changed)
    desk.press("choose")
    assert len(chosen) == 1
    desk.press("pin")
    assert not desk.says("Pin a network as the baseline.") and desk.says("No difference")
    assert desk.says("Baseline: SqueezeNet v1.0 (paper, Table 1), as it was")
    desk.set("fire5", s1x1=16)
    assert not desk.says("No difference")
    desk.press("pin_instead")
    assert desk.says("No difference")
    desk.press("unpin")
    assert isinstance(seen[0], Difference) and seen[-1] is None and desk.baseline.title == ""
    count = len(seen)
    desk.set("fire5", s1x1=17)
    assert len(seen) == count and desk.says("Pin a network as the baseline.")


def test_making_fire5_to_fire9_half_as_wide_tells_what_it_saves(desk: CompareDesk) -> None:
    desk.press("pin")
    for name in ("fire5", "fire6", "fire7", "fire8", "fire9"):
        fire = desk.table.layers[desk.table.index_of(name)]
        assert isinstance(fire, Fire)
        desk.set(name, s1x1=fire.s1x1 // 2, e1x1=fire.e1x1 // 2, e3x3=fire.e3x3 // 2)
    assert desk.says("5 layers differ, 3 more are affected")
    assert desk.entries()[0] == "fire5: s1x1 32 → 16, e1x1 128 → 64, e3x3 128 → 64"
    assert desk.total("parameters") == ["1,248,424", "506,408", "−742,016", "−59.4 %"]
    assert desk.total("size") == ["4.76 MiB", "1.93 MiB", "−2.83 MiB", "−59.4 %"]
    assert desk.total("depth") == ["18", "18", "", ""]
    desk.document.stack.setIndex(0)
    assert desk.entries() == [] and desk.says("No difference")


def test_savings_and_costs_are_told_apart_by_sign_and_colour(desk: CompareDesk) -> None:
    desk.press("pin")
    label = child(desk.panel, QLabel, "parameters_absolute")
    for squeeze, sign, tone in ((16, "−", "saves"), (64, "+", "costs"), (32, "", "")):
        desk.set("fire5", s1x1=squeeze)
        assert (label.text()[:1], label.property("tone")) == (sign, tone)


EDITS: dict[str, tuple[Callable[[LayerTable], LayerTable], str]] = {
    "a field": (lambda table: table.with_field(13, "bias", False), "conv10: bias yes → no"),
    "a layer that went": (lambda table: table.removed(5), "maxpool4: removed, was after fire4"),
    "the first layer that went": (lambda table: table.removed(0), "conv1: removed, was after input"),
    "renamed and moved at once": (
        lambda table: table.moved(1, 3).with_field(3, "name", "late"),
        "late: was maxpool1, after fire3, was after conv1",
    ),
    "another input": (lambda table: table.with_input(SMALLER), "input: was 227×227×3"),
    "a name like markup": (lambda table: table.with_field(6, "name", "<i>&amp;"), "<i>&amp;: was fire5"),
}


@pytest.mark.parametrize(("edit", "listed"), EDITS.values(), ids=EDITS)
def test_what_differs_is_a_line(desk: CompareDesk, edit: Callable[[LayerTable], LayerTable], listed: str) -> None:
    desk.press("pin")
    desk.document.edit("Edit", edit(desk.table))
    assert desk.entries() == [listed]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in desk.panel.findChildren(QLabel))


def test_two_files_are_compared_by_pinning_one_and_opening_the_other(desk: CompareDesk) -> None:
    desk.baseline.pin(load_preset("squeezenet1_0"), "squeezenet1_0")
    desk.document.start(load_preset("squeezenet1_1"))
    assert desk.says("Baseline: squeezenet1_0")
    assert desk.entries() == [
        "conv1: filters 96 → 64, kernel 7 → 3",
        "maxpool3: was maxpool4, after fire3, was after fire4",
        "maxpool5: was maxpool8, after fire5, was after fire8",
    ]
    assert desk.total("macs") == ["819 M", "349 M", "−470 M", "−57.4 %"]


def test_a_click_on_a_layer_goes_there_and_on_a_removed_one_to_its_neighbour(desk: CompareDesk) -> None:
    desk.press("pin")
    desk.set("conv10", bias=False)
    desk.set("fire5", s1x1=16)
    assert desk.click_entry(1) == ["conv10"]
    desk.document.edit("Delete", desk.table.removed(0))
    assert desk.click_entry(0) == [desk.table.layers[0].name]
    desk.document.stack.setIndex(0)
    desk.document.edit("Set input", desk.table.with_input(SMALLER))
    assert desk.click_entry(0) == []
    assert desk.says("The input differs, 5 are affected")


def test_the_keyboard_reaches_the_layers_and_every_button(desk: CompareDesk) -> None:
    desk.panel.setFocus()
    assert focused().objectName() == "pin"
    QTest.keyClick(focused(), Qt.Key.Key_Space)
    assert focused() is desk.view
    desk.set("fire2", s1x1=8)
    desk.set("fire5", s1x1=16)
    chosen = caught(desk.panel.layer_chosen)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(desk.view, key)
    assert chosen == ["fire5"]
    reached = []
    buttons = ["beside", "swap_baseline", "pin_instead", "choose_other"]
    buttons += ["export_comparison", "copy_comparison", "unpin"]
    for _ in buttons:
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        reached.append(focused().objectName())
    assert reached == buttons
    QTest.keyClick(focused(), Qt.Key.Key_Space)
    assert desk.baseline.difference is None
    assert focused().objectName() == "pin"


def test_a_drag_changes_words_and_leaves_every_widget_and_the_place_in_the_list(desk: CompareDesk) -> None:
    desk.press("pin")
    for place in range(2, 10):
        desk.set(f"fire{place}", e1x1=17, e3x3=19)
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


def test_layers_that_come_and_go_leave_the_current_one_current(desk: CompareDesk) -> None:
    desk.press("pin")
    desk.set("fire5", s1x1=16)
    desk.set("conv10", bias=False)
    desk.view.setCurrentIndex(desk.view.lines.index(1, 0))
    desk.document.edit("Insert", desk.table.inserted(0, MaxPool("pool0", 1, 1)))
    desk.set("fire2", s1x1=8)
    assert desk.entries() == [
        "pool0: added, after input", "fire2: s1x1 16 → 8", "fire5: s1x1 32 → 16", "conv10: bias yes → no",
    ]  # fmt: skip
    assert desk.view.currentIndex().row() == 3
    desk.document.stack.setIndex(0)
    assert desk.entries() == []


def test_beside_a_network_that_is_pruned_nowhere_pruning_is_told_once(desk: CompareDesk) -> None:
    note = child(desk.panel, QLabel, "storage_note")
    desk.baseline.pin(load_preset("simple-bypass"), "Simple bypass")
    assert [entry.split(":")[0] for entry in desk.entries()] == ["fire3", "fire5", "fire7", "fire9"]
    assert not any("kept" in entry or "bits" in entry for entry in desk.entries())
    assert note.isVisible() and note.text().startswith("The open table alone is pruned or quantized")
    desk.document.edit("Keep all", desk.table.uncompressed())
    assert not note.isVisible()
    desk.baseline.pin(load_preset("table1"), "Table 1")
    desk.set("fire2", s1x1=24)
    assert note.text().startswith("The baseline alone")


def test_a_baseline_that_cannot_run_has_no_totals_and_nothing_is_concluded(desk: CompareDesk) -> None:
    broken = load_preset("table1").with_field(1, "kernel", 500)
    desk.baseline.pin(broken, "broken.toml")
    assert desk.says("Baseline: broken.toml (cannot run)")
    assert desk.total("parameters") == ["—", "1,248,424", "", ""]
    assert desk.labels("parameters")[0].toolTip() == "It cannot run, so it has no totals."
    assert desk.entries() == ["maxpool1: kernel 500 → 3"]
    desk.document.edit("Break", broken)
    assert desk.total("parameters") == ["—", "—", "", ""]
    assert desk.says("No difference")


def test_totals_too_wide_for_their_column_are_told_short_and_exactly_in_the_tool_tip(desk: CompareDesk) -> None:
    desk.press("pin")
    desk.set("fire2", s1x1=1_000_000)
    assert [(label.text(), label.toolTip()) for label in desk.labels("parameters")[1:]] == [
        ("738 M", "738,236,632"), ("+737 M", "+736,988,208"), ("×591", "+736,988,208, +59,033.5 %"),
    ]  # fmt: skip


def test_all_totals_and_buttons_fit_at_every_width(desk: CompareDesk) -> None:
    desk.baseline.pin(load_preset("squeezenet1_0"), "A title of a length that no panel can show in full " * 3)
    desk.panel.set_style(DARK_STYLE)
    for width in (262, 330, 420, 590, 900):
        desk.panel.resize(width, 320)
        QApplication.processEvents()
        body = desk.panel.widget()
        assert body is not None and body.width() <= desk.panel.viewport().width()
        assert cut_off(desk.panel, QPushButton) == cut_off(desk.panel, QLabel) == []
        totals, view = desk.labels("depth")[3], desk.view
        beside = view.mapTo(desk.panel, QPoint(0, 0)).x() > totals.mapTo(desk.panel, QPoint(0, 0)).x()
        assert beside is (width >= 540)
        desk.panel.grab()


def test_a_thousand_changed_layers_are_followed_at_once(desk: CompareDesk) -> None:
    rows: tuple[Layer, ...] = (Conv("conv", 16, 7, 2), *(Fire(f"fire{place}", 16, 8, 8) for place in range(1000)))
    desk.document.start(LayerTable("deep", InputShape(), rows))
    desk.press("pin")
    wider = tuple(dataclasses.replace(row, s1x1=24) if isinstance(row, Fire) else row for row in rows)
    desk.document.edit("All", dataclasses.replace(desk.table, layers=wider))
    assert desk.says("1,000 layers differ")
    assert desk.entries()[-1] == "and 700 more"
    with at_most(0.5):
        for _ in range(5):
            desk.panel.show_difference("deep", desk.baseline.difference)


def test_the_comparison_is_copied_as_compare_prints_it(window: MainWindow) -> None:
    with refused(window, "Nothing is pinned"):
        window.parts.compares.copy()
    window.parts.commands["pin"].trigger()
    window.document.edit(
        "Set fire5", window.document.table.with_field(window.document.table.index_of("fire5"), "s1x1", 16)
    )
    window.parts.panels.bring("comparison")
    QTest.mouseClick(child(window, QPushButton, "copy_comparison"), LEFT)
    text = QApplication.clipboard().text()
    assert "| parameters | 1,248,424 | 1,223,832 | −24,592 (−2.0 %) |" in text
    assert "| changed | fire5 | s1x1 32 → 16 |" in text
    for name in ("unpin", "pin"):  # the keyboard stays in the panel though its page goes
        child(window, QPushButton, name).setFocus()
        QTest.keyClick(focused(), Qt.Key.Key_Space)
        assert window.parts.panels.panel("comparison").isAncestorOf(focused())
