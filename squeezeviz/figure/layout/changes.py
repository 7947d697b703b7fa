"""What differs from a baseline, as small tags on either diagram: added, changed, moved, and what it has not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from squeezeviz.figure.scene.diagram import INPUT_KEY, Diagram, Key, Module, Point, Rect
from squeezeviz.figure.scene.primitives import Group, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import elide, isolated, text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import Change
from squeezeviz.model.text import plain
from squeezeviz.model.wording import KIND_NAMES, share_text

if TYPE_CHECKING:
    from squeezeviz.analysis.difference import Difference, RowDifference
    from squeezeviz.model.layers import Layer
    from squeezeviz.model.table import LayerTable

TAG_SIZE = 11.0
TAG_HEIGHT = 18.0
_PADDING = 7.0
_INSET = 10.0
"""From a module's left edge to its tag."""
_OVER = 6.0
"""How much of a tag stands over its module, below its top edge."""
_CLEAR = 14.0
"""Between a tag and the line that enters from above."""
_BESIDE = 12.0
"""Between a link and the tag of what stood on it."""
_BELOW = 6.0
_WIDEST = 220.0
_NAME_WIDEST = 80.0
_APART = 40.0
"""Of two modules, from which a tag beside the line between them is clear of one over the second one's edge."""
_EDGE, _RULER = 2.0, 14.0
"""What a tag keeps from the page's edge, and from the line of the next column's ruler."""
SIGNS = {Change.ADDED: "+", Change.CHANGED: "±", Change.MOVED: "↕", Change.REMOVED: "−"}


class Mark(NamedTuple):
    """How a layer differs. `detail` says what changed (`s1x1 32 → 16`), `shorter` the same in ever fewer words."""

    change: Change
    detail: str = ""
    shorter: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What a tag can say, the longest first."""
        sign = SIGNS[self.change]
        said = (f"{sign} {each}" for each in (self.detail, *self.shorter) if each)
        return *said, f"{sign} {self.change}"


class Marks(NamedTuple):
    """What differs in one of two networks.

    `layers` are its layers that differ, by their keys; `absent` the names of those that the other has in place of
    nothing here, by the layer that they would follow: they were all `missing`, either removed or, seen from the
    baseline, added.
    """

    layers: Mapping[Key, Mark]
    absent: Mapping[Key, tuple[str, ...]]
    missing: Change = Change.REMOVED


class Tag(NamedTuple):
    """A mark placed on the page: `text` fits its `rect`, `full` says all; a dashed `stem` leads to it from a link."""

    change: Change
    rect: Rect
    text: str
    full: str
    stem: tuple[Point, Point] | None = None


def marks_of(difference: Difference) -> Marks:
    """Return the marks on the present network. A row that only follows from another's change has none."""
    layers = difference.present.table.layers
    follows = _followed(difference.baseline.table)
    changed = {
        Key(layer.name): _mark(row, follows)
        for layer, row in zip(layers, difference.rows, strict=True)
        if row is not None and row.change is not None
    }
    if difference.input is not None:
        changed[INPUT_KEY] = _input_mark(difference)
    absent: dict[Key, tuple[str, ...]] = {}
    for each in difference.removed:
        key = INPUT_KEY if each.after_row < 0 else Key(layers[each.after_row].name)
        absent[key] = (*absent.get(key, ()), each.layer.name)
    return Marks(MappingProxyType(changed), MappingProxyType(absent))


def baseline_marks(difference: Difference) -> Marks:
    """Return the same marks as they stand on the baseline: what is gone is there, and what was added is not."""
    follows = _followed(difference.present.table)
    changed = {Key(each.layer.name): Mark(Change.REMOVED) for each in difference.removed}
    if difference.input is not None:
        changed[INPUT_KEY] = _input_mark(difference)
    absent: dict[Key, tuple[str, ...]] = {}
    here = INPUT_KEY
    for layer, row in zip(difference.present.table.layers, difference.rows, strict=True):
        if row is not None and row.change is Change.ADDED:
            absent[here] = (*absent.get(here, ()), layer.name)
            continue
        key = Key(row.before.name if row is not None and row.before else layer.name)
        if row is None or row.change is not Change.MOVED:
            here = key
        if row is not None and row.change is not None:
            changed[key] = _mark(row, follows, now=layer)
    return Marks(MappingProxyType(changed), MappingProxyType(absent), Change.ADDED)


def _input_mark(difference: Difference) -> Mark:
    before, after = difference.baseline.table.input, difference.present.table.input
    return Mark(Change.CHANGED, f"{before} → {after}")


def tags_at(diagram: Diagram, place: int, marks: Marks, scale: float = 1.0) -> Iterator[Tag]:
    """Yield the tags of the module at `place`, and of the layers that it has not after it.

    With a `scale` they are as many times larger than usual, and say what there is room for then.
    """
    module = diagram.modules[place]
    mark = marks.layers.get(module.key)
    if mark is not None:
        yield _tag_on(module, mark, diagram, _room_beside(diagram, place, marks), scale)
    names = marks.absent.get(module.key)
    if names:
        goes_on = place + 1 < len(diagram.modules) and all(each.start != place + 1 for each in diagram.columns)
        following = diagram.modules[place + 1] if goes_on else None
        yield _tag_after(module, following, names, marks.missing, diagram, scale)


def draw_tag(tag: Tag, theme: Theme) -> Group:
    """Draw a tag: filled for a layer that is there, a dashed outline for one that is not."""
    colour = theme.changes[tag.change]
    x, y, width, height = tag.rect
    size = TAG_SIZE * height / TAG_HEIGHT
    baseline = y + height / 2 + size * 0.36
    gone = tag.stem is not None
    shape = Shape(theme.page, colour, 1.25, (4.0, 3.0)) if gone else Shape(fill=colour, stroke=theme.page)
    children: list[Primitive] = []
    if tag.stem is not None:
        children.append(Polygon(tag.stem, Shape(stroke=colour, stroke_width=1.25, dash=(4.0, 3.0)), closed=False))
    children.append(Rectangle(x, y, width, height, shape, height / 2))
    children.append(Text(x + width / 2, baseline, tag.text, size, colour if gone else theme.on_badge, True, "middle"))
    return Group(0, 0, tuple(children), title=tag.full, kind="difference")


def draw_tags(diagram: Diagram, marks: Marks, theme: Theme) -> Group:
    """Draw all tags of a diagram, which lie over it."""
    placed = (tag for place in range(len(diagram.modules)) for tag in tags_at(diagram, place, marks))
    return Group(0, 0, tuple(draw_tag(tag, theme) for tag in placed), kind="differences")


def _room_beside(diagram: Diagram, place: int, marks: Marks) -> float:
    """Return how much room a tag has to the right of the line that enters the module at `place` from above."""
    module, before = diagram.modules[place], diagram.modules[place - 1] if place else None
    if not diagram.direction.down:
        return 0.0
    if before is not None and before.key in marks.absent and module.start.y - before.end.y < _APART:
        return 0.0  # the tag of what is not there stands beside that line
    end = diagram.width - _EDGE
    after = next((column for column in diagram.columns if column.start > place), None)
    if after is not None:
        end = after.ruler_at - _RULER
    return end - module.start.x - _CLEAR


def _tag_on(module: Module, mark: Mark, diagram: Diagram, beside: float, scale: float) -> Tag:
    """Place a tag over the upper edge of the module's box, left or right of the line that enters it: where more fits.

    `beside` is the room at the right.
    """
    box = next((each.rect for each in module.boxes if each.key == module.key), None)
    corner = box or Rect(0, 0, module.rect.width, module.rect.height)
    entry = module.entry.x - corner.x if diagram.direction.down else corner.width
    texts = mark.texts
    left, right = (_fitting(texts, room / scale) for room in (entry - _INSET - _CLEAR, beside))
    across = corner.x + _INSET if left <= right else module.entry.x + _CLEAR
    at = Point(module.rect.x + across, module.rect.y + corner.y + _OVER - TAG_HEIGHT * scale)
    text = texts[min(left, right, len(texts) - 1)]
    detail = f": {mark.detail}" if mark.detail else ""
    full = plain(f"{module.key.layer or 'input image'} {mark.change}{detail}")
    return Tag(mark.change, Rect(*at, _width(text) * scale, TAG_HEIGHT * scale), text, full)


def _fitting(texts: tuple[str, ...], room: float) -> int:
    """Return the place of the first text that fits; that after the last one where none does."""
    return next((place for place, text in enumerate(texts) if _width(text) <= room), len(texts))


def _tag_after(
    module: Module, following: Module | None, names: tuple[str, ...], change: Change, diagram: Diagram, scale: float
) -> Tag:
    """Place a tag beside the link on which the layers would stand, or below it where the network runs right."""
    exit_, down = module.end, diagram.direction.down
    room = min(_WIDEST, diagram.width - exit_.x - _BESIDE - 4) if down else _WIDEST
    text, full = _absent_text(names, change, room / scale), plain(f"{change}: {', '.join(names)}")
    width, height = _width(text) * scale, TAG_HEIGHT * scale
    if following is None:
        middle = Point(exit_.x, exit_.y + 12) if down else exit_
    else:
        entry = following.start
        middle = Point((exit_.x + entry.x) / 2, (exit_.y + entry.y) / 2)
    if down:
        rect = Rect(middle.x + _BESIDE, middle.y - height / 2, width, height)
        return Tag(change, rect, text, full, (Point(middle.x, middle.y), Point(rect.x, middle.y)))
    bottom = max(each.rect.y + each.rect.height for each in (module, following) if each is not None)
    left = max(0.0, min(middle.x - width / 2, diagram.width - width - 2))
    rect = Rect(left, bottom + _BELOW, width, height)
    return Tag(change, rect, text, full, (middle, Point(middle.x, rect.y)))


def _absent_text(names: tuple[str, ...], change: Change, room: float) -> str:
    """Return `− fire5, fire6 removed`, or how many were removed (or added) where the names do not fit."""
    sign = SIGNS[change]
    shown = [isolated(elide(plain(name), TAG_SIZE, True, _NAME_WIDEST)) for name in names[:4]]
    several = f"{sign} {len(names):,} layers {change}" if len(names) > 1 else f"{sign} {shown[0]}"
    candidates = ([f"{sign} {', '.join(shown)} {change}"] if len(names) <= len(shown) else []) + [
        several,
        f"{sign} {len(names):,}",
    ]
    return next((text for text in candidates if _width(text) <= room), candidates[-1])


def _width(text: str) -> float:
    return text_width(text, TAG_SIZE, True) + 2 * _PADDING


def _mark(row: RowDifference, follows: Mapping[str, str], now: Layer | None = None) -> Mark:
    """Return the mark of a row that differs; `now` is the present layer where the mark stands on the baseline's.

    It tells of the other network: `follows` names what each layer comes after there.
    """
    assert row.change is not None
    if row.before is None:
        return Mark(row.change)
    said, there = ("was", row.before.name) if now is None else ("now", now.name)
    renamed = f"{said} {_name(there)}"
    if row.change is Change.MOVED:
        stood = f"after {_name(follows[there])}"
        return Mark(row.change, f"{said} {stood}" if row.fields else f"{renamed}, {stood}", (f"{said} {stood}",))
    if not row.fields:
        return Mark(row.change, renamed)
    told = [_field_change(name, *values) for name, values in row.fields.items()]
    short = [_short_change(name, *values) for name, values in row.fields.items()]
    more = f"{short[0]} and {len(short) - 1} more" if len(short) > 1 else ""
    return Mark(row.change, ", ".join(told), tuple(filter(None, (", ".join(short), more))))


def _followed(table: LayerTable) -> dict[str, str]:
    """Return what each layer comes after: a layer's name, or the input."""
    names = [layer.name for layer in table.layers]
    return dict(zip(names, ("input", *names), strict=False))


def _name(name: str) -> str:
    return isolated(elide(plain(name), TAG_SIZE, True, _NAME_WIDEST))


def _field_change(name: str, before: object, after: object) -> str:
    """Return `s1x1 32 → 16`, filters as Table 1 prints them."""
    shown = f"{_shown(name, before)} → {_shown(name, after)}"
    return shown if name in ("filters", "type") else f"{name.replace('_', ' ')} {shown}"


def _short_change(name: str, before: object, after: object) -> str:
    """Return `s1x1 32→16`, of a convolution's fields without their names `7×7→3×3`."""
    if name == "kernel":
        return f"{before}×{before}→{after}×{after}"
    if name == "filters":
        return f"{before}→{after}"
    return _field_change(name, before, after).replace(" → ", "→")


def _shown(name: str, value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return share_text(value)
    if isinstance(value, int):
        return f"{'×' if name == 'filters' else ''}{value:,}"
    return KIND_NAMES.get(str(value), str(value)) if name == "type" else str(value)
