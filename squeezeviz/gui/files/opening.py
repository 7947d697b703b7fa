"""Files as the window opens them: what brings weights along is read in a process of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.layout.build import build_diagram
from squeezeviz.files import registry
from squeezeviz.files.on_disk import look
from squeezeviz.files.opened import Opened
from squeezeviz.model.errors import Place, SqueezevizError

if TYPE_CHECKING:
    from squeezeviz.analysis.weights import KeptWeights
    from squeezeviz.gui.files.window_folders import WorkFolder


def read_network(
    name: str, work: WorkFolder, cancelled: Callable[[], bool] = lambda: False
) -> tuple[Opened, KeptWeights | None]:
    """The network in a file or preset, and where in `work` its weights lie, if it brings any.

    Its numbers and its diagram are worked out, so that the window finds them made. Any thread may call it.
    SqueezevizError as `registry.open_network`, and where it was cancelled.
    """
    # Looked at before: what is written while it is read is a change since.
    disk = look(name)
    opened, weights = _read(name, work, cancelled)
    if opened.path is not None:
        opened = dataclasses.replace(opened, disk=disk)
    build_diagram(resolve(opened.table))
    return opened, weights


def _read(name: str, work: WorkFolder, cancelled: Callable[[], bool]) -> tuple[Opened, KeptWeights | None]:
    if not registry.is_binary(name):
        return registry.open_network(name), None
    from squeezeviz.files import sandbox  # not sooner: what it needs takes its time

    try:
        folder = work.for_weights(_LARGER * Path(name).stat().st_size)
    except OSError as error:
        raise SqueezevizError(f"there is no place for its weights: {error.strerror}", Place(file=name)) from None
    return sandbox.read_into(folder, name, cancelled)


_LARGER = 2
"""How many times larger weights may be when they are opened: as float32, where the file has float16."""


def discard(weights: KeptWeights | None) -> None:
    """Let weights go that nothing will run with."""
    if weights is not None:
        Path(weights.path).unlink(missing_ok=True)
