"""What if they were chained? The same Fire module with its 1×1 and 3×3 in sequence, measured beside the real one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QProgressBar, QWidget

from squeezeviz.analysis.arithmetic import EXACT
from squeezeviz.analysis.live import LivePass, disagreements
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.explain.what_if import (
    Comparison,
    WhatIf,
    comparisons,
    conclusion,
    measured,
    predicted,
    remarks,
    what_if,
)
from squeezeviz.figure.drawing.story_figures import Side, Words, draw_sides
from squeezeviz.figure.scene.diagram import Badge, Key
from squeezeviz.figure.writers.drawn import DrawnPicture
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.answer import LiveAnswer
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import Conditions, LiveControl
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.story.figures import FigurePair, FiguresTable, chained, rows_of, side_by_side
from squeezeviz.gui.widgets.buttons import push_button
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label, show_text
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import brief
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import title_text
from squeezeviz.trace.protocol import Cancelled, Done, Failed, Progress, Run

FOLLOW_MS = 40
"""How soon an edit is shown. Ticks of a drag in between are skipped."""
MEASURE_MS = 160
"""How long the module must stay unchanged before it is measured again, so that the open table's own pass goes first."""
_WAITING = "Predicted. The live pass begins when the worker is free…"
_ASKED = "What if the two expands of a Fire module were chained?"
_WIDE, _NARROW, _HIGH, _LOW = 980, 700, 740, 620


@guarded
class WhatIfDialog(QDialog):
    """Shows a Fire of the open table, and follows the selection to another one. The window stays usable."""

    export_wanted = Signal()
    """What is shown should be exported."""
    copy_wanted = Signal()

    def __init__(
        self,
        document: Document,
        client: LiveClient,
        live: LiveControl,
        selection: Selection,
        style: Style,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._live, self._selection = document, live, selection
        self._name = ""
        self._row = -1
        self._chosen = (-1, "")
        self._case: WhatIf | None = None
        self._conditions = live.conditions
        self._passes: dict[str, LivePass] = {}
        self._queue = WhatIfPasses(client, self)
        self._make()
        self.set_style(style)
        self._soon = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._soon.timeout.connect(self._follow)
        self._settled = QTimer(self, singleShot=True, interval=MEASURE_MS)
        self._settled.timeout.connect(self.measure)
        self._queue.measured.connect(self._take)
        self._queue.failed.connect(lambda reason: self._say(f"Not measured: {reason}", "differs"))
        self._queue.progressed.connect(self._show_progress)
        self._queue.advanced.connect(self._show_state)

    def show_fire(self, name: str) -> None:
        """Open on the Fire of that name, or on the first one if no Fire has that name."""
        fires = [layer.name for layer in self._document.table.layers if isinstance(layer, Fire)]
        self._name = name if name in fires else next(iter(fires), "")
        self._case, self._chosen = None, self._in_window()
        self._follow()
        self.measure()
        if not self.isVisible():
            self._place()
        self.show()
        self.raise_()
        self.activateWindow()
        (self._again if self._again.isEnabled() else self._close).setFocus()

    def set_style(self, style: Style) -> None:
        self._theme = style.theme
        self._figures.set_theme(style.theme)

    def picture(self) -> DrawnPicture | None:
        """Return what is shown as a picture; None before there is something."""
        case = self._case
        if case is None:
            return None
        title, conclusion = self._title.text(), self._conclusion.text()
        both = zip(self._headings(), (side_by_side(case), chained(case)), _sides(case), strict=True)
        sides = [Side(heading, diagram, self._badges(network)) for heading, diagram, network in both]
        rows, notes = rows_of(self._comparisons(case)), remarks(case)
        words = Words(title, (conclusion,))
        return DrawnPicture(
            f"{case.fire.name} chained",
            f"what if {brief(case.fire.name)} were chained",
            title,
            self._theme,
            lambda options: draw_sides(words, sides, rows, notes, options.theme),
        )

    def measure(self) -> None:
        """Run both, one after the other, as the window runs a pass."""
        self._settled.stop()
        if self._case is None:
            return
        self._conditions = self._live.conditions
        self._passes = {}
        tables = tuple(each.table for each in (self._case.real, self._case.chained) if each.runs)
        # Twice each: the first pass over a module finds cold caches, and would tell of them instead of the module.
        self._queue.measure(tuple(table for table in tables for _ in range(2)), self._conditions)
        self._show()
        self._show_state()

    def reject(self) -> None:
        """On Esc, cancel the passes that run. If none runs, close."""
        if self._queue.busy:
            self._queue.cancel()
            self._say("Cancelled. What has no ✓ is predicted.")
        else:
            super().reject()

    def done(self, result: int) -> None:
        try:
            self._soon.stop()
            self._settled.stop()
            self._queue.cancel()
        finally:
            super().done(result)

    def _make(self) -> None:
        self.setObjectName("what_if_dialog")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._title, self._remarks = (label(tone=tone, wraps=True, selectable=True) for tone in ("title", "quiet"))
        self._conclusion = label(tone="heading", name="what_if_conclusion", wraps=True, selectable=True)
        self._figures = FigurePair(("The module as it is", "Its convolutions chained"))
        self._table = FiguresTable()
        self._status = label(name="what_if_status", wraps=True)
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Progress of the live pass")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(100)
        self._bar.hide()
        self._again = push_button("&Measure Again", "", self.measure)
        self._export = push_button("&Export…", "what_if_export", self.export_wanted.emit)
        self._copy = push_button("C&opy", "what_if_copy", self.copy_wanted.emit)
        self._close = push_button("&Close", "", lambda: self.done(0))
        for button in (self._again, self._export, self._copy, self._close):
            button.setAutoDefault(False)
        in_column(
            self._title, self._conclusion, (self._figures, 1), self._table, self._remarks,
            in_row((self._status, 1), self._bar, self._export, self._copy, self._again, self._close),
            spacing=8, margins=(14, 12, 14, 12), of=self,
        )  # fmt: skip
        self.setMinimumSize(520, 460)

    def _place(self) -> None:
        """Cover the table and the diagram, but not the explanation with its sliders."""
        window = self.parentWidget()
        if window is None:
            self.resize(_WIDE, _HIGH)
            return
        inside = QRect(window.mapToGlobal(QPoint(0, 0)), window.size())
        wide = inside.width() >= _WIDE + 360
        self.resize(_WIDE if wide else _NARROW, min(_HIGH if wide else _LOW, inside.height() - 40))
        right = inside.right() - (360 if wide else 12)
        self.move(max(inside.left(), right - self.width()), inside.top() + 28)

    def follow(self, _: object = None) -> None:
        """The table changed, or what is measured of it."""
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def follow_selection(self) -> None:
        """Where another Fire was selected in the window, look at that one."""
        before, self._chosen = self._chosen, self._in_window()
        # An edit may move or rename the selected row. A row with both changed is another one.
        another = all(old != new for old, new in zip(before, self._chosen, strict=True))
        row, layers = self._chosen[0], self._document.table.layers
        if self.isVisible() and another and row >= 0 and isinstance(layers[row], Fire):
            self._row, self._name = self._chosen
            self.follow()

    def _in_window(self) -> tuple[int, str]:
        """Return the row and the name of the layer selected in the window; -1 and an empty name if none is."""
        row = self._selection.layer_row()
        return (row, self._document.table.layers[row].name) if row is not None and row >= 0 else (-1, "")

    def _follow(self) -> None:
        """Show the module as it is now, and measure it once it has not changed for a while."""
        network = self._document.network
        self._row = _row_of(network, self._name, self._row)
        case = what_if(network, self._row) if self._row >= 0 else None
        conditions = self._live.conditions
        if self._case is not None and case == self._case and self._conditions == conditions:
            return
        self._conditions = conditions
        self._case, self._passes = case, {}
        self._queue.cancel()
        self._show_that(case is not None)
        if case is None:
            self._say(_lacking(network, self._name, self._row), "differs")
            return
        self._name = case.fire.name
        self._show()
        if self.isVisible():
            self._settled.start()
            self._say(_WAITING)

    def _take(self, table: LayerTable, live: LivePass) -> None:
        if self._case is not None and table in (self._case.real.table, self._case.chained.table):
            self._passes[table.name] = live
            self._show()

    def _show(self) -> None:
        case = self._case
        assert case is not None
        name = brief(case.fire.name)
        self.setWindowTitle(title_text(f"What if {name} were chained?"))
        self._title.setText(f"What if the two expands of {name} were chained?")
        self._figures.show_headings(*self._headings())
        self._figures.show_diagrams((side_by_side(case), chained(case)), tuple(map(self._badges, _sides(case))))
        self._table.show_comparisons(self._comparisons(case))
        self._conclusion.setText(_concluded(case, self._both(case)))
        self._remarks.setText("\n".join(remarks(case)))
        self._remarks.setVisible(bool(self._remarks.text()))

    def _show_that(self, there: bool) -> None:
        """Show what there is of a module only where there is one: earlier numbers would be of no open table."""
        for part in (self._conclusion, self._figures, self._table):
            part.setVisible(there)
        for button in (self._export, self._copy, self._again):
            button.setEnabled(there)
        if not there:
            self.setWindowTitle(_ASKED)
            self._title.setText(_ASKED)
            self._remarks.hide()

    def _headings(self) -> tuple[str, str]:
        return f"{brief(self._name)} as it is: side by side", "Chained: the 3×3 after the 1×1"

    def _both(self, case: WhatIf) -> tuple[LivePass | None, LivePass | None]:
        """Return the passes of the module and of the chain, as far as they are here."""
        return self._passes.get(case.real.table.name), self._passes.get(case.chained.table.name)

    def _comparisons(self, case: WhatIf) -> tuple[Comparison, ...]:
        return comparisons(case, *self._both(case), self._conditions.batch)

    def _badges(self, network: ResolvedNetwork) -> Mapping[Key, Badge]:
        live = self._passes.get(network.table.name)
        return LiveAnswer.of(network, live).badges if live else {}

    def _show_state(self) -> None:
        """Say which pass runs, or that both are finished."""
        case = self._case
        if case is None:
            return
        if self._queue.busy:
            which = {case.real.table: "as it is", case.chained.table: "chained"}
            running = self._queue.current
            self._say(f"Live pass of the module {which[running]}… (Esc cancels)" if running else _WAITING)
        elif all(side.table.name in self._passes for side in _sides(case) if side.runs) and self._passes:
            self._say(*_found([(side, self._passes.get(side.table.name)) for side in _sides(case)]))

    def _say(self, text: str, tone: str = "quiet") -> None:
        show_text(self._status, text, tone)
        self._bar.hide()

    def _show_progress(self, progress: Progress) -> None:
        self._bar.setMaximum(progress.total)
        self._bar.setValue(progress.done)
        self._bar.show()


def _found(sides: Sequence[tuple[ResolvedNetwork, LivePass | None]]) -> tuple[str, str]:
    """Return what the passes found, with its tone. A side without a pass could not run."""
    passes = [(network, live) for network, live in sides if live is not None]
    wrong = [each for network, live in passes for each in disagreements(network, live)]
    device = passes[0][1].device
    if wrong:
        return f"≠ {len(wrong)} measured differently than predicted; {wrong[0]}", "differs"
    if device.id == "meta":
        return "✓ shapes and counts as predicted; this device does no arithmetic", "measured"
    both = "both measured by a live pass" if len(passes) == len(sides) else "measured by a live pass"
    arithmetic = passes[0][1].arithmetic
    computed = "" if arithmetic == EXACT else f" in {arithmetic}"
    return f"✓ {both} on {device.name}{computed}, as predicted", "measured"


def _sides(case: WhatIf) -> tuple[ResolvedNetwork, ResolvedNetwork]:
    return case.real, case.chained


def _concluded(case: WhatIf, passes: tuple[LivePass | None, ...]) -> str:
    """Return the conclusion, from measured numbers as far as there are any."""
    outcomes = []
    for network, live in zip(_sides(case), passes, strict=True):
        outcome = measured(live) if live else predicted(network)
        if outcome is None:
            return f"{network.table.name.capitalize()}, it cannot run: {network.problems[0].reason}"
        outcomes.append(outcome)
    return conclusion(case, *outcomes)


def _row_of(network: ResolvedNetwork, name: str, row: int) -> int:
    """Return the row of the Fire named `name`. If it was renamed, return the Fire at `row`; −1 if there is none."""
    layers = network.table.layers
    named = next((place for place, layer in enumerate(layers) if layer.name == name), None)
    if named is not None:
        return named if isinstance(layers[named], Fire) else -1
    return row if 0 <= row < len(layers) and isinstance(layers[row], Fire) else -1


def _lacking(network: ResolvedNetwork, name: str, row: int) -> str:
    """Return why no Fire can be shown, and what to do. `row` is where the one named `name` stands, −1 if nowhere."""
    if row >= 0:
        ends = len(network.layers)
        problem = next((each for each in network.problems if each.row == ends), network.problems[0])
        return f"No data reaches {brief(name)}. Mend this first: {problem}."
    others = any(isinstance(layer, Fire) for layer in network.table.layers)
    gone = ""
    if name:
        still = any(layer.name == name for layer in network.table.layers)
        gone = f"{brief(name)} is {'no Fire module' if still else 'not in the table'} any more. "
    if others:
        return f"{gone}Select another Fire module."
    return f"{gone}The table has no Fire module. Insert one with Insert > Fire Module, and select it."


class WhatIfPasses(QObject):
    """Measures tables in order, beside the open one, when the worker has nothing else to do.

    A pass of the open table interrupts one of these, which then runs again. The revisions are negative, so that no
    answer is mistaken for one of the open table.
    """

    measured = Signal(object, object)
    """The LayerTable, and its LivePass."""
    failed = Signal(str)
    """Why a pass failed, in a sentence. The waiting passes are cancelled too."""
    progressed = Signal(object)
    """The Progress of the running pass."""
    advanced = Signal()
    """Another pass has begun, or none is left."""

    def __init__(self, client: LiveClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._waiting: list[LayerTable] = []
        self._conditions: Conditions | None = None
        self._asked: Run | None = None
        self._revision = 0
        # Others who hear that the worker is idle come first.
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._next)
        client.phase_changed.connect(lambda _: self._turn.start())
        client.answered.connect(self._answered)

    @property
    def busy(self) -> bool:
        return bool(self._waiting)

    @property
    def current(self) -> LayerTable | None:
        """Return the table that the worker runs now, or None if it runs none of these."""
        return self._waiting[0] if self._waiting and self._asked is self._client.running is not None else None

    def measure(self, tables: tuple[LayerTable, ...], conditions: Conditions) -> None:
        self._stop()
        self._waiting, self._conditions = list(tables), conditions
        self._turn.start()

    def cancel(self) -> None:
        self._stop()
        self._waiting = []
        self.advanced.emit()

    def _stop(self) -> None:
        if self._asked is not None and self._client.running is self._asked:
            self._client.cancel()
        self._asked = None

    def _next(self) -> None:
        if self._waiting and self._conditions and self._client.running is None:
            self._revision -= 1
            device, batch, arithmetic, _ = self._conditions
            self._asked = Run(self._revision, self._waiting[0], device, batch, arithmetic=arithmetic)
            self._client.run(self._asked)
            self.advanced.emit()

    def _answered(self, request: Run, answer: object) -> None:
        if request is not self._asked:
            return
        match answer:
            case Progress():
                self.progressed.emit(answer)
            case Done():
                table = self._waiting.pop(0)
                self._asked = None
                self.measured.emit(table, answer.pass_)
                self.advanced.emit()
                self._turn.start()
            case Failed(_, reason):
                self._asked, self._waiting = None, []
                self.failed.emit(reason)
            case Cancelled():
                self.cancel()
