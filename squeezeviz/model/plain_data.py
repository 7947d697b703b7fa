"""Converting a layer table to plain dicts and lists and back, for TOML, JSON and the live-pass worker."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Set
from operator import attrgetter
from typing import Any

from squeezeviz.model.errors import Place, SqueezevizError, errors_at, shown
from squeezeviz.model.layers import LAYER_TYPES, Conv, Layer
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import with_article

FORMAT = "squeezeviz"
VERSION = 1


def to_plain(table: LayerTable) -> dict[str, Any]:
    """Return the table as plain data. Fields with their default value are left out, except a pool's window."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": table.name,
        "input": dataclasses.asdict(table.input),
        "layer": [layer_to_plain(layer) for layer in table.layers],
    }


_ALWAYS = {"kernel", "stride", "p"}
"""Fields of a pool or dropout that are written even with their default value, because people look for them."""


def _written(kind: type[Layer]) -> tuple[list[tuple[str, Any]], attrgetter[tuple[Any, ...]]]:
    """The fields of a kind of row, with the value that is left out, and what gives name, type and these."""
    fields = [
        (field.name, dataclasses.MISSING if field.name in _ALWAYS and kind is not Conv else field.default)
        for field in dataclasses.fields(kind)
        if field.name != "name"
    ]
    return fields, attrgetter("name", "type", *[field for field, _ in fields])


_WRITTEN = {kind: _written(kind) for kind in LAYER_TYPES.values()}


def layer_to_plain(layer: Layer) -> dict[str, Any]:
    fields, values_of = _WRITTEN[type(layer)]
    name, kind, *values = values_of(layer)
    plain: dict[str, Any] = {"name": name, "type": kind}
    for (field, default), value in zip(fields, values, strict=True):
        if value != default:
            plain[field] = str(value) if isinstance(value, str) else value
    return plain


def from_plain(document: object) -> LayerTable:
    """Read the table that `to_plain` wrote. SqueezevizError names the row and column that cannot be read."""
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise SqueezevizError(f'this is not a squeezeviz layer table: it lacks format = "{FORMAT}"')
    if "version" not in document:
        raise SqueezevizError(f"the version is missing: write version = {VERSION}", Place(column="version"))
    version = document["version"]
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise SqueezevizError(f"version must be a whole number from 1, not {shown(version)}", Place(column="version"))
    if version > VERSION:
        raise SqueezevizError(
            f"version {shown(version)} is newer than this squeezeviz, which reads up to {VERSION}; update it"
        )
    _refuse_unknown(document, {"format", "version", "name", "input", "layer"}, "the file")
    layers = document.get("layer", [])
    if not isinstance(layers, list):
        raise SqueezevizError("layer must be a list of tables: write [[layer]]", Place(column="layer"))
    return LayerTable(
        document.get("name", "Untitled"),
        _input(document.get("input", {})),
        tuple(layer_from_plain(layer, place) for place, layer in enumerate(layers, 1)),
    )


def _fields(kind: type[Layer]) -> tuple[frozenset[str], tuple[str, ...]]:
    """What stands in such a row, and what of that must."""
    fields = dataclasses.fields(kind)
    needed = (field.name for field in fields if field.default is dataclasses.MISSING)
    return frozenset(("type", *(field.name for field in fields))), tuple(needed)


_FIELDS = {kind: _fields(kind) for kind in LAYER_TYPES.values()}


def layer_from_plain(plain: object, place: int) -> Layer:
    """Read one row from its fields. `place` is the row's number, from 1, and names a row without a name in errors."""
    if not isinstance(plain, Mapping):
        raise SqueezevizError("a layer must be a table of fields", Place(row=f"layer {place}"))
    name, kind = plain.get("name"), plain.get("type")
    row = name if isinstance(name, str) and name else f"layer {place}"
    if not isinstance(kind, str) or kind not in LAYER_TYPES:
        known = ", ".join(LAYER_TYPES)
        fault = "has no type" if kind is None else f"cannot have the type {shown(kind)}"
        raise SqueezevizError(f"it {fault}; the types are {known}", Place(row=row, column="type"))
    made = LAYER_TYPES[kind]
    fields, needed = _FIELDS[made]
    _refuse_unknown(plain, fields, f"{with_article(kind)} layer", row)
    for field in needed:
        if field not in plain:
            raise SqueezevizError(f"{with_article(kind)} layer needs {field}", Place(row=row, column=field))
    with errors_at(row=row):
        return made(**{key: value for key, value in plain.items() if key != "type"})


def _input(plain: object) -> InputShape:
    if not isinstance(plain, Mapping):
        raise SqueezevizError("input must be a table with channels, height and width", Place(row="input"))
    _refuse_unknown(plain, {"channels", "height", "width"}, "the input", "input")
    return InputShape(**plain)


def _refuse_unknown(given: Mapping[str, Any], known: Set[str], what: str, row: str | None = None) -> None:
    for key in given:
        if key not in known:
            raise SqueezevizError(
                f"{what} has no field {shown(key)}; it may have {', '.join(sorted(known))}",
                Place(row=row, column=key if isinstance(key, str) else None),
            )
