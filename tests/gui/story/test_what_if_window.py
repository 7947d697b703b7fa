"""What if they were chained? Run by the real worker, beside the window's own passes, and driven by keyboard."""

import dataclasses
from collections.abc import Callable

import pytest
from hands import OpenWindow, child, fresh, type_in
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from squeezeviz.gui.live.client import Phase
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.story.figures import FiguresTable, FigureView
from squeezeviz.gui.story.what_if import WhatIfDialog
from squeezeviz.model.layers import Conv, Fire, Layer
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.failures import FailureKind
from squeezeviz.trace.protocol import Failed

Ask = Callable[[MainWindow, str], WhatIfDialog]


@pytest.fixture
def ask(qtbot: QtBot) -> Ask:
    """Open What if on a Fire of the window, and wait until it has the keyboard."""

    def asked(window: MainWindow, name: str = "fire2") -> WhatIfDialog:
        dialog = window.parts.depth_help.what_if()
        dialog.show_fire(name)
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    return asked


def said(dialog: WhatIfDialog, name: str) -> str:
    label = child(dialog, QLabel, name)
    return label.text()


def figures(dialog: WhatIfDialog, name: str) -> tuple[str, str]:
    """A row's numbers of the module and of the chain; those that a pass measured have a ✓."""
    table = child(dialog, FiguresTable)
    shown = {each.accessibleName(): each for each in table.findChildren(QLabel) if each.accessibleName()}
    said = [key for side in ("side by side", "chained") for key in shown if key.startswith(f"{name}, {side}: ")]
    real, chained = (shown[key].text() + " ✓" * key.endswith(", measured") for key in said)
    return real, chained


def finished(dialog: WhatIfDialog) -> bool:
    return said(dialog, "what_if_status").startswith("✓")


def widen(window: MainWindow, name: str, **filters: int) -> None:
    """Edit a Fire as its sliders do."""
    layers = window.document.table
    row = layers.index_of(name)
    fire = layers.layers[row]
    assert isinstance(fire, Fire)
    for field, number in filters.items():
        layers = layers.with_field(row, field, number)
    window.document.edit("Set", layers)


def test_fire2_is_run_both_ways_both_are_measured_and_again_by_keyboard(
    open_on: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    window = open_on("table1", live=True)
    dialog = ask(window, "fire2")
    assert not dialog.isModal()
    assert figures(dialog, "depth") == ("2", "3")
    qtbot.waitUntil(lambda: finished(dialog))
    assert figures(dialog, "output shape") == ("[1, 128, 55, 55] ✓", "[1, 64, 55, 55] ✓")
    assert figures(dialog, "channels") == ("128 ✓", "64 ✓")
    assert figures(dialog, "depth") == ("2 ✓", "3 ✓")
    assert figures(dialog, "parameters") == ("11,920 ✓", "39,568 ✓")
    assert all(time.endswith("ms") for time in figures(dialog, "time"))
    assert said(dialog, "what_if_conclusion") == (
        "Chained, 64 channels would come out and depth would be 3. Table 1 says 128 and 2: they stand side by side."
    )
    window.parts.commands["precision_bfloat16"].trigger()
    qtbot.waitUntil(lambda: "in bfloat16, as predicted" in said(dialog, "what_if_status"))
    window.parts.commands["precision_float32"].trigger()
    qtbot.waitUntil(lambda: finished(dialog) and "bfloat16" not in said(dialog, "what_if_status"))
    type_in(window.parts.toolbar.batch, "3")
    qtbot.waitUntil(lambda: figures(dialog, "output shape") == ("[3, 128, 55, 55] ✓", "[3, 64, 55, 55] ✓"))
    real, chained = (view.accessibleDescription() for view in dialog.findChildren(FigureView))
    assert "Fire module" in real and "Fire module" not in chained and chained.count("convolution") == 3
    for title, key in (("&Measure Again", Qt.Key.Key_Tab), ("&Close", Qt.Key.Key_Space)):
        focused = QApplication.focusWidget()
        assert isinstance(focused, QPushButton) and focused.text() == title
        if title == "&Measure Again":
            QTest.keyClick(focused, Qt.Key.Key_Space)
            assert not finished(dialog)
            qtbot.waitUntil(lambda: finished(dialog))
        QTest.keyClick(focused, key)
    assert not dialog.isVisible()


def test_it_follows_edits_and_the_windows_own_pass_is_neither_disturbed_nor_mistaken(
    open_on: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    window = open_on("table1", live=True)
    qtbot.waitUntil(lambda: fresh(window))
    heard: list[str] = []
    window.session.live.said.connect(lambda text, _: heard.append(text))
    before = window.session.live.answer
    dialog = ask(window, "fire2")
    qtbot.waitUntil(lambda: finished(dialog))
    assert window.session.live.answer is before and fresh(window)
    assert heard == []
    for filters in range(40, 70):
        widen(window, "fire2", e3x3=filters)
        qtbot.wait(5)
    widen(window, "fire2", e1x1=48, e3x3=80)
    qtbot.waitUntil(lambda: figures(dialog, "channels") == ("128 ✓", "80 ✓"))
    assert said(dialog, "what_if_conclusion").startswith("Chained, 80 channels would come out")
    assert "fire2 gives 128 and 2" in said(dialog, "what_if_conclusion")
    qtbot.waitUntil(lambda: fresh(window))


def test_another_fire_that_is_selected_is_asked_about_next(window: MainWindow, ask: Ask, qtbot: QtBot) -> None:
    dialog = ask(window, "fire2")
    window.session.selection.choose_layer("fire9")
    qtbot.waitUntil(lambda: figures(dialog, "channels") == ("512", "256"))
    table = window.document.table
    dialog.show_fire("fire2")  # another one than is selected, whose new name changes nothing
    window.document.edit("Rename", table.with_field(table.index_of("fire9"), "name", "spark"))
    qtbot.wait(120)
    assert figures(dialog, "channels") == ("128", "64")
    dialog.show_fire("spark")
    window.session.selection.choose_layer("conv10")
    qtbot.wait(120)
    assert figures(dialog, "channels") == ("512", "256")


def test_a_renamed_module_is_still_followed_and_a_deleted_one_is_told(
    window: MainWindow, ask: Ask, qtbot: QtBot
) -> None:
    dialog = ask(window, "fire4")
    layers = window.document.table
    window.document.edit("Rename", layers.with_field(layers.index_of("fire4"), "name", "spark"))
    qtbot.waitUntil(lambda: "spark" in dialog.windowTitle())
    window.document.edit("Clear", dataclasses.replace(layers, layers=layers.layers[:2]))
    qtbot.waitUntil(lambda: said(dialog, "what_if_status").startswith("spark is not in the table any more. The table"))
    assert not child(dialog, FiguresTable).isVisible() and dialog.picture() is None, "no numbers of a table before"
    window.document.stack.undo()
    qtbot.waitUntil(child(dialog, FiguresTable).isVisible)


BROKEN = LayerTable("broken", InputShape(3, 4, 4), (Conv("c", filters=8, kernel=7), Fire("f", 4, 8, 8)))


@pytest.mark.parametrize(
    ("layers", "why"),
    [
        ((), "The table has no Fire module. Insert one with Insert > Fire Module, and select it."),
        (BROKEN.layers, "No data reaches f. Mend this first: c: the 7×7 window does not fit the 4×4 map"),
    ],
)
def test_where_there_is_no_module_to_show_it_says_why_and_what_to_do(
    window: MainWindow, ask: Ask, layers: tuple[Layer, ...], why: str
) -> None:
    window.document.start(dataclasses.replace(BROKEN, layers=layers))
    dialog = ask(window, "f")
    assert said(dialog, "what_if_status").startswith(why)
    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    assert [text for text, button in buttons.items() if button.isEnabled()] == ["&Close"]
    assert buttons["&Close"].hasFocus() and not child(dialog, FiguresTable).isVisible()


def test_a_module_that_became_a_convolution_is_told_and_the_others_are_offered(
    window: MainWindow, ask: Ask, qtbot: QtBot
) -> None:
    dialog = ask(window, "fire4")
    layers = list(window.document.table.layers)
    layers[window.document.table.index_of("fire4")] = Conv("fire4", 256, 1)
    window.document.edit("Set type", dataclasses.replace(window.document.table, layers=tuple(layers)))
    told = "fire4 is no Fire module any more. Select another Fire module."
    qtbot.waitUntil(lambda: said(dialog, "what_if_status") == told)


def test_esc_gives_up_the_pass_and_esc_again_closes(open_on: OpenWindow, ask: Ask, qtbot: QtBot) -> None:
    window = open_on("table1", worker=True)
    qtbot.waitUntil(lambda: window.session.client.phase is Phase.IDLE)
    window.document.start(LayerTable("t", InputShape(64, 700, 700), (Fire("fire", 64, 256, 256),)))
    dialog = ask(window, "fire")
    qtbot.waitUntil(lambda: said(dialog, "what_if_status").startswith("Live pass of the module"))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible() and said(dialog, "what_if_status").startswith("Cancelled")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: window.session.client.running is None)


def test_what_cannot_be_measured_is_told_with_its_reason_and_the_predictions_stay(
    window: MainWindow, ask: Ask, qtbot: QtBot
) -> None:
    client = window.session.client
    dialog = ask(window, "fire2")
    qtbot.waitUntil(lambda: client.running is not None)
    reason = "it needs 7 GiB of memory; take smaller layers"
    client.answered.emit(client.running, Failed(None, reason, FailureKind.MEMORY))
    assert said(dialog, "what_if_status") == f"Not measured: {reason}"
    assert figures(dialog, "depth") == ("2", "3")


def test_with_a_closed_dialog_an_edit_costs_nothing(window: MainWindow, ask: Ask, qtbot: QtBot) -> None:
    dialog = ask(window, "fire2")
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    widen(window, "fire2", e3x3=80)
    qtbot.wait(300)
    assert figures(dialog, "channels") == ("128", "64")
