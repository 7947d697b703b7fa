"""The windows of convolutions and pools as ONNX says them, and as a layer table can."""

from __future__ import annotations

from dataclasses import dataclass, replace

from squeezeviz.files.networks.onnx.model import OnnxNode
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.shapes import window_output

Sides = tuple[int, int]
"""Height and width."""

NO_PADS = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Window:
    """A window as its node says it. `pads` are at the top, on the left, at the bottom, on the right.

    `automatic` is `auto_pad` where that decides on the padding: SAME_UPPER or SAME_LOWER. `ceil` rounds sizes up, but
    no window may start in its own padding at the end; `made` is padding of a Pad node there, at the bottom and on the
    right, which is a part of the map.
    """

    kernel: Sides
    strides: Sides
    pads: tuple[int, int, int, int]
    ceil: bool = False
    automatic: str = ""
    made: Sides = (0, 0)

    def padded(self, pads: tuple[int, int, int, int]) -> Window:
        """With the padding of a Pad node before it."""
        top, left, bottom, right = (own + more for own, more in zip(self.pads, pads, strict=True))
        return replace(self, pads=(top, left, bottom, right), made=(pads[2], pads[3]))

    def on(self, sides: Sides) -> Window:
        """The window with the padding that `auto_pad` gives it on maps of these sides."""
        if not self.automatic:
            return self
        each_side = zip(sides, self.kernel, self.strides, strict=True)
        (top, bottom), (left, right) = (_same(*each, self.automatic) for each in each_side)
        return replace(self, pads=(top, left, bottom, right), automatic="", ceil=False)

    def output(self, sides: Sides) -> Sides:
        """Height and width of what comes out; below 1 where nothing fits."""
        found = self.on(sides)
        numbers = (found.kernel, found.strides, found.pads[:2], found.pads[2:], found.made)
        height, width = (_places(*each, ceil=found.ceil) for each in zip(sides, *numbers, strict=True))
        return height, width


class TableWindow(NamedTuple):
    """A window as a layer table has it; `rounded` where rounding up stands for padding at the end."""

    kernel: int
    stride: int
    padding: int
    ceil: bool
    rounded: bool = False


def window_of(node: OnnxNode, kernel: Sides) -> Window:
    """What a node says of its window. SqueezevizError where it is not in two dimensions, or is dilated."""
    strides = _two(node, "strides", (1, 1))
    dilations = _two(node, "dilations", (1, 1))
    pads = node.wholes("pads") or NO_PADS
    automatic = node.text("auto_pad", "NOTSET")
    if dilations != (1, 1):
        raise node.fail("it is dilated; a layer table's windows are not")
    if len(pads) != 4 or any(each < 0 for each in pads):
        raise node.fail("its pads are not four numbers from 0 on, as a window in two dimensions has them")
    if min(*kernel, *strides) < 1:
        raise node.fail("its kernel_shape and strides must be from 1 on")
    ceil = bool(node.whole("ceil_mode", 0))
    match automatic:
        case "NOTSET" | "":
            return Window(kernel, strides, (pads[0], pads[1], pads[2], pads[3]), ceil)
        case "VALID":
            return Window(kernel, strides, NO_PADS)
        case "SAME_UPPER" | "SAME_LOWER":
            return Window(kernel, strides, NO_PADS, ceil, automatic)
    raise node.fail(f"its auto_pad is {automatic!r:.40}; ONNX has NOTSET, VALID, SAME_UPPER and SAME_LOWER")


def kernel_of(node: OnnxNode) -> Sides:
    """The `kernel_shape` of a pool; SqueezevizError where it has none, or one of other than two sides."""
    if "kernel_shape" not in node.attributes:
        raise node.fail("it has no kernel_shape; say how large its window is")
    return _two(node, "kernel_shape", (1, 1))


def as_table(node: OnnxNode, window: Window, sides: Sides | None, *, rounds: bool) -> TableWindow:
    """The window as a layer table has it: square, and padded alike on all sides.

    Padding at one end alone comes to the same where no window reaches it, or, for a pool (`rounds`), where rounding up
    lets as many windows reach over the end. SqueezevizError where it does not on maps of these `sides`.
    """
    kernel, stride = _square(node, window.kernel, "kernel_shape"), _square(node, window.strides, "strides")
    if window.automatic:
        window = window.on(_known(node, sides))
    if len(set(window.pads)) == 1 and not (window.ceil and any(window.made)):
        return TableWindow(kernel, stride, window.pads[0], window.ceil)
    padding = _square(node, window.pads[:2], "pads")
    height, width = _known(node, sides)
    wanted = window.output((height, width))
    for ceil in (False, True)[: 1 + rounds]:
        made = [window_output(side, kernel, stride, padding, ceil=ceil).value for side in (height, width)]
        if tuple(made) == wanted:
            return TableWindow(kernel, stride, padding, ceil, rounded=ceil and not window.ceil)
    said = ", ".join(str(each) for each in window.pads)
    raise node.fail(
        f"its padding is {said} (top, left, bottom, right), which on maps of {height}×{width} comes to no padding "
        "that is the same on all sides, as a layer table's is"
    )


def _places(side: int, kernel: int, stride: int, begin: int, end: int, made: int, *, ceil: bool) -> int:
    """How many places a window takes; where sizes are rounded up, none starts in the padding of its own at the end."""
    reach = side + begin + end - kernel
    if not ceil:
        return reach // stride + 1
    places = -(-reach // stride) + 1
    return places - 1 if (places - 1) * stride >= side + begin + made else places


def _known(node: OnnxNode, sides: Sides | None) -> Sides:
    if sides is None:
        raise node.fail("its padding depends on the size of its maps, which cannot be told")
    return sides


def _same(side: int, kernel: int, stride: int, automatic: str) -> Sides:
    """Padding before and after for an output of ⌈side/stride⌉."""
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    less, more = total // 2, total - total // 2
    return (less, more) if automatic == "SAME_UPPER" else (more, less)


def _two(node: OnnxNode, name: str, default: Sides) -> Sides:
    found = node.wholes(name)
    if found is None:
        return default
    if len(found) != 2:
        raise node.fail(f"its {name} has {len(found)} numbers; a layer table's windows have two sides")
    return found[0], found[1]


def _square(node: OnnxNode, both: Sides, what: str) -> int:
    if both[0] != both[1]:
        raise node.fail(f"its {what} differ both ways ({both[0]} and {both[1]}); a layer table's are the same")
    return both[0]
