"""Costs as a figure: whole on its page, nothing on anything, every number as the table and the chart say it."""

from itertools import pairwise

import pytest
from canvas_networks import long_table
from hypothesis import given, settings
from hypothesis import strategies as st
from placed import within
from preset_tables import network
from strategies import running_tables

from squeezeviz.analysis.conventions import USUAL
from squeezeviz.analysis.costs import COSTS, Measure, costs
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.drawing.cost_figure import MOST_LAYERS, CostFigure, draw_costs
from squeezeviz.figure.scene.diagram import Rect, Role
from squeezeviz.figure.scene.primitives import Rectangle
from squeezeviz.figure.theme.metrics import extent, texts
from squeezeviz.figure.theme.theme import THEMES, Theme
from squeezeviz.model.table import LayerTable


def figure(shown: ResolvedNetwork, measure: Measure = Measure.MACS) -> CostFigure:
    return CostFigure(shown, costs(shown, None, measure), measure, USUAL, ("one image",))


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_layer_has_its_name_its_bar_its_number_and_its_share(theme: Theme) -> None:
    drawn, _, _ = draw_costs(figure(network()), theme)
    said = [text.text for text in texts(drawn)]
    for wanted in ("conv1", "174 M · 20.9 %", "fire2", "35.6 M · 4.3 %", "squeeze 1×1", "0 · 0.0 %"):
        assert wanted in said
    bars = [each for each in drawn.children if isinstance(each, Rectangle) and each.height == 12.0]
    first = max(bars, key=lambda bar: bar.width)
    assert first.shape.fill == theme.roles[Role.CONV]
    assert sum(bar.width for bar in bars) / first.width == pytest.approx(1 / 0.2088, rel=0.01)


@given(table=running_tables(), measure=st.sampled_from(COSTS))
@settings(max_examples=40)
def test_any_costs_lie_on_the_page_one_line_below_the_other(table: LayerTable, measure: Measure) -> None:
    drawn, width, height = draw_costs(figure(resolve(table), measure), THEMES["light"])
    assert within(extent(drawn), Rect(0, 0, width, height), slack=1.0)
    bars = sorted({each.y for each in drawn.children if isinstance(each, Rectangle) and each.height == 12.0})
    assert all(after - before > 12 for before, after in pairwise(bars))


def test_of_very_many_layers_the_costliest_are_drawn_and_that_is_said() -> None:
    drawn, _, _ = draw_costs(figure(resolve(long_table(300))), THEMES["light"])
    said = [text.text for text in texts(drawn)]
    assert f"the {MOST_LAYERS} costliest of 301 layers" in said and "conv1" in said
