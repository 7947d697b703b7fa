"""The panel that holds the open table against the paper, driven with keys and mouse."""

import time

import pytest
from bounds import slowness
from desk import Desk, cut_off, dense
from hands import LEFT, caught, child
from live_passes import as_predicted
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.panels.paper import PaperPanel
from squeezeviz.gui.panels.paper_lines import PaperList
from squeezeviz.gui.widgets.style import DARK_STYLE, LIGHT_STYLE
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.paper.geometry import NamedGeometry, with_geometry

SPOKEN = Qt.ItemDataRole.AccessibleTextRole
NAMES = ("torchvision", "table1", "caffe")


class PaperDesk(Desk[PaperPanel]):
    def __init__(self, qtbot: QtBot) -> None:
        super().__init__(qtbot, dense(load_preset("table1")), lambda _: PaperPanel(LIGHT_STYLE), (610, 220))
        self.document.table_changed.connect(lambda network: self.panel.show_network(network, None))
        self.panel.geometry_chosen.connect(self.use)
        self.panel.show_network(self.document.network, None)
        self.panel.setFocus()

    def use(self, convention: NamedGeometry) -> None:
        table = with_geometry(self.table, convention)
        assert table is not None
        self.document.edit(convention.step_text, table)

    @property
    def verdicts(self) -> PaperList:
        return child(self.panel, PaperList, "paper_verdicts")

    def lines(self, of: PaperList | None = None) -> list[str]:
        model = (of or self.verdicts).model()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def group(self, start: str, of: PaperList | None = None) -> QModelIndex:
        row = next(row for row, line in enumerate(self.lines(of)) if line.startswith(start))
        return (of or self.verdicts).model().index(row, 0)

    def inside(self, start: str, of: PaperList | None = None) -> list[list[str]]:
        """The cells of the lines behind a heading."""
        model, here = (of or self.verdicts).model(), self.group(start, of)
        rows, columns = range(model.rowCount(here)), range(model.columnCount())
        return [[str(model.index(row, column, here).data()) for column in columns] for row in rows]

    def click(self, index: QModelIndex) -> None:
        self.verdicts.scrollTo(index)
        QTest.mouseClick(self.verdicts.viewport(), LEFT, pos=self.verdicts.visualRect(index).center())

    def turn_to(self, page: str) -> None:
        self.press(f"paper_page_{page}")

    def geometry(self, name: str) -> QRadioButton:
        return child(self.panel, QRadioButton, f"geometry_{name}")

    def checked(self) -> list[str]:
        return [name for name in NAMES if self.geometry(name).isChecked()]


@pytest.fixture
def desk(qtbot: QtBot) -> PaperDesk:
    return PaperDesk(qtbot)


def test_the_verdicts_stand_first_and_say_whether_they_are_measured(desk: PaperDesk) -> None:
    assert desk.lines()[:2] == [
        "parameters: 10 of 10 printed rows agree, total 1,248,424",
        "depth: 14 of 14 rows agree, total 18",
    ]
    assert "maxpool8 prints 13×12×512; the prediction is 13×13×512" in desk.lines()
    assert desk.text("paper_source") == "predicted, not measured yet"
    network = desk.document.network
    desk.panel.show_network(network, as_predicted(network))
    assert "maxpool8 prints 13×12×512; the forward pass gives 13×13×512" in desk.lines()
    assert desk.text("paper_source") == "measured on CPU"
    assert desk.verdicts.model().headerData(2, Qt.Orientation.Horizontal) == "measured"
    desk.panel.show_network(network, None)
    assert desk.text("paper_source") == "predicted, not measured yet"


def test_a_click_opens_the_rows_behind_a_verdict_and_one_on_a_row_goes_to_its_layer(desk: PaperDesk) -> None:
    chosen, here = caught(desk.panel.layer_chosen), desk.group("parameters")
    assert not desk.verdicts.header().isVisible()
    desk.click(here)
    assert desk.verdicts.isExpanded(here) and desk.verdicts.header().isVisible()
    assert desk.inside("parameters")[1] == ["fire2", "11,920", "11,920"]
    desk.click(desk.verdicts.model().index(1, 1, here))
    desk.click(desk.verdicts.model().index(10, 0, here))  # the total is no layer
    assert chosen == ["fire2"]
    desk.click(here)
    assert not desk.verdicts.isExpanded(here) and not desk.verdicts.header().isVisible()


def test_all_of_it_can_be_done_with_the_keyboard(desk: PaperDesk) -> None:
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


def test_an_edit_changes_the_words_in_place_and_what_is_open_stays_open(desk: PaperDesk) -> None:
    tree, here, before = desk.verdicts, desk.group("parameters"), desk.lines()
    tree.setExpanded(here, True)
    tree.setCurrentIndex(tree.model().index(4, 0, here))
    desk.set("fire3", s1x1=24)
    assert desk.lines()[0] == "parameters: 9 of 10 printed rows agree, total 1,254,576 (printed 1,248,424)"
    assert desk.inside("parameters")[2] == ["fire3", "12,432", "18,584"]
    assert tree.isExpanded(desk.group("parameters"))
    assert tree.currentIndex().row() == 4
    desk.document.stack.undo()
    assert desk.lines() == before
    desk.document.start(dense(load_preset("complex-bypass")))
    assert "layers: 8 with a bypass" in desk.lines()
    assert desk.inside("layers")[0] == ["fire2", "no bypass", "complex bypass"]
    desk.document.start(dense(load_preset("table1")))
    assert desk.lines() == before


def test_what_is_no_squeezenet_gets_one_sentence(desk: PaperDesk) -> None:
    desk.document.start(LayerTable("plain", InputShape(), (Conv("a", 8, 3),)))
    unlike = child(desk.panel, QLabel, "paper_unlike")
    assert unlike.isVisible() and unlike.text().startswith("This table does not resemble SqueezeNet")
    assert not desk.verdicts.isVisible() and desk.text("paper_source") == ""
    desk.turn_to("totals")
    assert unlike.isVisible()
    desk.turn_to("reference")
    assert not unlike.isVisible()
    desk.turn_to("table1")
    desk.document.start(dense(load_preset("table1")))
    assert desk.verdicts.isVisible() and not unlike.isVisible()


def test_totals_stand_side_by_side_and_say_which_geometry_the_table_has(desk: PaperDesk) -> None:
    desk.turn_to("totals")
    assert [desk.text(f"{name}_4") for name in NAMES] == ["818,924,576", "832,667,936", "861,339,936"]
    assert desk.text("paper_follows") == "This table has Table 1’s geometry."
    assert "819, 833 or 861 million" in desk.text("paper_why")
    desk.document.edit("Set input", desk.table.with_input(InputShape(3, 300, 300)))
    assert "one of its own" in desk.text("paper_follows") and desk.checked() == []
    desk.document.start(dense(load_preset("squeezenet1_1")))  # Table 1's geometry is none of v1.1's
    assert not desk.geometry("table1").isVisible()
    assert [desk.text(f"{name}_4") for name in ("torchvision", "caffe")] == ["349,151,936", "387,747,520"]
    assert desk.geometry("caffe").accessibleDescription().startswith("input 227×227, after conv1 113×113")


def test_choosing_a_geometry_is_one_step_that_can_be_undone(desk: PaperDesk) -> None:
    desk.turn_to("totals")
    before = desk.table
    for _ in range(2):  # the second click changes nothing
        QTest.mouseClick(desk.geometry("caffe"), LEFT, pos=QPoint(8, 8))
        assert desk.document.network.macs.value == 861_339_936
        assert desk.steps == ["Use the Caffe release’s geometry"]
        assert desk.checked() == ["caffe"]
    desk.document.stack.undo()
    assert (desk.table, desk.checked()) == (before, ["table1"])


def test_the_paper_s_tables_have_ours_beside_theirs_and_mark_the_open_one(desk: PaperDesk) -> None:
    desk.turn_to("reference")
    tree = child(desk.panel, PaperList, "paper_reference")
    assert desk.inside("Table 2", tree)[1] == ["SqueezeNet", "4.8 MB, 50×", "57.5 / 80.3", "4.76 MiB, 50×"]
    assert desk.inside("Table 3", tree)[2] == ["complex", "7.7 MB", "58.8 / 82.0", "6.06 MiB"]
    assert len(desk.inside("Figure 3a", tree)) == 5
    assert tree.isExpanded(desk.group("Figure 3a", tree))
    spoken = tree.model().index(0, 0, desk.group("Table 3", tree)).data(SPOKEN)
    assert spoken.startswith("none (vanilla): ") and spoken.endswith("this table")


def test_every_line_is_spoken_as_a_sentence(desk: PaperDesk) -> None:
    here = desk.group("output size")
    assert here.data(SPOKEN) == "agrees: output size: 13 of 14 rows agree, 1 is a misprint"
    assert desk.verdicts.model().index(10, 0, here).data(SPOKEN) == (
        "maxpool8: Table 1 prints 13×12×512, predicted 13×13×512, remark. "
        "A misprint: the row after it has the size that is meant."
    )
    table = desk.document.table
    desk.document.edit("Delete fire6", table.removed(table.index_of("fire6")))
    missing = desk.verdicts.model().index(7, 0, desk.group("output size"))
    assert missing.data(SPOKEN).endswith("differs. This table has no fire6.")


def test_nothing_is_cut_off_at_either_width(desk: PaperDesk) -> None:
    desk.panel.set_style(DARK_STYLE)
    for width in (610, 420):
        desk.panel.resize(width, 220)
        for page in ("table1", "totals", "reference"):
            desk.turn_to(page)
            desk.verdicts.expandAll()
            assert cut_off(desk.panel, QPushButton) == cut_off(desk.panel, QRadioButton) == []
            assert cut_off(desk.panel, QLabel, elided="paper_") == []
            desk.panel.grab()
        assert desk.panel.width() == width


def test_names_of_layers_are_shown_as_they_are(desk: PaperDesk) -> None:
    desk.set("fire2", name="<b>fire</b> & co")
    assert ["<b>fire</b> & co (fire2)", "11,920", "11,920"] in desk.inside("parameters")
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in desk.panel.findChildren(QLabel))


def test_every_tick_of_a_drag_is_followed_at_once(desk: PaperDesk) -> None:
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
            assert sorted(spent)[20] < 0.008 * slowness()
