"""The window. Nothing here computes a number: it shows what the floors below computed and what a live pass measured.

PySide6 reads the source of every module that is loaded after it, in case that asks for one of PySide's features. What
needs no Qt is therefore loaded here, before it: the window opens sooner.
"""

from importlib import import_module

_BEFORE_QT = (
    "analysis.costs",
    "analysis.difference",
    "analysis.memory",
    "explain.edges",
    "explain.rows",
    "explain.totals",
    "model.finding",
    "analysis.fixes",
    "paper.geometry",
    "analysis.receptive_field",
    "figure.layout.build",
    "figure.drawing.draw",
    "files.clipboard.blocks",
    "files.on_disk",
    "files.presets",
    "files.registry",
    "files.tables.formats",
    "files.tables.grid_text",
    "trace.protocol",
)

for _name in _BEFORE_QT:
    import_module(f"squeezeviz.{_name}")
