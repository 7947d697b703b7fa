"""The built-in tables: some kept as layer-table files, the points of the paper's Figure 3 made from Table 1."""

from __future__ import annotations

import dataclasses
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from squeezeviz.files.opened import Opened
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.plain_data import from_plain
from squeezeviz.model.resources import RESOURCES
from squeezeviz.model.table import LayerTable

PRESET = "preset"
"""The `format` of an opened preset."""

FILED_IDS = ("table1", "squeezenet1_0", "squeezenet1_1", "caffe-v1.0", "simple-bypass", "complex-bypass")
"""Those that are kept as files; the first is the default."""

_FIGURE_IDS = (
    *(f"figure3a-sr{ratio}" for ratio in ("0.125", "0.25", "0.5", "0.75", "1.0")),
    *(f"figure3b-pct{percent}" for percent in ("1", "12.5", "25", "37.5", "50", "62.5", "75", "87.5", "99")),
)
"""Those of `FIGURE_POINTS`, which is loaded when one of them is opened."""

PRESET_IDS = (*FILED_IDS, *_FIGURE_IDS)
"""In the order in which they are offered."""

PRESETS_IN_WORDS = f"{', '.join(FILED_IDS)}, and the points of Figure 3, {_FIGURE_IDS[0]} to {_FIGURE_IDS[-1]}"
"""Which ids there are, as part of a sentence."""


class Preset(NamedTuple):
    """`figure` is `3a` or `3b` where it is a point of that figure, else empty."""

    id: str
    title: str
    figure: str = ""


def presets() -> tuple[Preset, ...]:
    """Every built-in table, the default first."""
    from squeezeviz.paper.reference import FIGURE_POINTS

    filed = [Preset(each, load_preset(each).name) for each in FILED_IDS]
    return (*filed, *(Preset(point.id, point.title, point.figure) for point in FIGURE_POINTS))


def open_preset(name: str) -> Opened | None:
    """The built-in table of that id; None where there is none, or where a file is named so."""
    if name not in PRESET_IDS or Path(name).is_file():
        return None
    return Opened(load_preset(name), (), PRESET, None)


@cache
def load_preset(preset_id: str) -> LayerTable:
    """The built-in table of that id; SqueezevizError lists the ids where there is none."""
    if preset_id in FILED_IDS:
        return from_plain(tomllib.loads((RESOURCES / "presets" / f"{preset_id}.toml").read_text(encoding="utf-8")))
    if preset_id in _FIGURE_IDS:
        return _figure_point(preset_id)
    raise SqueezevizError(f"there is no preset of this name; the presets are {PRESETS_IN_WORDS}")


def _figure_point(preset_id: str) -> LayerTable:
    """Table 1's network with other filters; the paper compresses none of these."""
    from squeezeviz.paper.metaparameters import rewritten
    from squeezeviz.paper.reference import FIGURE_POINTS

    point = next(point for point in FIGURE_POINTS if point.id == preset_id)
    return dataclasses.replace(
        rewritten(load_preset("table1").uncompressed(), point.metaparameters), name=point.network_name
    )
