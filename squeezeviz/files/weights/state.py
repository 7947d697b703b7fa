"""The weights within what a training script saved: by the names that such scripts use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from squeezeviz.files.weights.pickles import OtherTensor, StoredTensor
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.text import with_article

AnyTensor = StoredTensor | OtherTensor

_WRAPPERS = (
    "state_dict", "model_state_dict", "model_state", "model", "module", "net", "network", "weights", "params",
    "state_dict_ema", "model_ema", "ema_state_dict", "ema", "params_ema",
)  # fmt: skip
"""Under which training scripts put the weights, those in use before their running means."""

_DEEPEST = 4


@dataclass(frozen=True)
class Found:
    """Named tensors in the file's order; notes say what else the file holds. `keys` are also those of no tensors."""

    tensors: Mapping[str, AnyTensor]
    keys: tuple[str, ...]
    notes: tuple[str, ...]


def find_state_dict(content: object) -> Found:
    """The named tensors in a checkpoint's content; SqueezevizError where there are none."""
    notes: list[str] = []
    for _ in range(_DEEPEST):
        named = _named(content)
        if not named:
            raise SqueezevizError(f"a state_dict was expected, names with tensors, not {_called(content)}")
        wrapper = _wrapper(named)
        if wrapper is None:
            return _tensors(named, notes)
        beside = [key for key in named if key != wrapper]
        notes += [f"the weights are what the file has under {brief(wrapper)}{_left_out(beside)}"]
        content = named[wrapper]
    raise SqueezevizError("the weights lie too deep within this checkpoint; save the model's state_dict() alone")


def _named(content: object) -> dict[str, object]:
    """What a dict has under names; other keys are those of an optimizer's parameters."""
    return {key: value for key, value in content.items() if type(key) is str} if isinstance(content, dict) else {}


def _wrapper(content: Mapping[str, object]) -> str | None:
    """The key that the weights are under; None where they are here, or nowhere."""
    named = next((key for key in _WRAPPERS if _named(content.get(key))), None)
    if named is not None or any(isinstance(value, AnyTensor) for value in content.values()):
        return named
    within = [key for key, value in content.items() if _holds_tensors(_named(value))]
    return within[0] if len(within) == 1 else None


def _holds_tensors(content: Mapping[str, object]) -> bool:
    return any(isinstance(value, AnyTensor) for value in content.values())


def _tensors(content: Mapping[str, object], notes: list[str]) -> Found:
    tensors = {key: value for key, value in content.items() if isinstance(value, AnyTensor)}
    others = [key for key in content if key not in tensors]
    if not tensors:
        raise SqueezevizError(f"{brief(others[0])} is no named tensor; save the model's state_dict() alone")
    if others:
        notes.append(f"not read, as {'it is' if len(others) == 1 else 'they are'} no tensor: {_some(others)}")
    return Found(tensors, tuple(content), tuple(notes))


def _left_out(keys: list[str]) -> str:
    return f"; not read: {_some(keys)}" if keys else ""


def _some(keys: list[str]) -> str:
    shown = ", ".join(map(brief, keys[:4]))
    return f"{shown} and {len(keys) - 4} more" if len(keys) > 4 else shown


def _called(content: object) -> str:
    match content:
        case StoredTensor() | OtherTensor():
            return "a single tensor"
        case dict():
            return "an empty dict"
        case list() | str() | int() | float():
            return with_article(type(content).__name__)
        case _:
            return "another object"
