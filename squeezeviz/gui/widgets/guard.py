"""The guard around methods of ours that Qt calls: an error in them is reported, and never reaches Qt.

PySide cannot pass an exception through Qt. One that leaves an overridden method while a Python call further up waits
for Qt (a resize, a repaint, an edit) is raised later at an unrelated place or, in PySide 6.11 on Python 3.11, ends the
process with SIGSEGV. An exception that leaves a QPainter active does that too. Therefore every class that overrides a
method of Qt's is decorated with `guarded`, which a test checks, and painters are used in a `with`.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from inspect import isfunction
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, QTimer

_Class = TypeVar("_Class", bound=type)

_EMPTY: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "object": lambda: None,
    "Any": lambda: None,
    "bool": bool,
    "int": int,
    "list": list,
    "dict": dict,
    "QWidget": lambda: None,
    "QSize": QSize,
    "QRect": QRect,
    "QModelIndex": QModelIndex,
    "Qt.ItemFlag": lambda: Qt.ItemFlag.NoItemFlags,
    "Qt.Orientation": lambda: Qt.Orientation(0),
}
"""What a failing override returns, by its annotated return type: a value like Qt's default."""


def guarded(kind: _Class) -> _Class:
    """Decorate a class: an exception in a method that overrides one of Qt's is reported and goes no further.

    The method then returns an empty value of its annotated return type. Raises TypeError, when the class is created, if
    that type has none.
    """
    for name in overrides(kind):
        setattr(kind, name, _guard(vars(kind)[name]))
    return kind


def overrides(kind: type) -> list[str]:
    """Return the methods that a class defines and that a base class from Qt or the plotting library has too."""
    theirs = [base for base in kind.__mro__[1:-1] if not base.__module__.startswith("squeezeviz")]
    return [
        name
        for name, method in vars(kind).items()
        if isfunction(method) and not name.startswith("_") and any(name in vars(base) for base in theirs)
    ]


def is_guarded(method: object) -> bool:
    return hasattr(method, "guards")


def release_frames(error: Exception) -> None:
    """Release everything that the frames of a reported error hold, above all painters."""
    traceback.clear_frames(error.__traceback__)


def take_all(steps: Iterable[Callable[[], object]]) -> None:
    """Take each step in its order. An error in one of them is reported, and the others are taken all the same."""
    for step in steps:
        try:
            step()
        except Exception as error:
            sys.excepthook(*sys.exc_info())
            release_frames(error)


def _guard(method: Callable[..., Any]) -> Callable[..., Any]:
    empty = _empty(method)

    @wraps(method)
    def guard(self: object, *args: Any, **named: Any) -> Any:
        try:
            return method(self, *args, **named)
        except Exception as error:
            sys.excepthook(*sys.exc_info())
            release_frames(error)
        return empty()

    guard.guards = method  # type: ignore[attr-defined]
    return guard


def _empty(method: Callable[..., Any]) -> Callable[[], Any]:
    annotated = method.__annotations__.get("return", "")
    kind = "None" if annotated.endswith("| None") else annotated.partition("[")[0]
    if kind not in _EMPTY:
        raise TypeError(f"{method.__qualname__} overrides a method of Qt's; of its answer, {kind!r}, none is empty")
    return _EMPTY[kind]


class Faults:
    """The program's `sys.excepthook`. Each error is printed once and shown to the person once, however often it recurs.

    `say` shows a sentence. It is called after the event that failed, because that may be a paint event.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._met: set[tuple[str, int, str]] = set()

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        file, line = _place(trace)
        if (file, line, kind.__name__) in self._met:
            return
        self._met.add((file, line, kind.__name__))
        sys.__excepthook__(kind, error, trace)
        QTimer.singleShot(0, lambda: self._say(sentence(kind.__name__, file, line)))


def sentence(error: str, file: str, line: int) -> str:
    return (
        f"squeezeviz has a bug ({error} in {file}, line {line}) and continues. "
        "Save your work; the terminal shows the details for a report."
    )


def _place(trace: TracebackType | None) -> tuple[str, int]:
    frames = traceback.extract_tb(trace)
    return (Path(frames[-1].filename).name, frames[-1].lineno or 0) if frames else ("an unknown place", 0)
