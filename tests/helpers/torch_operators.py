"""Counts the operators of torch that run: work, where seconds would say how busy the machine is."""

from __future__ import annotations

from collections import Counter

from torch.utils._python_dispatch import TorchDispatchMode

_VIEWS = ("select.int", "detach.default", "alias.default", "lift_fresh.default")
_AS_IT_IS = ("to.device", "to.dtype_layout", "resolve_conj.default", "resolve_neg.default")
"""What these return of float32 on the CPU is the very tensor that they were given."""

UNCOUNTED = {f"aten.{name}" for name in (*_VIEWS, *_AS_IT_IS)}
"""Operators that compute and copy nothing."""


class Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Inside its `with`, `counted` has how often each ran."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.counted: Counter[str] = Counter()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        self.counted[str(func)] += 1
        return func(*args, **kwargs or {})
