"""Every colour by what it means, for a light and a dark page, for a press and for a page without colours. Role colours
derive from Okabe and Ito's palette, which colour-blind people can tell apart; nothing is ever told by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from squeezeviz.analysis.compare import Change
from squeezeviz.figure.scene.diagram import Badge, Role


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
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
    dashes: Mapping[Role, tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))


LIGHT = Theme(
    name="light",
    page="#ffffff",
    text="#1b1f27",
    quiet="#626a78",
    accent="#7a5200",
    box_fill="#ffffff",
    box_outline="#cdd2da",
    frame_fill="#fff9ea",
    frame_outline="#dfa93a",
    problem_fill="#fdf1f0",
    link="#8f97a5",
    ruler_line="#cdd2da",
    ruler_mark="#1f2430",
    ruler_number="#ffffff",
    selection="#2f6fed",
    hover="#9bb8f5",
    share_text="#ffffff",
    on_badge="#ffffff",
    roles=MappingProxyType(
        {
            Role.INPUT: "#4b5563",
            Role.CONV: "#b0578a",
            Role.POOL: "#6b7280",
            Role.FIRE: "#b87a00",
            Role.SQUEEZE: "#0072b2",
            Role.EXPAND1X1: "#009e73",
            Role.EXPAND3X3: "#d55e00",
            Role.CONCAT: "#6b7280",
            Role.BYPASS: "#7b4fb0",
            Role.SUM: "#7b4fb0",
            Role.DROPOUT: "#858d9b",
            Role.SOFTMAX: "#2b8cc4",
            Role.PROBLEM: "#c62828",
        }
    ),
    shares=MappingProxyType({Role.EXPAND1X1: "#00805d", Role.EXPAND3X3: "#bf5300"}),
    badges=MappingProxyType({Badge.MEASURED: "#15803d", Badge.STALE: "#6b7280", Badge.DIFFERS: "#c62828"}),
    changes=MappingProxyType(
        {Change.ADDED: "#15803d", Change.CHANGED: "#1d5fbf", Change.MOVED: "#4b5563", Change.REMOVED: "#b3261e"}
    ),
)

DARK = Theme(
    name="dark",
    page="#15181e",
    text="#eceff4",
    quiet="#a2abba",
    accent="#f2c15c",
    box_fill="#20252e",
    box_outline="#3d4552",
    frame_fill="#221f18",
    frame_outline="#8a6a24",
    problem_fill="#2b1d1e",
    link="#747e8f",
    ruler_line="#3d4552",
    ruler_mark="#e3e7ee",
    ruler_number="#15181e",
    selection="#6ea0ff",
    hover="#3f5f9e",
    share_text="#10141a",
    on_badge="#10141a",
    roles=MappingProxyType(
        {
            Role.INPUT: "#9aa4b5",
            Role.CONV: "#dd8fbb",
            Role.POOL: "#8b95a7",
            Role.FIRE: "#e6a81e",
            Role.SQUEEZE: "#56b4e9",
            Role.EXPAND1X1: "#2fc295",
            Role.EXPAND3X3: "#f58a3c",
            Role.CONCAT: "#8b95a7",
            Role.BYPASS: "#b799e8",
            Role.SUM: "#b799e8",
            Role.DROPOUT: "#7f899b",
            Role.SOFTMAX: "#7cc7ef",
            Role.PROBLEM: "#ff8a80",
        }
    ),
    shares=MappingProxyType({Role.EXPAND1X1: "#2fc295", Role.EXPAND3X3: "#f58a3c"}),
    badges=MappingProxyType({Badge.MEASURED: "#5ed08a", Badge.STALE: "#a2abba", Badge.DIFFERS: "#ff8a80"}),
    changes=MappingProxyType(
        {Change.ADDED: "#5ed08a", Change.CHANGED: "#82b1ff", Change.MOVED: "#b6c0cf", Change.REMOVED: "#ff8a80"}
    ),
)

PRINT = Theme(
    name="print",
    page="#ffffff",
    text="#000000",
    quiet="#333333",
    accent="#5a3c00",
    box_fill="#ffffff",
    box_outline="#4d4d4d",
    frame_fill="#ffffff",
    frame_outline="#8a5c00",
    problem_fill="#ffffff",
    link="#4d4d4d",
    ruler_line="#808080",
    ruler_mark="#e0e0e0",
    ruler_number="#000000",
    selection="#1f5f9e",
    hover="#a5bfd8",
    share_text="#000000",
    on_badge="#ffffff",
    roles=MappingProxyType(
        {
            Role.INPUT: "#4d4d4d",
            Role.CONV: "#8e3f6e",
            Role.POOL: "#666666",
            Role.FIRE: "#8a5c00",
            Role.SQUEEZE: "#1f5f9e",
            Role.EXPAND1X1: "#00735a",
            Role.EXPAND3X3: "#b04a00",
            Role.CONCAT: "#666666",
            Role.BYPASS: "#6b3fa0",
            Role.SUM: "#6b3fa0",
            Role.DROPOUT: "#808080",
            Role.SOFTMAX: "#2a7fae",
            Role.PROBLEM: "#a31515",
        }
    ),
    shares=MappingProxyType({Role.EXPAND1X1: "#b5ddcc", Role.EXPAND3X3: "#f4c79c"}),
    badges=MappingProxyType({Badge.MEASURED: "#1b6b35", Badge.STALE: "#595959", Badge.DIFFERS: "#a31515"}),
    changes=MappingProxyType(
        {Change.ADDED: "#1b6b35", Change.CHANGED: "#1f5f9e", Change.MOVED: "#4d4d4d", Change.REMOVED: "#a31515"}
    ),
)
"""Ink on paper: no ground is dark, no large one is coloured, and no colour is purer than a press mixes it."""

GREYSCALE = Theme(
    name="greyscale",
    page="#ffffff",
    text="#000000",
    quiet="#4a4a4a",
    accent="#202020",
    box_fill="#ffffff",
    box_outline="#8a8a8a",
    frame_fill="#ffffff",
    frame_outline="#747474",
    problem_fill="#ffffff",
    link="#747474",
    ruler_line="#a8a8a8",
    ruler_mark="#202020",
    ruler_number="#ffffff",
    selection="#000000",
    hover="#b9b9b9",
    share_text="#000000",
    on_badge="#ffffff",
    roles=MappingProxyType(
        {
            Role.INPUT: "#565656",
            Role.CONV: "#202020",
            Role.POOL: "#939393",
            Role.FIRE: "#747474",
            Role.SQUEEZE: "#202020",
            Role.EXPAND1X1: "#939393",
            Role.EXPAND3X3: "#565656",
            Role.CONCAT: "#747474",
            Role.BYPASS: "#3a3a3a",
            Role.SUM: "#3a3a3a",
            Role.DROPOUT: "#747474",
            Role.SOFTMAX: "#565656",
            Role.PROBLEM: "#000000",
        }
    ),
    shares=MappingProxyType({Role.EXPAND1X1: "#d4d4d4", Role.EXPAND3X3: "#969696"}),
    badges=MappingProxyType({Badge.MEASURED: "#3a3a3a", Badge.STALE: "#747474", Badge.DIFFERS: "#000000"}),
    changes=MappingProxyType(
        {Change.ADDED: "#3a3a3a", Change.CHANGED: "#565656", Change.MOVED: "#6a6a6a", Change.REMOVED: "#000000"}
    ),
    dashes=MappingProxyType({Role.BYPASS: (7.0, 3.0)}),
)
"""The parts of a Fire are twelve steps of lightness apart and more, and lines that go round it are dashed."""

THEMES: dict[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK, PRINT, GREYSCALE)}
