"""Searching a table for layers and their parts by name, by kind, or by a property such as `3x3` or `bypass`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, Layer, MaxPool
from squeezeviz.model.operations import OperationKind, operations
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.model.wording import short_percent


class Found(NamedTuple):
    """A search result. `layer` is the layer's name (empty for the input image); `part` is the part within it (empty
    for the whole layer)."""

    layer: str
    part: str = ""


def find(table: LayerTable, text: str) -> tuple[Found, ...]:
    """Return what matches `text`, best first: names, then kinds, then properties, each in the network's order.

    The search ignores case, spaces, and the sign between two numbers. Every word must match. A part must match with a
    word of its own; its layer's name only narrows the search (`fire5 expand`, `fire5/expand3x3`).
    """
    wanted = folded(text)
    if not wanted:
        return ()
    graded = [(grade, each.found) for each in _candidates(table) if (grade := _grade(each, wanted)) is not None]
    return tuple(found for _, found in sorted(graded, key=lambda each: each[0]))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Something that can be found, with the words it is known by. `owner` is the layer's name if it is a part of a
    layer."""

    found: Found
    name: str
    kinds: tuple[str, ...]
    facts: tuple[str, ...]
    owner: str = ""


_EXACT, _PREFIX, _WITHIN, _KIND, _FACT = range(5)
"""How well a word matches, the best first."""


def _candidates(table: LayerTable) -> Iterator[_Candidate]:
    yield _Candidate(Found(""), "input", ("image",), (folded(str(table.input)),))
    for layer in table.layers:
        yield from _of_layer(layer)


@lru_cache(maxsize=4096)
def _of_layer(layer: Layer) -> tuple[_Candidate, ...]:
    name = folded(layer.name)
    whole = _Candidate(Found(layer.name), name, _KINDS[layer.type], tuple(map(folded, _facts(layer))))
    if not isinstance(layer, Fire):
        return (whole,)
    parts = (each.part for each in operations(layer) if each.kind is not OperationKind.RELU)
    return (
        whole,
        *(_Candidate(Found(layer.name, part), part, _PART_KINDS.get(part, ()), (), name) for part in parts),
    )


_PART_KINDS = {"add": ("sum",), "concat": ("concatenation",)}


_KINDS = {
    "fire": ("fire", "module"),
    "conv": ("conv", "convolution"),
    "maxpool": ("maxpool", "max pooling", "pool", "pooling"),
    "avgpool": ("avgpool", "average pooling", "pool", "pooling"),
    "global_avgpool": (
        "global_avgpool", "global average pooling", "avgpool", "average pooling", "pool", "pooling",
    ),
    "dropout": ("dropout",),
    "softmax": ("softmax",),
}  # fmt: skip


def _facts(layer: Layer) -> tuple[str, ...]:
    match layer:
        case Fire():
            bypass = () if layer.bypass is Bypass.NONE else (f"{layer.bypass} bypass", "bypass")
            numbers = [(field, getattr(layer, field)) for field in ("s1x1", "e1x1", "e3x3")]
            return (*bypass, *(f"{field} {value}" for field, value in numbers), *(str(value) for _, value in numbers))
        case Conv() | MaxPool() | AvgPool():
            window = (f"{layer.kernel}x{layer.kernel}/{layer.stride}", f"stride {layer.stride}")
            padding = (f"padding {layer.padding}", f"pad {layer.padding}") if layer.padding else ()
            filters = (f"{layer.filters} filters", f"x{layer.filters}") if isinstance(layer, Conv) else ()
            return (*window, *padding, *filters)
        case Dropout():
            return (short_percent(layer.p).replace(" ", ""), short_percent(layer.p))
        case _:
            return ()


def _grade(candidate: _Candidate, wanted: str) -> int | None:
    """Return how well `wanted` matches, as one phrase or word by word, or None if it does not."""
    own = _fit(candidate, wanted)
    words = wanted.replace("/", " ").split() if candidate.owner else wanted.split()
    if len(words) < 2:
        return own
    fits = [_fit(candidate, word) for word in words]
    if candidate.owner and any(fit is not None for fit in fits):
        fits = [_of_owner(candidate, word) if fit is None else fit for fit, word in zip(fits, words, strict=True)]
    grades = [fit for fit in fits if fit is not None]
    together = max(grades) if len(grades) == len(fits) else None
    return min((grade for grade in (own, together) if grade is not None), default=None)


def _fit(candidate: _Candidate, word: str) -> int | None:
    names = [candidate.name]
    if candidate.owner and "/" in word:
        names.append(f"{candidate.owner}/{candidate.name}")
    if word in names:
        return _EXACT
    if any(name.startswith(word) for name in names):
        return _PREFIX
    if word in candidate.name:
        return _WITHIN
    if any(kind.startswith(word) for kind in candidate.kinds):
        return _KIND
    return _FACT if any(_states(fact, word) for fact in candidate.facts) else None


def _of_owner(candidate: _Candidate, word: str) -> int | None:
    if candidate.owner == word:
        return _EXACT
    return _PREFIX if candidate.owner.startswith(word) else None


def _states(fact: str, word: str) -> bool:
    """Whether a property equals or begins with `word`. A number must match completely: 6 does not match 64."""
    if not fact.startswith(word):
        return False
    after = fact[len(word) :]
    return not (word[-1].isdigit() and after[:1].isdigit())


def folded(text: str) -> str:
    """Normalize text for comparison: lower case, one form of each character, `x` for ×, single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("×", "x")
    return " ".join(text.casefold().split())
