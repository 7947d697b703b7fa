"""What weights do not tell is asked once: named geometries, one's own, and what follows from each at once."""

import dataclasses

import pytest
from hands import CTRL, LEFT, child, on_screen
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.files.unknown_geometry import UnknownGeometry
from squeezeviz.gui.files.geometry_dialog import GeometryDialog
from squeezeviz.model.layers import Bypass, Conv, Fire, MaxPool


def unknown_of(preset: str, name: str = "weights") -> UnknownGeometry:
    """A preset's rows as its weights tell them."""
    rows = tuple(
        dataclasses.replace(row, stride=1, padding=0)
        if isinstance(row, Conv)
        else dataclasses.replace(row, bypass=Bypass.NONE)
        for row in load_preset(preset).uncompressed().layers
        if isinstance(row, Conv | Fire)
    )
    return UnknownGeometry(name, 3, rows)


@pytest.fixture
def dialog(qtbot: QtBot) -> GeometryDialog:
    return shown(qtbot, unknown_of("squeezenet1_0"))


def shown(qtbot: QtBot, unknown: UnknownGeometry) -> GeometryDialog:
    return on_screen(qtbot, GeometryDialog(unknown))


def choose(dialog: GeometryDialog, name: str) -> None:
    QTest.mouseClick(child(dialog, QRadioButton, f"geometry_{name}"), LEFT)


def type_in(dialog: GeometryDialog, name: str, text: str) -> None:
    edit = child(dialog, QLineEdit, name)
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(edit, text)


def chosen(dialog: GeometryDialog) -> str:
    return next(each.objectName() for each in dialog.findChildren(QRadioButton) if each.isChecked())


def follows(dialog: GeometryDialog) -> str:
    return child(dialog, QLabel, "geometry_preview").text()


def opens(dialog: GeometryDialog) -> QPushButton:
    return child(dialog, QDialogButtonBox, "").button(QDialogButtonBox.StandardButton.Open)


def check(dialog: GeometryDialog, row: str) -> None:
    pools = child(dialog, QListWidget, "pool_rows")
    item = pools.findItems(row, Qt.MatchFlag.MatchExactly)[0]
    pools.setFocus()
    pools.setCurrentItem(item)
    QTest.keyClick(pools, Qt.Key.Key_Space)


@pytest.mark.parametrize(
    ("name", "preset", "macs"),
    [
        ("torchvision", "squeezenet1_0", "109 → 54 → 27 → 13 → 13, 818,924,576"),
        ("table1", "table1", "832,667,936"),
        ("caffe", "caffe-v1.0", "861,339,936"),
    ],
)
def test_a_named_geometry_gives_the_network_that_has_it(
    dialog: GeometryDialog, name: str, preset: str, macs: str
) -> None:
    assert chosen(dialog) == "geometry_torchvision"
    choose(dialog, name)
    expected = load_preset(preset).uncompressed()
    assert (dialog.table().layers, dialog.table().input) == (expected.layers, expected.input)
    assert macs in follows(dialog)
    assert macs in child(dialog, QRadioButton, f"geometry_{name}").accessibleDescription()


def test_v1_1_is_known_by_its_first_convolution_and_table_1_has_none(qtbot: QtBot) -> None:
    dialog = shown(qtbot, unknown_of("squeezenet1_1"))
    assert dialog.table().layers == load_preset("squeezenet1_1").layers
    assert dialog.findChild(QRadioButton, "geometry_table1") is None
    choose(dialog, "caffe")
    assert "387,747,520" in follows(dialog)


def test_what_is_typed_is_ones_own_until_it_is_a_named_geometry_again(dialog: GeometryDialog) -> None:
    for name, typed in (
        ("input_height", "300"), ("input_width", "200"), ("first_padding", "2"), ("classifier_padding", "1"),
    ):  # fmt: skip
        type_in(dialog, name, typed)
    assert chosen(dialog) == "geometry_own"
    table = dialog.table()
    assert (table.input.height, table.input.width) == (300, 200)
    assert isinstance(table.layers[0], Conv)
    assert (table.layers[0].stride, table.layers[0].padding) == (2, 2)
    assert follows(dialog).startswith("149×99 → ")
    assert f"{resolve(table).macs.value:,} multiply-adds" in follows(dialog)
    for name, typed in (("input_height", "227"), ("input_width", "227"), ("first_padding", "0")):
        type_in(dialog, name, typed)
    assert chosen(dialog) == "geometry_caffe"
    type_in(dialog, "classifier_padding", "0")
    assert chosen(dialog) == "geometry_table1"


def test_pools_and_bypasses_are_checked_by_the_space_key(dialog: GeometryDialog) -> None:
    check(dialog, "fire4")
    check(dialog, "fire3")
    assert [row.name for row in dialog.table().layers if row.type == "maxpool"] == ["maxpool1", "maxpool3", "maxpool8"]
    for name in ("pools_ceil", "simple_bypass"):
        box = child(dialog, QCheckBox, name)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)
    layers = dialog.table().layers
    assert not any(row.ceil for row in layers if isinstance(row, MaxPool))
    bypassed = [row.name for row in layers if isinstance(row, Fire) and row.bypass is Bypass.SIMPLE]
    assert bypassed == ["fire3", "fire5", "fire7", "fire9"]


def test_what_cannot_run_says_why_and_cannot_be_opened(dialog: GeometryDialog) -> None:
    type_in(dialog, "input_height", "15")
    assert follows(dialog).startswith("This cannot run. maxpool8: the 3×3 window does not fit")
    assert not opens(dialog).isEnabled()
    choose(dialog, "torchvision")
    assert opens(dialog).isEnabled()


def test_what_is_no_size_is_refused_where_it_is_typed(dialog: GeometryDialog) -> None:
    edit = child(dialog, QLineEdit, "input_width")
    for typed in ("", "0", "-3", "abc", "2.5", "9" * 40):
        type_in(dialog, "input_width", typed or "1")
        if not typed:
            QTest.keyClick(edit, Qt.Key.Key_Backspace)
        assert follows(dialog).startswith("Width of the input in pixels")
        assert not opens(dialog).isEnabled() and edit.property("refused")
    type_in(dialog, "input_width", "227")
    assert opens(dialog).isEnabled() and not edit.property("refused")


def test_arrow_keys_step_a_number(dialog: GeometryDialog) -> None:
    edit = child(dialog, QLineEdit, "first_stride")
    for key, times, stride in ((Qt.Key.Key_Up, 1, 3), (Qt.Key.Key_Down, 5, 1), (Qt.Key.Key_PageUp, 1, 11)):
        for _ in range(times):
            QTest.keyClick(edit, key)
        assert dialog.table().layers[0].stride == stride  # type: ignore[union-attr]


def test_enter_opens_and_escape_does_not(qtbot: QtBot) -> None:
    first, second = (shown(qtbot, unknown_of("squeezenet1_0")) for _ in range(2))
    QTest.keyClick(first, Qt.Key.Key_Return)
    QTest.keyClick(second, Qt.Key.Key_Escape)
    assert first.result() == QDialog.DialogCode.Accepted
    assert second.result() == QDialog.DialogCode.Rejected


def test_everything_has_a_name_and_is_reached_by_tab(dialog: GeometryDialog) -> None:
    reached: set[QWidget] = set()
    at = dialog.nextInFocusChain()
    while at is not None and at is not dialog:
        if at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.isVisible():
            reached.add(at)
        at = at.nextInFocusChain()
    names = {part.accessibleName() or (part.text() if isinstance(part, QAbstractButton) else "") for part in reached}
    assert "" not in names
    assert {"Height of the input in pixels", "Stride of conv1", "Padding of conv10"} <= names
    assert "Rows with a max pool after them" in names


def test_hostile_names_stay_text_and_a_thousand_rows_leave_it_small(qtbot: QtBot) -> None:
    hostile = "<b>x</b>" + "&" * 200
    fires = (Fire(f"{hostile}{place}", 2, 4, 4) for place in range(1000))
    dialog = shown(qtbot, UnknownGeometry(hostile, 1, (Conv(hostile, 8, 3), *fires)))
    assert dialog.height() < 800
    assert dialog.width() < 1000
    assert all(label.textFormat() is not Qt.TextFormat.RichText for label in dialog.findChildren(QLabel))
    assert dialog.table().layers[0].name == hostile
