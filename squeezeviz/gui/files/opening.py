"""Reading files for the window."""

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
    from squeezeviz.analysis.weights import RetainedWeights
    from squeezeviz.gui.files.window_folders import WorkFolder


def read_network(
    name: str, work: WorkFolder, cancelled: Callable[[], bool] = lambda: False
) -> tuple[Opened, RetainedWeights | None]:
    """Read the network in a file or preset. Return it with its weights in `work`, if it has any.

    Its numbers and its diagram are computed too, so that the window need not. Any thread may call this. Raises
    SqueezevizError as `registry.open_network` does, and if it was cancelled.
    """
    # Looked at before reading, so that a change during the reading is noticed.
    disk = look(name)
    opened, weights = _read(name, work, cancelled)
    if opened.path is not None:
        opened = dataclasses.replace(opened, disk=disk)
    build_diagram(resolve(opened.table))
    return opened, weights


def _read(name: str, work: WorkFolder, cancelled: Callable[[], bool]) -> tuple[Opened, RetainedWeights | None]:
    if not registry.is_binary(name):
        return registry.open_network(name), None
    from squeezeviz.files import sandbox  # not sooner: what it needs takes its time

    try:
        folder = work.for_weights(_LARGER * Path(name).stat().st_size)
    except OSError as error:
        raise SqueezevizError(f"there is no place for its weights: {error.strerror}", Place(file=name)) from None
    return sandbox.read_into(folder, name, cancelled)


_LARGER = 2
"""How many times larger opened weights may be than the file, because they become float32, and it may hold float16."""


def discard(weights: RetainedWeights | None) -> None:
    """Delete the file of weights that are not needed."""
    if weights is not None:
        Path(weights.path).unlink(missing_ok=True)
