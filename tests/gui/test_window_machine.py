"""Whatever a person does in the window, in whatever order: it shows what is, and all of it can be taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import pytest
from hands import (
    LEFT,
    PLAIN,
    SHIFT,
    Child,
    OpenWindow,
    bytes_of,
    child,
    click_box,
    drag_grip,
    drag_slider,
    keys,
    press,
    settle_saves,
    table,
    watched,
)
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QSlider,
    QTabWidget,
    QUndoView,
    QWidget,
)
from pytestqt.qtbot import QtBot
from strategies import running_tables, tables

from squeezeviz.analysis import columns as cells
from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW
from squeezeviz.analysis.difference import difference
from squeezeviz.analysis.resolve import resolve
from squeezeviz.explain.rows import explain_cell, explain_input, explain_layer, explain_operation
from squeezeviz.explain.totals import explain_network, explain_total
from squeezeviz.explain.weights import with_weights
from squeezeviz.figure.layout.changes import marks_of
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key, Role
from squeezeviz.files import registry
from squeezeviz.files.presets import load_preset, preset_ids
from squeezeviz.gui.commands import KINDS
from squeezeviz.gui.explain.panel import ExplainPanel
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.table.editor import CellEditor
from squeezeviz.model.layers import AvgPool, Conv, Fire, MaxPool
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import plain
from squeezeviz.model.wording import readable_bytes

places = st.integers(0, 40)
"""Which row, column or box: counted around, whatever there is."""
TYPED = (
    "24", "1", "0", "-1", "2.5", "16x", "9" * 31, "1000000000000", "１２", "", " ", "7x7/2 (x96)", "3×3/2 pad 1",
    "1x1 x64 no bias", "50%", "simple", "none", "c", "227×227×3", "8x8x2", "1x1x1", "fire2", "input", "<b>x</b>",
)  # fmt: skip
texts = st.one_of(st.sampled_from(TYPED), st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12))
PASTED = (
    "8\t8\t8", "fire2\t\t\t2\t16\t64\t64", "conv1\t111x111x96\t7x7/2 (x96)", "new\t\t3x3/2\nnewer\t\t3x3/2",
    '"a\tb"\r\n1\t2', "layer\ttype\tfilters\tkernel\na\tconv\t4\t3", "−3", "1,234", "\n\n", "total",
)  # fmt: skip
blocks = st.one_of(
    st.sampled_from(PASTED),
    st.lists(st.lists(texts, min_size=1, max_size=4).map("\t".join), min_size=1, max_size=4).map("\n".join),
)
ROW_COMMANDS = (
    *(f"insert_{kind}{ending}" for kind in sorted(KINDS) for ending in ("", "_before")),
    *("duplicate", "delete", "move_up", "move_down") * 4,
)
CLIPBOARD = ("copy", "cut", "paste", "fill_down", "select_all")
LOOKS = (
    "toggle", "open_all", "close_all", "direction", "fit", "minimap", "zoom_reset", "panels", "focus_table",
    "focus_graph", "focus_panel", "comparison", "history", "metaparameters", "metaparameters",
)  # fmt: skip
CANVAS_KEYS = ("Up", "Down", "Left", "Right", "Home", "End", "Return", "PgDown", "Del", "Ins", "Backspace", "F2")
COMMANDS = (ROW_COMMANDS, CLIPBOARD, LOOKS, ("undo", "undo", "redo"))
METAPARAMETERS = ("base_e", "incr_e", "freq", "sr", "pct3x3")
SLIDERS = ("s1x1", "e1x1", "e3x3", *METAPARAMETERS)
first_tables = st.one_of(running_tables(), tables(), st.sampled_from([load_preset(name) for name in preset_ids()]))


class WindowMachine(RuleBasedStateMachine):
    """One window for all runs, with another table for each.

    `_bytes` keeps what the table was at every place of the undo stack, `_clean` the place that was saved, `_saved`
    what lies on the disk then.
    """

    window: ClassVar[MainWindow]
    bot: ClassVar[QtBot]
    columns: ClassVar[object]
    """Which ones the table shows when the window opens."""
    file: ClassVar[str] = "table.toml"
    """What the file dialog answers."""
    wrong: ClassVar[list[str]]
    """What Qt warned of, and the exceptions that were raised where Qt called us."""

    def __init__(self) -> None:
        super().__init__()
        document = self.window.document
        self._bytes: list[str] = []
        self._clean: int | None = 0
        self._saved: str | None = None
        self._pinned: LayerTable | None = None
        self._revisited = False
        self._place = 0
        self._links = (
            document.started.connect(self._started),
            document.revisited.connect(self._revisiting),
            document.stack.indexChanged.connect(self._moved),
            self.window.parts.files.done.connect(self._written),
        )

    @initialize(first=first_tables)
    def begin(self, first: LayerTable) -> None:
        """Everything as it is when the window opens: a run must not depend on the one before."""
        self.wrong.clear()
        window = self.window
        self.put_typing_away()
        window.session.baseline.unpin()
        window.resize(1440, 900)
        window.parts.table.columns.restore(self.columns)
        window.parts.find().close_bar()
        for name, on in (("direction", False), ("panels", True), ("minimap", True)):
            if window.parts.commands[name].isChecked() is not on:
                window.parts.commands[name].trigger()
        window.document.start(first)
        child(self.window, QTabWidget, "lower_tabs").setCurrentIndex(0)
        table(window).setFocus()
        self.settle()

    # Gestures in the table

    @rule(row=places, column=places, to=st.none() | st.tuples(places, places))
    def select(self, row: int, column: int, to: tuple[int, int] | None) -> None:
        self.click(row, column)
        if to is not None:
            self.click(*to, SHIFT)

    @rule(text=texts, ending=st.sampled_from([Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, None]))
    def type_text(self, text: str, ending: Qt.Key | None) -> None:
        """Type into the current cell; without an ending its editor stays open."""
        with self.at_most_one_step():
            table(self.window).setFocus()
            press(self.window, Qt.Key.Key_F2)
            editor = self.editor()
            if editor is None:
                return
            editor.selectAll()
            editor.insert(text)
            editor.setModified(True)
            if ending is not None:
                QTest.keyClick(editor, ending)

    @rule(row=places, column=places, text=texts)
    def type_into_cell(self, row: int, column: int, text: str) -> None:
        self.click(row, column)
        self.type_text(text, Qt.Key.Key_Return)

    @rule(text=blocks)
    def paste(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.do("paste")

    @rule(key=st.sampled_from([Qt.Key.Key_Delete, Qt.Key.Key_Backspace]))
    def clear(self, key: Qt.Key) -> None:
        with self.at_most_one_step():
            table(self.window).setFocus()
            press(self.window, key)

    @rule(row=places, to=places)
    def drag_rows(self, row: int, to: int) -> None:
        rows = table(self.window).model().rowCount()
        with self.at_most_one_step():
            drag_grip(self.window, row % rows, to % rows)

    @rule(text=texts)
    def rename(self, text: str) -> None:
        with self.at_most_one_step():
            self.window.parts.commands["rename"].trigger()
            editor = self.editor()
            if editor is not None:
                editor.setText(text)
                editor.setModified(True)
                QTest.keyClick(editor, Qt.Key.Key_Return)
                QTest.keyClick(editor, Qt.Key.Key_Escape)

    @rule(place=places)
    def choose_columns(self, place: int) -> None:
        actions = [each for each in self.window.parts.table.columns.actions() if each.isCheckable()]
        actions[place % len(actions)].trigger()

    # Gestures elsewhere

    @rule(names=st.one_of(*(st.lists(st.sampled_from(each), min_size=1, max_size=6) for each in COMMANDS)))
    def give_commands(self, names: list[str]) -> None:
        for name in names:
            if len(self.table.layers) < 40 or name not in ROW_COMMANDS:
                self.do(name)

    @rule(field=st.sampled_from(SLIDERS), pixels=st.lists(st.integers(-60, 60), min_size=1, max_size=5))
    def drag_a_slider(self, field: str, pixels: list[int]) -> None:
        for slider in self.shown(QSlider, f"slider_{field}"):
            with self.at_most_one_step():
                drag_slider(slider, pixels)

    @rule(name=st.sampled_from(["bypass_none", "bypass_simple", "bypass_complex", "follow_button"]))
    def press_a_button(self, name: str) -> None:
        for button in self.shown(QPushButton, name):
            self.press(button)

    @rule(place=places)
    def mend(self, place: int) -> None:
        buttons = self.window.parts.notes.findChildren(QPushButton, "fix_button")
        if buttons:
            self.press(buttons[place % len(buttons)])

    @rule(field=st.sampled_from([*METAPARAMETERS, "count", ""]), text=texts)
    def fill_in_a_line(self, field: str, text: str) -> None:
        """A metaparameter's where these are in sight, else the input's."""
        if field == "count" and len(text) > 2:
            return
        lines = self.shown(QLineEdit, f"box_{field}") or self.window.parts.toolbar.findChildren(QLineEdit)
        with self.at_most_one_step():
            lines[0].setFocus()
            lines[0].selectAll()
            lines[0].insert(text)
            press(self.window, Qt.Key.Key_Return)

    @rule(place=places, double=st.booleans())
    def click_the_canvas(self, place: int, double: bool) -> None:
        at = click_box(self.window, self.box(place))
        if double:
            QTest.mouseDClick(self.window.parts.graph.viewport(), LEFT, pos=at)

    @rule(key=st.sampled_from(CANVAS_KEYS), shift=st.booleans())
    def press_on_the_canvas(self, key: str, shift: bool) -> None:
        with self.at_most_one_step():
            self.window.parts.graph.setFocus()
            keys(self.window, "Shift+" * shift + key)

    @rule(place=places)
    def choose_a_part(self, place: int) -> None:
        self.window.parts.find().chosen.emit(self.box(place))

    @rule(text=st.sampled_from(["fire", "conv", "pool", "exp", "3x3", "zzz", ""]), steps=st.integers(0, 3))
    def find(self, text: str, steps: int) -> None:
        self.do("find")
        line = child(self.window, QLineEdit, "find_text")
        line.clear()
        QTest.keyClicks(line, text)
        for _ in range(steps):
            QTest.keyClick(line, Qt.Key.Key_Return)
        QTest.keyClick(line, Qt.Key.Key_Escape)

    @rule(size=st.sampled_from([(1440, 900), (1024, 700), (700, 480), (1900, 1000)]))
    def resize(self, size: tuple[int, int]) -> None:
        self.window.resize(QSize(*size))

    @rule(place=places)
    def switch_panels(self, place: int) -> None:
        tabs = child(self.window, QTabWidget, "lower_tabs")
        tabs.setCurrentIndex(place % tabs.count())

    # Back and forth, files, and the baseline

    @rule(place=places)
    def choose_from_history(self, place: int) -> None:
        """Bring the steps to the front, which takes what is half typed first, and choose one."""
        self.do("history")
        view = self.window.parts.panels.panel("history")
        assert isinstance(view, QUndoView)
        index = view.model().index(place % view.model().rowCount(), 0)
        view.setCurrentIndex(index)

    @rule(suffix=st.sampled_from(["toml", "csv", "md"]), again=st.booleans())
    def save(self, suffix: str, again: bool) -> None:
        if not again:
            type(self).file = f"table.{suffix}"
        self.window.parts.commands["save" if again else "save_as"].trigger()
        settle_saves(self.window)

    @rule(name=st.sampled_from(["pin", "unpin"]))
    def pin_or_unpin(self, name: str) -> None:
        self.window.parts.commands[name].trigger()
        self._pinned = self.table if name == "pin" else None

    @rule(name=st.sampled_from(preset_ids()))
    def compare_with(self, name: str) -> None:
        with self.bot.waitSignal(self.window.parts.compares.pinned):
            self.window.parts.compares.compare_with(name)
        self._pinned = load_preset(name)

    @rule(name=st.sampled_from(preset_ids()))
    def open_preset(self, name: str) -> None:
        with self.bot.waitSignal(self.window.parts.files.opened):
            self.window.parts.files.open(name)

    # What must hold after each of them

    @invariant()
    def the_window_is_true(self) -> None:
        self.nothing_went_wrong()
        self.the_table_shows_the_network()
        self.totals_are_the_networks()
        self.the_diagram_has_every_row_that_is_reached()
        self.one_thing_is_selected_everywhere()
        self.what_differs_from_the_baseline_is_shown()
        self.saved_means_that_the_disk_has_it()
        self.the_table_is_what_the_undo_stack_says()

    def nothing_went_wrong(self) -> None:
        self.settle()
        said = self.wrong.copy()
        self.wrong.clear()
        assert not said, "\n".join(said)

    def the_table_shows_the_network(self) -> None:
        network, model = self.window.document.network, self.window.parts.model
        assert model.rowCount() == len(network.table.layers) + 2
        for row in range(INPUT_ROW, len(network.table.layers)):
            shown = [model.index(model.row_of(row), place).data() for place in range(len(COLUMNS))]
            assert shown == [plain(cells.text(network, row, column)) for column in COLUMNS]
        assert model.index(model.rowCount() - 1, COLUMNS.index(cells.Column.PARAMETERS)).data() == (
            f"{network.parameters.value:,}"
        )

    def totals_are_the_networks(self) -> None:
        network = self.window.document.network
        said = child(self.window, QLabel, "totals_label").text()
        count = network.parameters.value
        assert f"depth {network.depth.value} · {count:,} parameter{'' if count == 1 else 's'}" in said
        assert said.startswith("as far as it runs: ") is not network.runs
        if self.window.parts.panels.front == "metaparameters":
            said = child(self.window, QLabel, "metaparameters_totals").text()
            assert readable_bytes(4 * network.parameters.value) in said

    def the_diagram_has_every_row_that_is_reached(self) -> None:
        network, diagram = self.window.document.network, self.window.parts.graph.diagram
        reached = [module.key for module in diagram.modules if module.role is not Role.PROBLEM]
        assert reached == [INPUT_KEY, *(Key(layer.name) for layer in network.layers)]
        assert len(diagram.modules) - len(reached) == len(network.problems)

    def one_thing_is_selected_everywhere(self) -> None:
        window, network = self.window, self.window.document.network
        row, key = window.session.selection.layer_row(), window.parts.graph.selected
        cell = window.session.selection.cell()
        view = table(window)
        assert view.currentIndex().row() == (view.model().rowCount() - 1 if row is None else row + 1)
        names = [layer.name for layer in network.table.layers]
        edge = window.session.selection.edge()
        if edge is not None:
            assert key is None and window.parts.graph.selected_edge == edge
            assert window.parts.explaining.editor.isHidden()
            return
        if row is None:
            assert key is None
            expected = explain_total(network, cell) if cell else explain_network(network)
        elif row == INPUT_ROW:
            assert key == INPUT_KEY
            expected = explain_input(network)
        else:
            drawn = {module.key.layer for module in window.parts.graph.diagram.modules if module.key != INPUT_KEY}
            assert (key.layer if key else None) == (names[row] if names[row] in drawn else None)
            if key and key.part:
                expected = explain_operation(network, row, key.part)
            else:
                expected = explain_cell(network, row, cell) if cell else explain_layer(network, row)
            if (weights := window.document.weights) is not None and weights.stored:
                expected = with_weights(expected, network, row, key.part if key else "", cell, weights)
        panel = ExplainPanel(window.parts.theming.style)
        panel.show_explanation(expected)
        assert window.parts.explaining.panel.text() == panel.text()
        assert window.parts.explaining.editor.isHidden() is not (
            row is not None and row >= 0 and isinstance(network.table.layers[row], Fire | Conv | MaxPool | AvgPool)
        )
        panel.deleteLater()

    def what_differs_from_the_baseline_is_shown(self) -> None:
        window, model = self.window, self.window.parts.model
        if self._pinned is None:
            assert window.session.baseline.difference is None
            assert window.parts.control.appearance.marks is None
            return
        found = difference(resolve(self._pinned), window.document.network)
        assert window.session.baseline.difference == found
        assert window.parts.control.appearance.marks == marks_of(found)
        for row, told in enumerate(found.rows):
            for place, column in enumerate(COLUMNS[1:], 1):
                note = model.cell(model.index(model.row_of(row), place)).note
                assert note == (told.cells[column].text if told and column in told.cells else "")

    def saved_means_that_the_disk_has_it(self) -> None:
        document = self.window.document
        assert document.modified is not (self._clean == document.stack.index())
        assert self.window.isWindowModified() is document.modified
        if not document.modified and document.path is not None:
            kept = registry.format_of(document.path)
            assert kept is not None
            assert document.path.read_bytes().decode() == registry.to_text(self.table, kept.id)
            assert bytes_of(self.table) == self._saved

    def the_table_is_what_the_undo_stack_says(self) -> None:
        stack = self.window.document.stack
        assert len(self._bytes) == stack.count() + 1
        assert bytes_of(self.table) == self._bytes[stack.index()]

    def teardown(self) -> None:
        window, stack = self.window, self.window.document.stack
        try:
            self.put_typing_away()
            while stack.canUndo():
                window.parts.commands["undo"].trigger()
                self.the_table_is_what_the_undo_stack_says()
            while stack.canRedo():
                window.parts.commands["redo"].trigger()
                self.the_table_is_what_the_undo_stack_says()
            self.the_window_is_true()
        finally:
            for link in self._links:
                QObject.disconnect(link)

    # What the machine itself needs

    @property
    def table(self) -> LayerTable:
        return self.window.document.table

    def settle(self) -> None:
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @contextmanager
    def at_most_one_step(self) -> Iterator[None]:
        """The gesture within is one undo step, or none; what was half typed before is taken first."""
        half_typed = self.editor() is not None
        stack = self.window.document.stack
        before = stack.index()
        yield
        assert stack.index() - before <= 1 + half_typed

    def do(self, name: str) -> None:
        with self.at_most_one_step():
            self.window.parts.commands[name].trigger()

    def press(self, button: QPushButton) -> None:
        with self.at_most_one_step():
            QTest.mouseClick(button, LEFT)

    def click(self, row: int, column: int, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        view = table(self.window)
        index = view.model().index(row % view.model().rowCount(), column % view.model().columnCount())
        view.scrollTo(index)
        QTest.mouseClick(view.viewport(), LEFT, modifier, view.visualRect(index).center())

    def editor(self) -> CellEditor | None:
        editors = [each for each in table(self.window).findChildren(CellEditor) if each.isVisible()]
        return editors[0] if editors else None

    def shown(self, kind: type[Child], name: str) -> list[Child]:
        """The part of that name, if a person sees it."""
        found = self.window.findChildren(kind, name)
        return [each for each in found if isinstance(each, QWidget) and each.isVisible()]

    def put_typing_away(self) -> None:
        editor = self.editor()
        if editor is not None:
            QTest.keyClick(editor, Qt.Key.Key_Escape)

    def box(self, place: int) -> Key:
        boxes = [
            key
            for module in self.window.parts.graph.diagram.modules
            if module.role is not Role.PROBLEM
            for key in (module.key, *(box.key for box in module.boxes))
        ]
        return boxes[place % len(boxes)]

    def _started(self) -> None:
        self._bytes = [bytes_of(self.table)]
        self._clean, self._saved, self._place = 0, None, 0

    def _revisiting(self, before: LayerTable, after: LayerTable) -> None:
        self._revisited = True

    def _moved(self, index: int) -> None:
        now = bytes_of(self.table)
        if self._revisited:
            assert now == self._bytes[index]
        else:
            given_up = index < self._place  # a drag came back to where it began
            if self._clean is not None and (self._clean > index or (self._clean == index and not given_up)):
                self._clean = None
            self._bytes = [*self._bytes[:index], now]
        self._revisited, self._place = False, index

    def _written(self, said: str) -> None:
        if said.startswith("Saved as"):
            self._clean, self._saved = self.window.document.stack.index(), bytes_of(self.table)


@pytest.mark.parametrize(
    ("runs", "steps"),
    [
        pytest.param(16, 20, id="a few"),
        pytest.param(500, 50, id="many", marks=[pytest.mark.full, pytest.mark.timeout(5400)]),
    ],
)
def test_any_gestures_leave_the_window_true_and_are_undone_to_the_first_bytes(
    open_on: OpenWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: int, steps: int
) -> None:
    class Machine(WindowMachine):
        window, bot = open_on("table1"), qtbot

    Machine.columns = Machine.window.parts.table.columns.state()
    monkeypatch.setattr(QMessageBox, "exec", lambda self: QMessageBox.StandardButton.Discard)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / Machine.file), ""))
    with watched() as Machine.wrong:
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
