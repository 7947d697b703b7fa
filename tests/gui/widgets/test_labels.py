"""Labels of several lines, whose heights are remembered."""

import pytest
from hands import on_screen
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from squeezeviz.gui.widgets.labels import label

WORDS = "simple needs equal channels in and out: 128 and 256 are not equal"


@pytest.mark.parametrize("change", ["text", "margins", "font", "style"])
def test_a_label_of_several_lines_is_as_high_as_qt_makes_it_whatever_changes(qtbot: QtBot, change: str) -> None:
    ours, theirs = label(WORDS, wraps=True), QLabel(WORDS)
    theirs.setTextFormat(Qt.TextFormat.PlainText)
    theirs.setWordWrap(True)
    both = [on_screen(qtbot, each, 200, 100) for each in (ours, theirs)]
    before = [ours.heightForWidth(width) for width in (60, 120, 400)]
    assert before == [theirs.heightForWidth(width) for width in (60, 120, 400)]
    for each in both:
        if change == "text":
            each.setText(f"{WORDS}. {WORDS}")
        elif change == "margins":
            each.setContentsMargins(0, 8, 0, 0)
        elif change == "font":
            font = each.font()
            font.setPixelSize(30)
            each.setFont(font)
        else:
            each.setStyleSheet("QLabel { font-size: 31px }")
    after = [ours.heightForWidth(width) for width in (60, 120, 400)]
    assert after == [theirs.heightForWidth(width) for width in (60, 120, 400)] != before
