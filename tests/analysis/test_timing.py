"""Times of repeated passes: medians and quartiles as the statistics module has them, and what they can tell."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.analysis.arithmetic import Arithmetic, Precision
from squeezeviz.analysis.live import DeviceName, LivePass, MeasuredLayer, MeasuredOperation, Quartiles
from squeezeviz.analysis.timing import (
    MOST_REPEATS,
    RepeatedTimes,
    check_repeats,
    keeping_medians,
    repeats_note,
    slowest,
    time_text,
    timing,
)
from squeezeviz.model.errors import SqueezevizError

TIMES = st.floats(0, 1e9)


def a_pass(total: float, layers: Sequence[Sequence[float]], memory: int = 0, device: str = "CPU") -> LivePass:
    """A pass over layers `a`, `b`, … whose operations take so long."""

    def operation(name: str, time: float) -> MeasuredOperation:
        return MeasuredOperation(name, "conv", (1, 4, 2, 2), 1, 8, 16, time)

    made = []
    for name, times in zip("abcdefgh", layers, strict=False):
        steps = tuple(operation(f"{name}/{place}", time) for place, time in enumerate(times))
        made.append(MeasuredLayer(name, "conv", (1, 4, 2, 2), 1, 8, 16, sum(times), steps))
    return LivePass(DeviceName("cpu", device), (1, 3, 2, 2), (1, 4), 1, 8, 16, total, memory, tuple(made))


def repeated(*passes: LivePass) -> LivePass:
    times = RepeatedTimes()
    for each in passes:
        times.add(each)
    return times.as_one_pass()


@given(st.lists(TIMES, min_size=2, max_size=60))
def test_median_and_quartiles_are_those_of_the_statistics_module(samples: list[float]) -> None:
    lower, _, upper = statistics.quantiles(samples, n=4, method="inclusive")
    found = timing(samples)
    assert found.time_ms == pytest.approx(statistics.median(samples), rel=1e-12, abs=1e-12)
    assert found.quartiles_ms == pytest.approx((lower, upper), rel=1e-12, abs=1e-12)
    assert min(samples) <= found.quartiles_ms.lower <= found.time_ms * (1 + 1e-12)
    assert found.time_ms <= found.quartiles_ms.upper * (1 + 1e-12)
    assert timing(samples[:1]) == (samples[0], (samples[0], samples[0]))


@given(st.lists(st.tuples(TIMES, TIMES, TIMES, TIMES), min_size=2, max_size=30))
def test_every_time_has_its_own_median_and_the_total_that_of_the_totals(rows: list[tuple[float, ...]]) -> None:
    found = repeated(*(a_pass(total, [[one, two], [three]]) for total, one, two, three in rows))
    columns = list(zip(*rows, strict=True))
    assert found.repeats == len(rows)
    assert found.time_ms == pytest.approx(statistics.median(columns[0]))
    first = found.layers[0]
    assert first.time_ms == pytest.approx(statistics.median(one + two for _, one, two, _ in rows))
    assert [each.time_ms for each in first.operations] == pytest.approx(
        [statistics.median(columns[1]), statistics.median(columns[2])]
    )
    assert {layer.repeats for layer in found.layers} == {len(rows)}


def test_a_single_pass_stays_what_it_is() -> None:
    one = a_pass(3, [[1], [2]])
    assert repeated(one) == one and (one.repeats, one.quartiles_ms) == (1, None)


MEDIANS = repeated(*(a_pass(10 + k, [[4 + k / 10], [6]]) for k in range(5)))


def test_a_plain_pass_keeps_the_medians_of_what_is_unchanged_and_its_own_shapes_and_counts() -> None:
    plain = a_pass(99, [[50], [49]])
    kept = keeping_medians(plain, MEDIANS, frozenset("ab"), same_table=True)
    assert (kept.time_ms, kept.repeats, kept.quartiles_ms) == (12, 5, MEDIANS.quartiles_ms)
    assert kept.layers == MEDIANS.layers
    one = keeping_medians(plain, MEDIANS, frozenset("a"), same_table=False)
    assert (one.time_ms, one.repeats, one.quartiles_ms) == (99, 1, None)
    assert [layer.repeats for layer in one.layers] == [5, 1]
    assert one.layers[1] == plain.layers[1]
    odd = dataclasses.replace(plain, layers=(dataclasses.replace(plain.layers[0], macs=7), plain.layers[1]), macs=7)
    kept = keeping_medians(odd, MEDIANS, frozenset("ab"), same_table=True)
    assert (kept.macs, kept.layers[0].macs, kept.layers[0].repeats) == (7, 7, 5)


def test_under_other_conditions_nothing_is_kept() -> None:
    for other in (
        a_pass(99, [[50], [49]], device="CPU · 1 thread"),
        dataclasses.replace(a_pass(99, [[50], [49]]), input_shape=(8, 3, 2, 2)),
        dataclasses.replace(a_pass(99, [[50], [49]]), arithmetic=Arithmetic(Precision.BFLOAT16)),
        repeated(a_pass(99, [[50], [49]]), a_pass(98, [[50], [49]])),
    ):
        assert keeping_medians(other, MEDIANS, frozenset("ab"), same_table=True) is other


def layer(name: str, median: float, low: float, high: float, repeats: int = 20) -> MeasuredLayer:
    return MeasuredLayer(name, "conv", (), 0, 0, 0, median, (), Quartiles(low, high), repeats)


ONCE = [dataclasses.replace(layer(name, time, 0, 0, 1), quartiles_ms=None) for name, time in (("a", 9), ("b", 1))]


@pytest.mark.parametrize(
    ("layers", "longest"),
    [
        ([layer("a", 5, 4.9, 5.2), layer("b", 4, 3.5, 4.5)], ("a",)),
        ([layer("a", 5, 4.4, 5.2), layer("b", 4, 3.5, 4.5), layer("c", 1, 1, 1)], ("a", "b")),
        ([layer("a", 9, 9, 9, 5), layer("b", 1, 1, 1, 4)], ("a",)),
        ([layer("a", 9, 9, 9, 4), layer("b", 1, 1, 1, 5)], ()),
        ([layer("a", 9, 9, 9, 5), layer("b", 9, 9, 9, 4)], ()),
        (ONCE, ()),
        ([], ()),
        ([layer("a", 0, 0, 0)], ()),
    ],
)
def test_a_layer_takes_longest_only_beyond_the_spread_of_enough_passes(
    layers: list[MeasuredLayer], longest: tuple[str, ...]
) -> None:
    assert slowest(layers) == longest


@pytest.mark.parametrize(
    ("median", "quartiles", "text"),
    [
        (3.24, None, "3.2 ms"),
        (3.24, (3.1, 3.3), "3.2 ms (IQR 0.2)"),
        (3.24, (3.2, 3.24), "3.2 ms (IQR 0.04)"),
        (3.24, (3.2, 3.2), "3.2 ms (IQR 0.0)"),
        (0.031, (0.03, 0.0302), "31 µs (IQR 0.2)"),
        (0.0994, (0.0994, 0.099401), "99 µs (IQR <0.01)"),
        (0.0058, (0.005, 0.006), "5.8 µs (IQR 1.0)"),
        (123.4, (100, 140), "123 ms (IQR 40)"),
        (12_340, (12_000, 13_000), "12.3 s (IQR 1.0)"),
    ],
)
def test_a_time_is_told_with_its_interquartile_range_in_the_same_unit(
    median: float, quartiles: tuple[float, float] | None, text: str
) -> None:
    assert time_text(median, Quartiles(*quartiles) if quartiles else None) == text


@pytest.mark.parametrize("repeats", [0, -1, MOST_REPEATS + 1, True, 2.0, "5", None])
def test_how_many_passes_there_may_be(repeats: object) -> None:
    with pytest.raises(SqueezevizError, match="repeat must be a whole number from 1 to 10,000"):
        check_repeats(repeats)
    check_repeats(1)
    check_repeats(MOST_REPEATS)


def test_a_note_says_what_the_times_are() -> None:
    note = repeats_note(MEDIANS)
    assert all(each in note for each in ("medians of 5 passes", "IQR is their interquartile range", "not the sum"))
    none = repeated(*[a_pass(0, [[0]])] * 3)
    assert "does no arithmetic" in repeats_note(none)
