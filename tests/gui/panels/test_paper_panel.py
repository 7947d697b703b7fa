"""The panel that holds the open table against the paper, driven with keys and mouse."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import pytest
from hands import child
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.live import DeviceName, LivePass, MeasuredLayer, MeasuredOperation
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.document import Document
from squeezeviz.gui.panels.paper import PaperPanel
from squeezeviz.gui.panels.paper_lines import PaperList
from squeezeviz.gui.widgets.style import DARK_STYLE, LIGHT_STYLE, Style
from squeezeviz.model.layers import Conv, Fire, uncompressed
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.paper.geometry import NamedGeometry, with_geometry


class Desk:
    """A document and the panel, put together as the window does."""

    def __init__(self, panel: PaperPanel) -> None:
        self.panel = panel
        self.document = Document(dense("table1"))
        self.document.table_changed.connect(lambda network: panel.show_network(network, None))
        panel.geometry_chosen.connect(self.use)
        panel.show_network(self.document.network, None)

    def use(self, convention: NamedGeometry) -> None:
        table = with_geometry(self.document.table, convention)
        assert table is not None
        self.document.edit(convention.step_text, table)

    @property
    def verdicts(self) -> PaperList:
        return child(self.panel, PaperList, "paper_verdicts")

    def lines(self, tree: PaperList | None = None) -> list[str]:
        model = (tree or self.verdicts).model()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def group(self, start: str, tree: PaperList | None = None) -> QModelIndex:
        tree = tree or self.verdicts
        row = next(row for row, line in enumerate(self.lines(tree)) if line.startswith(start))
        return tree.model().index(row, 0)

    def inside(self, start: str, tree: PaperList | None = None) -> list[list[str]]:
        """The cells of the lines behind a heading."""
        tree = tree or self.verdicts
        model, here = tree.model(), self.group(start, tree)
        rows, columns = range(model.rowCount(here)), range(model.columnCount())
        return [[str(model.index(row, column, here).data()) for column in columns] for row in rows]

    def turn_to(self, page: str) -> None:
        QTest.mouseClick(child(self.panel, QPushButton, f"paper_page_{page}"), Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def geometry(self, name: str) -> QRadioButton:
        return child(self.panel, QRadioButton, f"geometry_{name}")

    def text(self, name: str) -> str:
        return child(self.panel, QLabel, name).text()


def dense(preset: str) -> LayerTable:
    table = load_preset(preset)
    return dataclasses.replace(table, layers=tuple(map(uncompressed, table.layers)))


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    panel = PaperPanel(LIGHT_STYLE)
    qtbot.addWidget(panel)
    panel.resize(610, 220)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    panel.setFocus()
    return Desk(panel)


def caught(signal: object) -> list[object]:
    seen: list[object] = []
    connect: Callable[..., object] = signal.connect  # type: ignore[attr-defined]
    connect(lambda *values: seen.append(values[0] if len(values) == 1 else values))
    return seen


def as_measured(network: ResolvedNetwork) -> LivePass:
    """A pass that measured what was predicted."""
    layers = []
    for layer in network.layers:
        steps = tuple(
            MeasuredOperation(step.name, str(step.operation.kind), (1, *step.shape), step.depth.value, 0, 0, 0.1)
            for step in layer.operations
        )
        counts = layer.depth.value, layer.parameters.value, layer.macs.value, 0.1
        layers.append(MeasuredLayer(layer.name, layer.layer.type, (1, *layer.output.shape), *counts, steps))
    image = network.table.input
    flowing_in = (1, image.channels, image.height, image.width)
    return LivePass(
        DeviceName("cpu", "CPU"), flowing_in, (1, network.output.channels), network.depth.value,
        network.parameters.value, network.macs.value, 1.0, 0, tuple(layers),
    )  # fmt: skip


def test_the_verdicts_stand_first_and_say_that_they_are_predicted(desk: Desk) -> None:
    assert desk.lines()[:2] == [
        "parameters: 10 of 10 printed rows agree, total 1,248,424",
        "depth: 14 of 14 rows agree, total 18",
    ]
    assert "maxpool8 prints 13×12×512; the prediction is 13×13×512" in desk.lines()
    assert desk.text("paper_source") == "predicted, not measured yet"


def test_after_a_pass_they_are_measured(desk: Desk) -> None:
    network = desk.document.network
    desk.panel.show_network(network, as_measured(network))
    assert "maxpool8 prints 13×12×512; the forward pass gives 13×13×512" in desk.lines()
    assert desk.text("paper_source") == "measured on CPU"
    heading = desk.verdicts.model().headerData(2, Qt.Orientation.Horizontal)
    assert heading == "measured"
    desk.panel.show_network(network, None)
    assert desk.text("paper_source") == "predicted, not measured yet"


def test_a_click_opens_the_rows_behind_a_verdict_and_one_on_a_row_goes_to_its_layer(desk: Desk) -> None:
    chosen = caught(desk.panel.layer_chosen)
    tree, here = desk.verdicts, desk.group("parameters")
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(here).center())
    assert tree.isExpanded(here)
    assert desk.inside("parameters")[1] == ["fire2", "11,920", "11,920"]
    line = tree.model().index(1, 1, here)
    tree.scrollTo(line)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(line).center())
    assert chosen == ["fire2"]
    total = tree.model().index(10, 0, here)
    tree.scrollTo(total)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(total).center())
    assert chosen == ["fire2"]
    tree.scrollToTop()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(here).center())
    assert not tree.isExpanded(here)


def test_all_of_it_can_be_done_with_the_keyboard(desk: Desk) -> None:
    chosen = caught(desk.panel.layer_chosen)
    tree = desk.verdicts
    assert QApplication.focusWidget() is tree
    QTest.keyClick(tree, Qt.Key.Key_Return)
    assert tree.isExpanded(desk.group("parameters"))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(tree, key)
    assert chosen == ["fire2"]
    QTest.keyClick(tree, Qt.Key.Key_Left)
    QTest.keyClick(tree, Qt.Key.Key_Left)
    assert not tree.isExpanded(desk.group("parameters"))
    page = child(desk.panel, QPushButton, "paper_page_totals")
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Space)
    choice = desk.geometry("torchvision")
    choice.setFocus()
    QTest.keyClick(choice, Qt.Key.Key_Space)
    assert desk.document.table.input == InputShape(3, 224, 224)


def test_an_edit_changes_the_words_in_place_and_what_is_open_stays_open(desk: Desk) -> None:
    tree, here = desk.verdicts, desk.group("parameters")
    tree.setExpanded(here, True)
    tree.setCurrentIndex(tree.model().index(4, 0, here))
    table = desk.document.table
    desk.document.edit("Set fire3 s1x1", table.with_field(3, "s1x1", 24))
    assert desk.lines()[0] == "parameters: 9 of 10 printed rows agree, total 1,254,576 (printed 1,248,424)"
    assert desk.inside("parameters")[2] == ["fire3", "12,432", "18,584"]
    assert tree.isExpanded(desk.group("parameters"))
    assert tree.currentIndex().row() == 4
    desk.document.stack.undo()
    assert desk.lines()[0] == "parameters: 10 of 10 printed rows agree, total 1,248,424"


def test_another_network_has_other_lines_and_the_first_one_comes_back(desk: Desk) -> None:
    before = desk.lines()
    desk.document.start(dense("complex-bypass"))
    assert "layers: 8 with a bypass" in desk.lines()
    assert desk.inside("layers")[0] == ["fire2", "no bypass", "complex bypass"]
    desk.document.start(dense("table1"))
    assert desk.lines() == before


def test_what_is_no_squeezenet_gets_one_sentence(desk: Desk) -> None:
    desk.document.start(LayerTable("plain", InputShape(), (Conv("a", 8, 3),)))
    unlike = child(desk.panel, QLabel, "paper_unlike")
    assert unlike.isVisible() and unlike.text().startswith("This table does not resemble SqueezeNet")
    assert not desk.verdicts.isVisible() and desk.text("paper_source") == ""
    desk.turn_to("totals")
    assert unlike.isVisible()
    desk.turn_to("reference")
    assert not unlike.isVisible()
    desk.turn_to("table1")
    desk.document.start(dense("table1"))
    assert desk.verdicts.isVisible() and not unlike.isVisible()


def test_totals_stand_side_by_side_and_say_which_geometry_the_table_has(desk: Desk) -> None:
    desk.turn_to("totals")
    assert [desk.text(f"{name}_4") for name in ("torchvision", "table1", "caffe")] == [
        "818,924,576", "832,667,936", "861,339,936",
    ]  # fmt: skip
    assert desk.text("paper_follows") == "This table has Table 1’s geometry."
    assert "819, 833 or 861 million" in desk.text("paper_why")
    desk.document.edit("Set input", desk.document.table.with_input(InputShape(3, 300, 300)))
    assert "one of its own" in desk.text("paper_follows")
    assert not any(desk.geometry(name).isChecked() for name in ("torchvision", "table1", "caffe"))


def test_choosing_a_geometry_is_one_step_that_can_be_undone(desk: Desk) -> None:
    desk.turn_to("totals")
    before = desk.document.table
    QTest.mouseClick(desk.geometry("caffe"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert desk.document.network.macs.value == 861_339_936
    assert desk.document.stack.count() == 1
    assert desk.document.stack.undoText() == "Use the Caffe release’s geometry"
    assert desk.geometry("caffe").isChecked() and not desk.geometry("table1").isChecked()
    QTest.mouseClick(desk.geometry("caffe"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert desk.geometry("caffe").isChecked() and desk.document.stack.count() == 1
    desk.document.stack.undo()
    assert desk.document.table == before
    assert desk.geometry("table1").isChecked() and not desk.geometry("caffe").isChecked()


def test_v1_1_has_no_geometry_of_table1_s(desk: Desk) -> None:
    desk.turn_to("totals")
    desk.document.start(dense("squeezenet1_1"))
    assert not desk.geometry("table1").isVisible()
    assert [desk.text(f"{name}_4") for name in ("torchvision", "caffe")] == ["349,151,936", "387,747,520"]


def test_the_paper_s_tables_have_ours_beside_theirs_and_mark_the_open_one(desk: Desk) -> None:
    desk.turn_to("reference")
    tree = child(desk.panel, PaperList, "paper_reference")
    assert desk.inside("Table 2", tree)[1] == ["SqueezeNet", "4.8 MB, 50×", "57.5 / 80.3", "4.76 MiB, 50×"]
    assert desk.inside("Table 3", tree)[2] == ["complex", "7.7 MB", "58.8 / 82.0", "6.06 MiB"]
    assert len(desk.inside("Figure 3a", tree)) == 5
    assert tree.isExpanded(desk.group("Figure 3a", tree))
    model = tree.model()
    spoken = model.index(0, 0, desk.group("Table 3", tree)).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("none (vanilla): ") and spoken.endswith("this table")


def test_every_line_is_spoken_as_a_sentence(desk: Desk) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole
    here = desk.group("output size")
    assert str(here.data(role)) == "agrees: output size: 13 of 14 rows agree, 1 is a misprint"
    line = desk.verdicts.model().index(10, 0, here)
    assert str(line.data(role)) == (
        "maxpool8: Table 1 prints 13×12×512, predicted 13×13×512, remark. "
        "A misprint: the row after it has the size that is meant."
    )


@pytest.mark.parametrize("width", [420, 610])
@pytest.mark.parametrize("style", [LIGHT_STYLE, DARK_STYLE], ids=["light", "dark"])
def test_nothing_is_cut_off_at_either_width(desk: Desk, width: int, style: Style) -> None:
    desk.panel.set_style(style)
    desk.panel.resize(width, 220)
    for page in ("table1", "totals", "reference"):
        desk.turn_to(page)
        for part in (*desk.panel.findChildren(QPushButton), *desk.panel.findChildren(QRadioButton)):
            if part.isVisible():
                assert part.width() >= part.minimumSizeHint().width()
        for label in desk.panel.findChildren(QLabel):
            if label.isVisible():
                assert label.mapTo(desk.panel, QPoint(label.width(), 0)).x() <= width
                if not label.wordWrap() and label.objectName() != "paper_source":
                    assert label.width() >= label.minimumSizeHint().width()
    assert desk.panel.width() == width


def test_names_of_layers_are_shown_as_they_are(desk: Desk) -> None:
    table = desk.document.table
    desk.document.edit("Rename", table.with_field(2, "name", "<b>fire</b> & co"))
    assert ["<b>fire</b> & co (fire2)", "11,920", "11,920"] in desk.inside("parameters")
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in desk.panel.findChildren(QLabel))


def test_every_tick_of_a_drag_is_followed_at_once(desk: Desk) -> None:
    table = desk.document.table
    ticks = [resolve(table.with_field(3, "s1x1", 17 + tick)) for tick in range(40)]
    deep = LayerTable("deep", InputShape(), tuple(Fire(f"fire{row}", 8, 8, 8) for row in range(1000)))
    many = [resolve(deep.with_field(3, "s1x1", 9 + tick)) for tick in range(40)]
    for page in ("table1", "totals"):
        desk.turn_to(page)
        for networks in (ticks, many):
            spent = []
            for network in networks:
                start = time.thread_time()
                desk.panel.show_network(network, None)
                spent.append(time.thread_time() - start)
            assert sorted(spent)[20] < 0.008
