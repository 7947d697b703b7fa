"""What the options of `squeezeviz export` mean for the figure."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.cli.options import KIND, SEVERAL, WRAPPED
from squeezeviz.figure.layout.build import DiagramOptions
from squeezeviz.figure.scene.diagram import Badge, Direction, Key
from squeezeviz.figure.theme.look import FITS, USUAL, Columns, rows_named, unknown_name
from squeezeviz.figure.theme.theme import THEMES
from squeezeviz.figure.writers.export import DIAGRAM_FORMATS, check_shows_maps, diagram_format
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.model.errors import Place, SqueezevizError, errors_at
from squeezeviz.model.table import LayerTable

if TYPE_CHECKING:
    from squeezeviz.figure.drawing.heat import Heat
    from squeezeviz.figure.layout.changes import Marks
    from squeezeviz.figure.writers.export import Exported

_LARGEST_PAPER_MM = 1189.0
"""The height of A0."""


def check_figure(suffix: str) -> None:
    """Raise SqueezevizError if no figure has this suffix, and name the command that writes such files."""
    if suffix[1:].lower() in DIAGRAM_FORMATS:
        return
    from squeezeviz.files.registry import format_of

    written = format_of(f"x{suffix}") if suffix else None
    if written is not None and written.can_write:
        known = ", ".join(f".{each}" for each in DIAGRAM_FORMATS)
        raise SqueezevizError(
            f"a figure cannot be a {suffix} file, which squeezeviz convert writes; choose one of {known}"
        )
    diagram_format(suffix)


def check_maps(options: Namespace, suffix: str) -> None:
    """Raise SqueezevizError where feature maps are asked for without a picture, a picture without them, or both in a
    format that cannot show them."""
    if options.image is None:
        if options.maps:
            raise SqueezevizError("feature maps are those of a picture; name one with --image", Place("--maps"))
    elif not options.maps:
        raise SqueezevizError("a figure shows what becomes of a picture with --maps; add that", Place("--image"))
    elif suffix[1:].lower() in DIAGRAM_FORMATS:
        with errors_at(file=options.out):
            check_shows_maps(suffix)


def check_slides(options: Namespace, suffix: str) -> None:
    """Raise SqueezevizError where slides are asked for in a format that has none."""
    if options.slides is not None and suffix.lower() != ".pptx":
        raise SqueezevizError("slides are those of a PowerPoint file; name one that ends in .pptx", Place("--slides"))


def export_options(options: Namespace, network: ResolvedNetwork, baseline: LayerTable | None) -> ExportOptions:
    """Return the export options of one command line, for this network.

    Raises SqueezevizError if an option names something that the network does not have, or is not a width. Its place is
    the option.
    """
    table = network.table
    return ExportOptions(
        DiagramOptions(
            Direction.DOWN if options.direction == WRAPPED else Direction(options.direction),
            _collapsed(options.collapse, table),
            None if options.only is None else rows_named(table, options.only),
            options.annotate or USUAL,
        ),
        THEMES[options.theme],
        badges=_measured(network) if options.marks else {},
        marks=None if baseline is None else _differing(network, baseline),
        heat=None if options.colour == KIND else _heat(network, options.colour),
        background=not options.transparent,
        size=options.width if options.fit is None else FITS[options.fit],
        columns=Columns() if options.direction == WRAPPED else None,
        several_slides=options.slides == SEVERAL,
    )


def notes_on_height(made: Exported, options: Namespace) -> tuple[str, ...]:
    """Name the options that size a figure where it has the size that it has on screen, and no paper could hold that."""
    if options.fit or options.width or made.height_mm <= _LARGEST_PAPER_MM:
        return ()
    *others, last = FITS
    fits = f"{', '.join(others)} or {last}"
    return (f"the figure is {made.height_mm:,.0f} mm high, more than any paper; --fit {fits} sizes it for a page",)


def _differing(network: ResolvedNetwork, baseline: LayerTable) -> Marks:
    from squeezeviz.analysis.difference import difference
    from squeezeviz.figure.layout.changes import marks_of

    return marks_of(difference(resolve(baseline), network))


def _heat(network: ResolvedNetwork, colour: str) -> Heat | None:
    from squeezeviz.analysis.costs import Measure
    from squeezeviz.figure.drawing.cost_heat import heat_of

    return heat_of(network, None, Measure(colour))


def _measured(network: ResolvedNetwork) -> Mapping[Key, Badge]:
    """Return what a forward pass measured for every box."""
    for problem in network.problems:
        raise SqueezevizError(f"there is no pass to mark: {problem.reason}", Place("--marks", row=problem.name))
    from squeezeviz.gui.live.answer import LiveAnswer
    from squeezeviz.trace.failures import load_torch

    load_torch()  # imported late because it takes a second
    from squeezeviz.trace.passes import live_pass

    return LiveAnswer.of(network, live_pass(network, device="cpu", batch=1)).badges


def _collapsed(asked: str, table: LayerTable) -> frozenset[str]:
    """Return the Fire modules that `--collapse` names."""
    fires = [layer.name for layer in table.layers if layer.type == "fire"]
    if asked in ("all", "none"):
        return frozenset(fires if asked == "all" else ())
    named = [asked] if asked in fires else [name for part in asked.split(",") if (name := part.strip())]
    if not named:
        raise SqueezevizError("name Fire modules, such as fire2,fire3, or say all or none", Place("--collapse"))
    unknown = [name for name in named if name not in fires]
    if unknown:
        raise unknown_name("Fire module", unknown[0], fires, Place("--collapse"))
    return frozenset(named)
