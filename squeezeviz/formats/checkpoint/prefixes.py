"""What wrappers of models put before every name: `module.` of DataParallel, `model.` of Lightning, and others."""

from __future__ import annotations

from collections.abc import Iterable

_WRAPPERS = frozenset({"module", "model", "_orig_mod", "backbone", "net", "network", "_forward_module", "encoder"})
_WITHIN = frozenset({"module", "_orig_mod", "_forward_module", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"})
"""What wrappers of a part of a network put into names, such as DataParallel around `features` alone."""
_STAGES = frozenset({"features", "classifier"})
"""Names of torchvision's own, which tell where a row stands."""


def without_prefixes(keys: Iterable[str]) -> dict[str, str]:
    """Each key by its name in the network: without wrappers' prefixes, in any combination, and without one that all
    keys share. A key keeps its own where two would be one."""
    given = list(keys)
    stripped = [_unwrapped(key) for key in given]
    if len(set(stripped)) < len(given):
        stripped = given
    while (shared := _shared(stripped)) is not None:
        stripped = [key[len(shared) + 1 :] for key in stripped]
    return dict(zip(stripped, given, strict=True))


def _unwrapped(key: str) -> str:
    first, dot, rest = key.partition(".")
    while dot and first in _WRAPPERS and "." in rest:
        key = rest
        first, dot, rest = key.partition(".")
    parts = key.split(".")
    return ".".join([*(part for part in parts[:-2] if part not in _WITHIN), *parts[-2:]])


def _shared(keys: list[str]) -> str | None:
    """The first part that all names have, where names of modules are left without it."""
    firsts = {key.partition(".")[0] for key in keys}
    if len(firsts) != 1 or firsts & _STAGES or any(key.count(".") < 2 for key in keys):
        return None
    return firsts.pop()
