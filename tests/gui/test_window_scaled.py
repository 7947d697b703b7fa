"""Larger fonts: the first window fits its screen, its toolbar loses nothing, and the diagram grows with the rest."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

OPENING = """
import json, os
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from squeezeviz.gui import app
from squeezeviz.gui.widgets.first_paint import after_first_paint
settings, work = app.Settings(), app.WorkFolder()
start = app.begin("table1", settings, work)
application = app.make_application()
window = app.open_window(start.opened, settings, work=work, start=start)
def tell():
    bar, table, graph, ratio = window.parts.toolbar, window.parts.table, window.parts.graph, window.devicePixelRatio()
    screen = window.screen().availableGeometry()
    graph.zoom_reset()
    box = graph.seen_rect(graph.diagram.modules[1].boxes[0].key)
    hit = graph.key_at(box.center())
    graph.zoom_to_fit()
    room, content = graph.room(), graph.camera.rect_to_view(graph.content)
    print(json.dumps({
        "fits": screen.contains(window.frameGeometry()) and screen.contains(window.geometry()),
        "lost": bar.findChild(QWidget, "qt_toolbar_ext_button").isVisible(),
        "export": bar.findChild(QWidget, "primary").isVisible() and bar.device.isVisible(),
        "colour": bar.colour.isVisible() or bar.more.isVisible(),
        "rows": table.viewport().height() // table.rowHeight(0),
        "box": box.height() * ratio, "letters": table.font().pixelSize() * ratio, "hit": hit.layer,
        "whole": content.x >= room.x - 1 and content.y + content.height <= room.y + room.height + 1,
    }), flush=True)
    os._exit(0)
after_first_paint(window.parts.graph.viewport(), tell)
window.show()
application.exec()
"""


def opened(tmp_path: Path, screen: tuple[int, int], dpi: int) -> dict[str, Any]:
    """Open the window in a process of its own for the first time on a screen of so many pixels, with fonts for so many
    dots an inch; what became of it."""
    described = {"name": "one", "x": 0, "y": 0, "width": screen[0], "height": screen[1], "logicalDpi": 96, "dpr": 1}
    (tmp_path / "screens.json").write_text(json.dumps({"screens": [described | {"logicalBaseDpi": 96}]}))
    environment = os.environ | {
        "QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}",
        "QT_FONT_DPI": str(dpi),
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
    }
    command = [sys.executable, "-P", "-c", OPENING]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=True, env=environment)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("screen", [(1440, 900), (1024, 700)])
@pytest.mark.parametrize("dpi", [96, 120, 144])
def test_the_first_window_fits_with_all_that_is_needed(tmp_path: Path, screen: tuple[int, int], dpi: int) -> None:
    found = opened(tmp_path, screen, dpi)
    assert found["fits"] and not found["lost"] and found["export"] and found["colour"] and found["whole"]
    assert found["rows"] >= 2, "the table is more than its heading"
    assert found["hit"] == "conv1"
    if dpi != 96:
        usual = opened(tmp_path, screen, 96)
        grown = [found[each] / usual[each] for each in ("box", "letters")]
        assert grown == pytest.approx([dpi / 96] * 2, rel=0.02), "the diagram grows as the table's letters do"
