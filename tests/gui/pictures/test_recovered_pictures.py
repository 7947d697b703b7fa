"""The open pictures are remembered with how a network is looked at, never in its file, and come back with it."""

from __future__ import annotations

import json
from pathlib import Path

from hands import OpenWindow, notice_text, set_field
from places import CHELSEA
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.pictures.preprocessing import BGR, CAFFE, PreprocessingHint
from squeezeviz.files.presets import BUILT_IN, load_preset
from squeezeviz.files.registry import write_file
from squeezeviz.gui.files.window_folders import SNAPSHOT, state_folder
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.pictures.outlook import PicturesOutlook
from squeezeviz.gui.recovery.outlook import Outlook, outlook_from
from squeezeviz.gui.settings import REOPENS, Settings
from squeezeviz.model.json_data import to_json


def shown(window: MainWindow) -> list[str]:
    return [each.retained.name for each in window.session.pictures.pictures]


def show_pictures(window: MainWindow, qtbot: QtBot, *paths: str) -> None:
    with qtbot.waitSignal(window.parts.pictures().opened):
        window.parts.pictures().open(paths)


def test_the_picture_comes_back_with_unsaved_work_and_with_how_it_is_prepared(
    started: OpenWindow, qtbot: QtBot
) -> None:
    first = started(BUILT_IN)
    show_pictures(first, qtbot, str(CHELSEA), str(CHELSEA))
    first.session.pictures.look_at(1)
    set_field(first, "fire2", "s1x1", 24)
    assert first.parts.recovery().keep()
    text = next(state_folder().rglob(SNAPSHOT)).read_text()
    assert str(CHELSEA) in json.dumps(json.loads(text)["outlook"]) and str(CHELSEA) not in json.loads(text)["table"]
    first.shut(keep=True)
    second = started()
    qtbot.waitUntil(lambda: shown(second) == ["chelsea.png", "chelsea.png"])
    pictures = second.session.pictures
    assert pictures.current == 1 and pictures.chosen is None
    assert pictures.hint == PreprocessingHint(CAFFE, f"{BUILT_IN} was trained with it")


def test_a_pasted_picture_comes_back_too_and_what_a_killed_window_left_of_it_goes(
    started: OpenWindow, qtbot: QtBot
) -> None:
    first = started("table1")
    QApplication.clipboard().setImage(QImage(str(CHELSEA)))
    with qtbot.waitSignal(first.parts.pictures().opened):
        first.parts.commands["paste"].trigger()
    set_field(first, "fire2", "s1x1", 24)
    folder = Path(first.session.pictures.pictures[0].source).parent
    assert first.parts.recovery().keep()
    first.shut(keep=True)
    assert list(folder.glob("picture-*"))
    second = started()
    qtbot.waitUntil(lambda: len(shown(second)) == 1)
    assert shown(second)[0].startswith("pasted-")
    assert len(list(folder.glob("picture-*"))) == 2  # the pixels and the small copy of this window


def test_the_last_file_opens_with_its_picture_and_one_that_is_gone_is_said(
    started: OpenWindow, qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    settings.set_flag(REOPENS, True)
    network, gone = tmp_path / "net.toml", tmp_path / "gone.png"
    write_file(network, load_preset("table1"))
    gone.write_bytes(Path(str(CHELSEA)).read_bytes())
    first = started(str(network))
    show_pictures(first, qtbot, str(gone), str(CHELSEA))
    first.session.pictures.choose(BGR)
    first.close()
    assert "chelsea" not in network.read_text()
    gone.unlink()
    second = started()
    qtbot.waitUntil(lambda: shown(second) == ["chelsea.png"])
    assert second.session.pictures.chosen == BGR
    assert "gone.png" in notice_text(second) and "could not be opened again" in notice_text(second)


def test_what_no_window_could_have_written_is_left_out(open_on: OpenWindow) -> None:
    wild = PicturesOutlook(
        ("relative.png", "/a\0b.png", "/" + "x" * 5000, "/fine.png"),
        chosen=CAFFE._replace(std=(1, 0, 1)),
        fitting=PreprocessingHint(CAFFE._replace(divisor=0), ""),
        labels="names.txt",
    )
    assert wild.plausible == PicturesOutlook(("/fine.png",))
    assert len(PicturesOutlook(("/fine.png",) * 100).plausible.files) == 32
    stored = to_json(Outlook(pictures=PicturesOutlook(("/fine.png",), 2, BGR)))
    assert outlook_from(json.loads(json.dumps(stored))) == Outlook(pictures=PicturesOutlook(("/fine.png",), 2, BGR))
    stored["pictures"]["current"] = 99
    assert outlook_from(stored) is None
    del stored["pictures"]
    assert outlook_from(stored) == Outlook()
    assert open_on().parts.outlook().outlook().pictures is None
