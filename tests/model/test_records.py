"""Records are what Python's own frozen dataclasses are."""

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from squeezeviz.model.records import record


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
