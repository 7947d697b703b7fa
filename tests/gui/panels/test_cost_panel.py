"""The bar chart of costs as a person uses it: choosing, pointing, clicking, walking with the arrow keys."""

from collections.abc import Callable, Iterator

import pytest
from bounds import at_most
from canvas_networks import long_table, wheel
from hands import LEFT, caught, child
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import network
from PySide6.QtCore import QPoint, QPointF, QRegularExpression, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.conventions import USUAL, Conventions
from squeezeviz.analysis.costs import COSTS, Measure, costs
from squeezeviz.analysis.live import DeviceName, LivePass, MeasuredLayer
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.drawing.cost_bars import bars, round_ticks
from squeezeviz.figure.scene.diagram import Role
from squeezeviz.gui.app import make_application
from squeezeviz.gui.live.answer import LiveAnswer
from squeezeviz.gui.panels.cost_chart import CostChart, named_rows, numbered_ticks
from squeezeviz.gui.panels.cost_panel import CostPanel, PartKey
from squeezeviz.gui.widgets.labels import ElidedLabel
from squeezeviz.gui.widgets.style import DARK_STYLE, LIGHT_STYLE, sheet
from squeezeviz.model.table import InputShape, LayerTable

OpenPanel = Callable[..., CostPanel]


def long_network(fires: int) -> ResolvedNetwork:
    return resolve(long_table(fires))


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[OpenPanel]:
    """A panel that has been seen long enough for its chart to be there."""
    make_application()

    def open_it(shown: ResolvedNetwork | None = None, size: tuple[int, int] = (610, 220)) -> CostPanel:
        made = CostPanel(LIGHT_STYLE)
        qtbot.addWidget(made)
        made.show_network(shown or network(), None)
        made.resize(*size)
        made.show()
        qtbot.waitUntil(lambda: made.ready and bool(texts(made)))
        return made

    yield open_it


def chart(panel: CostPanel) -> CostChart:
    return child(panel, CostChart, "cost_chart")


def texts(panel: CostPanel) -> str:
    """What a screen reader reads of the chart, one layer a line."""
    return chart(panel).accessibleDescription()


def place_of(panel: CostPanel, row: int, up: float = 0.02) -> QPoint:
    """Where on the chart a row's bar stands, a little above the axis."""
    at = chart(panel).place(row, 0)
    return QPointF(at.x(), at.y() * (1 - up)).toPoint()


def test_every_layer_has_its_number_share_and_convention(panel: OpenPanel, qtbot: QtBot) -> None:
    opened = panel()
    lines = texts(opened).splitlines()
    assert lines[0] == "conv1: 174 M multiply-adds (20.9 %)"
    assert "fire2: 35.6 M multiply-adds (4.3 %)" in lines
    opened.set_conventions(Conventions(flops=True))
    qtbot.waitUntil(lambda: "fire2: 71.2 MFLOPs (2 × multiply-adds) (4.3 %)" in texts(opened))
    assert child(opened, QComboBox).currentText() == "FLOPs"


def test_a_click_selects_a_layer_also_where_it_costs_nothing(panel: OpenPanel) -> None:
    opened = panel()
    chosen = caught(opened.layer_chosen)
    for row, up in ((2, 0.02), (1, 0.6)):
        QTest.mouseClick(chart(opened), LEFT, pos=place_of(opened, row, up))
    assert chosen == ["fire2", "maxpool1"]


def test_arrow_keys_walk_from_layer_to_layer(panel: OpenPanel) -> None:
    opened = panel()
    opened.layer_chosen.connect(opened.set_selected)
    chosen = caught(opened.layer_chosen)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Right):
        QTest.keyClick(chart(opened), key)
    assert chosen == ["conv1", "maxpool1", "fire2", "maxpool1", "avgpool10"]
    chart(opened).show_rows(-0.5, 3.5)
    opened.set_selected("conv10")
    assert chart(opened).seen == pytest.approx((10.5, 14.5))


def test_the_wheel_zooms_about_the_pointer_a_drag_moves_and_a_double_click_shows_all(panel: OpenPanel) -> None:
    opened = panel()
    shown, chosen = chart(opened), caught(opened.layer_chosen)
    at = place_of(opened, 6)
    for notches, rows in ((1, 11.1), (20, 4), (-1, 5.4), (-20, 15)):
        wheel(shown, at, notches)
        assert shown.seen[1] - shown.seen[0] == pytest.approx(rows, abs=0.1)
    wheel(shown, at, 5)
    assert shown.place(6, 0).x() == pytest.approx(at.x(), abs=1)
    for button in (LEFT, Qt.MouseButton.MiddleButton):
        low, _ = shown.seen
        QTest.mousePress(shown, button, pos=at)
        QTest.mouseMove(shown, at - QPoint(100, 0))
        QTest.mouseRelease(shown, button, pos=at - QPoint(100, 0))
        assert shown.seen[0] > low + 0.5
    QTest.mouseClick(shown, Qt.MouseButton.MiddleButton, pos=at)
    assert chosen == []
    QTest.mouseDClick(shown, LEFT, pos=at)
    assert shown.seen == (-0.5, 14.5)


def test_the_layer_under_the_pointer_is_told(panel: OpenPanel) -> None:
    opened = panel()
    QTest.mouseMove(chart(opened), place_of(opened, 2, 0.5))
    assert "fire2: 35.6 M multiply-adds" in " ".join(each.text() for each in opened.findChildren(ElidedLabel))


def test_only_a_measure_that_is_chosen_here_is_told(panel: OpenPanel, qtbot: QtBot) -> None:
    opened = panel()
    chosen, choice = caught(opened.measure_chosen), child(opened, QComboBox)
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Up)
    assert chosen == [Measure.PARAMETERS] and child(opened, PartKey).isVisible()
    qtbot.waitUntil(lambda: "fire2: 11,920 parameters (1.0 %)" in texts(opened))
    opened.set_measure(Measure.FIELD)
    opened.set_measure(Measure.KIND)
    assert chosen == [Measure.PARAMETERS] and opened.measure is Measure.FIELD
    qtbot.waitUntil(lambda: "fire2: 19 px" in texts(opened))
    assert not child(opened, PartKey).isVisible()  # receptive fields are not stacked


def test_time_asks_for_a_pass_before_there_is_one(panel: OpenPanel, qtbot: QtBot) -> None:
    opened, shown = panel(), network()
    opened.set_measure(Measure.TIME)
    qtbot.waitUntil(lambda: "conv1: not measured" in texts(opened))
    layers = tuple(MeasuredLayer(each.name, each.layer.type, (), 0, 0, 0, 3.0, ()) for each in shown.layers)
    measured = LivePass(DeviceName("cpu", "CPU"), (), (), 0, 0, 0, 45.0, 0, layers)
    opened.show_network(shown, LiveAnswer.of(shown, measured))
    qtbot.waitUntil(lambda: "conv1: 3.0 ms (6.7 %)" in texts(opened))


def test_edits_are_followed_until_nothing_is_left(panel: OpenPanel, qtbot: QtBot) -> None:
    opened, shown = panel(), network()
    opened.set_selected("fire4")
    for gone, name in ((1, "maxpool1"), (4, "fire4")):
        opened.show_network(resolve(shown.table.removed(gone)), None)
        qtbot.waitUntil(lambda name=name: name not in texts(opened))  # type: ignore[misc]
    opened.show_network(resolve(LayerTable("none", InputShape(), ())), None)
    qtbot.waitUntil(lambda: texts(opened) == "")
    QTest.keyClick(chart(opened), Qt.Key.Key_Right)


def test_a_thousand_layers_stay_quick_and_an_edit_is_only_noted_and_drawn_later(panel: OpenPanel) -> None:
    opened, shown = panel(long_network(1000)), long_network(999)
    with at_most(0.1):
        for _ in range(100):
            opened.show_network(shown, None)
    with at_most(1):
        opened._draw()
        opened.grab()
    assert len(texts(opened).splitlines()) == 61


def test_the_theme_can_change(panel: OpenPanel, qtbot: QtBot) -> None:
    opened = panel()
    assert not dark_behind_the_bars(opened)
    opened.set_style(DARK_STYLE)
    qtbot.waitUntil(lambda: dark_behind_the_bars(opened))


def dark_behind_the_bars(panel: CostPanel) -> bool:
    shown = chart(panel).grab().toImage()
    return shown.pixelColor(shown.width() // 2, 4).lightness() < 128


# The bars themselves


def test_a_fires_bar_is_stacked_from_its_parts_to_its_whole() -> None:
    shown = network()
    made = bars(shown, costs(shown, None, Measure.MACS), Measure.MACS)
    of_fire2 = [bar for bar in made if bar.row == 2]
    assert [bar.role for bar in of_fire2] == [Role.SQUEEZE, Role.EXPAND1X1, Role.EXPAND3X3]
    assert [bar.bottom for bar in of_fire2] == [0, 4_646_400, 4_646_400 + 3_097_600]
    assert of_fire2[-1].bottom + of_fire2[-1].height == 35_622_400


@pytest.mark.parametrize("measure", COSTS)
def test_bars_reach_as_high_as_their_layers_cost(measure: Measure) -> None:
    shown = network("complex-bypass")
    found = costs(shown, None, measure)
    tops: dict[int, float] = {}
    for bar in bars(shown, found, measure):
        tops[bar.row] = max(tops.get(bar.row, 0.0), bar.bottom + bar.height)
    assert tops == {row: cost.value for row, cost in enumerate(found) if cost.value}


@given(st.floats(1e-3, 1e18), st.sampled_from(COSTS), st.booleans(), st.booleans())
def test_ticks_are_few_ordered_and_within(most: float, measure: Measure, flops: bool, decimal: bool) -> None:
    ticks = round_ticks(most, measure, Conventions(flops, decimal))
    values = [value for value, _ in ticks]
    assert values == sorted(set(values))
    assert values[0] == 0
    assert len(values) <= 6
    assert values[-1] <= most * (1 + 1e-6)
    assert len({text for _, text in ticks}) == len(ticks)


def test_ticks_are_round_in_the_unit_that_is_written() -> None:
    assert [text for _, text in round_ticks(4_731_264, Measure.ACTIVATIONS, USUAL)] == [
        "0", "1.00 MiB", "2.00 MiB", "3.00 MiB", "4.00 MiB",
    ]  # fmt: skip
    assert [text for _, text in round_ticks(86.5e6, Measure.MACS, USUAL)] == ["0", "20 M", "40 M", "60 M", "80 M"]
    assert [text for _, text in round_ticks(174e6, Measure.MACS, USUAL)] == ["0", "50 M", "100 M", "150 M"]
    flops = round_ticks(174e6, Measure.MACS, Conventions(flops=True))
    assert [text for _, text in flops] == ["0", "100 MFLOPs", "200 MFLOPs", "300 MFLOPs"]


def test_names_are_thinned_where_they_would_touch() -> None:
    assert list(named_rows(-0.5, 14.5, 15, 300)) == list(range(15))
    assert list(named_rows(-0.5, 14.5, 15, 100)) == [0, 3, 6, 9, 12]
    assert list(named_rows(3.5, 14.5, 15, 60)) == [6, 9, 12]


@pytest.mark.parametrize(("scale", "left"), [(2.0, [10, 20, 30, 40]), (0.8, [20, 40]), (0.5, [30]), (0.0, [40])])
def test_numbers_are_thinned_where_the_chart_is_too_low_for_all_of_them(scale: float, left: list[int]) -> None:
    ticks = [(float(value), str(value)) for value in (10, 20, 30, 40)]
    assert [value for value, _ in numbered_ticks(ticks, scale, 14.0)] == left


@pytest.mark.parametrize(("preset", "named"), [("table1", False), ("simple-bypass", False), ("complex-bypass", True)])
def test_the_key_names_the_bypass_where_it_is_among_the_bars(panel: OpenPanel, preset: str, named: bool) -> None:
    opened = panel(network(preset), (700, 220))
    words = [word.text() for word in child(opened, PartKey).findChildren(QLabel) if word.isVisible()]
    assert words[:3] == ["squeeze 1×1", "expand 1×1", "expand 3×3"]
    assert ("bypass 1×1" in words) is named
    for swatch in child(opened, PartKey).findChildren(QWidget, QRegularExpression("^swatch_")):
        assert f"QWidget#{swatch.objectName()} {{" in sheet(LIGHT_STYLE)
