"""The points of the paper's Figures 3a and 3b as presets."""

from __future__ import annotations

import re

import pytest

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset, presets
from squeezeviz.files.registry import open_network
from squeezeviz.model.layers import Bypass, Fire
from squeezeviz.paper.metaparameters import followed
from squeezeviz.paper.reference import FIGURE_POINTS, FigurePoint, printed_for


@pytest.mark.parametrize("point", FIGURE_POINTS, ids=lambda point: point.id)
def test_a_point_is_table1_with_the_fire_modules_and_the_size_that_the_paper_prints(point: FigurePoint) -> None:
    network = resolve(load_preset(point.id))
    assert network.parameters.value == point.parameters
    assert 4 * point.parameters / 2**20 == pytest.approx(float(point.megabytes), rel=0.05)
    found = followed(network.table)
    assert found is not None
    assert (found.metaparameters, found.deviations) == (point.metaparameters, ())
    told = printed_for(network, found.metaparameters)
    assert told is not None
    assert told.printed == point.printed
    table1 = load_preset("table1").uncompressed()
    assert [layer.name for layer in network.table.layers] == [layer.name for layer in table1.layers]
    others = [layer for layer in network.table.layers if not isinstance(layer, Fire)]
    assert others == [layer for layer in table1.layers if not isinstance(layer, Fire)]


def test_what_the_paper_prints_is_told_for_its_own_network_alone() -> None:
    for other in ("squeezenet1_1", "simple-bypass", "complex-bypass"):
        network = resolve(load_preset(other))
        found = followed(network.table)
        assert found is not None
        assert printed_for(network, found.metaparameters) is None
    table = load_preset("table1")
    bypassed = table.with_field(table.index_of("fire3"), "bypass", Bypass.SIMPLE)
    assert printed_for(resolve(bypassed), FIGURE_POINTS[0].metaparameters) is None


def test_an_id_is_plain_and_a_name_says_what_it_is() -> None:
    assert all(re.fullmatch(r"figure3[ab]-(sr|pct)[0-9.]+", point.id) for point in FIGURE_POINTS)
    assert open_network("figure3a-sr0.25").table.name == "SqueezeNet, SR 0.25 (Figure 3a)"
    assert open_network("figure3b-pct12.5").table.name == "SqueezeNet, 12.5 % 3×3 filters (Figure 3b)"
    figures = {preset.id: preset.figure for preset in presets()}
    assert (figures["table1"], figures["figure3a-sr0.5"], figures["figure3b-pct50"]) == ("", "3a", "3b")
