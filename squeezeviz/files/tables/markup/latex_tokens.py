"""LaTeX source in pieces, for tables alone: nothing is executed, no macro expanded, no other file opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from squeezeviz.model.errors import Place, SqueezevizError

MOST_TOKENS = 400_000
"""A table of 6,000 layers has about as many."""


class Sort(Enum):
    """What a piece of LaTeX is."""

    TEXT = "text"
    COMMAND = "command"
    SIGN = "sign"
    ROW_END = "row end"


class Token(NamedTuple):
    """A piece of LaTeX. A command's `text` is its name without the backslash; `line` counts from 1."""

    sort: Sort
    text: str
    line: int


_TOKEN = re.compile(
    r"\\(?:(?P<row>\\\*?(?:[ \t\n]*\[[ \t]*-?[0-9.]+[ \t]*[a-z]{2}[ \t]*\])?|tabularnewline(?![a-zA-Z]))"
    r"|(?P<command>[a-zA-Z@]+\*?|[^a-zA-Z@]|\Z))"
    r"|(?P<comment>%[^\n]*\n?[ \t]*)"
    r"|(?P<sign>[{}&$~])"
    r"|[^\\%{}&$~]+",
    re.DOTALL,
)


def tokens_of(source: str, start: int = 0) -> Iterator[Token]:
    """The pieces of LaTeX from a place on, without comments. SqueezevizError where they are too many for a table."""
    line = source.count("\n", 0, start) + 1
    for count, found in enumerate(_TOKEN.finditer(source, start)):
        if count > MOST_TOKENS:
            raise SqueezevizError("this has far more LaTeX in it than a layer table", Place(line=line))
        piece = found[0]
        if found["row"] is not None:
            yield Token(Sort.ROW_END, piece, line)
        elif found["command"] is not None:
            yield Token(Sort.COMMAND, found["command"], line)
        elif found["sign"] is not None:
            yield Token(Sort.SIGN, piece, line)
        elif found["comment"] is None:
            yield Token(Sort.TEXT, piece, line)
        line += piece.count("\n")


class Cursor:
    """A place in a list of tokens, which moves on as arguments are taken."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def take(self) -> Token | None:
        """The next token; None at the end."""
        if self._at >= len(self._tokens):
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Move past what of the text that follows matches from its beginning."""
        token = self._next()
        found = pattern.match(token.text) if token is not None and token.sort is Sort.TEXT else None
        if token is None or not found or not found[0]:
            return
        line = token.line + found[0].count("\n")
        self._tokens[self._at] = Token(Sort.TEXT, token.text[found.end() :], line)

    def group(self) -> list[Token] | None:
        """The tokens of the braced group that follows; None where none does."""
        self.skip(_SPACE)
        at = self._at
        while at < len(self._tokens) and self._tokens[at].sort is Sort.TEXT and not self._tokens[at].text:
            at += 1
        if at >= len(self._tokens) or self._tokens[at][:2] != (Sort.SIGN, "{"):
            return None
        end, depth = at + 1, 1
        while end < len(self._tokens) and depth:
            sort, text, _ = self._tokens[end]
            depth += {"{": 1, "}": -1}.get(text, 0) if sort is Sort.SIGN else 0
            end += 1
        self._at = end
        return self._tokens[at + 1 : end - (depth == 0)]

    def _next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None


_SPACE = re.compile(r"\s+")
