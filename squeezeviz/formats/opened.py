"""What a reader brings back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import check_name
from squeezeviz.core.table import LayerTable


class Read(NamedTuple):
    """A table out of a file's text, and what a person should know about how it was read."""

    table: LayerTable
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened network. `format` is the format's id in the registry, `preset` for a preset, which has no path."""

    table: LayerTable
    notes: tuple[str, ...]
    format: str
    path: Path | None


def name_from(stem: str) -> str:
    """A network's name out of its file's, for formats that can leave the name out."""
    try:
        check_name(stem, "the network")
    except SqueezevizError:
        return "Untitled"
    return stem
