"""The figure as LaTeX, set for paper."""

from __future__ import annotations

from dataclasses import replace

from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.diagram.tikz import to_tikz
from squeezeviz.diagram.tikz_styles import in_names
from squeezeviz.painting.figure import ExportOptions, figure_of, for_paper
from squeezeviz.painting.sizes import FITS


def to_latex(network: ResolvedNetwork, options: ExportOptions) -> bytes:
    """A LaTeX file; without a size it takes that of the document, and is set as close as paper wants it."""
    wanted = options if options.size else replace(for_paper(replace(options, size=FITS["column"])), size=None)
    figure = figure_of(network, replace(wanted, theme=in_names(options.theme)))
    width_mm = figure.size_mm[0] if options.size else None
    return to_tikz(figure.group, figure.width, figure.height, figure.title, options.theme, width_mm).encode("ascii")
