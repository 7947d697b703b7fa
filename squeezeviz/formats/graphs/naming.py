"""The name of a Fire module out of those of its parts: `fire2/squeeze1x1` and `fire2/expand1x1` make `fire2`."""

from __future__ import annotations

from collections import Counter

from squeezeviz.formats.graphs.series import FireParts


def fire_names(fires: list[FireParts], taken: list[str]) -> list[str]:
    """The common prefix of each module's parts; its concat's name where that is empty or names another row too."""
    prefixes = [_common(fire) for fire in fires]
    counts = Counter([*prefixes, *taken])
    return [
        prefix if prefix and counts[prefix] == 1 else fire.concat.name
        for prefix, fire in zip(prefixes, fires, strict=True)
    ]


def _common(fire: FireParts) -> str:
    names = [fire.squeeze.node.name, *(expand.node.name for expand in fire.expands)]
    prefix = names[0]
    while not all(name.startswith(prefix) for name in names):
        prefix = prefix[:-1]
    for separator in "/_-.":
        if separator in prefix:
            return prefix[: prefix.rindex(separator)].rstrip("/_-. ")
    return prefix.strip()
