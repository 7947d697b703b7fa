"""Both themes can be read: WCAG 2.2 contrast of text, and of the marks that carry meaning."""

from __future__ import annotations

import re
from dataclasses import fields
from itertools import combinations

import pytest

from squeezeviz.core.compare import Change
from squeezeviz.diagram.model import Badge, Role
from squeezeviz.diagram.theme import DARK, LIGHT, Theme

both_themes = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
TEXT, GRAPHIC = 4.5, 3.0


def luminance(colour: str) -> float:
    """Relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def surfaces(theme: Theme) -> list[str]:
    return [theme.page, theme.box_fill, theme.frame_fill, theme.problem_fill]


@both_themes
def test_every_text_can_be_read_on_every_surface_it_stands_on(theme: Theme) -> None:
    for surface in surfaces(theme):
        assert contrast(theme.text, surface) >= TEXT
        assert contrast(theme.quiet, surface) >= TEXT
    assert contrast(theme.accent, theme.frame_fill) >= TEXT
    assert contrast(theme.roles[Role.PROBLEM], theme.problem_fill) >= TEXT
    assert contrast(theme.ruler_number, theme.ruler_mark) >= TEXT
    for fill in theme.shares.values():
        assert contrast(theme.share_text, fill) >= TEXT


@both_themes
@pytest.mark.parametrize("role", list(Role))
def test_every_role_stands_out_from_boxes_frames_and_page(theme: Theme, role: Role) -> None:
    assert min(contrast(theme.roles[role], surface) for surface in surfaces(theme)) >= GRAPHIC


@both_themes
def test_badges_and_selection_stand_out(theme: Theme) -> None:
    for badge in Badge:
        assert min(contrast(theme.badges[badge], surface) for surface in surfaces(theme)) >= GRAPHIC
    assert contrast(theme.on_badge, theme.badges[Badge.DIFFERS]) >= GRAPHIC
    assert min(contrast(theme.selection, surface) for surface in surfaces(theme)) >= GRAPHIC


@both_themes
def test_the_parts_of_a_fire_have_colours_of_their_own(theme: Theme) -> None:
    parts = (Role.SQUEEZE, Role.EXPAND1X1, Role.EXPAND3X3, Role.BYPASS, Role.FIRE, Role.PROBLEM)
    assert all(theme.roles[one] != theme.roles[other] for one, other in combinations(parts, 2))


def test_the_light_roles_are_okabe_and_itos() -> None:
    assert LIGHT.roles[Role.SQUEEZE] == "#0072b2"
    assert LIGHT.roles[Role.EXPAND1X1] == "#009e73"
    assert LIGHT.roles[Role.EXPAND3X3] == "#d55e00"


@both_themes
def test_every_colour_is_six_digits(theme: Theme) -> None:
    flat: list[str] = []
    for field in fields(theme):
        value = getattr(theme, field.name)
        flat += [value] if isinstance(value, str) else list(value.values())
    flat.remove(theme.name)
    assert [colour for colour in flat if not re.fullmatch("#[0-9a-f]{6}", colour)] == []


@both_themes
def test_the_tags_of_a_difference_can_be_read(theme: Theme) -> None:
    for change, colour in theme.changes.items():
        on = theme.page if change is Change.REMOVED else theme.on_badge
        assert contrast(colour, on) >= TEXT
        assert contrast(colour, theme.page) >= GRAPHIC
