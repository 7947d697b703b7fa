"""Our own file: a layer table as TOML, one [[layer]] block a row."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from squeezeviz.core.errors import Place, SqueezevizError
from squeezeviz.core.escapes import in_quotes, with_numbers_toml
from squeezeviz.core.notes import Fact
from squeezeviz.core.plain import from_plain, to_plain
from squeezeviz.core.table import LayerTable
from squeezeviz.formats.opened import Read
from squeezeviz.formats.plain_place import line_of
from squeezeviz.formats.toml_depth import refuse_deep_nesting
from squeezeviz.formats.toml_lines import Lines


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
