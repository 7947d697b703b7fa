"""The window. Nothing here computes a number: it shows what the floors below computed and what a live pass measured.

What needs no Qt is loaded here, before PySide6, which slows every import that comes after it.
"""

import gc
import sys
from importlib import import_module

gc.disable()  # for good: `Collector` of app.py does its work

_BEFORE_QT = (
    "analysis.costs",
    "analysis.live",
    "analysis.memory",
    "analysis.receptive_field",
    "explain.edges",
    "explain.rows",
    "figure.drawing.draw",
    "figure.layout.build",
    "files.on_disk",
    "files.presets",
    "files.process_folders",
    "files.registry",
    "files.tables.formats",
)

for _name in _BEFORE_QT:
    import_module(f"squeezeviz.{_name}")


def _spare_sources() -> None:
    """Keep PySide6 from reading the source of every module in search of `PySide6`, in case that asks for a feature.

    All modules count as ones that use it and ask for none. Where a PySide6 searches otherwise, nothing happens.
    """
    import PySide6.QtCore  # noqa: F401

    search = sys.modules.get("shibokensupport.feature")
    if hasattr(search, "_mod_uses_pyside"):
        setattr(search, "_mod_uses_pyside", lambda module: True)  # noqa: B010 mypy knows no such module


_spare_sources()
