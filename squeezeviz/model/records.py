"""NamedTuples and frozen dataclasses that are made without compiling code for each of them, as Python's own are.

A NamedTuple of typing's compiles the annotation of every field, and a function that makes it; a frozen dataclass six
methods. Each takes 30 to 80 microseconds, and a window opens on a hundred of these classes with five hundred fields.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple", "record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from typing import NamedTuple
else:
    from collections import namedtuple
    from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
    from functools import cache
    from operator import attrgetter
    from types import FunctionType

    def _shown(record: object, fields: Iterable[str]) -> str:
        named = ", ".join(f"{field}={getattr(record, field)!r}" for field in fields)
        return f"{type(record).__qualname__}({named})"

    @cache
    def _shape(count: int) -> type[tuple[Any, ...]]:
        """Python's tuple of so many names; what is compiled for it serves all classes of as many fields."""
        return namedtuple("shape", [f"field{place}" for place in range(count)])

    class _Named(tuple):
        """What Python's tuples with names make for each of them, for all of them."""

        __slots__ = ()

        def __repr__(self) -> str:
            return _shown(self, self._fields)

        def __getnewargs__(self) -> tuple[object, ...]:
            return tuple(self)

        @classmethod
        def _make(cls, values: Iterable[object]) -> Any:
            return cls(*values)

        def _replace(self, **named: object) -> Any:
            made = type(self)(*map(named.pop, self._fields, self))
            if named:
                raise ValueError(f"{type(self).__name__} has no {', '.join(named)}")
            return made

        def _asdict(self) -> dict[str, object]:
            return dict(zip(self._fields, self, strict=True))

    class _Making(type):
        """Makes of a class's fields a tuple with names, which has all else that stands in the class."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, object]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = tuple(body["__annotations__"])
            shape, defaults = _shape(len(fields)), tuple(body[field] for field in fields if field in body)
            code = shape.__new__.__code__.replace(co_varnames=("_cls", *fields))
            new = FunctionType(code, shape.__new__.__globals__, "__new__", defaults)
            new.__qualname__ = f"{name}.__new__"
            getters = {field: getattr(shape, place) for field, place in zip(fields, shape._fields, strict=True)}
            names = {"_fields": fields, "__match_args__": fields, "__slots__": (), "__new__": new}
            return type(name, (_Named,), names | body | getters)

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
            return _shown(self, self._defaults)

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
