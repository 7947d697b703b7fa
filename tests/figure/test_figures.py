"""What a figure shows: some rows of the network, more or less beside each name, as close as paper wants it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from placed import fires
from preset_tables import network, preset

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.drawing.draw import draw_diagram
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import ENTRY_KEY, INPUT_KEY, Box, Diagram, Direction, Role
from squeezeviz.figure.theme.look import (
    ALL,
    NONE,
    PAPER,
    SCREEN,
    USUAL,
    WORDS,
    Annotations,
    Rows,
    annotations_named,
    rows_named,
)
from squeezeviz.figure.theme.metrics import extent, text_width, texts
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.figure.writers.figure import broken
from squeezeviz.model.errors import SqueezevizError

NETWORKS = ("table1", "complex-bypass", "squeezenet1_1")
SWITCHES = [each.name for each in fields(Annotations)]


def words(diagram: Diagram) -> list[str]:
    return [text.text for text in texts(draw_diagram(diagram, LIGHT))]


def built(name: str = "table1", **options: object) -> Diagram:
    return build_diagram(network(name), DiagramOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize("spacing", [SCREEN, PAPER], ids=["screen", "paper"])
@pytest.mark.parametrize("annotations", [USUAL, NONE, ALL], ids=["usual", "none", "all"])
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_reaches_over_the_edge_and_nothing_covers_another(
    name: str, direction: Direction, annotations: Annotations, spacing: object
) -> None:
    resolved = network(name)
    closed = frozenset(sorted(fires(resolved))[::2])
    diagram = built(name, direction=direction, collapsed=closed, annotations=annotations, spacing=spacing)
    left, top, width, height = extent(draw_diagram(diagram, LIGHT))
    assert left >= 0
    assert top >= 0
    assert left + width <= diagram.width
    assert top + height <= diagram.height
    assert list(overfull(diagram)) == []


def overfull(diagram: Diagram) -> Iterator[str]:
    """Texts that leave their box, boxes that leave their module or lie on each other, captions that lie on boxes."""
    for module in diagram.modules:
        parts = [box for box in module.boxes if box.role is not Role.SUM]
        for box in parts:
            quiet = [each for each in (box.detail, *box.more) if each]
            widest = max([text_width(box.title, 13, True), *(text_width(each, 11.5) for each in quiet)])
            if box.role is not Role.CONCAT and box.text_left + widest > box.rect.width:
                yield f"{box.key}: {box.title}"
            if not 0 <= box.rect.x <= box.rect.x + box.rect.width <= module.rect.width:
                yield f"{box.key} leaves its module"
        for label in module.labels if module.opened else ():
            half = text_width(label.text, label.size, label.emphasis != "quiet") / 2
            middle = {"start": label.at.x + half, "middle": label.at.x, "end": label.at.x - half}[label.anchor]
            for box in parts:
                apart = abs(middle - box.rect.x - box.rect.width / 2) - half - box.rect.width / 2
                if apart < 0 and box.rect.y < label.at.y - label.size * 0.3 < box.rect.y + box.rect.height:
                    yield f"{label.text} lies on {box.key}"


def test_unless_said_a_figure_is_what_the_window_shows() -> None:
    assert DiagramOptions().annotations == USUAL
    assert words(built()) == words(built(annotations=annotations_named("shapes,filters,kinds,depth,totals,legend")))


@pytest.mark.parametrize(
    ("switch", "gone"),
    [("shapes", "96 × 111 × 111"), ("filters", "96 filters"), ("kinds", "ReLU"), ("depth", "one step"),
     ("totals", "depth +2")],
)  # fmt: skip
def test_what_is_switched_off_is_gone_and_its_room_closes(switch: str, gone: str) -> None:
    whole, less = built(), built(annotations=replace(USUAL, **{switch: False}))
    assert any(gone in each for each in words(whole))
    assert not any(gone in each for each in words(less))
    assert less.width * less.height < whole.width * whole.height or switch in ("kinds", "totals")


@pytest.mark.parametrize(
    ("switch", "there"), [("parameters", "14,208 params"), ("macs", "174 M multiply-adds"), ("field", "RF 7 px")]
)
def test_what_is_switched_on_stands_in_every_box_that_has_it(switch: str, there: str) -> None:
    more = words(built(annotations=replace(USUAL, **{switch: True})))
    assert any(there in each for each in more)
    assert not any(there in each for each in words(built()))


def test_the_receptive_field_of_equal_modules_is_each_their_own() -> None:
    told = [each for each in words(built(annotations=Annotations(field=True))) if "RF" in each]
    closed = built(collapsed=fires(network("table1")), annotations=Annotations(field=True))
    of_fires = [module.boxes[0].detail for module in closed.modules if module.role is Role.FIRE]
    assert len(set(of_fires)) == len(of_fires) == 8
    assert len(told) > 20


def test_none_leaves_the_names_alone() -> None:
    shown = words(built(annotations=NONE, collapsed=fires(network("table1"))))
    assert shown == ["input image", *(layer.name for layer in preset("table1").layers)]


@pytest.mark.parametrize("text", ["shapes, nonsense", "", ",", "SHAPES"])
def test_an_unknown_annotation_is_answered_with_those_there_are(text: str) -> None:
    with pytest.raises(SqueezevizError) as refused:
        annotations_named(text)
    assert all(name in refused.value.message for name in WORDS)


@pytest.mark.parametrize(
    ("text", "rows"),
    [("fire2", (2, 2)), ("fire2:fire4", (2, 4)), ("fire2,fire3", (2, 3)), ("fire3, fire2 ,", (2, 3)),
     (":maxpool1", (0, 1)), ("conv10:", (13, 14)), ("fire2:fire2", (2, 2))],
)  # fmt: skip
def test_rows_are_named(text: str, rows: tuple[int, int]) -> None:
    assert rows_named(preset("table1"), text) == rows


@pytest.mark.parametrize(
    ("text", "says"),
    [("fire2,fire4", "'fire3' stands between"), ("fire4:fire2", "stands before"), ("fire99", "no layer 'fire99'"),
     ("", "name the rows"), ("fire2:nix", "no layer 'nix'")],
)  # fmt: skip
def test_rows_that_cannot_be_shown_are_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(SqueezevizError, match=says):
        rows_named(preset("table1"), text)


@pytest.mark.parametrize("name", ["a:b", "a,b", ":", "fire2:fire3"])
def test_a_name_with_our_signs_in_it_is_still_a_name(name: str) -> None:
    table = preset("table1")
    layers = (*table.layers[:2], replace(table.layers[2], name=name), *table.layers[3:])
    assert rows_named(replace(table, layers=layers), name) == (2, 2)


def test_a_part_of_the_network_says_what_flows_in_and_counts_depth_on() -> None:
    part = built(rows=Rows(2, 4))
    assert [module.key.layer for module in part.modules[1:]] == ["fire2", "fire3", "fire4"]
    entry = part.modules[0].boxes[0]
    assert (part.modules[0].key, entry.title, entry.detail) == (ENTRY_KEY, "from maxpool1", "96 × 55 × 55")
    assert [mark.depth for mark in part.ruler] == [2, 3, 4, 5, 6, 7]
    assert [module.index for module in part.modules] == [-1, 2, 3, 4]
    assert part.links[0].full.startswith("96 × 55 × 55")


def test_a_part_from_the_first_row_begins_with_the_image() -> None:
    assert built(rows=Rows(0, 2)).modules[0].key == INPUT_KEY


def failing() -> ResolvedNetwork:
    resolved = resolve(preset("table1").with_field(5, "kernel", 99))
    assert resolved.problems
    return resolved


@pytest.mark.parametrize("rows", [Rows(0, 1), Rows(0, 14), Rows(13, 14)])
def test_a_part_of_a_network_that_stops_tells_so_where_it_does(rows: Rows) -> None:
    resolved = failing()
    diagram = build_diagram(resolved, DiagramOptions(rows=rows))
    stops = resolved.problems[0].row
    assert stops is not None
    assert (diagram.modules[-1].role is Role.PROBLEM) is (stops <= rows.last)
    assert len(diagram.links) == len(diagram.modules) - 1


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(NETWORKS),
    st.builds(Annotations, *(st.booleans() for _ in SWITCHES)),
    st.sampled_from(list(Direction)),
    st.sampled_from([SCREEN, PAPER]),
    st.tuples(st.integers(0, 13), st.integers(0, 13)).map(sorted),
    st.sets(st.integers(2, 9)),
)
def test_whatever_is_chosen_nothing_is_cut_off(
    name: str,
    annotations: Annotations,
    direction: Direction,
    spacing: object,
    ends: list[int],
    closed: set[int],
) -> None:
    names = frozenset(f"fire{number}" for number in closed)
    diagram = built(
        name, direction=direction, annotations=annotations, spacing=spacing, rows=Rows(*ends), collapsed=names
    )
    left, top, width, height = extent(draw_diagram(diagram, LIGHT))
    assert left >= 0
    assert top >= 0
    assert left + width <= diagram.width
    assert top + height <= diagram.height
    assert list(overfull(diagram)) == []


@pytest.mark.parametrize("count", [2, 3, 4, 15])
def test_lines_hold_every_row_once_and_in_order(count: int) -> None:
    options = DiagramOptions(Direction.RIGHT, spacing=PAPER)
    lines = broken(build_diagram(network("table1"), options), options, count)
    rows = [row for line in lines if line.rows for row in range(line.rows.first, line.rows.last + 1)]
    assert rows == list(range(15))
    assert len(lines) <= count


def test_a_long_line_leaves_the_others_full() -> None:
    options = DiagramOptions(Direction.RIGHT, fires(network("table1")) - {"fire2"}, spacing=PAPER)
    whole = build_diagram(network("table1"), options)
    lines = [build_diagram(network("table1"), line).width for line in broken(whole, options, 4)]
    assert min(lines[:-1]) > 0.8 * max(lines)


def test_on_paper_boxes_in_a_column_are_equally_wide_and_nothing_is_for_the_mouse() -> None:
    diagram = built(collapsed=fires(network("table1")), spacing=PAPER)
    widths = {module.boxes[0].rect.width for module in diagram.modules}
    assert len(widths) == 1
    assert not any(module.toggle for module in diagram.modules)
    assert diagram.width < built(collapsed=fires(network("table1"))).width * 0.75


def test_to_the_right_a_line_on_paper_is_less_than_half_as_long() -> None:
    closed = fires(network("table1"))
    wide = built(direction=Direction.RIGHT, collapsed=closed)
    assert built(direction=Direction.RIGHT, collapsed=closed, spacing=PAPER).width < wide.width / 2


def test_a_box_knows_all_of_its_lines() -> None:
    (conv,) = built(direction=Direction.RIGHT, spacing=PAPER).modules[1].boxes
    assert isinstance(conv, Box)
    assert (conv.title, conv.detail, *conv.more) == ("conv1", "7×7/2", "96 filters", "96×111×111", "ReLU")
