"""Every edit is one of the table as it is now: none brings back what was undone, or undoes what was done since."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import NamedTuple

from hands import (
    LEFT,
    OpenWindow,
    child,
    click_cell,
    drag_grip,
    drag_to,
    fire,
    grip,
    keys,
    names,
    refused,
    set_field,
    slider,
    table,
    type_in,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QRadioButton
from strategies import edited

from squeezeviz.files.presets import load_preset
from squeezeviz.gui.document import Document
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.metaparameters import MetaparametersPanel
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import LayerTable
from squeezeviz.paper.metaparameters import SQUEEZENET, followed, rewritten


def type_number(window: MainWindow, name: str, text: str) -> None:
    type_in(child(window, QLineEdit, f"box_{name}"), text)


@contextmanager
def unseen(window: MainWindow) -> Iterator[None]:
    """What is edited meanwhile is not shown yet, as in a drag, when the panels follow later."""
    window.document.blockSignals(True)
    yield
    window.document.blockSignals(False)


def test_a_layer_whose_deletion_was_undone_stays_when_a_metaparameter_follows(window: MainWindow) -> None:
    window.parts.panels.bring("metaparameters")
    type_number(window, "sr", "0.25")
    click_cell(window, "fire7", "layer")
    keys(window, "Ctrl+Backspace")
    assert "fire7" not in names(window)
    keys(window, "Ctrl+Z")
    with refused(window, "SR"):
        type_number(window, "sr", "half")
    type_number(window, "sr", "0.5")
    assert names(window) == [layer.name for layer in load_preset("table1").layers]
    assert (fire(window, "fire7").s1x1, fire(window, "fire2").s1x1) == (192, 64)


def test_a_drag_that_is_back_where_it_began_leaves_all_as_it_was(window: MainWindow) -> None:
    window.parts.panels.bring("metaparameters")
    QApplication.processEvents()
    dragged = slider(window, "count")
    dragged.setSliderDown(True)
    dragged.setSliderPosition(3)
    window.document.stack.setClean()  # it is saved in the middle of the drag
    dragged.setSliderPosition(8)
    dragged.setSliderDown(False)
    assert window.document.table == load_preset("table1"), "Fire modules come back where they stood"
    set_field(window, "fire5", "s1x1", 24)
    before, steps = window.document.table, window.document.stack.count()
    drag_to(window, "sr", 60, 25)
    assert window.document.table == before, "a row that was edited by hand stays"
    assert window.document.stack.count() == steps


def test_a_way_out_of_a_problem_leaves_what_was_edited_since_it_was_offered(open_on: OpenWindow) -> None:
    window = open_on("simple-bypass")
    set_field(window, names(window)[3], "e1x1", 63)
    set_field(window, names(window)[0], "name", "first")
    QTest.mouseClick(window.parts.notes.findChildren(QPushButton, "fix_button")[0], LEFT)
    assert names(window)[0] == "first"
    assert window.document.stack.count() == 3


def test_a_geometry_is_given_to_the_table_as_it_is_now(window: MainWindow) -> None:
    window.parts.panels.bring("paper")
    QApplication.processEvents()
    QTest.mouseClick(child(window, QPushButton, "paper_page_totals"), LEFT)
    choice = child(window, QRadioButton, "geometry_torchvision")
    with unseen(window):
        set_field(window, "conv1", "name", "first")
    choice.click()
    assert names(window)[0] == "first"
    assert window.document.table.input.height == 224


def test_a_number_of_a_fire_leaves_its_other_numbers_as_they_are_now(window: MainWindow) -> None:
    with unseen(window):
        set_field(window, "fire2", "e1x1", 70)
    type_number(window, "s1x1", "24")
    assert (fire(window, "fire2").s1x1, fire(window, "fire2").e1x1) == (24, 70)


def test_what_is_dragged_or_typed_for_one_module_is_not_given_to_another(window: MainWindow) -> None:
    dragged = slider(window, "s1x1")
    dragged.setSliderDown(True)
    dragged.setSliderPosition(40)
    window.session.selection.choose_layer("fire8")
    before = window.document.table
    dragged.setSliderPosition(90)
    dragged.setSliderDown(False)
    assert window.document.table == before
    assert dragged.value() == fire(window, "fire8").s1x1
    drag_to(window, "s1x1", 90)
    assert fire(window, "fire8").s1x1 == 90
    box, before = child(window, QLineEdit, "box_s1x1"), window.document.table
    type_in(box, "24", finish=False)
    window.session.selection.choose_layer("fire9")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert window.document.table == before
    assert box.text() == "64"
    dragged.setSliderDown(True)
    window.session.selection.choose(0)
    window.document.edit("Delete fire9", before.removed(before.index_of("fire9")))
    before = window.document.table
    dragged.setSliderPosition(40)
    assert window.document.table == before, "the module is gone"


def test_a_row_that_is_dragged_while_something_is_undone_stays(window: MainWindow) -> None:
    set_field(window, "fire2", "s1x1", 24)
    click_cell(window, "fire8", "layer")
    row = window.document.table.index_of("fire8") + 1
    drag_grip(window, row, 7, release=False)
    keys(window, "Ctrl+Z")
    ground, end = table(window).verticalHeader().viewport(), grip(window, 7)
    QTest.mouseMove(ground, end)
    QTest.mouseRelease(ground, LEFT, pos=end)
    assert window.document.table == load_preset("table1")


class Told(NamedTuple):
    """A step of the undo stack, as the test itself keeps count of them."""

    table: LayerTable
    by_panel: bool
    drag: int


class History:
    """What the table should be, worked out by the core's functions alone."""

    def __init__(self, first: LayerTable) -> None:
        self.steps, self.at = [Told(first, False, 0)], 0

    @property
    def present(self) -> LayerTable:
        return self.steps[self.at].table

    def before_the_panel(self) -> LayerTable:
        at = self.at
        while self.steps[at].by_panel:
            at -= 1
        return self.steps[at].table

    def do(self, step: Told) -> None:
        if step.table != self.present:
            self.steps[self.at + 1 :] = [step]
            self.at += 1

    def drag(self, step: Told) -> None:
        """The ticks of one drag are one step, and none where it is back at its beginning.

        A tick that changes nothing leaves what can be redone.
        """
        if step.drag == self.steps[self.at].drag:
            self.at -= 1
            del self.steps[self.at + 1 :]
        self.do(step)


FIELDS = {
    "sr": st.sampled_from([25, 50, 77, 100]), "count": st.integers(1, 11), "base_e": st.sampled_from([64, 128, 131]),
    "freq": st.integers(1, 4), "pct3x3": st.sampled_from([30, 100, 150]),
}  # fmt: skip
gestures = st.one_of(
    st.just(("undo", None)),
    st.just(("redo", None)),
    st.just(("edit", None)),
    *(st.tuples(st.just(name), st.lists(values, min_size=1, max_size=4)) for name, values in FIELDS.items()),
)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_panels_undo_and_the_table_together_give_what_the_functions_give(
    qapp: QApplication, data: st.DataObject
) -> None:
    first = load_preset("table1")
    document, history = Document(first), History(first)
    panel = MetaparametersPanel(document)
    document.table_changed.connect(panel.show_network)
    panel.show_network(document.network)
    for place in range(1, data.draw(st.integers(2, 12))):
        kind, positions = data.draw(gestures)
        if kind == "undo":
            document.stack.undo()
            history.at = max(0, history.at - 1)
        elif kind == "redo":
            document.stack.redo()
            history.at = min(len(history.steps) - 1, history.at + 1)
        elif positions is None:
            changed = data.draw(edited(document.table))
            document.edit("Edit", changed)
            history.do(Told(changed, False, 0))
        else:
            drag(panel, history, kind, positions, place)
        assert document.table == history.present, kind
        assert document.stack.index() == history.at


def drag(panel: MetaparametersPanel, history: History, name: str, positions: list[int], place: int) -> None:
    """Drag one slider of the panel, and tell the history what the core makes of the numbers that it shows."""
    number = panel._numbers[name]
    before, base, shown = history.present, history.before_the_panel(), panel._meta
    found = followed(before, shown)
    then = found.metaparameters if found else None
    number.slider.setSliderDown(True)
    for position in positions:
        if position == number.slider.value() or position > number.slider.maximum():
            continue
        number.slider.setSliderPosition(position)
        asked = number._number_at(position)
        try:
            wanted = dataclasses.replace(then or SQUEEZENET, **{name: asked})  # type: ignore[arg-type]
            made = before if wanted == then else rewritten(base, wanted)
        except SqueezevizError:
            continue
        history.drag(Told(made, True, place))
    number.slider.setSliderDown(False)
    assert isinstance(panel._meta.sr, Fraction)
