"""What other windows left unsaved is offered, listed, opened and discarded; what this one has unsaved is kept."""

import dataclasses
import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from calls import calls_of
from hands import OpenWindow, answer_soon, fire, notice_text, submenu
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from window_processes import leave_unsaved as left

from squeezeviz.files import atomic
from squeezeviz.files.presets import load_preset
from squeezeviz.files.process_folders import take_folder
from squeezeviz.files.registry import write_file
from squeezeviz.gui.files.window_folders import SNAPSHOT, WorkFolder, _abandoned, left_behind, state_folder, sweep
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.recovery import recorder as recorders
from squeezeviz.gui.recovery.starting import begin
from squeezeviz.gui.settings import Settings
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import LayerTable


@pytest.fixture(autouse=True)
def kept_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorders, "DELAY_MS", 0)


def edited(number: int) -> LayerTable:
    return load_preset("table1").with_field(2, "s1x1", number)


def leave_unsaved(number: int, path: Path | None = None, written: float = 1.7e9) -> Path:
    """Leave what a window does that is gone; return its folder."""
    return left(state_folder(), number, path, written).parent


def kept_tables() -> list[str]:
    return [path.read_text() for path in state_folder().rglob(SNAPSHOT)]


def press_button(window: MainWindow, words: str) -> None:
    found = window.parts.notice.findChildren(QPushButton)
    next(button for button in found if button.text() == words and button.isVisible()).click()


def recover_menu(window: MainWindow) -> QMenu:
    menu = submenu(window.menuBar(), "&File", "Recover")
    menu.aboutToShow.emit()
    return menu


def choose(menu: QMenu, entry: int, words: str) -> None:
    inner = menu.actions()[entry].menu()
    assert isinstance(inner, QMenu)
    next(action for action in inner.actions() if action.text() == words).trigger()


@pytest.fixture
def window(open_on: OpenWindow, qtbot: QtBot) -> MainWindow:
    """A window on Table 1 that keeps what is unsaved."""
    opened = open_on("table1")
    qtbot.waitUntil(lambda: opened.parts.recovery.made is not None)
    return opened


def test_what_is_unsaved_is_kept_and_goes_once_it_is_saved(open_on: OpenWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    write_file(path, load_preset("table1"))
    window = open_on(path)
    qtbot.waitUntil(lambda: window.parts.recovery.made is not None)
    for number in (5, 6):
        window.document.edit("Set", edited(number))
    qtbot.waitUntil(lambda: any("s1x1 = 6" in text for text in kept_tables()))
    assert len(kept_tables()) == 1
    window.document.stack.undo()
    qtbot.waitUntil(lambda: any("s1x1 = 5" in text for text in kept_tables()))
    assert window.parts.files.save()
    qtbot.waitUntil(lambda: kept_tables() == [])
    window.document.edit("Set", edited(7))
    qtbot.waitUntil(lambda: len(kept_tables()) == 1)
    window.document.start(load_preset("simple-bypass"))
    qtbot.waitUntil(lambda: kept_tables() == [])


def test_how_it_is_looked_at_is_kept_with_it(window: MainWindow, qtbot: QtBot) -> None:
    window.document.edit("Set", edited(5))
    qtbot.waitUntil(lambda: len(kept_tables()) == 1)
    changes: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: window.parts.control.close("fire4"), '"closed": ["fire4"]'),
        (lambda: window.session.selection.choose_layer("fire7"), '"chosen": ["fire7", ""]'),
        (lambda: window.parts.panels.bring("costs"), '"panel": "costs"'),
        (lambda: window.parts.graph.zoom_reset(), '"zoom": 1.0'),
    )
    for change, seen in changes:
        change()
        qtbot.waitUntil(partial(lambda seen: seen in kept_tables()[0], seen))


def test_what_is_pinned_is_kept_with_it_and_pinned_again(
    open_on: OpenWindow, started: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "other.onnx"
    write_file(path, load_preset("squeezenet1_1"))
    window = open_on("table1")
    qtbot.waitUntil(lambda: window.parts.recovery.made is not None)
    window.document.edit("Set", edited(5))
    qtbot.waitUntil(lambda: len(kept_tables()) == 1)
    with qtbot.waitSignal(window.parts.compares.pinned):
        window.parts.compares.compare_with(str(path))
    qtbot.waitUntil(lambda: '"title": "other.onnx"' in kept_tables()[0])
    (folder,) = state_folder().glob("window-*")
    copy = folder.with_name("window-copied")
    shutil.copytree(folder, copy)
    window.parts.commands["unpin"].trigger()
    qtbot.waitUntil(lambda: any('"baseline": null' in text for text in kept_tables()))
    again = started()
    baseline = again.session.baseline
    assert fire(again, "fire2").s1x1 == 5
    assert baseline.title == "other.onnx"
    assert baseline.network is not None and baseline.network.table.layers == load_preset("squeezenet1_1").layers
    assert baseline.difference is not None
    assert baseline.weights is not None and not baseline.weights.of(baseline.network).fresh
    assert Path(baseline.weights.path).parent == copy


def test_a_damaged_baseline_does_not_keep_the_network_from_coming_back(started: OpenWindow) -> None:
    kept = leave_unsaved(5) / SNAPSHOT
    stored = json.loads(kept.read_text())
    kept.write_text(json.dumps(stored | {"baseline": {"table": "none", "title": "x", "weights": None}}))
    window = started()
    assert fire(window, "fire2").s1x1 == 5
    assert window.session.baseline.network is None


def test_one_that_was_left_opens_unsaved_and_says_so_until_it_is_saved(
    started: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = leave_unsaved(5, tmp_path / "net.toml")
    for name in (".squeezeviz-half", "weights-old.safetensors"):
        (folder / name).touch()
    window = started()
    assert sorted(path.name for path in folder.iterdir()) == ["in-use.lock", SNAPSHOT]
    assert fire(window, "fire2").s1x1 == 5
    assert window.isWindowModified()
    assert window.windowTitle().startswith("net.toml")
    assert "squeezeviz ended before “net.toml” was saved. Its changes are here again" in notice_text(window)
    assert len(kept_tables()) == 1
    window.document.edit("Set", edited(6))
    qtbot.waitUntil(lambda: "s1x1 = 6" in kept_tables()[0])
    assert "net.toml" in notice_text(window)
    assert window.parts.files.save()
    qtbot.waitUntil(lambda: notice_text(window) == "")
    qtbot.waitUntil(lambda: kept_tables() == [])


def test_it_can_be_discarded_for_the_file_as_it_is(started: OpenWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    write_file(path, load_preset("table1"))
    leave_unsaved(5, path)
    window = started()
    press_button(window, "Discard Changes")
    qtbot.waitUntil(lambda: fire(window, "fire2").s1x1 == 16)
    assert window.document.path == path
    assert not window.isWindowModified()
    qtbot.waitUntil(lambda: kept_tables() == [])
    assert notice_text(window) == "The unsaved changes to “net.toml” were discarded."


def test_what_was_discarded_can_be_brought_back_with_what_was_edited_since(started: OpenWindow, qtbot: QtBot) -> None:
    leave_unsaved(5)
    window = started()
    window.document.edit("Set", edited(6))
    press_button(window, "Discard It")
    qtbot.waitUntil(lambda: fire(window, "fire2").s1x1 == 16)
    assert not window.isWindowModified()
    press_button(window, "Bring Them Back")
    assert (fire(window, "fire2").s1x1, window.isWindowModified()) == (6, True)
    assert notice_text(window) == ""
    qtbot.waitUntil(lambda: any("s1x1 = 6" in text for text in kept_tables()))


def test_the_changes_to_the_file_that_is_named_are_offered_first(
    started: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "net.toml"
    write_file(path, load_preset("table1"))
    leave_unsaved(5, path, written=1.6e9)
    leave_unsaved(6, tmp_path / "other.toml")
    window = started(path)
    assert (fire(window, "fire2").s1x1, window.isWindowModified()) == (16, False)
    assert "“net.toml”" in notice_text(window)
    assert "1 more is in File > Recover" in notice_text(window)
    press_button(window, "Recover")
    qtbot.waitUntil(lambda: fire(window, "fire2").s1x1 == 5)
    assert window.isWindowModified()
    assert "Its changes are here again" in notice_text(window)
    assert len(kept_tables()) == 2


def test_an_offer_that_is_not_taken_up_after_all_stays_and_can_be_declined_for_good(
    started: OpenWindow, qtbot: QtBot
) -> None:
    leave_unsaved(5)
    window = started("table1")
    window.document.edit("Set", edited(6))
    asked: list[str] = []
    answer_soon(QMessageBox.StandardButton.Cancel, asked)
    press_button(window, "Recover")
    assert len(asked) == 1
    assert fire(window, "fire2").s1x1 == 6
    assert "It can be recovered" in notice_text(window)
    window.document.stack.undo()
    press_button(window, "Discard")
    assert "were discarded" in notice_text(window)
    assert recover_menu(window).actions()[0].text() == "Nothing to recover"
    press_button(window, "Bring Them Back")
    qtbot.waitUntil(lambda: fire(window, "fire2").s1x1 == 5)
    window.document.start(load_preset("table1"))
    leave_unsaved(6)
    choose(recover_menu(window), 0, "Discard")
    window.close()
    assert kept_tables() == []


def test_the_others_stand_in_the_menu_by_name_age_and_what_they_are(
    started: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    for number, written in ((5, 1.6e9), (6, 1.7e9), (7, 1.5e9)):
        leave_unsaved(number, tmp_path / f"{number}.toml", written)
    window = started()
    assert fire(window, "fire2").s1x1 == 6
    menu = recover_menu(window)
    titles = [action.text() for action in menu.actions()]
    assert [title.partition(",")[0] for title in titles] == ["5.toml", "7.toml"]
    assert all("days ago" in title for title in titles)
    inner = menu.actions()[0].menu()
    assert isinstance(inner, QMenu)
    assert inner.actions()[0].text().startswith("15 layers, unsaved changes to ")
    asked: list[str] = []
    answer_soon(QMessageBox.StandardButton.Discard, asked)
    choose(menu, 1, "Open")
    qtbot.waitUntil(lambda: fire(window, "fire2").s1x1 == 7)
    assert len(asked) == 1
    qtbot.waitUntil(lambda: sorted(text.count("s1x1 = 7") for text in kept_tables()) == [0, 1])
    choose(recover_menu(window), 0, "Discard")
    assert len(recover_menu(window).actions()) == 1
    assert [action.text() for action in recover_menu(window).actions()] == ["Nothing to recover"]


def test_one_in_the_menu_that_cannot_be_read_is_told_and_set_aside(started: OpenWindow, qtbot: QtBot) -> None:
    window = started("table1")
    qtbot.wait(50)
    assert notice_text(window) == "" and not state_folder().exists()
    (leave_unsaved(5) / SNAPSHOT).write_text("{")
    assert [action.text() for action in recover_menu(window).actions()] == ["Nothing to recover"]
    assert "could not be recovered" in notice_text(window)
    assert [path.name.startswith("unreadable-") for path in state_folder().iterdir()] == [True]


def test_one_that_another_window_took_meanwhile_is_not_opened_twice(started: OpenWindow, qtbot: QtBot) -> None:
    window = started()
    path = leave_unsaved(5)
    menu = recover_menu(window)
    other = take_folder(path)
    assert other is not None
    choose(menu, 0, "Open")
    qtbot.waitUntil(window.parts.toast.isVisible)
    assert fire(window, "fire2").s1x1 == 16
    other.release()


def test_what_is_typed_while_another_network_is_being_recovered_is_asked_about(
    started: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_unsaved(5)
    window = started("table1")
    assert window.parts.notice.keys == ("offered",)
    took = calls_of(monkeypatch, WorkFolder, "take_over")
    for answer in (QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard):
        asked: list[str] = []
        window.document.stack.setClean()
        choose(recover_menu(window), 0, "Open")
        window.document.edit("Set", edited(6 + len(took)))
        answer_soon(answer, asked)
        qtbot.waitUntil(lambda: bool(asked))  # noqa: B023 - waited for within the loop
        QApplication.processEvents()
        if answer is QMessageBox.StandardButton.Cancel:
            assert fire(window, "fire2").s1x1 == 6 and took == []
            assert len(recover_menu(window).actions()) == 1, "it can still be recovered"
            window.document.stack.undo()
    qtbot.waitUntil(lambda: fire(window, "fire2").s1x1 == 5)
    assert len(took) == 1 and took[0][2] > 0, "what was to be written of the network before comes too late"
    assert [key for key in window.parts.notice.keys if key in ("offered", "recovered")] == ["recovered"]


def test_what_is_kept_already_is_not_written_again(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = calls_of(monkeypatch, WorkFolder, "keep")
    recovery = window.parts.recovery()

    def wait_for(count: int) -> None:
        for _ in range(3):
            recovery.follow_outlook()
            QApplication.processEvents()
            qtbot.waitUntil(lambda: not recovery._background.running)
        assert len(written) == count

    wait_for(0)  # nothing is unsaved
    window.document.edit("Set", edited(5))
    wait_for(1)
    window.parts.graph.zoom_in()
    wait_for(2)
    window.document.stack.undo()
    wait_for(3)
    assert [text is None for _, _, text in written] == [False, False, True]


def test_what_has_a_snapshot_is_not_swept_even_if_that_cannot_be_read() -> None:
    damaged, empty = leave_unsaved(5), leave_unsaved(6)
    for folder in (damaged, empty):
        (folder / SNAPSHOT).unlink()
    (damaged / SNAPSHOT).symlink_to("nowhere")
    sweep()
    assert damaged.is_dir() and not empty.exists()


def test_a_later_snapshot_is_never_replaced_by_an_earlier_one() -> None:
    work = WorkFolder()
    work.keep(2, "two")
    work.keep(1, "one")
    assert kept_tables() == ["two"]
    work.keep(3, None)
    assert kept_tables() == []
    work.close()
    work.keep(4, "four")
    assert kept_tables() == []
    assert list(state_folder().iterdir()) == []


def test_a_state_folder_that_somebody_deletes_is_made_again(window: MainWindow, qtbot: QtBot) -> None:
    window.document.edit("Set", edited(5))
    qtbot.waitUntil(lambda: len(kept_tables()) == 1)
    shutil.rmtree(state_folder())
    window.document.edit("Set", edited(6))
    qtbot.waitUntil(lambda: len(kept_tables()) == 1)


def test_an_export_under_way_does_not_hold_it_up(window: MainWindow, qtbot: QtBot) -> None:
    over = Event()
    window.session.background.run("Exporting…", lambda _: over.wait(300), lambda _: None, lambda _: None)
    window.document.edit("Set", edited(5))
    qtbot.waitUntil(lambda: len(kept_tables()) == 1)
    over.set()


def test_a_failure_is_said_once_and_taken_back(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    written = atomic.write_bytes

    def full(*_: object, **__: object) -> None:
        tried.append(1)
        raise SqueezevizError("the disk is full")

    monkeypatch.setattr(recorders, "AGAIN_MS", 50)
    monkeypatch.setattr(atomic, "write_bytes", full)
    window.document.edit("Set", edited(5))
    qtbot.waitUntil(lambda: "the disk is full" in notice_text(window))
    window.parts.notice.dismiss("failing")
    window.document.edit("Set", edited(6))
    qtbot.waitUntil(lambda: len(tried) > 3)  # it is tried again without an edit
    assert notice_text(window) == ""
    monkeypatch.setattr(atomic, "write_bytes", written)
    qtbot.waitUntil(lambda: len(kept_tables()) == 1)


def test_weights_that_the_state_folder_has_no_room_for_lie_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    work = WorkFolder()
    assert work.for_weights(10).is_relative_to(state_folder())
    for size in (10**18, shutil.disk_usage(state_folder()).free - 2**20):
        assert work.for_weights(size).parent == tmp_path
    work.close()
    assert list(tmp_path.iterdir()) == []


def test_a_start_names_what_it_opens(settings: Settings, tmp_path: Path) -> None:
    assert begin(None, settings, WorkFolder()).opened.table == load_preset("table1")
    path = tmp_path / "net.toml"
    write_file(path, load_preset("simple-bypass"))
    settings.set_plain("last", {"path": str(path)})
    assert begin(None, settings, WorkFolder()).opened.path == path
    assert begin("squeezenet1_0", settings, WorkFolder()).opened.table == load_preset("squeezenet1_0")
    settings.set_flag("reopen_last", False)
    assert begin(None, settings, WorkFolder()).opened.path is None
    settings.set_flag("reopen_last", True)
    odds: tuple[object, ...] = ({"path": 7}, {"path": "net.toml"}, {"path": "/\0"}, [], {"path": str(tmp_path)})
    for odd in odds:
        settings.set_plain("last", odd)
        start = begin(None, settings, WorkFolder())
        assert start.opened.table == load_preset("table1")
        assert len(start.sentences) == (isinstance(odd, dict) and isinstance(odd["path"], str))


def test_the_menu_says_whether_the_last_file_opens_again(window: MainWindow) -> None:
    command = window.parts.commands["reopen_last"]
    assert command.isChecked()
    command.trigger()
    assert window.session.settings.flag("reopen_last") is False


def test_two_windows_of_one_process_keep_their_own(open_on: OpenWindow, qtbot: QtBot) -> None:
    windows = [open_on("table1"), open_on("squeezenet1_0")]
    for number, window in enumerate(windows):
        qtbot.waitUntil(partial(lambda window: window.parts.recovery.made is not None, window))
        window.document.edit("Set", dataclasses.replace(window.document.table, name=f"net {number}"))
    qtbot.waitUntil(lambda: len(kept_tables()) == 2)
    assert left_behind() == []  # both live


def test_who_looks_for_what_was_left_misses_nothing_that_another_looks_at() -> None:
    """To see whether a folder has an owner is to own it for a moment."""
    for number in (5, 6):
        leave_unsaved(number)
    looking = _abandoned()
    first = next(looking)
    with ThreadPoolExecutor(1) as others:
        found = others.submit(left_behind)
        first.release()
        for folder in looking:
            folder.release()
        assert len(found.result()) == 2


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_weights_lie_where_their_owner_alone_can_read_them() -> None:
    before = os.umask(0o777)
    try:
        folder = WorkFolder().for_weights(1)
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
