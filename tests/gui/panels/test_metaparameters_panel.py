"""The metaparameters' sliders, driven by keys and mouse, on a document of their own."""

import dataclasses
import statistics
import time
from fractions import Fraction

import pytest
from bounds import allowed
from desk import Desk, cut_off
from hands import PLAIN, caught, child, drag_slider, type_in
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.panels.metaparameters import MetaparametersPanel
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import LayerTable
from squeezeviz.paper.metaparameters import SQUEEZENET, rewritten

NAMES = ("base_e", "incr_e", "freq", "sr", "pct3x3", "count")


class SliderDesk(Desk[MetaparametersPanel]):
    def __init__(self, qtbot: QtBot, table: LayerTable, width: int = 590) -> None:
        super().__init__(qtbot, table, MetaparametersPanel, (width, 200))
        self.refused, self.presets = caught(self.panel.refused), caught(self.panel.preset_chosen)
        self.document.table_changed.connect(self.panel.show_network)
        self.panel.show_network(self.document.network)

    def box(self, name: str) -> QLineEdit:
        return child(self.panel, QLineEdit, f"box_{name}")

    def slider(self, name: str) -> QSlider:
        return child(self.panel, QSlider, f"slider_{name}")

    def said(self, name: str) -> str:
        return self.text(f"metaparameters_{name}")

    def shown(self) -> dict[str, str]:
        return {name: self.box(name).text() for name in NAMES}

    def enter(self, name: str, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
        type_in(self.box(name), text, finish=False)
        QTest.keyClick(self.box(name), key)


@pytest.fixture
def desk(qtbot: QtBot) -> SliderDesk:
    return SliderDesk(qtbot, load_preset("table1"))


def squeezes(table: LayerTable) -> list[int]:
    return [layer.s1x1 for layer in table.layers if isinstance(layer, Fire)]


def hold(slider: QSlider, key: Qt.Key, repeats: int) -> None:
    for repeat in range(repeats):
        event = QKeyEvent(QEvent.Type.KeyPress, key, PLAIN, "", repeat > 0)
        QApplication.sendEvent(slider, event)


def test_the_panel_shows_what_the_table_follows_and_what_the_paper_prints(desk: SliderDesk) -> None:
    assert desk.shown() == {
        "base_e": "128", "incr_e": "128", "freq": "2", "sr": "0.125", "pct3x3": "50 %", "count": "8",
    }  # fmt: skip
    assert desk.said("totals") == "4.76 MiB · 833 M multiply-adds"
    assert desk.said("printed") == "paper: 4.8 MB, top-5 80.3 %"
    assert desk.said("deviations") == "All 8 Fire modules follow these numbers."
    assert desk.said("roundings") == "Expand filters: 128, 128, 256, 256, 384, 384, 512, 512"
    assert desk.button("follow_button").isHidden()


def test_a_drag_changes_the_table_at_every_tick_and_is_one_step_back(desk: SliderDesk) -> None:
    seen: list[int] = []
    desk.document.table_changed.connect(lambda network: seen.append(squeezes(network.table)[0]))
    before = desk.table
    drag_slider(desk.slider("sr"), [10, 10, 10, 10])
    assert len(seen) >= 4
    assert seen == sorted(set(seen))
    assert squeezes(desk.table)[0] > 16
    assert len(desk.steps) == 1
    assert desk.steps[0] == f"Set SR to {desk.box('sr').text()}"
    desk.document.stack.undo()
    assert desk.table == before
    assert desk.box("sr").text() == "0.125"


def test_two_drags_are_two_steps_and_one_there_and_back_again_is_none(desk: SliderDesk) -> None:
    drag_slider(desk.slider("base_e"), [15, 15, -15, -15])
    assert (desk.table, desk.steps) == (load_preset("table1"), [])
    drag_slider(desk.slider("base_e"), [15, 5])
    drag_slider(desk.slider("base_e"), [15, 5])
    assert len(desk.steps) == 2


def test_a_key_is_a_step_and_a_key_held_down_is_one(desk: SliderDesk) -> None:
    slider = desk.slider("freq")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert desk.steps == ["Set freq to 3", "Set freq to 4"]
    hold(desk.slider("sr"), Qt.Key.Key_Right, 5)
    assert desk.steps[2:] == ["Set SR to 0.15"]


def test_page_keys_go_from_point_to_point_of_the_figures(desk: SliderDesk) -> None:
    QTest.keyClick(desk.slider("sr"), Qt.Key.Key_PageUp)
    assert (desk.box("sr").text(), desk.said("printed")) == ("0.25", "paper: 7.6 MB")
    assert desk.said("totals").startswith("7.50 MiB")


def test_the_arrows_step_in_a_box(desk: SliderDesk) -> None:
    QTest.keyClick(desk.box("base_e"), Qt.Key.Key_Up)
    QTest.keyClick(desk.box("count"), Qt.Key.Key_Down)
    assert desk.steps == ["Set base e to 129", "Set the number of Fire modules to 7"]


@pytest.mark.parametrize(
    ("name", "typed", "shown", "value"),
    [
        ("base_e", "64", "64", 64),
        ("base_e", "20,000", "20000", 20_000),
        ("incr_e", "0", "0", 0),
        ("freq", "3", "3", 3),
        ("sr", "0.25", "0.25", Fraction(1, 4)),
        ("sr", ".75", "0.75", Fraction(3, 4)),
        ("sr", "25 %", "0.25", Fraction(1, 4)),
        ("sr", "3/4", "0.75", Fraction(3, 4)),
        ("sr", "2.5", "2.5", Fraction(5, 2)),
        ("pct3x3", "12.5 %", "12.5 %", Fraction(1, 8)),
        ("pct3x3", "75", "75 %", Fraction(3, 4)),
        ("pct3x3", "0.25", "25 %", Fraction(1, 4)),
        ("count", "30", "30", 30),
    ],
)
def test_a_typed_number_rewrites_the_fire_rows(
    desk: SliderDesk, name: str, typed: str, shown: str, value: Fraction
) -> None:
    desk.enter(name, typed)
    wanted = dataclasses.replace(SQUEEZENET, **{name: value})  # type: ignore[arg-type]
    assert desk.table == rewritten(load_preset("table1"), wanted)
    assert desk.box(name).text() == shown
    assert (len(desk.steps), desk.refused) == (1, [])


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("base_e", "1", "base e must be at least 2"),
        ("base_e", "-1", "base e: a whole number is needed"),
        ("base_e", "2.5", "a whole number is needed"),
        ("base_e", "1" + "0" * 30, "at most 2·10^12"),
        ("incr_e", "1" + "0" * 12, "from 1 to 10^12"),
        ("freq", "0", "freq must be at least 1"),
        ("sr", "0", "SR must be above 0"),
        ("sr", "0,125", "SR: it is written like 0.125, 12.5 % or 1/8, not “0,125”"),
        ("sr", "1/0", "not “1/0”"),
        ("pct3x3", "100", "below 100 %"),
        ("pct3x3", "0", "above 0 %"),
        ("count", "0", "there is nothing to rewrite without one"),
        ("count", "9999", "at most 2,000 Fire modules"),
    ],
)
def test_what_cannot_stand_is_refused_and_the_old_number_is_back(
    desk: SliderDesk, name: str, typed: str, said: str
) -> None:
    before = desk.shown()
    for times in (1, 2):  # the same again is refused again
        desk.enter(name, typed)
        assert len(desk.refused) == times and said in str(desk.refused[-1])
        assert (desk.shown(), desk.table) == (before, load_preset("table1"))


def test_leaving_a_box_takes_what_was_typed_unless_esc_put_the_old_number_back(desk: SliderDesk) -> None:
    desk.enter("base_e", "99", Qt.Key.Key_Escape)
    assert desk.box("base_e").text() == "128"
    desk.slider("freq").setFocus()
    assert desk.steps == []
    desk.enter("sr", "0.5", Qt.Key.Key_Tab)
    assert squeezes(desk.table)[0] == 64


def test_a_row_edited_by_hand_is_told_and_made_to_follow(desk: SliderDesk) -> None:
    desk.set("fire5", s1x1=24)
    assert desk.said("deviations") == "fire5 deviates: s1x1 24, the formula gives 32"
    assert (desk.said("printed"), desk.box("sr").text()) == ("", "0.125")
    assert desk.button("follow_button").text() == "Make it follow"
    desk.press("follow_button")
    assert (desk.table, desk.steps[-1]) == (load_preset("table1"), "Make fire5 follow the metaparameters")
    assert desk.button("follow_button").isHidden()


def test_several_rows_are_told_in_one_line_and_in_full_in_the_tool_tip(desk: SliderDesk) -> None:
    table = desk.table
    for name in ("fire5", "fire7", "fire9"):
        table = table.with_field(table.index_of(name), "e1x1", 100)
    desk.document.edit("Edit", table.with_field(table.index_of("fire5"), "name", "<b>five</b>"))
    assert desk.said("deviations").startswith("3 of 8 deviate: <b>five</b> (e1x1 100, not 128), fire7")
    tip = child(desk.panel, QLabel, "metaparameters_deviations").toolTip()
    assert "&lt;b&gt;five&lt;/b&gt;: e1x1 100, the formula gives 128" in tip
    desk.press("follow_button")
    assert desk.steps[-1] == "Make 3 Fire modules follow the metaparameters"


def test_numbers_that_were_rounded_are_told(desk: SliderDesk) -> None:
    desk.enter("pct3x3", "1")
    assert desk.said("roundings").startswith("Rounded to whole filters: fire2 e3x3 1.28 → 1, fire3 e3x3 1.28 → 1")
    assert desk.said("roundings").endswith("and 5 more")


def test_fires_that_a_slider_takes_away_come_back_where_they_stood_and_edits_between_stay(desk: SliderDesk) -> None:
    slider = desk.slider("count")
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(slider, key)
    assert desk.table == load_preset("table1")
    QTest.keyClick(slider, Qt.Key.Key_Left)
    desk.set("conv1", name="first")
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert (desk.table.layers[0].name, len(squeezes(desk.table))) == ("first", 8)


def test_a_number_that_changes_no_row_is_kept_all_the_same(desk: SliderDesk) -> None:
    desk.enter("freq", "8")
    table = desk.table
    desk.enter("freq", "20")
    assert desk.table == table
    assert (desk.box("freq").text(), desk.box("incr_e").text()) == ("20", "128")
    desk.enter("freq", "2")
    assert desk.table == load_preset("table1")


def test_a_table_without_fires_says_so_and_gets_squeezenet_s(qtbot: QtBot) -> None:
    table1 = load_preset("table1")
    bare = table1.removed(*[row for row, layer in enumerate(table1.layers) if isinstance(layer, Fire)])
    desk = SliderDesk(qtbot, bare)
    assert desk.said("deviations") == "The table has no Fire module."
    assert desk.said("roundings") == "These are SqueezeNet’s: change one to add 8."
    desk.press("follow_button")
    assert desk.steps == ["Add 8 Fire modules"]
    assert squeezes(desk.table) == squeezes(table1)
    desk.document.stack.undo()
    desk.enter("sr", "0.25")
    assert squeezes(desk.table) == [2 * each for each in squeezes(table1)]


def test_the_points_of_the_figures_are_offered_with_the_paper_s_numbers_beside_ours(desk: SliderDesk) -> None:
    actions = {action.text(): action for action in desk.button("figure_points").menu().actions() if action.text()}
    assert len([action for action in actions.values() if action.isEnabled()]) == 14
    assert ticked(actions) == ["SR 0.125: 4.76 MiB\tpaper: 4.8 MB, top-5 80.3 %"]
    actions["SR 0.75: 18.5 MiB\tpaper: 19 MB, top-5 86.0 %"].trigger()
    assert desk.presets == ["figure3a-sr0.75"]
    assert ticked(actions) == ["SR 0.125: 4.76 MiB\tpaper: 4.8 MB, top-5 80.3 %"]
    desk.document.start(load_preset("figure3b-pct50"))
    assert [title.split(":")[0] for title in ticked(actions)] == ["SR 0.5", "50 % 3×3 filters"]


def ticked(actions: dict[str, QAction]) -> list[str]:
    return [title for title, action in actions.items() if action.isChecked()]


def test_a_table_that_cannot_run_shows_how_far_it_comes(desk: SliderDesk) -> None:
    desk.document.start(load_preset("simple-bypass"))
    desk.enter("freq", "1")
    assert not desk.document.network.runs
    assert desk.said("totals").startswith("as far as it runs: ")
    assert desk.box("freq").text() == "1"


def test_every_part_has_an_accessible_name_and_a_place_in_the_tab_order(desk: SliderDesk) -> None:
    for name in NAMES:
        for part in (desk.slider(name), desk.box(name)):
            assert part.accessibleName()
            assert part.focusPolicy() & Qt.FocusPolicy.TabFocus
    desk.panel.setFocus()
    assert QApplication.focusWidget() is desk.slider("base_e")


def test_everything_fits_beside_and_below_each_other(qtbot: QtBot) -> None:
    desk = SliderDesk(qtbot, load_preset("figure3b-pct1").with_field(6, "s1x1", 24))
    for width in (590, 420):
        desk.panel.resize(width, 200)
        QApplication.processEvents()
        assert desk.panel.verticalScrollBar().maximum() == 0
        assert [cut_off(desk.panel, kind) for kind in (QLineEdit, QSlider, QPushButton)] == [[], [], []]
        assert min(desk.slider(name).width() for name in NAMES) >= 50


def test_one_tick_is_shown_within_a_few_milliseconds(desk: SliderDesk) -> None:
    networks = [
        resolve(rewritten(load_preset("table1"), dataclasses.replace(SQUEEZENET, sr=Fraction(sr, 200))))
        for sr in range(30, 90)
    ]
    took = []
    for network in networks:
        begun = time.process_time()
        desk.panel.show_network(network)
        took.append(time.process_time() - begun)
    assert statistics.median(took) < allowed(0.005)
