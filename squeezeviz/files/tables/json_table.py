"""A layer table as JSON, with the fields of our TOML file. `show --format json` prints something else, a report."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from squeezeviz.files.foreign import refuse_json
from squeezeviz.files.opened import Read
from squeezeviz.files.tables.toml_table import Block, Lines
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
        raise error.at(line=_JsonLines(text).of_error(error, document)) from None


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
        raise SqueezevizError(str(error), Place(line=_JsonLines(text).first_flaw)) from None
    except ValueError:
        found = _THOUSANDS_OF_DIGITS.search(text)
        raise SqueezevizError(
            "a number has thousands of digits; a table holds whole numbers to 10^12",
            Place(line=text.count("\n", 0, found.start()) + 1 if found else None),
        ) from None


_THOUSANDS_OF_DIGITS = re.compile("[0-9]{4300}")
"""More than Python's parser takes; a text may have them too, so that the line may be that of one before."""


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


class _JsonLines(Lines):
    """The lines of a JSON text, as far as it is one; Python's parser gives values, but no lines.

    `first_flaw` is the line of the first key that its object has already, or of the first NaN or Infinity.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.first_flaw: int | None = None
        inside: list[_Container] = []
        line = 1
        for found in _TOKEN.finditer(text):
            sign = found[0]
            if sign in ("{", "["):
                inside.append(_Container(sign, inside[-1].place if inside else None))
                self._begin(inside, line)
            elif sign in ("}", "]"):
                del inside[-1:]
            elif sign == "," and inside and inside[-1].sign == "[":
                inside[-1].place = int(inside[-1].place or 0) + 1
            elif found["colon"] and inside:
                self._key(inside, _said(found["string"]), line)
            elif found["constant"]:
                self.first_flaw = line
            if self.first_flaw:
                return  # the parser stopped there, and what follows may be no JSON
            line += sign.count("\n")

    def _begin(self, inside: list[_Container], line: int) -> None:
        block = _block(inside)
        if isinstance(block, int) and len(inside) == _LAYER_DEPTH:
            self._blocks.setdefault(block, line)

    def _key(self, inside: list[_Container], key: str, line: int) -> None:
        within = inside[-1]
        if key in within.keys:
            self.first_flaw = line
        within.keys.add(key)
        within.place = key
        if len(inside) == 1 or _block(inside) is not None:
            self._keys.setdefault((_block(inside), key), line)


class _Container:
    """A list or an object that is being read; `place` is the key or the index reached in it."""

    def __init__(self, sign: str, named: int | str | None) -> None:
        self.sign = sign
        self.named = named
        self.place: int | str = 0 if sign == "[" else ""
        self.keys: set[str] = set()


_DECODER = json.JSONDecoder(strict=False)


def _said(string: str) -> str:
    """What stands in quotation marks."""
    if "\\" not in string:
        return string[1:-1]
    said: str = _DECODER.decode(string)
    return said


_LAYER_DEPTH = 3
"""The text's object, its list of layers, and one of them."""


def _block(inside: list[_Container]) -> Block:
    if len(inside) == 2:
        return inside[1].named
    if len(inside) == _LAYER_DEPTH and inside[1].named == "layer":
        return inside[2].named
    return None
