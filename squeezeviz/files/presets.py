"""The built-in tables: some kept as layer-table files, the points of the paper's Figure 3 made from Table 1."""

from __future__ import annotations

import dataclasses
import json
import os
from functools import cache
from typing import TYPE_CHECKING

from squeezeviz.files.opened import Opened
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.plain_data import from_plain
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.resources import RESOURCES
from squeezeviz.model.table import LayerTable

if TYPE_CHECKING:
    from squeezeviz.analysis.resolve import ResolvedNetwork
    from squeezeviz.paper.reference import FigurePoint

PRESET = "preset"
"""The `format` of an opened preset."""

BUILT_IN = "squeezenet1_1-imagenet"
"""The preset that has trained weights."""
FILED_IDS = ("table1", "squeezenet1_0", "squeezenet1_1", "caffe-v1.0", "simple-bypass", "complex-bypass", BUILT_IN)
"""Those that are kept as files; the first is the default."""
TRAINED_IDS = (BUILT_IN, "squeezenet1_0-torchvision", "squeezenet1_1-torchvision")
"""Networks with trained weights, the built-in one first."""


class Preset(NamedTuple):
    """`figure` is `3a` or `3b` where it is a point of that figure, else empty."""

    id: str
    title: str
    figure: str = ""


def presets() -> tuple[Preset, ...]:
    """Every built-in table, the default first."""
    filed = [Preset(each, load_preset(each).name) for each in FILED_IDS]
    return (*filed, *(Preset(point.id, point.title, point.figure) for point in _points().values()))


def preset_ids() -> tuple[str, ...]:
    """Their ids in the order in which they are offered."""
    return (*FILED_IDS, *_points())


def presets_in_words() -> str:
    """Which ids there are, as part of a sentence."""
    first, *_, last = _points()
    return f"{', '.join(FILED_IDS)}, and the points of Figure 3, {first} to {last}"


def _points() -> dict[str, FigurePoint]:
    from squeezeviz.paper.reference import FIGURE_POINTS  # not sooner: what is filed needs no paper

    return {point.id: point for point in FIGURE_POINTS}


def open_preset(name: str) -> Opened | None:
    """The built-in table of that id; None where there is none, or where a file is named so."""
    if os.path.isfile(name):  # noqa: PTH113 - Path.is_file raises for too long a name
        return None
    known = name in FILED_IDS or name in _points()
    return Opened(load_preset(name), (), PRESET, None) if known else None


def is_trained(name: str) -> bool:
    """Whether that is a network with trained weights, and no file is named so."""
    return name in TRAINED_IDS and not os.path.isfile(name)  # noqa: PTH113


@cache
def load_preset(preset_id: str) -> LayerTable:
    """The built-in table of that id; SqueezevizError lists the ids where there is none."""
    if preset_id in FILED_IDS:
        return from_plain(json.loads((RESOURCES / "presets" / f"{preset_id}.json").read_text(encoding="utf-8")))
    point = _points().get(preset_id)
    if point is None:
        raise SqueezevizError(f"there is no preset of this name; the presets are {presets_in_words()}")
    return _figure_point(point)


def name_as_edited(table: LayerTable) -> str:
    """The table's name; with `, edited` where it is a preset's whose layers it no longer has. Another input is none."""
    for preset_id in FILED_IDS:
        if (preset := load_preset(preset_id)).name == table.name:
            return table.name if preset.layers == table.layers else f"{table.name}, edited"
    for point in _points().values():
        if point.network_name == table.name:
            return table.name if _figure_point(point).layers == table.layers else f"{table.name}, edited"
    return table.name


def named_as_edited(network: ResolvedNetwork) -> ResolvedNetwork:
    """The same network under the name that says whether it was edited, for titles of what is exported."""
    name = name_as_edited(network.table)
    if name == network.table.name:
        return network
    return dataclasses.replace(network, table=dataclasses.replace(network.table, name=name))


def _figure_point(point: FigurePoint) -> LayerTable:
    """Table 1's network with other filters; the paper compresses none of these."""
    from squeezeviz.paper.metaparameters import rewritten

    return dataclasses.replace(
        rewritten(load_preset("table1").uncompressed(), point.metaparameters), name=point.network_name
    )
