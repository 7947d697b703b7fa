"""The feature maps that `squeezeviz export --maps` draws in the boxes of a figure, from a live pass with a picture."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.analysis.channels import MapOrder
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import fit
from squeezeviz.cli.shown_pictures import PictureRun, notes_on_maps, ready_for_pictures
from squeezeviz.figure.drawing.box_maps import BoxMaps, BoxStrips, Depicted, maps_in_boxes, weights_in_words
from squeezeviz.figure.layout.build import DiagramOptions
from squeezeviz.figure.scene.strips import MapStrips
from squeezeviz.figure.theme.look import STRIP
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.files.opened import Opened
from squeezeviz.model.errors import Note, Place, SqueezevizError, brief, errors_at

if TYPE_CHECKING:
    from squeezeviz.trace.pictures import ShownPicture
    from squeezeviz.trace.recorder import OperationRun


class _Strips:
    """Makes the strips of a figure while a pass runs, so that no more than they is kept."""

    def __init__(self, wanted: dict[str, BoxMaps], theme: Theme) -> None:
        self._wanted = wanted
        self.made = BoxStrips(theme)

    def take(self, ran: OperationRun) -> None:
        """Make the strip of an operation that ran, if it is shown and its maps are more than single values."""
        shown = self._wanted.get(ran.name)
        if shown is None or ran.output.shape[2:].numel() == 1:
            return
        from squeezeviz.trace.maps import first_channels

        maps = ran.output[0].cpu().float().numpy()
        border = shown.parts[0].end if shown.parts else 0
        chosen = first_channels(maps, MapOrder.VARIES, STRIP.tiles, border)
        self.made.add(shown, maps[chosen], chosen, both_signs=bool((maps < 0).any()))


def with_maps(
    opened: Opened, options: Namespace, diagram: DiagramOptions, theme: Theme
) -> tuple[MapStrips, tuple[Note, ...]]:
    """Run the picture of the options, and return the strips of the figure's boxes with notes on what they are of.

    SqueezevizError where too many boxes are shown, the network cannot run, or the picture cannot be read.
    """
    try:
        wanted = maps_in_boxes(resolve(opened.table), diagram)
    except SqueezevizError as error:
        raise SqueezevizError(f"{error.message} (--only, --collapse)", Place("--maps")) from None
    run = ready_for_pictures(opened, options)
    (picture,) = run.pictures([options.image])
    strips = _Strips(wanted, theme)
    from squeezeviz.trace.passes import live_pass

    with errors_at(file=options.network):
        live_pass(run.network, module=run.module, image=picture.image, on_operation=strips.take)
    strips.made.add_input(picture.image[0].numpy(), run.preprocessing.preprocessing)
    fresh = fit(run.network, opened.weights.shapes).fresh if opened.weights else ()
    weights = weights_in_words(opened.weights.origin if opened.weights else None, fresh)
    return strips.made.finished(_depicted(run, picture, weights)), tuple(notes_on_maps(run, picture, opened, options))


def _depicted(run: PictureRun, picture: ShownPicture, weights: str) -> Depicted:
    name, way = brief(Path(picture.file).name), run.preprocessing.preprocessing
    return Depicted.picture(name, (picture.width, picture.height), way, run.prepared, weights)
