"""Boxes coloured by cost: a scale that can be trusted, text that can be read, a legend that says what it means."""

from itertools import pairwise

import pytest
from painting_figures import contrast, everything, export_diagram, lightness, linear
from placed import fires
from preset_tables import network

from squeezeviz.analysis.conventions import Conventions
from squeezeviz.analysis.costs import COSTS, Measure
from squeezeviz.figure.drawing.cost_heat import heat_of
from squeezeviz.figure.drawing.draw import draw_diagram, draw_module, drawn_size
from squeezeviz.figure.drawing.heat import LEVELS, SCALES, Heat, heat_paint, heat_ramp
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Badge, Direction, Key, Module
from squeezeviz.figure.scene.primitives import Group, Primitive, Rectangle, Text
from squeezeviz.figure.theme.theme import LIGHT, PRINT, THEMES, Theme
from squeezeviz.figure.writers.figure import ExportOptions

pytestmark = pytest.mark.usefixtures("qapp")

every_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
READABLE = 4.5


BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Machado, Oliveira and Fernandes 2009, full severity, on linear RGB."""


def macs(name: str = "complex-bypass") -> Heat:
    heat = heat_of(network(name), None, Measure.MACS)
    assert heat is not None
    return heat


@every_theme
def test_steps_of_the_scale_look_equal_also_in_greyscale(theme: Theme) -> None:
    steps = [lightness(colour) for colour in SCALES[theme.name]]
    apart = [after - before for before, after in pairwise(steps)]
    assert max(apart) - min(apart) < 1.5
    assert abs(sum(apart)) > (45 if theme is PRINT else 60)


@every_theme
@pytest.mark.parametrize("kind", list(BLINDNESS))
def test_the_order_holds_for_the_colour_blind(theme: Theme, kind: str) -> None:
    seen = []
    for colour in heat_ramp(theme):
        rgb = linear(colour)
        mixed = [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in BLINDNESS[kind]]
        seen.append(0.2126 * mixed[0] + 0.7152 * mixed[1] + 0.0722 * mixed[2])
    assert seen in (sorted(seen), sorted(seen, reverse=True))


@every_theme
def test_text_can_be_read_on_every_heat(theme: Theme) -> None:
    assert all(contrast(*heat_paint(level / 1000, theme)) >= READABLE for level in range(1001))
    assert len(set(heat_ramp(theme))) == LEVELS


def test_more_stands_out_more_from_its_page() -> None:
    for theme in THEMES.values():
        assert contrast(heat_paint(1, theme).fill, theme.page) > contrast(heat_paint(0, theme).fill, theme.page)


@every_theme
@pytest.mark.parametrize("measure", COSTS)
@pytest.mark.parametrize("closed", [False, True])
def test_every_text_of_a_coloured_diagram_can_be_read(theme: Theme, measure: Measure, closed: bool) -> None:
    resolved = network("complex-bypass")
    heat = heat_of(resolved, None, measure)
    options = DiagramOptions(collapsed=fires(resolved) if closed else frozenset())
    badges = {Key(layer.name): Badge.MEASURED for layer in resolved.layers}
    for module in build_diagram(resolved, options).modules:
        drawn = list(everything(draw_module(module, theme, badges, heat)))
        for place, each in enumerate(drawn):
            if isinstance(each, Text):
                assert contrast(each.colour, ground_of(each, drawn[:place], module, theme)) >= READABLE, each.text


def ground_of(text: Text, before: list[Primitive], module: Module, theme: Theme) -> str:
    """The fill of the last rectangle painted under the beginning of a text."""
    shift = {"start": 1, "middle": 0, "end": -1}[text.anchor]
    x, y = text.x + shift, text.y - 3
    under = [
        each.shape.fill
        for each in before
        if isinstance(each, Rectangle)
        and each.shape.fill
        and each.x <= x <= each.x + each.width
        and each.y <= y <= each.y + each.height
    ]
    return under[-1] if under else theme.page


def test_a_box_has_the_colour_of_what_it_costs_and_a_module_at_its_top() -> None:
    diagram = build_diagram(network("complex-bypass"))
    heat = macs()
    fire2 = next(module for module in diagram.modules if module.key == Key("fire2"))
    fills = [
        each.shape.fill for each in everything(draw_module(fire2, LIGHT, heat=heat)) if isinstance(each, Rectangle)
    ]
    for key in (Key("fire2"), Key("fire2", "squeeze1x1"), Key("fire2", "expand3x3")):
        assert heat_paint(heat.values[key], LIGHT).fill in fills
    assert LIGHT.frame_fill not in fills


def test_what_was_not_measured_keeps_the_colours_of_its_kind() -> None:
    resolved = network("table1")
    assert heat_of(resolved, None, Measure.KIND) is None
    unmeasured = heat_of(resolved, None, Measure.TIME)
    assert unmeasured is not None
    for module in build_diagram(resolved).modules:
        assert draw_module(module, LIGHT, heat=unmeasured) == draw_module(module, LIGHT)


@pytest.mark.parametrize(
    ("measure", "conventions", "legend", "words"),
    [
        (
            Measure.MACS,
            Conventions(),
            ("Multiply-adds", "one image · square-root scale", ("0", "43.5 M", "174 M")),
            "Coloured by Multiply-adds, from 0 to 174 M; one image · square-root scale",
        ),
        (
            Measure.MACS,
            Conventions(flops=True),
            ("FLOPs", "2 × multiply-adds, one image · square-root scale", ("0 FLOPs", "86.9 MFLOPs", "348 MFLOPs")),
            "Coloured by FLOPs, from 0 FLOPs to 348 MFLOPs; 2 × multiply-adds, one image · square-root scale",
        ),
        (
            Measure.TIME,
            Conventions(),
            ("Measured time", "not measured yet: run a live pass", ()),
            "Coloured by Measured time: not measured yet: run a live pass",
        ),
    ],
    ids=["multiply-adds", "FLOPs", "time"],
)
def test_the_legend_tells_measure_ends_unit_and_scale(
    measure: Measure, conventions: Conventions, legend: tuple[str, str, tuple[str, ...]], words: str
) -> None:
    heat = heat_of(network("table1"), None, measure, conventions)
    assert heat is not None
    found = heat.legend
    assert (found.title, found.note, tuple(text for _, text in found.ticks)) == legend
    assert [at for at, _ in found.ticks] == [0.0, 0.5, 1.0][: len(legend[2])]
    assert found.in_words() == words


@every_theme
@pytest.mark.parametrize("direction", list(Direction))
def test_a_figure_has_room_for_its_legend(theme: Theme, direction: Direction) -> None:
    diagram, heat = build_diagram(network("table1"), DiagramOptions(direction)), macs("table1")
    drawn = draw_diagram(diagram, theme, heat=heat)
    width, height = drawn_size(diagram, heat)
    assert height > diagram.height
    below = drawn.children[-1]
    assert isinstance(below, Group)
    for each in everything(below):
        if isinstance(each, Rectangle):
            assert below.x + each.x + each.width <= width
            assert below.y + each.y + each.height <= height


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_exports_show_the_colours(suffix: str) -> None:
    resolved = network("table1")
    plain = export_diagram(resolved, suffix, ExportOptions())
    coloured = export_diagram(resolved, suffix, ExportOptions(heat=macs("table1")))
    assert plain != coloured
    if suffix == "svg":
        assert b"square-root scale" in coloured
        assert heat_paint(1, LIGHT).fill.encode() in coloured
