"""A signal ends the program without a crash and without a loss, whenever it comes and however often."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hands import OpenWindow, caught
from PySide6.QtWidgets import QApplication
from window_processes import EDITS, driven, eventually, kept_files, kept_text

from squeezeviz.gui.app import watch_signals
from squeezeviz.gui.recovery.leaving import SignalWatch

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them"),
    pytest.mark.timeout(600),
]

SEED = int(os.environ.get("SQUEEZEVIZ_SEED", "1"))
CANCELS = EDITS + "    until(lambda: answer(window, 'Cancel') and False, 60)\n"


@pytest.mark.parametrize("times", [8, pytest.param(40, marks=pytest.mark.full)])
def test_ctrl_c_while_editing_asks_and_loses_nothing(tmp_path: Path, times: int) -> None:
    chance = random.Random(SEED)
    with driven(tmp_path, drive=CANCELS) as program:
        program.until("open")
        for _ in range(times):
            time.sleep(chance.uniform(0, 0.3))
            for _ in range(chance.choice((1, 1, 2, 3))):
                program.send(signal.SIGINT)
                time.sleep(chance.uniform(0, 0.02))
            program.until("answered")  # `until` fails where it ended
        program.until("edited")
        assert program.process.poll() is None
        numbers = program.edits
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    "drive", ["", "def drive(window):\n    edit(window, 7)\n    until(lambda: answer(window, 'Discard'))\n"]
)
def test_ctrl_c_with_nothing_unsaved_or_discard_ends_with_130_and_leaves_nothing(tmp_path: Path, drive: str) -> None:
    with driven(tmp_path, drive=drive) as program:
        program.until("edited" if drive else "open")
        eventually(lambda: (kept_files(tmp_path) != []) is bool(drive))
        program.send(signal.SIGINT)
        assert program.ended() == 130
    assert kept_files(tmp_path) == []


def test_a_second_ctrl_c_brings_the_question_forward(tmp_path: Path) -> None:
    drive = (
        "def drive(window):\n"
        "    edit(window, 7)\n"
        "    until(lambda: window.parts.files.question is not None and not say('asks'))\n"
    )
    with driven(tmp_path, drive=drive) as program:
        program.until("edited")
        for _ in range(3):
            program.send(signal.SIGINT)
            time.sleep(0.2)
        program.until("asks")
        assert program.process.poll() is None
        program.send(signal.SIGTERM)
        assert program.ended() == 143
    assert len(kept_files(tmp_path)) == 1


DIALOGS = {
    "the unsaved question": "window.close()",
    "the export dialog": "window.parts.commands['export'].trigger()",
    "a menu": "window.menuBar().actions()[0].menu().exec()",
    "a drag": "drag(window)",
}
DRAG = """
def drag(window):
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDrag
    drag = QDrag(window)
    data = QMimeData()
    data.setText("a row")
    drag.setMimeData(data)
    drag.exec()

def drive(window):
    edit(window, 7)
    QTimer.singleShot(0, lambda: {opening})
    QTimer.singleShot(300, lambda: say("shown"))
"""


@pytest.mark.parametrize(
    ("opening", "number"), list(zip(DIALOGS.values(), [signal.SIGTERM, signal.SIGHUP] * 2, strict=True)), ids=DIALOGS
)
def test_the_work_is_kept_whatever_is_open(tmp_path: Path, opening: str, number: signal.Signals) -> None:
    with driven(tmp_path, drive=DRAG.format(opening=opening)) as program:
        program.until("shown")
        program.send(number)
        assert program.ended() == 128 + number
    assert len(kept_files(tmp_path)) == 1
    assert "s1x1 = 7\\n" in kept_text(tmp_path)


@pytest.mark.parametrize("opening", [DIALOGS[name] for name in ("the export dialog", "a menu", "a drag")])
def test_ctrl_c_asks_whatever_is_open(tmp_path: Path, opening: str) -> None:
    drive = DRAG.format(opening=opening) + "    until(lambda: answer(window, 'Discard'), 600)\n"
    with driven(tmp_path, drive=drive) as program:
        program.until("shown")
        program.send(signal.SIGINT)
        assert program.ended() == 130
    assert kept_files(tmp_path) == []


def test_an_export_under_way_does_not_keep_the_program(tmp_path: Path) -> None:
    drive = (
        "def drive(window):\n"
        "    edit(window, 7)\n"
        "    window.session.background.run('Exporting…', lambda job: (say('exports'), time.sleep(600)), print, print)\n"
        "    QTimer.singleShot(300, lambda: edit(window, 8))\n"
    )
    with driven(tmp_path, drive=drive) as program:
        program.until("exports")
        program.until("edited")
        program.send(signal.SIGTERM)
        assert program.ended() == 143  # long before the export would have ended
    assert "s1x1 = 8\\n" in kept_text(tmp_path)


@pytest.mark.parametrize("module", ["squeezeviz.gui.app", "squeezeviz.gui.main_window", "squeezeviz.files.presets"])
def test_ctrl_c_while_the_program_starts_ends_it_quietly(tmp_path: Path, module: str) -> None:
    script = (
        "import os, signal, sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from squeezeviz.cli.main import main\n"
        "sys.argv[1:] = []\n"
        "sys.exit(main())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=500, env=os.environ
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")


def test_a_signal_that_the_parent_has_ignored_stays_so(tmp_path: Path) -> None:
    drive = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + EDITS
    with driven(tmp_path, drive=drive) as program:
        program.until("edited")
        program.send(signal.SIGHUP)
        time.sleep(0.3)
        program.rest()
        program.until("edited")
        assert program.process.poll() is None


def test_nothing_of_ours_runs_before_the_event_loop_has_its_turn(qapp: QApplication) -> None:
    watch = SignalWatch([signal.SIGUSR1], qapp)
    came = caught(watch.came)
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(100):
        assert came == []
    eventually(lambda: QApplication.processEvents() or came == [signal.SIGUSR1])
    watch.close()
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL
    watch.deleteLater()


def test_the_end_of_the_session_keeps_the_work_and_asks_nothing(open_on: OpenWindow, state_home: Path) -> None:
    class Manager:
        def __init__(self) -> None:
            self.restart: list[str] = []

        def setRestartCommand(self, command: list[str]) -> None:
            self.restart = command

    window, manager = open_on("table1"), Manager()
    leaving = watch_signals(window)
    window.document.edit("Set", window.document.table.with_field(2, "s1x1", 7))
    leaving._on_session_end(manager)  # type: ignore[arg-type]
    assert "-session" not in manager.restart
    assert len(list(state_home.rglob("unsaved.json"))) == 1
    window.document.edit("Set", window.document.table.with_field(2, "s1x1", 8))
    assert not window.parts.recovery().desktop_ends  # somebody works on: the session goes on
    leaving._on_session_end(manager)  # type: ignore[arg-type]
    assert window.close()
    assert len(list(state_home.rglob("unsaved.json"))) == 1
    leaving.close(0)
