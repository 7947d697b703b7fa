"""NamedTuples and frozen dataclasses that are made without compiling code for each of them, as Python's own are.

A NamedTuple of typing's compiles the annotation of every field, and a window opens on five hundred; a frozen dataclass
compiles six methods, each of which takes 80 microseconds.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple", "record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from typing import NamedTuple
else:
    from collections import namedtuple
    from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
    from operator import attrgetter
    from types import FunctionType

    class _Making(type):
        """Makes of a class's fields a tuple with names, which has all else that stands in the class."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, object]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = body["__annotations__"]
            defaults = [body[field] for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            for key, value in body.items():
                if key not in fields:
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Making):
        """What a class with names for a tuple's fields is made from; annotations say which they are."""

    def record(*, frozen: bool, eq: bool = True, **how: bool) -> Callable[[type], type]:
        """Make a class with a docstring a frozen dataclass, as `dataclass` does, whose methods are those below."""
        assert frozen
        methods = {**_methods(_Frozen), **(_methods(_Compared) if eq else {})}

        def make(kind: type) -> type:
            made = dataclass(init=False, repr=False, eq=False, **how)(kind)
            made._defaults = {field.name: field.default for field in fields(made)}
            made._values = staticmethod(attrgetter(*made._defaults))
            for name, method in methods.items():
                if name not in vars(kind):
                    setattr(made, name, method)
            return made

        return make

    def _methods(of: type) -> dict[str, FunctionType]:
        return {name: method for name, method in vars(of).items() if isinstance(method, FunctionType)}

    _put = object.__setattr__

    class _Frozen:
        def __init__(self, *values: Any, **named: Any) -> None:
            given = {**self._defaults, **dict(zip(self._defaults, values, strict=False)), **named}
            if max(len(given), len(values)) > len(self._defaults):
                raise TypeError(f"{type(self).__name__} takes {', '.join(self._defaults)}, not {values} and {named}")
            for name, value in given.items():
                if value is MISSING:
                    raise TypeError(f"{type(self).__name__} needs {name}")
                _put(self, name, value)
            if hasattr(self, "__post_init__"):
                self.__post_init__()

        def __repr__(self) -> str:
            shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._defaults)
            return f"{type(self).__qualname__}({shown})"

        def __setattr__(self, name: str, _: object) -> None:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")

        def __delattr__(self, name: str) -> None:
            raise FrozenInstanceError(f"cannot delete field {name!r}")

        def __getstate__(self) -> list[object]:
            return [getattr(self, name) for name in self._defaults]

        def __setstate__(self, state: list[object]) -> None:
            for name, value in zip(self._defaults, state, strict=True):
                _put(self, name, value)

    class _Compared:
        def __eq__(self, other: object) -> bool:
            return self._values(self) == self._values(other) if type(other) is type(self) else NotImplemented

        def __hash__(self) -> int:
            return hash(self._values(self))
