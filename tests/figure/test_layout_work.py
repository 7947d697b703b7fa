"""A thousand Fire modules are placed at once, and an edit costs what it changes."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from bounds import allowed
from preset_tables import preset

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.layout import build, fire, plan
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable

CACHES = (build._module, fire._insides, plan.place)


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


def test_graphviz_is_asked_once_for_each_distinct_module() -> None:
    forget()
    build_diagram(resolve(a_thousand_fires()))
    assert plan.place.cache_info().misses == 1


def test_one_edit_in_table1_draws_one_module_anew() -> None:
    forget()
    build_diagram(resolve(preset("table1")))
    before = [cache.cache_info().misses for cache in CACHES]
    build_diagram(resolve(preset("table1").with_field(3, "s1x1", 20)))
    anew = [cache.cache_info().misses - count for cache, count in zip(CACHES, before, strict=True)]
    assert anew == [1, 1, 0]
