"""Frozen dataclasses as JSON documents and back. What another process wrote is checked against their annotations.

An object has the dataclass's fields; `_` after a name that is a keyword of Python's is in the class alone. A field with
a default may be missing, and fields that the class does not have are ignored. They may hold dataclasses, texts,
numbers, true or false, StrEnums, layers and layer tables, and tuples, NamedTuples and mappings of them. Numbers lie
from 0 to `LARGEST`, unless a range says otherwise: `Annotated[int, range(1, 10)]`, or of floats with both its ends.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from squeezeviz.model.errors import shown
from squeezeviz.model.layers import LAYER_TYPES, Layer
from squeezeviz.model.plain_data import from_plain, layer_from_plain, layer_to_plain, to_plain
from squeezeviz.model.table import LayerTable

LARGEST = 10**24
"""More than any count that resolves. Numbers too large for a float could not be divided."""
LARGEST_FLOAT = 10**12
"""As milliseconds these are thirty years."""

_Reader = Callable[[Any, str], Any]
"""Reads a value; the text says which it is, in errors."""
T = TypeVar("T")


class WrongShapeError(ValueError):
    """A JSON document has a missing or wrong field. The message names it."""


def to_json(value: Any) -> Any:
    """Return a dataclass, or what a field of one may hold, as JSON's own types."""
    kind: Any = type(value)
    return _writer(kind)(value)


@cache
def _writer(kind: Any) -> Callable[[Any], Any]:
    if issubclass(kind, LayerTable):
        return to_plain
    if issubclass(kind, Layer):
        return layer_to_plain
    if issubclass(kind, tuple):
        return lambda value: [each if type(each) in _AS_THEY_ARE else to_json(each) for each in value]
    if issubclass(kind, Mapping):
        return lambda value: {_text_of(key): to_json(each) for key, each in value.items()}
    if not dataclasses.is_dataclass(kind):
        return lambda value: value
    fields = [(field.name, field.name.rstrip("_")) for field in dataclasses.fields(kind)]

    def write(value: Any) -> dict[str, Any]:
        held = [(key, getattr(value, name)) for name, key in fields]
        return {key: each if type(each) in _AS_THEY_ARE else to_json(each) for key, each in held}

    return write


_AS_THEY_ARE = frozenset((str, int, float, bool, NoneType))


def _text_of(key: Any) -> str:
    return key if isinstance(key, str) else json.dumps(key)


def from_json(kind: type[T], document: object, what: str) -> T:
    """Return the dataclass `kind` that `to_json` wrote. `what` names the document in errors, such as `a pass`.

    Raises WrongShapeError for any other document, and SqueezevizError for a layer or a table that cannot be read.
    """
    hashable: Any = kind
    read: T = _reader(hashable)(document, what)
    return read


@cache
def _reader(kind: Any) -> _Reader:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return (_float if arguments[0] is float else _whole)(arguments[1])
    if origin in (Union, UnionType):
        return _optional(arguments)
    if origin is tuple:
        return _list(arguments)
    if origin is not None:
        return _mapping(*arguments)
    if dataclasses.is_dataclass(kind):
        return _object(kind)
    if issubclass(kind, tuple):
        each = tuple(get_type_hints(kind, include_extras=True).values())
        return lambda value, what: kind(*_list(each)(value, what))
    return _SIMPLE[kind] if kind in _SIMPLE else _word(kind)


def _object(kind: Any) -> _Reader:
    if issubclass(kind, LayerTable):
        return lambda value, what: from_plain(_instance(dict, what, "an object", value))
    hints = get_type_hints(kind, include_extras=True)
    fields = [
        (field.name, field.name.rstrip("_"), _has_default(field), _reader(hints[field.name]))
        for field in dataclasses.fields(kind)
    ]

    def read(value: Any, what: str) -> Any:
        if not isinstance(value, dict):
            raise _wrong(what, "an object", value)
        return kind(
            **{
                name: read_field(value.get(key), key)
                for name, key, optional, read_field in fields
                if key in value or not optional
            }
        )

    return read


def _has_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _optional(kinds: tuple[Any, ...]) -> _Reader:
    """Return the reader of a layer of several types, or of what may be null."""
    if all(kind in LAYER_TYPES.values() for kind in kinds):
        return lambda value, what: _instance(kinds, what, "such a layer", layer_from_plain(value, 1))
    read = next(_reader(kind) for kind in kinds if kind is not NoneType)
    return lambda value, what: None if value is None else read(value, what)


def _list(kinds: tuple[Any, ...]) -> _Reader:
    """Return the reader of a list of any length, or of one value of each kind."""
    if kinds[-1] is ...:
        read_item = _reader(kinds[0])
        return lambda value, what: tuple([read_item(each, what) for each in _instance(list, what, "a list", value)])
    readers = [_reader(kind) for kind in kinds]

    def read(value: Any, what: str) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) != len(readers):
            raise _wrong(what, f"a list of {len(readers)}", value)
        return tuple([read_item(each, what) for read_item, each in zip(readers, value, strict=True)])

    return read


def _mapping(keys: Any, values: Any) -> _Reader:
    read_value = _reader(values)
    read_key: _Reader = (lambda key, _: key) if keys is str else _key(_reader(keys))
    return lambda value, what: {
        read_key(key, what): read_value(each, what) for key, each in _instance(dict, what, "an object", value).items()
    }


def _key(read_key: _Reader) -> _Reader:
    """Return the reader of keys that are no texts, and are written as JSON in one."""

    def read(key: str, what: str) -> Any:
        try:
            document = json.loads(key)
        except (ValueError, RecursionError):
            raise _wrong(f"a key of {what}", "JSON", key) from None
        return read_key(document, f"a key of {what}")

    return read


def _word(kind: type[StrEnum]) -> _Reader:
    known = {str(each): each for each in kind}

    def read(value: Any, what: str) -> StrEnum:
        if not isinstance(value, str) or value not in known:
            raise _wrong(what, f"one of {', '.join(known)}", value)
        return known[value]

    return read


def _whole(allowed: range) -> _Reader:
    def read(value: Any, what: str) -> int:
        if type(value) is not int or value not in allowed:
            end = "" if allowed[-1] >= LARGEST else f" to {allowed[-1]}"
            raise _wrong(what, f"a whole number from {allowed[0]}{end}", value)
        return value

    return read


def _float(allowed: range) -> _Reader:
    def read(value: Any, what: str) -> float:
        if type(value) not in (int, float) or not allowed.start <= value <= allowed.stop:
            raise _wrong(what, f"a number from {allowed.start:g} to {allowed.stop:g}", value)
        return float(value)

    return read


def _instance(kind: Any, what: str, wanted: str, value: Any) -> Any:
    if not isinstance(value, kind):
        raise _wrong(what, wanted, value)
    return value


def _wrong(what: str, wanted: str, value: object) -> WrongShapeError:
    return WrongShapeError(f"{what} must be {wanted}, not {shown(value)}")


_SIMPLE: Mapping[Any, _Reader] = {
    str: lambda value, what: _instance(str, what, "a text", value),
    bool: lambda value, what: _instance(bool, what, "true or false", value),
    int: _whole(range(LARGEST + 1)),
    float: _float(range(LARGEST_FLOAT)),
}
