"""What differs from a baseline, as small tags on the diagram: added, changed, moved, and what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from squeezeviz.figure.scene.diagram import INPUT_KEY, Diagram, Direction, Key, Module, Point, Rect
from squeezeviz.figure.scene.primitives import Group, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import elide, isolated, text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import Change
from squeezeviz.model.text import plain

if TYPE_CHECKING:
    from squeezeviz.analysis.difference import Difference, RowDifference

TAG_SIZE = 11.0
TAG_HEIGHT = 18.0
_PADDING = 7.0
_INSET = 10.0
"""From a module's left edge to its tag."""
_ABOVE = 12.0
"""How much of a tag stands above its module's top edge."""
_CLEAR = 14.0
"""Between a tag and the line that enters from above."""
_BESIDE = 12.0
"""Between a link and the tag of what stood on it."""
_BELOW = 6.0
_WIDEST = 220.0
_NAME_WIDEST = 80.0
_SIGNS = {Change.ADDED: "+", Change.CHANGED: "±", Change.MOVED: "↕", Change.REMOVED: "−"}


class Mark(NamedTuple):
    """How a layer differs. `detail` is what changed in few words (`s1x1 32 → 16`), empty where they do not suffice."""

    change: Change
    detail: str = ""

    @property
    def text(self) -> str:
        return f"{_SIGNS[self.change]} {self.change}"

    @property
    def long_text(self) -> str:
        return f"{_SIGNS[self.change]} {self.detail}" if self.detail else self.text


class Marks(NamedTuple):
    """The layers that differ, by their keys, and the names of those that are gone, by the layer that they followed."""

    layers: Mapping[Key, Mark]
    removed: Mapping[Key, tuple[str, ...]]


class Tag(NamedTuple):
    """A mark placed on the page: `text` fits its `rect`, `full` says all; a dashed `stem` leads to it from a link."""

    change: Change
    rect: Rect
    text: str
    full: str
    stem: tuple[Point, Point] | None = None


def marks_of(difference: Difference) -> Marks:
    """Return the marks of a difference. A row that only follows from another's change has none."""
    layers = difference.present.table.layers
    changed = {
        Key(layer.name): Mark(row.change, _detail(row))
        for layer, row in zip(layers, difference.rows, strict=True)
        if row is not None and row.change is not None
    }
    if difference.input is not None:
        changed[INPUT_KEY] = Mark(Change.CHANGED)
    removed: dict[Key, tuple[str, ...]] = {}
    for each in difference.removed:
        key = INPUT_KEY if each.after_row < 0 else Key(layers[each.after_row].name)
        removed[key] = (*removed.get(key, ()), each.layer.name)
    return Marks(MappingProxyType(changed), MappingProxyType(removed))


def tags_at(diagram: Diagram, place: int, marks: Marks) -> Iterator[Tag]:
    """Yield the tags of the module at `place`, and of the layers that are gone after it."""
    module = diagram.modules[place]
    mark = marks.layers.get(module.key)
    if mark is not None:
        yield _tag_on(module, mark, diagram.direction)
    names = marks.removed.get(module.key)
    if names:
        goes_on = place + 1 < len(diagram.modules) and all(each.start != place + 1 for each in diagram.columns)
        following = diagram.modules[place + 1] if goes_on else None
        yield _tag_after(module, following, names, diagram)


def draw_tag(tag: Tag, theme: Theme) -> Group:
    """Draw a tag: filled for a layer that is there, a dashed outline for one that is gone."""
    colour = theme.changes[tag.change]
    x, y, width, height = tag.rect
    baseline = y + height / 2 + TAG_SIZE * 0.36
    gone = tag.change is Change.REMOVED
    shape = Shape(theme.page, colour, 1.25, (4.0, 3.0)) if gone else Shape(fill=colour, stroke=theme.page)
    children: list[Primitive] = []
    if tag.stem is not None:
        children.append(Polygon(tag.stem, Shape(stroke=colour, stroke_width=1.25, dash=(4.0, 3.0)), closed=False))
    children.append(Rectangle(x, y, width, height, shape, height / 2))
    children.append(
        Text(x + width / 2, baseline, tag.text, TAG_SIZE, colour if gone else theme.on_badge, True, "middle")
    )
    return Group(0, 0, tuple(children), title=tag.full, kind="difference")


def draw_tags(diagram: Diagram, marks: Marks, theme: Theme) -> Group:
    """Draw all tags of a diagram, which lie over it."""
    placed = (tag for place in range(len(diagram.modules)) for tag in tags_at(diagram, place, marks))
    return Group(0, 0, tuple(draw_tag(tag, theme) for tag in placed), kind="differences")


def _tag_on(module: Module, mark: Mark, direction: Direction) -> Tag:
    """Place a tag at the upper left corner of the module's box, clear of the line that enters it."""
    box = next((each.rect for each in module.boxes if each.key == module.key), None)
    corner = box or Rect(0, 0, module.rect.width, module.rect.height)
    entry = module.entry.x - corner.x if direction.down else corner.width
    room = entry - _INSET - _CLEAR
    text = mark.long_text if _width(mark.long_text) <= room else mark.text
    at = Point(module.rect.x + corner.x + _INSET, module.rect.y + corner.y - _ABOVE)
    detail = f": {mark.detail}" if mark.detail else ""
    full = plain(f"{module.key.layer or 'input image'} {mark.change}{detail}")
    return Tag(mark.change, Rect(*at, _width(text), TAG_HEIGHT), text, full)


def _tag_after(module: Module, following: Module | None, names: tuple[str, ...], diagram: Diagram) -> Tag:
    """Place a tag beside the link on which the layers stood, or below it where the network runs right."""
    exit_, down = module.end, diagram.direction.down
    room = min(_WIDEST, diagram.width - exit_.x - _BESIDE - 4) if down else _WIDEST
    text, full = _removed_text(names, room), plain(f"removed: {', '.join(names)}")
    width = _width(text)
    if following is None:
        middle = Point(exit_.x, exit_.y + 12) if down else exit_
    else:
        entry = following.start
        middle = Point((exit_.x + entry.x) / 2, (exit_.y + entry.y) / 2)
    if down:
        rect = Rect(middle.x + _BESIDE, middle.y - TAG_HEIGHT / 2, width, TAG_HEIGHT)
        return Tag(Change.REMOVED, rect, text, full, (Point(middle.x, middle.y), Point(rect.x, middle.y)))
    bottom = max(each.rect.y + each.rect.height for each in (module, following) if each is not None)
    left = max(0.0, min(middle.x - width / 2, diagram.width - width - 2))
    rect = Rect(left, bottom + _BELOW, width, TAG_HEIGHT)
    return Tag(Change.REMOVED, rect, text, full, (middle, Point(middle.x, rect.y)))


def _removed_text(names: tuple[str, ...], room: float) -> str:
    """Return `− fire5, fire6 removed`, or how many were removed where the names do not fit."""
    shown = [isolated(elide(plain(name), TAG_SIZE, True, _NAME_WIDEST)) for name in names[:4]]
    several = f"− {len(names):,} layers removed" if len(names) > 1 else f"− {shown[0]}"
    candidates = ([f"− {', '.join(shown)} removed"] if len(names) <= len(shown) else []) + [
        several,
        f"− {len(names):,}",
    ]
    return next((text for text in candidates if _width(text) <= room), candidates[-1])


def _width(text: str) -> float:
    return text_width(text, TAG_SIZE, True) + 2 * _PADDING


_CLEAR_FIELDS = ("filters", "kernel", "stride", "padding", "bypass", "s1x1", "e1x1", "e3x3", "p")
"""Fields whose names a reader understands without more words."""


def _detail(row: RowDifference) -> str:
    """Say what changed, in at most two fields; where only the name changed, say the old one."""
    if row.change is not Change.CHANGED or row.before is None:
        return ""
    if not row.fields:
        return f"was {elide(plain(row.before.name), TAG_SIZE, True, _NAME_WIDEST)}"
    if not set(row.fields) <= set(_CLEAR_FIELDS) or len(row.fields) > 2:
        return ""
    return ", ".join(_field_change(name, *values) for name, values in row.fields.items())


def _field_change(name: str, before: object, after: object) -> str:
    if name == "filters":  # as Table 1 prints them
        return f"×{_shown(before)} → ×{_shown(after)}"
    return f"{name} {_shown(before)} → {_shown(after)}"


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
