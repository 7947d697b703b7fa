"""The words on the diagram at every zoom: each can be read, none lies on another, and none says something else."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from placed import fires
from preset_tables import PRESETS, network, preset
from strategies import tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.drawing.draw import draw_module
from squeezeviz.figure.drawing.heat import heat_paint
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Badge, Diagram, Direction, Key, Module, Rect, Role
from squeezeviz.figure.scene.primitives import LEFT_OF_ANCHOR, Group, Leaf, Text, flattened
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.gui.canvas.drawing import SHAPES_FROM
from squeezeviz.gui.canvas.words import AS_DRAWN_FROM, LEAST, readable, tile
from squeezeviz.model.layers import MaxPool
from squeezeviz.model.table import InputShape, LayerTable

MEASURED = {Key("", part): Badge.MEASURED for part in ("squeeze1x1", "expand1x1", "expand3x3", "concat")}


def parts(module: Module) -> tuple[tuple[float, float, Leaf], ...]:
    """What is drawn of a module, from its corner."""
    alone = module._replace(rect=Rect(0, 0, module.rect.width, module.rect.height))
    return tuple(flattened(draw_module(alone, LIGHT, MEASURED)))


def words(module: Module, zoom: float) -> list[Text]:
    """The texts of a module as the canvas shows them at `zoom`, in pixels from its corner."""
    group = tile(module, LIGHT, zoom) if zoom < SHAPES_FROM else readable(module, parts(module), zoom)
    return [] if group is None else [text for _, _, text in flattened(group) if isinstance(text, Text)]


def covered(text: Text) -> Rect:
    """The box about the letters that rise over the baseline."""
    width = text_width(text.text, text.size, text.bold)
    return Rect(text.x - LEFT_OF_ANCHOR[text.anchor] * width, text.y - 0.73 * text.size, width, 0.73 * text.size)


def overlap(one: Rect, other: Rect) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def assert_readable(diagram: Diagram, zoom: float) -> None:
    for module in diagram.modules:
        found = [(text, covered(text)) for text in words(module, zoom)]
        whole = {text.text for _, _, text in parts(module) if isinstance(text, Text)}
        for place, (text, rect) in enumerate(found):
            assert text.size >= LEAST
            assert rect.x >= 0 and rect.x + rect.width <= module.rect.width * zoom
            assert rect.y >= 0 and rect.y + rect.height <= module.rect.height * zoom
            assert not any(overlap(rect, other) for _, other in found[:place]), (zoom, text.text)
            if zoom >= SHAPES_FROM:
                assert any(shortens(text.text, each) for each in whole), text.text


def shortens(shown: str, whole: str) -> bool:
    """Whether `shown` is `whole` or a part of it, with its signs closer, or its beginning and end about an ellipsis."""
    start, cut, end = shown.removesuffix(" ch").partition("…")
    closer = whole.replace(" + ", "+").replace(" = ", "=")
    return (start in whole or start in closer) and (not cut or end.rstrip("\u2069") in whole)


def zooms() -> Iterator[float]:
    yield from (0.02, 0.08, 0.15, 0.22, SHAPES_FROM - 0.001, SHAPES_FROM, 0.36, 0.45, 0.55, 0.66, AS_DRAWN_FROM - 0.001)


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("name", PRESETS[:4])
def test_at_every_zoom_every_word_of_a_preset_can_be_read_and_stands_alone(name: str, direction: Direction) -> None:
    closed = fires(network(name))
    for collapsed in (frozenset(), closed):
        diagram = build_diagram(network(name), DiagramOptions(direction, collapsed))
        for zoom in zooms():
            assert_readable(diagram, zoom)


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(tables(), st.sampled_from(PRESETS).map(preset)),
    st.sampled_from(list(Direction)),
    st.sets(st.integers(0, 13)),
    st.floats(0.01, AS_DRAWN_FROM, exclude_max=True),
)
def test_at_any_zoom_the_words_of_any_table_can_be_read(
    table: LayerTable, direction: Direction, closed: set[int], zoom: float
) -> None:
    names = frozenset(layer.name for row, layer in enumerate(table.layers) if row in closed)
    assert_readable(build_diagram(resolve(table), DiagramOptions(direction, names)), zoom)


def fire(name: str = "fire2") -> Module:
    return next(each for each in build_diagram(network("table1")).modules if each.key == Key(name))


def test_with_less_room_a_part_keeps_its_filters_and_a_fire_its_name() -> None:
    assert {"fire2", "squeeze 1×1 · 16", "64 + 64 = 128 channels"} <= {text.text for text in words(fire(), 0.75)}
    near, far = ({text.text for text in words(fire(), zoom)} for zoom in (0.45, 0.31))
    assert {"fire2", "1×1 · 16", "1×1 · 64", "3×3 · 64", "64"} <= near
    assert {"fire2", "1×1 · 16"} <= far and not any("expand" in each for each in far)


def test_with_less_room_a_closed_fire_still_says_how_many_filters_squeeze() -> None:
    closed = build_diagram(network("table1"), DiagramOptions(collapsed=frozenset({"fire2"}))).modules[3]
    said = [{text.text for text in words(closed, zoom)} for zoom in (0.75, 0.67, 0.6)]
    assert [next(iter(each - {"fire2", "depth +2"})) for each in said] == [
        "16 → 64 + 64 = 128", "16 → 64+64=128", "64 + 64 = 128",
    ]  # fmt: skip


def test_a_name_that_is_cut_already_is_cut_more_about_the_same_ellipsis() -> None:
    row = MaxPool("a name of many letters, every one of which matters to somebody", 1, 1, 1)
    module = build_diagram(resolve(LayerTable("t", InputShape(1, 1, 1), (row,)))).modules[1]
    assert "…" in module.boxes[0].title
    (title,) = (text.text for text in words(module, 0.5) if text.bold)
    assert title.count("…") == 1 and title.startswith("a name") and len(title) < len(module.boxes[0].title)


def test_from_afar_a_module_is_a_tile_with_name_channels_and_the_concats_parts_then_less_of_it() -> None:
    module = fire()
    assert [text.text for text in words(module, 0.28)] == ["fire2", "128 ch", "64", "64"]
    assert [text.text for text in words(module, 0.12)] == ["fire2", "128 ch"]
    assert [text.text for text in words(module, 0.03)] == []


def test_a_tile_has_the_colour_of_its_costs() -> None:
    paint = heat_paint(1.0, LIGHT)
    group = tile(fire(), LIGHT, 0.28, paint)
    assert isinstance(group, Group)
    assert group.children[0].shape.fill == paint.fill  # type: ignore[union-attr]
    texts = [each for each in group.children if isinstance(each, Text)]
    assert [text.colour for text in texts[:2]] == [paint.ink, paint.ink]


def test_a_role_is_seen_on_its_tile() -> None:
    group = tile(build_diagram(network("table1")).modules[1], LIGHT, 0.29)
    assert group is not None
    assert LIGHT.roles[Role.CONV] in {each.shape.fill for each in group.children if not isinstance(each, (Text, Group))}  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["a", "f2", "64", "漢字"])
def test_a_name_of_one_or_two_letters_has_its_tile(name: str) -> None:
    table = network("table1").table
    renamed = table.with_field(2, "name", name)
    module = build_diagram(resolve(renamed)).modules[3]
    assert [text.text for text in words(module, 0.28)] == [name, "128 ch", "64", "64"]


def test_of_a_cut_name_right_to_left_as_many_letters_are_read_as_of_any_other() -> None:
    module = build_diagram(resolve(network("table1").table.with_field(2, "name", "שלום" * 9))).modules[3]
    cuts = {text.text for step in range(280) for text in words(module, step / 1000) if "…" in text.text}
    assert cuts and all(len(cut.strip("\u2068\u2069")) >= 6 for cut in cuts)
