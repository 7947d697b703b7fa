"""The line of what is wrong with a layer table's plain data, whichever syntax it was read from."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Protocol

from squeezeviz.files.opened import Read
from squeezeviz.files.tables.toml_depth import refuse_deep_nesting
from squeezeviz.model.errors import Fact, Place, SqueezevizError
from squeezeviz.model.plain_data import from_plain, layer_from_plain, to_plain
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import in_quotes, with_numbers_toml


class LinesOf(Protocol):
    """Where keys stand in a text: those of its top (None), of a table in it (by name), of a layer (from 0)."""

    def of(self, block: int | str | None, key: str) -> int | None: ...


def line_of(error: SqueezevizError, document: Mapping[str, Any], lines: LinesOf) -> int | None:
    """The line that `error`, raised for `document`, speaks of."""
    layers = document.get("layer", [])
    column = error.place.column or ""
    if error.place.row is None or not isinstance(layers, list):
        return lines.of(None, column)
    unreadable = _first_unreadable(layers)
    if unreadable is not None:
        return lines.of(unreadable, column)
    if error.place.row == "input":
        return lines.of("input", column)
    bearers = [index for index, layer in enumerate(layers) if layer.get("name") == error.place.row]
    return lines.of(bearers[-1] if bearers else None, column)


def _first_unreadable(layers: list[Any]) -> int | None:
    for index, layer in enumerate(layers):
        try:
            layer_from_plain(layer, index + 1)
        except SqueezevizError:
            return index
    return None


_OPAQUE = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' r"'''.*?'''|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'|" r"#[^\n]*",
    re.DOTALL,
)
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*[=.]""")


class Lines:
    """The lines of the blocks and keys of a TOML text that has been parsed without an error. Lines count from 1."""

    def __init__(self, text: str) -> None:
        self._headers: dict[int | str | None, int] = {}
        self._keys: dict[tuple[int | str | None, str], int] = {}
        block: int | str | None = None
        layers = 0
        shown = text.split("\n")
        for number, line in enumerate(_without_long_strings(text).split("\n"), 1):
            header = _HEADER.fullmatch(line)
            if header:
                block = header[2].strip("\"'")
                if header[1] == "[[" and block == "layer":
                    block, layers = layers, layers + 1
                self._headers.setdefault(block, number)
            elif line.strip():
                key = _KEY.match(shown[number - 1])
                if key:
                    self._keys.setdefault((block, key[1] or key[2] or key[3] or ""), number)

    def of(self, block: int | str | None, key: str) -> int | None:
        """The line of `key` in a block, else of the block: None the top, a str a table, an int a layer from 0."""
        line = self._keys.get((block, key), self._headers.get(block))
        if line is None and isinstance(block, int):
            return self.of(None, "layer")
        if line is None and isinstance(block, str):
            return self.of(None, block)
        if line is None and block is None:
            return self._headers.get(key)
        return line


def _without_long_strings(text: str) -> str:
    """The text with strings of more than one line blanked out, so that nothing in them looks like a header."""

    def blank(match: re.Match[str]) -> str:
        found = match[0]
        return "\n" * found.count("\n") if found.startswith(('"""', "'''", "#")) else found

    return _OPAQUE.sub(blank, text)


def write(table: LayerTable) -> str:
    """The table as TOML; `read` gives exactly the same table back."""
    plain = to_plain(table)
    layers = plain.pop("layer")
    blocks = [_fields({key: value for key, value in plain.items() if not isinstance(value, dict)})]
    blocks += [f"[{key}]\n{_fields(value)}" for key, value in plain.items() if isinstance(value, dict)]
    blocks += [f"[[layer]]\n{_fields(layer)}" for layer in layers] or ["layer = []\n"]
    if not layers:
        blocks.insert(1, blocks.pop())
    return "\n".join(blocks)


def read(text: str, stem: str = "") -> Read:
    """The table in a TOML text; SqueezevizError with the line. The file's own `name` counts, not its `stem`."""
    document = _parsed(text)
    try:
        return Read(from_plain(document), _notes(text))
    except SqueezevizError as error:
        raise error.at(line=line_of(error, document, Lines(text))) from None


_COMMENTS_LOST = Fact("its comments are not kept where the table is saved over it")
_STRING_OR_COMMENT = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'
)


def _notes(text: str) -> tuple[str, ...]:
    """Of a text that was parsed. With a note the window does not save over a file unasked."""
    commented = "#" in text and any(found[0].startswith("#") for found in _STRING_OR_COMMENT.finditer(text))
    return (_COMMENTS_LOST,) if commented else ()


def _fields(fields: dict[str, Any]) -> str:
    return "".join(f"{key} = {literal(value)}\n" for key, value in fields.items())


def literal(value: str | bool | int | float) -> str:
    """A value as TOML writes it."""
    if isinstance(value, str):
        return with_numbers_toml(in_quotes(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


_WHERE = re.compile(r" \(at (?:line ([0-9]+), column [0-9]+|end of document)\)$")


def _parsed(text: str) -> dict[str, Any]:
    refuse_deep_nesting(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        where = _WHERE.search(said)
        line = int(where[1]) if where and where[1] else text.rstrip().count("\n") + 1
        reason = _WHERE.sub("", said)
        raise SqueezevizError(f"this is not valid TOML: {reason[:1].lower()}{reason[1:]}", Place(line=line)) from None
    except ValueError:
        found = _THOUSANDS_OF_DIGITS.search(text)
        raise SqueezevizError(
            "a number has thousands of digits; a table holds whole numbers to 10^12",
            Place(line=text.count("\n", 0, found.start()) + 1 if found else None),
        ) from None


_THOUSANDS_OF_DIGITS = re.compile("[0-9][0-9_]{4299}")
"""More than Python's parsers take; a text may have them too, so that the line may be that of one before."""
