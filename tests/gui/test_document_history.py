"""Whatever is edited, undoing everything gives the first bytes, and redoing everything the last."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from strategies import edited, running_tables, tables

from squeezeviz.files import registry
from squeezeviz.gui.document import Document
from squeezeviz.gui.table.model import LIVE_COLUMN, TableModel
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import LayerTable

pytestmark = pytest.mark.gui


def bytes_of(table: LayerTable) -> str:
    return registry.to_text(table, "toml")


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


def test_a_saved_state_is_clean_again_when_it_is_come_back_to(
    qapp: QApplication, tmp_path: pytest.TempPathFactory
) -> None:
    table = registry.open_network("table1").table
    document = Document(table)
    document.edit("one", table.with_field(3, "s1x1", 24), "drag")
    document.saved(tmp_path / "table.toml")  # type: ignore[operator]
    document.edit("two", document.table.with_field(3, "s1x1", 32), "drag")
    assert document.modified
    document.stack.undo()
    assert not document.modified
    fire = document.table.layers[3]
    assert isinstance(fire, Fire) and fire.s1x1 == 24


def test_an_edit_that_changes_nothing_is_no_step(qapp: QApplication) -> None:
    table = registry.open_network("table1").table
    document = Document(table)
    document.edit("nothing", table.with_field(3, "s1x1", 16))
    assert document.stack.count() == 0
