"""The law of the canvas: at any zoom every word of any network can be read, stands alone and in its box, or is absent.

What is judged is what is painted: each draw call with a text, at its place, as wide as the system's fonts make it.
"""

import re
from functools import cache, lru_cache
from random import Random

import pytest
from painted_labels import Label, painted_labels
from placed import on_page, overlap, within
from preset_tables import network
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.drawing.draw import draw_module
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Badge, Diagram, Direction, Key, Module, Rect
from squeezeviz.figure.scene.primitives import Text, flattened
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.gui.canvas.camera import across
from squeezeviz.gui.canvas.drawing import SHAPES_FROM, Appearance
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.canvas.wording import full_text
from squeezeviz.gui.canvas.words import LEAST
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import plain

TABLES = 200
ZOOMS = tuple(0.02 * 1.14**step for step in range(40))
"""From colour alone to letters three times as large as they are drawn."""
SLICES = 20
"""Of the tables: the first is judged always, the others with `--full`."""
WINDOW = 1000, 760
"""Pixels of the canvas."""

_LETTERS = (
    "a", "m", "W", "i", "1", "_", ".", " ", "é", "e\u0301", "Z\u0335\u0321\u0340", "漢", "한글", "ﬁ", "ﷺ", "ǄⅣ㎢",
    "ש", "שלום", "سلام", "נמ", "नमस्ते", "ที่", "ཨོཾ", "𒈙", "1\ufe0f\u20e3", "⚠\ufe0f", "🔥", "🇩🇪", "👍🏽",
    "👩\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈", "\u200b", "\u202e", "/", "<b>", "&",
)  # fmt: skip
"""What hostile names are made of."""


def name(random: Random, row: int) -> str:
    """A usual name, or one of many letters, of several scripts, of joined emoji or with towers of marks."""
    kind = random.randrange(6)
    if kind < 2:
        return f"{random.choice(('conv', 'fire', 'pool'))}{row}"
    if kind == 2:
        return random.choice(_LETTERS[:6]) * random.randint(20, 300) + str(row)
    if kind == 3:
        return random.choice(_LETTERS[8:]) * random.randint(1, 30) + str(row)
    return str(row) + "".join(random.choices(_LETTERS, k=random.randint(1, 40)))


def layer(random: Random, name: str) -> Layer:
    filters = random.choice((1, 8, 64, 128, 1000, 99_999))
    match random.randrange(9):
        case 0 | 1 | 2 | 3:
            squeeze, one, three = (random.choice((1, 16, 64, 256, 12_345)) for _ in range(3))
            return Fire(name, squeeze, one, three, random.choice(list(Bypass)))
        case 4 | 5:
            return Conv(name, filters, random.choice((1, 3, 11)), random.randint(1, 2), random.randint(0, 3))
        case 6:
            return random.choice((MaxPool, AvgPool))(name, random.randint(1, 3), random.randint(1, 2), 0)
        case 7:
            return random.choice((GlobalAvgPool(name), Softmax(name)))
        case _:
            return Dropout(name, 0.5)


@cache
def table(number: int) -> LayerTable:
    """The same table for the same number, whatever ran before."""
    random = Random(f"table {number}")
    rows = tuple(layer(random, name(random, row)) for row in range(random.randint(1, 9)))
    side = random.choice((1, 7, 32, 224))
    return LayerTable(f"table {number}", InputShape(random.choice((1, 3, 4)), side, side), rows)


def diagrams(number: int) -> list[tuple[Diagram, bool]]:
    """Down, right and in columns, with all Fires open and with some or all of them closed."""
    resolved = resolve(table(number))
    names = [row.name for row in resolved.table.layers]
    some = frozenset(Random(f"closed {number}").sample(names, len(names) // 2))
    return [
        (build_diagram(resolved, DiagramOptions(direction, closed)), wrapped)
        for direction, wrapped in ((Direction.DOWN, False), (Direction.RIGHT, False), (Direction.DOWN, True))
        for closed in (frozenset[str](), some if number % 2 else frozenset(names))
    ]


def assert_lawful(view: GraphView, where: str) -> None:
    """Judge all that is painted at the present zoom, but for what the ruler or the viewport's edge cuts off."""
    begins = next((at for at in range(200, 0, -2) if view._on_ruler(QPointF(*view.direction.point(0.0, at)))), -1)
    painted = [label for label in painted_labels(view) if label.rect.width]
    labels = [label for label in painted if label.ruler or across(label.rect, view.direction).start > begins]
    for place, label in enumerate(labels):
        assert label.em >= LEAST - 1e-6, (where, label)
        met = next((other for other in labels[:place] if overlap(label.rect, other.rect, 0.5)), None)
        assert met is None, (where, label, met)
        if not label.ruler:
            _assert_in_its_box(view, label, where)


def _assert_in_its_box(view: GraphView, label: Label, where: str) -> None:
    """The label stands in one box, or outside all boxes of its module, and says what that says, whole or shortened."""
    middle, to_pixels = label.rect.middle, view.scene().transform
    at = to_pixels.inverted()[0].map(QPointF(*middle))
    module = next(each for each in view.diagram.modules if each.rect.contains(at.x(), at.y()))
    assert within(label.rect, _seen(to_pixels, module.rect), 0.75), (where, label, module.key)
    if view.zoom >= SHAPES_FROM:
        for box in module.boxes:
            rect = _seen(to_pixels, on_page(module, box.rect))
            inside = within(label.rect, rect, 0.75)
            assert inside or not overlap(label.rect, rect, 0.75), (where, label, box.key)
    assert any(_shortens(label.text, each) for each in _texts(module)), (where, label, module.key)
    if "…" in label.text and view.viewport().rect().contains(round(middle.x), round(middle.y)):
        target = view.key_at(QPointF(*middle))
        assert target is not None and plain(module.key.layer) in full_text(view._series, target), (where, label)


def _seen(to_pixels: QTransform, rect: Rect) -> Rect:
    seen = to_pixels.mapRect(QRectF(*rect))
    return Rect(seen.x(), seen.y(), seen.width(), seen.height())


@lru_cache(maxsize=64)
def _texts(module: Module) -> tuple[str, ...]:
    """All that a module says as it is drawn, and on its tile."""
    drawn = (each.text for _, _, each in flattened(draw_module(module, LIGHT)) if isinstance(each, Text))
    return *drawn, plain(module.key.layer or "input")


def _shortens(shown: str, whole: str) -> bool:
    """Whether `shown` is `whole`, a part of it, or its beginning and its end about an ellipsis."""
    start, cut, end = (each.strip("\u2068\u2069") for each in shown.removesuffix(" ch").partition("…"))
    closer = whole.replace(" + ", "+").replace(" = ", "=")
    return (start in whole or start in closer) and (not cut or end in whole)


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    view = GraphView()
    view.animated = False
    view.resize(*WINDOW)
    qtbot.addWidget(view)
    view.show()
    return view


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.full) for part in range(1, SLICES))])
def test_every_word_of_any_network_can_be_read_at_any_zoom_and_stands_alone_in_its_box(
    view: GraphView, part: int
) -> None:
    for number in range(part, TABLES, SLICES):
        random = Random(f"places {number}")
        for diagram, wrapped in diagrams(number):
            boxes = [box.key for module in diagram.modules for box in module.boxes]
            view.set_appearance(Appearance(badges=dict.fromkeys(boxes, Badge.MEASURED)))
            view.set_diagram(diagram, slide=False, wrapped=wrapped)
            for zoom in ZOOMS:
                view.look_at(random.choice(view.diagram.modules).rect, zoom)
                assert_lawful(view, f"table {number}, {diagram.direction}, wrapped {wrapped}, zoom {zoom}")


def said(view: GraphView) -> dict[Key, list[str]]:
    """By module what all of it that is in sight says, numbers left out; the ruler says nothing of it."""
    found: dict[Key, list[str]] = {}
    for label in painted_labels(view):
        target = None if label.ruler else view.key_at(QPointF(*label.rect.middle))
        if target is not None:
            found.setdefault(Key(target.layer), []).append(re.sub(r"\d[\d,]*", "#", label.text))
    whole = view.viewport().rect()
    seen = {module.key: view.seen_rect(module.key) for module in view.diagram.modules}
    return {key: texts for key, texts in found.items() if (at := seen[key]) and whole.contains(at.toAlignedRect())}


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("preset", ["table1", "squeezenet1_1", "simple-bypass"])
def test_modules_of_a_kind_say_the_same_wherever_one_looks(view: GraphView, preset: str, closed: bool) -> None:
    resolved = network(preset)
    fires = [row.name for row in resolved.table.layers if isinstance(row, Fire)]
    view.set_diagram(
        build_diagram(resolved, DiagramOptions(collapsed=frozenset(fires if closed else ()))), wrapped=True
    )
    shorter = set[str]()
    for zoom in (0.31, 0.36, 0.42, 0.5, 0.55, 0.6, 0.66, 0.7, 0.75):
        told: dict[Key, list[str]] = {}
        for module in view.diagram.modules:
            view.look_at(module.rect, zoom)
            for key, texts in said(view).items():
                assert told.setdefault(key, texts) == texts, "nothing changes while one pans"
        kinds = {key.layer: texts for key, texts in told.items() if key.layer in fires}
        assert len(kinds) == len(fires)
        first, *others = (sorted(set(texts) - {"bypass", "add"}) for texts in kinds.values())
        assert all(texts == first for texts in others), (zoom, kinds)
        shorter.update(first)
    assert len(shorter) > 3
