"""Reads protobuf's text format as blocks of fields, with the place of each: https://protobuf.dev/reference/protobuf/textformat-spec/

Bounded and quick: protobuf's own parser takes ten times as long, keeps no lines, and descends as deep as a file tells
it to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.records import NamedTuple

MOST_FIELDS = 100_000
"""Values in lists count too. A network of 1,000 Fire modules has about 60,000."""
DEEPEST = 64
"""Levels of blocks within blocks. Caffe's own have five."""


class Field(NamedTuple):
    """`value` is a number's, a word's or a quoted string's text as it stands, or the block; `at` where its name is."""

    name: str
    at: int
    value: str | Block


@dataclass(slots=True)
class Block:
    """A message in the text: its fields in order. A field with a list of values stands there once for each."""

    text: str
    at: int
    fields: list[Field] = field(default_factory=list)

    @property
    def line(self) -> int | None:
        return line_at(self.text, self.at)

    def forget_lines(self) -> None:
        """Have it, and what is within, tell no lines: those of a text that no person has seen."""
        self.text = ""
        for each in self.fields:
            if isinstance(each.value, Block):
                each.value.forget_lines()

    def named(self, name: str) -> list[Block]:
        """The blocks of the message fields of that name, in order."""
        return [each.value for each in self.fields if each.name == name and isinstance(each.value, Block)]

    def within(self, given: Field) -> Block:
        """The block that one of the fields holds; SqueezevizError with its line where it holds another value."""
        if isinstance(given.value, Block):
            return given.value
        raise self.fail(f"{given.name} is a block; write {given.name} {{ … }}", given.at)

    def line_of(self, name: str) -> int | None:
        """The line of the first field of that name, here or in a block within; else where this block begins."""
        found = self._place_of(name)
        return self.line if found is None else line_at(self.text, found)

    def _place_of(self, name: str) -> int | None:
        for each in self.fields:
            if each.name == name:
                return each.at
            within = each.value._place_of(name) if isinstance(each.value, Block) else None
            if within is not None:
                return within
        return None

    def fail(self, message: str, at: int | None = None) -> SqueezevizError:
        """An error in the line of that place, else in that where the block begins."""
        return SqueezevizError(message, Place(line=line_at(self.text, self.at if at is None else at)))


def line_at(text: str, at: int) -> int | None:
    return text.count("\n", 0, at) + 1 if text else None


def blocks_of(text: str) -> Block:
    """The whole text as one block; SqueezevizError with the line where it is no such text."""
    reader = _Reader(text)
    top = Block(text, 0)
    reader.read_fields(top, "", 0)
    return top


_GAP = r"(?:[ \t\r\n\f\v]++|\#[^\n]*+)*+"
_STRING = r"(?:\"(?:[^\"\\\n]++|\\[^\n])*+\"|'(?:[^'\\\n]++|\\[^\n])*+')"
_WORD = r"[A-Za-z0-9_.+\-]++"
_VALUE = rf"{_STRING}(?>(?:{_GAP}{_STRING}){{0,99}})|{_WORD}|[{{<\[]"
_FIELD = re.compile(rf"{_GAP}(?:[,;]{_GAP})?+(?:([A-Za-z_]\w*+){_GAP}(:?){_GAP}({_VALUE})|([}}>])|$)", re.ASCII)
_ITEM = re.compile(rf"{_GAP}({_VALUE}|\])")
_END_OF_ITEM = re.compile(rf"{_GAP}([,\]])")
_CLOSING = {"{": "}", "<": ">"}


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._left = MOST_FIELDS

    def read_fields(self, block: Block, closing: str, level: int) -> None:
        """Read the fields up to the sign that closes the block; without one, up to the end of the text."""
        fields = block.fields
        while match := _FIELD.match(self._text, self._at):
            name, colon, value, closed = match.groups()
            self._at = match.end()
            if name is None:
                if (closed or "") != closing:
                    raise self._mismatch(block, closing, match)
                return
            at = match.start(1)
            self._count(at)
            if value == "[" and colon:
                fields.extend(Field(name, at, each) for each in self._list(level))
            elif value in _CLOSING:
                fields.append(Field(name, at, self._block(value, at, level)))
            elif colon:
                fields.append(Field(name, at, value))
            else:
                raise self._invalid(match.start(3))
        raise self._invalid(self._stuck_at())

    def _block(self, opening: str, at: int, level: int) -> Block:
        if level == DEEPEST:
            raise self._fail(f"its blocks are nested more than {DEEPEST} levels deep, which is no network", at)
        block = Block(self._text, at)
        self.read_fields(block, _CLOSING[opening], level + 1)
        return block

    def _list(self, level: int) -> Iterator[str | Block]:
        match = _ITEM.match(self._text, self._at)
        if match and match[1] == "]":
            self._at = match.end()
            return
        while match and match[1] not in "[]":
            self._at = match.end()
            self._count(match.start(1))
            yield self._block(match[1], match.start(1), level) if match[1] in _CLOSING else match[1]
            end = _END_OF_ITEM.match(self._text, self._at)
            if end is None:
                break
            self._at = end.end()
            if end[1] == "]":
                return
            match = _ITEM.match(self._text, self._at)
        raise self._invalid(self._stuck_at())

    def _count(self, at: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise self._fail(f"it goes on after {MOST_FIELDS:,} fields, which is more than a network has", at)

    def _stuck_at(self) -> int:
        """The place at which reading stopped, past a field's name if there is one."""
        match = _PAST_NAME.match(self._text, self._at)
        return match.end() if match else self._at

    def _mismatch(self, block: Block, closing: str, match: re.Match[str]) -> SqueezevizError:
        if match[4] is None:
            message = f"this is no valid prototxt: the block that begins here has no {closing} to end it"
            return self._fail(message, block.at)
        wanted = f"a {closing}" if closing else "a field, or the end of the file,"
        return self._fail(f"this is no valid prototxt: {wanted} should stand here, not {match[4]}", match.start(4))

    def _invalid(self, at: int) -> SqueezevizError:
        """The error that no field or value stands at that place; a template's placeholder is named as what it is."""
        line_starts = self._text.rfind("\n", 0, at) + 1
        code = self._text[line_starts : at + _MOST_LOOKED_AT].partition("\n")[0]
        placeholder = next((each for each in _PLACEHOLDER.finditer(code) if line_starts + each.end() > at), None)
        if placeholder:
            return self._fail(f"the template placeholder {shown(placeholder[0])} is still there; fill it in", at)
        if at >= len(self._text):
            return self._fail("this is no valid prototxt: it ends in the middle of a field", at)
        said = shown(self._text[at : at + _MOST_LOOKED_AT].split()[0])
        return self._fail(f"this is no valid prototxt: {said} makes no sense here", at)

    def _fail(self, message: str, at: int) -> SqueezevizError:
        return SqueezevizError(message, Place(line=line_at(self._text, at)))


_PAST_NAME = re.compile(rf"{_GAP}(?:[,;]{_GAP})?+(?>(?:[A-Za-z_]\w*+{_GAP}:?+{_GAP})?)", re.ASCII)
_MOST_LOOKED_AT = 200
_PLACEHOLDER = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}|\$\(.*?\)|\$[A-Za-z_]\w*|<%.*?%>|%\(.*?\)[sd]|%[sd]\b|@[A-Za-z_]\w*@|<[A-Z_]+>|\?\?+"
)
