"""Results on stdout, complete and in UTF-8, and messages and progress on stderr."""

from __future__ import annotations

import codecs
import io
import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from squeezeviz.model.errors import Place, SqueezevizError, brief
from squeezeviz.model.text import columns_of, plain, with_numbers_json


@contextmanager
def unwind_on_interrupt() -> Iterator[None]:
    """Let Ctrl+C unwind this block, so that no half-written file stays. Elsewhere Ctrl+C ends the process at once."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def write_columns(rows: Iterable[tuple[str, ...]]) -> None:
    lines = [[plain(cell) for cell in row] for row in rows]
    widths = [max(map(columns_of, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell + " " * (width - columns_of(cell)) for cell, width in zip(line, widths, strict=True))
        write("  ".join(padded).rstrip())


def write_json(document: Any) -> None:
    utf8 = sys.stdout is None or codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8"
    write(with_numbers_json(json.dumps(document, indent=2, ensure_ascii=not utf8)))


def write(text: str) -> None:
    """Write a result completely. If stdout cannot take it, raise SqueezevizError."""
    if sys.stdout is None and text:
        raise SqueezevizError("the result could not be written: it is closed", Place("stdout"))
    try:
        print(text, end="" if text.endswith("\n") or not text else "\n", flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        discard_stdout()
        raise SqueezevizError(f"the result could not be written: {error.strerror}", Place("stdout")) from None


def print_messages(kind: str, messages: Iterable[object]) -> None:
    for message in messages:
        print_message(kind, str(message))


def print_message(kind: str, message: str) -> None:
    if sys.stderr is not None:
        print(f"squeezeviz: {kind}: {plain(message)}", file=sys.stderr)


def write_utf8() -> None:
    """Write UTF-8 whatever the locale says, because other encodings lack × and some layer names.

    An encoding chosen by PYTHONIOENCODING is used; characters that it lacks become question marks.
    """
    asked = os.environ.get("PYTHONIOENCODING", "").partition(":")[0]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if asked:
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if os.environ.get("LC_ALL") in ("C", "POSIX"):
        os.environ["LC_ALL"] = "C.UTF-8"  # as Python does for LANG; Qt would complain on stderr


def discard_stdout() -> None:
    """Keep Python from failing again when it flushes stdout at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class ProgressLine:
    """Shows how far something is while its block lasts, such as how many bytes have come; then the line is gone."""

    def __init__(self) -> None:
        self._moves = sys.stderr is not None and sys.stderr.isatty()
        self._width = 0

    def __enter__(self) -> ProgressLine:
        return self

    def show(self, done: int, size: int) -> None:
        from squeezeviz.model.wording import readable_bytes  # not sooner: hardly a command takes long

        share = f" ({min(100, 100 * done // size)} %)" if size else ""
        self.say(f"{readable_bytes(done)} of {readable_bytes(size)}{share}")

    def show_operation(self, done: int, total: int, name: str) -> None:
        """Show how far a pass is, and the operation that runs now."""
        self.say(f"{done:,} of {total:,} operations have run; now {brief(name)}")

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
