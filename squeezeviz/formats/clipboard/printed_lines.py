"""Table 1 as text out of a PDF, where spaces stand between the cells and empty ones are missing."""

from __future__ import annotations

import re

from squeezeviz.formats.csv_columns import CsvColumn

PRINTED_COLUMNS = tuple(CsvColumn)[:13]
"""Table 1's columns in its order."""

_NUMBER = r"[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,4}"
_SHARE = r"[0-9]{1,3}\s?%(?:\s?\([0-9]{1,3}[xX×][0-9]{1,3}\))?"
_LINE = re.compile(
    rf"""(?P<name>\S(?:[^\t]{{0,60}}?\S)?)
    \s+(?P<output>[0-9]{{1,9}}\s?[xX×]\s?[0-9]{{1,9}}\s?[xX×]\s?[0-9]{{1,9}})
    (?:\s+(?P<window>[0-9]{{1,9}}\s?[xX×]\s?[0-9]{{1,9}}\s?/\s?[0-9]{{1,9}}(?:\s*\(\s?[xX×]\s?(?:{_NUMBER})\s?\))?))?
    (?:\s+(?P<depth>[0-9]{{1,2}})(?![0-9,%x×]))?
    (?:\s+(?P<s1x1>{_NUMBER})\s+(?P<e1x1>{_NUMBER})\s+(?P<e3x3>{_NUMBER}))?
    (?P<shares>(?:\s+{_SHARE}){{1,3}})?
    (?:\s+(?P<bits>[0-9]{{1,2}}\s?bit))?
    (?:\s+(?P<before>{_NUMBER}))?
    (?:\s+(?P<after>{_NUMBER}))?""",
    re.VERBOSE,
)
_TOTAL = re.compile(rf"(?:total\s*:?\s*)?(?:{_NUMBER})\s*(?:\(total\))?(?:\s+(?:{_NUMBER})\s*(?:\(total\))?)?", re.I)

_LONGEST_LINE = 400


def cells_of_printed(lines: list[str]) -> list[list[str]]:
    """The cells of at least two such lines, under Table 1's headers; nothing where the text is something else.

    What stands before the first of them is the printed head of the table, and a line of totals is left out.
    """
    filled = [line.strip() for line in lines if line.strip()]
    found = [_LINE.fullmatch(line) if len(line) <= _LONGEST_LINE else None for line in filled]
    first = next((index for index, match in enumerate(found) if match), len(found))
    rows = [_cells(match) for match in found[first:] if match]
    others = [line for line, match in zip(filled[first:], found[first:], strict=True) if not match]
    if len(rows) < 2 or not all(_TOTAL.fullmatch(line[:_LONGEST_LINE]) for line in others):
        return []
    return [[str(column) for column in PRINTED_COLUMNS], *rows]


def _cells(line: re.Match[str]) -> list[str]:
    part = {name: (text or "").strip() for name, text in line.groupdict().items()}
    shares = re.findall(_SHARE, part["shares"])
    if len(shares) == 1 and not part["s1x1"]:
        shares = [shares[0], "", ""]
    return [
        part["name"], part["output"], part["window"], part["depth"], part["s1x1"], part["e1x1"], part["e3x3"],
        *[*shares, "", "", ""][:3], part["bits"], part["before"], part["after"],
    ]  # fmt: skip
