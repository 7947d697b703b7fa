"""Our NamedTuples are what Python's own are."""

import copy
import pickle
import typing
from typing import Any

import pytest

from squeezeviz.model.records import NamedTuple


class Span(NamedTuple):
    """A tuple with a method, and with defaults."""

    start: int
    end: int = 5
    name: str = "span"

    @property
    def length(self) -> int:
        return self.end - self.start


class Theirs(typing.NamedTuple):
    """The same, as Python has it."""

    start: int
    end: int = 5
    name: str = "span"


@pytest.mark.parametrize(
    ("given", "named"),
    [((1,), {}), ((1, 2), {}), ((1, 2, "a"), {}), ((), {"start": 1}), ((1,), {"name": "b"}), ((2,), {"end": 1})],
)
def test_a_tuple_with_names_is_made_as_python_makes_it(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    ours: Any = Span(*given, **named)
    theirs: Any = Theirs(*given, **named)
    assert ours == theirs == (ours.start, ours.end, ours.name)
    assert hash(ours) == hash(theirs)
    assert ours._asdict() == theirs._asdict()
    assert ours._replace(end=9) == theirs._replace(end=9)
    assert repr(ours) == repr(theirs).replace("Theirs", "Span")
    assert Span._make(theirs) == ours == pickle.loads(pickle.dumps(ours)) == copy.copy(ours)
    assert type(ours._replace(end=9)) is type(pickle.loads(pickle.dumps(ours))) is Span
    assert ours.length == theirs.end - theirs.start


def test_a_tuple_with_names_tells_of_its_fields() -> None:
    assert Span._fields == Span.__match_args__ == ("start", "end", "name")
    assert typing.get_type_hints(Span) == typing.get_type_hints(Theirs)
    assert not hasattr(Span(1), "__dict__")
    match Span(1):
        case Span(start, end=end):
            assert (start, end) == (1, 5)
    with pytest.raises(AttributeError):
        Span(1).end = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "named"), [((), {}), ((1, 2, "a", 4), {}), ((1,), {"width": 3}), ((1,), {"start": 2})], ids=repr
)
def test_what_a_tuple_cannot_take_is_refused_in_its_name(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"Span\.__new__\(\)"):
        Span(*given, **named)
    with pytest.raises(ValueError, match="width"):
        Span(1)._replace(width=3)  # type: ignore[call-arg]
