"""Whatever a person does in the window, in whatever order: it shows what is, and all of it can be taken back."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import pytest
from conftest import OpenWindow
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from window_machine import WindowMachine

pytestmark = pytest.mark.gui

OF_THE_PLATFORM = ("This plugin does not support",)
"""What Qt says of a platform without a screen, not of us."""


@pytest.mark.parametrize(
    ("runs", "steps"),
    [
        pytest.param(16, 20, id="a few"),
        pytest.param(500, 50, id="many", marks=[pytest.mark.full, pytest.mark.timeout(5400)]),
    ],
)
def test_any_gestures_leave_the_window_true_and_are_undone_to_the_first_bytes(
    open_on: OpenWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: int, steps: int
) -> None:
    wrong: list[str] = []

    class Machine(WindowMachine):
        window = open_on("table1")
        bot, folder = qtbot, tmp_path

    Machine.wrong = wrong
    Machine.columns = Machine.window.parts.table.state()
    monkeypatch.setattr(QMessageBox, "exec", lambda self: QMessageBox.StandardButton.Discard)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / Machine.file), ""))
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: wrong.append(told(error)))
    before = qInstallMessageHandler(lambda kind, context, text: note(wrong, kind, text))
    try:
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
    finally:
        qInstallMessageHandler(before)


def told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def note(wrong: list[str], kind: QtMsgType, text: str) -> None:
    if kind is not QtMsgType.QtDebugMsg and not text.startswith(OF_THE_PLATFORM):
        wrong.append(text)
