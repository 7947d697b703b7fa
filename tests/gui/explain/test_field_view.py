"""The receptive field on the image: its numbers, and that the picture has it where it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import network
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.receptive_field import FieldWindow, middle_field_window
from squeezeviz.analysis.resolve import resolve
from squeezeviz.gui.explain.receptive_field import HEIGHT, FieldPicture, FieldView, in_words, placed
from squeezeviz.gui.widgets.style import DARK_STYLE, LIGHT_STYLE, Style
from squeezeviz.model.layers import LARGEST, Conv, MaxPool
from squeezeviz.model.table import InputShape, LayerTable


@pytest.fixture
def view(qtbot: QtBot) -> FieldView:
    made = FieldView(LIGHT_STYLE)
    qtbot.addWidget(made)
    made.resize(300, HEIGHT)
    return made


def texts(view: FieldView) -> list[str]:
    return [label.text().replace("\u00a0", " ") for label in view.findChildren(QLabel) if label.text()]


@pytest.mark.parametrize(
    ("row", "part", "words"),
    [
        (2, "", ["19 × 19 px", "every 4 px", "Of the middle one of 55 × 55 values"]),
        (2, "squeeze1x1", ["11 × 11 px", "every 4 px", "Of the middle one of 55 × 55 values"]),
        (14, "", [
            "347 × 347 px", "one value of the whole map", "Of the map's only value",
            "Reaches up to 60 px beyond the image's edges",
        ]),
    ],
)  # fmt: skip
def test_the_field_of_a_layer_or_a_part_is_told(view: FieldView, row: int, part: str, words: list[str]) -> None:
    view.show_field(network(), row, part)
    assert texts(view) == words
    assert view.accessibleDescription().startswith(". ".join(words[:2]))
    assert view.isVisible()


@pytest.mark.parametrize("row", [None, -1, 99])
def test_what_has_no_field_shows_none(view: FieldView, row: int | None) -> None:
    view.show_field(network(), 2)
    view.show_field(network(), row)
    assert not view.isVisible()


@pytest.mark.parametrize("style", [LIGHT_STYLE, DARK_STYLE], ids=lambda style: style.name)
def test_the_field_is_painted_in_the_middle_and_the_image_around_it(qtbot: QtBot, style: Style) -> None:
    picture = FieldPicture(style)
    qtbot.addWidget(picture)
    shown = network()
    window = middle_field_window(shown, 2)
    assert window is not None
    picture.show_field_window(shown.table.input, window)
    pixels = picture.grab().toImage()
    ground, field = pixels.pixelColor(7, 7), pixels.pixelColor(54, 54)
    assert near(ground, QColor(style.total))
    assert field.blue() - field.red() > ground.blue() - ground.red() + 10


def test_a_field_as_large_as_a_table_allows_is_painted(view: FieldView) -> None:
    rows = (Conv("a", 1, 5, padding=2), MaxPool("b", LARGEST // 10, 1, LARGEST // 20))
    shown = resolve(LayerTable("huge", InputShape(1, 3, 3), rows))
    assert shown.runs
    view.show_field(shown, 1)
    view.grab()
    assert "beyond" in texts(view)[-1]


sides = st.integers(1, 10**9)


@given(st.builds(InputShape, st.just(1), sides, sides), st.integers(-(10**9), 10**9), sides)
def test_the_image_lies_within_the_picture_and_takes_a_third_of_it(image: InputShape, start: int, length: int) -> None:
    scale, origin = placed(image, FieldWindow(start, start, length, length, 1, 1, 1, 0, 0))
    assert max(image.width, image.height) * scale >= (108 - 2 * 3) / 3 - 1e-6
    assert 0 <= origin.x() <= origin.x() + image.width * scale <= 108 + 1e-6
    assert 0 <= origin.y() <= origin.y() + image.height * scale <= 108 + 1e-6


def test_a_field_inside_of_the_image_says_nothing_of_its_edges() -> None:
    assert in_words(InputShape(1, 9, 9), FieldWindow(2, 2, 5, 5, 1, 5, 5, 2, 2))[-1] == ""


def near(one: QColor, other: QColor) -> bool:
    parts = (QColor.red, QColor.green, QColor.blue, QColor.alpha)
    return max(abs(part(one) - part(other)) for part in parts) <= 12
