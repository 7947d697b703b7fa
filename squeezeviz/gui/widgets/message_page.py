"""A page of a panel that has nothing to show: what is missing, and buttons that help."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget


def message_page(lines: Iterable[QWidget], buttons: Iterable[QPushButton]) -> QWidget:
    """Return a page with the lines below each other, and the buttons in a row below them."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(14, 12, 14, 8)
    column.setSpacing(10)
    for line in lines:
        column.addWidget(line)
    row = QHBoxLayout()
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    column.addLayout(row)
    column.addStretch(1)
    return page
