"""The kinds of differences between two tables, alone, so that a colour for each needs nothing that finds them."""

from __future__ import annotations

from enum import StrEnum


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"
