"""The message over a window's content stays in its middle."""

from hands import on_screen
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.gui.widgets.messages import Toast


def test_a_toast_follows_a_window_that_is_resized_while_it_is_shown(qtbot: QtBot) -> None:
    window = QMainWindow()
    window.setCentralWidget(QWidget())
    toast = Toast(window, QWidget(window))
    on_screen(qtbot, window, 900, 500)
    toast.say("there is no such layer")

    def is_in_the_middle() -> bool:
        return abs(2 * toast.geometry().center().x() - window.width()) <= 2

    for width in (700, 1000):
        window.resize(width, 500)
        qtbot.waitUntil(is_in_the_middle)
    toast.dismiss()
    assert not toast.isVisible()
