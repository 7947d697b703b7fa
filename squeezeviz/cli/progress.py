"""How far something is that takes long: one line on a terminal, rewritten in place; nothing where there is none."""

from __future__ import annotations

import sys
from types import TracebackType

from squeezeviz.model.wording import readable_bytes


class ProgressLine:
    """Shows how far something is while its block lasts, such as how many bytes have come; then the line is gone."""

    def __init__(self) -> None:
        self._moves = sys.stderr is not None and sys.stderr.isatty()
        self._width = 0

    def __enter__(self) -> ProgressLine:
        return self

    def show(self, done: int, size: int) -> None:
        share = f" ({min(100, 100 * done // size)} %)" if size else ""
        self.say(f"{readable_bytes(done)} of {readable_bytes(size)}{share}")

    def say(self, text: str) -> None:
        """Show this instead of what was shown."""
        self._write(f"    {text}")

    def _write(self, text: str) -> None:
        if self._moves:
            print(f"\r{text:<{self._width}}", end="", file=sys.stderr, flush=True)
            self._width = len(text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            self._write("")
            print("\r", end="", file=sys.stderr, flush=True)
