"""Pictures drawn on one thread after another, as each window exports on a thread of its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap

MANY_THREADS = """
    from threading import Thread
    from PySide6.QtGui import QGuiApplication
    from squeezeviz.analysis.resolve import resolve
    from squeezeviz.files.registry import open_network
    from squeezeviz.figure.writers.export import exported

    application = QGuiApplication([])
    network = resolve(open_network("table1").table)
    pictures = []

    def draw():
        pictures.append(exported(network, "png").content)

    for count in (1, 1, 4, 4):
        threads = [Thread(target=draw) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        draw()
    assert len(set(pictures)) == 1, len(set(pictures))
    print("drawn", len(pictures))
"""


def test_threads_that_come_and_go_draw_the_same_picture() -> None:
    # In a process of its own: what goes wrong here takes the whole process with it.
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MANY_THREADS)], capture_output=True, text=True, timeout=500, check=False
    )
    assert done.stdout == "drawn 14\n", done.stderr[-2000:]
    assert done.returncode == 0
