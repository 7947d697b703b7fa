"""The filters that the panel shows, as the content of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.analysis.pictures.preprocessing import ChannelOrder
from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.gui.filters.picture import ShownFilters
from squeezeviz.gui.filters.wording import title_of
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import counted, plain

if TYPE_CHECKING:
    from squeezeviz.figure.scene.primitives import Group
    from squeezeviz.figure.writers.drawn import DrawnPicture
    from squeezeviz.figure.writers.figure import ExportOptions


class FilterSubject(NamedTuple):
    """What is exported: the filters as they are shown, whose weights they are, and what is said of their colours."""

    shown: ShownFilters
    weights: RetainedWeights
    network: str
    colours: str
    theme: Theme

    def picture(self) -> DrawnPicture:
        """Return them as a picture. Drawing it reads the weights: SqueezevizError if their file is gone or damaged."""
        from squeezeviz.figure.writers.drawn import DrawnPicture

        name = f"{self.shown.convolution.operation} filters"
        return DrawnPicture(name, "the filters", self._title, self.theme, self._draw, takes_long=True)

    @property
    def _title(self) -> str:
        outputs, inputs, height, width = self.shown.convolution.shape
        named = title_of(self.shown.convolution)
        return f"{named}: {counted(outputs, 'filter')} of {inputs:,} × {height} × {width}"

    def _draw(self, options: ExportOptions) -> tuple[Group, float, float]:
        from squeezeviz.figure.drawing.filter_figure import FilterFigure, draw_filters, most_outputs
        from squeezeviz.files.weights.retained import filters_of

        convolution = self.shown.convolution
        assert convolution.tensor is not None
        values = filters_of(self.weights, convolution.tensor, 0, most_outputs(convolution.shape))
        lines = (plain(f"{self.network}, weights of {self.weights.origin}"),)
        scale, order, count = self.shown.scale, self.shown.order, convolution.shape[0]
        figure = FilterFigure(values, count, self._title, lines, self._words(order), scale, order)
        return draw_filters(figure, options.theme)

    def _words(self, order: ChannelOrder | None) -> tuple[str, ...]:
        if order is not None:
            return "output channels row by row", self.colours
        return "output channels down, input channels across", self.shown.scale.in_words
