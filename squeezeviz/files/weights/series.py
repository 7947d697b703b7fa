"""The order in which units follow one another: each takes as many channels as the one before it puts out."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from itertools import pairwise

from squeezeviz.files.weights.convolutions import Convolution
from squeezeviz.files.weights.units import Unit, alone, alternatives, goes_around, units_of, with_bypasses
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.text import counted


def series_of(found: Sequence[Convolution]) -> list[Unit]:
    """The rows that convolutions make, one after another; SqueezevizError where they are no SqueezeNet's."""
    begun = alternatives(found)
    read = _in_file_order(begun)
    count = sum(len(unit.parts) for unit in read)
    made = read if count == len(found) else units_of(found)
    singles = [alone(found, place) for place in range(len(found))]
    if not any(unit.is_named for unit in made) and _chained(singles):
        made = singles
    if not any(unit.is_fire for unit in made):
        _refuse_shortcuts(made)
        first = found[0]
        raise SqueezevizError(
            "these are no SqueezeNet's weights: there is no Fire module (a 1×1 convolution that feeds a 1×1 and a 3×3) "
            f"from {brief(first.key)}, {first.filters}×{first.channels}×{first.kernel}×{first.kernel}, on; "
            "weights do not tell how other networks are connected: open this one's ONNX export"
        )
    series = made if made is read else _chained(made) or _chained(with_bypasses(made))
    if series is None:
        following = begun[count][:1] if read else []
        _refuse_shortcuts(following)
        raise _broken([*read, *following] if following else made)
    _refuse_shortcuts(series)
    return series


def _refuse_shortcuts(series: Sequence[Unit]) -> None:
    """Raise SqueezevizError where a convolution's name says that it goes around others, and it is no bypass."""
    for unit in series:
        if not unit.is_fire and goes_around(unit.first):
            raise SqueezevizError(
                f"{brief(unit.first.key)} goes around other convolutions, as its name says; in a SqueezeNet only a "
                "bypass does, around a single Fire module, and shapes do not say that this is one"
            )


def _chained(units: Sequence[Unit]) -> list[Unit] | None:
    """All units one after another, as early in the file as fits each; None where they make no series.

    With channels as places and units as ways between them this is a path that takes every way once (Hierholzer's).
    """
    ahead: dict[int, deque[Unit]] = defaultdict(deque)
    surplus: Counter[int] = Counter()
    for unit in units:
        ahead[unit.first.channels].append(unit)
        surplus[unit.first.channels] += 1
        surplus[unit.channels_out] -= 1
    starts = [channels for channels, count in surplus.items() if count > 0]
    if len(starts) > 1:
        return None
    at: list[tuple[int, Unit | None]] = [(starts[0] if starts else units[0].first.channels, None)]
    backwards: list[Unit] = []
    while at:
        channels, arrived = at[-1]
        if ahead[channels]:
            following = ahead[channels].popleft()
            at.append((following.channels_out, following))
        else:
            at.pop()
            if arrived is not None:
                backwards.append(arrived)
    series = backwards[::-1]
    fits = all(one.channels_out == next_.first.channels for one, next_ in pairwise(series))
    return series if fits and len(series) == len(units) else None


def _in_file_order(begun: Sequence[Sequence[Unit]]) -> list[Unit]:
    """The units one after another as the file has them, as far as each takes what the one before it puts out.

    `begun` has the units that may begin at each place, as of `alternatives`. Of several ways to read the file to the
    same place, the one with the fewest Fire modules is taken: what is a plain chain needs none.
    """
    ways: list[dict[int, tuple[int, Unit, int]]] = [{} for _ in range(len(begun) + 1)]
    """By the place where a way ends and the channels that come out: its Fire modules, its last unit, the channels in"""
    for place, units in enumerate(begun):
        for unit in units:
            taken = unit.first.channels
            if place and taken not in ways[place]:
                continue
            fires = (ways[place][taken][0] if place else 0) + unit.is_fire
            after = ways[place + len(unit.parts)]
            if unit.channels_out not in after or fires < after[unit.channels_out][0]:
                after[unit.channels_out] = fires, unit, taken
    end = max(place for place, ending in enumerate(ways) if ending or not place)
    channels = min(ways[end], key=lambda out: ways[end][out][0], default=0)
    series: list[Unit] = []
    while end:
        _, unit, channels = ways[end][channels]
        series.append(unit)
        end = unit.places[0]
    return series[::-1]


def _broken(units: Sequence[Unit]) -> SqueezevizError:
    """Which unit, in the file's order, is the first that does not take what the one before it puts out."""
    for before, unit in pairwise(units):
        given, taken = before.channels_out, unit.first.channels
        if given != taken:
            grouped = f", as a convolution in {given // taken} groups does" if given % taken == 0 else ""
            return SqueezevizError(
                f"{brief(unit.first.key)} takes {counted(taken, 'channel')}{grouped}, where {given} come out of "
                f"{brief(before.path or before.first.name)}; "
                "in a SqueezeNet each convolution or Fire module takes all that the one before it puts out"
            )
    return SqueezevizError("these convolutions do not follow one another, as they do in a SqueezeNet")
