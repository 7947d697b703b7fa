"""How the diagram's tests look at a placed diagram: presets, rectangles on the page, and what touches what."""

from collections.abc import Iterator
from itertools import combinations

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.drawing.draw import draw_diagram
from squeezeviz.figure.scene.diagram import Box, Diagram, Emphasis, Label, Line, Module, Point, Rect, Role
from squeezeviz.figure.theme.metrics import extent, text_width
from squeezeviz.figure.theme.theme import LIGHT


def fires(resolved: ResolvedNetwork) -> frozenset[str]:
    return frozenset(layer.name for layer in resolved.table.layers if layer.type == "fire")


def on_page(module: Module, rect: Rect) -> Rect:
    return Rect(module.rect.x + rect.x, module.rect.y + rect.y, rect.width, rect.height)


def boxes_on_page(diagram: Diagram) -> Iterator[tuple[Box, Rect]]:
    for module in diagram.modules:
        for box in module.boxes:
            yield box, on_page(module, box.rect)


def overlap(one: Rect, other: Rect, slack: float = 0.01) -> bool:
    return (
        one.x + slack < other.x + other.width
        and other.x + slack < one.x + one.width
        and one.y + slack < other.y + other.height
        and other.y + slack < one.y + one.height
    )


def within(inner: Rect, outer: Rect, slack: float = 0.01) -> bool:
    return (
        outer.x - slack <= inner.x
        and outer.y - slack <= inner.y
        and inner.x + inner.width <= outer.x + outer.width + slack
        and inner.y + inner.height <= outer.y + outer.height + slack
    )


def label_rect(label: Label) -> Rect:
    """What a line of text covers: its width, and from its capitals' top to its letters' foot."""
    bold = label.emphasis in (Emphasis.STRONG, Emphasis.ACCENT)
    width = text_width(label.text, label.size, bold)
    left = label.at.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor] * width
    return Rect(left, label.at.y - 0.73 * label.size, width, 0.9 * label.size)


def overlapping(rects: list[tuple[str, Rect]]) -> list[tuple[str, str]]:
    return [(a, b) for (a, one), (b, other) in combinations(rects, 2) if overlap(one, other)]


def points_along(line: Line, steps: int = 12) -> Iterator[Point]:
    """Points on the curve, its ends left out."""
    for start in range(0, len(line.points) - 1, 3):
        a, b, c, d = line.points[start : start + 4]
        for step in range(1, steps):
            t = step / steps
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            parts = list(zip(weights, (a, b, c, d), strict=True))
            yield Point(sum(w * p.x for w, p in parts), sum(w * p.y for w, p in parts))


def assert_tidy(diagram: Diagram) -> None:
    """Nothing over anything else or cut off, texts in their boxes, boxes in their frames, no line through a box."""
    page = Rect(0, 0, diagram.width, diagram.height)
    assert within(extent(draw_diagram(diagram, LIGHT)), page)
    rects = [(str(box.key)[:60], rect) for box, rect in boxes_on_page(diagram)]
    assert overlapping(rects) == []
    assert overlapping([(str(module.key)[:60], module.rect) for module in diagram.modules]) == []
    for module in diagram.modules:
        frame = Rect(0, 0, module.rect.width, module.rect.height)
        assert within(module.rect, page)
        labels = [(label.text, label_rect(label)) for label in module.labels]
        for what, rect in [*labels, *((box.title, box.rect) for box in module.boxes)]:
            assert within(rect, frame), what
        texts = labels + ([(box.title, box.rect) for box in module.boxes] if module.opened else [])
        assert overlapping(texts) == []
        for box in module.boxes:
            if box.role not in (Role.SUM, Role.CONCAT):
                widths = (text_width(each, 11.5) for each in (box.detail, *box.more))
                assert box.text_left + max(text_width(box.title, 13, True), *widths) <= box.rect.width, box.title
        for line in module.lines:
            for point in points_along(line):
                assert not any(box.rect.contains(*point) for box in module.boxes), (line.source, line.target)
