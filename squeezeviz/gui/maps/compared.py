"""What feature maps can be compared with, and what the two sides of a difference are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from squeezeviz.gui.widgets.combo_box import ComboBox
from squeezeviz.model.errors import brief

if TYPE_CHECKING:
    from squeezeviz.analysis.picture_input import PictureInput


def others(pictures: PictureInput | None, image: int) -> dict[int | None, str]:
    """Return the other pictures of a batch by their index: `− dog.png`. There are none of the ramp of grey."""
    if pictures is None:
        return {}
    return {each: f"− {_called(pictures, each)}" for each in range(len(pictures.pictures)) if each != image}


def both_sides(pictures: PictureInput, image: int, minus: int) -> str:
    """Return `cat.png − dog.png`."""
    return f"{_called(pictures, image)} − {_called(pictures, minus)}"


def _called(pictures: PictureInput, image: int) -> str:
    """Return a picture's name, with its number in the batch where another one has that name."""
    names = [each.name for each in pictures.pictures]
    name = brief(names[image])
    return f"{name} ({image + 1})" if names.count(names[image]) > 1 else name


def fill_box(box: ComboBox, entries: Mapping[Any, str]) -> None:
    """Let a box offer these, unless it does, and keep what is chosen in it, or else choose the first."""
    offered = {box.itemData(at): box.itemText(at) for at in range(box.count())}
    if offered == entries:
        return
    chosen = box.currentData(), box.currentText()
    box.clear()
    for data, text in entries.items():
        box.addItem(text, data)
    box.setCurrentIndex(max(0, list(entries.items()).index(chosen)) if chosen in entries.items() else 0)
