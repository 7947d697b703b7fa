"""Files as the window opens them: what brings weights along is read in a process of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.core.resolve import resolve
from squeezeviz.diagram.build import build_diagram
from squeezeviz.formats import registry
from squeezeviz.formats.on_disk import look
from squeezeviz.formats.opened import Opened

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from squeezeviz.core.weights import KeptWeights


def read_network(name: str, cancelled: Callable[[], bool] = lambda: False) -> tuple[Opened, KeptWeights | None]:
    """The network in a file or preset, and where its weights lie, if it brings any.

    Its numbers and its diagram are worked out, so that the window finds them made. Any thread may call it.
    SqueezevizError as `registry.open_network`, and where it was cancelled.
    """
    # Looked at before: what is written while it is read is a change since.
    disk = look(name)
    opened, weights = _read(name, cancelled)
    if opened.path is not None:
        opened = dataclasses.replace(opened, disk=disk)
    build_diagram(resolve(opened.table))
    return opened, weights


def _read(name: str, cancelled: Callable[[], bool]) -> tuple[Opened, KeptWeights | None]:
    if not registry.is_binary(name):
        return registry.open_network(name), None
    from squeezeviz.formats.apart import read_apart  # not sooner: what it needs takes its time

    return read_apart(name, weights_folder(), cancelled)


def discard(weights: KeptWeights | None) -> None:
    """Let weights go that nothing will run with."""
    if weights is not None:
        Path(weights.path).unlink(missing_ok=True)


def weights_folder() -> Path:
    """Where opened weights lie until the program ends; private to the person."""
    return Path(_folder().name)


@cache
def _folder() -> TemporaryDirectory[str]:
    from tempfile import TemporaryDirectory

    return TemporaryDirectory(prefix="squeezeviz-")
