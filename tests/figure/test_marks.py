"""What differs from a baseline is tagged where it stands, told by sign and word as well as by colour."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from painting_figures import export_diagram
from placed import boxes_on_page, fires, overlap, within
from preset_tables import preset
from strategies import tables

from squeezeviz.analysis.difference import difference
from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.drawing.draw import draw_diagram
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.layout.changes import TAG_SIZE, Mark, Marks, Tag, baseline_marks, marks_of, tags_at
from squeezeviz.figure.scene.diagram import INPUT_KEY, Diagram, Direction, Key, Rect
from squeezeviz.figure.scene.primitives import Group, Rectangle, Text
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.theme.theme import DARK, LIGHT, Theme
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.model.layers import Bypass, Fire
from squeezeviz.model.table import Change, LayerTable

pytestmark = pytest.mark.usefixtures("qapp")

both_directions = pytest.mark.parametrize("direction", list(Direction))
both_themes = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


def table1() -> LayerTable:
    return preset("table1")


def edited() -> LayerTable:
    """Two layers changed, one added, one moved, three removed."""
    table = table1()
    table = table.with_field(table.index_of("fire3"), "s1x1", 32).with_field(0, "filters", 64)
    table = table.inserted(3, Fire("fireX", 16, 64, 64, Bypass.SIMPLE)).moved(table.index_of("maxpool4") + 1, 7)
    return table.removed(*(table.index_of(name) for name in ("maxpool1", "dropout9", "avgpool10")))


def marks_between(before: LayerTable, after: LayerTable) -> Marks:
    return marks_of(difference(resolve(before), resolve(after)))


def all_tags(diagram: Diagram, marks: Marks) -> list[Tag]:
    return [tag for place in range(len(diagram.modules)) for tag in tags_at(diagram, place, marks)]


def test_every_kind_of_change_has_its_word() -> None:
    marks = marks_between(table1(), edited())
    said = {key.layer: mark.texts[-1] for key, mark in marks.layers.items()}
    assert said["fireX"] == "+ added"
    assert said["fire3"] == said["conv1"] == "± changed"
    assert said["maxpool4"] == "↕ moved"
    assert marks.absent == {
        Key("conv1"): ("maxpool1",),
        Key("fire9"): ("dropout9",),
        Key("conv10"): ("avgpool10",),
    }


@pytest.mark.parametrize(
    "field, value, said",
    [
        ("s1x1", 32, "s1x1 16 → 32"),
        ("e3x3", 1000, "e3x3 64 → 1,000"),
        ("bypass", "simple", "bypass none → simple"),
        ("name", "Feuer", "was fire3"),
        ("relu", False, "relu yes → no"),
        ("e3x3_kept", 0.5, "e3x3 kept 33% → 50%"),
    ],
)
def test_a_changed_fire_says_what_changed(field: str, value: object, said: str) -> None:
    table = table1()
    after = table.with_field(table.index_of("fire3"), field, value)
    marks = marks_between(table, after)
    assert {key.layer: mark.change for key, mark in marks.layers.items()} == {
        after.layers[table.index_of("fire3")].name: Change.CHANGED  # and of no row that only follows from it
    }
    assert [mark.detail for mark in marks.layers.values()] == [said]
    assert marks.absent == {}


def test_another_input_image_is_marked() -> None:
    table = table1()
    marks = marks_between(table, table.with_input(type(table.input)(3, 224, 224)))
    assert marks.layers[INPUT_KEY] == Mark(Change.CHANGED, "3×227×227 → 3×224×224")


def tag_texts(before: LayerTable, after: LayerTable, **options: object) -> dict[str, str]:
    """What the tags on the present network say, by their layers."""
    diagram, marks = build_diagram(resolve(after), DiagramOptions(**options)), marks_between(before, after)  # type: ignore[arg-type]
    modules = enumerate(diagram.modules)
    placed = ((module.key.layer, tag) for place, module in modules for tag in tags_at(diagram, place, marks))
    return {name: tag.text for name, tag in placed if tag.stem is None}


def test_a_tag_says_what_changed_as_fully_as_there_is_room() -> None:
    table, more = table1(), {"s1x1": 32, "e1x1": 128, "e3x3": 96}
    fire = table.index_of("fire4")
    one = table.with_field(fire, "e3x3", 96)
    three = table
    for name, value in more.items():
        three = three.with_field(fire, name, value + 8)
    assert tag_texts(table, one) == {"fire4": "± e3x3 128 → 96"}
    assert tag_texts(table, three) == {"fire4": "± s1x1 32→40 and 2 more"}
    assert tag_texts(table, three, collapsed=fires(resolve(three))) == {"fire4": "± s1x1 32→40 and 2 more"}
    assert tag_texts(table, table.with_field(0, "kernel", 3).with_field(0, "filters", 64)) == {
        "conv1": "± ×96 → ×64, kernel 7 → 3"
    }


def test_what_moved_says_where_it_stood() -> None:
    marks = marks_between(preset("squeezenet1_0"), preset("squeezenet1_1"))
    assert marks.layers[Key("maxpool3")].detail == "was maxpool4, after fire4"
    assert tag_texts(preset("squeezenet1_0"), preset("squeezenet1_1"))["maxpool5"] == "↕ was maxpool8, after fire8"


def test_on_the_baseline_what_moved_says_where_it_went() -> None:
    before, after = resolve(preset("squeezenet1_0")), resolve(preset("squeezenet1_1"))
    marks = baseline_marks(difference(before, after))
    tags = {tag.full.split(" moved")[0]: tag.text for tag in all_tags(build_diagram(before), marks)}
    assert (tags["maxpool4"], tags["maxpool8"]) == ("↕ now maxpool3, after fire3", "↕ now maxpool5, after fire5")
    table = table1()
    swapped = table.with_field(0, "filters", 64).moved(0, 1)
    changed = baseline_marks(difference(resolve(table), resolve(swapped))).layers
    assert [mark.detail for mark in changed.values() if mark.change is Change.MOVED] == ["now after maxpool1"]


def test_the_baseline_has_the_same_marks_seen_from_there() -> None:
    found = difference(resolve(table1()), resolve(edited()))
    marks, mirrored = marks_of(found), baseline_marks(found)
    gone = [name for names in marks.absent.values() for name in names]
    assert {key.layer for key, mark in mirrored.layers.items() if mark.change is Change.REMOVED} == set(gone)
    assert mirrored.absent == {Key("fire2"): ("fireX",)} and mirrored.missing is Change.ADDED
    assert mirrored.layers[Key("fire3")] == marks.layers[Key("fire3")]
    diagram = build_diagram(resolve(table1()))
    assert "+ fireX added" in [tag.text for tag in all_tags(diagram, mirrored)]
    assert_clear(diagram, mirrored)


@both_directions
def test_what_was_removed_at_one_place_shares_a_tag_between_its_neighbours(direction: Direction) -> None:
    table = table1()
    after = table.removed(table.index_of("fire5"), table.index_of("fire6"))
    resolved = resolve(after)
    diagram = build_diagram(resolved, DiagramOptions(direction, fires(resolved)))
    (tag,) = all_tags(diagram, marks_between(table, after))
    assert (tag.text, tag.full) == ("− fire5, fire6 removed", "removed: fire5, fire6")
    places = {module.key.layer: module.rect for module in diagram.modules}
    first, second = places["maxpool4"], places["fire7"]
    assert tag.stem is not None
    start = tag.stem[0]
    if direction is Direction.DOWN:
        assert first.y + first.height < start.y < second.y
    else:
        assert first.x + first.width < start.x < second.x


def test_many_removed_layers_are_counted_and_all_are_named_in_full() -> None:
    table = table1()
    gone = [row for row, layer in enumerate(table.layers) if layer.type == "fire"]
    after = table.removed(*gone[:6], table.index_of("maxpool4"))
    (tag,) = all_tags(build_diagram(resolve(after)), marks_between(table, after))
    assert tag.text == "− 7 layers removed"
    assert "fire2" in tag.full and "fire7" in tag.full


def assert_clear(diagram: Diagram, marks: Marks) -> None:
    """Tags lie on the page, over no other tag, and cover no more of a box than its upper edge."""
    page = Rect(0, 0, diagram.width, diagram.height)
    placed = all_tags(diagram, marks)
    for tag in placed:
        assert text_width(tag.text, TAG_SIZE, True) < tag.rect.width
        assert within(tag.rect, page)
        for _, rect in boxes_on_page(diagram):
            inside = Rect(rect.x, rect.y + 8, rect.width, max(0.0, rect.height - 8))
            assert not overlap(tag.rect, inside), (tag, rect)
    for place, tag in enumerate(placed):
        assert not any(overlap(tag.rect, other.rect) for other in placed[place + 1 :])


@both_directions
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "open"])
def test_tags_stand_clear_of_what_is_there(direction: Direction, closed: bool) -> None:
    resolved = resolve(edited())
    diagram = build_diagram(resolved, DiagramOptions(direction, fires(resolved) if closed else frozenset()))
    marks = marks_between(table1(), edited())
    assert len(all_tags(diagram, marks)) == 7
    assert_clear(diagram, marks)


@both_directions
@given(before=tables(), after=tables())
@settings(max_examples=40)
def test_any_two_tables_can_be_marked_on_the_page(direction: Direction, before: LayerTable, after: LayerTable) -> None:
    found = difference(resolve(before), resolve(after))
    for resolved, marks in ((resolve(after), marks_of(found)), (resolve(before), baseline_marks(found))):
        for collapsed in (frozenset(), fires(resolved)):
            diagram = build_diagram(resolved, DiagramOptions(direction, collapsed))
            placed = all_tags(diagram, marks)
            drawn = {module.key for module in diagram.modules}
            assert len(placed) == len(drawn & marks.layers.keys()) + len(drawn & marks.absent.keys())
            for tag in placed:
                assert text_width(tag.text, TAG_SIZE, True) < tag.rect.width
                assert within(tag.rect, Rect(0, 0, diagram.width, diagram.height))


def tag_groups(group: Group) -> list[Group]:
    last = group.children[-1]
    assert isinstance(last, Group) and last.kind == "differences"
    return [each for each in last.children if isinstance(each, Group)]


@both_themes
def test_tags_are_told_by_sign_word_and_outline_not_by_colour_alone(theme: Theme) -> None:
    drawn = draw_diagram(build_diagram(resolve(edited())), theme, marks=marks_between(table1(), edited()))
    for group in tag_groups(drawn):
        (rectangle,) = (each for each in group.children if isinstance(each, Rectangle))
        (text,) = (each for each in group.children if isinstance(each, Text))
        assert text.text[0] in "+±↕−" and group.title
        assert bool(rectangle.shape.dash) is text.text.startswith("−")
        used = {rectangle.shape.fill, rectangle.shape.stroke, text.colour}
        assert used <= {*theme.changes.values(), theme.page, theme.on_badge}


def test_an_exported_svg_shows_the_tags_as_groups_of_their_kind() -> None:
    options = ExportOptions(marks=marks_between(table1(), edited()))
    tree = ElementTree.fromstring(export_diagram(resolve(edited()), "svg", options))
    groups = [each for each in tree.iter() if each.get("class") == "difference"]
    titles = [each.findtext("{http://www.w3.org/2000/svg}title") for each in groups]
    assert "fire3 changed: s1x1 16 → 32" in titles and "removed: maxpool1" in titles
    assert len(titles) == 7
