"""The table coloured by cost, in the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from squeezeviz.analysis.costs import Measure, costs
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.registry import open_network
from squeezeviz.gui.main_window import MainWindow


def network() -> ResolvedNetwork:
    return resolve(open_network("table1").table)


def test_the_tables_names_are_underlined_by_cost_and_only_those_that_look_different_are_announced(
    open_on: Callable[..., MainWindow],
) -> None:
    model = open_on().parts.model
    found = costs(network(), None, Measure.PARAMETERS)
    most = max(cost.value or 0 for cost in found)
    shares = {row: (cost.value or 0) / most for row, cost in enumerate(found)}
    model.set_heat(shares)
    lengths = {model.cell(model.index(row, 0)).text: model.cell(model.index(row, 0)).bar for row in range(17)}
    assert lengths["conv10"] == 1
    assert lengths["fire2"] == pytest.approx(11_920 / 513_000)
    assert lengths["maxpool1"] == lengths["input"] == lengths["total"] == 0
    assert model.cell(model.index(14, 1)).bar == 0
    announced: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: announced.append((first.row(), first.column())))
    for _ in range(2):
        model.set_heat(shares | {2: 0.25})
    assert announced == [(3, 0)]
    model.set_heat(None)
    assert not any(model.cell(model.index(row, 0)).bar for row in range(17))
