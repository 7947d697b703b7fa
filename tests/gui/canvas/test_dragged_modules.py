"""Modules are dragged to another place in the diagram, as rows are in the table."""

import pytest
from canvas_networks import squeezenet
from hands import CTRL, LEFT, PLAIN, click_cell, keys, names, one_step, outcome, rim, still
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from squeezeviz.figure.layout.wrapping import ON_SCREEN, wrap
from squeezeviz.figure.scene.diagram import INPUT_KEY, Direction, Point, Size
from squeezeviz.gui.canvas.dragging import gap_at, gap_line
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.main_window import MainWindow


def carry(window: MainWindow, start: QPoint, end: QPoint, *, drop: bool = True) -> None:
    ground = window.parts.graph.viewport()
    QTest.mousePress(ground, LEFT, PLAIN, start)
    for at in ((start + end) / 2, end):
        QTest.mouseMove(ground, at)
        ground.repaint()
    if drop:
        QTest.mouseRelease(ground, LEFT, PLAIN, end)


def test_a_dragged_module_moves_its_row_in_one_step_and_stays_selected(closed: MainWindow) -> None:
    with one_step(closed):
        carry(closed, rim(closed, "fire4"), rim(closed, "fire2"))
        assert outcome(closed) == ""
    assert names(closed)[1:6] == ["maxpool1", "fire4", "fire2", "fire3", "maxpool4"]
    assert closed.session.selection.layer_name() == "fire4" and closed.document.stack.undoText() == "Move fire4 up"
    still(closed)
    with one_step(closed):
        carry(closed, rim(closed, "fire4"), rim(closed, "avgpool10", lower=True))
    assert names(closed)[-1] == "fire4"


def test_all_selected_modules_are_dragged_together_and_gathered(closed: MainWindow) -> None:
    ground = closed.parts.graph.viewport()
    QTest.mouseClick(ground, LEFT, PLAIN, rim(closed, "fire2"))
    QTest.mouseClick(ground, LEFT, CTRL, rim(closed, "fire4"))
    with one_step(closed):
        carry(closed, rim(closed, "fire4"), rim(closed, "fire6"))
    assert names(closed)[2:7] == ["fire3", "maxpool4", "fire5", "fire2", "fire4"]
    assert closed.session.selection.rows() == [5, 6]


def test_a_module_dragged_to_the_head_comes_after_the_input_which_itself_cannot_be_dragged(closed: MainWindow) -> None:
    with one_step(closed):
        carry(closed, rim(closed, "fire3"), rim(closed, ""))
    assert names(closed)[:2] == ["fire3", "conv1"]
    still(closed)
    before = closed.document.stack.index()
    carry(closed, rim(closed, ""), rim(closed, "fire5"))
    assert closed.document.stack.index() == before


def test_where_it_stands_already_a_drop_changes_nothing(closed: MainWindow) -> None:
    for name, lower in (("fire3", True), ("fire4", False)):
        carry(closed, rim(closed, "fire3"), rim(closed, name, lower=lower))
        assert closed.document.stack.count() == 0
    assert closed.session.selection.layer_name() == "fire3"


@pytest.mark.parametrize("end", ["Esc", "undo"])
def test_esc_and_a_change_of_the_table_give_a_drag_up(closed: MainWindow, end: str) -> None:
    click_cell(closed, "fire8", "layer")
    closed.parts.commands["delete"].trigger()
    still(closed)
    before, graph = names(closed), closed.parts.graph
    to = rim(closed, "fire6")
    carry(closed, rim(closed, "fire3"), to, drop=False)
    assert "Esc leaves them" in outcome(closed)
    keys(closed, "Esc") if end == "Esc" else closed.document.stack.undo()
    QTest.mouseMove(graph.viewport(), to + QPoint(0, 40))
    QTest.mouseRelease(graph.viewport(), LEFT, PLAIN, to)
    assert outcome(closed) == ""
    assert names(closed) == (before if end == "Esc" else [*before[:9], "fire8", *before[9:]])


def test_a_drag_held_at_the_edge_scrolls_on(window: MainWindow) -> None:
    graph = window.parts.graph
    bar = graph.verticalScrollBar()
    beyond = QPoint(graph.viewport().width() // 2, graph.viewport().height() + 30)
    with one_step(window):
        carry(window, rim(window, "fire2"), beyond, drop=False)
        while bar.value() < bar.maximum():
            QTest.qWait(10)
        QTest.mouseRelease(graph.viewport(), LEFT, PLAIN, beyond)
    assert names(window)[-1] == "fire2"


def test_in_columns_a_module_is_dragged_into_another_column(closed: MainWindow) -> None:
    keys(closed, "F11", "Ctrl+Shift+W")
    still(closed)
    series = Series(closed.parts.graph.diagram)
    assert len(series.columns) > 1
    head = series.modules[series.columns[1][0]].key.layer
    behind = names(closed)[names(closed).index(head) - 1]
    with one_step(closed):
        carry(closed, rim(closed, "conv1"), rim(closed, head))
    assert names(closed)[names(closed).index(head) - 1] == "conv1"
    assert names(closed)[names(closed).index(head) - 2] == behind


def test_layers_are_moved_by_keys_on_the_canvas_too(closed: MainWindow) -> None:
    ground = closed.parts.graph.viewport()
    QTest.mouseClick(ground, LEFT, PLAIN, rim(closed, "fire2"))
    keys(closed, "Shift+Down")
    with one_step(closed):
        keys(closed, "Alt+Down")
    assert names(closed)[2:5] == ["fire4", "fire2", "fire3"]


@given(
    st.sampled_from(Direction), st.booleans(), st.floats(-50, 3000), st.floats(-50, 3000), st.sets(st.integers(2, 9))
)
def test_the_mark_lies_in_the_gap_nearest_to_the_pointer(
    direction: Direction, columns: bool, x: float, y: float, opened: set[int]
) -> None:
    diagram = squeezenet(*(f"fire{place}" for place in opened), direction=direction)
    series = Series(wrap(diagram, Size(1400, 900), ON_SCREEN) if columns else diagram)
    at = Point(x, y)
    gap = gap_at(series, at)
    line, module = gap_line(series, gap), series.modules[gap.place]
    first, after = next(column for column in series.columns if column[0] <= gap.place < column[1])
    mark, flow = series.along(line).middle, series.along(module.rect)
    assert (mark > flow.end) if gap.behind else (mark < flow.start)
    others = [series.along(series.modules[place].rect) for place in range(first, after)]
    assert not any(each.start < mark < each.end for each in others), "it lies between modules"
    here = direction.along(at)
    edges = [edge for each in others for edge in (each.start, each.end)]
    assert abs(mark - here) <= min(abs(edge - here) for edge in edges) + 20 or module.key == INPUT_KEY
