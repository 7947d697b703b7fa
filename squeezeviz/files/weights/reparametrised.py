"""Weights that a checkpoint holds in two parts: pruned ones beside masks, normalized ones as lengths and directions.

These are what torch.nn.utils.prune, weight_norm and parametrizations.weight_norm put into a state dict. What a module
computes from them is worked out here. Any other parametrization is code that is not in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from squeezeviz.files.weights.convolutions import written
from squeezeviz.files.weights.numbers import Array, Load, Stored, as_float32, check_dtype, check_mask_dtype
from squeezeviz.model.errors import Note, Severity, SqueezevizError, brief


@dataclass(frozen=True)
class Effective:
    """Tensors as the network's modules use them, by name; one of two parts stands where the first of these does."""

    stored: Mapping[str, Stored]
    load: Load
    notes: tuple[Note, ...] = ()


def effective(stored: Mapping[str, Stored], load: Load) -> Effective:
    """The tensors, those that are held in two parts put together; `load` does so when it is asked for one.

    SqueezevizError names a part whose counterpart is missing or of another shape, and what PyTorch has to be told where
    the parts do not say how they go together.
    """
    made = Effective(stored, load)
    for join in (_PRUNED, _NORMALIZED, _NORMALIZED_ANEW):
        made = _joined(made, join)
    for key in made.stored:
        _refuse_part(key, made.stored)
    return made


@dataclass(frozen=True)
class _Join:
    """How two parts make a tensor. `values` matches the key of that which has its shape, `other` is the other's.

    `{0}` and `{1}` in keys are what the groups of the pattern match.
    """

    values: re.Pattern[str]
    other: str
    whole: str
    check: Callable[[str, str, Mapping[str, Stored]], None]
    made: Callable[[Array, Array], Array]
    note: Note


def _joined(given: Effective, join: _Join) -> Effective:
    parts = {}
    for key in given.stored:
        found = join.values.fullmatch(key)
        if found and (other := join.other.format(*found.groups())) in given.stored:
            join.check(key, other, given.stored)
            parts[join.whole.format(*found.groups())] = (key, other)
    if not parts:
        return given
    whole_of = {key: whole for whole, keys in parts.items() for key in keys}
    stored: dict[str, Stored] = {}
    for key, each in given.stored.items():
        whole = whole_of.get(key, key)
        if whole in parts and key == whole:
            raise SqueezevizError(
                f"both {brief(key)} and {brief(parts[key][0])} are in it; save the state_dict() again"
            )
        stored.setdefault(whole, _stored_as(whole, parts, given.stored) if key in whole_of else each)

    def load(key: str) -> Array:
        return join.made(*map(given.load, parts[key])) if key in parts else given.load(key)

    return Effective(stored, load, (*given.notes, join.note))


def _stored_as(whole: str, parts: Mapping[str, tuple[str, str]], stored: Mapping[str, Stored]) -> Stored:
    values, other = (stored[key] for key in parts[whole])
    return values._replace(extent=sum(max(each.extent, int(np.prod(each.shape))) for each in (values, other)))


def _check_mask(values: str, mask: str, stored: Mapping[str, Stored]) -> None:
    check_mask_dtype(mask, stored[mask].dtype)
    if stored[mask].shape != stored[values].shape:
        raise SqueezevizError(
            f"{brief(mask)} has the shape {written(stored[mask].shape)}, where {brief(values)} has "
            f"{written(stored[values].shape)}: a mask needs that of what it prunes"
        )


def _check_length(directions: str, lengths: str, stored: Mapping[str, Stored]) -> None:
    """A length for each slice of the directions along one side, or one for all of them."""
    check_dtype(lengths, stored[lengths].dtype)
    shape, of = stored[lengths].shape, stored[directions].shape
    sides = len(shape) == len(of) and sum(side != 1 for side in shape) < 2
    if shape and not (sides and all(one in (1, other) for one, other in zip(shape, of, strict=True))):
        raise SqueezevizError(
            f"{brief(lengths)} has the shape {written(shape)}, which gives no lengths to the directions in "
            f"{brief(directions)}, {written(of)}"
        )


def _masked(values: Array, mask: Array) -> Array:
    return values * mask


def _of_length(directions: Array, lengths: Array) -> Array:
    """Directions, each divided by its Euclidean norm over the sides where there is but one length, times its length."""
    exact = directions.astype(np.float64)
    sides = tuple(side for side, count in enumerate(lengths.shape) if count == 1) if lengths.ndim else None
    norms = np.sqrt(np.sum(exact * exact, axis=sides, keepdims=True))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return as_float32(lengths * (exact / norms))


_PRUNED = _Join(
    re.compile(r"((?:.*\.)?(?:weight|bias)\w*)_orig", re.DOTALL), "{0}_mask", "{0}", _check_mask, _masked,
    Note("it is pruned: the masks beside its weights are applied to them", Severity.INFO),
)  # fmt: skip
_NORMALIZED = _Join(
    re.compile(r"((?:.*\.)?(?:weight|bias))_v", re.DOTALL), "{0}_g", "{0}", _check_length, _of_length,
    Note("weight normalization's lengths and directions are put together as weights", Severity.INFO),
)  # fmt: skip
_NORMALIZED_ANEW = _Join(
    re.compile(r"((?:.*\.)?)parametrizations\.(\w+)\.original1", re.DOTALL),
    "{0}parametrizations.{1}.original0", "{0}{1}", _check_length, _of_length,
    Note("parametrizations of two parts are taken as weight normalization's lengths and directions, as their shapes "
         "say; the file does not name them"),
)  # fmt: skip


_PART = re.compile(r"(?:(.*)\.)?(weight|bias)(_orig|_mask|_g|_v|_u)", re.DOTALL)
_PARAMETRIZED = re.compile(r"(?:(.*)\.)?parametrizations\.(\w+)\.(.+)", re.DOTALL)


def _refuse_part(key: str, stored: Mapping[str, Stored]) -> None:
    """Raise SqueezevizError where a tensor is a part of one that cannot be put together."""
    if found := _PARAMETRIZED.fullmatch(key):
        module, name, _ = found.groups()
        raise SqueezevizError(
            f"{brief(key)} is a part of a parametrization, whose code the file does not hold; call "
            f"torch.nn.utils.parametrize.remove_parametrizations(module, {name!r}){_of(module)} and save again"
        )
    found = _PART.fullmatch(key)
    if found is None:
        return
    module, name, part = found.groups()
    start = key.removesuffix(part)
    if f"{start}_u" in stored:
        raise SqueezevizError(
            f"{brief(key)} is a part of spectral normalization; call torch.nn.utils.remove_spectral_norm(module)"
            f"{_of(module)} and save again"
        )
    remove, other = {
        "_orig": ("prune.remove(module, {name!r})", "_mask"),
        "_mask": ("prune.remove(module, {name!r})", "_orig"),
    }.get(part, ("remove_weight_norm(module, {name!r})", "_v" if part == "_g" else "_g"))
    raise SqueezevizError(
        f"{brief(key)} is one of two parts, and {brief(start + other)} is missing; call torch.nn.utils."
        f"{remove.format(name=name)}{_of(module)} and save again"
    )


def _of(module: str | None) -> str:
    return f" for {brief(module)}" if module else ""
