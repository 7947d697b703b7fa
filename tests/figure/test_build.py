"""A network becomes a placed diagram: complete, in order, nothing over anything else, and as much as was asked for."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise, product
from unittest.mock import patch

import pytest
from bounds import allowed
from hypothesis import given, settings
from hypothesis import strategies as st
from placed import assert_tidy, boxes_on_page, fires, label_rect, on_page, overlapping, within
from places import ROOT
from preset_tables import PRESETS, network, preset
from strategies import tables

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, resolve
from squeezeviz.figure.layout import build, fire, graphviz, plan
from squeezeviz.figure.layout.build import Built, DiagramOptions, build_diagram, closed_at_first
from squeezeviz.figure.scene.diagram import Direction, Key, Module, Point, Rect, Role
from squeezeviz.figure.theme.look import ALL, FIGURE, NONE, PAPER, SCREEN, USUAL, Annotations, Look, Rows, Spacing
from squeezeviz.files.presets import load_preset, preset_ids
from squeezeviz.model import recent
from squeezeviz.model.layers import LARGEST, Bypass, Conv, Fire, Layer, MaxPool, uncompressed
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import plain

both_directions = pytest.mark.parametrize("direction", list(Direction))
every_preset = pytest.mark.parametrize("name", PRESETS)

HOSTILE = (
    "<script>alert(1)</script>" * 40,
    '"; } //',
    "שלום " * 200,
    "👩‍👩‍👧‍👦🇩🇪漢字" * 100,
    "\u202eevil " + "e\u0301\u0302" * 2500,
    "a" * 5000,
    "\\input{x} & $%",
    "\u200b" * 5000 + "x",
    "ﷺ" * 300,
)


def hostile_network() -> ResolvedNetwork:
    """Every hostile name on a convolution, an open Fire and a pool."""
    rows: list[Layer] = []
    for name in HOSTILE:
        rows += [Conv(f"c{name}", 7, 1), Fire(f"f{name}", 3, 5, 11, Bypass.COMPLEX), MaxPool(f"p{name}", 2, 1)]
    return resolve(LayerTable("hostile", InputShape(), tuple(rows)))


def huge_network() -> ResolvedNetwork:
    rows = (
        Conv("c", 3, 1),
        Fire("f", 10**6, LARGEST, LARGEST - 1),
        Fire("g", 10**6, 1, LARGEST),
        Fire("h", 1, 1, 1, Bypass.COMPLEX),
        Fire("i", 1, 1, 1, Bypass.SIMPLE),
    )
    return resolve(LayerTable("huge", InputShape(3, 1, 1), rows))


@every_preset
@both_directions
@pytest.mark.parametrize("spacing", [SCREEN, PAPER], ids=["screen", "paper"])
def test_every_preset_is_tidy_opened_closed_and_mixed_however_much_is_written(
    name: str, direction: Direction, spacing: Spacing
) -> None:
    closed = fires(network(name))
    for collapsed in (frozenset(), closed, frozenset(sorted(closed)[::2])):
        for written in (USUAL, NONE, ALL, NONE._replace(kinds=True)):
            assert_tidy(build_diagram(network(name), DiagramOptions(direction, collapsed, None, written, spacing)))


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(tables(), st.sampled_from(PRESETS).map(preset)),
    st.sampled_from(list(Direction)),
    st.builds(Annotations, *(st.booleans() for _ in Annotations._fields)),
    st.sampled_from([SCREEN, PAPER]),
    st.none() | st.tuples(st.integers(0, 13), st.integers(0, 13)).map(sorted),
    st.sets(st.integers(0, 13)),
)
def test_whatever_is_chosen_any_table_is_tidy(
    table: LayerTable,
    direction: Direction,
    annotations: Annotations,
    spacing: Spacing,
    ends: list[int] | None,
    closed: set[int],
) -> None:
    names = frozenset(layer.name for row, layer in enumerate(table.layers) if row in closed)
    rows = None if ends is None else Rows(*ends)
    assert_tidy(build_diagram(resolve(table), DiagramOptions(direction, names, rows, annotations, spacing)))


@both_directions
@pytest.mark.parametrize("make", [hostile_network, huge_network])
def test_hostile_names_and_huge_numbers_stay_in_their_boxes(
    make: Callable[[], ResolvedNetwork], direction: Direction
) -> None:
    resolved = make()
    assert_tidy(build_diagram(resolved, DiagramOptions(direction)))
    assert_tidy(build_diagram(resolved, DiagramOptions(direction, fires(resolved))))


@both_directions
def test_a_hostile_name_makes_no_box_wider_than_the_widest(direction: Direction) -> None:
    diagram = build_diagram(hostile_network(), DiagramOptions(direction))
    assert max(rect.width for box, rect in boxes_on_page(diagram) if not box.key.part) <= 336
    assert all(
        plain(name) in box.full
        for name, module in zip(HOSTILE, diagram.modules[1::3], strict=False)
        for box in module.boxes
    )


@every_preset
def test_each_operation_is_drawn_once_and_only_once(name: str) -> None:
    resolved = network(name)
    drawn = [box.key for box, _ in boxes_on_page(build_diagram(resolved))]
    expected = [Key("")]
    for layer, step in resolved.operations():
        if step.operation.kind is not OperationKind.RELU:
            expected.append(Key(layer.name, step.operation.part))
    assert sorted(drawn) == sorted(expected)


@every_preset
def test_each_line_goes_where_the_data_goes(name: str) -> None:
    """The lines inside of every open Fire are the inputs of its operations, past the ReLUs."""
    resolved = network(name)
    diagram = build_diagram(resolved)
    for layer, module in zip(resolved.layers, diagram.modules[1:], strict=True):
        if not module.opened:
            continue
        flows = {(layer.operations[-1].operation.part, "")}
        for step in layer.operations:
            for source in step.operation.inputs if step.operation.kind is not OperationKind.RELU else ():
                before = layer.operations[source].operation.part.removeprefix("relu_") if source >= 0 else ""
                flows.add((before, step.operation.part))
        assert {(line.source.part, line.target.part) for line in module.lines} == flows


@both_directions
def test_the_expands_stand_side_by_side_around_the_spine(direction: Direction) -> None:
    down = direction is Direction.DOWN
    for name in ("table1", "complex-bypass"):
        for module in build_diagram(network(name), DiagramOptions(direction)).modules:
            if not module.opened:
                continue
            boxes = {box.key.part: box.rect for box in module.boxes}
            one, three, squeeze, concat = (boxes[p] for p in ("expand1x1", "expand3x3", "squeeze1x1", "concat"))
            spine = module.entry.x if down else module.entry.y
            assert (one.y == three.y) if down else (one.x == three.x)
            assert (one.width, one.height) == (three.width, three.height)
            for left, right in ((one, three), (squeeze, squeeze), (concat, concat)):
                ends = (left.x, right.x + right.width) if down else (left.y, right.y + right.height)
                assert spine - ends[0] == pytest.approx(ends[1] - spine)


@both_directions
def test_the_spine_is_one_straight_line(direction: Direction) -> None:
    diagram = build_diagram(network("complex-bypass"), DiagramOptions(direction, frozenset({"fire4", "fire5"})))
    across = {point.x if direction is Direction.DOWN else point.y for link in diagram.links for point in link.points}
    assert len(across) == 1
    for link, source, target in zip(diagram.links, diagram.modules[:-1], diagram.modules[1:], strict=True):
        assert (link.source, link.target) == (source.key, target.key)
        assert link.points[0] == Point(source.rect.x + source.exit.x, source.rect.y + source.exit.y)
        assert link.points[-1] == Point(target.rect.x + target.entry.x, target.rect.y + target.entry.y)


def test_the_concat_shows_its_parts_in_proportion_and_never_unreadably_small() -> None:
    def shares(e1x1: int, e3x3: int) -> tuple[float, float]:
        table = LayerTable("t", InputShape(), (Fire("fire2", 4, e1x1, e3x3),))
        concat = next(box for box, _ in boxes_on_page(build_diagram(resolve(table))) if box.role is Role.CONCAT)
        first, second = concat.shares
        assert (first.channels, second.channels) == (e1x1, e3x3)
        assert first.rect.width + second.rect.width == concat.rect.width
        return first.rect.width, second.rect.width

    assert shares(64, 64) == (96, 96)
    assert shares(64, 128) == (64, 128)
    assert min(shares(1, 1000)) >= 20
    assert min(shares(1000, 1)) >= 20


def test_the_words_of_an_open_fire_say_why_128_channels() -> None:
    module = build_diagram(network("table1"), DiagramOptions(spacing=FIGURE)).modules[3]
    texts = [label.text for label in module.labels]
    assert texts[:5] == ["fire2", "s1x1 16", "e1x1 64", "e3x3 64", "depth +2 · 11,920 params"]
    assert "64 + 64 = 128 channels" in texts
    assert "128 × 55 × 55" in texts
    assert [(box.title, box.detail) for box in module.boxes[:3]] == [
        ("squeeze 1×1 · 16 filters", "16 × 55 × 55 · ReLU"),
        ("expand 1×1 · 64 filters", "64 × 55 × 55 · ReLU"),
        ("expand 3×3 · 64 filters", "64 × 55 × 55 · ReLU"),
    ]


def test_on_the_canvas_each_number_of_an_open_fire_stands_once() -> None:
    module = build_diagram(network("table1")).modules[3]
    texts = [label.text for label in module.labels]
    assert texts == ["fire2", "depth +2 · 11,920 params", "concat", "64 + 64 = 128 channels"]
    assert [(box.title, box.detail) for box in module.boxes[:3]] == [
        ("squeeze 1×1 · 16", "16 × 55 × 55 · ReLU"),
        ("expand 1×1 · 64", "64 × 55 × 55 · ReLU"),
        ("expand 3×3 · 64", "64 × 55 × 55 · ReLU"),
    ]
    assert module.channels == 128


def test_a_closed_fire_is_one_box_that_says_the_same_in_short() -> None:
    diagram = build_diagram(network("table1"), DiagramOptions(collapsed=frozenset({"fire3"})))
    module = next(module for module in diagram.modules if module.key == Key("fire3"))
    assert [box.title for box in module.boxes] == ["fire3"]
    assert [label.text for label in module.labels] == ["16 → 64 + 64 = 128", "depth +2"]
    assert (module.opened, module.lines) == (False, ())


@both_directions
@pytest.mark.parametrize(
    "name, parts", [("fire3", ["", "add"]), ("fire2", ["", "bypass1x1", "add"])], ids=["simple", "complex"]
)
def test_a_closed_fires_bypass_runs_around_its_box_into_a_sum(
    name: str, parts: list[str], direction: Direction
) -> None:
    diagram = build_diagram(network("complex-bypass"), DiagramOptions(direction, frozenset({name})))
    module = next(module for module in diagram.modules if module.key == Key(name))
    rects = {box.key.part: box.rect for box in module.boxes}
    assert sorted(rects) == sorted(parts)
    box, add = rects[""], rects["add"]
    down = direction is Direction.DOWN
    assert (add.y > box.y + box.height) if down else (add.x > box.x + box.width)
    around = [line for line in module.lines if line.role is Role.BYPASS]
    assert [(line.source.part, line.target.part) for line in around] == list(pairwise(parts))
    points = [point for line in around for point in line.points]
    outside = [p.x > box.x + box.width if down else p.y < box.y for p in points]
    assert any(outside) and not any(box.contains(*point) for point in points)
    assert module.exit == (Point(add.x + 10, add.y + 20) if down else Point(add.x + 20, add.y + 10))


@both_directions
def test_every_arrow_on_the_spine_ends_at_a_box_or_a_frame(direction: Direction) -> None:
    resolved = network("complex-bypass")
    diagram = build_diagram(resolved, DiagramOptions(direction, fires(resolved)))
    edges = {Point(rect.x, rect.y + rect.height / 2) for _, rect in boxes_on_page(diagram)}
    edges |= {Point(rect.x + rect.width / 2, rect.y) for _, rect in boxes_on_page(diagram)}
    assert all(link.points[-1] in edges for link in diagram.links if link.arrow)
    assert sum(not link.arrow for link in diagram.links) == 8


def test_boxes_of_single_layers_say_kernel_filters_and_shape() -> None:
    modules = build_diagram(network("table1")).modules
    said = {module.boxes[0].title: module.boxes[0].detail for module in modules if not module.opened}
    assert said == {
        "input image": "3 × 227 × 227",
        "conv1 · 7×7/2 · 96 filters": "96 × 111 × 111 · ReLU",
        "maxpool1 · 3×3/2": "96 × 55 × 55 · max",
        "maxpool4 · 3×3/2": "256 × 27 × 27 · max",
        "maxpool8 · 3×3/2": "512 × 13 × 13 · max",
        "dropout9 · 50 %": "512 × 13 × 13 · dropout",
        "conv10 · 1×1/1 · 1000 filters": "1000 × 13 × 13 · ReLU",
        "avgpool10 · 13×13/1": "1000 × 1 × 1 · average",
    }


@both_directions
def test_a_graph_that_stops_ends_in_the_row_that_cannot_run_and_why(direction: Direction) -> None:
    table = preset("table1")
    resolved = resolve(table.with_field(3, "bypass", Bypass.SIMPLE).with_field(3, "e1x1", 65))
    diagram = build_diagram(resolved, DiagramOptions(direction))
    last = diagram.modules[-1]
    assert [module.key.layer for module in diagram.modules] == ["", "conv1", "maxpool1", "fire2", "fire3"]
    assert (last.role, last.row, last.boxes[0].title) == (Role.PROBLEM, 3, "fire3 cannot run")
    assert diagram.links[-1].role is Role.PROBLEM
    assert " ".join(label.text for label in last.labels) == resolved.problems[0].reason
    assert_tidy(diagram)


@both_directions
def test_an_empty_table_shows_the_input_and_says_that_it_is_empty(direction: Direction) -> None:
    diagram = build_diagram(resolve(LayerTable("t", InputShape(), ())), DiagramOptions(direction))
    assert [module.role for module in diagram.modules] == [Role.INPUT, Role.PROBLEM]
    assert diagram.modules[0].key != diagram.modules[1].key
    assert diagram.modules[1].boxes[0].title == "nothing to draw yet"
    assert [label.text for label in diagram.modules[1].labels] == ["the table has no layers"]
    assert diagram.links[0].role is not Role.PROBLEM
    assert diagram.ruler == ()
    assert_tidy(diagram)


def test_totals_too_large_for_a_count_leave_every_layer_drawn() -> None:
    resolved = huge_network()
    assert resolved.problems
    modules = build_diagram(resolved).modules
    assert [module.row for module in modules] == [-1, 0, 1, 2, 3, 4, -1]


def test_an_edit_keeps_the_contents_of_every_other_module() -> None:
    before = build_diagram(network("table1"))
    after = build_diagram(resolve(preset("table1").with_field(3, "s1x1", 24)))
    changed = [
        one.key.layer
        for one, other in zip(before.modules, after.modules, strict=True)
        if one.boxes is not other.boxes or one.lines is not other.lines
    ]
    assert changed == ["fire3"]


def test_renaming_a_fire_changes_its_keys_and_leaves_its_geometry() -> None:
    table = preset("table1")
    before = build_diagram(resolve(table)).modules[3]
    renamed = table.with_layer(2, replace(table.layers[2], name="Feuer"))
    after = build_diagram(resolve(renamed)).modules[3]
    assert {box.key.layer for box in after.boxes} == {"Feuer"}
    assert after.lines == before.lines
    assert [box.rect for box in after.boxes] == [box.rect for box in before.boxes]
    assert all(box.full.startswith("Feuer/") for box in after.boxes)


def test_more_channels_make_a_wider_line() -> None:
    links = build_diagram(network("table1")).links
    assert links[0].width < links[1].width < links[-2].width


@both_directions
def test_badges_have_a_place_of_their_own_beside_every_text(direction: Direction) -> None:
    diagram = build_diagram(network("complex-bypass"), DiagramOptions(direction, frozenset({"fire3"})))
    for module in diagram.modules:
        # What runs around a closed Fire has no room for a badge: the Fire's own speaks for it.
        boxes = module.boxes if module.opened else module.boxes[:1]
        badges = [box.badge for box in boxes] + ([module.badge] if module.opened else [])
        for badge in badges:
            assert badge is not None
            around = Rect(badge.x - 7, badge.y - 7, 14, 14)
            assert within(on_page(module, around), module.rect)
            assert overlapping([("badge", around), *((label.text, label_rect(label)) for label in module.labels)]) == []


# A thousand Fire modules are placed at once, and an edit costs what it changes

CACHES = (build._laid_out, fire._texts, fire._insides, plan.open_plan, plan.place)


def a_thousand_fires() -> LayerTable:
    fires = tuple(Fire(f"fire{number}", 16 + number % 5, 64, 64) for number in range(1000))
    return LayerTable("deep", InputShape(), (Conv("conv1", 96, 7, 2), *fires))


def fastest(work: Callable[[], object], prepare: Callable[[], object] = lambda: None) -> float:
    """Seconds of processor time that `work` takes at best, of three."""
    times = []
    for _ in range(3):
        prepare()
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def forget() -> None:
    for cache in CACHES:
        cache.cache_clear()


@pytest.mark.parametrize("direction", list(Direction))
def test_a_thousand_fires_from_nothing_in_under_half_a_second(direction: Direction) -> None:
    network = resolve(a_thousand_fires())
    assert fastest(lambda: build_diagram(network, DiagramOptions(direction)), forget) < allowed(0.5)


def test_the_texts_of_equal_modules_are_made_once_however_wide_their_names_make_the_frames() -> None:
    forget()
    build_diagram(resolve(a_thousand_fires()))
    distinct = 6  # five numbers of filters, one of them after conv1 too
    assert fire._texts.cache_info().misses == distinct < fire._insides.cache_info().misses


def test_fires_whose_texts_take_as_much_room_share_one_plan() -> None:
    forget()
    build_diagram(resolve(a_thousand_fires()))
    assert plan.open_plan.cache_info().misses < fire._insides.cache_info().misses


def test_equal_fires_share_their_lines() -> None:
    forget()
    modules = build_diagram(resolve(a_thousand_fires())).modules
    assert len({id(module.lines) for module in modules if module.opened}) == fire._insides.cache_info().misses < 20


def test_graphviz_is_asked_once_for_each_distinct_module() -> None:
    forget()
    build_diagram(resolve(a_thousand_fires()))
    assert plan.place.cache_info().misses == 1


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the rows that are laid out, from here on."""
    forget()
    names: list[str] = []

    def counted(layer: Layer, resolved: ResolvedLayer, look: Look, *, opened: bool) -> Module:
        names.append(layer.name)
        return lay_out(layer, resolved, look, opened=opened)

    lay_out = build._module
    monkeypatch.setattr(build, "_module", counted)
    return names


def test_one_edit_in_table1_draws_one_module_anew(laid_out: list[str]) -> None:
    build_diagram(resolve(preset("table1")))
    before = [cache.cache_info().misses for cache in CACHES[1:]]
    laid_out.clear()
    build_diagram(resolve(preset("table1").with_field(3, "s1x1", 20)))
    anew = [cache.cache_info().misses - count for cache, count in zip(CACHES[1:], before, strict=True)]
    assert (laid_out, anew) == (["fire3"], [1, 1, 0, 0])


def test_however_long_a_network_is_one_edit_draws_one_module_anew(
    laid_out: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "LEAST", 5)
    for edit in range(40):
        build_diagram(resolve(preset("table1").with_field(3, "s1x1", 20 + edit)))
        assert edit == 0 or laid_out == ["fire3"]
        laid_out.clear()


def test_an_edit_keeps_all_that_stands_where_it_stood(long: LayerTable) -> None:
    options = DiagramOptions(collapsed=closed_at_first(long))
    network = resolve(long)
    before = build_diagram(network, options)
    edited = resolve(long.with_field(500, "s1x1", 30), network)
    with (
        patch("squeezeviz.figure.layout.build.uncompressed", wraps=uncompressed) as looked_up,
        patch.object(build, "_row_marks", wraps=build._row_marks) as marked,
        patch.object(build, "_link", wraps=build._link) as linked,
    ):
        after = build_diagram(edited, options, Built(network, options, before))
    assert (looked_up.call_count, marked.call_count, linked.call_count) == (1, 1, 2)
    assert after == build_diagram(edited, options)
    modules = [one is other for one, other in zip(before.modules, after.modules, strict=True)]
    links = [one is other for one, other in zip(before.links, after.links, strict=True)]
    assert [place for place, same in enumerate(modules) if not same] == [501]
    assert [place for place, same in enumerate(links) if not same] == [500, 501]


@pytest.fixture
def long() -> LayerTable:
    return a_thousand_fires()


@pytest.mark.parametrize("rows", [0, recent.LONG])
@pytest.mark.parametrize("direction", list(Direction))
def test_what_is_taken_from_the_diagram_before_is_as_if_made_anew(
    direction: Direction, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "LONG", rows)
    table = preset("complex-bypass")
    fire = table.layers[3]
    edited = (
        table,
        table.with_field(3, "e1x1", 100),
        table.with_field(3, "s1x1", 100),
        table.with_field(3, "s1x1_kept", 0.5),
        table.removed(4),
        table.removed(*range(6, len(table.layers))),
        table,
        table.with_layer(4, MaxPool("pool", 3, 2)),
        table.inserted(2, replace(fire, name="new")),
        table.moved(3, 6),
        table.with_field(5, "name", "other"),
        table.with_input(InputShape(1, 99, 99)),
        table.with_field(0, "kernel", 999),
        table.removed(*range(len(table.layers))),
        table.with_field(0, "filters", 7),
    )
    before = None
    for each in edited:
        for closed in (frozenset[str](), frozenset({"fire3", "fire5"})):
            options, network = DiagramOptions(direction, closed), resolve(each)
            after = build_diagram(network, options, before)
            assert after == build_diagram(network, options)
            before = Built(network, options, after)


# The placements of the presets' Fires are kept as Graphviz gives them:
# `UPDATE_GOLDEN=1 python3 scripts/test.py tests/figure/test_build.py` writes them anew

KEPT_PLACEMENTS = ROOT / "resources" / "placements.json"


def draw_presets() -> None:
    forget()
    for name in preset_ids():
        shown = resolve(load_preset(name))
        for direction, spacing in product(Direction, (SCREEN, FIGURE, PAPER)):
            build_diagram(shown, DiagramOptions(direction, spacing=spacing))


def test_the_kept_placements_are_what_graphviz_gives_for_the_presets() -> None:
    make = graphviz.place_by_graphviz
    with (
        patch.object(plan, "kept_placements", dict),
        patch.object(graphviz, "place_by_graphviz", wraps=make) as asked,
    ):
        draw_presets()
    given = {plan.placement_key(*call.args): list(make(*call.args)) for call in asked.call_args_list}
    if os.environ.get("UPDATE_GOLDEN"):
        lines = (f"  {json.dumps(key)}: {json.dumps(placement)}" for key, placement in sorted(given.items()))
        KEPT_PLACEMENTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    assert given == json.loads(KEPT_PLACEMENTS.read_text(encoding="utf-8"))


def test_a_preset_is_drawn_without_graphviz() -> None:
    with patch.object(graphviz, "place_by_graphviz") as asked:
        draw_presets()
    assert not asked.called


def test_what_is_not_kept_is_placed_by_graphviz() -> None:
    forget()
    table = preset("table1").with_field(3, "e1x1", 123_456)
    with patch.object(graphviz, "place_by_graphviz", wraps=graphviz.place_by_graphviz) as asked:
        build_diagram(resolve(table))
    assert asked.called
