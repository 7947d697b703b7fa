"""Writing the same figure again gives the same bytes: no clock, no chance, no time zone of the machine."""

from __future__ import annotations

import hashlib
import os
import re
from datetime import datetime, timedelta
from uuid import UUID

from squeezeviz.model.errors import Place, SqueezevizError, shown

EPOCH = "SOURCE_DATE_EPOCH"
"""The environment variable: https://reproducible-builds.org/specs/source-date-epoch/"""

_UNDATED = datetime(2000, 1, 1)
_LAST_EPOCH = 253_402_300_799
"""The end of the year 9999."""


def made_at() -> datetime:
    """Return the date that a file bears, in UTC: that of SOURCE_DATE_EPOCH, else always the same day.

    Raises:
        SqueezevizError: the variable is no number of seconds.
    """
    seconds = os.environ.get(EPOCH, "").strip()
    if not seconds:
        return _UNDATED
    if not re.fullmatch("[0-9]{1,12}", seconds) or int(seconds) > _LAST_EPOCH:
        raise SqueezevizError(
            f"write the number of seconds since 1970, not {shown(seconds)}, or unset it", Place(EPOCH)
        )
    return datetime(1970, 1, 1) + timedelta(seconds=int(seconds))


_PDF_DATE = re.compile(rb"(?<=Date \(D:)[0-9]{14}(?:Z|[+-][0-9]{2}'[0-9]{2}'?)?(?=\))")
_XMP_DATE = re.compile(rb'(?<=Date=")[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:Z|[+-][0-9]{2}:[0-9]{2})(?=")')
_XMP_ID = re.compile(rb'(?<=xmpMM:DocumentID="uuid:)[0-9a-f-]{36}(?=")')
_TRAILER = re.compile(rb"(?<=/ID \[ <)([0-9a-fA-F]+)> <([0-9a-fA-F]+)(?=> \])")
_OFFSETS = re.compile(rb"(?<=\n)[0-9]{10}(?= [0-9]{5} n)")
_START = re.compile(rb"(?<=startxref\n)[0-9]+")


def reproducible_pdf(pdf: bytes) -> bytes:
    """Give a PDF of QPdfWriter the dates of `made_at`, and an identifier that follows from its content."""
    made = made_at()
    moved: list[tuple[int, int]] = []

    def dated(found: re.Match[bytes]) -> bytes:
        written = made.strftime("%Y%m%d%H%M%SZ").encode("ascii")
        moved.append((found.start(), len(written) - len(found[0])))
        return written

    def shifted(offset: int) -> int:
        return offset + sum(by for at, by in moved if at < offset)

    def xmp_dated(found: re.Match[bytes]) -> bytes:
        return made.strftime("%Y-%m-%dT%H:%M:%S+00:00" if found[0][-1:] != b"Z" else "%Y-%m-%dT%H:%M:%SZ").encode(
            "ascii"
        )

    start = _START.search(pdf)
    table = int(start[0]) if start else len(pdf)
    body, end = _PDF_DATE.sub(dated, pdf[:table]), pdf[table:]
    end = _OFFSETS.sub(lambda found: b"%010d" % shifted(int(found[0])), end)
    end = _START.sub(lambda found: b"%d" % shifted(int(found[0])), end)
    return _identified(_XMP_DATE.sub(xmp_dated, body) + end)


def _identified(pdf: bytes) -> bytes:
    """Replace the identifiers by ones of equal length that follow from the content."""
    bare = _TRAILER.sub(b"> <", _XMP_ID.sub(b"", pdf))
    digest = hashlib.sha256(bare).digest()
    name = str(UUID(bytes=digest[:16], version=4)).encode("ascii")
    hexadecimal = name.hex().encode("ascii")

    def in_trailer(found: re.Match[bytes]) -> bytes:
        first, second = ((hexadecimal * (len(each) // len(hexadecimal) + 1))[: len(each)] for each in found.groups())
        return first + b"> <" + second

    return _TRAILER.sub(in_trailer, _XMP_ID.sub(name, pdf))
