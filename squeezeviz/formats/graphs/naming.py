"""The name of a Fire module out of those of its parts: `fire2/squeeze1x1` and `fire2/expand1x1` make `fire2`."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile

from squeezeviz.formats.graphs.series import FireParts


def fire_names(fires: list[FireParts], taken: list[str]) -> list[str]:
    """The common prefix of each module's parts; its concat's name where that is empty or names another row too."""
    prefixes = [_common(fire) for fire in fires]
    counts = Counter([*prefixes, *taken])
    return [
        prefix if prefix and counts[prefix] == 1 else fire.concat.name
        for prefix, fire in zip(prefixes, fires, strict=True)
    ]


_SQUEEZE = "/squeeze1x1"
_EXPANDS = "/expand1x1", "/expand3x3"
"""Caffe's names, which the field knows and we write: what stands before them is the module's name as it is."""


def _common(fire: FireParts) -> str:
    names = [fire.squeeze.node.name, *sorted(expand.node.name for expand in fire.expands)]
    if names == [names[0].removesuffix(_SQUEEZE) + part for part in (_SQUEEZE, *_EXPANDS)]:
        return names[0].removesuffix(_SQUEEZE)
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    prefix = "".join(letters[0] for letters in alike)
    for separator in "/_-.":
        if separator in prefix:
            return prefix[: prefix.rindex(separator)].rstrip("/_-. ")
    return prefix.strip()
