"""The window with feature maps shown, and what it asks the live pass for."""

from typing import Any

import pytest
from hands import OpenWindow, OpenWithMaps

from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.table import LayerTable


@pytest.fixture
def open_with_maps(open_on: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> OpenWithMaps:
    """Open the window on a table and trigger commands in it; the requests for maps since."""

    def open_it(table: LayerTable, *commands: str) -> tuple[MainWindow, list[Any]]:
        window = open_on("table1", live=True)
        window.document.start(table)
        client, asked = window.session.client, list[Any]()
        show_maps = client.show_maps

        def note(request: Any) -> None:
            asked.append(request)
            show_maps(request)

        monkeypatch.setattr(client, "show_maps", note)
        for command in commands:
            window.parts.commands[command].trigger()
        return window, asked

    return open_it
