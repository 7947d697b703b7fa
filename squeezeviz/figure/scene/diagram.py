"""The placed diagram as plain data: what the canvas shows and every export writes.

Lengths are in diagram units, one screen pixel at 100 %; x grows to the right, y downwards. What lies in a module
is placed relative to the module's own corner, so that equal modules share their contents.
"""

from __future__ import annotations

from enum import StrEnum

from squeezeviz.model.records import NamedTuple


class Direction(StrEnum):
    """Which way a network runs. Places along and across that way are turned into x and y here."""

    DOWN = "down"
    RIGHT = "right"

    down: bool

    def __init__(self, value: str) -> None:
        self.down = value == "down"  # asked several times for every box

    def point(self, along: float, across: float) -> Point:
        return Point(across, along) if self.down else Point(along, across)

    def along(self, place: Point | Rect) -> float:
        return place.y if self.down else place.x

    def across(self, place: Point | Rect) -> float:
        return place.x if self.down else place.y

    def length(self, rect: Rect) -> float:
        """How far a rectangle reaches along the way."""
        return rect.height if self.down else rect.width

    def breadth(self, rect: Rect) -> float:
        """How far a rectangle reaches across the way."""
        return rect.width if self.down else rect.height

    def ahead(self, place: Point, distance: float) -> Point:
        """Return the point that far along the way."""
        return Point(place.x, place.y + distance) if self.down else Point(place.x + distance, place.y)

    def start(self, rect: Rect) -> Point:
        """Where data enters a box: the middle of its top, or of its left side."""
        return self.point(self.along(rect), self.across(rect) + self.breadth(rect) / 2)

    def end(self, rect: Rect) -> Point:
        """Where data leaves a box."""
        return self.ahead(self.start(rect), self.length(rect))


class Role(StrEnum):
    """What a box stands for; the theme gives each role its colour."""

    INPUT = "input"
    CONV = "conv"
    POOL = "pool"
    FIRE = "fire"
    SQUEEZE = "squeeze"
    EXPAND1X1 = "expand1x1"
    EXPAND3X3 = "expand3x3"
    CONCAT = "concat"
    BYPASS = "bypass"
    SUM = "sum"
    DROPOUT = "dropout"
    SOFTMAX = "softmax"
    PROBLEM = "problem"


class Badge(StrEnum):
    """What a live pass says of a box, or of a row of the table: it is as predicted, of an earlier table, or not so."""

    MEASURED = "measured"
    STALE = "stale"
    DIFFERS = "differs"


class Key(NamedTuple):
    """Which box: the layer's name (empty: the input image) and the part within it (empty: the layer itself)."""

    layer: str
    part: str = ""


INPUT_KEY = Key("")
EMPTY_KEY = Key("", "empty")
"""The box that stands where a table without layers has nothing to draw."""
ENTRY_KEY = Key("", "entry")
"""What flows into a figure that begins in the middle of the network."""
EXIT_KEY = Key("", "exit")
"""Where the last line leads out of the figure."""


class Point(NamedTuple):
    x: float
    y: float


class Size(NamedTuple):
    width: float
    height: float


class Rect(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    def contains(self, x: float, y: float) -> bool:
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


class Share(NamedTuple):
    """One part of a concat: its channels, in the role's colour; `rect` lies within the module."""

    role: Role
    channels: int
    rect: Rect
    text: str = ""
    """What stands in it: its channels, where they are wanted."""


class StripPlace(NamedTuple):
    """The room for feature maps in a box: `rect` lies within the module, `of` says whose output they are."""

    rect: Rect
    of: Key


class Box(NamedTuple):
    """One operation, placed within its module. `title` and `detail` are shortened to fit; `full` never is."""

    key: Key
    role: Role
    rect: Rect
    title: str
    detail: str
    full: str
    shares: tuple[Share, ...] = ()
    """Of a concat: its parts in proportion to their channels."""
    badge: Point | None = None
    """The middle of its badge."""
    more: tuple[str, ...] = ()
    """Further quiet lines below `detail`."""
    text_left: float = 18.0
    """From the box's left edge to its texts."""
    strip: StripPlace | None = None

    @property
    def text_rect(self) -> Rect:
        """Where its texts stand: all of it, but for feature maps below them."""
        if self.strip is None or self.strip.rect.x > self.rect.x + self.text_left:
            return self.rect
        return Rect(self.rect.x, self.rect.y, self.rect.width, self.strip.rect.y - self.rect.y)


class Line(NamedTuple):
    """A connection: cubic Bézier points (1 + 3·n of them), from where data comes to where it goes.

    Inside of a Fire keys name the part alone, so that equal modules share their lines: an empty one stands for what is
    outside, as `source` for what comes into the module, as `target` for where its output goes. A closed Fire's lines
    keep the keys of the parts that its box hides.
    """

    source: Key
    target: Key
    role: Role
    points: tuple[Point, ...]
    width: float = 1.5
    arrow: bool = True
    full: str = ""
    """What flows, in words: its shape first. Not from where to where: the keys say that."""

    def within(self, layer: str) -> Line:
        """The line in the Fire of that name."""
        return self._replace(source=Key(layer, self.source.part), target=Key(layer, self.target.part))


class Emphasis(StrEnum):
    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    ACCENT = "accent"


class Label(NamedTuple):
    """A line of text that belongs to no box; `at` is its baseline's start, middle or end, as `anchor` says."""

    text: str
    at: Point
    emphasis: Emphasis = Emphasis.PLAIN
    anchor: str = "middle"
    size: float = 13.0


class Module(NamedTuple):
    """One row of the table, placed: a single box, a closed Fire (one box), or an open one (frame and insides).

    `entry` and `exit` are where the series of modules connects, relative to the module's corner. `toggle` is the
    triangle that opens and closes a Fire, and `badge` the middle of an open Fire's own badge.
    """

    key: Key
    row: int
    """The row in the table; -1 for the input image, and for a problem of the table as a whole."""
    role: Role
    opened: bool
    rect: Rect
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    entry: Point
    exit: Point
    toggle: Rect | None = None
    badge: Point | None = None
    full: str = ""
    """The module in words, nothing shortened."""
    channels: int = 0
    """How many flow out of it; 0 where that is not known."""

    @property
    def start(self) -> Point:
        """Where the series of modules enters, on the page."""
        return Point(self.rect.x + self.entry.x, self.rect.y + self.entry.y)

    @property
    def end(self) -> Point:
        """Where the series of modules leaves, on the page."""
        return Point(self.rect.x + self.exit.x, self.rect.y + self.exit.y)


class RulerMark(NamedTuple):
    """One step of the depth ruler: `depth` is the count reached (None where a layer adds nothing).

    `position` runs along the direction of the network. `note` stands beside the mark: "+0", or that two expands
    side by side are one step. `column` is that of a network set in columns.
    """

    position: float
    depth: int | None
    note: str
    layer: str
    column: int = 0


class Column(NamedTuple):
    """A column of a network that is set like text: the place of its first module, and where, across the network's
    direction, its ruler's line runs and its modules begin."""

    start: int
    ruler_at: float
    side: float


class Diagram(NamedTuple):
    """A whole network, placed. `ruler_at` is where the ruler's line runs, across the network's direction."""

    direction: Direction
    width: float
    height: float
    modules: tuple[Module, ...]
    links: tuple[Line, ...]
    ruler: tuple[RulerMark, ...] = ()
    ruler_at: float = 0.0
    outlet: Line | None = None
    """What flows out of the last module, where the network goes on, or where nothing else ends its line."""
    title: str = ""
    columns: tuple[Column, ...] = ()
    """Of a network that is set like text; empty where all stands in one."""

    @property
    def rulers(self) -> tuple[float, ...]:
        """Where the ruler's line runs beside each column, across the network's direction."""
        return tuple(column.ruler_at for column in self.columns) or (self.ruler_at,)
