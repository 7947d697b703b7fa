"""What is drawn is what is placed: every box under its key, with its full name, in the theme's colours."""

from itertools import chain

import pytest
from painting_figures import everything
from placed import fires
from preset_tables import network, preset

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.drawing.draw import draw_diagram, draw_links, draw_module, draw_ruler
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Badge, Direction, Key, Module, Role
from squeezeviz.figure.scene.primitives import Circle, Curve, Group, Pixels, Polygon, Text
from squeezeviz.figure.theme.theme import DARK, LIGHT, Theme
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import InputShape, LayerTable

both_themes = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


def groups(group: Group, kind: str) -> list[Group]:
    return [each for each in everything(group) if isinstance(each, Group) and each.kind == kind]


def texts(group: Group) -> list[str]:
    return [each.text for each in everything(group) if isinstance(each, Text)]


def module_of(layer: str) -> Module:
    return next(m for m in build_diagram(network("complex-bypass")).modules if m.key.layer == layer)


def test_every_box_and_module_is_a_group_with_its_key_and_full_name() -> None:
    diagram = build_diagram(network("complex-bypass"), DiagramOptions(collapsed=frozenset({"fire4"})))
    drawn = draw_diagram(diagram, LIGHT)
    assert [group.key for group in groups(drawn, "module")] == [module.key for module in diagram.modules]
    boxes = list(chain.from_iterable(module.boxes for module in diagram.modules))
    assert [(group.key, group.title) for group in groups(drawn, "box")] == [(box.key, box.full) for box in boxes]
    assert all(group.title for group in groups(drawn, "module"))


def test_a_long_name_is_whole_in_the_title_and_short_in_the_picture() -> None:
    table = preset("table1").with_field(0, "name", "x" * 5000).with_field(2, "name", "<b>&" * 1000)
    drawn = draw_diagram(build_diagram(resolve(table)), LIGHT)
    assert max(map(len, texts(drawn))) < 80
    titles = [group.title for group in groups(drawn, "module")]
    assert any("x" * 5000 in title for title in titles)
    assert any("<b>&" * 1000 in title for title in titles)


@both_themes
def test_every_colour_comes_from_the_theme(theme: Theme) -> None:
    known = {value for value in theme if isinstance(value, str)}
    known |= {*theme.roles.values(), *theme.shares.values(), *theme.badges.values()}
    table = preset("table1").with_field(3, "e1x1", 1).with_field(3, "bypass", "simple")
    diagram = build_diagram(resolve(table))
    badges = dict(zip((module.key for module in diagram.modules), [*Badge] * 9, strict=False))
    used: set[str | None] = set()
    for each in everything(draw_diagram(diagram, theme, badges)):
        if isinstance(each, Text):
            used.add(each.colour)
        elif not isinstance(each, Group | Pixels):
            used |= {each.shape.fill, each.shape.stroke}
    assert used <= known | {None}


@pytest.mark.parametrize("badge", list(Badge))
def test_a_badge_is_a_shape_of_its_own_and_only_where_it_belongs(badge: Badge) -> None:
    module = module_of("fire2")
    key = Key("fire2", "expand3x3")
    drawn = draw_module(module, LIGHT, {key: badge})
    marked = [group for group in groups(drawn, "box") if groups(group, "badge")]
    assert [group.key for group in marked] == [key]
    own = draw_module(module, LIGHT, {Key("fire2"): badge})
    assert [each.title for each in own.children if isinstance(each, Group) and each.kind == "badge"] == [badge.value]
    (mark,) = groups(drawn, "badge")
    assert mark.title == badge.value


def test_the_three_badges_differ_by_more_than_colour() -> None:
    def forms(badge: Badge) -> list[tuple[str, object]]:
        (mark,) = groups(draw_module(module_of("conv1"), LIGHT, {Key("conv1"): badge}), "badge")
        return [(type(each).__name__, getattr(each, "points", None)) for each in everything(mark)]

    assert len({str(forms(badge)) for badge in Badge}) == 3


def test_every_line_with_an_arrow_ends_in_a_head_whose_tip_is_its_end() -> None:
    module = module_of("fire2")
    drawn = groups(draw_module(module, LIGHT), "line")
    for line, group in zip(module.lines, drawn, strict=True):
        assert isinstance(group.children[0], Curve)
        heads = [each for each in group.children if isinstance(each, Polygon)]
        assert [head.points[0] for head in heads] == ([line.points[-1]] if line.arrow else [])


def test_the_triangle_points_right_where_closed_and_down_where_opened() -> None:
    resolved = network("table1")
    closed = draw_diagram(build_diagram(resolved, DiagramOptions(collapsed=fires(resolved))), LIGHT)
    opened = draw_diagram(build_diagram(resolved), LIGHT)
    for drawn, opens in ((closed, False), (opened, True)):
        toggles = groups(drawn, "toggle")
        assert len(toggles) == 8
        (triangle,) = toggles[0].children
        assert isinstance(triangle, Polygon)
        lowest = max(point.y for point in triangle.points)
        rightmost = max(point.x for point in triangle.points)
        assert sum(point.y == lowest for point in triangle.points) == 1 if opens else True
        assert sum(point.x == rightmost for point in triangle.points) == 1 if not opens else True


@pytest.mark.parametrize("direction", list(Direction))
def test_the_ruler_shows_every_count_once_and_rings_for_nothing_added(direction: Direction) -> None:
    diagram = build_diagram(network("table1"), DiagramOptions(direction))
    drawn = draw_ruler(diagram, LIGHT)
    assert [text for text in texts(drawn) if text.isdigit()] == [str(number) for number in range(1, 19)]
    empty = build_diagram(resolve(LayerTable("t", InputShape(), ())))
    assert draw_ruler(empty, LIGHT).children == ()
    assert texts(drawn).count("+0") == sum(isinstance(each, Circle) for each in everything(drawn)) == 5


def test_the_link_to_a_problem_is_dashed_and_in_its_colour() -> None:
    diagram = build_diagram(resolve(preset("table1").with_field(0, "kernel", 999)))
    (line,) = draw_links(diagram, LIGHT).children
    assert isinstance(line, Group)
    (curve, _) = line.children
    assert isinstance(curve, Curve)
    assert (curve.shape.stroke, bool(curve.shape.dash)) == (LIGHT.roles[Role.PROBLEM], True)


def test_equal_modules_share_what_is_drawn_within_them() -> None:
    table = LayerTable("t", InputShape(), preset("table1").layers[2:3])
    twin = table.inserted(0, Fire("first", 16, 64, 64)).with_input(InputShape(128, 55, 55))
    first, second = (draw_module(m, LIGHT) for m in build_diagram(resolve(twin)).modules[1:3])
    for one, other in zip(groups(first, "line"), groups(second, "line"), strict=True):
        assert one is other
