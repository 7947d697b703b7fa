"""The one class of errors that a person can cause, and the place it points at."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong: a file and line, a table row and column, or parts of these."""

    file: str | None = None
    line: int | None = None
    row: str | None = None
    column: str | None = None

    def __str__(self) -> str:
        where = self.file or ""
        if self.line is not None:
            where = f"{where}:{self.line}" if where else f"line {self.line}"
        cell = " ".join(part for part in (self.row, self.column) if part)
        return ": ".join(part for part in (where, cell) if part)


class SqueezevizError(Exception):
    """A mistake a person can make: one sentence that says what is wrong and what to do, and its place.

    Whatever else is raised is a bug and shows its traceback.
    """

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place or Place()

    def __str__(self) -> str:
        place = str(self.place)
        return f"{place}: {self.message}" if place else self.message

    def at(
        self,
        *,
        file: str | None = None,
        line: int | None = None,
        row: str | None = None,
        column: str | None = None,
    ) -> SqueezevizError:
        """The same error with what is known of its place filled in; what stands already is kept."""
        here = self.place
        place = replace(
            here,
            file=here.file if here.file is not None else file,
            line=here.line if here.line is not None else line,
            row=here.row if here.row is not None else row,
            column=here.column if here.column is not None else column,
        )
        return SqueezevizError(self.message, place)
