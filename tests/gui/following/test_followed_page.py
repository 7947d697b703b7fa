"""The page of a followed value: what is painted of each kind of operation, and that it stays readable."""

from __future__ import annotations

from itertools import combinations

import pytest
from hands import LEFT, caught, on_screen
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.following import PixelNumbers, Readings, followed
from squeezeviz.analysis.pictures.preprocessing import CAFFE, Crop
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.value_sources import ValueAt, source_of
from squeezeviz.gui.explain.placing import Faces
from squeezeviz.gui.following.page import FollowedText
from squeezeviz.gui.following.placing import FollowedPage, OpenedPixel, Shown, followed_page
from squeezeviz.gui.following.shades import Shades, letters_on
from squeezeviz.gui.maps.enlarged import SeenPicture
from squeezeviz.gui.widgets.style import DARK_STYLE, LIGHT_STYLE, Style
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable

WIDTHS = 250, 320, 520


def shown(rows: tuple[Layer, ...], at: ValueAt, read: Readings, size: int = 30) -> Shown:
    network = resolve(LayerTable("t", InputShape(3, size, size), rows))
    value = followed(at, source_of(network, at), read, PixelNumbers(CAFFE, 3))
    return Shown(value, network, (at,))


def convolution(kernel: int, channels: int = 3, *, measured: float | None = None) -> Shown:
    inputs = [[[(-1) ** x * (c + x) * 10.0 for x in range(kernel)] for _ in range(kernel)] for c in range(channels)]
    weights = [[[0.01 * (x + 1) for x in range(kernel)] for _ in range(kernel)] for _ in range(channels)]
    total = sum(
        value * weight
        for maps, kernels in zip(inputs, weights, strict=True)
        for row, line in zip(maps, kernels, strict=True)
        for value, weight in zip(row, line, strict=True)
    )
    rows: tuple[Layer, ...] = (Conv("c", channels, 1), Conv("d", 2, kernel))
    read = Readings(total if measured is None else measured, [inputs], weights)
    return shown(rows, ValueAt("d", 1, 4, 5), read)


def pool(layer: Layer, side: int, rows: int | None = None) -> Shown:
    values = [[float((7 * x + 3 * y) % 11) for x in range(side)] for y in range(rows or side)]
    flat = [value for line in values for value in line]
    found = max(flat) if isinstance(layer, MaxPool) else sum(flat) / len(flat)
    return shown((Conv("c", 4, 1), layer), ValueAt(layer.name, 2, 0, 0), Readings(found, [[values]]))


def of_picture(rows: range, columns: range) -> Shown:
    """A pixel of the input, with those about it, and where it is in a picture of 60×40 of which 40×40 are seen."""
    shows = shown((Conv("c", 1, 1),), ValueAt(NETWORK_INPUT, 2, 3, 4), Readings(131 - 122.679))
    around = tuple(tuple((0, y, x) for x in range(13)) for y in range(13))
    seen = SeenPicture(QImage(60, 40, QImage.Format.Format_RGB888), (60, 40), Crop(20, 0, 60, 40))
    return shows._replace(pixels=around, opened=OpenedPixel(rows, columns, "It is there.", seen))


EVERY_KIND = {
    "a filter of 1×1": lambda: convolution(1, 40),
    "a filter of 3×3": lambda: convolution(3, 16),
    "a filter of 5×5": lambda: convolution(5),
    "a filter of 7×7": lambda: convolution(7),
    "a filter of 13×13": lambda: convolution(13),
    "a maximum": lambda: pool(MaxPool("p", 3, 2), 3),
    "a maximum of 20×20": lambda: pool(MaxPool("p", 20, 2), 20),
    "a mean of 13×13": lambda: pool(AvgPool("p", 13, 1), 13),
    "a mean of everything": lambda: pool(GlobalAvgPool("p"), 30),
    "a sum": lambda: shown(
        (Conv("c", 4, 1), Fire("f", 1, 2, 2, Bypass.SIMPLE)),
        ValueAt("f/add", 3, 0, 0),
        Readings(3.0, [[[[1.0]]], [[[2.0]]]]),
    ),
    "a share of 1,000": lambda: shown(
        (Conv("c", 1000, 1), Softmax("s")), ValueAt("s", 7, 0, 0), Readings(0.001, [[[[1.0]]] * 1000])
    ),
    "a pixel": lambda: shown((Conv("c", 1, 1),), ValueAt(NETWORK_INPUT, 2, 3, 4), Readings(131 - 122.679)),
    "a pixel of a picture": lambda: of_picture(range(3, 5), range(57, 60)),
    "a number of the ramp": lambda: shown((Conv("c", 1, 1),), ValueAt(NETWORK_INPUT, 2, 3, 4), Readings(0.25)),
}


def placed(shows: Shown, width: int = 320, style: Style = LIGHT_STYLE) -> FollowedPage:
    return followed_page(shows, style, width, Faces(QFont(), style))


def words(page: FollowedPage) -> list[str]:
    return [piece.plain_text for piece in page.pieces]


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_nothing_reaches_beyond_the_page_and_no_word_lies_on_another(qtbot: QtBot, kind: str) -> None:
    shows = EVERY_KIND[kind]()
    for width in WIDTHS:
        for style in (LIGHT_STYLE, DARK_STYLE):
            page = placed(shows, width, style)
            whole = QRect(0, 0, width, page.height)
            rooms = [piece.room for piece in page.pieces]
            assert all(whole.contains(room) for room in rooms), [room for room in rooms if not whole.contains(room)]
            assert all(whole.contains(bar.room) for bar in page.bars)
            assert all(whole.contains(target.room) for target in page.targets)
            for one, other in combinations(page.pieces, 2):
                assert not one.room.intersects(other.room), (one.plain_text, other.plain_text)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_however_many_terms_there_are_the_page_stays_short(qtbot: QtBot, kind: str) -> None:
    page = placed(EVERY_KIND[kind](), 300)
    assert page.height < 1100
    assert len(page.bars) + len(page.pieces) < 1500


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_value_that_it_comes_from_first_can_be_gone_to(qtbot: QtBot, kind: str) -> None:
    shows = EVERY_KIND[kind]()
    found = {target.at[:4] for target in placed(shows).targets if target.first}
    assert found == {(each.operation, each.channel, each.row, each.column) for each in shows.value.back}


def test_a_convolution_has_its_numbers_its_rest_and_its_total(qtbot: QtBot) -> None:
    said = words(placed(convolution(3, 16), 400))
    for word in ("values", "filter 1", "sum", "11 more channels", "total", "The 5 of 16 channels that weigh most:"):
        assert word in said
    assert said.count("×") == said.count("=") == 5
    assert "✓ measured in the pass, in float32" in said


def test_the_sums_stand_above_the_numbers_where_the_page_is_narrow(qtbot: QtBot) -> None:
    assert "=" not in words(placed(convolution(3, 16), 250))
    assert len([word for word in words(placed(convolution(3, 16), 250)) if word.startswith(".")]) >= 9 * 5 - 5


def test_small_weights_have_their_digits_instead_of_dots(qtbot: QtBot) -> None:
    rows: tuple[Layer, ...] = (Conv("c", 1, 1), Conv("d", 2, 3))
    kernel = [[-0.00031, 0.00031, 0.5], [0.012, -0.000042, 0.1], [0.2, 0.3, 0.00004]]
    read = Readings(sum(map(sum, kernel)), [[[[1.0] * 3] * 3]], [kernel])
    page = placed(shown(rows, ValueAt("d", 1, 4, 5), read), 370)
    assert "…" not in words(page)
    assert any(word.startswith("−4") and word.endswith("e-5") for word in words(page))


@pytest.mark.parametrize("width", [*range(250, 420, 10)])
def test_no_number_gives_way_to_dots_however_narrow_the_page(qtbot: QtBot, width: int) -> None:
    rows: tuple[Layer, ...] = (Conv("c", 1, 1), Conv("d", 2, 3))
    for kernel in (
        [[-0.00031, 0.00031, 0.5], [0.012, -0.008, 0.1], [0.2, -0.3, 0.00004]],
        [[-0.0031, 0.0031, -0.0052], [0.0012, -0.0038, 0.001], [0.002, -0.003, 0.0044]],
    ):
        values = [[[-1234.5, 0.001, 87.2], [-0.002, 15999.0, 3.0], [-12.4, -0.5, 1.0]]]
        total = sum(
            a * b for ones, others in zip(values[0], kernel, strict=True) for a, b in zip(ones, others, strict=True)
        )
        page = placed(shown(rows, ValueAt("d", 1, 4, 5), Readings(total, [values], [kernel])), width)
        assert "…" not in words(page)
        assert sum(word == "≈0" for word in words(page)) <= 6
        said = [said for _, said in page.tips]
        assert len(said) == 9 and all("×" in each for each in said), "all digits where one points"


def test_a_pixel_alone_has_no_scale_of_colours(qtbot: QtBot) -> None:
    assert not any(word.endswith(", √") for word in words(placed(EVERY_KIND["a pixel"]())))
    assert any(word.endswith(", √") for word in words(placed(convolution(3))))


def test_a_disagreement_is_loud(qtbot: QtBot) -> None:
    page = placed(convolution(3, measured=77.0))
    text = next(word for word in words(page) if word.startswith("≠"))
    assert "differs by" in text
    grounds = [bar.colour.name() for bar in page.bars]
    assert QColor(LIGHT_STYLE.problem_ground).name() in grounds
    assert QColor(LIGHT_STYLE.measured_ground).name() not in grounds


def test_the_winner_of_a_pool_has_a_frame(qtbot: QtBot) -> None:
    shows = pool(MaxPool("p", 3, 2), 3)
    page = placed(shows)
    winner = next(target for target in page.targets if target.first)
    (won,) = shows.value.back
    assert winner.at[:4] == won[:4]
    accent = [bar.room for bar in page.bars if bar.colour == QColor(LIGHT_STYLE.accent)]
    assert len(accent) == 4 and all(edge.intersects(winner.room) for edge in accent)
    assert len(page.targets) == 9


def test_a_concat_is_painted_to_scale_with_a_mark_at_the_channel(qtbot: QtBot) -> None:
    rows: tuple[Layer, ...] = (Conv("c", 4, 1), Fire("f", 2, 10, 30))
    for channel, where in ((3, "filter 3 of expand1x1"), (25, "filter 15 of expand3x3")):
        kernel = 1 if channel < 10 else 3
        grid = [[[1.0] * kernel] * kernel] * 2
        page = placed(shown(rows, ValueAt("f/concat", channel, 5, 5), Readings(2.0 * kernel**2, [grid], grid)), 400)
        assert any(where in word for word in words(page))
        mark = next(piece.room for piece in page.pieces if piece.plain_text == "▲")
        assert abs(mark.center().x() - 400 * (channel + 0.5) / 40) <= 1
        strips = [bar.room for bar in page.bars if bar.room.height() == 22]
        assert [strip.left() for strip in strips] == [0, 100]


def test_the_pixel_that_is_meant_has_a_frame_among_those_about_it(qtbot: QtBot) -> None:
    shows = EVERY_KIND["a pixel"]()
    around = tuple(tuple((10 * x, 10 * y, 131) if x else None for x in range(5)) for y in range(5))
    page = placed(shows._replace(pixels=around))
    (pixel,) = [bar.room for bar in page.bars if bar.colour == QColor(20, 20, 131)]
    frame = [bar.room for bar in page.bars if bar.colour == QColor(LIGHT_STYLE.accent)]
    assert len(frame) == 4 and all(edge.intersects(pixel.adjusted(-1, -1, 1, 1)) for edge in frame)
    assert not any(edge.contains(pixel.center()) for edge in frame)
    assert len(page.bars) - len(placed(shows).bars) == 5 * 4 + 4


def test_the_opened_picture_stands_beside_them_with_a_mark_and_what_is_not_seen_is_dimmed(qtbot: QtBot) -> None:
    for rows, columns in ((range(3, 5), range(57, 60)), (range(39, 40), range(20, 21)), (range(1), range(1))):
        shows = of_picture(rows, columns)
        page = placed(shows, 330)
        assert "It is there." in " ".join(words(page)) and "opened picture" in words(page)
        (image,) = page.images
        assert abs(image.room.width() * 40 - image.room.height() * 60) < 60
        scale = image.room.width() / 60
        rooms = [bar.room for bar in page.bars if bar.colour == QColor("#ffffff")]
        middle = rooms[0].united(rooms[1]).center() - image.room.topLeft()
        assert abs(middle.x() - (columns.start + columns.stop) / 2 * scale) < max(3, 9 - columns.start)
        assert abs(middle.y() - (rows.start + rows.stop) / 2 * scale) < 3
        dimmed = [bar.room for bar in page.bars if bar.colour.alpha() < 255 and not bar.room.isEmpty()]
        assert len(dimmed) == 1 and abs(dimmed[0].width() - 20 * scale) < 1.5
        assert dimmed[0].topLeft() == image.room.topLeft()
        assert not any(bar.room.intersects(image.room) for bar in page.bars if bar.colour == QColor(0, 6, 6))


def test_without_the_opened_picture_the_sentence_stays(qtbot: QtBot) -> None:
    shows = of_picture(range(3, 5), range(57, 60))
    page = placed(shows._replace(opened=OpenedPixel(range(3, 5), range(57, 60), "It is there.")))
    assert not page.images and "It is there." in " ".join(words(page))


def test_rather_than_that_the_result_is_out_of_sight_fewer_channels_are_listed(qtbot: QtBot) -> None:
    shows = convolution(3, 16)
    most, listed = placed(shows), []
    for room in (most.height, most.height - 40, most.height - 120):
        page = placed(shows._replace(room=room))
        assert page.height <= room
        assert "✓ measured in the pass, in float32" in words(page)
        channels = words(page).count("×")
        listed.append(channels)
        assert f"The {channels} of 16 channels that weigh most:" in words(page)
        assert f"{16 - channels} more channels" in words(page)
    assert listed[0] == 5 > listed[1] > listed[2] >= 2
    assert placed(shows._replace(room=120)).height == most.height, "where it has to be scrolled, all is there"


def test_numbers_that_are_old_are_paler(qtbot: QtBot) -> None:
    shows = convolution(3)
    now, old = placed(shows), placed(shows._replace(old=True))
    assert [bar.room for bar in now.bars] == [bar.room for bar in old.bars]
    assert all(
        before.colour.lightness() <= after.colour.lightness() for before, after in zip(now.bars, old.bars, strict=True)
    )
    assert [bar.colour for bar in now.bars] != [bar.colour for bar in old.bars]


def test_the_way_of_many_steps_shows_the_first_and_the_last(qtbot: QtBot) -> None:
    shows = convolution(3)
    way = (*(ValueAt("d", 0, 0, each) for each in range(12)), shows.value.at)
    page = placed(shows._replace(way=way))
    assert [target.place for target in page.targets if target.place >= 0] == [0, 9, 10, 11]
    assert [word for word in words(page) if word.endswith("›")] == ["d 0 ›", "… d 0 ›", "d 0 ›", "d 0 ›"]


def test_a_hostile_name_steers_nothing(qtbot: QtBot) -> None:
    name = "c\u202e\u0000" + "x" * 300
    rows: tuple[Layer, ...] = (Conv(name.replace("\u0000", ""), 3, 1), Conv("d", 2, 1))
    read = Readings(3.0, [[[[1.0]]] * 3], [[[1.0]]] * 3)
    page = placed(shown(rows, ValueAt("d", 1, 4, 5), read))
    assert not any("\u202e" in word for word in words(page))
    assert all(piece.room.right() < 320 for piece in page.pieces)


def test_letters_can_be_read_on_every_colour() -> None:
    for style in (LIGHT_STYLE, DARK_STYLE):
        for shades in (Shades([0.0, 1.0], style), Shades([-1.0, 1.0], style, weights=True)):
            for step in range(33):
                ground = shades.at(step / 32)
                assert abs(letters_on(ground).lightness() - ground.lightness()) > 70


def test_colours_go_by_the_square_root_of_a_value_and_are_linear_in_a_weight() -> None:
    values, weights = Shades([0.0, 4.0], LIGHT_STYLE), Shades([-2.0, 1.0], LIGHT_STYLE, weights=True)
    assert values.of(1.0) == values.at(0.5)
    assert weights.of(-1.0) == weights.at(0.25) and weights.of(0.0) == weights.at(0.5)
    assert values.ends == ("0", "4") and weights.ends == ("−2", "2")


def test_a_click_beside_the_values_follows_nothing(qtbot: QtBot) -> None:
    text = on_screen(qtbot, FollowedText(), 320, 600)
    shows = convolution(3)
    text.show_page(lambda width: placed(shows, width))
    chosen = caught(text.chosen)
    target = text.targets[4]
    QTest.mousePress(text, LEFT, pos=target.room.center())
    QTest.mouseRelease(text, LEFT, pos=target.room.bottomRight() + target.room.bottomRight())
    QTest.mouseClick(text, LEFT, pos=QRect(0, 0, 4, 4).center())
    assert chosen == []
    QTest.mouseClick(text, LEFT, pos=target.room.center())
    assert chosen == [target]
