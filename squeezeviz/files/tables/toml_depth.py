"""How deeply a TOML text nests, found before it is parsed.

Python's parser takes time and memory that grow with the square of a dotted key's parts, and recurses into brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from squeezeviz.model.errors import Place, SqueezevizError

DEEPEST = 64
"""Levels of a dotted key, or of brackets. A layer table has two."""

MOST_TOKENS = 250_000
"""Strings, signs and line ends. A table of 10,000 layers has fewer; the parser takes seconds for more."""

LONGEST_LINE = 500_000
"""Characters, of a string too. The longest name that there may be, all escaped, has a tenth of that."""

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
    for sign, start in _signs(text):
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


def _signs(text: str) -> Iterator[tuple[str, int]]:
    """The signs outside of strings and comments, each with its place, up to a string that does not end."""
    count = position = 0
    while position >= 0 and (match := _SIGN.search(text, position)):
        count += 1
        if count > MOST_TOKENS:
            raise SqueezevizError("this has far more in it than a layer table")
        position = match.end()
        if match[0] in _ENDINGS:
            position = _end(text, match[0], position)
        else:
            yield match[0], match.start()


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
