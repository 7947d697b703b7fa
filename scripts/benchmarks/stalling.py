"""A process that works in the window as a person does, and prints the longest time that it did not answer.

A heartbeat asks for a turn of the event loop every other millisecond; the longest gap between two turns is how long
a key or click would have waited. The network has as many Fire modules as the argument says; without one, the window
begins with the paper's and goes on to a thousand. What the window's thread computed in the longest gap is said too.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer

from benchmarks.driving import close, is_measured, open_on, press_enter, type_into, wait
from benchmarks.networks import long_network
from squeezeviz.figure.theme.look import parse_width
from squeezeviz.files import sandbox
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import write_file
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.table import LayerTable

SETTLING_S = 0.5
BEAT_MS = 2

Step = Callable[[], object]


class Gap(NamedTuple):
    """How long the window did not answer, and how much of that its thread had the processor."""

    ms: float = 0.0
    processor_ms: float = 0.0


class Heartbeat(QObject):
    """Notes the longest gap between two turns since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self._last = time.perf_counter(), time.thread_time()
        self._longest = Gap()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def longest(self) -> Gap:
        self._beat()
        longest, self._longest = self._longest, Gap()
        return longest

    def _beat(self) -> None:
        (wall, processor), now = self._last, (time.perf_counter(), time.thread_time())
        self._longest = max(self._longest, Gap((now[0] - wall) * 1000, (now[1] - processor) * 1000))
        self._last = now


def main() -> None:
    modules = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    window = open_on(long_network(modules) if modules else load_preset("table1"))
    wait(lambda: is_measured(window))
    heart = Heartbeat()
    gaps = {}
    work = work_among(window, modules) if modules else work_of_a_session(window)
    for name, steps in work.items():
        heart.longest()
        for step in steps:
            step()
            settle()
        gaps[name] = heart.longest()
        print(f"  {name}: {gaps[name].ms:.1f} ms, of the processor {gaps[name].processor_ms:.1f}", file=sys.stderr)
    longest = max(gaps, key=lambda name: gaps[name])
    print(json.dumps([gaps[longest].ms, longest]), flush=True)
    close(window)


def settle() -> None:
    """Let what was begun come to its end."""
    until = time.monotonic() + SETTLING_S
    wait(lambda: time.monotonic() > until)


def work_of_a_session(window: MainWindow) -> dict[str, Iterable[Step]]:
    """What is done, by what it is called: keys and clicks, after each of which the window has its turn."""
    stack, command = window.document.stack, partial(_command, window)

    def edit_and_wait(text: str) -> None:
        _edit(window, "fire3", text)
        wait(lambda: is_measured(window))

    return {
        "editing": [partial(edit_and_wait, text) for text in ("24", "32", "16")],
        "editing during passes": [partial(_edit, window, "fire2", text) for text in ("24", "32", "48", "16")],
        "undoing and redoing": [stack.undo] * 4 + [stack.redo] * 4,
        "closing all modules": [command("close_all")],
        "opening all modules": [command("open_all")],
        "turning the diagram": [command("direction")] * 2,
        "opening another table": [partial(_open, window, "complex-bypass")],
        "opening 1,000 Fire modules": [partial(_open, window, _written(long_network(1000), "toml"))],
        "editing among 1,000": [partial(_edit, window, "fire500", "24")],
    }


def work_among(window: MainWindow, modules: int) -> dict[str, Iterable[Step]]:
    """What is done among so many Fire modules; at the end of each the window is as it was."""
    command, middle = partial(_command, window), f"fire{modules // 2}"
    narrow = long_network(modules, 0)  # weights of the others would take gigabytes
    undo, redo, select_all = command("undo"), command("redo"), command("select_all")
    return {
        **{
            f"opening a {suffix} file": [partial(_open, window, _written(table, suffix))]
            for suffix, table in (("safetensors", narrow), ("prototxt", narrow), ("toml", long_network(modules)))
        },
        "editing a cell": [partial(_edit, window, middle, text) for text in ("24", "32", "48")],
        "undoing": [undo] * 3,
        "redoing": [redo] * 3,
        "selecting all": [select_all],
        "copying all": [select_all, command("copy")],
        "duplicating all": [select_all, command("duplicate"), undo],
        "pasting all": [select_all, command("copy"), command("paste"), undo],
        "filters of all": [select_all, command("double_filters"), command("add_filters"), undo, undo],
        "opening and closing all modules": [command("open_all"), command("close_all")],
        "turning the diagram": [command("direction")] * 2,
        "changing the theme": [command("theme_dark"), command("theme_light")],
        **{f"exporting a {suffix} while editing": [partial(_export, window, suffix, middle)] for suffix in _PICTURES},
    }


_PICTURES = ("svg", "pdf", "png")


def _command(window: MainWindow, name: str) -> Step:
    return window.parts.commands[name].trigger


def _edit(window: MainWindow, layer: str, text: str) -> None:
    type_into(window, layer, text)
    press_enter(window)


def _open(window: MainWindow, name: str) -> None:
    window.document.stack.setClean()
    revision = window.document.revision
    window.parts.files.open(name)
    wait(lambda: window.document.revision != revision)


def _export(window: MainWindow, suffix: str, layer: str) -> None:
    """Export the diagram as it is seen, and edit until that is done."""
    exports = window.parts.exports
    path = Path(tempfile.mkdtemp()) / f"figure.{suffix}"
    # A picture as large as on the screen would have too many pixels.
    exports.write_figure(path, exports.seen()._replace(size=parse_width("50px") if suffix == "png" else None))
    widths = 24
    while window.session.background.running:
        _edit(window, layer, str(widths := 72 - widths))
        settle()
    if not path.exists():
        raise RuntimeError(f"{path.name} was not written")


def _written(table: LayerTable, suffix: str) -> str:
    """The table as a file, to be opened as a person opens one."""
    path = Path(tempfile.mkdtemp()) / f"long.{suffix}"
    if suffix == "safetensors":
        sandbox.write_file(str(path), table, suffix, None, lambda: False)
    else:
        write_file(path, table)
    return str(path)


if __name__ == "__main__":
    main()
