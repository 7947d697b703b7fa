"""A snapshot of an open network as data, and as text that is checked when it is read again."""

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
from squeezeviz.model.errors import Note, Severity, SqueezevizError, shown
from squeezeviz.model.table import LayerTable

SCHEMA = "squeezeviz/recovery"
VERSION = 1

LARGEST = 16 * 1024 * 1024
"""In bytes. A network of 10,000 layers, the most that a file may have, takes a tenth of that."""

_MOST_MARKS = 2_000_000
"""The most brackets, and the most commas. JSON of 16 MiB could otherwise take a hundred times its size in memory."""

_LONGEST_PATH = 4096
_MOST_NOTES = 10_000


@dataclass(frozen=True)
class WeightsFile:
    """Opened weights: the name of their file beside the snapshot, and the fields of `RetainedWeights` it lacks.

    `name` is empty if they could not be put there.
    """

    name: str
    origin: str
    renamed: Mapping[str, str]


@dataclass(frozen=True)
class Snapshot:
    """An open network with unsaved changes. `saved_at` is in seconds since 1970.

    `path` is the network's file, and `disk` the file's state when it was last read or written.
    """

    table: LayerTable
    saved_at: float
    path: Path | None = None
    writes_back: bool = False
    disk: OnDisk | None = None
    notes: tuple[Note, ...] = ()
    weights: WeightsFile | None = None
    outlook: Outlook | None = None

    @property
    def title(self) -> str:
        """The name that a person knows: that of the file, or else the network's own."""
        return self.path.name if self.path else self.table.name


@dataclass(frozen=True)
class Summary:
    """What a list shows of a snapshot."""

    title: str
    saved_at: float
    path: Path | None
    layers: int


def to_text(snapshot: Snapshot) -> str:
    """Return the snapshot as JSON, with the table in it as TOML. Raises SqueezevizError if it is too large to read
    again."""
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
            "notes": [[note.text, note.severity is Severity.INFO] for note in snapshot.notes],
            "weights": weights and {"name": weights.name, "origin": weights.origin, "renamed": dict(weights.renamed)},
            "outlook": snapshot.outlook and snapshot.outlook.to_plain(),
            "table": toml_table.write(snapshot.table),
        }
    )
    if len(text) > LARGEST:
        raise SqueezevizError(f"the network is too large to be written ({len(text):,} bytes)")
    return text


def from_text(text: str) -> Snapshot:
    """Read a snapshot. Raises SqueezevizError if it is damaged, of another kind, or from a newer version."""
    fields = _parsed(text)
    table = fields.get("table")
    if not isinstance(table, str):
        raise _damaged("it holds no table")
    path = _path(fields)
    return Snapshot(
        toml_table.read(table).table,
        _time(fields),
        path,
        bool(fields.get("writes_back") is True and _is_written_back(path)),
        _disk(fields.get("disk")),
        _notes(fields.get("notes")),
        _weights(fields.get("weights")),
        Outlook.from_plain(fields.get("outlook")),
    )


def summary_of(text: str) -> Summary:
    """Read what a list shows of the snapshot, without its table. Raises SqueezevizError as `from_text` does."""
    fields = _parsed(text)
    title, layers = fields.get("title"), fields.get("layers")
    if not isinstance(title, str) or not isinstance(layers, int):
        raise _damaged("its title or its number of layers is missing")
    return Summary(title, _time(fields), _path(fields), max(0, layers))


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LARGEST or max(map(text.count, "[{,")) > _MOST_MARKS:
        raise _damaged("it is larger than any that squeezeviz writes")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise _damaged("it is not JSON, or it is incomplete") from None
    if not isinstance(fields, dict) or fields.get("schema") != SCHEMA:
        raise SqueezevizError(f'this is not a saved network: it lacks "schema": "{SCHEMA}"')
    version = fields.get("version")
    if type(version) is not int or version < 1:
        raise _damaged(f"its version is {shown(version)}")
    if version > VERSION:
        raise SqueezevizError(
            f"it was written by a newer squeezeviz (version {shown(version)} of the format, not {VERSION})"
        )
    return fields


def _time(fields: Mapping[str, Any]) -> float:
    at = fields.get("saved_at")
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at < 1e11:
        raise _damaged("it does not say when it was written")
    return float(at)


def _path(fields: Mapping[str, Any]) -> Path | None:
    path = fields.get("path")
    if path is None:
        return None
    if not isinstance(path, str) or len(path) > _LONGEST_PATH or "\0" in path or not Path(path).is_absolute():
        raise _damaged("the path of its file is invalid")
    return Path(path)


def _is_written_back(path: Path | None) -> bool:
    """Whether Save may write to that file without asking, which needs a format that stores a whole table."""
    named = format_of(path) if path else None
    return named is not None and named.lossless and named.holds is Holds.TABLE


def _disk(fields: object) -> OnDisk | None:
    match fields:
        case None:
            return None
        case {"kind": str(kind), "real": str(real), "stat": list(stat), "digest": str(digest)}:
            if kind in set(Kind) and len(stat) in (0, 5) and all(type(each) is int for each in stat):
                return OnDisk(Kind(kind), real, tuple(stat), digest)
    raise _damaged("what it says about the file is invalid")


def _notes(fields: object) -> tuple[Note, ...]:
    if not isinstance(fields, list) or len(fields) > _MOST_NOTES:
        raise _damaged("its notes are not a list")
    notes: list[Note] = []
    for note in fields:
        match note:
            case [str(text), bool(informs)]:
                notes.append(Note(text, Severity.INFO if informs else Severity.WARNING))
            case _:
                raise _damaged("one of its notes is not text")
    return tuple(notes)


def _weights(fields: object) -> WeightsFile | None:
    match fields:
        case None:
            return None
        case {"name": str(name), "origin": str(origin), "renamed": dict(renamed)}:
            if _WEIGHTS_NAME.fullmatch(name) and all(isinstance(then, str) for then in renamed.values()):
                return WeightsFile(name, origin, renamed)
    raise _damaged("what it says about weights is invalid")


_WEIGHTS_NAME = re.compile(r"(weights-[A-Za-z0-9_]{1,40}\.safetensors)?", re.ASCII)
"""The name of a file beside the snapshot, or nothing; never a path to elsewhere."""


def _damaged(reason: str) -> SqueezevizError:
    return SqueezevizError(f"it is damaged: {reason}")
