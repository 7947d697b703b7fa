"""Qt, loaded so that no source is read for it: import this where PySide6 is imported first."""

import sys

import PySide6.QtCore  # noqa: F401


def _spare_sources() -> None:
    """Keep PySide6 from reading the source of every module in search of `PySide6`, in case that asks for a feature.

    All modules count as ones that use it and ask for none. Where a PySide6 searches otherwise, nothing happens.
    """
    search = sys.modules.get("shibokensupport.feature")
    if hasattr(search, "_mod_uses_pyside"):
        setattr(search, "_mod_uses_pyside", lambda module: True)  # noqa: B010 mypy knows no such module


_spare_sources()
