"""NamedTuples and records are what Python's own tuples with names and frozen dataclasses are."""

import copy
import dataclasses
import pickle
import typing
from typing import Any

import pytest

from squeezeviz.model.records import NamedTuple, record


@record(frozen=True, slots=True)
class Window:
    """A record that checks its fields, in slots."""

    side: int
    name: str = "window"

    def __post_init__(self) -> None:
        if self.side < 0:
            raise ValueError("no side is negative")


@record(frozen=True)
class Tall(Window):
    """A record of another, with a field more."""

    height: int = 1


@record(frozen=True, eq=False)
class Itself:
    """A record that equals itself alone."""

    side: int = 3


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


def test_fields_are_given_by_place_or_name_and_else_have_their_defaults() -> None:
    assert dataclasses.asdict(Window(3)) == {"side": 3, "name": "window"}
    assert dataclasses.astuple(Tall(3, height=5, name="tall")) == (3, "tall", 5)
    assert dataclasses.replace(Window(3), name="other") == Window(3, "other")
    assert repr(Tall(3)) == "Tall(side=3, name='window', height=1)"


@pytest.mark.parametrize("given", [((), {}), ((1, "a", 2), {}), ((1,), {"width": 3}), ((), {"name": "a"})], ids=repr)
def test_what_a_record_cannot_take_is_refused(given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    values, named = given
    with pytest.raises(TypeError):
        Window(*values, **named)


def test_a_record_checks_itself_also_where_it_replaces_another() -> None:
    with pytest.raises(ValueError, match="negative"):
        dataclasses.replace(Window(3), side=-1)


@pytest.mark.parametrize("thing", [Window(3), Tall(3), Itself()], ids=repr)
def test_a_record_cannot_be_changed_and_is_copied_and_pickled(thing: Any) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        thing.side = 4
    with pytest.raises(dataclasses.FrozenInstanceError):
        del thing.side
    for made in (copy.copy(thing), pickle.loads(pickle.dumps(thing))):
        assert dataclasses.astuple(made) == dataclasses.astuple(thing)


def test_records_of_one_class_are_compared_by_their_fields_unless_they_are_not() -> None:
    assert Window(3) == Window(3) != Window(4)
    assert hash(Window(3)) == hash(Window(3))
    assert Window(3) != Tall(3)
    assert Itself() != Itself()
    assert len({Itself(), Itself()}) == 2
    assert not hasattr(Window(3), "__dict__")
