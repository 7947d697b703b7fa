"""What `squeezeviz follow` does: one value of a feature map of a picture, the terms that make it, and what is one step
back."""

from __future__ import annotations

import shlex
from argparse import Namespace
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from squeezeviz.analysis.feature_maps import NETWORK_INPUT, operation_named
from squeezeviz.analysis.following import FollowedValue, Origin, as_json
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.value_sources import INPUT, ValueAt, operation_meant, seen_by, source_of
from squeezeviz.analysis.weights import fit
from squeezeviz.cli.output import ProgressLine
from squeezeviz.cli.shown_pictures import (
    PictureRun,
    note_on_random_weights,
    notes_on,
    notes_on_layer,
    ready_for_pictures,
)
from squeezeviz.explain.following import picture_text
from squeezeviz.files.opened import Opened
from squeezeviz.model.errors import errors_at
from squeezeviz.model.records import NamedTuple


class Followed(NamedTuple):
    """A value that was followed, the pixels of the network's input that it depends on, and what is to be known of the
    network and of the picture. A pixel is drawn from rows and columns of the picture, as `of_picture` says."""

    value: FollowedValue
    rows: range
    columns: range
    run: PictureRun
    notes: tuple[str, ...]
    drawn: tuple[range, range] | None = None
    of_picture: str = ""


def follow_value(opened: Opened, options: Namespace) -> Followed:
    """Run the picture through the network and follow the value that the options name.

    The weights of rows that have no trained ones are random, and a note says so. SqueezevizError for a network that
    does not run, a picture that cannot be read, and a value that is not there.
    """
    run = ready_for_pictures(opened, options)
    with errors_at(file=options.network):
        at = _asked_for(run.network, options)
        source_of(run.network, at).check_terms()
        rows, columns = seen_by(run.network, at)
    from squeezeviz.trace.following import followed_in_a_pass

    way = run.preprocessing.preprocessing
    with ProgressLine() as line:
        line.say("the picture is prepared")
        (shown,) = run.pictures([options.image])
        with errors_at(file=options.network):
            value = followed_in_a_pass(
                run.network, run.module, at, image=shown.image, preprocessing=way, progress=line.show_operation
            )
    read = notes_on([shown], way)
    notes = [*map(str, (*notes_on_layer(at.operation, options), *read)), run.said]
    fresh = fit(run.network, opened.weights.shapes if opened.weights else {}).fresh
    if fresh:
        notes.append(str(note_on_random_weights(fresh, options)))
    if at.operation != NETWORK_INPUT:
        return Followed(value, rows, columns, run, tuple(notes))
    size = shown.width, shown.height
    drawn = shown.crop.drawn_from(at.row, at.column, run.network.table.input, size)
    said = picture_text(PurePath(shown.file).name, size, *drawn)
    return Followed(value, rows, columns, run, tuple(notes), drawn, said)


def _asked_for(network: ResolvedNetwork, options: Namespace) -> ValueAt:
    """Return the value that the options name; in the middle of its map, where they do not say."""
    operation = operation_meant(network, options.at)
    shape = network.table.input.maps if operation == NETWORK_INPUT else operation_named(network, operation).shape
    row = (shape.height - 1) // 2 if options.row is None else options.row
    column = (shape.width - 1) // 2 if options.column is None else options.column
    return ValueAt(operation, options.channel, row, column)


def followed_json(found: Followed, options: Namespace) -> dict[str, Any]:
    """Return the object of schema squeezeviz/follow-1, with what ran and which pixels of the input the value sees; of
    a pixel of the input, also which of the picture it is drawn from."""
    value = as_json(found.value)
    ran = {
        "schema": value.pop("schema"),
        "network": options.network,
        "preprocess": found.run.preprocessing.preprocessing.id,
        "file": options.image,
    }
    seen = {"sees": _rectangle(found.rows, found.columns)}
    if found.drawn is not None:
        seen["drawn_from"] = _rectangle(*found.drawn)
    return ran | value | seen


def _rectangle(rows: range, columns: range) -> dict[str, int]:
    return {"top": rows.start, "left": columns.start, "height": len(rows), "width": len(columns)}


def command_to(origin: Origin, arguments: Sequence[str]) -> str:
    """Return the command line that follows a value one step back, out of the `arguments` of the one that ran."""
    kept = _without_place(arguments)
    end = kept.index("--") if "--" in kept else len(kept)
    name = origin.operation or INPUT
    at = [f"--at={name}"] if name.startswith("-") else ["--at", name]
    numbers = [f"--channel {origin.channel}", f"--row {origin.row}", f"--column {origin.column}"]
    words = ["squeezeviz", "follow", *kept[:end], *at]
    return " ".join([*map(shlex.quote, words), *numbers, *map(shlex.quote, kept[end:])])


def _without_place(arguments: Sequence[str]) -> list[str]:
    kept, words = [], iter(arguments)
    for word in words:
        option, _, value = word.partition("=")
        if option not in ("--at", "--channel", "--row", "--column"):
            kept.append(word)
        elif not value:
            next(words, None)
    return kept
