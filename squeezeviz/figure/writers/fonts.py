"""The bundled Inter fonts, so that a figure looks the same on every machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, wraps
from math import ceil
from threading import local
from typing import ParamSpec, TypeVar

from PySide6.QtCore import QByteArray, QCoreApplication, Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QTextLayout, QTextOption

from squeezeviz.analysis.memory import FOR_PAINTING, require_room
from squeezeviz.figure.scene.primitives import LEFT_OF_ANCHOR
from squeezeviz.figure.theme.metrics import is_known, text_width
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.resources import RESOURCES
from squeezeviz.model.text import one_line

P = ParamSpec("P")
R = TypeVar("R")


def cached_per_thread(make: Callable[P, R]) -> Callable[P, R]:
    """Like `lru_cache`, with a cache for each thread that ends with its thread."""
    caches = local()

    @wraps(make)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        if not hasattr(caches, "cached"):
            caches.cached = lru_cache(_MOST_CACHED)(make)
        answer: R = caches.cached(*args, **kwargs)
        return answer

    return remembered


_MOST_CACHED = 64


_applications: list[QGuiApplication] = []
"""Qt holds no reference to its application."""


def ensure_gui_application() -> None:
    """Make an application that needs no display, unless one exists: the window's own is left alone."""
    existing = QCoreApplication.instance()
    if existing is None:
        require_room(FOR_PAINTING)
        # As an argument, not through the environment, which child processes would inherit.
        _applications.append(QGuiApplication(["squeezeviz", "-platform", "offscreen"]))
    elif not isinstance(existing, QGuiApplication):
        raise RuntimeError("painting needs a QGuiApplication, but a QCoreApplication is already running")


_UNBROKEN = 1e6


class Typeset(NamedTuple):
    """A line laid out at a whole number of pixels, to be painted `scale` times as large, and `across` as wide.

    Qt knows whole font sizes only. `width` and `ascent` are in units, after scaling. What the bundled font lacks comes
    from whatever font the system has: wider than it was measured, it is condensed, so that it stays in its box.
    """

    layout: QTextLayout
    scale: float
    across: float
    width: float
    ascent: float

    def left_of(self, anchor: str) -> float:
        """Return how far the line begins left of its anchor, in units."""
        return self.width * LEFT_OF_ANCHOR[anchor]


@cached_per_thread
def typeset(text: str, size: float, bold: bool) -> Typeset:
    whole = max(1, ceil(size))
    layout = QTextLayout(one_line(text), diagram_font(whole, bold))
    layout.setTextOption(_from_left_to_right())
    layout.setCacheEnabled(True)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(_UNBROKEN)
    layout.endLayout()
    scale = across = size / whole
    width = line.naturalTextWidth()
    if not is_known(text) and (measured := text_width(text, size, bold)) < width * scale:
        across = measured / width
    return Typeset(layout, scale, across, width * across, line.ascent() * scale)


def _from_left_to_right() -> QTextOption:
    # A name that runs right to left must not pull the rest of its line to the other side.
    option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    option.setTextDirection(Qt.LayoutDirection.LeftToRight)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    return option


FALLBACK_FAMILIES = ("Helvetica Neue", "Arial", "Liberation Sans", "Nimbus Sans", "DejaVu Sans")
"""What draws the text where Inter is missing: the narrow ones first, so that it still fits its box."""

_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")


@cached_per_thread
def diagram_font(size: int, bold: bool = False) -> QFont:
    """Return Inter with an em of `size` units. Characters that it lacks come from the system's fonts."""
    font = QFont([*bundled_families(), *FALLBACK_FAMILIES])
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    # Unhinted advances grow in proportion, so that zooming or exporting moves no letter.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # Coloured edges, made for one screen's stripes, have no place in a picture that is zoomed or sent away.
    font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
    # Inter swaps in another × between digits and another →; a PDF's text could then no longer be copied.
    font.setFeature(QFont.Tag("calt"), 0)
    return font


@cache
def bundled_families() -> tuple[str, ...]:
    """Return the family names under which Qt knows the bundled fonts, which are loaded the first time."""
    ensure_gui_application()
    families: list[str] = []
    for name in _FILES:
        data = (RESOURCES / "fonts" / name).read_bytes()
        identifier = QFontDatabase.addApplicationFontFromData(QByteArray(data))
        families += QFontDatabase.applicationFontFamilies(identifier)[:1]
    return tuple(dict.fromkeys(families))
