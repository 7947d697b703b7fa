"""All commands, including the window.

Results go to stdout, messages to stderr. The exit code is 0; 1 for bad input or a failed pass, with one line
`squeezeviz: error: PLACE: what is wrong`; 2 for wrong usage. A command imports only what it needs: torch for `trace`,
`classify` and `devices`, Qt for `export` and the window.
"""

from __future__ import annotations

import dataclasses
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.cli import options as command_line
from squeezeviz.cli.output import (
    ProgressLine,
    discard_stdout,
    print_message,
    print_messages,
    unwind_on_interrupt,
    write,
    write_columns,
    write_json,
    write_utf8,
)
from squeezeviz.model.errors import Place, SqueezevizError, errors_at
from squeezeviz.model.text import plain

if TYPE_CHECKING:
    from squeezeviz.analysis.arithmetic import Arithmetic
    from squeezeviz.analysis.live import LivePass
    from squeezeviz.analysis.pictures.classes import Classification
    from squeezeviz.analysis.resolve import ResolvedNetwork
    from squeezeviz.cli.locating import Located
    from squeezeviz.files.opened import Opened
    from squeezeviz.files.weights.trained import TrainedWeights


def run(arguments: Sequence[str]) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    write_utf8()
    try:
        code = _run(arguments)
        write("")
    except SqueezevizError as error:
        print_message("error", str(error))
        return 1
    except BrokenPipeError:
        discard_stdout()
        return 0
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        options = command_line.parse(arguments)
    except SystemExit as stop:  # argparse's way of ending --help, --version and wrong usage
        return stop.code if isinstance(stop.code, int) else 2
    _check_keeps_its_inputs(options)
    try:
        return _COMMANDS[options.command](options) or 0
    except ImportError as error:
        if "cannot open shared object file: No such file" not in str(error):
            raise
        from squeezeviz.cli.display import LIBRARIES

        raise SqueezevizError(f"{error}; {LIBRARIES}") from None


def _check_keeps_its_inputs(options: Namespace) -> None:
    """Raise SqueezevizError if what is to be written would replace a file that is to be read."""
    read = [each for name in _READ for each in _as_list(getattr(options, name, None))]
    for written in _as_list(getattr(options, "out", None)) + _as_list(getattr(options, "where", None)):
        for each in read:
            same = False
            with suppress(OSError, ValueError):  # no file stands there yet, or whoever opens it says what is wrong
                same = Path(each).is_file() and Path(each).samefile(written)
            if same:
                raise SqueezevizError("it is read too, and would be lost: write to another file", Place(written))


_READ = ("network", "other", "baseline", "image", "images", "labels", "deploy")
"""The options that name a file to read."""


def _as_list(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def _window(options: Namespace) -> int:
    from squeezeviz.cli.display import explain_a_missing_display
    from squeezeviz.gui.app import run as open_window

    network = options.network
    if options.images:
        from squeezeviz.files.presets import BUILT_IN
        from squeezeviz.files.reading import binary_file

        network = BUILT_IN if network is None else network
        for image in options.images:
            with binary_file(Path(image)):  # what is in it is read once the window is seen
                pass
    explain_a_missing_display()
    return open_window(network, options.images)


def _presets(_: Namespace) -> None:
    from squeezeviz.files.presets import presets

    write_columns((preset.id, preset.title) for preset in presets())


def _devices(_: Namespace) -> None:
    from squeezeviz.model.wording import readable_bytes
    from squeezeviz.trace.failures import load_torch

    load_torch()
    from squeezeviz.trace.devices import devices

    def last(memory_bytes: int, reason: str) -> str:
        return reason or (readable_bytes(memory_bytes) if memory_bytes else "")

    write_columns((each.id, each.name, last(each.memory_bytes, each.reason)) for each in devices())


def _weights(options: Namespace) -> None:
    from squeezeviz.files.weights.trained import TRAINED, State, listing, trained_weights
    from squeezeviz.model.wording import readable_bytes

    if options.action == "fetch":
        _fetch(trained_weights(options.id))
    elif options.action == "of":
        _weigh(options)
    elif options.format == "json":
        write_json({"schema": "squeezeviz/weights-1", "weights": listing()})
    else:
        write_columns(
            (
                each.id,
                each.state,
                readable_bytes(each.bytes),
                each.url if each.state is State.ABSENT else str(each.path),
            )
            for each in TRAINED
        )


def _weigh(options: Namespace) -> None:
    opened = _opened(options.network, options, with_weights=True)
    if opened.weights is None:
        why = "it holds no weights; name a checkpoint, an .onnx, a .caffemodel, or an id of `squeezeviz weights`"
        raise SqueezevizError(why, Place(options.network))
    from squeezeviz.files.weights.statistics import statistics_of

    found = list(statistics_of(opened.weights))
    if options.format == "json":
        from squeezeviz.analysis.weight_statistics import statistics_json

        origin = opened.weights.origin
        write_json({"schema": "squeezeviz/weight-statistics-1", "origin": origin, "weights": statistics_json(found)})
    else:
        from squeezeviz.files.tables.weight_statistics import statistics_text

        write(statistics_text(found))


def _fetch(weights: TrainedWeights) -> None:
    from squeezeviz.files.weights.fetching import fetch

    if weights.url:
        print_message("note", f"fetching {weights.url}")
    with unwind_on_interrupt(), ProgressLine() as line:
        path = fetch(weights, line.show)
    write(plain(str(path)))


def _show(options: Namespace) -> None:
    from squeezeviz.analysis.resolve import resolve

    opened = _opened(options.network, options)
    network = resolve(opened.table)
    print_messages("note", network.problems)
    if options.format == "json":
        from squeezeviz.analysis.report import predicted_report

        write_json(predicted_report(network, opened.notes, options.batch))
    else:
        from squeezeviz.files.tables.numbers_table import render

        write(render(network, options.format))


def _trace(options: Namespace) -> None:
    from squeezeviz.analysis.arithmetic import EXACT, Arithmetic, MemoryFormat, Precision
    from squeezeviz.analysis.live import disagreements
    from squeezeviz.analysis.report import measured_report
    from squeezeviz.analysis.resolve import resolve
    from squeezeviz.analysis.timing import repeats_note
    from squeezeviz.files.tables.numbers_table import render

    opened = _opened(options.network, options, with_weights=True)
    network = resolve(opened.table)
    for problem in network.problems:
        raise SqueezevizError(problem.reason, Place(options.network, row=problem.name, column=problem.field))
    arithmetic = Arithmetic(Precision(options.precision), MemoryFormat(options.memory_format))
    notes = opened.notes
    if options.image:
        from squeezeviz.cli.shown_pictures import pass_on_pictures

        measured, said = pass_on_pictures(opened, options, arithmetic)
        print_messages("note", said)
        notes = (*notes, *said)
    else:
        _refuse_idle_preprocessing(options)
        measured = _measured(network, opened, options, arithmetic)
    if unused := arithmetic.unused_on(options.device):
        print_message("note", unused)
    if measured.arithmetic != EXACT and measured.time_ms:
        print_message("note", f"times and memory are those of {measured.arithmetic.sentence}")
    if options.repeat > 1 and not measured.time_ms:
        print_message("note", repeats_note(measured))
    if opened.weights and measured.given:
        weighted = sum(1 for layer in network.layers if layer.parameters.value)
        rows = f"all {weighted}" if len(measured.given) == weighted else f"{len(measured.given)} of {weighted}"
        print_message("note", f"{rows} layers with weights ran with those of {opened.weights.origin}")
    print_messages("disagreement", disagreements(network, measured))
    if options.format == "json":
        write_json(measured_report(network, measured, notes))
    else:
        write(render(network, options.format, measured))


def _refuse_idle_preprocessing(options: Namespace) -> None:
    for option in ("preprocess", "mean", "std"):
        if getattr(options, option) is not None:
            raise SqueezevizError("it says what becomes of a picture; name one with --image", Place(f"--{option}"))


def _measured(network: ResolvedNetwork, opened: Opened, options: Namespace, arithmetic: Arithmetic) -> LivePass:
    from squeezeviz.trace.failures import load_torch

    load_torch()  # imported late because it takes a second
    from squeezeviz.trace.passes import live_pass
    from squeezeviz.trace.weights import as_tensors

    weights = as_tensors(opened.weights.arrays) if opened.weights else None
    with errors_at(file=options.network), ProgressLine() as line:
        return live_pass(
            network,
            device=options.device,
            batch=options.batch,
            repeats=options.repeat,
            arithmetic=arithmetic,
            weights=weights,
            progress=line.show_operation,
        )


def _convert(options: Namespace) -> None:
    from squeezeviz.analysis.resolve import resolve
    from squeezeviz.files.registry import Holds, format_of, losses, write_file

    opened = _opened(options.network, options, with_weights=True)
    with unwind_on_interrupt():
        write_file(options.out, opened.table, weights=opened.weights)
    print_messages("note", resolve(opened.table).problems)
    written = format_of(options.out)
    assert written is not None  # otherwise it was refused above
    origin = opened.weights.origin if opened.weights else None
    said = _said_by_weights(opened)
    print_messages("note", (f"{Place(options.out)} {lost}" for lost in losses(opened.table, written, origin, said)))
    if written.holds is Holds.WEIGHTS and opened.weights is None:
        print_message(
            "note",
            f"{Place(options.out)} holds fresh random weights, as a live pass draws them; none came with the input",
        )


def _said_by_weights(opened: Opened) -> frozenset[str]:
    """Return the rows of which the weights themselves say how they are stored."""
    if opened.weights is None:
        return frozenset()
    from squeezeviz.analysis.weight_statistics import rows_said

    return rows_said(opened.table.layers, opened.weights.stored)


def _export(options: Namespace) -> None:
    from squeezeviz.analysis.resolve import resolve
    from squeezeviz.cli.exporting import check_figure, check_maps, check_slides, export_options, notes_on_height
    from squeezeviz.figure.writers.export import exported
    from squeezeviz.files.atomic import write_bytes
    from squeezeviz.files.presets import named_as_edited

    suffix = Path(options.out).suffix
    check_maps(options, suffix)
    check_slides(options, suffix)
    if not options.image:
        _refuse_idle_preprocessing(options)
    opened = _opened(options.network, options, with_weights=options.maps)
    network = named_as_edited(resolve(opened.table))
    print_messages("note", network.problems)
    baseline = _opened(options.baseline, options).table if options.baseline else None
    with errors_at(file=options.out):
        check_figure(suffix)
        wanted = export_options(options, network, baseline)
        if options.maps:
            from squeezeviz.cli.figure_maps import with_maps

            maps, notes = with_maps(opened, options, wanted.diagram, wanted.theme)
            print_messages("note", notes)
            wanted = wanted._replace(maps=maps)
        made = exported(network, suffix, wanted)
    print_messages("note", (*made.notes, *notes_on_height(made, options)))
    with unwind_on_interrupt():
        write_bytes(options.out, made.content)


def _compare(options: Namespace) -> None:
    from squeezeviz.analysis.difference import compare
    from squeezeviz.files.tables.comparison import comparison_json, comparison_markdown, comparison_text

    opened = {name: _opened(name, options) for name in (options.network, options.other)}
    found = compare(opened[options.network].table, opened[options.other].table)
    print_messages("note", found.notes)
    ways = {str(Place(name)): _preprocessing(name, each) for name, each in opened.items()}
    if all(ways.values()) and len(set(ways.values())) > 1:
        one, other = (f"{name} {way}" for name, way in ways.items())
        print_message("note", f"their weights take pictures that were prepared in different ways: {one}, {other}")
    if options.format == "json":
        write_json(comparison_json(found))
    else:
        written = comparison_text if options.format == "table" else comparison_markdown
        write(written(found, str(Place(options.network)), str(Place(options.other))))


def _preprocessing(name: str, opened: Opened) -> str:
    """Return the id of how pictures are prepared for a network's weights, empty where nothing tells."""
    from squeezeviz.files.presets import is_trained

    if is_trained(name):
        from squeezeviz.files.weights.trained import trained_weights

        return trained_weights(name).preprocessing
    return opened.preprocessing.preprocessing.id if opened.preprocessing is not None else ""


def _classify(options: Namespace) -> int:
    found, where, unread = _classified(options)
    if found.images:
        _write_classification(found, where, options)
    print_messages("error", unread)
    return 1 if unread else 0


def _write_classification(found: Classification, where: Located | None, options: Namespace) -> None:
    from squeezeviz.cli.shown_pictures import notes_on
    from squeezeviz.files.tables import classification

    print_messages("note", notes_on(found.images, found.preprocessing.preprocessing))
    if where is not None:
        from squeezeviz.files.atomic import write_bytes

        print_messages("note", where.notes)
        with unwind_on_interrupt():
            write_bytes(options.where, where.content)
    if options.format == "json":
        print_message("note", found.preprocessing.said(found.prepared))
        write_json(classification.classification_json(found))
    else:
        write(getattr(classification, f"classification_{options.format}".replace("_table", "_text"))(found))


def _classified(options: Namespace) -> tuple[Classification, Located | None, tuple[SqueezevizError, ...]]:
    """Return what the network says of the pictures, with --where what it says of places, and why pictures could not be
    read."""
    from squeezeviz.cli.classifying import classify

    if options.where is None and options.class_ is None and options.method is None:
        found, unread = classify(_opened(options.network, options, with_weights=True), options)
        return found, None, unread
    from squeezeviz.cli.locating import check_idle, locate

    check_idle(options)
    located = locate(_opened(options.network, options, with_weights=True), options)
    return located.classification, located, ()


def _features(options: Namespace) -> None:
    from squeezeviz.cli.features import features
    from squeezeviz.files.atomic import write_bytes

    content, notes = features(_opened(options.network, options, with_weights=True), options)
    print_messages("note", notes)
    with unwind_on_interrupt():
        write_bytes(options.out, content)


def _follow(options: Namespace) -> None:
    from squeezeviz.cli.following import command_to, follow_value, followed_json
    from squeezeviz.files.tables.followed_value import Step, followed_csv, followed_text

    found = follow_value(_opened(options.network, options, with_weights=True), options)
    print_messages("note", found.notes)
    value = found.value
    if not value.agrees:
        print_message("disagreement", f"the terms come to {value.value!r}, and the pass measured {value.measured!r}")
    if options.format == "json":
        write_json(followed_json(found, options))
    elif options.format == "csv":
        write(followed_csv(value))
    else:
        back = [Step(origin, command_to(origin, options.arguments)) for origin in value.back]
        write(followed_text(value, found.rows, found.columns, back, found.of_picture))


_COMMANDS: dict[str, Callable[[Namespace], int | None]] = {
    command_line.WINDOW: _window,
    "presets": _presets,
    "devices": _devices,
    "show": _show,
    "trace": _trace,
    "convert": _convert,
    "export": _export,
    "compare": _compare,
    "classify": _classify,
    "features": _features,
    "follow": _follow,
    "weights": _weights,
}


def _opened(network: str, options: Namespace, *, with_weights: bool = False) -> Opened:
    """Open the network with the geometry and the input that the options give, and print the reader's notes.

    A geometry applies only to a file that does not contain one, a prototxt only to a .caffemodel.
    """
    from squeezeviz.files.presets import is_trained, open_preset

    preset = None if with_weights and is_trained(network) else open_preset(network)
    opened = preset or _opened_file(network, with_weights, options.deploy)
    if options.deploy is not None and opened.format != "caffemodel":
        print_message("note", f"{Place(network)} is no .caffemodel, and takes nothing from {Place(options.deploy)}")
    if opened.unknown_geometry is not None and options.geometry is not None:
        with errors_at(file=network):
            opened = opened.in_geometry(opened.unknown_geometry.chosen(options.geometry))
    print_messages("note", opened.notes)
    if options.input is None:
        return opened
    return dataclasses.replace(opened, table=opened.table.with_input(options.input))


def _opened_file(path: str, with_weights: bool, deploy: str | None) -> Opened:
    from squeezeviz.files.registry import is_binary, open_network

    if not is_binary(path):
        return open_network(path)
    from squeezeviz.files import sandbox  # not sooner: what it needs takes its time

    return sandbox.read_file(path, with_weights=with_weights, deploy=deploy)
