"""A layer table as TOML, squeezeviz's own format."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from squeezeviz.files.opened import Read
from squeezeviz.model.errors import Note, Place, Severity, SqueezevizError
from squeezeviz.model.plain_data import from_plain, layer_from_plain, to_plain
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import in_quotes, with_numbers_toml

DEEPEST = 64
"""Levels of a dotted key, or of brackets. A layer table has two."""

MOST_TOKENS = 250_000
"""Strings, signs and line ends. A table of 10,000 layers has fewer; the parser takes seconds for more."""

LONGEST_LINE = 500_000
"""Characters, of a string too. The longest name that there may be, all escaped, has a tenth of that."""

Path = tuple[str | int, ...]
"""Where something stands in a text's plain data: `("layer", 3, "filters")`; layers count from 0."""


def line_of_error(lines: Mapping[Path, int], error: SqueezevizError, document: Mapping[str, Any]) -> int | None:
    """The line of the key that an error speaks of which was raised for a text's plain data, else of what holds it."""
    layers, row = document.get("layer", []), error.place.row
    path: Path = ()
    if row is not None and isinstance(layers, list):
        unreadable = _first_unreadable(layers)
        if unreadable is not None:
            path = ("layer", unreadable)
        elif row == "input":
            path = ("input",)
        else:
            path = next((("layer", at) for at, layer in _counted_down(layers) if layer.get("name") == row), ())
    path += (error.place.column or "",)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


def _counted_down(layers: list[Any]) -> Iterator[tuple[int, Any]]:
    return zip(reversed(range(len(layers))), reversed(layers), strict=True)


def _first_unreadable(layers: list[Any]) -> int | None:
    for index, layer in enumerate(layers):
        try:
            layer_from_plain(layer, index + 1)
        except SqueezevizError:
            return index
    return None


_HEADER = re.compile(r"\s*+(\[\[?)([^\[\]]++)\]\]?\s*+")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*[=.]""")


def _lines(text: str) -> dict[Path, int]:
    """The lines of the tables and keys of a TOML text that has been parsed without an error."""
    lines: dict[Path, int] = {}
    path: Path = ()
    layers = 0
    for number, line in enumerate(_without_long_strings(text).split("\n"), 1):
        header = _HEADER.fullmatch(line)
        if header:
            path = (header[2].strip().strip("\"'"),)
            lines.setdefault(path, number)
            if header[1] == "[[" and path == ("layer",):
                path, layers = ("layer", layers), layers + 1
                lines[path] = number
        elif key := _KEY.match(line):
            lines.setdefault((*path, key[1] or key[2] or key[3] or ""), number)
    return lines


def _without_long_strings(text: str) -> str:
    """The text without comments and long strings, which may hold what looks like a header; no line is lost."""
    pieces: list[str] = []
    at = 0
    for sign, start, end in _signs(text):
        if sign in ('"""', "'''", "#"):
            pieces += [text[at:start], "\n" * text.count("\n", start, end)]
            at = end
    return "".join((*pieces, text[at:]))


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
        raise error.at(line=line_of_error(_lines(text), error, document)) from None


_COMMENTS_LOST = Note("its comments are not kept where the table is saved over it", Severity.INFO)


def _notes(text: str) -> tuple[Note, ...]:
    """Notes on a text that was parsed. With a note the window does not save over a file unasked."""
    return (_COMMENTS_LOST,) if "#" in text and any(sign == "#" for sign, _, _ in _signs(text)) else ()


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
        raise too_many_digits(text) from None


def too_many_digits(text: str) -> SqueezevizError:
    """For a number with more digits than Python's parsers take. A text may have them too, so that the line may be that
    of one before."""
    found = re.search("(?<![0-9_])[0-9][0-9_]{4299}", text)
    return SqueezevizError(
        "a number has thousands of digits; a table holds whole numbers to 10^12",
        Place(line=text.count("\n", 0, found.start()) + 1 if found else None),
    )


_SIGN = re.compile(r'"""|' + r"'''|[\"'#.=,\[\]{}\n]")
_ENDINGS = {
    '"""': re.compile(r'\\.|(?P<end>"{3,5})', re.DOTALL),
    "'''": re.compile(r"(?P<end>'{3,5})"),
    '"': re.compile(r'\\[^\n]|(?P<end>")|(?P<broken>\n)'),
    "'": re.compile(r"(?P<end>')|(?P<broken>\n)"),
    "#": re.compile(r"[^\n]*+(?P<end>)"),
}
"""The steps over what a sign opens: an escape, its end, or a line end that breaks it off."""


def refuse_deep_nesting(text: str) -> None:
    """SqueezevizError where a key or brackets nest deeper than `DEEPEST`, or more is said than in a table.

    What is no valid TOML is left to the parser, which stops where this does.
    """
    for line, said in enumerate(text.split("\n"), 1):
        if len(said) > LONGEST_LINE:
            raise SqueezevizError(f"this line has more than {LONGEST_LINE:,} characters", Place(line=line))
    dots = brackets = 0
    in_value = False
    for sign, start, _ in _signs(text):
        if sign == "." and not in_value:
            dots += 1
        elif sign == "=":
            dots, in_value = 0, True
        elif sign in ("[", "{"):
            # At the start of a line outside of any value, a bracket begins a header and nests nothing.
            brackets += 1 if in_value or brackets else 0
            dots, in_value = 0, False
        elif sign in ("]", "}"):
            brackets = max(0, brackets - 1)
        elif sign in (",", "\n"):
            dots, in_value = 0, False
        if max(dots + 1, brackets) > DEEPEST:
            line = text.count("\n", 0, start) + 1
            raise SqueezevizError("this is nested far too deeply for a layer table", Place(line=line))


def _signs(text: str) -> Iterator[tuple[str, int, int]]:
    """Signs, strings and comments, with their places, up to a string that does not end; the last two by how they begin.

    SqueezevizError where there is far more of them than in a table.
    """
    count = end = 0
    while match := _SIGN.search(text, end):
        count += 1
        if count > MOST_TOKENS:
            raise SqueezevizError("this has far more in it than a layer table")
        end = _end(text, match[0], match.end()) if match[0] in _ENDINGS else match.end()
        if end < 0:
            return
        yield match[0], match.start(), end


def _end(text: str, sign: str, start: int) -> int:
    """Where the string or comment ends that the sign before `start` opens; -1 where it does not end."""
    for match in _ENDINGS[sign].finditer(text, start):
        if match.end() - start > LONGEST_LINE:
            raise SqueezevizError("this has far more in it than a layer table")
        if match["end"] is not None:
            return match.end()
        if match.lastgroup == "broken":
            return -1
    return -1
