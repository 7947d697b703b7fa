"""What the window remembers from one day to the next."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

RECENT_FILES = 10
REOPENS = "reopen_last"
"""The flag that a start without a file opens the last one."""


class Settings:
    """Typed access to the stored settings; what is missing or odd reads as its default."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "squeezeviz", "window")

    def sync(self) -> None:
        self._store.sync()

    @property
    def theme(self) -> str:
        """`system`, `light` or `dark`."""
        theme = str(self._store.value("theme", "system"))
        return theme if theme in ("system", "light", "dark") else "system"

    @theme.setter
    def theme(self, theme: str) -> None:
        self._store.setValue("theme", theme)

    @property
    def recent(self) -> list[Path]:
        """The files opened or saved last, newest first."""
        stored = self._store.value("recent", [])
        names = stored if isinstance(stored, list) else [stored]
        return [Path(name) for name in names if isinstance(name, str) and name][:RECENT_FILES]

    def remember(self, path: Path) -> None:
        """Put a file at the head of the recent ones."""
        path = path.absolute()
        rest = [other for other in self.recent if other != path]
        self._store.setValue("recent", [str(each) for each in [path, *rest][:RECENT_FILES]])

    def forget_recent(self) -> None:
        self._store.setValue("recent", [])

    def text(self, name: str, usual: str = "") -> str:
        """What was stored under that name, such as the `folder` of the last file or the `device`; else `usual`."""
        return str(self._store.value(name, usual))

    def set_text(self, name: str, text: str) -> None:
        self._store.setValue(name, text)

    def flag(self, name: str, *, usual: bool = True) -> bool:
        """Whether something is on; `usual` where a person said nothing that can be understood."""
        said = str(self._store.value(name, "")).lower()
        return said == "true" if said in ("true", "false") else usual

    def set_flag(self, name: str, on: bool) -> None:
        self._store.setValue(name, "true" if on else "false")

    def plain(self, name: str) -> object:
        """Plain data stored as JSON; None where there is none, or what is there is no JSON."""
        try:
            return json.loads(str(self._store.value(name, "null")))
        except (ValueError, RecursionError):
            return None

    def set_plain(self, name: str, value: object) -> None:
        self._store.setValue(name, json.dumps(value))

    def bytes(self, name: str) -> QByteArray:
        """A stored state of the window, such as its geometry; empty where there is none."""
        stored = self._store.value(name)
        return stored if isinstance(stored, QByteArray) else QByteArray()

    def set_bytes(self, name: str, value: QByteArray) -> None:
        self._store.setValue(name, value)
