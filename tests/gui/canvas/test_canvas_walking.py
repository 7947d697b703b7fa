"""Arrow keys lead along the flow, and into and about an open Fire."""

import pytest
from canvas_networks import squeezenet

from squeezeviz.figure.scene.diagram import INPUT_KEY, Direction, Key
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.walking import STEPS, Step, walk
from squeezeviz.model.layers import Bypass, Conv, Fire

LETTERS = {"o": Step.ONWARD, "b": Step.BACK, "n": Step.NEARER, "f": Step.FARTHER}


def key(name: str) -> Key:
    return INPUT_KEY if name == "input" else Key(*name.split("/"))


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(
    ("opened", "start", "steps", "reached"),
    [
        ("", "", "o", "input"),
        ("fire2", "maxpool1", "ooo", "fire2 fire3 fire4"),
        ("fire2", "fire3", "bb", "fire2 maxpool1"),
        ("", "input", "b", "input"),
        ("", "avgpool10", "o", "avgpool10"),
        ("fire2", "fire2", "fofno", "fire2/squeeze1x1 fire2/expand1x1 fire2/expand3x3 fire2/expand1x1 fire2/concat"),
        ("fire2", "fire2/concat", "o", "fire3"),
        ("fire2", "fire2/squeeze1x1", "b", "fire2"),
        ("fire2", "fire2/squeeze1x1", "n", "fire2"),
        ("", "fire2", "f", "fire2"),
    ],
)
def test_steps_lead_from_module_to_module_and_about_an_open_fire(
    opened: str, start: str, steps: str, reached: str, direction: Direction
) -> None:
    series = Series(squeezenet(*opened.split(), direction=direction))
    at: Key | None = key(start) if start else None
    for letter, name in zip(steps, reached.split(), strict=True):
        at = walk(series, at, LETTERS[letter])
        assert at == key(name)


def reached_from(series: Series, start: Key) -> set[Key]:
    reached: set[Key] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        reached.add(here)
        waiting += [found for step in Step if (found := walk(series, here, step)) not in reached and found is not None]
    return reached


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("bypass", [Bypass.SIMPLE, Bypass.COMPLEX])
@pytest.mark.parametrize("opened", [(), ("fire3",)], ids=["closed", "open"])
def test_a_bypass_is_reached_and_left_again(opened: tuple[str, ...], bypass: Bypass, direction: Direction) -> None:
    rows = (Conv("conv1", 128, 7, 2), Fire("fire3", 16, 64, 64, bypass), Conv("conv10", 10, 1))
    series = Series(squeezenet(*opened, direction=direction, rows=rows))
    reached = reached_from(series, Key("conv1"))
    assert Key("fire3", "add") in reached
    assert (Key("fire3", "bypass1x1") in reached) == (bypass is Bypass.COMPLEX)
    assert walk(series, Key("fire3", "add"), Step.ONWARD) == Key("conv10")
    assert walk(series, Key("fire3", "add"), Step.NEARER) == Key("fire3")


def test_every_part_of_every_module_can_be_reached() -> None:
    series = Series(squeezenet("fire2", "fire9"))
    boxes = {box.key for module in series.modules for box in module.boxes}
    assert reached_from(series, INPUT_KEY) == {module.key for module in series.modules} | boxes


def test_arrow_keys_are_mirrored_for_a_network_that_runs_right() -> None:
    assert STEPS[Direction.DOWN]["down"] is STEPS[Direction.RIGHT]["right"] is Step.ONWARD
    assert STEPS[Direction.DOWN]["right"] is STEPS[Direction.RIGHT]["down"] is Step.FARTHER
