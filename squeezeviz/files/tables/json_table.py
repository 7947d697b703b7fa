"""A layer table as JSON, with the fields of our TOML file. `show --format json` prints something else, a report."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from squeezeviz.files.foreign import refuse_json
from squeezeviz.files.opened import Read
from squeezeviz.files.tables.toml_table import Path, line_of_error, too_many_digits
from squeezeviz.model.errors import Place, SqueezevizError, brief, quoted
from squeezeviz.model.plain_data import FORMAT, from_plain, to_plain
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import with_numbers_json

DEEPEST = 64
"""Levels of brackets. A layer table has three."""

MOST_STRINGS_AND_BRACKETS = 400_000
MOST_COMMAS = 1_000_000
"""A table of 20,000 layers has fewer of either."""


def write(table: LayerTable) -> str:
    """The table as JSON, a layer a line; `read` gives exactly the same table back."""
    plain = to_plain(table)
    layers = ",\n".join(f"    {_line(layer)}" for layer in plain.pop("layer"))
    fields = [f'  "{key}": {_line(value)}' for key, value in plain.items()]
    fields.append(f'  "layer": [\n{layers}\n  ]' if layers else '  "layer": []')
    return "{\n" + ",\n".join(fields) + "\n}\n"


def read(text: str, stem: str = "") -> Read:
    """The table in a JSON text; SqueezevizError with the line. The file's own `name` counts, not its `stem`."""
    document = _parsed(text)
    _refuse_others(document)
    try:
        return Read(from_plain(document))
    except SqueezevizError as error:
        raise error.at(line=line_of_error(_lines(text)[0], error, document)) from None


def _line(value: object) -> str:
    return with_numbers_json(json.dumps(value, ensure_ascii=False, allow_nan=False))


class _RefusedError(Exception):
    """Raised by the parser's hooks, which do not know the line."""


def _parsed(text: str) -> Any:
    _refuse_too_much(text)
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        reason = f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" at")
        raise SqueezevizError(f"this is not valid JSON: {reason}", Place(line=error.lineno)) from None
    except _RefusedError as error:
        raise SqueezevizError(str(error), Place(line=_lines(text)[1])) from None
    except ValueError:
        raise too_many_digits(text) from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise _RefusedError(f"{quoted(twice)} is said twice; keep one of them")
    return made


def _no_constant(written: str) -> None:
    raise _RefusedError(f"{written} is no number that a table can hold")


_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def _refuse_too_much(text: str) -> None:
    """Raise SqueezevizError, in linear time, where brackets are too deep or too many for a layer table."""
    if text.count(",") > MOST_COMMAS:
        raise _too_much()
    depth = 0
    for count, found in enumerate(_STRING_OR_BRACKET.finditer(text)):
        sign = found[0][0]
        depth += 1 if sign in "[{" else -1 if sign in "]}" else 0
        if depth > DEEPEST:
            line = text.count("\n", 0, found.start()) + 1
            raise SqueezevizError("this is nested far too deeply for a layer table", Place(line=line))
        if count > MOST_STRINGS_AND_BRACKETS:
            raise _too_much()


def _too_much() -> SqueezevizError:
    return SqueezevizError("this has far more in it than a layer table")


def _refuse_others(document: object) -> None:
    """Raise SqueezevizError where it is JSON of another kind, such as a report that squeezeviz wrote."""
    schema = document.get("schema") if isinstance(document, Mapping) else None
    if isinstance(schema, str) and schema.startswith(f"{FORMAT}/"):
        raise SqueezevizError(
            f"this is a report ({brief(schema)}), which leaves strides and paddings out; "
            "open the file that it was made from, or write that as a table with `squeezeviz convert FILE table.json`"
        )
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        refuse_json(document)
        raise SqueezevizError(
            f'this JSON is no layer table: one begins with "format": "{FORMAT}" and lists its rows under "layer"'
        )


_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]++|\\.)*+")(?P<colon>\s*:)?|[\[\]{},\n]|(?P<constant>NaN|-?Infinity)', re.DOTALL
)


def _lines(text: str) -> tuple[dict[Path, int], int | None]:
    """The lines of a text's objects and keys as far as it is JSON, which Python's parser does not keep.

    With them the line of the first key that its object has already, or of the first NaN or Infinity: the parser stopped
    there, and what follows may be no JSON.
    """
    lines: dict[Path, int] = {}
    path: list[str | int] = []
    keys: list[set[str] | None] = []
    line = 1
    for found in _TOKEN.finditer(text):
        sign = found[0]
        if sign in ("{", "["):
            if 0 < len(path) < _DEPTH:
                lines.setdefault(tuple(path), line)
            path.append("" if sign == "{" else 0)
            keys.append(set() if sign == "{" else None)
        elif sign in ("}", "]"):
            del path[-1:], keys[-1:]
        elif sign == "," and keys and keys[-1] is None:
            path[-1] = int(path[-1]) + 1
        elif found["colon"] and keys and keys[-1] is not None:
            string = found["string"]
            key = json.loads(string, strict=False) if "\\" in string else string[1:-1]
            if key in keys[-1]:
                return lines, line
            keys[-1].add(key)
            path[-1] = key
            if len(path) <= _DEPTH:
                lines.setdefault(tuple(path), line)
        elif found["constant"]:
            return lines, line
        line += sign.count("\n")
    return lines, None


_DEPTH = 3
"""A field of a layer stands in one of the layers in the text's object."""
