"""Puts blocks of text into messages of Caffe's types. Fields that a type does not have are passed over."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from squeezeviz.files.networks.caffe.blocks import Block, Field
from squeezeviz.files.networks.caffe.schema import ENUMS, MESSAGES, V1_TYPES
from squeezeviz.model.errors import shown


class _Kind(NamedTuple):
    of: str
    repeated: bool


LONGEST_STRING = 100_000
_V1_TYPE = "V1LayerType"


@cache
def _kinds(message: str) -> dict[str, _Kind]:
    if message == "V1LayerParameter":
        return _kinds("LayerParameter") | {"type": _Kind(_V1_TYPE, repeated=False)}
    return {name: _Kind(kind.rstrip("*"), kind.endswith("*")) for name, kind in MESSAGES[message].items()}


def fill(message: Any, kind: str, block: Block) -> None:
    """Put the fields of a block into a message of the type `kind`.

    SqueezevizError with the line where a value is of the wrong kind, or a field that is single stands there twice.
    """
    kinds = _kinds(kind)
    seen: set[str] = set()
    for each in block.fields:
        known = kinds.get(each.name)
        if known is None:
            continue
        if not known.repeated and each.name in seen:
            raise block.fail(f"{each.name} stands here a second time; keep one of them", each.at)
        seen.add(each.name)
        if known.of in MESSAGES:
            _fill_inner(message, known, each, block)
        else:
            _set(message, known, each, block)


def _fill_inner(message: Any, kind: _Kind, given: Field, block: Block) -> None:
    given_block = block.within(given)
    inner = getattr(message, given.name)
    if kind.repeated:
        inner = inner.add()
    else:
        inner.SetInParent()
    fill(inner, kind.of, given_block)


def _set(message: Any, kind: _Kind, given: Field, block: Block) -> None:
    if isinstance(given.value, Block):
        raise block.fail(f"{given.name} is no block; write {given.name}: and a value", given.at)
    value = _value(kind.of, given.name, given.value, block, given.at)
    try:
        if kind.repeated:
            getattr(message, given.name).append(value)
        else:
            setattr(message, given.name, value)
    except ValueError:
        raise block.fail(f"{given.name} cannot be {shown(given.value)}: this is out of range", given.at) from None


def _value(kind: str, name: str, said: str, block: Block, at: int) -> Any:
    quoted = said[0] in "\"'"
    if kind == "string":
        if not quoted:
            meant = V1_TYPES.get(said, said) if name == "type" else said
            raise block.fail(f'{name} is text and needs quotation marks: {name}: "{shown(meant)[1:-1]}"', at)
        return _string(said, block, at)
    if kind == "bool":
        if said not in _BOOLS:
            raise block.fail(f"{name} must be true or false, not {shown(said)}", at)
        return _BOOLS[said]
    if kind in ENUMS:
        return _enum(ENUMS[kind], name, said, block, at)
    if kind == _V1_TYPE:
        return V1_TYPES.get(said) or _v1_type_of_today(said, block, at)
    number = None if quoted else _float(said) if kind == "double" else _whole(said)
    if number is None:
        wrong = "a number" if kind == "double" or _float(said) is None else "a whole number"
        raise block.fail(f"{shown(said)} stands where {wrong} must; if it is a placeholder, fill it in", at)
    return number


_BOOLS = {"true": True, "True": True, "t": True, "1": True, "false": False, "False": False, "f": False, "0": False}


def _enum(values: dict[str, int], name: str, said: str, block: Block, at: int) -> int:
    if said in values:
        return values[said]
    if (number := _whole(said)) in values.values():
        assert number is not None
        return number
    raise block.fail(f"{name} has no value named {shown(said)}; Caffe's are {', '.join(values)}", at)


def _v1_type_of_today(said: str, block: Block, at: int) -> str:
    """Take a type of today in a block of old, which other programs than Caffe take too."""
    if said[0] in "\"'":
        return _string(said, block, at)
    raise block.fail(f"Caffe has no layer of type {shown(said)}", at)


_PARTS = re.compile(r"\"(?:[^\"\\]++|\\.)*+\"|'(?:[^'\\]++|\\.)*+'")
_ESCAPE = re.compile(rb"\\(?:[xX]([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_LETTERS = dict(zip(b"abfnrtv\\'\"?", b"\a\b\f\n\r\t\v\\'\"?", strict=True))


def _string(said: str, block: Block, at: int) -> str:
    """The text in the quotation marks; several strings in a row are one."""
    if len(said) > LONGEST_STRING:
        raise block.fail(f"a string may have {LONGEST_STRING:,} characters, this one has {len(said):,}", at)
    if "\\" not in said and said.count(said[0]) == 2 and said[-1] == said[0]:
        return said[1:-1]
    inner = "".join(part[0][1:-1] for part in _PARTS.finditer(said)).encode()
    try:
        return _ESCAPE.sub(_escaped, inner).decode()
    except UnicodeError as error:
        raise block.fail(f"a string in it is no UTF-8 text: {error}", at) from None
    except (ValueError, KeyError):
        raise block.fail(f"the string {shown(said)} has a backslash that begins nothing", at) from None


def _escaped(match: re.Match[bytes]) -> bytes:
    """Escapes of one byte may spell a character together. Half a character is a UnicodeError, as it is no text."""
    hexadecimal, octal, short, long, letter = match.groups()
    if letter:
        return bytes([_LETTERS[letter[0]]])
    if short or long:
        return chr(int(short or long, 16)).encode()
    return bytes([int(hexadecimal, 16) if hexadecimal else int(octal, 8)])


_WHOLE = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]{1,16})|0([0-7]{1,22})|(0|[1-9][0-9]{0,19}))")
_FLOAT = re.compile(r"[+-]?(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,5})?[fF]?")


def _whole(said: str) -> int | None:
    match = _WHOLE.fullmatch(said)
    if match is None:
        return None
    sign, hexadecimal, octal, decimal = match.groups()
    size = int(hexadecimal, 16) if hexadecimal else int(octal, 8) if octal else int(decimal)
    return -size if sign == "-" else size


def _float(said: str) -> float | None:
    if said.casefold().lstrip("+-") in ("inf", "infinity", "nan"):
        return float(said)
    return float(said.rstrip("fF")) if _FLOAT.fullmatch(said) else None
