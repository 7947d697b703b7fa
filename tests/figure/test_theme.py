"""Every theme can be read: WCAG 2.2 contrast of text, and of the marks that carry meaning."""

import re
from itertools import pairwise

import pytest
from painting_figures import contrast, lightness

from squeezeviz.figure.drawing.draw import draw_line
from squeezeviz.figure.scene.diagram import Badge, Key, Line, Point, Role
from squeezeviz.figure.scene.primitives import Curve, straight
from squeezeviz.figure.theme.theme import GREYSCALE, PRINT, THEMES, Theme
from squeezeviz.model.table import Change

every_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
TEXT, GRAPHIC = 4.5, 3.0
PARTS = (Role.SQUEEZE, Role.EXPAND1X1, Role.EXPAND3X3, Role.BYPASS, Role.FIRE, Role.PROBLEM)


@every_theme
def test_text_and_marks_can_be_read_where_they_stand(theme: Theme) -> None:
    surfaces = [theme.page, theme.box_fill, theme.frame_fill, theme.problem_fill]
    read = [(colour, surface) for colour in (theme.text, theme.quiet) for surface in surfaces]
    read += [(theme.accent, theme.frame_fill), (theme.roles[Role.PROBLEM], theme.problem_fill)]
    read += [(theme.ruler_number, theme.ruler_mark), *((theme.share_text, fill) for fill in theme.shares.values())]
    read += [
        (colour, theme.page if change is Change.REMOVED else theme.on_badge) for change, colour in theme.changes.items()
    ]
    assert [pair for pair in read if contrast(*pair) < TEXT] == []
    marks = [*theme.roles.values(), *(theme.badges[badge] for badge in Badge), theme.selection]
    seen = [(colour, surface) for colour in marks for surface in surfaces]
    seen += [(theme.on_badge, theme.badges[Badge.DIFFERS]), *((each, theme.page) for each in theme.changes.values())]
    assert [pair for pair in seen if contrast(*pair) < GRAPHIC] == []
    assert len({theme.roles[part] for part in PARTS}) == len(PARTS)


@every_theme
def test_every_colour_is_six_digits(theme: Theme) -> None:
    values = [value for name, value in theme._asdict().items() if name not in ("name", "dashes")]
    flat = [each for value in values for each in ([value] if isinstance(value, str) else value.values())]
    assert [colour for colour in flat if not re.fullmatch("#[0-9a-f]{6}", colour)] == []


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
        (curve, _) = draw_line(line._replace(role=role), GREYSCALE).children
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
