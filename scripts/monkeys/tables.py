"""Random layer tables: no rows, one, many, such as cannot run, and the presets."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from squeezeviz.files.presets import load_preset, preset_ids
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable

MOST_ROWS = 60
_NAMES = (
    "conv",
    "fire",
    "pool",
    "<b>x</b>",
    "a&b",
    "🔥",
    "משפך",
    "a b",
    "µ" * 90,
    "=1+1",
    "input",
    "total",
    "features.",
)


def random_table(random: Random) -> LayerTable:
    kind = random.choice(("preset", "empty", "one row", "no weights", "any", "any", "runs", "runs", "many rows"))
    shape = InputShape(random.randint(1, 4), random.choice((1, 8, 64, 227)), random.choice((1, 9, 64, 224)))
    if kind == "preset":
        return load_preset(random.choice(preset_ids()))
    if kind == "empty":
        return LayerTable("empty", shape, ())
    if kind == "no weights":
        return LayerTable(kind, shape, _rows(random, random.randint(1, 5), _pool))
    if kind == "runs":
        return LayerTable(kind, InputShape(3, 64, 64), _rows(random, random.randint(2, 12), _running))
    count = {"one row": 1, "any": random.randint(2, 12), "many rows": MOST_ROWS}[kind]
    return LayerTable(kind, shape, _rows(random, count, random.choice((_any, _running))))


def _rows(random: Random, count: int, made: Callable[[Random, str], Layer]) -> tuple[Layer, ...]:
    return tuple(made(random, f"{random.choice(_NAMES)}{place}") for place in range(count))


def _pool(random: Random, name: str) -> Layer:
    size, step = random.randint(1, 3), random.randint(1, 3)
    kinds = (AvgPool(name, size, step), MaxPool(name, size, step), GlobalAvgPool(name), Dropout(name, 0.5))
    return random.choice((*kinds, Softmax(name)))


def _running(random: Random, name: str) -> Layer:
    """A row that fits nearly every map."""
    filters = random.choice((1, 4, 16))
    bypass = random.choice((Bypass.NONE, Bypass.COMPLEX))
    rows = (Conv(name, filters, 3, 1, 1), Fire(name, filters, 8, 8, bypass), Fire(name, 4, 8, 8), Dropout(name, 0.5))
    return random.choice(rows)


def _any(random: Random, name: str) -> Layer:
    size, step, padding, filters = (random.randint(low, high) for low, high in ((1, 5), (1, 4), (0, 3), (1, 2000)))
    rows = (
        Conv(name, filters, size, step, padding, kept=random.choice((1.0, 0.25))),
        Fire(name, filters, random.randint(1, 99), filters, random.choice(list(Bypass))),
        MaxPool(name, size, step, padding, ceil=random.random() < 0.5),
        _pool(random, name),
    )
    return random.choice(rows)
