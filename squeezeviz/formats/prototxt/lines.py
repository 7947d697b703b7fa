"""Where the blocks and fields of a text-format message stand: protobuf's parser keeps no lines.

Made for text that protobuf has parsed already, so it need not judge the syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""[ \t\r\f\v]+ | \#[^\n]* | \n
    | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'
    | [{}<>\[\]:,;] | [^\s{}<>\[\]:,;"'\#]+""",
    re.VERBOSE,
)


@dataclass(slots=True)
class Block:
    """A message in the text: its line, and its fields in order, each with its line and, for a message, its block."""

    line: int
    fields: list[tuple[str, int, Block | None]] = field(default_factory=list)

    def named(self, name: str) -> list[Block]:
        """The blocks of the message fields of that name, in order."""
        return [block for key, _, block in self.fields if key == name and block is not None]

    def line_of(self, name: str) -> int:
        """The line of the first field of that name, here or in a block within; else where this block begins."""
        for key, line, block in self.fields:
            if key == name:
                return line
            if block is not None and any(inner == name for inner, _, _ in block.fields):
                return block.line_of(name)
        return self.line


def blocks_of(text: str) -> Block:
    """The whole text as one block."""
    reader = _Reader()
    for token, line in tokens(text):
        reader.take(token, line)
    return reader.top


def tokens(text: str) -> Iterator[tuple[str, int]]:
    """Each word and sign with its line; spaces and comments are none."""
    line = 1
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "\n":
            line += 1
        elif not token.isspace() and not token.startswith("#"):
            yield token, line


class _Reader:
    """Takes token after token. A field's name stays open until its value, or the end of its list, has come."""

    def __init__(self) -> None:
        self.top = Block(1)
        self._open = [self.top]
        self._outer: list[tuple[str, int] | None] = []
        self._name: tuple[str, int] | None = None
        self._has_colon = self._in_list = False

    def take(self, token: str, line: int) -> None:
        match token:
            case "{" | "<":
                self._begin(line)
            case "}" | ">":
                self._end()
            case "[":
                self._in_list = self._has_colon
            case "]":
                if self._in_list:
                    self._in_list = False
                    self._field()
            case ":":
                self._has_colon = True
            case "," | ";":
                pass
            case _:
                self._word(token, line)

    def _word(self, token: str, line: int) -> None:
        if self._name is None or not self._has_colon:
            self._name = None if token[0] in "\"'" else (token, line)
        elif not self._in_list:
            self._field()

    def _field(self) -> None:
        if self._name is not None:
            self._open[-1].fields.append((*self._name, None))
        self._name, self._has_colon = None, False

    def _begin(self, line: int) -> None:
        name = self._name or ("", line)
        block = Block(line if self._in_list else name[1])
        self._open[-1].fields.append((name[0], block.line, block))
        self._open.append(block)
        self._outer.append(self._name if self._in_list else None)
        self._name, self._has_colon, self._in_list = None, False, False

    def _end(self) -> None:
        if self._outer:
            self._open.pop()
            self._name = self._outer.pop()
            self._has_colon = self._in_list = self._name is not None
