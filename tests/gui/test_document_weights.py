"""Opened weights come back with every row that undo brings back."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import RetainedWeights, tensor_shapes
from squeezeviz.gui.document import Document
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable

pytestmark = pytest.mark.gui

TABLE = LayerTable("t", InputShape(3, 32, 32), (Conv("a", 8, 3), Fire("b", 2, 4, 4), Fire("c", 2, 4, 4)))


@pytest.fixture
def document(qapp: QApplication) -> Document:
    made = Document(TABLE)
    shapes = {name: shape for layer in resolve(TABLE).layers for name, shape in tensor_shapes(layer).items()}
    made.start(TABLE, weights=RetainedWeights("kept", "net.onnx", shapes))
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
