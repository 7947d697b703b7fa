"""The six presets, read from their files without any reader of ours but the plain one."""

from __future__ import annotations

import tomllib
from functools import cache

from places import PRESETS_FOLDER

from squeezeviz.model.plain_data import from_plain
from squeezeviz.model.table import LayerTable

FOLDER = PRESETS_FOLDER
PRESETS = ("table1", "squeezenet1_0", "squeezenet1_1", "caffe-v1.0", "simple-bypass", "complex-bypass")


@cache
def preset(name: str) -> LayerTable:
    return from_plain(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))
