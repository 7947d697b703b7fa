"""The window of a presentation, which keys, mouse and wheel lead through the network."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from squeezeviz.analysis.columns import INPUT_ROW
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.explain.explanation import Explanation
from squeezeviz.figure.drawing.draw import NO_BADGES
from squeezeviz.figure.layout.wrapping import Gap, wrap
from squeezeviz.figure.scene.diagram import Rect, Size
from squeezeviz.figure.scene.primitives import Group, Text
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.painter import fill, paint_ground, record, saved
from squeezeviz.gui.canvas.camera import Camera, whole_zoom
from squeezeviz.gui.canvas.control import AT_ONCE, DiagramControl
from squeezeviz.gui.canvas.drawing import Drawing, Specks, paint_specks
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.sliding import Scene, Slide
from squeezeviz.gui.canvas.words import LEAST
from squeezeviz.gui.document import Document
from squeezeviz.gui.explain.placing import Faces, Page, plain_text
from squeezeviz.gui.present import slide
from squeezeviz.gui.present.slide import LEAST_FACE, LETTERS, PAGE, TEXT_SCALE, Figure, Rooms, Steps
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.records import NamedTuple

HINT = "→ ← steps · Esc leaves"
HINT_MS = 4000
"""How long the hint and the pointer are seen after the start and after each move of the mouse."""
_NOTCH = 120
"""What a wheel event reports for one notch (Qt's QWheelEvent.angleDelta)."""
_KEYS = Qt.Key
_FORWARD = (_KEYS.Key_Right, _KEYS.Key_Down, _KEYS.Key_Space, _KEYS.Key_PageDown, _KEYS.Key_Return, _KEYS.Key_Enter)
_BACK = (_KEYS.Key_Left, _KEYS.Key_Up, _KEYS.Key_PageUp, _KEYS.Key_Backspace)
_ENLARGED = LETTERS / LEAST
"""How much larger than on the canvas the whole network is painted, so that its smallest words are as all others."""
_COLUMNS = Gap(line=18.0, ruler=10.0, at=0.0, pixels=True)


class _Shown(NamedTuple):
    """All that is seen of a step, in units of a page of that size; the whole network as the canvas has it."""

    steps: Steps
    page: Size
    rooms: Rooms
    explanation: Explanation
    text: Page
    figure: Figure | Series


@guarded
class Presentation(QWidget):
    """Shows what is selected in large type, on all of the screen, and steps by selecting: so it is where the window is
    once it is left, and always shows the table as it is now."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        control: DiagramControl,
        explained: Callable[[], Explanation],
        style: Style,
        window: QWidget,
    ) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self.setObjectName("presentation")
        self.setAccessibleName("Presentation")
        self.setWindowTitle("Presentation — squeezeviz")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._window = window
        self._document, self._selection, self._control = document, selection, control
        self._explained = explained
        self._still = Slide(self)
        self._drawing = Drawing()
        self._wheel = 0
        self._moved_from: QPointF | None = None
        self._shown: _Shown | None = None
        self._tiled: tuple[ResolvedNetwork, Size, Theme, Specks] | None = None
        """The tiles that were painted last, and what decided how."""
        self._hint = QTimer(self, singleShot=True)
        self._hint.timeout.connect(self._show_hint)
        self.set_style(style)
        selection.changed.connect(self.follow)

    def set_style(self, style: Style) -> None:
        self._style = style
        self._faces = Faces(self.font(), style, LEAST_FACE)
        self.follow()

    def present(self) -> None:
        """Begin at what is selected, at the input if nothing is; or leave, where it is shown already."""
        if self.isVisible():
            self.close()
            return
        if self._selection.layer_row() is None:
            self._selection.choose(INPUT_ROW)
        self.setGeometry(self._window.screen().geometry())  # without a window manager nobody else makes it so large
        self.showFullScreen()
        self.activateWindow()
        self.setFocus()

    def leave_with(self, *actions: QAction) -> None:
        """Have keys of the main window work here too."""
        self.addActions(actions)

    def follow(self) -> None:
        """Show what is selected now, as the table and the last pass have it."""
        if not self.isVisible() or not self._selection.settled:
            return
        network, look = self._document.network, self._control.appearance
        steps = Steps.of(network, self._selection.layer_row())
        explanation, page, row = self._explained(), self._page, steps.row(steps.at)
        figure: Figure | Series
        if row is None:
            rooms = Rooms.on(page, Rect(0, 0, 0, 0))
            figure = self._whole(rooms.figure)
        else:
            figure = slide.layer_figure(network, row, look.theme, look.badges, page)
            rooms = Rooms.on(page, figure.content)
        text = slide.text_page(explanation, self._faces, rooms.text)
        self._shown = _Shown(steps, page, rooms, explanation, text, figure)
        self.setAccessibleDescription(
            "\n".join(
                filter(None, (steps.place, plain_text(explanation.title, explanation.kind, explanation.sections)))
            )
        )
        self.update()

    @property
    def steps(self) -> Steps:
        """What there is to be shown, and what of it is."""
        return Steps.of(self._document.network, self._selection.layer_row())

    @property
    def _scale(self) -> float:
        """Pixels of a unit of the page."""
        return min(self.width() / PAGE.width, self.height() / PAGE.height)

    @property
    def _page(self) -> Size:
        return Size(self.width() / self._scale, self.height() / self._scale)

    def go(self, at: int) -> None:
        """Show another step, the nearest where there is none so far."""
        steps = self.steps
        if min(max(at, 0), steps.number - 1) != steps.at:
            self._selection.choose(steps.row(at))

    def _show_hint(self) -> None:
        """Show how to go on, and the pointer, for as long as the timer runs."""
        shown = self._hint.isActive()
        self.setCursor(Qt.CursorShape.ArrowCursor if shown else Qt.CursorShape.BlankCursor)
        self.update()

    def _wake(self) -> None:
        self._hint.start(HINT_MS)
        self._show_hint()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            theme = self._style.theme
            paint_ground(painter, event.rect(), QColor(theme.page))
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            shown = self._shown
            if shown is None:
                return
            painter.scale(self._scale, self._scale)
            rooms = shown.rooms
            record(slide.heading(shown.explanation, shown.steps, shown.page, theme)).play(painter)
            if isinstance(shown.figure, Figure):
                _paint_figure(painter, shown.figure, rooms.figure)
            else:
                self._paint_network(painter, shown.figure, rooms.figure)
            _paint_text(painter, shown.text, rooms.text)
            paint_specks(painter, self._tiles(shown))
            record(slide.marked(shown.steps, shown.page, theme)).play(painter)
            if self._hint.isActive():
                at = shown.page.width / 2, shown.page.height - 22
                record(Group(0, 0, (Text(*at, HINT, LETTERS, theme.quiet, False, "middle"),))).play(painter)

    def _tiles(self, shown: _Shown) -> Specks:
        """The tiles of all steps, which stay from one step to the next."""
        network, theme = shown.steps.network, self._style.theme
        before = self._tiled
        if before is None or before[0] is not network or before[1:3] != (shown.page, theme):
            placed = slide.tiles(shown.steps, shown.page, theme)
            specks = [(colour, [QRectF(*each) for each in places]) for colour, places in placed]
            self._tiled = network, shown.page, theme, specks
            return specks
        return before[3]

    def _whole(self, room: Rect) -> Series:
        """The network in columns, its Fires closed unless it is so long that laying it out anew would take a while."""
        network = self._document.network
        diagram = self._control.diagram if len(network.layers) > AT_ONCE else slide.closed_diagram(network)
        return Series(wrap(diagram, Size(room.width / _ENLARGED, room.height / _ENLARGED), _COLUMNS))

    def _paint_network(self, painter: QPainter, series: Series, room: Rect) -> None:
        """Paint all of a network as the canvas does from afar: its words can be read, or are left out."""
        window = Rect(0, 0, room.width / _ENLARGED, room.height / _ENLARGED)
        camera = Camera(whole_zoom(series.content, window)).placed(series.content.middle, window.middle)
        look = self._control.appearance._replace(badges=NO_BADGES, marks=None, activations=None)
        with saved(painter):
            painter.translate(room.x, room.y)
            painter.scale(_ENLARGED, _ENLARGED)
            self._drawing.paint(painter, Scene(series, camera, self._still), look, window)

    # What Qt calls

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.follow()
        self._wake()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._hint.stop()
        event.accept()
        self._window.activateWindow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.follow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        back = key is Qt.Key.Key_Space and bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key is Qt.Key.Key_Escape:
            self.close()
        elif key in _BACK or back:
            self.go(self.steps.at - 1)
        elif key in _FORWARD:
            self.go(self.steps.at + 1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go(0 if key is Qt.Key.Key_Home else self.steps.number - 1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point, steps = event.position() / self._scale, self.steps
        tile = slide.step_at(point.x(), point.y(), steps.number, self._page)
        if event.button() is Qt.MouseButton.LeftButton:
            self.go(steps.at + 1 if tile is None else tile)
        elif event.button() in (Qt.MouseButton.RightButton, Qt.MouseButton.BackButton):
            self.go(steps.at - 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._moved_from is not None and self._moved_from != event.position():
            self._wake()
        self._moved_from = event.position()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / _NOTCH)
        self._wheel -= notches * _NOTCH
        if notches:
            self.go(self.steps.at - notches)
        event.accept()


def _paint_figure(painter: QPainter, figure: Figure, room: Rect) -> None:
    zoom, at = slide.fitted(figure.content, room)
    with saved(painter):
        painter.translate(*at)
        painter.scale(zoom, zoom)
        record(figure.drawn).play(painter)


def _paint_text(painter: QPainter, page: Page, room: Rect) -> None:
    with saved(painter):
        painter.translate(room.x, room.y)
        painter.scale(TEXT_SCALE, TEXT_SCALE)
        for bar in page.bars:
            fill(painter, bar.room, bar.colour)
        for piece in page.pieces:
            painter.setPen(piece.ink)
            piece.text.layout.draw(painter, piece.corner)
