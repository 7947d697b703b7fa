"""Every colour by what it means, for a light and a dark page, for a press and for a page without colours. Role colours
derive from Okabe and Ito's palette, which colour-blind people can tell apart; nothing is ever told by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from squeezeviz.figure.scene.diagram import Badge, Role
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import Change

K = TypeVar("K")


class Theme(NamedTuple):
    """The colours of a diagram, `#rrggbb`. Two themes are equal only if they are one.

    `roles` are the bars and lines of a role; `shares` the concat's parts, deep or light enough for `share_text`
    on them; `badges` the marks of a live pass, `changes` those of a difference, `on_badge` what stands on either.
    `dashes` are on and off lengths of a role's lines, for those that are not solid.
    """

    name: str
    page: str
    text: str
    quiet: str
    accent: str
    box_fill: str
    box_outline: str
    frame_fill: str
    frame_outline: str
    problem_fill: str
    link: str
    ruler_line: str
    ruler_mark: str
    ruler_number: str
    selection: str
    hover: str
    share_text: str
    on_badge: str
    roles: Mapping[Role, str]
    shares: Mapping[Role, str]
    badges: Mapping[Badge, str]
    changes: Mapping[Change, str]
    dashes: Mapping[Role, tuple[float, ...]] = MappingProxyType({})

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


# In four columns: for a light and a dark page, for a press, for a page without colours.

_COLOURS = {
    "page": ("#ffffff", "#15181e", "#ffffff", "#ffffff"),
    "text": ("#1b1f27", "#eceff4", "#000000", "#000000"),
    "quiet": ("#626a78", "#a2abba", "#333333", "#4a4a4a"),
    "accent": ("#7a5200", "#f2c15c", "#5a3c00", "#202020"),
    "box_fill": ("#ffffff", "#20252e", "#ffffff", "#ffffff"),
    "box_outline": ("#cdd2da", "#3d4552", "#4d4d4d", "#8a8a8a"),
    "frame_fill": ("#fff9ea", "#221f18", "#ffffff", "#ffffff"),
    "frame_outline": ("#dfa93a", "#8a6a24", "#8a5c00", "#747474"),
    "problem_fill": ("#fdf1f0", "#2b1d1e", "#ffffff", "#ffffff"),
    "link": ("#8f97a5", "#747e8f", "#4d4d4d", "#747474"),
    "ruler_line": ("#cdd2da", "#3d4552", "#808080", "#a8a8a8"),
    "ruler_mark": ("#1f2430", "#e3e7ee", "#e0e0e0", "#202020"),
    "ruler_number": ("#ffffff", "#15181e", "#000000", "#ffffff"),
    "selection": ("#2f6fed", "#6ea0ff", "#1f5f9e", "#000000"),
    "hover": ("#9bb8f5", "#3f5f9e", "#a5bfd8", "#b9b9b9"),
    "share_text": ("#ffffff", "#10141a", "#000000", "#000000"),
    "on_badge": ("#ffffff", "#10141a", "#ffffff", "#ffffff"),
}
_ROLES = {
    Role.INPUT: ("#4b5563", "#9aa4b5", "#4d4d4d", "#565656"),
    Role.CONV: ("#b0578a", "#dd8fbb", "#8e3f6e", "#747474"),
    Role.POOL: ("#6b7280", "#8b95a7", "#666666", "#939393"),
    Role.FIRE: ("#b87a00", "#e6a81e", "#8a5c00", "#747474"),
    Role.SQUEEZE: ("#0072b2", "#56b4e9", "#1f5f9e", "#202020"),
    Role.EXPAND1X1: ("#009e73", "#2fc295", "#00735a", "#939393"),
    Role.EXPAND3X3: ("#d55e00", "#f58a3c", "#b04a00", "#565656"),
    Role.CONCAT: ("#6b7280", "#8b95a7", "#666666", "#747474"),
    Role.BYPASS: ("#7b4fb0", "#b799e8", "#6b3fa0", "#3a3a3a"),
    Role.SUM: ("#7b4fb0", "#b799e8", "#6b3fa0", "#3a3a3a"),
    Role.DROPOUT: ("#858d9b", "#7f899b", "#808080", "#747474"),
    Role.SOFTMAX: ("#2b8cc4", "#7cc7ef", "#2a7fae", "#565656"),
    Role.PROBLEM: ("#c62828", "#ff8a80", "#a31515", "#000000"),
}
_SHARES = {
    Role.EXPAND1X1: ("#00805d", "#2fc295", "#b5ddcc", "#d4d4d4"),
    Role.EXPAND3X3: ("#bf5300", "#f58a3c", "#f4c79c", "#969696"),
}
_BADGES = {
    Badge.MEASURED: ("#15803d", "#5ed08a", "#1b6b35", "#3a3a3a"),
    Badge.STALE: ("#6b7280", "#a2abba", "#595959", "#747474"),
    Badge.DIFFERS: ("#c62828", "#ff8a80", "#a31515", "#000000"),
}
_CHANGES = {
    Change.ADDED: ("#15803d", "#5ed08a", "#1b6b35", "#3a3a3a"),
    Change.CHANGED: ("#1d5fbf", "#82b1ff", "#1f5f9e", "#565656"),
    Change.MOVED: ("#4b5563", "#b6c0cf", "#4d4d4d", "#6a6a6a"),
    Change.REMOVED: ("#b3261e", "#ff8a80", "#a31515", "#000000"),
}


def _theme(column: int, name: str, **more: Any) -> Theme:
    def of(table: Mapping[K, tuple[str, ...]]) -> Mapping[K, str]:
        return MappingProxyType({key: colours[column] for key, colours in table.items()})

    more |= {"roles": of(_ROLES), "shares": of(_SHARES), "badges": of(_BADGES), "changes": of(_CHANGES)}
    return Theme(name, **of(_COLOURS), **more)  # type: ignore[arg-type]


LIGHT = _theme(0, "light")
DARK = _theme(1, "dark")
PRINT = _theme(2, "print")
"""Ink on paper: no ground is dark, no large one is coloured, and no colour is purer than a press mixes it."""
GREYSCALE = _theme(3, "greyscale", dashes=MappingProxyType({Role.BYPASS: (7.0, 3.0)}))
"""The parts of a Fire are twelve steps of lightness apart and more, and lines that go round it are dashed."""

THEMES: dict[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK, PRINT, GREYSCALE)}
