"""Every file format, listed once: what it is called, what it can do, and where its reader and writer are."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from squeezeviz.core.errors import Place, SqueezevizError
from squeezeviz.core.table import LayerTable
from squeezeviz.formats import atomic
from squeezeviz.formats.opened import Opened, Read
from squeezeviz.formats.presets import PRESET_IDS, PRESETS_IN_WORDS, load_preset
from squeezeviz.formats.reading import binary_kind, read_text

PRESET = "preset"
"""The `format` of an opened preset."""


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """A format for file dialogs: its suffixes with their dots; lossless if what is written reads back the same."""

    id: str
    title: str
    suffixes: tuple[str, ...]
    can_read: bool
    can_write: bool
    lossless: bool


FORMATS = (
    FormatInfo("toml", "Layer table", (".toml",), True, True, True),
    FormatInfo("csv", "Comma-separated table, as the paper's Table 1", (".csv",), True, True, True),
    FormatInfo("tsv", "Tab-separated table, as the paper's Table 1", (".tsv", ".tab"), True, True, True),
    FormatInfo("prototxt", "Caffe network", (".prototxt", ".pbtxt", ".prototext"), True, False, False),
    FormatInfo("markdown", "Markdown table", (".md",), False, True, False),
    FormatInfo("latex", "LaTeX table", (".tex",), False, True, False),
)
"""The first is our own, the one to save in."""


def format_of(path: str | os.PathLike[str]) -> FormatInfo | None:
    """The format that the path's suffix names; None where it names none."""
    suffix = Path(path).suffix.casefold()
    return next((each for each in FORMATS if suffix in each.suffixes), None)


def open_network(path_or_preset: str) -> Opened:
    """A file where there is one of that name, else a built-in table. SqueezevizError where there is neither."""
    if not path_or_preset:
        raise SqueezevizError(f"name a file, or one of the presets: {PRESETS_IN_WORDS}")
    if path_or_preset in PRESET_IDS and not Path(path_or_preset).is_file():
        return Opened(load_preset(path_or_preset), (), PRESET, None)
    if os.path.lexists(path_or_preset) or _looks_like_path(path_or_preset):
        return read_file(path_or_preset)
    near = difflib.get_close_matches(path_or_preset.casefold(), PRESET_IDS, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise SqueezevizError(
        f"there is no such file, and no preset of this name: the presets are {PRESETS_IN_WORDS}{hint}",
        Place(file=path_or_preset),
    )


def read_file(path: str | os.PathLike[str]) -> Opened:
    """The network in a file. The suffix says its format, the content where the suffix does not or is wrong.

    SqueezevizError with file, and line, row and column where it is known, for all that is no such file.
    """
    shown = os.fspath(path)
    text = read_text(path)
    named, held = format_of(path), _format_within(text)
    chosen = held or (named.id if named and named.can_read else None)
    if chosen is None:
        if binary := binary_kind(path):
            raise binary.at(file=shown)
        readable = ", ".join(each.suffixes[0] for each in FORMATS if each.can_read)
        raise SqueezevizError(f"this holds none of the formats that can be read: {readable}", Place(file=shown))
    try:
        read = _reader(chosen)(text, Path(path).stem)
    except SqueezevizError as error:
        raise error.at(file=shown) from None
    misnamed = named is not None and named.id != chosen
    notes = (f"named {Path(path).suffix}, but read as what it holds: {_info(chosen).title}",) if misnamed else ()
    return Opened(read.table, notes + read.notes, chosen, Path(path))


def to_text(table: LayerTable, format_id: str) -> str:
    """The table in the format of that id; SqueezevizError where it is a format that cannot be written."""
    if format_id == "toml":
        from squeezeviz.formats import toml_table

        return toml_table.write(table)
    if format_id in ("csv", "tsv"):
        from squeezeviz.formats import csv_write

        return csv_write.write(table, "," if format_id == "csv" else "\t")
    if format_id in ("markdown", "latex"):
        from squeezeviz.core.resolve import resolve
        from squeezeviz.formats import tables

        return tables.render(resolve(table), format_id)
    writable = ", ".join(each.id for each in FORMATS if each.can_write)
    raise SqueezevizError(f"{format_id} cannot be written; the formats that can are {writable}")


def write_file(path: str | os.PathLike[str], table: LayerTable, format_id: str | None = None) -> None:
    """Write `table` in the format of that id, or that the suffix names; the file is the old or the whole new one."""
    shown = os.fspath(path)
    if not shown:
        raise SqueezevizError(f"the file to write has no name; {_writable()}")
    if shown.endswith(_SEPARATORS) or os.path.isdir(shown):  # noqa: PTH112 - Path.is_dir raises for too long a name
        raise SqueezevizError("this is a folder; name a file in it to write", Place(file=shown))
    named = _info(format_id) if format_id else format_of(path)
    if named is None or not named.can_write:
        raise SqueezevizError(f"{_why_unwritable(path, named)}; {_writable()}", Place(file=shown))
    atomic.write_text(path, to_text(table, named.id))


_SEPARATORS = tuple(separator for separator in ("/", os.sep, os.altsep) if separator)
_DIAGRAM_SUFFIXES = (".svg", ".pdf", ".png", ".dot")


def _why_unwritable(path: str | os.PathLike[str], named: FormatInfo | None) -> str:
    suffix = Path(path).suffix.casefold()
    if named is not None:
        return f"a {named.suffixes[0]} file cannot be written"
    if suffix in _DIAGRAM_SUFFIXES:
        return f"{suffix} is for a diagram, not for a table: use `export` to write it"
    return "its suffix names no format" if suffix else "it has no suffix to name a format"


def _writable() -> str:
    suffixes = ", ".join(suffix for each in FORMATS if each.can_write for suffix in each.suffixes)
    return f"the suffixes that can be written are {suffixes}"


def _info(format_id: str) -> FormatInfo:
    found = next((each for each in FORMATS if each.id == format_id), None)
    if found is None:
        raise SqueezevizError(f"there is no format {format_id!r}; the formats are {', '.join(f.id for f in FORMATS)}")
    return found


def _looks_like_path(text: str) -> bool:
    return any(separator in text for separator in _SEPARATORS) or format_of(text) is not None


_PROTOTXT = re.compile(r"^[ \t]*(?:layers?\s*:?\s*[{<]|input\s*:\s*[\"']|input_shape\s*:?\s*\{)", re.MULTILINE)
_TOML = re.compile(r"^[ \t]*(?:\[\[\s*layer\s*\]\]|format\s*=\s*[\"']squeezeviz[\"'])", re.MULTILINE)


def _format_within(text: str) -> str | None:
    """The format that a text is surely in, whatever its file is named; None where it could be any or none."""
    from squeezeviz.formats import csv_table

    if _TOML.search(text):
        return "toml"
    if _PROTOTXT.search(text):
        return "prototxt"
    delimiter = csv_table.delimiter_of(text)
    return {None: None, "\t": "tsv"}.get(delimiter, "csv")


def _reader(format_id: str) -> Callable[[str, str], Read]:
    """A format's reader. Each is imported when it is first needed, so that starting stays quick."""
    if format_id == "toml":
        from squeezeviz.formats import toml_table

        return toml_table.read
    if format_id == "prototxt":
        from squeezeviz.formats import prototxt

        return prototxt.read
    from squeezeviz.formats import csv_table

    return csv_table.read
