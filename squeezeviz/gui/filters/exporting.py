"""The filters that the panel shows, as the content of a file."""

from __future__ import annotations

from squeezeviz.analysis.pictures.preprocessing import ChannelOrder
from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.gui.filters.picture import ShownFilters
from squeezeviz.gui.filters.wording import title_of
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import counted, plain


class FilterSubject(NamedTuple):
    """What is exported: the filters as they are shown, whose weights they are, and what is said of their colours."""

    shown: ShownFilters
    weights: RetainedWeights
    network: str
    colours: str
    theme: Theme

    @property
    def name(self) -> str:
        """A name for the file, without a suffix."""
        return f"{self.shown.convolution.operation} filters"

    @property
    def what(self) -> str:
        """What it is called within a sentence."""
        return "the filters"

    def content(self, suffix: str) -> bytes:
        """Return the figure as a file of that suffix. It reads the weights, so not on the window's thread.

        SqueezevizError if their file is gone or damaged.
        """
        from squeezeviz.figure.drawing.filter_figure import FilterFigure, draw_filters, most_outputs
        from squeezeviz.figure.writers.export import picture_file
        from squeezeviz.files.weights.retained import filters_of

        convolution = self.shown.convolution
        assert convolution.tensor is not None
        outputs, inputs, height, width = convolution.shape
        values = filters_of(self.weights, convolution.tensor, 0, most_outputs(convolution.shape))
        title = f"{title_of(convolution)}: {counted(outputs, 'filter')} of {inputs:,} × {height} × {width}"
        lines = (plain(f"{self.network}, weights of {self.weights.origin}"),)
        words = self._words(self.shown.order)
        figure = FilterFigure(values, outputs, title, lines, words, self.shown.scale, self.shown.order)
        return picture_file(draw_filters(figure, self.theme), title, self.theme.page, suffix)

    def _words(self, order: ChannelOrder | None) -> tuple[str, ...]:
        if order is not None:
            return "output channels row by row", self.colours
        return "output channels down, input channels across", self.shown.scale.in_words
