"""The feature maps that `squeezeviz export --maps` draws in the boxes of a figure, from a live pass with a picture."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.analysis.feature_maps import ConcatPart, outputs_of_layer, parts_of_layer
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.analysis.weights import fit
from squeezeviz.cli.shown_pictures import PictureRun, notes_on, ready_for_pictures
from squeezeviz.figure.drawing.map_colours import TILE_PIXELS, map_tiles, own_scale, picture_tiles
from squeezeviz.figure.layout.build import DiagramOptions, shown_rows
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key, Role
from squeezeviz.figure.scene.strips import MapsLegend, MapStrips, Strip
from squeezeviz.figure.theme.look import STRIP
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.files.opened import Opened
from squeezeviz.model.errors import Note, Place, Severity, SqueezevizError, brief
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import some

if TYPE_CHECKING:
    from squeezeviz.trace.pictures import ShownPicture
    from squeezeviz.trace.recorder import OperationRun

MOST_BOXES = 500
"""More do not carry maps: no page has room for them."""


class _Shown(NamedTuple):
    """An operation whose maps are shown: the keys of the boxes, and the parts of a concat."""

    keys: tuple[Key, ...]
    parts: tuple[ConcatPart, ...]


class _Strips:
    """Makes the strips of a figure while a pass runs, so that no more than they is kept."""

    def __init__(self, wanted: dict[str, _Shown], theme: Theme) -> None:
        self._wanted, self._theme = wanted, theme
        self.strips: dict[Key, Strip] = {}
        self.signs: set[bool] = set()
        """Whether maps have both signs: of some, of none, or both."""
        self.averaged = False

    def take(self, ran: OperationRun) -> None:
        """Make the strip of an operation that ran, if it is shown and its maps are more than single values."""
        shown = self._wanted.get(ran.name)
        if shown is None or ran.output.shape[2:].numel() == 1:
            return
        from squeezeviz.trace.maps import most_varied

        maps = ran.output[0].cpu().float()
        chosen = most_varied(maps, STRIP.tiles, shown.parts)
        both_signs = bool((maps < 0).any())
        roles = [Role(part.part) for part in shown.parts for each in chosen if part.first <= each < part.end]
        strip = map_tiles(maps[chosen].numpy(), self._theme, both_signs=both_signs, parts=roles)
        self.strips |= dict.fromkeys(shown.keys, strip)
        self.signs.add(both_signs)
        self.averaged |= max(maps.shape[1:]) > TILE_PIXELS


def with_maps(
    opened: Opened, options: Namespace, diagram: DiagramOptions, theme: Theme
) -> tuple[MapStrips, tuple[Note, ...]]:
    """Run the picture of the options, and return the strips of the figure's boxes with notes on what they are of.

    SqueezevizError where too many boxes are shown, the network cannot run, or the picture cannot be read.
    """
    wanted = _wanted(resolve(opened.table), diagram)
    run = ready_for_pictures(opened, options)
    (picture,) = run.pictures([options.image])
    made = _Strips(wanted, theme)
    from squeezeviz.trace.passes import live_pass
    from squeezeviz.trace.pictures import pixels_seen

    try:
        live_pass(run.network, module=run.module, image=picture.image, on_operation=made.take)
    except SqueezevizError as error:
        raise error.at(file=options.network) from None
    way = run.preprocessing.preprocessing
    order = way.order if run.network.table.input.channels > 1 else ""
    seen = picture_tiles(pixels_seen(picture.image[0], way).numpy(), order)
    strips = {INPUT_KEY: seen, **made.strips}
    return MapStrips(strips, _legend(run, picture, opened, made, theme)), tuple(_notes(run, picture, opened, options))


def _wanted(network: ResolvedNetwork, diagram: DiagramOptions) -> dict[str, _Shown]:
    """Return the operations whose maps the figure shows: of its rows, and of the one that flows in."""
    rows = shown_rows(network, diagram.rows)
    wanted: dict[str, _Shown] = {}
    for layer in network.layers[max(0, rows.start - 1) : rows.stop]:
        for part, step in outputs_of_layer(layer).items():
            if part in ("", "concat") or layer.name not in diagram.collapsed:
                before = wanted.get(step.name, _Shown((), ()))
                parts = parts_of_layer(layer) if part == "concat" else before.parts
                wanted[step.name] = _Shown((*before.keys, Key(layer.name, part)), parts)
        if len(wanted) > MOST_BOXES:
            raise SqueezevizError(
                f"at most {MOST_BOXES} boxes of a figure carry feature maps, and here are more; show fewer rows with "
                "--only, or close Fire modules with --collapse",
                Place("--maps"),
            )
    return wanted


def _legend(run: PictureRun, picture: ShownPicture, opened: Opened, made: _Strips, theme: Theme) -> MapsLegend:
    name = brief(Path(picture.file).name)
    concat = ", a concat 2 of each part" if any(tile.part for strip in made.strips.values() for tile in strip) else ""
    shown = f"Each box shows the {STRIP.tiles} channels that vary most over the map{concat}"
    averaged = f"; of maps more than {TILE_PIXELS} across, each colour is a mean of several values"
    return MapsLegend(
        f"Feature maps for {name}",
        tuple(own_scale(theme, both_signs=signs) for signs in sorted(made.signs)),
        (
            "Each map has a scale of its own; its colours go by the square root of the value. "
            f"{shown}{averaged if made.averaged else ''}.",
            f"Picture: {name}, {picture.width}×{picture.height} px; "
            f"preprocessing {run.preprocessing.preprocessing.id}: {run.prepared}.",
            f"Weights: {_weights(run.network, opened)}.",
        ),
    )


def _weights(network: ResolvedNetwork, opened: Opened) -> str:
    """Say where the weights come from, and which rows have random ones."""
    if opened.weights is None:
        return "random; nothing was trained"
    fresh = fit(network, opened.weights.shapes).fresh
    random = f", but random ones in {some(list(map(brief, fresh)))}, which they do not fit" if fresh else ""
    return f"{brief(opened.weights.origin)}{random}"


def _notes(run: PictureRun, picture: ShownPicture, opened: Opened, options: Namespace) -> list[Note]:
    way, reason = run.preprocessing
    notes = [*notes_on([picture]), Note(f"preprocessing {way.id}: {run.prepared} ({reason})", Severity.INFO)]
    if opened.weights is None:
        notes.append(Note(f"{Place(options.network)} has no trained weights: the maps are those of random ones"))
    return notes
