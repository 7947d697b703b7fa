"""A snapshot of an open network as data, and as text that is checked when it is read again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from squeezeviz.analysis.weights import RetainedWeights, StoredWeights
from squeezeviz.files.on_disk import OnDisk
from squeezeviz.files.opened import Opened
from squeezeviz.files.registry import Holds, format_of
from squeezeviz.files.tables import toml_table
from squeezeviz.gui.recovery.outlook import Outlook, outlook_from
from squeezeviz.model.errors import Note, Severity, SqueezevizError, shown
from squeezeviz.model.json_data import WrongShapeError, from_json, to_json
from squeezeviz.model.table import LayerTable

SCHEMA = "squeezeviz/recovery"
VERSION = 1

LARGEST = 16 * 1024 * 1024
"""In bytes. A network of 10,000 layers, the most that a file may have, takes a tenth of that."""

_MOST_MARKS = 2_000_000
"""The most brackets, and the most commas. JSON of 16 MiB could otherwise take a hundred times its size in memory."""

_LONGEST_PATH = 4096


@dataclass(frozen=True)
class WeightsFile:
    """Opened weights: the name of their file beside the snapshot, and the fields of `RetainedWeights` it lacks.

    `name` is empty if they could not be put there.
    """

    name: str
    origin: str
    renamed: Mapping[str, str]
    stored: tuple[StoredWeights, ...] = ()


@dataclass(frozen=True)
class Pinned:
    """The network that the open one is compared with, what it is called, and the weights that it came with."""

    table: LayerTable
    title: str
    weights: WeightsFile | None = None


@dataclass(frozen=True)
class Snapshot:
    """An open network with unsaved changes. `saved_at` is in seconds since 1970.

    `path` is the network's file, and `disk` the file's state when it was last read or written. `baseline` is what is
    pinned.
    """

    table: LayerTable
    saved_at: float
    path: Path | None = None
    writes_back: bool = False
    disk: OnDisk | None = None
    notes: tuple[Note, ...] = ()
    weights: WeightsFile | None = None
    outlook: Outlook | None = None
    baseline: Pinned | None = None

    def opened(self, weights: RetainedWeights | None) -> Opened:
        """Return the network with the weights that lay beside it."""
        return Opened(self.table, self.notes, path=self.path, disk=self.disk, retained=weights)

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


@dataclass(frozen=True)
class _StoredBaseline:
    table: str
    title: str
    weights: WeightsFile | None


@dataclass(frozen=True)
class _Stored:
    """What a snapshot's JSON has beside its schema, its version and the outlook. A table is a text of our TOML."""

    title: str
    saved_at: Annotated[float, range(10**11)]
    layers: int
    path: str | None
    writes_back: bool
    disk: OnDisk | None
    notes: tuple[tuple[str, bool], ...]
    """Each with whether it only informs."""
    weights: WeightsFile | None
    table: str
    baseline: _StoredBaseline | None = None


def to_text(snapshot: Snapshot) -> str:
    """Return the snapshot as JSON. Raises SqueezevizError if it is too large to read again."""
    pinned = snapshot.baseline
    stored = _Stored(
        snapshot.title,
        snapshot.saved_at,
        len(snapshot.table.layers),
        str(snapshot.path) if snapshot.path else None,
        snapshot.writes_back,
        snapshot.disk,
        tuple((note.text, note.severity is Severity.INFO) for note in snapshot.notes),
        snapshot.weights,
        toml_table.write(snapshot.table),
        None if pinned is None else _StoredBaseline(toml_table.write(pinned.table), pinned.title, pinned.weights),
    )
    outlook = snapshot.outlook and to_json(snapshot.outlook)
    text = json.dumps({"schema": SCHEMA, "version": VERSION, "outlook": outlook} | to_json(stored))
    if len(text) > LARGEST:
        raise SqueezevizError(f"the network is too large to be written ({len(text):,} bytes)")
    return text


def from_text(text: str) -> Snapshot:
    """Read a snapshot. Raises SqueezevizError if it is damaged, of another kind, or from a newer version."""
    fields = _parsed(text)
    stored, path = _checked(fields)
    return Snapshot(
        toml_table.read(stored.table).table,
        stored.saved_at,
        path,
        stored.writes_back and _is_written_back(path),
        stored.disk,
        tuple(Note(text, Severity.INFO if informs else Severity.WARNING) for text, informs in stored.notes),
        stored.weights,
        outlook_from(fields.get("outlook")),
        _baseline_from(stored.baseline),
    )


def _baseline_from(stored: _StoredBaseline | None) -> Pinned | None:
    """Return what was pinned; None where nothing was, or where it is damaged: the network comes back all the same."""
    if stored is None:
        return None
    try:
        return Pinned(toml_table.read(stored.table).table, stored.title, stored.weights)
    except SqueezevizError:
        return None


def summary_of(text: str) -> Summary:
    """Read what a list shows of the snapshot, without its table. Raises SqueezevizError as `from_text` does."""
    stored, path = _checked(_parsed(text))
    return Summary(stored.title, stored.saved_at, path, stored.layers)


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


def _checked(fields: Mapping[str, Any]) -> tuple[_Stored, Path | None]:
    """Return the fields with the path of the network's file."""
    try:
        stored = from_json(_Stored, fields, "it")
    except WrongShapeError as error:
        raise _damaged(str(error)) from None
    path = None if stored.path is None else Path(stored.path)
    if path is not None and (len(str(path)) > _LONGEST_PATH or "\0" in str(path) or not path.is_absolute()):
        raise _damaged("the path of its file is invalid")
    kept = stored.weights, None if stored.baseline is None else stored.baseline.weights
    if not all(_WEIGHTS_NAME.fullmatch(each.name) for each in kept if each is not None):
        raise _damaged("what it says about weights is invalid")
    return stored, path


def _is_written_back(path: Path | None) -> bool:
    """Whether Save may write to that file without asking, which needs a format that stores a whole table."""
    named = format_of(path) if path else None
    return named is not None and named.lossless and named.holds is Holds.TABLE


_WEIGHTS_NAME = re.compile(r"(weights-[A-Za-z0-9_]{1,40}\.safetensors)?", re.ASCII)
"""The name of a file beside the snapshot, or nothing; never a path to elsewhere."""


def _damaged(reason: str) -> SqueezevizError:
    return SqueezevizError(f"it is damaged: {reason}")
