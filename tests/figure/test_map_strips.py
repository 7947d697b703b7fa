"""Boxes carry their feature maps: the room for them, what is drawn in it, and what each format makes of it."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from itertools import combinations, pairwise, product
from typing import Any

import numpy as np
import pytest
from map_strips import BARS, LEGEND, SENTENCES, carriers, strips_of
from painting_figures import everything, export_diagram, pdf_picture, pixels, svg_picture, svg_texts
from placed import assert_tidy, fires, label_rect, overlap, within
from places import GOLDEN
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from preset_tables import PRESETS, network
from PySide6.QtGui import QImage
from small_files import SMALL

from squeezeviz.analysis.costs import Measure
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.drawing.cost_heat import heat_of
from squeezeviz.figure.drawing.draw import draw_diagram, draw_module
from squeezeviz.figure.drawing.map_colours import TILE_PIXELS, coloured, map_tiles, picture_tiles, reduced, scale_of
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import ENTRY_KEY, INPUT_KEY, Diagram, Direction, Key, Rect, Role
from squeezeviz.figure.scene.primitives import Group, Pixels, Rectangle
from squeezeviz.figure.theme.colour_maps import colour_map
from squeezeviz.figure.theme.look import (
    FIGURE,
    FITS,
    NONE,
    PAPER,
    PAPER_STRIP,
    SCREEN,
    STRIP,
    Annotations,
    Rows,
    Spacing,
)
from squeezeviz.figure.theme.metrics import extent, text_width
from squeezeviz.figure.theme.theme import DARK, GREYSCALE, LIGHT, THEMES, Theme
from squeezeviz.figure.writers.figure import ExportOptions, figure_of
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Conv, Fire, GlobalAvgPool
from squeezeviz.model.table import InputShape, LayerTable

SPACINGS = {
    "screen": FIGURE._replace(strip=STRIP),
    "canvas": SCREEN._replace(strip=STRIP),
    "paper": PAPER._replace(strip=PAPER_STRIP),
}
PLAIN = LayerTable(
    "plain", InputShape(3, 20, 20), (*SMALL.layers[:2], Conv("conv4", filters=3, kernel=1), GlobalAvgPool("end"))
)


def built(shown: ResolvedNetwork, direction: Direction, spacing: Spacing, closed: bool, **more: object) -> Diagram:
    collapsed = fires(shown) if closed else frozenset()
    return build_diagram(shown, DiagramOptions(direction, collapsed, spacing=spacing, **more))  # type: ignore[arg-type]


def with_maps(shown: ResolvedNetwork, **more: object) -> ExportOptions:
    """Options of an export whose boxes all carry maps."""
    options = ExportOptions(**more)  # type: ignore[arg-type]
    spacing = options.diagram.spacing._replace(strip=STRIP)
    return options._replace(maps=strips_of(build_diagram(shown, options.diagram._replace(spacing=spacing))))


@pytest.mark.parametrize(
    ("name", "direction", "spacing", "closed"),
    list(product(("table1", "simple-bypass", "complex-bypass"), Direction, SPACINGS, (True, False))),
)
def test_maps_stand_in_their_boxes_and_over_no_text(
    name: str, direction: Direction, spacing: str, closed: bool
) -> None:
    diagram = built(network(name), direction, SPACINGS[spacing], closed)
    assert_tidy(diagram)
    for module in diagram.modules:
        frame = Rect(0, 0, module.rect.width, module.rect.height)
        labels = [label_rect(label) for label in module.labels]
        for box in module.boxes:
            if box.strip is None:
                continue
            room = box.strip.rect
            assert within(room, frame if box.role is Role.CONCAT else box.rect)
            assert not any(overlap(room, each) for each in labels)
            if box.role is Role.CONCAT:
                assert not overlap(room, box.rect)
                assert not any(overlap(room, each.rect) for each in module.boxes)
            else:
                texts = box.text_rect
                width = max(text_width(box.title, 13, True), text_width(box.detail, 11.5))
                assert not overlap(room, Rect(texts.x, texts.y, box.text_left + width, texts.height))


@pytest.mark.parametrize("name", PRESETS)
def test_every_box_whose_maps_are_more_than_single_values_carries_them(name: str) -> None:
    shown = network(name)
    carrying = {box.key for box, _ in carriers(built(shown, Direction.DOWN, SPACINGS["paper"], closed=False))}
    expected = {INPUT_KEY}
    for layer in shown.layers:
        parts = [step.operation.part for step in layer.operations] if isinstance(layer.layer, Fire) else [""]
        sizes = (layer.output.shape.height, layer.output.shape.width)
        expected |= {Key(layer.name, part) for part in parts if sizes != (1, 1) and part in (*_PARTS, "")}
    assert carrying == expected


_PARTS = ("squeeze1x1", "expand1x1", "expand3x3", "bypass1x1", "concat")


def test_without_maps_a_box_has_no_room_for_them() -> None:
    shown = network("complex-bypass")
    for direction, closed in product(Direction, (True, False)):
        diagram = built(shown, direction, FIGURE, closed)
        assert not list(carriers(diagram))
        options = ExportOptions(DiagramOptions(direction, fires(shown) if closed else frozenset()))
        assert figure_of(shown, options).height == diagram.height


def test_a_figure_that_begins_in_the_middle_carries_the_maps_that_flow_in() -> None:
    diagram = built(network(), Direction.DOWN, SPACINGS["screen"], True, rows=Rows(3, 4))
    of = {box.key: box.strip.of for box, _ in carriers(diagram) if box.strip}
    assert of == {ENTRY_KEY: Key("fire2"), Key("fire3"): Key("fire3", "concat"), Key("fire4"): Key("fire4", "concat")}
    strip = strips_of(diagram).strips[Key("fire3", "concat")]
    for module in diagram.modules:
        (box,) = module.boxes
        drawn = draw_module(module, LIGHT, strips={box.strip.of: strip} if box.strip else {})
        tiles = [each for each in everything(drawn) if isinstance(each, Pixels)]
        assert {each.width for each in tiles} == {STRIP.side}


def test_there_is_no_more_room_than_there_are_channels() -> None:
    shown = resolve(
        LayerTable("few", InputShape(3, 9, 9), (Conv("conv1", filters=2, kernel=1), Fire("fire2", 1, 1, 1)))
    )
    widths = {
        box.key.part or box.key.layer: rect.width
        for box, rect in carriers(built(shown, Direction.DOWN, SPACINGS["screen"], closed=False))
    }
    one, two = STRIP.side, 2 * STRIP.side + STRIP.gap
    parts = {"squeeze1x1": one, "expand1x1": one, "expand3x3": one, "concat": two}
    assert widths == {"": STRIP.width(4), "conv1": two, **parts}


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_strip_is_drawn_in_equal_squares_and_a_concat_names_the_part_of_each(theme: Theme) -> None:
    diagram = built(network(), Direction.RIGHT, SPACINGS["paper"], closed=False)
    maps = strips_of(built(network(), Direction.RIGHT, SPACINGS["screen"], closed=False))
    (module,) = (each for each in diagram.modules if each.key == Key("fire2"))
    drawn = {
        each.key: each
        for each in everything(draw_module(module, theme, strips=maps.strips))
        if isinstance(each, Group) and each.kind == "box"
    }
    for box, room in carriers(diagram._replace(modules=(module,))):
        (group,) = (each for each in drawn[box.key].children if isinstance(each, Group))
        tiles = [each for each in group.children if isinstance(each, Pixels)]
        assert group.kind == "maps"
        assert within(extent(group), Rect(room.x - 1, room.y - 1, room.width + 2, room.height + 2))
        strip = maps.strips[box.key]
        assert [each.rgb for each in tiles] == [each.rgb for each in strip]
        assert {(each.width, round(each.width * 2 / 3, 6)) for each in tiles} == {
            (PAPER_STRIP.side, round(tiles[0].height, 6))
        }
        pitches = {round(after.x - tile.x, 6) for tile, after in pairwise(tiles)}
        assert pitches == {PAPER_STRIP.side + PAPER_STRIP.gap}
        bars = [each.shape.fill for each in group.children if isinstance(each, Rectangle) and each.shape.fill]
        shares = [theme.shares[role] for role in (Role.EXPAND1X1, Role.EXPAND3X3) for _ in range(2)]
        assert bars == (shares if box.key.part == "concat" else [])


def test_the_legend_says_everything_below_the_diagram_and_below_that_of_costs() -> None:
    shown = network()
    options = with_maps(shown)
    heat = heat_of(shown, None, Measure.MACS)
    for wanted, legends in ((options, 1), (options._replace(heat=heat), 2)):
        figure = figure_of(shown, wanted)
        cards = [each for each in everything(figure.drawn) if isinstance(each, Group) and each.kind == "legend"]
        assert len(cards) == legends
        assert within(extent(figure.drawn), Rect(0, 0, figure.width, figure.height))
        rects = [extent(Group(0, each.y, each.children)) for each in cards]
        assert not (len(rects) > 1 and overlap(rects[0], rects[1]))
        bars = [text for _, text in BARS]
        assert cards[-1].title == f"{LEGEND.title}. {' '.join(SENTENCES)} {'; '.join(bars)}."
        texts = svg_texts(export_diagram(shown, "svg", wanted))
        assert {LEGEND.title, *SENTENCES, "0", "its largest", *bars} <= set(texts)
    silent = options._replace(diagram=options.diagram._replace(annotations=NONE))
    assert LEGEND.title not in svg_texts(export_diagram(shown, "svg", silent))


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_legend_draws_the_bars_of_a_concat_as_they_are_below_its_maps_and_over_nothing_else(theme: Theme) -> None:
    options = with_maps(network(), theme=theme)
    drawn = list(everything(figure_of(network(), options).drawn))
    strip_bars = {
        each.shape
        for group in drawn
        if isinstance(group, Group) and group.kind == "maps"
        for each in group.children
        if isinstance(each, Rectangle) and each.shape.fill in {theme.shares[role] for role, _ in BARS}
    }
    (card,) = (each for each in drawn if isinstance(each, Group) and each.kind == "legend")
    bars = [each for each in card.children if isinstance(each, Rectangle) and each.shape in strip_bars]
    assert [each.shape.fill for each in bars] == [theme.shares[role] for role, _ in BARS]
    ground, *rest = card.children
    assert isinstance(ground, Rectangle)
    places = [extent(Group(0, 0, (each,))) for each in rest if each.__class__ is not Rectangle or each in bars]
    assert all(within(each, Rect(ground.x, ground.y, ground.width, ground.height)) for each in places)
    assert not any(overlap(one, other) for one, other in combinations(places, 2))


def test_a_long_sentence_of_the_legend_is_broken_into_lines() -> None:
    shown, words = network(), " ".join(f"word{number}" for number in range(60))
    options = with_maps(shown, size=FITS["slide"])
    assert options.maps
    legend = LEGEND._replace(sentences=(words,))
    texts = svg_texts(export_diagram(shown, "svg", options._replace(maps=options.maps._replace(legend=legend))))
    assert " ".join(each for each in texts if each.startswith("word")) == words


def pictures_in_svg(svg: bytes) -> list[np.ndarray]:
    found = re.findall(rb"data:image/png;base64,([A-Za-z0-9+/=]+)", svg)
    return [pixels(QImage.fromData(base64.b64decode(each)))[..., 2::-1] for each in found]


def expected_pictures(shown: ResolvedNetwork, options: ExportOptions) -> list[np.ndarray]:
    primitives = everything(figure_of(shown, options).drawn)
    found = [each for each in primitives if isinstance(each, Pixels)]
    return [np.frombuffer(each.rgb, np.uint8).reshape(each.rows, each.columns, 3) for each in found]


def test_an_svg_has_every_map_with_its_very_pixels() -> None:
    shown = resolve(SMALL)
    options = with_maps(shown)
    found, expected = pictures_in_svg(export_diagram(shown, "svg", options)), expected_pictures(shown, options)
    assert options.maps
    assert len(found) == 1 + sum(map(len, options.maps.strips.values()))
    assert all((one == other).all() for one, other in zip(found, expected, strict=True))


def test_the_svg_is_the_golden_one() -> None:
    shown = resolve(PLAIN)
    golden = (GOLDEN / "figure_with_maps.svg").read_bytes()
    assert export_diagram(shown, "svg", with_maps(shown)) == golden


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_picture_shows_each_map_where_it_stands(theme: Theme) -> None:
    shown = resolve(PLAIN)
    options = with_maps(shown, theme=theme)
    figure = figure_of(shown, options)
    files = {suffix: export_diagram(shown, suffix, options) for suffix in ("svg", "png", "pdf")}
    pictures = [svg_picture(files["svg"].decode()), files["png"], pdf_picture(files["pdf"])]
    for image in map(pixels, pictures):
        for x, y, tile in placed_pixels(figure.drawn):
            if tile.columns * tile.rows == 6:
                seen = image[round(2 * (y + tile.height / 2)), round(2 * (x + tile.width / 2))][2::-1]
                assert np.abs(seen.astype(int) - np.frombuffer(tile.rgb[:3], np.uint8)).max() <= 2


def placed_pixels(group: Group, x: float = 0.0, y: float = 0.0) -> list[tuple[float, float, Pixels]]:
    x, y, found = x + group.x, y + group.y, []
    for child in group.children:
        if isinstance(child, Group):
            found += placed_pixels(child, x, y)
        elif isinstance(child, Pixels):
            found.append((x + child.x, y + child.y, child))
    return found


@pytest.mark.parametrize("direction", Direction)
def test_a_slide_has_every_map_as_a_picture_in_the_group_of_its_row(direction: Direction) -> None:
    shown = network("complex-bypass")
    options = with_maps(shown, diagram=DiagramOptions(direction))
    data = export_diagram(shown, "pptx", options)
    assert data == export_diagram(shown, "pptx", options)
    presentation = Presentation(io.BytesIO(data))
    rows = {each.name: each for each in presentation.slides[0].shapes if each.shape_type == MSO_SHAPE_TYPE.GROUP}
    assert options.maps
    counted = {name: len(list(pictures_in(rows[name]))) for name in ("conv1", "fire2", "maxpool1")}
    assert counted == {"conv1": 4, "fire2": 5 * 4, "maxpool1": 4}
    (first, *_) = pictures_in(rows["conv1"])
    image = pixels(QImage.fromData(first.image.blob))
    assert image.shape[1] >= 200  # PowerPoint blurs what it enlarges
    assert bytes(image[0, 0][2::-1]) == options.maps.strips[Key("conv1")][0].rgb[:3]
    assert round(first.width / first.height, 2) == 1.5


def pictures_in(group: Any) -> Iterator[Any]:
    for shape in group.shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from pictures_in(shape)
        elif shape.shape_type == MSO_SHAPE_TYPE.PICTURE:
            yield shape


@pytest.mark.parametrize("suffix", ["tex", "dot", "html"])
def test_a_format_without_pictures_of_its_own_refuses_and_names_those_that_have(suffix: str) -> None:
    shown = network()
    with pytest.raises(
        SqueezevizError, match=r"cannot carry feature maps by itself: choose one of \.svg, \.pdf, \.png, \.pptx"
    ):
        export_diagram(shown, suffix, with_maps(shown))


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_the_same_figure_gives_the_same_bytes(suffix: str) -> None:
    shown = resolve(SMALL)
    options = with_maps(shown, size=FITS["column"])
    assert export_diagram(shown, suffix, options) == export_diagram(shown, suffix, options)


@pytest.mark.parametrize("theme", [LIGHT, GREYSCALE], ids=["light", "greyscale"])
@pytest.mark.parametrize("both_signs", [False, True])
def test_each_map_has_its_own_scale_by_the_square_root(theme: Theme, both_signs: bool) -> None:
    maps = np.random.default_rng(3).normal(size=(4, 6, 5)).astype(np.float32)
    if not both_signs:
        maps = np.abs(maps)
    colours = colour_map(theme, both_signs=both_signs)
    for values, tile in zip(maps, map_tiles(maps, theme, both_signs=both_signs), strict=True):
        assert (tile.rows, tile.columns, tile.part) == (6, 5, None)
        assert tile.rgb == coloured(values, scale_of(values, both_signs=both_signs), colours).tobytes()
        most = np.unravel_index(values.argmax() if not both_signs else np.abs(values).argmax(), values.shape)
        ends = (colours.rgb[:3], colours.rgb[-3:])
        at = 3 * (most[0] * 5 + most[1])
        assert tile.rgb[at : at + 3] == ends[1 if values[most] > 0 else 0]


def test_what_is_broken_or_empty_has_a_colour_too() -> None:
    maps = np.zeros((3, 2, 2), np.float32)
    maps[1, 0, 0], maps[2] = np.nan, np.inf
    dark, broken, bright = map_tiles(maps, LIGHT, both_signs=False)
    colours = colour_map(LIGHT, both_signs=False).rgb
    assert dark.rgb == colours[:3] * 4
    assert broken.rgb == bytes((255, 0, 255)) + colours[:3] * 3
    assert len(bright.rgb) == 12


@pytest.mark.parametrize(("side", "small"), [(64, 64), (65, 33), (113, 57), (227, 57), (1000, 63)])
def test_a_large_map_is_averaged_to_what_can_be_seen(side: int, small: int) -> None:
    maps = np.random.default_rng(1).random((1, side, 10)).astype(np.float32)
    (tile,) = map_tiles(maps, LIGHT, both_signs=False)
    assert tile.rows == small <= TILE_PIXELS
    by = -(-side // TILE_PIXELS)
    mean = reduced(maps, by)[0]
    assert tile.rgb == coloured(mean, scale_of(mean), colour_map(LIGHT, both_signs=False)).tobytes()


def test_a_picture_stays_what_it_is_or_is_averaged_and_is_followed_by_its_channels_in_their_order() -> None:
    picture = np.random.default_rng(2).integers(0, 256, (60, 64, 3), np.uint8)
    whole, *channels = picture_tiles(picture, "BGR")
    assert whole.rgb == picture.tobytes()
    assert [each.letter for each in channels] == ["B", "G", "R"]
    for each, channel in zip(channels, (2, 1, 0), strict=True):
        assert each.rgb == bytes(value for value in picture[..., channel].ravel() for _ in range(3))
    grey = np.full((227, 227, 3), 77, np.uint8)
    (tile,) = picture_tiles(grey, "")
    assert (tile.columns, tile.rows, set(tile.rgb)) == (57, 57, {77})


def test_boxes_without_anything_written_carry_maps_too() -> None:
    shown = resolve(SMALL)
    for spacing, written in product(SPACINGS.values(), (NONE, Annotations(shapes=False, kinds=False))):
        for direction, closed in product(Direction, (True, False)):
            diagram = built(shown, direction, spacing, closed, annotations=written)
            assert within(
                extent(draw_diagram(diagram, LIGHT, maps=with_maps(shown).maps, legend=False)),
                Rect(0, 0, diagram.width, diagram.height),
            )


def test_a_bypass_around_a_closed_module_leaves_its_maps_alone() -> None:
    table = LayerTable("one", InputShape(8, 9, 9), (Fire("fire1", 2, 4, 4, bypass=Bypass.COMPLEX),))
    for direction in Direction:
        (_, module) = built(resolve(table), direction, SPACINGS["paper"], closed=True).modules
        box = module.boxes[0]
        assert box.strip
        assert within(box.strip.rect, box.rect)
        assert not any(overlap(box.strip.rect, each.rect) for each in module.boxes[1:])
