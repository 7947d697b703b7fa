"""Arrow keys lead along the flow, and into and about an open Fire."""

from __future__ import annotations

import pytest
from canvas_networks import squeezenet

from squeezeviz.figure.scene.diagram import INPUT_KEY, Direction, Key
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.walking import STEPS, Step, walk
from squeezeviz.model.layers import Bypass, Conv, Fire


def path(series: Series, start: Key | None, *steps: Step) -> list[Key | None]:
    reached = [start]
    for step in steps:
        reached.append(walk(series, reached[-1], step))
    return reached[1:]


def part(name: str) -> Key:
    return Key("fire2", name)


def test_the_first_step_selects_the_input() -> None:
    assert walk(Series(squeezenet()), None, Step.ONWARD) == INPUT_KEY


def test_onward_and_back_go_from_module_to_module() -> None:
    series = Series(squeezenet("fire2"))
    assert path(series, Key("maxpool1"), *[Step.ONWARD] * 3) == [Key("fire2"), Key("fire3"), Key("fire4")]
    assert path(series, Key("fire3"), *[Step.BACK] * 2) == [Key("fire2"), Key("maxpool1")]


def test_the_ends_of_the_network_hold() -> None:
    series = Series(squeezenet())
    assert walk(series, INPUT_KEY, Step.BACK) == INPUT_KEY
    assert walk(series, Key("avgpool10"), Step.ONWARD) == Key("avgpool10")


@pytest.mark.parametrize("direction", Direction)
def test_a_side_step_enters_an_open_fire_and_walks_its_parts(direction: Direction) -> None:
    series = Series(squeezenet("fire2", direction=direction))
    assert path(series, Key("fire2"), Step.FARTHER, Step.ONWARD, Step.FARTHER, Step.NEARER, Step.ONWARD) == [
        part("squeeze1x1"), part("expand1x1"), part("expand3x3"), part("expand1x1"), part("concat"),
    ]  # fmt: skip


def test_walking_on_leads_out_of_a_fire_at_both_ends() -> None:
    series = Series(squeezenet("fire2"))
    assert walk(series, part("concat"), Step.ONWARD) == Key("fire3")
    assert walk(series, part("squeeze1x1"), Step.BACK) == Key("fire2")
    assert walk(series, part("squeeze1x1"), Step.NEARER) == Key("fire2")


def test_a_closed_fire_has_no_inside() -> None:
    assert walk(Series(squeezenet()), Key("fire2"), Step.FARTHER) == Key("fire2")


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("bypass", [Bypass.SIMPLE, Bypass.COMPLEX])
@pytest.mark.parametrize("opened", [(), ("fire3",)], ids=["closed", "open"])
def test_a_bypass_is_reached_and_left_again(opened: tuple[str, ...], bypass: Bypass, direction: Direction) -> None:
    rows = (Conv("conv1", 128, 7, 2), Fire("fire3", 16, 64, 64, bypass), Conv("conv10", 10, 1))
    series = Series(squeezenet(*opened, direction=direction, rows=rows))
    reached, waiting = set(), [Key("conv1")]
    while waiting:
        key = waiting.pop()
        reached.add(key)
        waiting += [found for step in Step if (found := walk(series, key, step)) not in reached and found is not None]
    assert Key("fire3", "add") in reached
    assert (Key("fire3", "bypass1x1") in reached) == (bypass is Bypass.COMPLEX)
    assert walk(series, Key("fire3", "add"), Step.ONWARD) == Key("conv10")
    assert walk(series, Key("fire3", "add"), Step.NEARER) == Key("fire3")


def test_arrow_keys_are_mirrored_for_a_network_that_runs_right() -> None:
    assert STEPS[Direction.DOWN]["down"] is STEPS[Direction.RIGHT]["right"] is Step.ONWARD
    assert STEPS[Direction.DOWN]["right"] is STEPS[Direction.RIGHT]["down"] is Step.FARTHER


def test_every_part_of_every_module_can_be_reached() -> None:
    series = Series(squeezenet("fire2", "fire9"))
    reached, waiting = set(), [INPUT_KEY]
    while waiting:
        key = waiting.pop()
        reached.add(key)
        waiting += [found for step in Step if (found := walk(series, key, step)) not in reached and found is not None]
    assert reached == {module.key for module in series.modules} | {
        box.key for module in series.modules for box in module.boxes
    }
