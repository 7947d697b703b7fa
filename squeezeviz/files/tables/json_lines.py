"""Where things stand in a JSON text: Python's parser gives values, but no lines."""

from __future__ import annotations

import json
import re

_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]++|\\.)*+")(?P<colon>\s*:)?|[\[\]{},\n]|(?P<constant>NaN|-?Infinity)', re.DOTALL
)

Block = int | str | None


class Lines:
    """The lines of the blocks and keys of a JSON text, as far as it is one. Lines count from 1.

    `first_flaw` is that of the first key that stands in its object already, or of the first NaN or Infinity.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[Block, str], int] = {}
        self._blocks: dict[Block, int] = {}
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

    def of(self, block: Block, key: str) -> int | None:
        """The line of `key` in a block, else of the block: None the top, a str an object, an int a layer from 0."""
        line = self._lines.get((block, key), self._blocks.get(block))
        if line is None and block is not None:
            return self.of(None, "layer" if isinstance(block, int) else block)
        return line

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
            self._lines.setdefault((_block(inside), key), line)


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
