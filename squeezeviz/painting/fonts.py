"""The bundled Inter fonts, so that a figure looks the same on every machine."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase

from squeezeviz.painting.application import ensure_gui_application
from squeezeviz.painting.per_thread import cached_per_thread

FALLBACK_FAMILIES = ("Helvetica Neue", "Arial", "Liberation Sans", "Nimbus Sans", "DejaVu Sans")
"""What draws the text where Inter is missing: the narrow ones first, so that it still fits its box."""

_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")


@cached_per_thread(maxsize=64)
def diagram_font(size: int, bold: bool = False) -> QFont:
    """Inter with an em of `size` units. Characters it lacks come from the system's fonts."""
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
    """The family names under which Qt knows the bundled fonts; loads them where nobody has."""
    ensure_gui_application()
    families: list[str] = []
    for name in _FILES:
        data = files("squeezeviz.resources").joinpath("fonts", name).read_bytes()
        identifier = QFontDatabase.addApplicationFontFromData(QByteArray(data))
        families += QFontDatabase.applicationFontFamilies(identifier)[:1]
    return tuple(dict.fromkeys(families))
