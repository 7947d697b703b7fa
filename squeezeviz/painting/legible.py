"""Text as every format can carry it: one line, without the characters that XML 1.0 forbids."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAKS = re.compile("[\t\n\v\f\r\u0085\u2028\u2029]")


def one_line(text: str) -> str:
    """`text` with line breaks and tabs as spaces, and what no XML may hold as U+FFFD.

    https://www.w3.org/TR/xml/#charsets
    """
    return _FORBIDDEN.sub("\ufffd", _LINE_BREAKS.sub(" ", text))
