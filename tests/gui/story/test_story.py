"""Help > What is depth?: the story told on the real window, driven by keyboard alone."""

import dataclasses
from collections.abc import Callable

import pytest
from hands import OpenWindow, keys, press
from painted_labels import painted_labels
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QStyle
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.story.story import Story
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

Tell = Callable[[MainWindow], Story]
RIGHT, LEFT, ENTER, ESC = Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture
def tell() -> Tell:
    def told(window: MainWindow) -> Story:
        found = window.parts.depth_help.story()
        found.start()
        QApplication.processEvents()
        return found

    return told


@pytest.fixture
def story(window: MainWindow, tell: Tell) -> Story:
    return tell(window)


def words(story: Story) -> str:
    """What a screen reader reads of the card."""
    return f"{story.card.accessibleName()}\n{story.card.accessibleDescription()}"


def covered(story: Story) -> list[QRectF]:
    """What the step speaks of and the card, once it stands, lies over."""
    card = QRectF(story.card.geometry())
    card.moveTo(story.card.destination)
    return [rect for rect in story.spoken_of() if card.intersects(rect)]


def test_five_steps_by_keyboard_answer_the_question_and_select_what_they_speak_of(
    window: MainWindow, story: Story
) -> None:
    told = [
        ("its 64 channels would come out, not 128, and depth would be 3, not 2", Key("fire2")),
        ("16 channels go on", Key("fire2", "squeeze1x1")),
        ("depth = 1 + max(1, 1) = 2", Key("fire2", "expand1x1")),
        ("64 + 64 = 128 channels", Key("fire2", "concat")),
        ("2·1 + 8·2 = 18", Key("maxpool1")),
    ]
    for (said, selected), key in zip(told, (RIGHT, ENTER, RIGHT, ENTER, RIGHT), strict=True):
        assert said in words(story)
        assert window.parts.graph.selected == selected
        press(window, key)
    assert story.card.accessibleName().startswith("What is depth? Step 5 of 5")
    press(window, LEFT)
    assert window.parts.graph.selected == Key("fire2", "concat")
    story.card.back.setFocus()  # Tab reaches it
    press(window, ENTER)
    assert window.parts.graph.selected == Key("fire2", "expand1x1")
    for _ in range(3):  # at the last step Right does nothing
        press(window, RIGHT)
    assert story.running
    story.card.next.setFocus()
    press(window, ENTER)
    assert not story.running


@pytest.mark.parametrize(
    ("name", "size"), [("table1", (1440, 900)), ("complex-bypass", (1024, 700)), ("table1", (800, 600))]
)
def test_the_card_covers_nothing_that_it_speaks_of(
    open_on: OpenWindow, tell: Tell, name: str, size: tuple[int, int]
) -> None:
    window = open_on(name, size=size)
    story = tell(window)
    for _ in range(5):
        QApplication.processEvents()
        assert story.spoken_of()
        assert covered(story) == []
        assert window.rect().contains(story.card.geometry().translated(story.card.destination - story.card.pos()))
        press(window, RIGHT)


def test_left_at_any_step_everything_is_as_it_was(window: MainWindow, tell: Tell) -> None:
    window.parts.control.close_all()
    window.parts.find().chosen.emit(Key("fire9"))
    window.parts.table.setFocus()

    def state() -> tuple[object, ...]:
        QApplication.processEvents()
        parts, graph = window.parts, window.parts.graph
        row, block = window.session.selection.layer_row(), parts.table.selected_block()
        return graph.selected, row, graph.camera, parts.control.options, block, QApplication.focusWidget()

    before = state()
    for steps in range(5):
        story = tell(window)
        for _ in range(steps):
            press(window, RIGHT)
        assert (window.parts.control.options != before[3]) is (steps > 0)
        press(window, ESC)
        assert not story.running
        assert state() == before
    assert not window.document.modified


@pytest.mark.parametrize("again", [False, True])
def test_columns_are_one_run_with_its_ruler_in_sight_while_it_is_told(
    window: MainWindow, tell: Tell, qtbot: QtBot, again: bool
) -> None:
    graph, columns = window.parts.graph, window.parts.commands["wrapped"]
    graph.setFocus()
    keys(window, "Ctrl+Shift+W")
    press(window, Qt.Key.Key_Plus)
    QApplication.processEvents()

    def state() -> tuple[object, ...]:
        return len(graph.diagram.columns), graph.camera, graph.fit, columns.isChecked(), QApplication.focusWidget()

    before = state()
    assert len(graph.diagram.columns) > 1 and columns.isChecked()
    story = tell(window)
    if again:  # another network is opened, which comes in columns too
        window.document.start(dataclasses.replace(window.document.table, name="other"))
        window.parts.control.set_wrapped(True)
        qtbot.waitUntil(lambda: not columns.isChecked())
    for _ in range(4):
        assert not graph.diagram.columns
        assert {"2", "3"} <= {label.text for label in painted_labels(graph) if label.ruler}
        press(window, RIGHT)
    press(window, ESC)
    QApplication.processEvents()
    assert not story.running and len(graph.diagram.columns) > 1 and columns.isChecked()
    assert again or state() == before


def test_it_is_left_well_when_the_widget_that_had_the_keyboard_is_gone(window: MainWindow, tell: Tell) -> None:
    line = QLineEdit(window)
    line.show()
    line.setFocus()
    story = tell(window)
    delete(line)
    story.leave()
    assert not story.running


def test_what_the_real_pass_found_comes_onto_the_card(open_on: OpenWindow, tell: Tell, qtbot: QtBot) -> None:
    window = open_on("table1", worker=True)
    story = tell(window)
    assert "not measured yet" in words(story)
    qtbot.waitUntil(lambda: "measured: 128 × 55 × 55, depth 2 ✓" in words(story))
    for _ in range(4):
        press(window, RIGHT)
    assert "measured: the longest weighted path = 18 ✓" in words(story)


def test_an_edit_in_between_is_told_in_its_new_numbers(window: MainWindow, story: Story, qtbot: QtBot) -> None:
    layers = window.document.table
    row = layers.index_of("fire2")
    fire = layers.layers[row]
    assert isinstance(fire, Fire)
    window.document.edit("Set", layers.with_layer(row, dataclasses.replace(fire, e3x3=80)))
    qtbot.waitUntil(lambda: "its 80 channels would come out, not 144" in words(story))
    window.document.edit("Clear", dataclasses.replace(layers, layers=()))
    qtbot.waitUntil(lambda: "no such pair" in words(story))
    window.document.stack.undo()
    qtbot.waitUntil(lambda: "144" in words(story))


def test_a_table_without_a_story_offers_table_1_and_goes_on_with_it(
    window: MainWindow, tell: Tell, qtbot: QtBot
) -> None:
    table1 = window.document.table
    window.document.start(LayerTable("plain", InputShape(), (Conv("c", 8, 3),)))
    story = tell(window)
    story.table1_requested.connect(lambda: window.document.start(table1))
    focused = QApplication.focusWidget()
    assert isinstance(focused, QPushButton) and focused.text() == "Open Table 1"
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "A riddle in one row" in words(story))
    press(window, RIGHT)
    assert "First, the squeeze" in words(story)


def test_the_last_step_asks_what_if_they_were_chained(window: MainWindow, story: Story, qtbot: QtBot) -> None:
    assert not story.card.action.isVisible()
    for _ in range(4):
        press(window, RIGHT)
    assert story.card.action.text() == "What if they were chained? Run it"
    story.card.action.setFocus()
    with qtbot.waitSignal(story.what_if_requested) as asked:
        press(window, ENTER)
    assert asked.args == ["fire2"]
    assert not story.running


def test_it_slides_only_where_the_system_animates(
    open_on: OpenWindow, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = tell(open_on("table1"))
    for duration in (0, 150):

        class Hints:
            def styleHint(self, hint: QStyle.StyleHint, *_: object, duration: int = duration) -> int:
                assert hint is QStyle.StyleHint.SH_Widget_Animation_Duration
                return duration

        monkeypatch.setattr(story.card, "style", Hints)
        start = story.card.pos()
        story.next()
        assert story.card.destination != start
        assert (story.card.destination == story.card.pos()) is (duration == 0)


def test_rings_go_with_the_boxes_when_the_graph_is_scrolled(window: MainWindow, story: Story) -> None:
    press(window, RIGHT)
    before = story.spoken_of()[0]
    bar = window.parts.graph.verticalScrollBar()
    bar.setValue(bar.value() + 40)
    assert story.spoken_of()[0].top() == pytest.approx(before.top() - 40)


def test_a_layer_that_went_while_the_story_was_told_is_not_gone_back_to(window: MainWindow, tell: Tell) -> None:
    table = window.document.table
    layers = (table.layers[0], Conv("too large", filters=8, kernel=999), *table.layers[1:])
    window.document.start(dataclasses.replace(table, layers=layers))
    window.session.selection.choose(len(layers) - 1)
    assert window.parts.graph.selected is None  # data does not reach it, so that it is not drawn
    story = tell(window)
    window.document.edit("Delete the rest", dataclasses.replace(table, layers=layers[:3]))
    story.leave()
    assert not story.running


def test_where_a_pass_kept_its_maps_one_number_is_followed_and_the_step_that_is_read_stays(
    open_on: OpenWindow, tell: Tell, qtbot: QtBot
) -> None:
    window = open_on("table1", live=True)
    window.document.start(
        LayerTable("t", InputShape(3, 20, 20), (Conv("c", 4, 3), Fire("f", 2, 5, 4), MaxPool("p", 2)))
    )
    story = tell(window)
    for _ in range(4):
        press(window, RIGHT)
    assert "Pools add nothing" in words(story)
    qtbot.waitUntil(lambda: "Step 6 of 6" in words(story))
    assert "Pools add nothing" in words(story)
    press(window, LEFT)
    assert "One number, followed" in words(story)
    assert "8 − 5 = 3" in words(story)
    assert "measured in the pass, in float32" in words(story)
    window.document.edit("Set", window.document.table.with_field(1, "e1x1", 6))
    qtbot.waitUntil(lambda: "9 − 6 = 3" in words(story))
    press(window, ESC)
    window.document.edit("Set", window.document.table.with_field(1, "e1x1", 7))
    live = window.session.live
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.fresh)
    assert live.answer is not None and live.answer.maps_of is None
