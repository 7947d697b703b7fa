"""Repeated passes: medians of what really ran, after a warm-up, and what a cancel on the way leaves."""

from __future__ import annotations

import statistics

import pytest
import torch
from trace_tables import table_of

from squeezeviz.analysis.live import LivePass, disagreements
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.trace import passes
from squeezeviz.trace.failures import FailureKind, PassCancelledError, PassError
from squeezeviz.trace.passes import live_pass

SMALL = resolve(table_of(Conv("c", 4, 3), Fire("f", 2, 3, 4)).table)
STEPS = sum(len(layer.operations) for layer in SMALL.layers)


def spied(monkeypatch: pytest.MonkeyPatch) -> list[LivePass]:
    """Every single pass that is measured from now on."""
    single: list[LivePass] = []
    true = passes._measured

    def measured(*arguments: object) -> LivePass:
        single.append(true(*arguments))  # type: ignore[arg-type]
        return single[-1]

    monkeypatch.setattr(passes, "_measured", measured)
    return single


def test_times_are_the_medians_of_the_passes_after_the_one_that_warms_up(monkeypatch: pytest.MonkeyPatch) -> None:
    single = spied(monkeypatch)
    found = live_pass(SMALL, repeats=7)
    assert len(single) == 8
    assert found.repeats == 7
    assert found.time_ms == statistics.median(each.time_ms for each in single[1:])
    for place, layer in enumerate(found.layers):
        times = [each.layers[place].time_ms for each in single[1:]]
        assert layer.time_ms == pytest.approx(statistics.median(times))
        lower, _, upper = statistics.quantiles(times, n=4, method="inclusive")
        assert layer.quartiles_ms == pytest.approx((lower, upper))
    assert found.memory_bytes == max(each.memory_bytes for each in single[1:])
    assert disagreements(SMALL, found) == ()


def test_a_single_pass_is_as_it_always_was(monkeypatch: pytest.MonkeyPatch) -> None:
    single = spied(monkeypatch)
    found = live_pass(SMALL)
    assert single == [found]
    assert (found.repeats, found.quartiles_ms) == (1, None)


def test_on_meta_every_time_is_0_however_often_it_runs() -> None:
    found = live_pass(SMALL, device="meta", repeats=3)
    assert (found.repeats, found.time_ms, found.layers[0].time_ms) == (3, 0, 0)
    assert disagreements(SMALL, found) == ()


def test_each_pass_is_told_of_and_begins_at_its_first_operation() -> None:
    told: list[int] = []
    done: list[int] = []
    live_pass(SMALL, repeats=3, on_pass=told.append, progress=lambda count, total, name: done.append(count))
    assert told == [0, 1, 2, 3]
    assert done == list(range(STEPS)) * 4


def test_repeats_run_with_a_batch_and_with_weights_that_were_given() -> None:
    from squeezeviz.trace.weights import current_weights

    weights = current_weights(SMALL, None)
    found = live_pass(SMALL, batch=3, repeats=2, weights=weights)
    assert (found.input_shape[0], found.repeats, set(found.given)) == (3, 2, {"c", "f"})


@pytest.mark.parametrize(("begun", "whole"), [(5, 3), (2, 0), (1, 0)])
def test_of_a_run_that_is_cancelled_the_whole_passes_count(begun: int, whole: int) -> None:
    told: list[int] = []

    def cancelled() -> bool:
        return len(told) >= begun

    if whole:
        assert live_pass(SMALL, repeats=20, on_pass=told.append, cancelled=cancelled).repeats == whole
    else:
        with pytest.raises(PassCancelledError):
            live_pass(SMALL, repeats=20, on_pass=told.append, cancelled=cancelled)


def test_a_failure_on_the_way_says_in_which_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []
    true = torch.nn.Conv2d.forward

    def sometimes(conv: torch.nn.Conv2d, x: torch.Tensor) -> torch.Tensor:
        if begun[-1] == 2:
            raise OSError(28, "No space left on device")
        return true(conv, x)

    monkeypatch.setattr(torch.nn.Conv2d, "forward", sometimes)
    with pytest.raises(
        PassError, match=r"no room was left on the disk at c, operation 1 of \d+, pass 2 of 5"
    ) as raised:
        live_pass(SMALL, repeats=5, on_pass=begun.append)
    assert raised.value.kind is FailureKind.DISK


@pytest.mark.parametrize("repeats", [0, 10_001, False])
def test_a_number_of_passes_that_there_cannot_be_is_refused(repeats: int) -> None:
    with pytest.raises(SqueezevizError, match="from 1 to 10,000"):
        live_pass(SMALL, repeats=repeats)
