"""Every theme can be read: WCAG 2.2 contrast of text, and of the marks that carry meaning."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from itertools import combinations, pairwise

import pytest
from painting_figures import contrast, luminance

from squeezeviz.analysis.difference import Change
from squeezeviz.figure.drawing.draw import draw_line
from squeezeviz.figure.scene.diagram import Badge, Key, Line, Point, Role
from squeezeviz.figure.scene.primitives import Curve, straight
from squeezeviz.figure.theme.theme import GREYSCALE, LIGHT, PRINT, THEMES, Theme

every_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
TEXT, GRAPHIC = 4.5, 3.0


def surfaces(theme: Theme) -> list[str]:
    return [theme.page, theme.box_fill, theme.frame_fill, theme.problem_fill]


@every_theme
def test_every_text_can_be_read_on_every_surface_it_stands_on(theme: Theme) -> None:
    for surface in surfaces(theme):
        assert contrast(theme.text, surface) >= TEXT
        assert contrast(theme.quiet, surface) >= TEXT
    assert contrast(theme.accent, theme.frame_fill) >= TEXT
    assert contrast(theme.roles[Role.PROBLEM], theme.problem_fill) >= TEXT
    assert contrast(theme.ruler_number, theme.ruler_mark) >= TEXT
    for fill in theme.shares.values():
        assert contrast(theme.share_text, fill) >= TEXT


@every_theme
@pytest.mark.parametrize("role", list(Role))
def test_every_role_stands_out_from_boxes_frames_and_page(theme: Theme, role: Role) -> None:
    assert min(contrast(theme.roles[role], surface) for surface in surfaces(theme)) >= GRAPHIC


@every_theme
def test_badges_and_selection_stand_out(theme: Theme) -> None:
    for badge in Badge:
        assert min(contrast(theme.badges[badge], surface) for surface in surfaces(theme)) >= GRAPHIC
    assert contrast(theme.on_badge, theme.badges[Badge.DIFFERS]) >= GRAPHIC
    assert min(contrast(theme.selection, surface) for surface in surfaces(theme)) >= GRAPHIC


@every_theme
def test_the_parts_of_a_fire_have_colours_of_their_own(theme: Theme) -> None:
    parts = (Role.SQUEEZE, Role.EXPAND1X1, Role.EXPAND3X3, Role.BYPASS, Role.FIRE, Role.PROBLEM)
    assert all(theme.roles[one] != theme.roles[other] for one, other in combinations(parts, 2))


def test_the_light_roles_are_okabe_and_itos() -> None:
    assert LIGHT.roles[Role.SQUEEZE] == "#0072b2"
    assert LIGHT.roles[Role.EXPAND1X1] == "#009e73"
    assert LIGHT.roles[Role.EXPAND3X3] == "#d55e00"


@every_theme
def test_every_colour_is_six_digits(theme: Theme) -> None:
    flat: list[str] = []
    for field in fields(theme):
        if field.name == "dashes":
            continue
        value = getattr(theme, field.name)
        flat += [value] if isinstance(value, str) else list(value.values())
    flat.remove(theme.name)
    assert [colour for colour in flat if not re.fullmatch("#[0-9a-f]{6}", colour)] == []


@every_theme
def test_the_tags_of_a_difference_can_be_read(theme: Theme) -> None:
    for change, colour in theme.changes.items():
        on = theme.page if change is Change.REMOVED else theme.on_badge
        assert contrast(colour, on) >= TEXT
        assert contrast(colour, theme.page) >= GRAPHIC


def lightness(colour: str) -> float:
    """CIE L*, from 0 to 100."""
    share = luminance(colour)
    return 116 * share ** (1 / 3) - 16 if share > 0.008856 else 903.3 * share


PARTS = (Role.SQUEEZE, Role.EXPAND1X1, Role.EXPAND3X3, Role.BYPASS, Role.FIRE, Role.PROBLEM)


def test_without_colours_the_parts_of_a_fire_are_told_by_lightness() -> None:
    steps = sorted(lightness(GREYSCALE.roles[role]) for role in PARTS)
    assert all(after - before >= 12 for before, after in pairwise(steps))
    one, other = GREYSCALE.shares.values()
    assert abs(lightness(one) - lightness(other)) >= 12
    assert lightness(GREYSCALE.shares[Role.EXPAND1X1]) > lightness(GREYSCALE.shares[Role.EXPAND3X3])


def test_the_greyscale_theme_has_no_colour_and_its_bypass_is_dashed() -> None:
    for group in (GREYSCALE.roles, GREYSCALE.shares, GREYSCALE.badges, GREYSCALE.changes):
        assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in group.values())
    line = Line(Key("a"), Key("b"), Role.BYPASS, straight(Point(0, 0), Point(0, 30)))
    for role, dashed in ((Role.BYPASS, True), (Role.SQUEEZE, False)):
        (curve, _) = draw_line(replace(line, role=role), GREYSCALE).children
        assert isinstance(curve, Curve)
        assert bool(curve.shape.dash) is dashed


def test_on_paper_no_ground_is_dark_and_no_large_one_is_coloured() -> None:
    grounds = (PRINT.page, PRINT.box_fill, PRINT.frame_fill, PRINT.problem_fill)
    assert set(grounds) == {"#ffffff"}
    assert all(lightness(colour) > 80 for colour in (*PRINT.shares.values(), PRINT.ruler_mark))
    assert PRINT.text == "#000000"


def test_inks_are_no_purer_than_a_press_mixes_them() -> None:
    """In cyan, magenta, yellow and black together no role lays more than 260 % of ink on newsprint."""
    for colour in (*PRINT.roles.values(), *PRINT.changes.values()):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        black = 1 - max(parts)
        inks = [(1 - part - black) / (1 - black) for part in parts]
        assert 100 * (sum(inks) + black) <= 260
