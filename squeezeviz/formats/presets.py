"""The built-in tables, kept as layer-table files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.table import LayerTable
from squeezeviz.formats import toml_table

PRESET_IDS = ("table1", "squeezenet1_0", "squeezenet1_1", "caffe-v1.0", "simple-bypass", "complex-bypass")
"""In the order in which they are offered; the first is the default."""


@dataclass(frozen=True, slots=True)
class Preset:
    id: str
    title: str


def presets() -> tuple[Preset, ...]:
    """Every built-in table, the default first."""
    return tuple(Preset(each, load_preset(each).name) for each in PRESET_IDS)


@cache
def load_preset(preset_id: str) -> LayerTable:
    """The built-in table of that id; SqueezevizError lists the ids where there is none."""
    if preset_id not in PRESET_IDS:
        raise SqueezevizError(f"there is no preset of this name; the presets are {', '.join(PRESET_IDS)}")
    text = (files("squeezeviz.resources") / "presets" / f"{preset_id}.toml").read_text(encoding="utf-8")
    return toml_table.read(text).table
