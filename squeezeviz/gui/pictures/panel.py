"""The panel of the open pictures: what the network sees of one, how it is prepared, and what the network says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QWidget,
)

from squeezeviz.analysis.pictures.class_maps import ClassMap, Method, averaged_maps
from squeezeviz.analysis.pictures.classes import IMAGENET_CLASSES, ClassProbability, imagenet_names
from squeezeviz.analysis.pictures.preprocessing import Crop, PreprocessingHint
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.gui.live.answer import LiveAnswer
from squeezeviz.gui.pictures.class_box import ClassBox
from squeezeviz.gui.pictures.class_image import ClassImage, class_image
from squeezeviz.gui.pictures.open_pictures import OpenPicture, OpenPictures
from squeezeviz.gui.pictures.sought import SoughtClass
from squeezeviz.gui.pictures.view import ClassBars, PictureView
from squeezeviz.gui.widgets.background import Background
from squeezeviz.gui.widgets.buttons import push_button, tool_button
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import ElidedLabel, label, show_text
from squeezeviz.gui.widgets.layouts import in_column, in_row, message_page, page
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape
from squeezeviz.model.text import some

if TYPE_CHECKING:
    from squeezeviz.gui.pictures.enlarged import EnlargedPicture

_NOTHING_OPEN = (
    "The live pass runs on a ramp of grey. Open a picture, drop one on the window or paste one, and see what the "
    "network sees of it and which classes it tells."
)
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class _Overlay(NamedTuple):
    """What `class_image` takes."""

    image: QImage
    size: tuple[int, int]
    crop: Crop
    taken: InputShape
    found: ClassMap
    theme: Theme

    def is_same_as(self, other: _Overlay) -> bool:
        """Whether the very same comes of it: to compare the pixels of two images would take longer."""
        same = self.image is other.image and self.found is other.found and self.theme is other.theme
        return same and (self.size, self.crop, self.taken) == (other.size, other.crop, other.taken)


@guarded
class PicturePanel(QWidget):
    """One of the open pictures; the arrow keys go through them. The panel itself changes nothing else."""

    open_requested = Signal()
    example_requested = Signal()
    labels_requested = Signal()
    trained_requested = Signal()
    """The network with trained weights that is built in is wanted."""

    def __init__(self, pictures: OpenPictures, sought: SoughtClass, background: Background, style: Style) -> None:
        super().__init__()
        self.setObjectName("picture_panel")
        self.setAccessibleName("Picture")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pictures = pictures
        self._sought, self._background, self._style = sought, background, style
        self._view, self._bars, self._box = PictureView(style), ClassBars(style), ClassBox(style)
        self._top: tuple[ClassProbability, ...] = ()
        self._faded = False
        self._network: ResolvedNetwork | None = None
        self._wanted: _Overlay | None = None
        self._painted: tuple[_Overlay, ClassImage] | None = None
        """The picture with a map over it that was painted last."""
        self._large: EnlargedPicture | None = None
        self._connect()
        self._make_labels()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing_page())
        self._stack.addWidget(self._picture_page())

    def set_style(self, style: Style) -> None:
        self._view.set_style(style)
        self._bars.set_style(style)
        self._box.set_style(style)
        self._style = style
        if self._large is not None:
            self._large.set_style(style)
        self._show_map()

    def show_pictures(self, network: ResolvedNetwork, answer: LiveAnswer | None, *, trained: bool) -> None:
        """Show the picture that is looked at, and what a pass on the pictures as they are open has answered.

        `trained` is whether weights were opened with the network.
        """
        shown = self._pictures.picture
        self._stack.setCurrentIndex(0 if shown is None else 1)
        if shown is None:
            self._show_large()
            return
        self._network, hint = network, self._pictures.hint
        self._show_picture(shown, network, hint)
        problem = self._show_preprocessing(network, hint)
        self._show_classes(answer, problem, trained=trained)
        self._sought.follow(
            answer if self._top else None, self._pictures.current, tuple(each.number for each in self._top)
        )
        self._show_map()

    def _connect(self) -> None:
        self._view.enlarge_wanted.connect(self.enlarge)
        self._bars.chosen.connect(self._sought.choose)
        self._bars.walked.connect(self._walk)
        self._box.method_chosen.connect(self._sought.seek_by)
        self._sought.changed.connect(self._show_map)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = next((by for key, by in _KEYS.items() if event.key() == key), 0)
        if step:
            self._walk(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enlarge()
        else:
            super().keyPressEvent(event)

    # What it is made of

    def _make_labels(self) -> None:
        self._name, self._said_of = ElidedLabel("picture_name", "heading"), ElidedLabel("picture_source", "quiet")
        self._scale_name = ElidedLabel("class_scale", "quiet", small=True)
        self._scale_name.hide()
        self._size = label(tone="quiet", name="picture_size")
        self._steps = [self._step(text, title, by) for text, title, by in (("‹", "Previous", -1), ("›", "Next", 1))]
        self._prepared = label(name="picture_prepared", wraps=True, selectable=True)
        self._why = label(tone="quiet", name="picture_why", wraps=True, selectable=True)
        self._notes = label(tone="quiet", name="picture_notes", wraps=True, selectable=True)
        self._warning = label(tone="differs", name="picture_warning", wraps=True)
        self._trained = push_button("Open Trained v1.1", "picture_trained", self.trained_requested, small=True)
        self._trained.setToolTip(
            "Show this picture to the network that has trained weights; others: File > Trained Weights"
        )
        self._problem = label(name="picture_problem", wraps=True, selectable=True)

    def _step(self, text: str, title: str, by: int) -> QToolButton:
        purpose = f"{title} picture ({'Left' if by < 0 else 'Right'})"
        return tool_button(text, f"picture_{title.lower()}", purpose, partial(self._walk, by), small=True)

    def _walk(self, by: int) -> None:
        self._pictures.look_at(self._pictures.current + by)

    def _nothing_page(self) -> QWidget:
        said = label("No picture is open", "heading"), label(_NOTHING_OPEN, "quiet", "picture_nothing", wraps=True)
        asks = (
            push_button("Open Picture…", "picture_open", self.open_requested),
            push_button("Example Picture", "picture_example", self.example_requested),
        )
        return message_page(said, asks)

    def _picture_page(self) -> QWidget:
        made = QWidget()
        words = QScrollArea()
        words.setFrameShape(QFrame.Shape.NoFrame)
        words.setWidgetResizable(True)
        words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        words.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        words.setWidget(self._words())
        in_row(
            (in_column((self._view, 1), in_row(1, self._scale_name, self._box.legend, 1), spacing=4), 2),
            (words, 3),
            spacing=12,
            margins=(12, 10, 6, 6),
            of=made,
        )
        return made

    def _words(self) -> QWidget:
        head = in_row((self._name, 1), self._size, *self._steps, spacing=4)
        warned = in_row((self._warning, 1), (self._trained, 0, Qt.AlignmentFlag.AlignTop), spacing=8)
        said = in_row((self._said_of, 1), self._box.tools, spacing=8)
        seen = in_column(self._box.notice, self._bars, self._box, self._problem, spacing=4)
        prepared = in_column(self._prepared, self._why, self._notes, spacing=4)
        prepared.setContentsMargins(0, 4, 0, 0)
        foot = in_row(push_button("Names of Classes…", "picture_labels", self.labels_requested), 1)
        return page(head, warned, said, seen, prepared, foot, 1, spacing=4, margins=(0, 0, 10, 0))

    # What is shown

    def _show_picture(self, shown: OpenPicture, network: ResolvedNetwork, hint: PreprocessingHint | None) -> None:
        retained, count, place = shown.retained, len(self._pictures.pictures), self._pictures.current
        self._name.setText(retained.name)
        number = f"{place + 1} of {count} · " if count > 1 else ""
        show_text(self._size, f"{number}{retained.width:,} × {retained.height:,} px")
        for button, there in zip(self._steps, (place > 0, place + 1 < count), strict=True):
            button.setVisible(count > 1)
            button.setEnabled(there)
        crop = hint and hint.preprocessing.crop(retained.width, retained.height, network.table.input)
        self._view.show_picture(shown.image, (retained.width, retained.height), crop)
        self._view.setAccessibleDescription(_crop_text(retained.width, retained.height, crop))
        show_text(self._notes, " ".join(_sentence(note.text) for note in retained.notes))
        self._notes.setVisible(bool(retained.notes))

    def _show_preprocessing(self, network: ResolvedNetwork, hint: PreprocessingHint | None) -> str:
        """Say what pictures go through. Return why they go nowhere, or an empty text."""
        problem = prepared = ""
        if hint is not None:
            try:
                prepared = f"{hint.preprocessing.title}: {hint.preprocessing.in_words(network.table.input)}"
            except SqueezevizError as error:
                problem = _sentence(str(error))
        show_text(self._prepared, prepared or "How to prepare it, a live pass finds out by a test picture.")
        self._prepared.setVisible(not problem)
        show_text(self._why, "" if problem or hint is None else self._reason(hint))
        self._why.setVisible(bool(self._why.text()))
        return problem

    def _reason(self, hint: PreprocessingHint) -> str:
        """Return why pictures are prepared so, and what would fit the weights where a person chose something else."""
        fitting = self._pictures.fitting
        if self._pictures.chosen is None or fitting is None or fitting.preprocessing == hint.preprocessing:
            return f"So, because {hint.reason}."
        return f"So, because {hint.reason}; what fits the weights is {fitting.preprocessing.title}: {fitting.reason}."

    def _show_classes(self, answer: LiveAnswer | None, problem: str, *, trained: bool) -> None:
        seen = answer.seen if answer is not None else None
        random = _random_rows(answer, trained=trained)
        top: tuple[ClassProbability, ...] = ()
        if problem:
            pass
        elif answer is None:
            problem = "What the network says of it, a live pass tells (F5)."
        elif seen is None:
            problem = "The meta device computes no values and sees nothing; choose another device."
        elif seen.problem:
            problem = _sentence(seen.problem)
        elif self._pictures.current < len(seen.top):
            top = self._named(seen.top[self._pictures.current], answer.network.layers[-1].shape.channels)
        show_text(self._problem, problem)
        self._problem.setVisible(bool(problem))
        self._top, self._faded = top, bool(random)
        self._box.setVisible(bool(top))
        warns = bool(random) and (bool(top) or not trained)  # of weights that nobody trained before a pass has run
        show_text(self._warning, random if warns else "")
        self._warning.setVisible(warns)
        self._trained.setVisible(not trained)
        self._said_of.setVisible(bool(top))
        if top and answer is not None and seen is not None:
            self._said_of.setText(_source(answer, own=seen.own_softmax))

    # Where a class is seen

    def _show_map(self) -> None:
        """Show the map of the class that is sought over the picture; until it is painted, the one before."""
        sought, shown = self._sought, self._pictures.picture
        self._bars.show_classes(self._top, faded=self._faded, marked=sought.number)
        if shown is None:
            return
        wanted = self._overlay(shown)
        if wanted is None or self._wanted is None or not wanted.is_same_as(self._wanted):
            self._wanted = wanted
            self._paint()
        painted = None
        if wanted is not None and self._painted is not None and self._painted[0].image is shown.image:
            painted = self._painted[1]
        title = next((each.title for each in self._top if each.number == sought.number), "")
        self._view.show_image(shown.image if painted is None else painted.image)
        self._box.show_class(sought, title, painted)
        show_text(self._scale_name, _scale_name(self._painted[0].found, sought) if painted and self._painted else "")
        self._scale_name.setVisible(bool(self._scale_name.text()))
        self._show_large()

    def enlarge(self) -> None:
        """Show the picture in a window of its own, with the map over it that is shown here."""
        from squeezeviz.gui.pictures.enlarged import EnlargedPicture

        if self._pictures.picture is None or self._network is None:
            return
        if self._large is None:
            self._large = EnlargedPicture(self._style, self)
            self._large.finished.connect(self._forget_large)
        self._show_large()
        self._large.show()
        self._large.activateWindow()

    def _show_large(self) -> None:
        """Show in the window of its own what is shown here; with the picture that is closed."""
        shown, hint, network = self._pictures.picture, self._pictures.hint, self._network
        if self._large is None:
            return
        if shown is None or network is None:
            self._large.reject()
            return
        size = shown.retained.width, shown.retained.height
        crop = hint and hint.preprocessing.crop(*size, network.table.input)
        of = self._scale_name.text()
        painted = self._painted[1] if of and self._painted is not None else None
        self._large.show_picture(shown.retained.name, shown.image, size, crop, painted, of)

    def hideEvent(self, event: QHideEvent) -> None:
        """Close the window of its own too: behind other panels this one is not kept up to date."""
        super().hideEvent(event)
        if self._large is not None and not event.spontaneous():
            self._large.reject()

    def _forget_large(self) -> None:
        self._large = None

    def _overlay(self, shown: OpenPicture) -> _Overlay | None:
        brought, hint = self._sought.brought, self._pictures.hint
        if self._sought.number is None or brought is None or hint is None or not self._top:
            return None
        taken = brought.network.table.input
        size = shown.retained.width, shown.retained.height
        crop = hint.preprocessing.crop(*size, taken)
        return _Overlay(shown.image, size, crop, taken, brought.found, self._style.theme)

    def _paint(self) -> None:
        """Paint what is wanted on a thread."""
        wanted = self._wanted
        if wanted is None:
            self._painted = None
            return

        def done(made: ClassImage) -> None:
            if wanted is self._wanted:
                self._painted = wanted, made
                self._show_map()

        self._background.run("", lambda _: class_image(*wanted), done, lambda _: None)

    def _named(self, top: Sequence[ClassProbability], classes: int) -> tuple[ClassProbability, ...]:
        labels = self._pictures.labels
        names: tuple[str, ...] = ()
        if labels is not None and len(labels.names) == classes:
            names = labels.names
        elif classes == IMAGENET_CLASSES:
            names = imagenet_names()
        return tuple(each._replace(name=names[each.number]) for each in top) if names else tuple(top)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _crop_text(width: int, height: int, crop: Crop | None) -> str:
    """Return what is seen of a picture, for who does not see the view."""
    if crop is None:
        return ""
    left, top, right, bottom = (round(edge) for edge in crop)
    return f"Of {width:,} × {height:,} pixels the network sees those from {left:,}, {top:,} to {right:,}, {bottom:,}."


def _random_rows(answer: LiveAnswer | None, *, trained: bool) -> str:
    """Return what to say of weights that nobody trained, or an empty text."""
    if not trained:
        return "Random weights: the classes mean nothing."
    if answer is None:
        return ""
    given = set(answer.measured.given)
    rows = [layer.name for layer in answer.measured.layers if layer.parameters and layer.name not in given]
    if not rows:
        return ""
    return f"Random weights in {some(list(map(brief, rows)))}: these classes mean nothing."


def _source(answer: LiveAnswer, *, own: bool) -> str:
    last = answer.network.layers[-1]
    softmax = f"the network's own {brief(last.name)}" if own else f"softmax of {brief(last.name)}, computed here"
    older = "" if answer.fresh else ", before the last change"
    return f"{softmax}, {last.shape.channels:,} classes{older}"


def _scale_name(found: ClassMap, sought: SoughtClass) -> str:
    """Return what the values of a map are."""
    if found.method is Method.OCCLUSION:
        return "fall of the probability"
    maps = averaged_maps(sought.brought.network).name if sought.brought is not None else ""
    return f"values of {brief(maps) or 'the input'}"
