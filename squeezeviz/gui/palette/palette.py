"""The command palette: a line to type into, and below it the commands, presets and layers that fit."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QWidget

from squeezeviz.gui.palette.entries import MOST_SHOWN, Entry, Hits, Offer
from squeezeviz.gui.palette.lines import EntryDelegate
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label, set_property
from squeezeviz.gui.widgets.layouts import in_column
from squeezeviz.gui.widgets.style import Style

Index = QModelIndex | QPersistentModelIndex

_ENTRY = Qt.ItemDataRole.UserRole
_ROOM = 24
"""Pixels to the edges of the window."""
_WIDTH_EM, _LINES = 44, 13
_LONGEST_TYPED = 200


@guarded
class _Shown(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hits = Hits((), 0)

    def show_hits(self, hits: Hits) -> None:
        self.beginResetModel()
        self.hits = hits
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.hits.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry, roles = self.hits.shown[index.row()], Qt.ItemDataRole
        said: dict[int, object] = {
            roles.DisplayRole: entry.title, roles.AccessibleTextRole: entry.sentence, _ENTRY: entry
        }  # fmt: skip
        return said.get(role)


@guarded
class CommandPalette(QFrame):
    """Opens over the upper part of a window, and goes with Esc, with a click beside it, or with what was chosen."""

    chosen = Signal(object)
    """The `Entry` that should be carried out; the palette is closed by then."""

    def __init__(self, window: QWidget, style: Style) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._window = window
        self._offer = Offer(())
        self.setObjectName("command_palette")
        self.setAccessibleName("Command palette")
        self.setWindowTitle("Command palette")
        self._line = self._make_line()
        self._shown = _Shown(self)
        self._list = self._make_list(style)
        self._said = label(tone="quiet", name="palette_said")
        in_column(self._line, self._list, self._said, spacing=6, margins=(8, 8, 8, 6), of=self)

    def set_style(self, style: Style) -> None:
        self._delegate.set_style(style)

    def open(self, offer: Offer) -> None:
        """Appear with nothing typed, and take the keyboard."""
        self._offer = offer
        self._line.clear()
        self._search()
        self._place()
        self.show()
        self._line.setFocus(Qt.FocusReason.PopupFocusReason)

    def _search(self) -> None:
        hits = self._offer.find(self._line.text())
        self._shown.show_hits(hits)
        self._go_to(0)
        if hits.total > MOST_SHOWN:
            said = f"The first {len(hits.shown)} of {hits.total:,}: type to narrow them down"
        else:
            said = f"{hits.total:,} found" if hits.total else "Nothing fits what is typed"
        self._say(said, wrong=not hits.total)

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        self._said.setText(sentence)
        self._said.setAccessibleName(sentence)
        set_property(self._said, "tone", "differs" if wrong else "quiet")

    def _go_to(self, row: int) -> None:
        index = self._shown.index(row)
        self._list.setCurrentIndex(index)
        self._line.setAccessibleDescription(self._shown.hits.shown[row].sentence if index.isValid() else "")

    def _step(self, key: Qt.Key) -> None:
        """Go through the list; from its ends Up and Down go on at the other one."""
        count, at = len(self._shown.hits.shown), self._list.currentIndex().row()
        page = max(1, self._list.viewport().height() // max(1, self._list.sizeHintForRow(0)) - 1)
        keys = Qt.Key
        to = {
            keys.Key_Up: (at - 1) % count if count else 0,
            keys.Key_Down: (at + 1) % count if count else 0,
            keys.Key_PageUp: max(0, at - page),
            keys.Key_PageDown: min(count - 1, at + page),
            keys.Key_Home: 0,
            keys.Key_End: count - 1,
        }
        if count:
            self._go_to(to[key])

    def _choose(self, index: QModelIndex) -> None:
        """Carry a line out, or say why that cannot be done."""
        if not index.isValid():
            return
        entry: Entry = index.data(_ENTRY)
        if not entry.enabled:
            why = entry.why_not or "the command cannot be given"
            self._say(f"Not now: {why}.", wrong=True)
            return
        self.hide()
        self.chosen.emit(entry)

    def _make_line(self) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName("palette_text")
        line.setAccessibleName("Find a command, a preset or a layer")
        line.setPlaceholderText("A command, a preset or a layer: export, dark, table1, fire5 …")
        line.setMaxLength(_LONGEST_TYPED)
        line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        line.textChanged.connect(self._search)
        line.installEventFilter(self)
        return line

    def _make_list(self, style: Style) -> QListView:
        view = QListView()
        view.setObjectName("palette_list")
        view.setAccessibleName("What fits")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._delegate = EntryDelegate(style, lambda index: index.data(_ENTRY), view)
        view.setItemDelegate(self._delegate)
        view.setModel(self._shown)
        view.clicked.connect(self._choose)
        return view

    def _place(self) -> None:
        """Lie in the middle of the window's upper part, no larger than it is."""
        room, em = self._window.size(), self.fontMetrics().height()
        width = min(_WIDTH_EM * em, room.width() - 2 * _ROOM)
        lines = _LINES * self._list.sizeHintForRow(0) + 2
        self._list.setFixedHeight(max(1, min(lines, room.height() - 2 * _ROOM - 6 * em)))
        self.setFixedWidth(width)
        self.adjustSize()
        self.move(self._window.mapToGlobal(QPoint((room.width() - width) // 2, 2 * _ROOM)))

    # What Qt calls

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys that go through the list come from the line, which keeps the keyboard."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        keys = Qt.Key
        match key := Qt.Key(event.key()):
            case keys.Key_Up | keys.Key_Down | keys.Key_PageUp | keys.Key_PageDown | keys.Key_Home | keys.Key_End:
                self._step(key)
            case keys.Key_Return | keys.Key_Enter:
                self._choose(self._list.currentIndex())
            case keys.Key_Escape:
                self.hide()
            case keys.Key_Tab | keys.Key_Backtab:
                pass  # there is nothing else to go to
            case _:
                return False
        return True
