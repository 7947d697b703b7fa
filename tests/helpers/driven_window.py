"""The program, with a hand in it: it says on stdout what is open, and does what the text in DRIVE says.

Run by `window_processes.driven` as a process of its own. `drive(window)` is called once the window stands.
"""

import os
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QTimer

from squeezeviz.cli.main import main
from squeezeviz.gui import app
from squeezeviz.gui.live import client as live_client
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.widgets.first_paint import after_first_paint
from squeezeviz.model.layers import Fire

# Loading PyTorch takes seconds, which nothing here waits for.
live_client._worker_command = lambda: (sys.executable, "-S", "-c", "import sys; sys.stdin.read()")
open_window = app.open_window
timers: list[QTimer] = []


def say(*words: object) -> None:
    print(*words, flush=True)


def row(window: MainWindow) -> int:
    return next(place for place, layer in enumerate(window.document.table.layers) if layer.type == "fire")


def value(window: MainWindow) -> int:
    """The number that is edited."""
    fire = window.document.table.layers[row(window)]
    assert isinstance(fire, Fire)
    return fire.s1x1


def edit(window: MainWindow, number: int) -> None:
    window.document.edit(f"Set {number}", window.document.table.with_field(row(window), "s1x1", number))
    say("edited", number, time.time())


def answer(window: MainWindow, words: str) -> bool:
    """Press a button of the question about unsaved changes; whether it is asked."""
    box = window.parts.files.question
    if box is None or not box.isVisible():
        return False
    next(each for each in box.buttons() if words in each.text()).click()
    say("answered", words)
    return True


def until(act: Callable[[], object], ms: int = 20) -> None:
    """Call it again and again, until it gives something true."""
    timer = QTimer()
    timer.timeout.connect(lambda: timer.stop() if act() else None)
    timer.start(ms)
    timers.append(timer)


def begun(window: MainWindow) -> None:
    path = window.document.path
    say("open", value(window), window.document.modified, path.name if path else "-", *window.parts.notice.keys)
    drive(window)


def drive(window: MainWindow) -> None:
    """What DRIVE may say otherwise."""


def opened(*given: object, **named: object) -> MainWindow:
    window = open_window(*given, **named)  # type: ignore[arg-type]
    # A little later: what the window does itself after its first paint comes before.
    after_first_paint(window.parts.graph.viewport(), lambda: QTimer.singleShot(100, lambda: begun(window)))
    return window


app.open_window = opened
exec(os.environ.get("DRIVE", ""))
sys.exit(main())
