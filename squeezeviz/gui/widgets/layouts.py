"""Layouts as one expression, with their parts in the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

_Box = TypeVar("_Box", bound=QBoxLayout)
Part = QWidget | QLayout | tuple[Any, ...] | int
"""A widget or a layout; in a tuple with its share of the free room, and perhaps its alignment; a number is a share that
stays free."""


def in_row(
    *parts: Part,
    spacing: int | None = None,
    margins: tuple[int, int, int, int] | None = None,
    of: QWidget | None = None,
) -> QHBoxLayout:
    """Return a layout, which is that `of` a widget if one is given, with these parts beside each other."""
    return _filled(QHBoxLayout() if of is None else QHBoxLayout(of), parts, spacing, margins)


def in_column(
    *parts: Part,
    spacing: int | None = None,
    margins: tuple[int, int, int, int] | None = None,
    of: QWidget | None = None,
) -> QVBoxLayout:
    """Return the same with the parts below each other."""
    return _filled(QVBoxLayout() if of is None else QVBoxLayout(of), parts, spacing, margins)


def page(*parts: Part, spacing: int | None = None, margins: tuple[int, int, int, int] | None = None) -> QWidget:
    """Return a widget that holds these parts below each other."""
    made = QWidget()
    in_column(*parts, spacing=spacing, margins=margins, of=made)
    return made


def message_page(lines: Iterable[QWidget], buttons: Iterable[QPushButton]) -> QWidget:
    """Return the page of a panel that has nothing to show: what is missing, and in a row below it buttons that help."""
    return page(*lines, in_row(*buttons, 1), 1, spacing=10, margins=(14, 12, 14, 8))


def _filled(box: _Box, parts: tuple[Part, ...], spacing: int | None, margins: tuple[int, int, int, int] | None) -> _Box:
    if margins is not None:
        box.setContentsMargins(*margins)
    if spacing is not None:
        box.setSpacing(spacing)
    for each in parts:
        part, *shared = each if isinstance(each, tuple) else (each,)
        if isinstance(part, int):
            box.addStretch(part)
        elif isinstance(part, QWidget):
            box.addWidget(part, *shared)
        else:
            box.addLayout(part, *shared)
    return box
