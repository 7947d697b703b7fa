"""Fire modules among convolutions: a 1×1, and beside each other a 1×1 and a 3×3 that take what it puts out."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from squeezeviz.files.weights.convolutions import Convolution

SQUEEZE, EXPAND1, EXPAND3, BYPASS = "squeeze1x1", "expand1x1", "expand3x3", "bypass1x1"


@dataclass(frozen=True)
class Unit:
    """A row to be: a convolution under an empty part, or a Fire module's by theirs. `places` are theirs in the file.

    `path` is the module's in the file, empty where a Fire module's convolutions have none in common.
    """

    path: str
    places: Sequence[int]
    parts: Mapping[str, Convolution]

    @property
    def first(self) -> Convolution:
        """The convolution that takes what flows in."""
        return self.parts.get(SQUEEZE) or self.parts[""]

    @property
    def is_fire(self) -> bool:
        return SQUEEZE in self.parts

    @property
    def channels_out(self) -> int:
        if self.is_fire:
            return self.parts[EXPAND1].filters + self.parts[EXPAND3].filters
        return self.first.filters

    @property
    def is_named(self) -> bool:
        """Whether the names say that this is a Fire module: its own, its squeeze's, or both its expands'."""
        if not self.is_fire:
            return False
        start = len(self.path)
        squeeze, *expands = (self.parts[part].name[start:].lower() for part in (SQUEEZE, EXPAND1, EXPAND3))
        return "fire" in self.path.lower() or "squeeze" in squeeze or all("expand" in name for name in expands)


def units_of(found: Sequence[Convolution]) -> list[Unit]:
    """Fire modules and single convolutions, in the file's order.

    What lies in a module of its own belongs together; of the rest, what stands side by side.
    """
    made = _in_modules(found)
    taken = {place for unit in made for place in unit.places}
    rest = _side_by_side(found, [place for place in range(len(found)) if place not in taken])
    return sorted([*made, *rest], key=lambda unit: unit.places[0])


def alternatives(found: Sequence[Convolution]) -> list[list[Unit]]:
    """For each place in the file, the units that may begin there and take the convolutions in the file's order.

    A convolution may stand alone, or in a Fire module with those after it. Where names say that it is a Fire module's,
    it is.
    """
    fires = [unit for unit in _in_modules(found) if unit.places[-1] - unit.places[0] == len(unit.places) - 1]
    inside = {place for unit in fires for place in unit.places}
    fires += [
        unit
        for place in range(len(found) - 2)
        if (unit := _beside(found, place)) and not (unit.is_named and inside & set(unit.places))
    ]
    named = {place: unit for unit in fires if unit.is_named for place in unit.places}
    begun: list[list[Unit]] = [[] if place in named else [alone(found, place)] for place in range(len(found))]
    for unit in fires:
        if all(named.get(place, unit) is unit for place in unit.places):
            begun[unit.places[0]].append(unit)
    return begun


def alone(found: Sequence[Convolution], place: int) -> Unit:
    """The convolution at that place as a row of its own."""
    return Unit(found[place].name, (place,), {"": found[place]})


def with_bypasses(found: Sequence[Unit]) -> list[Unit]:
    """The units with each 1×1 convolution that fits around a Fire module as its bypass; the first that it fits."""
    open_fires: dict[tuple[int, int], list[Unit]] = defaultdict(list)
    for unit in found:
        if unit.is_fire and BYPASS not in unit.parts:
            open_fires[unit.first.channels, unit.channels_out].append(unit)
    bypasses: dict[int, Convolution] = {}
    around: set[int] = set()
    for unit in found:
        fires = open_fires.get((unit.first.channels, unit.channels_out))
        if not unit.is_fire and unit.first.kernel == 1 and fires:
            bypasses[fires.pop(0).places[0]] = unit.first
            around.add(unit.places[0])
    return [
        replace(unit, parts={**unit.parts, BYPASS: bypasses[unit.places[0]]}) if unit.places[0] in bypasses else unit
        for unit in found
        if unit.places[0] not in around
    ]


def fire(convolutions: Sequence[Convolution]) -> Mapping[str, Convolution] | None:
    """The parts of the Fire module that three convolutions make, or four with a bypass; None where they make none.

    Where shapes leave it open which is which, names decide, then the order.
    """
    large = [each for each in convolutions if each.kernel == 3]
    small = [each for each in convolutions if each.kernel == 1]
    if len(large) != 1 or len(large) + len(small) != len(convolutions):
        return None
    kinds = (SQUEEZE, EXPAND1, BYPASS)[: len(small)]
    orders = [dict(zip(kinds, order, strict=True)) | {EXPAND3: large[0]} for order in permutations(small)]
    fitting = [parts for parts in orders if _fits(parts)]
    return max(fitting, key=_named_right, default=None)


def _fits(parts: Mapping[str, Convolution]) -> bool:
    squeeze, expand1, expand3 = parts[SQUEEZE], parts[EXPAND1], parts[EXPAND3]
    if not squeeze.filters == expand1.channels == expand3.channels:
        return False
    bypass = parts.get(BYPASS)
    fits_around = bypass is None or (bypass.channels, bypass.filters) == (
        squeeze.channels,
        expand1.filters + expand3.filters,
    )
    return fits_around and len({part.bias_key is None for part in parts.values()}) == 1


def _named_right(parts: Mapping[str, Convolution]) -> int:
    words = {SQUEEZE: "squeeze", EXPAND1: "expand", EXPAND3: "expand", BYPASS: "bypass"}
    return sum(words[part] in each.parts[-1].lower() for part, each in parts.items())


def _in_modules(found: Sequence[Convolution]) -> list[Unit]:
    """The Fire modules that are modules in the file too: three or four convolutions under one path."""
    within: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(found):
        for depth in range(1, len(each.parts)):
            within[".".join(each.parts[:depth])].append(place)
    made: list[Unit] = []
    taken: set[int] = set()
    for path, places in sorted(within.items(), key=lambda item: item[0].count(".")):
        if len(places) in (3, 4) and taken.isdisjoint(places) and (parts := fire([found[place] for place in places])):
            unit = Unit(path, places, parts)
            if BYPASS in parts and not _says_bypass(parts[BYPASS]) and _has_a_module_within(unit):
                continue  # what stands beside a Fire module in a stage, `classifier.1` beside `classifier.4`
            made.append(unit)
            taken.update(places)
    return made


_AROUND = re.compile(r"shortcut|downsample|residual|skip", re.IGNORECASE)


def goes_around(convolution: Convolution) -> bool:
    """Whether its name says that it goes around others."""
    return _AROUND.search(".".join(convolution.parts[-2:])) is not None


def _says_bypass(convolution: Convolution) -> bool:
    return "bypass" in convolution.name.lower() or goes_around(convolution)


def _has_a_module_within(unit: Unit) -> bool:
    """Whether all convolutions of a Fire module but its bypass are in a module that is not called as it is."""
    inner = [each.parts[len(unit.path.split(".")) :] for part, each in unit.parts.items() if part != BYPASS]
    return min(map(len, inner)) > 1 and len({parts[0] for parts in inner}) == 1 and "fire" not in unit.path.lower()


def _side_by_side(found: Sequence[Convolution], places: Sequence[int]) -> Iterator[Unit]:
    at = 0
    while at < len(places):
        window = places[at : at + 3]
        together = len(window) == 3 and window[2] - window[0] == 2
        unit = _beside(found, window[0]) if together else None
        yield unit or alone(found, places[at])
        at += 3 if unit else 1


def _beside(found: Sequence[Convolution], place: int) -> Unit | None:
    """The Fire module that the three convolutions from that place on make; None where they make none.

    Where names do not say so, its convolutions stand in one container, the squeeze first.
    """
    window = found[place : place + 3]
    parts = fire(window)
    if not parts:
        return None
    unit = Unit(_common([each.name for each in window]), range(place, place + 3), parts)
    return unit if unit.is_named or (parts[SQUEEZE] is window[0] and _in_one_container(window)) else None


def _in_one_container(convolutions: Sequence[Convolution]) -> bool:
    """Whether the names differ in a single part, as `layers.3` and `layers.4` do, or `3.conv` and `4.conv`."""
    paths = [each.parts for each in convolutions]
    if len(set(map(len, paths))) > 1:
        return False
    return sum(len(set(parts)) > 1 for parts in zip(*paths, strict=True)) < 2


def _common(names: Sequence[str]) -> str:
    """What the names begin with, up to a separator: `fire2` of `fire2_squeeze` and `fire2_expand1x1`."""
    start = os.path.commonprefix(names)  # noqa: RUF071 - by characters, as is meant
    cut = max(start.rfind(separator) for separator in "._-/")
    return start[: max(cut, 0)]
