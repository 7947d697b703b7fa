"""`meta` and `cli-…`: whole commands, from start to end, beside a Python that only loads what such a command needs."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.measurement import Measurement, side_by_side
from benchmarks.processes import until_it_ends

ROUNDS = 15
NETWORK = "table1"
_STANDARD = "import argparse, dataclasses, re, json, tomllib"
_EMPTY_IMAGE = """\
from PySide6.QtGui import QImage
image = QImage({width}, {height}, QImage.Format.Format_ARGB32)
image.fill(0)
image.save({path!r})
"""


class Command(NamedTuple):
    """A command line, with FOLDER in the place of a folder for its file, and the program that is its peer."""

    arguments: tuple[str, ...]
    peer: str
    goal: float


COMMANDS = {
    "meta": Command(("trace", NETWORK, "--device", "meta"), "import torch", 1.15),
    "cli-show": Command(("show", NETWORK), _STANDARD, 2.0),
    "cli-svg": Command(("export", NETWORK, "FOLDER/figure.svg"), _STANDARD, 2.0),
    "cli-tex": Command(("export", NETWORK, "FOLDER/figure.tex"), _STANDARD, 2.0),
    "cli-pdf": Command(("export", NETWORK, "FOLDER/figure.pdf"), "import PySide6.QtGui", 2.0),
    "cli-pptx": Command(("export", NETWORK, "FOLDER/figure.pptx"), "import PySide6.QtGui, pptx", 1.5),
}


def measure(name: str) -> Measurement:
    command = COMMANDS[name]
    with tempfile.TemporaryDirectory() as folder:
        ours, peer = side_by_side(_run(command.arguments, folder), _program(command.peer), ROUNDS)
    return Measurement(name, ours, command.goal, f"python -c '{command.peer}'", peer)


def measure_png() -> Measurement:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "figure.png")
        ours = _run(("export", NETWORK, "FOLDER/figure.png"), folder)
        ours()
        width, height = struct.unpack(">II", path.read_bytes()[16:24])  # of the header, which comes first in a PNG
        bare = _EMPTY_IMAGE.format(width=width, height=height, path=str(path.with_name("empty.png")))
        ours_ms, peer_ms = side_by_side(ours, _program(bare), ROUNDS)
    return Measurement("cli-png", ours_ms, 1.3, f"saving an empty {width}×{height} QImage", peer_ms)


def _run(arguments: tuple[str, ...], folder: str) -> Callable[[], float]:
    filled = [argument.replace("FOLDER", folder) for argument in arguments]
    return partial(until_it_ends, "-m", "squeezeviz", *filled)


def _program(text: str) -> Callable[[], float]:
    return partial(until_it_ends, "-c", text)
