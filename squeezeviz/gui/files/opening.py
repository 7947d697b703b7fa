"""What can be opened: the formats, the presets, and reading a network into the window's folder."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram, closed_at_first
from squeezeviz.files import registry
from squeezeviz.files.on_disk import look
from squeezeviz.files.opened import Opened
from squeezeviz.files.presets import is_trained, presets
from squeezeviz.files.registry import FormatInfo
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.text import action_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from squeezeviz.analysis.weights import RetainedWeights
    from squeezeviz.gui.files.window_folders import WorkFolder
    from squeezeviz.model.table import LayerTable

_LARGER = 2
"""How many times larger opened weights may be than the file, because they become float32, and it may hold float16."""
LARGEST_HERE = 256 * 1024
"""Bytes; a table of 3,000 layers has as many. Python's JSON parser and its regular expressions let no other thread run,
and what a TOML parser leaves is freed in one go: of the worst text of this size, 50 ms."""
_FIGURES = {"3a": "Figure 3a: Squeeze Ratio", "3b": "Figure 3b: Share of 3×3 Filters"}


def read_network(
    name: str, work: WorkFolder, cancelled: Callable[[], bool] = lambda: False, deploy: str | None = None
) -> Opened:
    """Read the network in a file or preset, with its weights in `work`, if it has any.

    `deploy` is the prototxt that a .caffemodel takes its geometry from. Its numbers and its diagram, as first shown and
    all open, are computed too, so that the window need not. Any thread may call this. Raises SqueezevizError as
    `registry.open_network` does, and if it was cancelled.
    """
    # Looked at before reading, so that a change during the reading is noticed.
    disk = look(name)
    opened = _read(name, work, cancelled, deploy)
    if opened.path is not None:
        opened = dataclasses.replace(opened, disk=disk)
    lay_out(opened.table)
    return opened


def lay_out(table: LayerTable) -> None:
    """Have the numbers and the diagram of a table that is going to be opened at hand, as first shown and all open."""
    network = resolve(table)
    for closed in dict.fromkeys((closed_at_first(table), frozenset[str]())):
        build_diagram(network, DiagramOptions(collapsed=closed))


def _read(name: str, work: WorkFolder, cancelled: Callable[[], bool], deploy: str | None) -> Opened:
    if not is_trained(name) and not registry.is_binary(name) and not _is_large(name):
        return registry.open_network(name)
    from squeezeviz.files import sandbox  # not sooner: what it needs takes its time
    from squeezeviz.files.weights.trained import file_behind

    path = Path(file_behind(name))
    try:
        folder = work.for_weights(_LARGER * path.stat().st_size)
    except OSError as error:
        raise SqueezevizError(f"there is no place for its weights: {error.strerror}", Place(file=name)) from None
    return sandbox.read_into(folder, name, cancelled, deploy)


def _is_large(name: str) -> bool:
    """Whether a file is too large to be read in this process, where a step of its parser would hold the window up."""
    try:
        return Path(name).stat().st_size > LARGEST_HERE
    except (OSError, ValueError):  # which reading it says
        return False


def discard(weights: RetainedWeights | None) -> None:
    """Delete the file of weights that are not needed."""
    if weights is not None:
        Path(weights.path).unlink(missing_ok=True)


def writes_back(opened: Opened) -> bool:
    """Whether the file can be saved over without losing anything that it contains."""
    named = registry.format_of(opened.path) if opened.path is not None else None
    return named is not None and named.id == opened.format and named.lossless and not opened.notes


def filters(formats: Sequence[FormatInfo]) -> list[str]:
    """Return the formats as the name filters of a file dialog."""
    return [f"{each.title} ({' '.join(f'*{suffix}' for suffix in each.suffixes)})" for each in formats]


def readable_filters() -> str:
    formats = [each for each in registry.FORMATS if each.can_read]
    every = " ".join(f"*{suffix}" for each in formats for suffix in each.suffixes)
    return ";;".join([f"Networks and tables ({every})", *filters(formats), "All files (*)"])


def fill_late(menu: QMenu, tip: str, chosen: Callable[[str], object]) -> None:
    """Fill the menu with presets when it is first opened, because reading them would delay the window."""

    def fill() -> None:
        if menu.isEmpty():
            fill_presets(menu, tip, chosen)

    menu.aboutToShow.connect(fill)


def fill_presets(menu: QMenu, tip: str, chosen: Callable[[str], object]) -> None:
    """Add an entry for each preset, with `tip` and its id in the status bar. `chosen` is called with the id."""
    menus = {"": menu}
    for preset in presets():
        if preset.figure not in menus:
            if len(menus) == 1:
                menu.addSeparator()
            menus[preset.figure] = menu.addMenu(_FIGURES[preset.figure])
        action = menus[preset.figure].addAction(action_text(preset.title))
        action.setStatusTip(f"{tip} {preset.id}")
        action.triggered.connect(lambda _=False, name=preset.id: chosen(name))
