"""The window. Nothing here computes a number: it shows what the floors below computed and what a live pass measured.

What needs no Qt is loaded here, before PySide6, which slows every import that comes after it.
"""

import gc
from importlib import import_module

gc.disable()  # for good: `Collector` of app.py does its work

_BEFORE_QT = (
    "analysis.costs",
    "analysis.arithmetic",
    "analysis.memory",
    "analysis.receptive_field",
    "explain.rows",
    "figure.drawing.draw",
    "figure.layout.build",
    "files.on_disk",
    "files.presets",
    "files.process_folders",
    "files.registry",
    "files.tables.formats",
)

for _name in (*_BEFORE_QT, "figure.writers.qt"):
    import_module(f"squeezeviz.{_name}")
