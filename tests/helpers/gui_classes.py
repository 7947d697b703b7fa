"""Every class of the window that derives from one of Qt's."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import shiboken6

from squeezeviz import gui
from squeezeviz.figure import writers as painting


def gui_classes() -> list[type]:
    """All of them, those of every module imported, in an order that does not change."""
    for package in (gui, painting):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    ours = {each for each in _below(shiboken6.Shiboken.Object) if each.__module__.startswith("squeezeviz")}
    return sorted(ours, key=lambda each: (each.__module__, each.__qualname__))


def _below(kind: type) -> Iterator[type]:
    each: type
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)
