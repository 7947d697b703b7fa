"""Every file format, listed once: what it is called, what it can do, and where its reader and writer are."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from squeezeviz.files.foreign import refuse_binary, refuse_text
from squeezeviz.files.opened import Opened, Read
from squeezeviz.files.reading import read_head, read_text, refuse_other_texts
from squeezeviz.model.errors import Note, Place, Severity, SqueezevizError, brief, errors_at
from squeezeviz.model.layers import is_compressed
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import did_you_mean, some

if TYPE_CHECKING:
    from squeezeviz.files.weights import Weights


class Holds(StrEnum):
    """What a format holds: a layer table, a network, or a network with its weights."""

    TABLE = "table"
    NETWORK = "network"
    WEIGHTS = "weights"


class Keeps(StrEnum):
    """What of a layer table a file in a format says: all, what a pass depends on, or the shapes of its weights."""

    TABLE = "table"
    PASS = "pass"
    SHAPES = "shapes"


class FormatInfo(NamedTuple):
    """A format for file dialogs: its suffixes with their dots; lossless if what is written reads back the same.

    `reader` and `writer` are `module:function` under squeezeviz.files, empty where there is none; each is imported
    when it is first needed, so that starting stays quick. A reader takes a text and the file's stem, or the path where
    the format is `binary`; a writer the table, and where the format holds them, its Weights or None.
    """

    id: str
    title: str
    suffixes: tuple[str, ...]
    reader: str
    writer: str
    lossless: bool = False
    holds: Holds = Holds.TABLE
    binary: bool = False
    keeps: Keeps = Keeps.TABLE

    @property
    def can_read(self) -> bool:
        return bool(self.reader)

    @property
    def can_write(self) -> bool:
        return bool(self.writer)


FORMATS = (
    FormatInfo("toml", "Layer table", (".toml",), "tables.toml_table:read", "tables.toml_table:write", True),
    FormatInfo("csv", "Comma-separated table, as the paper's Table 1", (".csv",),
               "tables.csv_table:read", "tables.csv_table:comma", True),
    FormatInfo("tsv", "Tab-separated table, as the paper's Table 1", (".tsv", ".tab"),
               "tables.csv_table:read", "tables.csv_table:tab", True),
    FormatInfo("prototxt", "Caffe network", (".prototxt", ".pbtxt", ".prototext"),
               "networks.caffe.read:read", "networks.caffe.write:write", holds=Holds.NETWORK, keeps=Keeps.PASS),
    FormatInfo("onnx", "ONNX network", (".onnx",),
               "networks.onnx.read:read", "networks.onnx.write:write",
               holds=Holds.WEIGHTS, binary=True, keeps=Keeps.PASS),
    FormatInfo("python", "PyTorch module", (".py",),
               "", "networks.source.write:write", holds=Holds.NETWORK, keeps=Keeps.PASS),
    FormatInfo("json", "Layer table as JSON", (".json",), "tables.json_table:read", "tables.json_table:write", True),
    FormatInfo("pytorch", "PyTorch weights", (".pth", ".pt"), "weights.pytorch:read", "weights.pytorch:write",
               holds=Holds.WEIGHTS, binary=True, keeps=Keeps.SHAPES),
    FormatInfo("safetensors", "Safetensors weights", (".safetensors",),
               "weights.safetensors:read", "weights.safetensors:write", holds=Holds.WEIGHTS, binary=True),
    FormatInfo("caffemodel", "Caffe weights", (".caffemodel",), "networks.caffe.caffemodel:read", "",
               holds=Holds.WEIGHTS, binary=True),
    FormatInfo("markdown", "Markdown table", (".md", ".markdown"),
               "tables.markdown_table:read", "tables.numbers_table:markdown"),
    FormatInfo("latex", "LaTeX table", (".tex",), "tables.latex_table:read", "tables.numbers_table:latex"),
    FormatInfo("html", "Web page with the table", (".html", ".htm"), "", "tables.numbers_table:html"),
)  # fmt: skip
"""The first is our own, the one to save in."""
_BY_ID = {each.id: each for each in FORMATS}


def readable_suffixes() -> tuple[str, ...]:
    """The suffixes of all files that can be opened."""
    return tuple(suffix for each in FORMATS if each.can_read for suffix in each.suffixes)


def format_of(path: str | os.PathLike[str]) -> FormatInfo | None:
    """The format that the path's suffix names; None where it names none."""
    suffix = Path(path).suffix.casefold()
    return next((each for each in FORMATS if suffix in each.suffixes), None)


def open_network(path_or_preset: str) -> Opened:
    """A file where there is one of that name, else a built-in table, or a network with trained weights.


    SqueezevizError where there is none of these.
    """
    from squeezeviz.files.presets import (
        TRAINED_IDS,
        is_trained,
        open_preset,
        preset_ids,
        presets_in_words,
    )  # files need none

    if is_trained(path_or_preset):
        from squeezeviz.files.weights import trained

        return trained.opened(path_or_preset, read_file)
    preset = open_preset(path_or_preset)
    if preset is not None:
        return preset
    if not path_or_preset:
        raise SqueezevizError(f"name a file, or one of the presets: {presets_in_words()}")
    if os.path.lexists(path_or_preset) or _looks_like_path(path_or_preset):
        return read_file(path_or_preset)
    raise SqueezevizError(
        f"there is no such file, and no preset of this name: the presets are {presets_in_words()}"
        + did_you_mean(path_or_preset, (*preset_ids(), *TRAINED_IDS)),
        Place(file=path_or_preset),
    )


def is_binary(path_or_preset: str) -> bool:
    """Whether `open_network` would hand a file that is not ours to a reader of binary files."""
    from squeezeviz.files.presets import BUILT_IN, is_trained

    if is_trained(path_or_preset):
        return path_or_preset != BUILT_IN
    try:
        return binary_format(read_head(path_or_preset), format_of(path_or_preset)) is not None
    except SqueezevizError:
        return False


def read_file(path: str | os.PathLike[str], deploy: str | None = None) -> Opened:
    """The network in a file. The suffix says its format, the content where the suffix does not or is wrong.

    `deploy` is the prototxt that a .caffemodel takes its geometry from; other files have theirs.
    SqueezevizError with file, and line, row and column where it is known, for all that is no such file.
    """
    shown = os.fspath(path)
    named = format_of(path)
    with errors_at(file=shown):
        held = binary_format(read_head(path), named)
    text = "" if held else read_text(path)
    with errors_at(file=shown):
        chosen = held or _format_within(text, named) or _format_by_suffix(text, named)
        info = _info(chosen)
        given = (Path(path),) if info.binary else (text, Path(path).stem)
        read: Read = _function(info.reader)(*given, *((deploy,) if info.id == "caffemodel" else ()))
        if read.weights is not None:
            from squeezeviz.files.weights.statistics import as_measured  # not sooner: it loads numpy

            read = as_measured(read)
    misnamed = Note(f"named {Path(path).suffix}, but read as what it holds: {info.title}", Severity.INFO)
    notes = (misnamed, *read.notes) if named is not None and named.id != chosen else read.notes
    return Opened(
        read.table,
        notes,
        chosen,
        Path(path),
        read.weights,
        read.unknown_geometry,
        preprocessing=read.preprocessing,
    )


def _format_by_suffix(text: str, named: FormatInfo | None) -> str:
    """The format that a text must be in that does not tell; SqueezevizError says what it is where that cannot be."""
    refuse_text(text)
    if named and named.can_read and not named.binary:
        return named.id
    if named and not named.can_read:
        raise SqueezevizError(f"a {named.suffixes[0]} file is only written; open the file that it was made from")
    if named:
        raise SqueezevizError(f"this is a text, not what its suffix says ({named.title}); download or save it again")
    readable = ", ".join(each.suffixes[0] for each in FORMATS if each.can_read)
    raise SqueezevizError(f"this holds none of the formats that can be read: {readable}")


def to_text(table: LayerTable, format_id: str) -> str:
    """The table in the text format of that id; SqueezevizError where it is a format that cannot be written."""
    return to_bytes(table, format_id).decode("utf-8")


def to_bytes(table: LayerTable, format_id: str, weights: Weights | None = None) -> bytes:
    """The network as a file of that format, with `weights` where it holds any; fresh ones where there are none.

    SqueezevizError where the format cannot be written, or cannot say what the table says.
    """
    info = _BY_ID.get(format_id)
    if info is None or not info.can_write:
        writable = ", ".join(each.id for each in FORMATS if each.can_write)
        raise SqueezevizError(f"{format_id} cannot be written; the formats that can are {writable}")
    write = _function(info.writer)
    made: str | bytes = write(table, weights) if info.holds is Holds.WEIGHTS else write(table)
    return made.encode("utf-8") if isinstance(made, str) else made


def write_file(
    path: str | os.PathLike[str], table: LayerTable, format_id: str | None = None, weights: Weights | None = None
) -> None:
    """Write `table` in the format of that id, or that the suffix names; the file is the old or the whole new one."""
    from squeezeviz.files import atomic

    atomic.write_bytes(path, file_bytes(path, table, format_id, weights))


def file_bytes(
    path: str | os.PathLike[str], table: LayerTable, format_id: str | None = None, weights: Weights | None = None
) -> bytes:
    """What `write_file` writes at `path`; SqueezevizError where no file can be meant by it."""
    shown = os.fspath(path)
    if not shown:
        raise SqueezevizError(f"the file to write has no name; {_writable()}")
    if shown.endswith(_SEPARATORS) or os.path.isdir(shown):  # noqa: PTH112 - Path.is_dir raises for too long a name
        raise SqueezevizError("this is a folder; name a file in it to write", Place(file=shown))
    named = _info(format_id) if format_id else format_of(path)
    if named is None or not named.can_write:
        raise SqueezevizError(f"{_why_unwritable(path, named)}; {_writable()}", Place(file=shown))
    return to_bytes(table, named.id, weights)


_SEPARATORS = tuple(separator for separator in ("/", os.sep, os.altsep) if separator)


def _why_unwritable(path: str | os.PathLike[str], named: FormatInfo | None) -> str:
    suffix = Path(path).suffix.casefold()
    if named is not None:
        return f"a {named.suffixes[0]} file cannot be written"
    from squeezeviz.figure.writers.export import DIAGRAM_FORMATS  # not sooner: tables need none

    if suffix.removeprefix(".") in DIAGRAM_FORMATS:
        return f"{suffix} is for a diagram, not for a table: use `export` to write it"
    return "its suffix names no format" if suffix else "it has no suffix to name a format"


def _writable() -> str:
    suffixes = ", ".join(suffix for each in FORMATS if each.can_write for suffix in each.suffixes)
    return f"the suffixes that can be written are {suffixes}"


def _info(format_id: str) -> FormatInfo:
    if format_id not in _BY_ID:
        raise SqueezevizError(f"there is no format {format_id!r}; the formats are {', '.join(_BY_ID)}")
    return _BY_ID[format_id]


def _looks_like_path(text: str) -> bool:
    return any(separator in text for separator in _SEPARATORS) or format_of(text) is not None


# Texts, which `re` compiles when they are first looked for: most starts of the window read no file.
_PROTOTXT = r"(?m)^[ \t]*+(?:layers?\s*+:?\s*+[{<]|input\s*+:\s*+[\"']|input_shape\s*+:?\s*+\{)"
_TOML = r"(?m)^[ \t]*+(?:\[\[\s*+layer\s*+\]\]|format\s*+=\s*+[\"']squeezeviz[\"'])"


def binary_format(head: bytes, named: FormatInfo | None) -> str | None:
    """The binary format that a file's first bytes, or else its suffix, say; None for what must be text.

    SqueezevizError where they are another program's, or a file with a binary format's suffix is empty, a web page or a
    Git LFS pointer.
    """
    found = _format_by_bytes(head, named)
    if found not in ("safetensors", "pytorch", "caffemodel"):  # an archive, a pickle or a protocol buffer may be ours
        refuse_binary(head)
    if found is not None:
        return found
    if named is None or not named.binary:
        return None
    refuse_other_texts(head)
    return named.id if re.search(_NO_TEXT, head) else None


_NO_TEXT = rb"[\0-\x08\x0e-\x1f]"
_SAFETENSORS_HEADER = rb"[\s\S]{8}\{"
_PICKLE = rb"\x80[\x02-\x05]"


_WORD = rb"[\x01-\x7f][^\0-\x1f]{1,127}?"
_SIZE = rb"[\x80-\xff]{0,4}[\0-\x7f]"
_NET = rb"(?:\x0a" + _WORD + rb")?(?:\x1a" + _WORD + rb"){0,4}"
"""A network of Caffe up to its layers: its name, and those of its inputs."""
_LAYER = rb"\xa2\x06" + _SIZE
_V1_LAYER = (
    rb"\x12" + _SIZE + rb"(?:\x12" + _WORD + rb"){0,4}(?:\x1a" + _WORD + rb"){0,4}\x22" + _WORD + rb"\x28[\0-\x7f]"
)
"""Of Caffe's first year: bottoms, tops, a name and a number as its type, where Caffe2 has a name."""
_V1_OR_CAFFE2 = rb"\x12" + _SIZE + rb"[\x0a\x12\x1a\x22]"


def _format_by_bytes(head: bytes, named: FormatInfo | None) -> str | None:
    length = int.from_bytes(head[:8], "little")  # whose bytes may be those that another kind of file begins with
    if re.match(_SAFETENSORS_HEADER, head) and 2 <= length < 2**40 and b"\0" in head[:8]:
        return "safetensors"
    if head.startswith(b"PK\x03\x04") or re.match(_PICKLE, head):
        return "pytorch"
    layers = [_LAYER, _V1_LAYER, *([_V1_OR_CAFFE2] if named is not None and named.id == "caffemodel" else [])]
    if re.match(_NET + rb"(?:" + rb"|".join(layers) + rb")", head):
        return "caffemodel"
    return "onnx" if head.startswith(b"\x08") and b"\0" not in head[:2] and head[1:2] < b"\x40" else None


_JSON = r"\A\s*\{\s*(?:\"|\})"
_SNIFFED = 1_000_000
"""Characters, from a text's beginning, in which it says what it is."""


def _format_within(text: str, named: FormatInfo | None) -> str | None:
    """The format that a text is surely in, whatever its file is named; None where it could be any or none.

    A document with a table may hold pieces of the other formats too, as examples.
    """
    from squeezeviz.files.tables import latex_table, markdown_table
    from squeezeviz.files.tables.csv_table import delimiter_of

    documents = {"latex": latex_table.has_table, "markdown": markdown_table.has_table}
    if named is not None and named.id in documents and documents[named.id](text):
        return named.id
    head = text[:_SNIFFED]
    surely = {"json": _JSON, "toml": _TOML, "prototxt": _PROTOTXT}
    found = next((each for each, pattern in surely.items() if re.search(pattern, head)), None)
    if found == "prototxt":
        refuse_text(text)  # other texts of protocol buffers, such as Caffe2's, have blocks of the same names
    delimiter = None if found else delimiter_of(text)
    if found or delimiter:
        return found or ("tsv" if delimiter == "\t" else "csv")
    return next((each for each, has_one in documents.items() if has_one(text)), None)


def _function(named: str) -> Callable[..., Any]:
    module, _, function = named.partition(":")
    found: Callable[..., Any] = getattr(import_module(f"squeezeviz.files.{module}"), function)
    return found


def losses(
    table: LayerTable, info: FormatInfo, origin: str | None = None, said: Collection[str] = ()
) -> tuple[str, ...]:
    """For each thing that a file of that format will not hold of the table, what it does not: `does not hold …`.

    `origin` is the file that its weights came from, None where it has none. Those of the rows `said` say themselves
    how they are stored.
    """
    return tuple(_losses(table, info, origin, said if info.holds is Holds.WEIGHTS else ()))


def _losses(table: LayerTable, info: FormatInfo, origin: str | None, said: Collection[str]) -> Iterator[str]:
    if origin is not None and info.holds is not Holds.WEIGHTS:
        yield f"does not hold the weights of {origin}"
    compressed = tuple(layer.name for layer in table.layers if is_compressed(layer) and layer.name not in said)
    if compressed and info.keeps is not Keeps.TABLE:
        yield f"does not say what pruning keeps and how many bits weights take in {some(list(map(brief, compressed)))}"
    if info.keeps is Keeps.SHAPES:
        yield (
            "does not say names, strides, paddings, pools, ReLUs, simple bypasses and the input's size; "
            "a .safetensors does"
        )
