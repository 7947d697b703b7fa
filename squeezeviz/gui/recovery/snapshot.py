"""What is kept of an open network, as data and as a text that is checked when it is read again."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from squeezeviz.files.on_disk import Kind, OnDisk
from squeezeviz.files.registry import Holds, format_of
from squeezeviz.files.tables import toml_table
from squeezeviz.gui.recovery.outlook import Outlook
from squeezeviz.model.errors import Fact, SqueezevizError, shown
from squeezeviz.model.table import LayerTable

SCHEMA = "squeezeviz/recovery"
VERSION = 1

LARGEST = 16 * 1024 * 1024
"""Bytes. A network of 10,000 layers, which is as many as a file may have, takes a tenth of that."""

_MOST_MARKS = 2_000_000
"""Brackets and commas, each: JSON of 16 MiB could be made of a hundred times as much memory."""

_LONGEST_PATH = 4096
_MOST_NOTES = 10_000


@dataclass(frozen=True)
class WeightsFile:
    """Opened weights: the name of their file beside the snapshot, and what of `KeptWeights` that does not tell.

    `name` is empty where they could not be put there.
    """

    name: str
    origin: str
    renamed: Mapping[str, str]


@dataclass(frozen=True)
class Snapshot:
    """An open network with unsaved changes. `saved_at` is in seconds since 1970.

    `path` is the file that it is of, and `disk` what stood there when it was read or written last.
    """

    table: LayerTable
    saved_at: float
    path: Path | None = None
    writes_back: bool = False
    disk: OnDisk | None = None
    notes: tuple[str, ...] = ()
    weights: WeightsFile | None = None
    outlook: Outlook | None = None

    @property
    def title(self) -> str:
        """What a person calls it: its file's name, else its own."""
        return self.path.name if self.path else self.table.name


@dataclass(frozen=True)
class Summary:
    """What a list says of a snapshot."""

    title: str
    saved_at: float
    path: Path | None
    layers: int


def to_text(snapshot: Snapshot) -> str:
    """The snapshot as JSON, the table in it as TOML. SqueezevizError where it is too large to be read again."""
    weights = snapshot.weights
    text = json.dumps(
        {
            "schema": SCHEMA,
            "version": VERSION,
            "title": snapshot.title,
            "saved_at": snapshot.saved_at,
            "layers": len(snapshot.table.layers),
            "path": str(snapshot.path) if snapshot.path else None,
            "writes_back": snapshot.writes_back,
            "disk": snapshot.disk and dataclasses.asdict(snapshot.disk),
            "notes": [[str(note), isinstance(note, Fact)] for note in snapshot.notes],
            "weights": weights and {"name": weights.name, "origin": weights.origin, "renamed": dict(weights.renamed)},
            "outlook": snapshot.outlook and snapshot.outlook.to_plain(),
            "table": toml_table.write(snapshot.table),
        }
    )
    if len(text) > LARGEST:
        raise SqueezevizError(f"the network is too large to be kept ({len(text):,} bytes)")
    return text


def from_text(text: str) -> Snapshot:
    """The snapshot that `to_text` wrote. SqueezevizError where it is damaged, of another kind or of a newer version."""
    said = _parsed(text)
    table = said.get("table")
    if not isinstance(table, str):
        raise _damaged("it holds no table")
    path = _path(said)
    return Snapshot(
        toml_table.read(table).table,
        _time(said),
        path,
        bool(said.get("writes_back") is True and _is_written_back(path)),
        _disk(said.get("disk")),
        _notes(said.get("notes")),
        _weights(said.get("weights")),
        Outlook.from_plain(said.get("outlook")),
    )


def summary_of(text: str) -> Summary:
    """What a list says of the snapshot, without reading its table. SqueezevizError as `from_text`."""
    said = _parsed(text)
    title, layers = said.get("title"), said.get("layers")
    if not isinstance(title, str) or not isinstance(layers, int):
        raise _damaged("it does not say what it is of")
    return Summary(title, _time(said), _path(said), max(0, layers))


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LARGEST or max(map(text.count, "[{,")) > _MOST_MARKS:
        raise _damaged("it is larger than any that squeezeviz writes")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise _damaged("it is no JSON, or was cut off") from None
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        raise SqueezevizError(f'this is no kept network: it does not say "schema": "{SCHEMA}"')
    version = said.get("version")
    if type(version) is not int or version < 1:
        raise _damaged(f"its version is {shown(version)}")
    if version > VERSION:
        raise SqueezevizError(
            f"it was kept by a newer squeezeviz (version {shown(version)} of the form, not {VERSION})"
        )
    return said


def _time(said: Mapping[str, Any]) -> float:
    at = said.get("saved_at")
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at < 1e11:
        raise _damaged("it does not say when it was kept")
    return float(at)


def _path(said: Mapping[str, Any]) -> Path | None:
    path = said.get("path")
    if path is None:
        return None
    if not isinstance(path, str) or len(path) > _LONGEST_PATH or "\0" in path or not Path(path).is_absolute():
        raise _damaged("the place of its file is none")
    return Path(path)


def _is_written_back(path: Path | None) -> bool:
    """Whether Save may go to that file unasked: it must be of a kind that keeps a whole table."""
    named = format_of(path) if path else None
    return named is not None and named.lossless and named.holds is Holds.TABLE


def _disk(said: object) -> OnDisk | None:
    match said:
        case None:
            return None
        case {"kind": str(kind), "real": str(real), "stat": list(stat), "digest": str(digest)}:
            if kind in set(Kind) and len(stat) in (0, 5) and all(type(each) is int for each in stat):
                return OnDisk(Kind(kind), real, tuple(stat), digest)
    raise _damaged("what it says of the file cannot be")


def _notes(said: object) -> tuple[str, ...]:
    if not isinstance(said, list) or len(said) > _MOST_NOTES:
        raise _damaged("its notes are no list")
    notes: list[str] = []
    for note in said:
        match note:
            case [str(text), True]:
                notes.append(Fact(text))
            case [str(text), False]:
                notes.append(text)
            case _:
                raise _damaged("a note in it is no text")
    return tuple(notes)


def _weights(said: object) -> WeightsFile | None:
    match said:
        case None:
            return None
        case {"name": str(name), "origin": str(origin), "renamed": dict(renamed)}:
            if _WEIGHTS_NAME.fullmatch(name) and all(isinstance(then, str) for then in renamed.values()):
                return WeightsFile(name, origin, renamed)
    raise _damaged("what it says of weights cannot be")


_WEIGHTS_NAME = re.compile(r"(weights-[A-Za-z0-9_]{1,40}\.safetensors)?", re.ASCII)
"""A file beside the snapshot, or nothing; never one elsewhere."""


def _damaged(reason: str) -> SqueezevizError:
    return SqueezevizError(f"it is damaged: {reason}")
