"""Whatever is edited, undoing all of it gives the first bytes and weights, and redoing all of it the last."""

import pytest
from hands import bytes_of
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from strategies import edited, running_tables, tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import RetainedWeights, tensor_shapes
from squeezeviz.files.opened import Opened
from squeezeviz.gui.document import Document
from squeezeviz.gui.table.model import LIVE_COLUMN, TableModel
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable


@settings(max_examples=60)
@given(first=running_tables(), data=st.data())
def test_undo_all_is_the_first_bytes_and_redo_all_the_last(
    qapp: QApplication, first: LayerTable, data: st.DataObject
) -> None:
    document = Document(first)
    for step in range(data.draw(st.integers(0, 12))):
        document.edit(f"step {step}", data.draw(edited(document.table)), data.draw(st.sampled_from(["", "drag"])))
    last, steps = bytes_of(document.table), document.stack.count()
    while document.stack.canUndo():
        document.stack.undo()
    assert bytes_of(document.table) == bytes_of(first)
    assert not document.modified
    while document.stack.canRedo():
        document.stack.redo()
    assert bytes_of(document.table) == last
    assert document.stack.count() == steps


@settings(max_examples=60)
@given(first=tables(), data=st.data())
def test_whatever_is_typed_into_whatever_cell_is_taken_whole_or_refused_with_a_reason(
    qapp: QApplication, first: LayerTable, data: st.DataObject
) -> None:
    document = Document(first)
    model = TableModel(document)
    document.table_changed.connect(model.show_network)
    typed_texts = st.one_of(
        st.text(max_size=20),
        st.sampled_from(["24", "7x7/2 (x96)", "3×3/2", "50%", "227×227×3", "", "0", "-1", "1e9", "１２", "fire2"]),
    )
    for _ in range(8):
        index = model.index(data.draw(st.integers(0, model.rowCount() - 1)), data.draw(st.integers(0, LIVE_COLUMN)))
        typed, before = data.draw(typed_texts), document.table
        try:
            model.check(index, typed)
        except SqueezevizError as error:
            assert error.message
            assert not model.setData(index, typed)
            assert document.table == before
        else:
            assert model.setData(index, typed)
    while document.stack.canUndo():
        document.stack.undo()
    assert bytes_of(document.table) == bytes_of(first)


TABLE = LayerTable("t", InputShape(3, 32, 32), (Conv("a", 8, 3), Fire("b", 2, 4, 4), Fire("c", 2, 4, 4)))


def test_an_edit_that_changes_nothing_is_no_step(qapp: QApplication) -> None:
    document = Document(TABLE)
    document.edit("nothing", TABLE.with_field(0, "filters", 8))
    assert document.stack.count() == 0


@pytest.fixture
def document(qapp: QApplication) -> Document:
    made = Document(TABLE)
    shapes = {name: shape for layer in resolve(TABLE).layers for name, shape in tensor_shapes(layer).items()}
    made.open(Opened(TABLE, retained=RetainedWeights("kept", "net.onnx", shapes)))
    return made


def test_a_row_has_its_weights_again_though_another_bore_its_name_meanwhile(document: Document) -> None:
    document.edit("Rename", document.table.with_field(1, "name", "x"))
    document.edit("Delete", document.table.removed(1))
    document.edit("Rename", document.table.with_field(1, "name", "x"))
    last = document.weights
    while document.stack.canUndo():
        document.stack.undo()
        assert document.weights is not None
        assert document.weights.of(document.network).fresh == ()
    while document.stack.canRedo():
        document.stack.redo()
    assert document.weights == last


def test_a_drag_that_is_undone_leaves_the_weights_as_they_were(document: Document) -> None:
    before = document.weights
    for width in (5, 6, 7):
        document.edit("Drag", document.table.with_field(1, "e1x1", width), "drag")
    assert document.weights is not None
    assert document.weights.of(document.network).fresh == ("b", "c")
    document.stack.undo()
    assert document.weights is before
