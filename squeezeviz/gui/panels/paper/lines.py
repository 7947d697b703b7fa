"""The content of the paper panel as plain data: groups that open, and the lines in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from squeezeviz.paper.check import PaperCheck
from squeezeviz.paper.reference import Kin, references
from squeezeviz.paper.verdicts import Check, Standing, Verdict

REFERENCE_HEADINGS = ("network", "the paper prints", "top-1 / 5, %", "ours")
"""The column headings. Accuracies are the printed ones."""

SAID = {Standing.AGREES: "agrees", Standing.REMARK: "remark", Standing.DIFFERS: "differs"}


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line in a group. A `wide` line is a sentence across all columns. `target` is the layer to select, or empty."""

    cells: tuple[str, ...]
    mark: Standing | None = None
    target: str = ""
    wide: bool = False
    here: bool = False
    tip: str = ""


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """A heading that opens. `mark` is None if the group is not a verdict."""

    text: str
    mark: Standing | None
    lines: tuple[PaperLine, ...]


def check_groups(check: PaperCheck) -> tuple[PaperGroup, ...]:
    """Return a group for each verdict."""
    return tuple([_verdict_group(verdict) for verdict in check.verdicts])


def check_headings(check: PaperCheck) -> tuple[str, ...]:
    """Return the column headings for `check_groups`. The last one says whether our numbers are measured."""
    return ("row", "Table 1 prints", "measured" if check.measured else "predicted")


def reference_groups(present: Kin | None) -> tuple[PaperGroup, ...]:
    """Return Tables 2 and 3 and Figure 3. If the open network is one of theirs, it is marked."""
    groups = []
    for reference in references():
        lines: list[PaperLine] = []
        notes: dict[str, None] = {}
        for row in reference.rows:
            here = row.kin is not None and present is not None and row.kin.knows(present)
            cells = (row.network, row.printed, row.accuracy, row.ours)
            lines.append(PaperLine(cells, here=here, tip=row.note))
            notes[row.note] = None
        note_lines = [PaperLine((note,), wide=True) for note in notes if note]
        groups.append(PaperGroup(reference.title, None, (*lines, *note_lines)))
    return tuple(groups)


def _verdict_group(verdict: Verdict) -> PaperGroup:
    why = (PaperLine((verdict.why,), wide=True),) if verdict.why else ()
    remark = verdict.standing is Standing.REMARK
    return PaperGroup(verdict.text, verdict.standing, (*why, *[_check_line(check, remark) for check in verdict.checks]))


@lru_cache(maxsize=4096)
def _check_line(check: Check, remark: bool) -> PaperLine:
    """Return the line of a check. With `remark`, a difference is the paper's mistake."""
    mark = Standing.AGREES if check.agrees else Standing.REMARK if check.note or remark else Standing.DIFFERS
    name = f"{check.row}, {check.item}" if remark else check.row
    return PaperLine((name, check.printed, check.ours), mark, check.layer, tip=check.note)
