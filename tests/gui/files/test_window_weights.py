"""Weights that a file brings along: run with, listed, kept through edits, written again."""

import dataclasses
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from caffe_models import caffemodel, random_weights
from caffe_networks import caffe_network
from hands import LEFT, OpenWindow, click_cell, soon
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import RetainedWeights, tensor_shapes
from squeezeviz.files import registry
from squeezeviz.files.opened import Opened
from squeezeviz.files.presets import BUILT_IN, load_preset
from squeezeviz.files.unknown_geometry import UnknownGeometry
from squeezeviz.files.weights import Weights
from squeezeviz.gui.files.geometry_dialog import GeometryDialog
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.resources import RESOURCES
from squeezeviz.model.table import InputShape


def notes(window: MainWindow) -> list[str]:
    """What notes say, those too that are folded into one line until it is clicked."""
    window.parts.notes.unfold()
    return [label.text() for label in window.parts.notes.findChildren(QLabel, "note")]


def format_named(name: str) -> registry.FormatInfo:
    return next(each for each in registry.FORMATS if each.id == name)


def write_network(window: MainWindow, path: Path, name: str) -> None:
    document = window.document
    window.parts.exports.write_network(path, format_named(name), document.network, document.weights)


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A file of weights that says its network's geometry too, so that nothing has to be asked for."""
    table, chance = load_preset("squeezenet1_1"), np.random.default_rng(1)
    shapes = [each for layer in resolve(table).layers for each in tensor_shapes(layer).items()]
    arrays = {name: chance.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes}
    path = tmp_path / "trained.safetensors"
    registry.write_file(path, table, weights=Weights(arrays, "elsewhere.pth"))
    return path


@pytest.fixture
def opened(open_on: OpenWindow, trained: Path, qtbot: QtBot) -> MainWindow:
    window = open_on("table1")
    with qtbot.waitSignal(window.parts.files.opened):
        window.parts.files.open(str(trained))
    return window


def test_the_pass_runs_with_the_weights_of_the_file_in_the_rows_that_they_fit(
    open_on: OpenWindow, trained: Path, qtbot: QtBot
) -> None:
    window = open_on("table1", worker=True)
    with qtbot.waitSignal(window.parts.files.opened):
        window.parts.files.open(str(trained))

    def given() -> set[str]:
        live = window.session.live
        live.run()
        qtbot.waitUntil(lambda: live.answer is not None and live.answer.fresh)
        assert live.answer is not None
        return set(live.answer.measured.given)

    assert len(given()) == 10
    document = window.document
    document.edit("Set fire5 e1x1", document.table.with_field(document.table.index_of("fire5"), "e1x1", 100))
    assert {"fire4", "fire5", "fire6"} & given() == {"fire4"}


def test_the_preset_with_trained_weights_opens_with_them_and_never_touches_the_built_in_file(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    built_in = RESOURCES / "weights" / f"{BUILT_IN}.safetensors"
    before = built_in.read_bytes()
    window = open_on("table1", worker=True)
    with qtbot.waitSignal(window.parts.files.opened):
        window.parts.files.open(BUILT_IN)
    weights = window.document.weights
    assert weights is not None and Path(weights.path).is_relative_to(window.session.work.path())
    live = window.session.live
    live.run()
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.fresh)
    assert live.answer is not None and len(live.answer.measured.given) == 10
    assert notes(window)[0] == f"the live pass runs with the weights of {BUILT_IN}"
    with qtbot.waitSignal(window.parts.files.opened):
        window.parts.files.open("table1")
    assert window.document.weights is None
    assert built_in.read_bytes() == before


def test_rows_that_the_weights_no_longer_fit_are_listed_until_the_edit_is_undone(opened: MainWindow) -> None:
    def said() -> list[tuple[str, str]]:
        marks = [mark.text() for mark in opened.parts.notes.findChildren(QLabel, "note_mark")]
        return list(zip(marks, notes(opened), strict=True))

    fact = [("i", "the live pass runs with the weights of trained.safetensors")]
    assert said() == fact
    document = opened.document
    document.edit("Set fire5 e1x1", document.table.with_field(document.table.index_of("fire5"), "e1x1", 100))
    assert said() == [("!", f"{fact[0][1]}, but with fresh random ones in fire5, fire6")]
    document.stack.undo()
    assert said() == fact
    opened.parts.files.new()
    assert (opened.document.weights, notes(opened)) == (None, [])


def test_a_network_is_exported_with_its_weights_whatever_its_rows_are_called_now(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot, trained: Path
) -> None:
    document = opened.document
    document.edit("Rename conv1", document.table.with_field(0, "name", "first"))
    target = tmp_path / "out.safetensors"
    with qtbot.waitSignal(opened.parts.exports.done) as told:
        write_network(opened, target, "safetensors")
    assert told.args == ["Exported out.safetensors with the weights of trained.safetensors."]
    written, before = registry.read_file(target), registry.read_file(trained)
    assert written.table == document.table
    assert written.weights is not None
    assert before.weights is not None
    assert all(
        np.array_equal(one, other)
        for one, other in zip(written.weights.arrays.values(), before.weights.arrays.values(), strict=True)
    )
    assert document.modified


def test_saving_the_table_says_that_the_weights_are_not_in_it(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    opened.document.edit("Rename conv1", opened.document.table.with_field(0, "name", "first"))
    with qtbot.waitSignal(opened.parts.files.done) as told:
        opened.parts.files._write(tmp_path / "table.toml")
    assert told.args == [
        "Saved as table.toml. The weights of trained.safetensors are not in it; Export Network writes them."
    ]
    assert opened.document.weights is not None


def test_the_whole_table_is_copied_and_exported(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    exports = window.parts.exports
    for command, start in (("markdown", "| layer"), ("html", "<!doctype html"), ("latex", "%")):
        with qtbot.waitSignal(exports.done):
            window.parts.commands[f"copy_table_{command}"].trigger()
        assert QGuiApplication.clipboard().text().lower().startswith(start)
        assert QGuiApplication.clipboard().mimeData().hasHtml() is (command == "html")
    with qtbot.waitSignal(exports.done) as told:
        write_network(window, tmp_path / "out.md", "markdown")
    assert told.args == ["Exported out.md."]
    assert "| fire2" in (tmp_path / "out.md").read_text(encoding="utf-8")
    with qtbot.waitSignal(exports.refused) as told:
        write_network(window, tmp_path / "gone" / "out.md", "markdown")
    assert told.args[0].startswith("Not exported: ") and "the folder does not exist" in told.args[0]


def test_the_export_that_is_proposed_first_holds_weights(opened: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Mock(return_value=("", ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    opened.parts.exports.ask_network()
    path, kinds = ask.call_args.args[2:4]
    assert path.endswith(".onnx") and kinds.startswith("ONNX network")


def test_a_pass_that_runs_gives_way_where_the_same_table_is_opened_with_weights(open_on: OpenWindow) -> None:
    window = open_on("squeezenet1_1")
    window.session.live.set_live(True)
    first = window.session.client.running
    assert first is not None and first.weights is None
    window.document.open(Opened(window.document.table, retained=RetainedWeights("kept", "net.onnx", {})))
    second = window.session.client.running
    assert second is not None and second.weights is window.document.weights
    window.document.edit("Rename the network", dataclasses.replace(window.document.table, name="mine"))
    assert window.session.client.running is second


def test_the_weights_of_a_baseline_are_kept_for_as_long_as_it_is_pinned(
    opened: MainWindow, trained: Path, qtbot: QtBot
) -> None:
    compares, baseline = opened.parts.compares, opened.session.baseline

    def kept() -> list[Path]:
        return sorted(opened.session.work.path().iterdir())

    before, found = kept(), []
    for _ in range(2):
        with qtbot.waitSignal(compares.pinned):
            compares.compare_with(str(trained))
        assert baseline.weights is not None
        found.append(Path(baseline.weights.path))
        assert kept() == sorted([*before, found[-1]])
    assert found[0] != found[1]
    compares.pin()
    assert baseline.weights is opened.document.weights is not None
    assert kept() == before
    baseline.unpin()
    assert baseline.weights is None and kept() == before, "they are the open network's"


@pytest.fixture
def caffes(tmp_path: Path) -> Path:
    """Weights alone, as of Caffe's layers, in a folder of their own."""
    path = tmp_path / "caffe" / "net.caffemodel"
    path.parent.mkdir()
    path.write_bytes(caffemodel(caffe_network("1.0"), bare=True))
    return path


def test_a_caffemodel_opens_with_the_geometry_of_the_prototxt_beside_it(
    open_on: OpenWindow, caffes: Path, qtbot: QtBot
) -> None:
    (caffes.parent / "deploy.prototxt").write_text(caffe_network("1.0").replace("dim: 227", "dim: 128"))
    window = open_on("table1")
    with qtbot.waitSignal(window.parts.files.opened):
        window.parts.files.open(str(caffes))
    assert window.document.table.input == InputShape(3, 128, 128)
    assert window.document.weights is not None
    assert len(window.document.weights.shapes) == 52
    assert "its geometry is that of deploy.prototxt, which lies beside it" in notes(window)


@pytest.mark.parametrize("fits", [True, False])
def test_the_geometry_of_a_caffemodel_is_asked_for_and_a_prototxt_may_be_named(
    open_on: OpenWindow, caffes: Path, tmp_path: Path, fits: bool, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy = tmp_path / "mine.prototxt"
    deploy.write_text(caffe_network("1.0" if fits else "1.1").replace("dim: 227", "dim: 64"))
    window = open_on("table1")
    before = window.document.table
    asked: list[str] = []

    def name_it(dialog: GeometryDialog) -> None:
        asked.append(next(each.objectName() for each in dialog.findChildren(QRadioButton) if each.isChecked()))
        button = next(each for each in dialog.findChildren(QPushButton) if each.text() == "From a .prototxt…")
        QTest.mouseClick(button, LEFT)

    ask = Mock(return_value=(str(deploy), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    soon(GeometryDialog, name_it)
    files = window.parts.files
    with qtbot.waitSignal(files.opened if fits else files.refused) as ended:
        files.open(str(caffes))
    assert asked == ["geometry_caffe"]
    assert ask.call_args.args[2] == str(caffes.parent)
    if fits:
        assert window.document.table.input == InputShape(3, 64, 64)
        assert window.document.weights is not None
        assert Path(window.document.weights.path).exists()
    else:
        assert "conv1: it has weights of 96×3×7×7 in the file, and of 64×3×3×3 in mine.prototxt" in ended.args[0]
        assert window.document.table == before


def test_other_weights_know_no_prototxt(qtbot: QtBot) -> None:
    dialog = GeometryDialog(UnknownGeometry("net", 3, (Conv("conv1", 8, 3),)))
    qtbot.addWidget(dialog)
    assert not [each for each in dialog.findChildren(QPushButton) if "prototxt" in each.text()]


def test_what_opened_weights_say_of_a_row_is_explained_with_it(
    open_on: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    given = random_weights(caffe_network("1.1"))
    given["fire3/expand3x3"][0][:, 8:] = 0
    path = tmp_path / "net.caffemodel"
    path.write_bytes(caffemodel(caffe_network("1.1"), given))
    window = open_on("table1")
    with qtbot.waitSignal(window.parts.files.opened):
        window.parts.files.open(str(path))
    fire3 = window.document.table.index_of("fire3")
    cell = window.document.table.layers[fire3]
    assert isinstance(cell, Fire) and cell.e3x3_kept == 0.5
    click_cell(window, "fire3", "depth")
    qtbot.waitUntil(lambda: "4,608 of 9,216, more than 256 values" in window.parts.explaining.panel.text())
    assert "50% in the table" in window.parts.explaining.panel.text()
    index = window.parts.model.index(window.parts.model.row_of(fire3), COLUMNS.index(Column.E3X3_KEPT))
    tip = "Measured from net.caffemodel: 4,608 of 9,216 weights are not zero (50.0 %)."
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == tip
    assert tip in index.data(Qt.ItemDataRole.ToolTipRole)
    assert any(note.startswith("measured from the file: ") for note in notes(window))


def test_shares_that_the_weights_say_are_lost_in_no_export_that_holds_these(
    open_on: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    given = random_weights(caffe_network("1.1"))
    for name in ("fire3/expand3x3", "fire4/expand3x3"):
        given[name][0][:, 8:] = 0
    path = tmp_path / "net.caffemodel"
    path.write_bytes(caffemodel(caffe_network("1.1"), given))
    window = open_on("table1")
    with qtbot.waitSignal(window.parts.files.opened):
        window.parts.files.open(str(path))
    exporting = window.parts.exports

    def said() -> str:
        with qtbot.waitSignal(exporting.done) as ended:
            write_network(window, tmp_path / "out.pth", "pytorch")
        return str(ended.args[0])

    assert "what pruning keeps" not in said()
    table = window.document.table
    window.document.edit("Set s1x1", table.with_field(table.index_of("fire4"), "s1x1", 24))
    assert "how many bits weights take in fire4." in said()  # which gets fresh weights
