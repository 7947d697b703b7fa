"""Two networks in one figure: level, apart, with their totals and marks, whole on the page in every theme."""

import pytest
from hypothesis import given, settings
from preset_tables import preset
from strategies import tables

from squeezeviz.figure.drawing.compared import Compared, draw_compared
from squeezeviz.figure.layout.build import DiagramOptions
from squeezeviz.figure.scene.diagram import Direction, Key, Rect
from squeezeviz.figure.scene.primitives import Group
from squeezeviz.figure.theme.look import FIGURE
from squeezeviz.figure.theme.metrics import extent, texts
from squeezeviz.figure.theme.theme import THEMES, Theme
from squeezeviz.model.table import LayerTable

both_directions = pytest.mark.parametrize("direction", Direction)


def compared(before: LayerTable, after: LayerTable, direction: Direction = Direction.DOWN) -> Compared:
    return Compared((before, after), ("before", "after"), DiagramOptions(direction, spacing=FIGURE))


def modules(group: Group) -> dict[Key, Rect]:
    """The corners of the modules of each diagram, as they stand within it."""
    return {each.key: Rect(each.x, each.y, 0, 0) for each in group.children if isinstance(each, Group) and each.key}


def diagrams(drawn: Group) -> list[Group]:
    return [each for each in drawn.children if isinstance(each, Group) and each.kind == "diagram"]


@both_directions
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_1_0_and_1_1_stand_level_under_their_totals(direction: Direction, theme: Theme) -> None:
    drawn, width, height = draw_compared(
        compared(preset("squeezenet1_0"), preset("squeezenet1_1"), direction), theme, 16 / 9
    )
    said = [text.text for text in texts(drawn)]
    for wanted in (
        "before",
        "baseline",
        "after",
        "now",
        " −57.4 %",
        "± ×96 → ×64, kernel 7 → 3",
        "↕ moved   ± changed",
    ):
        assert wanted in said
    first, second = diagrams(drawn)
    places = [
        {key: (group.x + at.x, group.y + at.y) for key, at in modules(group).items()} for group in (first, second)
    ]
    apart = second.x - first.x, second.y - first.y
    assert apart[0] == 0 or apart[1] == 0
    shared = places[0].keys() & places[1].keys()
    assert len(shared) > 12
    axis = int(direction.down)
    for key in shared:
        assert places[1][key][axis] - places[0][key][axis] == pytest.approx(apart[axis])
    left, top, wide, high = extent(drawn)
    assert left >= 0 and top >= 0 and left + wide <= width and top + high <= height


@both_directions
@given(before=tables(), after=tables())
@settings(max_examples=20)
def test_any_two_networks_are_one_figure(direction: Direction, before: LayerTable, after: LayerTable) -> None:
    drawn, width, height = draw_compared(compared(before, after, direction), THEMES["light"], 16 / 9)
    left, top, wide, high = extent(drawn)
    assert left >= 0 and top >= 0 and left + wide <= width + 1 and top + high <= height + 1
    one, other = (extent(each) for each in diagrams(drawn))
    assert one.x + one.width <= other.x or one.y + one.height <= other.y
