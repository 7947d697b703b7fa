"""The kept placements of the presets' Fires are those that Graphviz gives.

`UPDATE_GOLDEN=1 python3 scripts/test.py tests/figure/test_placements.py` writes them anew.
"""

import json
import os
from itertools import product
from pathlib import Path
from unittest.mock import patch

import pytest

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.layout import fire, graphviz, plan
from squeezeviz.figure.layout.build import DiagramOptions, _laid_out, build_diagram
from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.figure.theme.look import FIGURE, PAPER, SCREEN
from squeezeviz.files.presets import load_preset, preset_ids

KEPT = Path(__file__).parents[2] / "resources" / "placements.json"


def forget() -> None:
    for cache in (_laid_out, fire._texts, fire._insides, plan.place):
        cache.cache_clear()


def draw_presets() -> None:
    forget()
    for preset in preset_ids():
        network = resolve(load_preset(preset))
        for direction, spacing in product(Direction, (SCREEN, FIGURE, PAPER)):
            build_diagram(network, DiagramOptions(direction, spacing=spacing))


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
        KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    assert given == json.loads(KEPT.read_text(encoding="utf-8"))


def test_a_preset_is_drawn_without_graphviz() -> None:
    with patch.object(graphviz, "place_by_graphviz") as asked:
        draw_presets()
    assert not asked.called


def test_what_is_not_kept_is_placed_by_graphviz() -> None:
    forget()
    table = load_preset("table1").with_field(3, "e1x1", 123_456)
    with patch.object(graphviz, "place_by_graphviz", wraps=graphviz.place_by_graphviz) as asked:
        build_diagram(resolve(table))
    assert asked.called


@pytest.fixture(autouse=True)
def nothing_drawn_with_other_placements() -> None:
    forget()
