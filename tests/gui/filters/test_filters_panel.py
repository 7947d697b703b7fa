"""The panel of filters in the window: which layer was pruned most, how weights lie, and what each weight is."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hands import CTRL, LEFT, OpenWindow, child, click_cell, export_soon, press
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from weights_at_hand import SMALL, normal, opened_with, retained

from squeezeviz.analysis.pictures.preprocessing import CAFFE
from squeezeviz.analysis.weight_statistics import BINS
from squeezeviz.analysis.weights import TensorName
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.canvas.camera import READABLE_FROM
from squeezeviz.gui.filters.convolution_list import ConvolutionList
from squeezeviz.gui.filters.histogram import ZERO, WeightHistogram
from squeezeviz.gui.filters.panel import FiltersPanel
from squeezeviz.gui.filters.picture import FilterPicture
from squeezeviz.gui.filters.placing import WeightPlace
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.widgets.labels import ElidedLabel
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.wording import significant

OpenPanel = Callable[..., tuple[MainWindow, FiltersPanel]]


@pytest.fixture
def opened(open_on: OpenWindow, tmp_path: Path) -> OpenPanel:
    """A window with the panel in front, on a small network with weights, or without."""

    def open_it(
        make: object = None, *, table: LayerTable = SMALL, weighted: bool = True
    ) -> tuple[MainWindow, FiltersPanel]:
        window = open_on("table1")
        if weighted:
            arguments = {} if make is None else {"make": make}
            weights, _ = retained(tmp_path, table, **arguments)  # type: ignore[arg-type]
            window.document.open(opened_with(weights, table))
        else:
            window.document.start(table)
        window.parts.commands["filters"].trigger()
        made = window.parts.panels.panel("filters")
        assert isinstance(made, FiltersPanel)
        return window, made

    return open_it


def shows(panel: FiltersPanel, title: str) -> bool:
    """Whether the panel shows that convolution, with what was read of it."""
    picture = child(panel, FilterPicture)
    return (
        said(panel, "filters_title") == title
        and panel._reader.statistics is not None
        and picture._shown is not None
        and panel._reader.filters(0) is not None
        and panel._reader._job is None
        and not panel._reader._missing
    )


def said(panel: FiltersPanel, name: str) -> str:
    shown = child(panel, QLabel, name)
    return shown.text() if shown.isVisible() else ""


def test_a_person_finds_the_layer_that_was_pruned_most(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    assert said(panel, "filters_of_all").endswith("% are 0; most in fire2 · expand 3×3, 80.2 %")
    listed = child(panel, ConvolutionList)
    titles = ["conv1", "fire2 · squeeze 1×1", "fire2 · expand 1×1", "fire2 · expand 3×3", "conv3"]
    assert listed.titles == titles
    header = listed.horizontalHeader()
    where = header.sectionViewportPosition(1) + 5
    QTest.mouseClick(header.viewport(), LEFT, pos=QPointF(where, 5).toPoint())
    assert listed.titles == [titles[3], titles[1], titles[4], titles[2], titles[0]]
    QTest.mouseClick(header.viewport(), LEFT, pos=QPointF(where, 5).toPoint())
    assert listed.titles[0] == "conv1", "a second click turns it around"
    QTest.mouseClick(listed.viewport(), LEFT, pos=listed.visualRect(listed.model().index(4, 0)).center())
    assert window.session.selection.part() == "expand3x3" and window.session.selection.layer_name() == "fire2"
    qtbot.waitUntil(lambda: shows(panel, "fire2 · expand 3×3"))
    assert said(panel, "filters_about") == "6 filters of 3 × 3 × 3"


def test_a_choice_in_the_list_shows_its_box_in_the_diagram_at_the_zoom_that_is_there(opened: OpenPanel) -> None:
    window, panel = opened()
    graph, listed = window.parts.graph, child(panel, ConvolutionList)
    for _ in range(20):
        graph.zoom_out()
    before = graph.zoom
    assert before < READABLE_FROM
    for row in (4, 0):
        QTest.mouseClick(listed.viewport(), LEFT, pos=listed.visualRect(listed.model().index(row, 0)).center())
        assert graph.zoom == before
        rect = graph.seen_rect(Key(window.session.selection.layer_name()))
        assert rect is not None and graph.viewport().rect().contains(rect.toAlignedRect())


def test_all_of_it_goes_by_keys(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    listed, picture = child(panel, ConvolutionList), child(panel, FilterPicture)
    assert window.focusWidget() is listed
    press(window, Qt.Key.Key_Right)
    assert listed.titles[0] == "fire2 · expand 3×3"
    press(window, Qt.Key.Key_Home)
    press(window, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: shows(panel, "fire2 · expand 3×3"))
    picture.setFocus()
    press(window, Qt.Key.Key_Right)
    press(window, Qt.Key.Key_End)
    assert picture.place == WeightPlace(5, 2, 2, 2)
    press(window, Qt.Key.Key_Left)
    press(window, Qt.Key.Key_Up)
    assert picture.place == WeightPlace(5, 2, 1, 1)
    assert said(panel, "filters_value").endswith(" at output channel 5, input channel 2, row 1, column 1")
    assert picture.accessibleDescription() == said(panel, "filters_value")
    bars = child(panel, WeightHistogram)
    bars.setFocus()
    press(window, Qt.Key.Key_End)
    assert said(panel, "filters_value") == bars.bar_text(BINS - 1)


def test_the_panel_follows_the_selection_and_says_what_has_no_weights(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    qtbot.waitUntil(lambda: shows(panel, "fire2 · squeeze 1×1"))
    window.session.selection.choose_key(Key("fire2", "expand1x1"))
    qtbot.waitUntil(lambda: shows(panel, "fire2 · expand 1×1"))
    click_cell(window, "pool", "layer")
    assert said(panel, "filters_reason").startswith("pool has no weights.")
    click_cell(window, "conv3", "layer")
    qtbot.waitUntil(lambda: shows(panel, "conv3"))
    assert child(panel, ConvolutionList).currentIndex().row() == 4


def test_the_weight_under_the_mouse_is_said_with_its_channels(opened: OpenPanel, qtbot: QtBot, tmp_path: Path) -> None:
    window, panel = opened(normal)
    window.session.selection.choose_key(Key("fire2", "expand3x3"))
    qtbot.waitUntil(lambda: shows(panel, "fire2 · expand 3×3"))
    picture = child(panel, FilterPicture)
    at = WeightPlace(2, 1, 0, 2)
    QTest.mouseMove(picture.viewport(), picture.square(at).center().toPoint())
    value = normal(TensorName("fire2", "expand3x3", "weight"), (6, 3, 3, 3))[at]
    text = f"{value:.4g}".replace("-", "−")
    assert said(panel, "filters_value") == f"{text} at output channel 2, input channel 1, row 0, column 2"


def test_filters_over_the_picture_are_in_colour_and_the_order_of_channels_is_named(
    opened: OpenPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, panel = opened(normal)
    window.resize(1024, 700)
    window.parts.panels.put_in_front("filters")
    click_cell(window, "conv1", "layer")
    qtbot.waitUntil(lambda: shows(panel, "conv1"))
    assert said(panel, "filters_colours").endswith("channels are taken as R, G, B, as no preprocessing is known")
    window.session.pictures.choose(CAFFE)
    qtbot.waitUntil(lambda: "B, G, R" in said(panel, "filters_colours"))
    assert "(Caffe: BGR − mean)" in said(panel, "filters_colours")
    picture = child(panel, FilterPicture)
    picture._go(WeightPlace(4, 0, 1, 2))
    values = normal(TensorName("conv1", "", "weight"), (5, 3, 3, 3))[4, :, 1, 2]
    most = float(np.abs(normal(TensorName("conv1", "", "weight"), (5, 3, 3, 3))).max())
    named = [f"{name} {value:.4g}".replace("-", "−") for name, value in zip("BGR", values, strict=True)]
    assert said(panel, "filters_value") == f"{', '.join(named)} at output channel 4, row 1, column 2"
    for name, numbers in (("filters_value", ", ".join(named)), ("filters_colours", f"±{significant(most)}")):
        line = child(panel, ElidedLabel, name)
        fits = line.fontMetrics().elidedText(line.text(), Qt.TextElideMode.ElideRight, line.width())
        assert numbers in fits, "on a narrow window the end of a line may be lost, but no number"
    image = panel.grab().toImage()
    at = picture.mapTo(panel, picture.square(WeightPlace(4, 0, 0, 0)).center().toPoint())
    blue, green, red = normal(TensorName("conv1", "", "weight"), (5, 3, 3, 3))[4, :, 0, 0]
    wanted = [round(127.5 + 127.5 * float(value / most)) for value in (red, green, blue)]
    painted = image.pixelColor(at * image.devicePixelRatio())
    assert np.allclose([painted.red(), painted.green(), painted.blue()], wanted, atol=1)


def test_the_histogram_tells_zeros_apart(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    window.session.selection.choose_key(Key("fire2", "expand3x3"))
    qtbot.waitUntil(lambda: shows(panel, "fire2 · expand 3×3"))
    bars = child(panel, WeightHistogram)
    assert bars.heights[ZERO] == 130 and sum(bars.heights[:ZERO]) == 32
    assert bars.bar_text(ZERO) == "exactly 0: 130 weights (80 %)"
    assert "zeros: 80.2 %" in bars.accessibleDescription()
    QTest.mouseMove(bars, bars.bar_rect(ZERO).center().toPoint())
    assert said(panel, "filters_value") == "exactly 0: 130 weights (80 %)"


def test_a_row_that_loses_its_weights_says_so_and_has_them_back_by_undo(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    qtbot.waitUntil(lambda: shows(panel, "fire2 · squeeze 1×1"))
    document = window.document
    document.edit("Set fire2 s1x1", document.table.with_field(document.table.index_of("fire2"), "s1x1", 5))
    reason = said(panel, "filters_reason")
    assert reason.startswith("fire2 runs with random weights, drawn anew by name: those of trained.pth do not fit it")
    assert said(panel, "filters_of_all").endswith("; 3 of 5 random")
    listed = child(panel, ConvolutionList)
    assert listed.model().index(1, 1).data() == "random"
    document.stack.undo()
    qtbot.waitUntil(lambda: shows(panel, "fire2 · squeeze 1×1"))


def test_without_weights_the_panel_says_where_they_come_from(opened: OpenPanel) -> None:
    window, panel = opened(weighted=False)
    message = said(panel, "filters_message")
    assert message.startswith("Weights come with a file") and "random weights, drawn anew by name" in message
    asked: list[str] = []
    for name in ("open", "trained_squeezenet1_1-imagenet"):
        action = window.parts.commands[name]
        action.triggered.disconnect()
        action.triggered.connect(lambda _=False, name=name: asked.append(name))
    for button in ("filters_open", "filters_trained"):
        child(panel, QPushButton, button).click()
    assert asked == ["open", "trained_squeezenet1_1-imagenet"]


def test_a_file_that_is_gone_is_said_where_the_filters_would_be(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    qtbot.waitUntil(lambda: shows(panel, "fire2 · squeeze 1×1"))
    assert window.document.weights is not None
    Path(window.document.weights.path).unlink()
    click_cell(window, "conv3", "layer")
    qtbot.waitUntil(lambda: "can no longer be read" in said(panel, "filters_reason"))


def test_of_large_filters_what_is_in_sight_is_painted_and_read(opened: OpenPanel, qtbot: QtBot) -> None:
    table = LayerTable("large", InputShape(3, 8, 8), (Conv("conv1", 1500, 1), Conv("conv2", 3000, 1)))
    window, panel = opened(normal, table=table)
    click_cell(window, "conv2", "layer")
    qtbot.waitUntil(lambda: shows(panel, "conv2"))
    picture = child(panel, FilterPicture)
    picture.viewport().repaint()
    port = picture.viewport().size()
    assert 0 < picture.painted <= 2 * (port.width() // 2 + 2) * (port.height() // 2 + 2)
    kept = len(panel._reader._pages)
    assert kept * panel._reader.page < 3000
    before = picture.painted
    picture.viewport().repaint()
    assert picture.painted == before, "nothing is coloured twice"
    picture.verticalScrollBar().setValue(picture.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: panel._reader.filters(2999 // panel._reader.page) is not None)


def test_the_panel_reads_nothing_while_it_is_behind_others(opened: OpenPanel, qtbot: QtBot) -> None:
    window, panel = opened()
    qtbot.waitUntil(lambda: shows(panel, "fire2 · squeeze 1×1"))
    window.parts.commands["costs"].trigger()
    click_cell(window, "conv3", "layer")
    assert panel._reader._wanted is not None and panel._reader._wanted.operation == "fire2/squeeze1x1"
    window.parts.commands["filters"].trigger()
    qtbot.waitUntil(lambda: shows(panel, "conv3"))


def test_the_filters_go_to_the_clipboard_and_into_a_file(
    opened: OpenPanel, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, panel = opened()
    qtbot.waitUntil(lambda: shows(panel, "fire2 · squeeze 1×1"))
    picture = child(panel, FilterPicture)
    picture.setFocus()
    clipboard = QApplication.clipboard()
    QTest.keyClick(picture, Qt.Key.Key_C, CTRL)
    qtbot.waitUntil(lambda: not clipboard.image().isNull())
    asked = tmp_path / "filters.png"
    suggested: list[str] = []

    def ask(_: object, title: str, path: str, *more: object) -> tuple[str, str]:
        suggested.append(Path(path).name)
        return str(asked), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    export_soon("png")
    panel.export_wanted.emit(panel.drawn)
    qtbot.waitUntil(asked.exists)
    assert suggested == ["fire2-squeeze1x1 filters.png"]
    assert QImage(str(asked)) == clipboard.image().convertToFormat(QImage(str(asked)).format())
    copied = clipboard.mimeData()
    assert bytes(copied.data("image/png").data()) == asked.read_bytes()
    for name in ("image/svg+xml", "image/x-inkscape-svg"):
        assert ElementTree.fromstring(bytes(copied.data(name).data())).tag.endswith("svg")


def test_a_fires_part_stays_when_another_fire_is_selected(opened: OpenPanel, qtbot: QtBot) -> None:
    table = LayerTable(
        "two", InputShape(3, 20, 20), (Conv("conv1", 5, 3), Fire("fire2", 3, 4, 6), Fire("fire3", 2, 4, 6))
    )
    window, panel = opened(table=table)
    window.session.selection.choose_key(Key("fire2", "expand3x3"))
    qtbot.waitUntil(lambda: shows(panel, "fire2 · expand 3×3"))
    click_cell(window, "fire3", "layer")
    qtbot.waitUntil(lambda: shows(panel, "fire3 · expand 3×3"))
