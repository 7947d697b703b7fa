"""Answers remembered by the thread that asked: Qt's fonts and text layouts must not be shared, nor outlive it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from threading import local
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def cached_per_thread(maxsize: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Like `lru_cache`, with a cache for each thread, which goes when the thread does."""

    def decorate(make: Callable[P, R]) -> Callable[P, R]:
        kept = local()

        @wraps(make)
        def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
            if not hasattr(kept, "cached"):
                kept.cached = lru_cache(maxsize)(make)
            answer: R = kept.cached(*args, **kwargs)
            return answer

        return remembered

    return decorate
