"""The window. Nothing here computes a number: it shows what the core says and what a live pass measured.

PySide6 reads the source of every module that is loaded after it, in case that asks for one of PySide's features. What
needs no Qt is therefore loaded here, before it: the window opens sooner.
"""

from importlib import import_module

_BEFORE_QT = (
    "core.costs",
    "core.difference",
    "core.explaining.edges",
    "core.explaining.rows",
    "core.explaining.totals",
    "core.explaining.writing",
    "core.finding",
    "core.fixes",
    "core.geometry",
    "core.sight",
    "diagram.build",
    "diagram.draw",
    "diagram.marks",
    "formats.clipboard.blocks",
    "formats.on_disk",
    "formats.presets",
    "formats.registry",
    "formats.table_text",
    "tracing.protocol",
)

for _name in _BEFORE_QT:
    import_module(f"squeezeviz.{_name}")
