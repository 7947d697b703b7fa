"""Whatever a person does in the window, in whatever order: it shows what is, and all of it can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hands import OpenWindow, watched
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from window_machine import WindowMachine

pytestmark = pytest.mark.gui


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
    class Machine(WindowMachine):
        window = open_on("table1")
        bot, folder = qtbot, tmp_path

    Machine.columns = Machine.window.parts.table.columns.state()
    monkeypatch.setattr(QMessageBox, "exec", lambda self: QMessageBox.StandardButton.Discard)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / Machine.file), ""))
    with watched() as Machine.wrong:
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
