"""An error in what Qt calls of ours costs a sentence, never the window; and no such method is forgotten."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from faulty_window import gui_classes
from places import HELPERS
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

from squeezeviz.gui.widgets import guard

pytestmark = pytest.mark.timeout(400)

HERE = Path(__file__).parent.parent
LONG_S = 300


def in_a_process(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(HELPERS)}
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=LONG_S)


def test_every_method_of_ours_that_qt_calls_is_guarded() -> None:
    bare = [
        f"{kind.__module__}.{kind.__qualname__}.{name}"
        for kind in gui_classes()
        for name in guard.overrides(kind)
        if not guard.is_guarded(vars(kind)[name])
    ]
    assert not bare, "decorate the class with squeezeviz.gui.widgets.guard.guarded"


def test_the_window_lives_when_everything_that_qt_calls_fails(tmp_path: Path) -> None:
    ended = in_a_process(HELPERS / "faulty_window.py", tmp_path)
    said = ended.stdout.splitlines()
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert said[-1] == "alive"
    met = {line.removeprefix("met ").partition(".")[2] for line in said if line.startswith("met ")}
    kinds = {
        "paintEvent", "paint", "viewportEvent", "event", "eventFilter", "resizeEvent", "sizeHint",
        "scrollContentsBy", "mousePressEvent", "mouseMoveEvent", "keyPressEvent", "focusInEvent", "contextMenuEvent",
        "data", "flags", "headerData", "rowCount", "setGeometry", "selectionChanged", "redo",
    }  # fmt: skip
    assert kinds <= met
    assert ended.stderr.count("Traceback") <= 3, "an error is printed once, not once a frame"
    assert "IndexError: list index out of range" in ended.stderr
    assert any(line.startswith("said squeezeviz has a bug (IndexError in ") for line in said)


@guard.guarded
class Spoilt(QWidget):
    def sizeHint(self) -> QSize:
        return [QSize(1, 1)][1]

    def hasHeightForWidth(self) -> bool:
        raise ValueError("of ours")

    def paintEvent(self, event: object) -> None:
        raise ValueError("of ours")


def test_a_guarded_method_that_fails_answers_with_an_empty_value(
    qapp: object, monkeypatch: pytest.MonkeyPatch, reported: list[Exception]
) -> None:
    met: list[type] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: met.append(kind))
    widget = Spoilt()
    assert widget.sizeHint() == QSize()
    assert widget.hasHeightForWidth() is False
    assert met == [IndexError, ValueError]
    reported.clear()


def test_an_override_whose_answer_has_no_empty_value_is_refused_when_the_class_is_made() -> None:
    with pytest.raises(TypeError, match=r"Odd\.sizeHint overrides .*'Colour'"):

        @guard.guarded
        class Odd(QWidget):
            def sizeHint(self) -> Colour:  # type: ignore[name-defined]  # noqa: F821
                return 1


def test_an_error_that_recurs_is_printed_and_said_once(qapp: QApplication, capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    faults = guard.Faults(said.append)
    for number in (1, 1, 2):
        try:
            [0][number] if number == 1 else {0: 0}[number]
        except LookupError as error:
            faults(type(error), error, error.__traceback__)
    QApplication.processEvents()
    assert len(said) == 2
    assert "IndexError in test_guard.py" in said[0]
    assert "KeyError in test_guard.py" in said[1]
    assert capsys.readouterr().err.count("Traceback") == 2


def test_a_test_that_meets_such_an_error_fails(tmp_path: Path) -> None:
    """Whatever the test itself looks at."""
    only = ("-o", "python_functions=meets_an_error", "-o", "qt_no_exception_capture=1")
    ended = in_a_process("-m", "pytest", "-q", "-p", "no:cacheprovider", *only, __file__)
    assert ended.returncode == 1, ended.stdout
    assert "ValueError: of ours" in ended.stdout


def meets_an_error(qapp: object) -> None:
    widget = Spoilt()
    widget.show()
    QApplication.processEvents()
    widget.close()
