"""Pictures in the window: opened, dropped, pasted, prepared and run on, and what is said where that is not possible."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hands import LEFT, PLAIN, OpenWindow, caught, child, fresh, keys, live_status, outcome, set_field, soon, toast
from PIL import Image
from places import CHELSEA
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QMenu, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.pictures.picture import RetainedPicture
from squeezeviz.analysis.pictures.preprocessing import BGR, CAFFE, PREPROCESSINGS, TORCHVISION, ChannelOrder
from squeezeviz.files.presets import BUILT_IN, load_preset
from squeezeviz.files.registry import write_file
from squeezeviz.gui.commands import PREPARATIONS
from squeezeviz.gui.live.toolbar import ToolBar
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.pictures import reading
from squeezeviz.gui.pictures.open_pictures import OpenPicture
from squeezeviz.gui.pictures.own_numbers import NumbersDialog
from squeezeviz.gui.pictures.panel import PicturePanel
from squeezeviz.gui.pictures.view import ClassBars, PictureView, percent
from squeezeviz.model.resources import RESOURCES
from squeezeviz.model.table import InputShape


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    """Three pictures of other sizes, each of one colour."""
    paths = []
    for place, (size, colour) in enumerate((((40, 30), "red"), ((30, 60), "lime"), ((9, 9), "blue"))):
        paths.append(str(tmp_path / f"{place}.png"))
        Image.new("RGB", size, colour).save(paths[-1])
    return paths


def opened(window: MainWindow, qtbot: QtBot, paths: list[str]) -> None:
    with qtbot.waitSignal(window.parts.pictures().opened):
        window.parts.pictures().open(paths)


def names(window: MainWindow) -> list[str]:
    return [each.retained.name for each in window.session.pictures.pictures]


def batch(window: MainWindow) -> QLineEdit:
    return child(window, QLineEdit, "batch_box")


def panel(window: MainWindow) -> PicturePanel:
    window.parts.panels.bring("picture")
    QApplication.processEvents()
    return child(window, PicturePanel)


def said(window: MainWindow, name: str) -> str:
    label = child(panel(window), QLabel, name)
    return label.text() if label.isVisible() else ""


def test_trained_weights_say_what_they_see_in_a_picture_and_say_it_again_after_an_edit(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on(BUILT_IN, live=True)
    live, front = window.session.live, window.parts.panels
    window.parts.commands["example_picture"].trigger()
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.seen is not None)
    assert front.front == "picture"
    assert live_status(window).startswith("✓ live pass on CPU with chelsea.png")
    bars = child(window, ClassBars)
    assert bars.accessibleDescription().startswith("Egyptian cat, 43.6 %; tabby, 30.2 %; ")
    assert said(window, "picture_source") == "softmax of avgpool10, computed here, 1,000 classes"
    assert said(window, "picture_warning") == ""
    assert "middle 227×227; BGR from 0 to 255, minus 104.006 116.669 122.679" in said(window, "picture_prepared")
    assert f"{BUILT_IN} was trained with it" in said(window, "picture_why")
    front.put_in_front("costs")
    set_field(window, "fire9", "e1x1", 250)
    qtbot.waitUntil(lambda: fresh(window) and not live.running)
    assert live.answer is not None and live.answer.seen is not None and front.front == "costs"
    assert "Random weights in fire9, conv10" in said(window, "picture_warning")
    window.document.stack.undo()
    qtbot.waitUntil(lambda: fresh(window) and not live.running)
    panel(window)
    assert bars.accessibleDescription().startswith("Egyptian cat, 43.6 %")
    assert "shapes, counts and depth as predicted" in live_status(window) and "random" not in live_status(window)
    window.parts.commands["no_picture"].trigger()
    qtbot.waitUntil(lambda: fresh(window) and not live.running)
    assert live.answer is not None and live.answer.seen is None and "chelsea" not in live_status(window)


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_a_picture_of_random_weights_comes_with_a_warning_and_with_a_way_to_trained_ones(
    open_on: OpenWindow, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window = open_on("table1", size=size)
    with qtbot.waitSignal(window.parts.pictures().opened):
        window.parts.commands["example_picture"].trigger()
    assert window.parts.panels.front == "picture" and window.parts.table.hasFocus()
    QApplication.processEvents()
    warning, button = child(window, QLabel, "picture_warning"), child(window, QPushButton, "picture_trained")
    assert "the classes mean nothing" in warning.text()
    words = next(each for each in child(window, PicturePanel).findChildren(QScrollArea))
    for part in (warning, button):
        assert part.isVisible()
        assert words.viewport().rect().contains(part.rect().translated(part.mapTo(words.viewport(), QPoint())))
    with qtbot.waitSignal(window.parts.files.opened):
        button.click()
    assert window.document.weights is not None and window.document.weights.origin == BUILT_IN
    assert names(window) == ["chelsea.png"] and window.parts.panels.front == "picture"
    qtbot.waitUntil(lambda: not warning.isVisible() and not button.isVisible())


def test_what_fits_weights_of_which_nothing_is_known_a_pass_finds_out_once(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on(RESOURCES / "weights" / f"{BUILT_IN}.safetensors", live=True)
    live, shown = window.session.live, window.session.pictures
    assert shown.hint is None
    opened(window, qtbot, [str(CHELSEA)])
    assert "prepared as a test picture tells" in window.parts.picture_button.accessibleName()
    begun = caught(window.session.client.answered)
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.seen is not None)
    assert shown.hint is not None and shown.hint.preprocessing == CAFFE and "test picture" in shown.hint.reason
    assert "Caffe: BGR − mean" in window.parts.picture_button.accessibleName()
    assert f"So, because {shown.hint.reason}." == said(window, "picture_why")
    set_field(window, "fire9", "e1x1", 250)
    qtbot.waitUntil(lambda: fresh(window) and not live.running)
    assert shown.hint.preprocessing == CAFFE
    assert len({id(run) for run in begun}) == 2


def test_the_meta_device_says_that_it_sees_nothing(open_on: OpenWindow, qtbot: QtBot, pictures: list[str]) -> None:
    window = open_on("table1", worker=True)
    with qtbot.waitSignal(window.session.client.devices_known):
        pass
    opened(window, qtbot, pictures)
    window.session.live.set_device("meta")
    keys(window, "F5")
    qtbot.waitUntil(lambda: fresh(window))
    assert live_status(window).endswith("so there are no times, and it sees no picture")
    assert (
        said(window, "picture_problem") == "The meta device computes no values and sees nothing; choose another device."
    )
    window.document.edit("Set", window.document.table.with_input(InputShape(4, 227, 227)))
    window.session.live.set_device("cpu")
    keys(window, "F5")
    qtbot.waitUntil(lambda: "takes 4 channels" in live_status(window))
    assert "takes 4 channels" in said(window, "picture_problem") and said(window, "picture_prepared") == ""


def test_pictures_are_the_batch_and_arrow_keys_go_through_them(
    window: MainWindow, qtbot: QtBot, pictures: list[str]
) -> None:
    shown = window.session.pictures
    batch(window).setText("5")
    QTest.keyClick(batch(window), Qt.Key.Key_Return)
    opened(window, qtbot, pictures)
    assert window.session.live.batch == 3
    assert batch(window).text() == "3" and not batch(window).isEnabled()
    assert window.parts.picture_button.accessibleName() == (
        "Input of the live pass: 0.png · 1 of 3, torchvision, 227 × 227"
    )
    panel(window)
    keys(window, "Right", "Right", "Right", "Left")
    assert shown.current == 1 and said(window, "picture_name") == "1.png"
    assert said(window, "picture_size") == "2 of 3 · 30 × 60 px"
    keys(window, "Left", "Left")
    assert shown.current == 0
    kept = [each.retained.path for each in shown.pictures]
    window.parts.commands["no_picture"].trigger()
    assert batch(window).text() == "5" and batch(window).isEnabled()
    assert not window.parts.commands["no_picture"].isEnabled()
    assert "ramp of grey" in window.parts.picture_button.accessibleName()
    assert not any(Path(path).exists() for path in kept)


def test_the_crop_is_drawn_where_the_network_looks_and_moves_with_the_input(
    window: MainWindow, qtbot: QtBot, pictures: list[str]
) -> None:
    opened(window, qtbot, pictures[:1])
    panel(window)
    view = child(window, PictureView)
    whole, seen = view.placed(), view.seen()
    assert whole.width() / whole.height() == pytest.approx(40 / 30, abs=0.02)
    assert seen.width() == pytest.approx(seen.height(), abs=1)
    assert seen.height() / whole.height() == pytest.approx(227 / 256, abs=0.01)
    assert view.accessibleDescription() == "Of 40 × 30 pixels the network sees those from 7, 2 to 33, 28."
    window.session.pictures.choose(BGR)
    QApplication.processEvents()
    assert view.seen().height() == pytest.approx(view.placed().height())
    grabbed = view.grab().toImage()
    ratio = grabbed.devicePixelRatio()
    middle, left = (view.seen().center() * ratio).toPoint(), QPointF(view.placed().left() + 4, 30) * ratio
    assert grabbed.pixelColor(middle) == QColor("red")
    assert grabbed.pixelColor(left.toPoint()).green() > 100  # the card shines through
    window.document.edit("Set", window.document.table.with_input(InputShape(3, 227, 300)))
    QApplication.processEvents()
    assert view.seen().width() > view.seen().height()
    assert "300 × 227" in window.parts.picture_button.accessibleName()


def test_nothing_is_read_or_made_smaller_on_the_windows_thread(
    window: MainWindow, qtbot: QtBot, pictures: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def noting(real: Callable[..., object]) -> Callable[..., object]:
        def noted(*arguments: object) -> object:
            threads.append(threading.current_thread())
            return real(*arguments)

        return noted

    for name in ("_read", "_preview"):
        monkeypatch.setattr(reading, name, noting(getattr(reading, name)))
    opened(window, qtbot, pictures)
    assert len(threads) == 6 and threading.main_thread() not in threads


def test_what_is_no_picture_is_a_sentence_and_what_can_be_read_opens(
    window: MainWindow, qtbot: QtBot, pictures: list[str], tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(Path(pictures[0]).read_bytes()[:60])
    commands = window.parts.pictures()
    with qtbot.waitSignal(commands.refused):
        commands.open([str(damaged)])
    assert "damaged.png" in toast(window) and names(window) == []
    with qtbot.waitSignal(commands.refused):
        commands.open([pictures[0], str(damaged), str(tmp_path / "gone.png"), pictures[1]])
    assert names(window) == ["0.png", "1.png"]
    assert "damaged.png" in toast(window) and "1 more could not be read" in toast(window)
    with qtbot.waitSignal(commands.refused):
        commands.open(pictures * 20)
    assert "at most 32" in toast(window) and names(window) == ["0.png", "1.png"]


def test_reading_is_said_and_esc_gives_it_up_with_all_that_was_read(
    window: MainWindow, qtbot: QtBot, pictures: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, go_on = reading._read, threading.Event()
    begun: list[OpenPicture] = []

    def slow(*arguments: Any) -> OpenPicture:
        begun.append(reads(*arguments))
        assert go_on.wait(300)
        return begun[-1]

    monkeypatch.setattr(reading, "_read", slow)
    window.parts.pictures().open(pictures)
    qtbot.waitUntil(lambda: len(begun) == 1)
    assert live_status(window) == "Opening 3 pictures… (Esc cancels)"
    keys(window, "Escape")
    assert outcome(window) == "Opening 3 pictures was cancelled."
    go_on.set()
    qtbot.waitUntil(lambda: not Path(begun[0].retained.path).exists())
    assert len(begun) == 1 and names(window) == []


def test_several_pictures_are_chosen_in_a_dialog_that_starts_where_the_last_one_was(
    window: MainWindow, qtbot: QtBot, pictures: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def choose(parent: QWidget, title: str, folder: str, filters: str) -> tuple[list[str], str]:
        asked.append(folder)
        assert "*.png" in filters and "*.webp" in filters
        return pictures[:2], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", choose)
    for _ in range(2):
        with qtbot.waitSignal(window.parts.pictures().opened):
            keys(window, "Ctrl+I")
    assert names(window) == ["0.png", "1.png"]
    assert asked[1] == str(Path(pictures[0]).parent)


def dropped(window: MainWindow, data: QMimeData) -> bool:
    """Drag something over the window and let it go there. Return whether the window takes it."""
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, LEFT, PLAIN)
    window.dragEnterEvent(enter)
    if enter.isAccepted():
        window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, LEFT, PLAIN))
    return enter.isAccepted()


def files(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


def test_of_what_is_dropped_the_first_network_and_all_pictures_open(
    window: MainWindow, qtbot: QtBot, pictures: list[str], tmp_path: Path
) -> None:
    network = str(tmp_path / "net.toml")
    write_file(Path(network), load_preset("squeezenet1_1"))
    assert dropped(window, files(pictures[1]))
    qtbot.waitUntil(lambda: names(window) == ["1.png"])
    assert window.document.path is None
    assert dropped(window, files(pictures[0], network, pictures[2]))
    qtbot.waitUntil(lambda: names(window) == ["0.png", "2.png"])
    assert str(window.document.path) == network
    assert not dropped(window, QMimeData())
    data = QMimeData()
    data.setImageData(QImage(CHELSEA.as_posix()))
    assert dropped(window, data)
    qtbot.waitUntil(lambda: len(names(window)) == 1 and names(window)[0].startswith("pasted-"))


@pytest.mark.parametrize("raw", [True, False], ids=["as a file", "as Qt's image"])
def test_a_picture_is_pasted_where_the_clipboard_holds_nothing_else(
    window: MainWindow, qtbot: QtBot, raw: bool
) -> None:
    data = QMimeData()
    if raw:
        data.setData("image/png", CHELSEA.read_bytes())
    image = QImage(3, 2, QImage.Format.Format_ARGB32)
    image.fill(QColor(10, 200, 30))
    data.setImageData(image)
    QApplication.clipboard().setMimeData(data)
    with qtbot.waitSignal(window.parts.pictures().opened):
        keys(window, "Ctrl+V")
    (shown,) = window.session.pictures.pictures
    assert (shown.retained.width, shown.retained.height) == ((451, 300) if raw else (3, 2))
    assert shown.image.pixelColor(1, 1) == QColor(10, 200, 30) or raw
    assert window.document.stack.count() == 0


def test_cells_are_pasted_though_a_spreadsheet_gives_a_picture_of_them_too(
    window: MainWindow, qtbot: QtBot, pictures: list[str]
) -> None:
    data = QMimeData()
    data.setText("31")
    data.setImageData(QImage(CHELSEA.as_posix()))
    QApplication.clipboard().setMimeData(data)
    window.session.selection.choose(window.document.table.index_of("fire2"))
    window.parts.table.select_block(range(2, 3), ("s1x1",))  # type: ignore[arg-type]
    keys(window, "Ctrl+V")
    assert window.document.table.layers[2].s1x1 == 31  # type: ignore[union-attr]
    QApplication.clipboard().setMimeData(files(*pictures))
    with qtbot.waitSignal(window.parts.pictures().opened):
        keys(window, "Ctrl+V")
    assert names(window) == ["0.png", "1.png", "2.png"]


def test_the_menus_offer_each_preprocessing_and_check_the_one_in_use() -> None:
    assert list(PREPARATIONS) == ["fitting", *PREPROCESSINGS, "own"]


def test_a_chosen_preprocessing_stays_until_the_one_that_fits_is_wanted_again(
    window: MainWindow, qtbot: QtBot, pictures: list[str]
) -> None:
    shown, commands, sent = window.session.pictures, window.parts.commands, window.session.live
    opened(window, qtbot, pictures[:1])
    assert shown.hint is not None and "random" in shown.hint.reason
    assert commands["prepare_fitting"].isChecked()

    def choose(menu: QMenu) -> None:
        titles = [action.text() for action in menu.actions() if action.text()]
        assert titles == ["Open Picture…", "Example Picture", *PREPARATIONS.values(), "Names of Classes…", "No Picture"]
        menu.setActiveAction(commands["prepare_caffe"])
        QTest.keyClick(menu, Qt.Key.Key_Return)

    soon(QMenu, choose)
    QTest.mouseClick(window.parts.picture_button, LEFT)
    assert shown.chosen == CAFFE
    assert sent.conditions.pictures is not None and sent.conditions.pictures.preprocessing is not None
    assert sent.conditions.pictures.preprocessing.preprocessing == CAFFE
    assert [each for each in PREPARATIONS if commands[f"prepare_{each}"].isChecked()] == ["caffe"]
    with qtbot.waitSignal(window.parts.files.opened):
        window.parts.files.open(BUILT_IN)
    assert shown.chosen == CAFFE and "Caffe: BGR − mean" in window.parts.picture_button.accessibleName()
    assert said(window, "picture_why") == "So, because you chose it."
    commands["prepare_bgr"].trigger()
    assert said(window, "picture_why") == (
        f"So, because you chose it; what fits the weights is Caffe: BGR − mean: {BUILT_IN} was trained with it."
    )
    commands["prepare_fitting"].trigger()
    assert shown.hint is not None and shown.hint.reason == f"{BUILT_IN} was trained with it"


def test_own_numbers_are_checked_as_they_are_typed(window: MainWindow, qtbot: QtBot, pictures: list[str]) -> None:
    opened(window, qtbot, pictures[:1])
    shown = window.session.pictures

    def fill(dialog: NumbersDialog) -> None:
        for name, wrong, right in (
            ("own_scale", "0", "127.5"), ("own_mean", "1, 2", "1, 2, 3"), ("own_std", "0, 1, 1", "2"),
        ):  # fmt: skip
            line = child(dialog, QLineEdit, name)
            line.setText(wrong)
            assert wrong in child(dialog, QLabel, "own_refused").text()
            assert not dialog._take.isEnabled()
            line.setText(right)
            assert child(dialog, QLabel, "own_refused").text() == " "
        dialog.accept()

    soon(NumbersDialog, fill)
    window.parts.commands["prepare_own"].trigger()
    assert shown.chosen == TORCHVISION._replace(
        id="own", title="Own: RGB ÷ 127.5", divisor=127.5, mean=(1, 2, 3), std=(2, 2, 2), truncates=False
    )
    assert shown.chosen is not None and shown.chosen.order is ChannelOrder.RGB
    assert window.parts.commands["prepare_own"].isChecked()
    soon(NumbersDialog, lambda dialog: dialog.reject())
    window.parts.commands["prepare_own"].trigger()
    assert shown.chosen is not None and shown.chosen.id == "own"
    assert window.parts.commands["prepare_own"].isChecked()


def test_names_of_classes_come_from_a_file_with_as_many_lines(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "names.txt"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    path.write_text("one\ntwo\n")
    with qtbot.waitSignal(window.parts.pictures().refused):
        window.parts.commands["labels"].trigger()
    assert "names.txt: it has 2 lines, and the network tells 1,000 classes apart" in toast(window)
    path.write_text("".join(f"sort {place}\n" for place in range(1000)))
    with qtbot.waitSignal(window.session.pictures.changed):
        window.parts.commands["labels"].trigger()
    assert window.session.pictures.labels is not None
    assert window.session.pictures.labels.names[7] == "sort 7"


@pytest.mark.parametrize("width", [640, 660, 680, 760, 820, 960, 1000, 1024, 1280, 1440, 1600, 1800])
def test_everything_on_the_toolbar_fits(open_on: OpenWindow, qtbot: QtBot, pictures: list[str], width: int) -> None:
    window = open_on(size=(width, 760))
    opened(window, qtbot, pictures[:1])
    bar = child(window, ToolBar)
    assert bar.sizeHint().width() <= width
    assert window.parts.picture_button.isVisible() and window.parts.picture_button.width() >= 60
    assert not child(bar, QWidget, "qt_toolbar_ext_button").isVisible()
    for always in (bar.device, child(bar, QWidget, "live_button"), child(bar, QWidget, "primary")):
        assert always.isVisible() and bar.rect().contains(QRect(always.mapTo(bar, QPoint()), always.size()))
    assert bar.colour.isVisible() is not bar.more.isVisible(), "what is left out stands in a menu"
    named = [label.text() for label in bar.findChildren(QLabel) if label.isVisible() and label.buddy() is bar.colour]
    assert named == (["Colour"] if bar.colour.isVisible() else [])


def test_probabilities_keep_a_digit_where_they_are_small() -> None:
    assert [percent(each) for each in (1, 0.4365, 0.0051, 0.0006)] == ["100.0 %", "43.6 %", "0.5 %", "0.06 %"]


def test_a_picture_whose_file_of_pixels_is_gone_fails_the_pass_in_a_sentence(
    open_on: OpenWindow, qtbot: QtBot, pictures: list[str]
) -> None:
    window = open_on("table1", worker=True)
    opened(window, qtbot, pictures[:1])
    retained: RetainedPicture = window.session.pictures.pictures[0].retained
    Path(retained.path).unlink()
    keys(window, "F5")
    qtbot.waitUntil(lambda: "can no longer be read" in live_status(window))
    assert live_status(window).startswith("No live pass: the picture 0.png")
