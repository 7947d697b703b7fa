"""All commands, including the window.

Results go to stdout, messages to stderr. The exit code is 0; 1 for bad input or a failed pass, with one line
`squeezeviz: error: PLACE: what is wrong`; 2 for wrong usage. A command imports only what it needs: torch for `trace`,
`classify` and `devices`, Qt for `export` and the window.
"""

from __future__ import annotations

import codecs
import dataclasses
import io
import json
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from squeezeviz.cli import options as command_line
from squeezeviz.model.errors import Place, SqueezevizError, errors_at
from squeezeviz.model.text import columns_of, plain, with_numbers_json

if TYPE_CHECKING:
    from squeezeviz.analysis.arithmetic import Arithmetic
    from squeezeviz.analysis.live import LivePass
    from squeezeviz.analysis.pictures.classes import Classification
    from squeezeviz.analysis.resolve import ResolvedNetwork
    from squeezeviz.cli.locating import Located
    from squeezeviz.files.opened import Opened
    from squeezeviz.files.weights.trained import TrainedWeights


_LIBRARIES = "python3 scripts/run.py installs the libraries that Qt needs, or names them"
_NO_DISPLAY_NEEDED = "the other commands need no display, see: squeezeviz --help"


def run(arguments: Sequence[str]) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    _write_utf8()
    try:
        code = _run(arguments)
        _write("")
    except SqueezevizError as error:
        _print_message("error", str(error))
        return 1
    except BrokenPipeError:
        _discard_stdout()
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
        raise SqueezevizError(f"{error}; {_LIBRARIES}") from None


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
    from squeezeviz.gui.app import run as open_window

    network = options.network
    if options.images:
        from squeezeviz.files.presets import BUILT_IN
        from squeezeviz.files.reading import binary_file

        network = BUILT_IN if network is None else network
        for image in options.images:
            with binary_file(Path(image)):  # what is in it is read once the window is seen
                pass
    _explain_a_missing_display()
    return open_window(network, options.images)


def _explain_a_missing_display() -> None:
    """Until there is a screen, end the process with exit code 1 where Qt would abort.

    Call it before the application is created.
    """
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
    from PySide6.QtGui import QGuiApplication

    qt_messages: list[str] = []

    def take(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if QGuiApplication.primaryScreen() is not None:
            print(message, file=sys.stderr)
        elif kind == QtMsgType.QtFatalMsg:
            _end_without_a_window(qt_messages)
        else:
            qt_messages.append(message)

    qInstallMessageHandler(take)


def _end_without_a_window(qt_messages: list[str]) -> NoReturn:
    """Exit at once, because Qt aborts the process as soon as its message handler returns."""
    print(f"squeezeviz: error: display: {why_no_window(dict(os.environ), qt_messages)}", file=sys.stderr, flush=True)
    os._exit(1)


def why_no_window(environment: dict[str, str], qt_messages: list[str]) -> str:
    """Return why no window can open, from the environment and from Qt's messages."""
    if not any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return f"there is none to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set; {_NO_DISPLAY_NEEDED}"
    refused = [message for message in qt_messages if "could not connect to display" in message]
    message = (refused or qt_messages or ["Qt cannot open a window here"])[0].strip()
    if refused or not message.startswith("Could not load"):
        return f"{message}; {_NO_DISPLAY_NEEDED}"
    return f"{message}; {_LIBRARIES}"


def _presets(_: Namespace) -> None:
    from squeezeviz.files.presets import presets

    _write_columns((preset.id, preset.title) for preset in presets())


def _devices(_: Namespace) -> None:
    from squeezeviz.model.wording import readable_bytes
    from squeezeviz.trace.failures import load_torch

    load_torch()
    from squeezeviz.trace.devices import devices

    def last(memory_bytes: int, reason: str) -> str:
        return reason or (readable_bytes(memory_bytes) if memory_bytes else "")

    _write_columns((each.id, each.name, last(each.memory_bytes, each.reason)) for each in devices())


def _weights(options: Namespace) -> None:
    from squeezeviz.files.weights.trained import TRAINED, State, listing, trained_weights
    from squeezeviz.model.wording import readable_bytes

    if options.action == "fetch":
        _fetch(trained_weights(options.id))
    elif options.action == "of":
        _weigh(options)
    elif options.format == "json":
        _write_json({"schema": "squeezeviz/weights-1", "weights": listing()})
    else:
        _write_columns(
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
        _write_json({"schema": "squeezeviz/weight-statistics-1", "origin": origin, "weights": statistics_json(found)})
    else:
        from squeezeviz.files.tables.weight_statistics import statistics_text

        _write(statistics_text(found))


def _fetch(weights: TrainedWeights) -> None:
    from squeezeviz.cli.progress import ProgressLine
    from squeezeviz.files.weights.fetching import fetch

    if weights.url:
        _print_message("note", f"fetching {weights.url}")
    with _unwind_on_interrupt(), ProgressLine() as line:
        path = fetch(weights, line.show)
    _write(plain(str(path)))


def _show(options: Namespace) -> None:
    from squeezeviz.analysis.resolve import resolve

    opened = _opened(options.network, options)
    network = resolve(opened.table)
    _print_messages("note", network.problems)
    if options.format == "json":
        from squeezeviz.analysis.report import predicted_report

        _write_json(predicted_report(network, opened.notes, options.batch))
    else:
        from squeezeviz.files.tables.numbers_table import render

        _write(render(network, options.format))


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
        _print_messages("note", said)
        notes = (*notes, *said)
    else:
        _refuse_idle_preprocessing(options)
        measured = _measured(network, opened, options, arithmetic)
    if unused := arithmetic.unused_on(options.device):
        _print_message("note", unused)
    if measured.arithmetic != EXACT and measured.time_ms:
        _print_message("note", f"times and memory are those of {measured.arithmetic.sentence}")
    if options.repeat > 1 and not measured.time_ms:
        _print_message("note", repeats_note(measured))
    if opened.weights and measured.given:
        weighted = sum(1 for layer in network.layers if layer.parameters.value)
        rows = f"all {weighted}" if len(measured.given) == weighted else f"{len(measured.given)} of {weighted}"
        _print_message("note", f"{rows} layers with weights ran with those of {opened.weights.origin}")
    _print_messages("disagreement", disagreements(network, measured))
    if options.format == "json":
        _write_json(measured_report(network, measured, notes))
    else:
        _write(render(network, options.format, measured))


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
    with errors_at(file=options.network):
        return live_pass(
            network,
            device=options.device,
            batch=options.batch,
            repeats=options.repeat,
            arithmetic=arithmetic,
            weights=weights,
        )


def _convert(options: Namespace) -> None:
    from squeezeviz.analysis.resolve import resolve
    from squeezeviz.files.registry import Holds, format_of, losses, write_file

    opened = _opened(options.network, options, with_weights=True)
    with _unwind_on_interrupt():
        write_file(options.out, opened.table, weights=opened.weights)
    _print_messages("note", resolve(opened.table).problems)
    written = format_of(options.out)
    assert written is not None  # otherwise it was refused above
    origin = opened.weights.origin if opened.weights else None
    said = _said_by_weights(opened)
    _print_messages("note", (f"{Place(options.out)} {lost}" for lost in losses(opened.table, written, origin, said)))
    if written.holds is Holds.WEIGHTS and opened.weights is None:
        _print_message(
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
    from squeezeviz.cli.exporting import check_figure, check_maps, export_options, notes_on_height
    from squeezeviz.figure.writers.export import exported
    from squeezeviz.files.atomic import write_bytes
    from squeezeviz.files.presets import named_as_edited

    suffix = Path(options.out).suffix
    check_maps(options, suffix)
    if not options.image:
        _refuse_idle_preprocessing(options)
    opened = _opened(options.network, options, with_weights=options.maps)
    network = named_as_edited(resolve(opened.table))
    _print_messages("note", network.problems)
    baseline = _opened(options.baseline, options).table if options.baseline else None
    with errors_at(file=options.out):
        check_figure(suffix)
        wanted = export_options(options, network, baseline)
        if options.maps:
            from squeezeviz.cli.figure_maps import with_maps

            maps, notes = with_maps(opened, options, wanted.diagram, wanted.theme)
            _print_messages("note", notes)
            wanted = wanted._replace(maps=maps)
        made = exported(network, suffix, wanted)
    _print_messages("note", (*made.notes, *notes_on_height(made, options)))
    with _unwind_on_interrupt():
        write_bytes(options.out, made.content)


def _compare(options: Namespace) -> None:
    from squeezeviz.analysis.difference import compare
    from squeezeviz.files.tables.comparison import comparison_json, comparison_markdown, comparison_text

    opened = {name: _opened(name, options) for name in (options.network, options.other)}
    found = compare(opened[options.network].table, opened[options.other].table)
    _print_messages("note", found.notes)
    ways = {str(Place(name)): _preprocessing(name, each) for name, each in opened.items()}
    if all(ways.values()) and len(set(ways.values())) > 1:
        one, other = (f"{name} {way}" for name, way in ways.items())
        _print_message("note", f"their weights take pictures that were prepared in different ways: {one}, {other}")
    if options.format == "json":
        _write_json(comparison_json(found))
    else:
        written = comparison_text if options.format == "table" else comparison_markdown
        _write(written(found, str(Place(options.network)), str(Place(options.other))))


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
    _print_messages("error", unread)
    return 1 if unread else 0


def _write_classification(found: Classification, where: Located | None, options: Namespace) -> None:
    from squeezeviz.cli.shown_pictures import notes_on
    from squeezeviz.files.tables import classification

    _print_messages("note", notes_on(found.images, found.preprocessing.preprocessing))
    if where is not None:
        from squeezeviz.files.atomic import write_bytes

        _print_messages("note", where.notes)
        with _unwind_on_interrupt():
            write_bytes(options.where, where.content)
    if options.format == "json":
        _print_message("note", found.preprocessing.said(found.prepared))
        _write_json(classification.classification_json(found))
    else:
        _write(getattr(classification, f"classification_{options.format}".replace("_table", "_text"))(found))


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
    _print_messages("note", notes)
    with _unwind_on_interrupt():
        write_bytes(options.out, content)


def _follow(options: Namespace) -> None:
    from squeezeviz.cli.following import command_to, follow_value, followed_json
    from squeezeviz.files.tables.followed_value import Step, followed_csv, followed_text

    found = follow_value(_opened(options.network, options, with_weights=True), options)
    _print_messages("note", found.notes)
    value = found.value
    if not value.agrees:
        _print_message("disagreement", f"the terms come to {value.value!r}, and the pass measured {value.measured!r}")
    if options.format == "json":
        _write_json(followed_json(found, options))
    elif options.format == "csv":
        _write(followed_csv(value))
    else:
        back = [Step(origin, command_to(origin, options.arguments)) for origin in value.back]
        _write(followed_text(value, found.rows, found.columns, back, found.of_picture))


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
        _print_message("note", f"{Place(network)} is no .caffemodel, and takes nothing from {Place(options.deploy)}")
    if opened.unknown_geometry is not None and options.geometry is not None:
        with errors_at(file=network):
            opened = opened.in_geometry(opened.unknown_geometry.chosen(options.geometry))
    _print_messages("note", opened.notes)
    if options.input is None:
        return opened
    return dataclasses.replace(opened, table=opened.table.with_input(options.input))


def _opened_file(path: str, with_weights: bool, deploy: str | None) -> Opened:
    from squeezeviz.files.registry import is_binary, open_network

    if not is_binary(path):
        return open_network(path)
    from squeezeviz.files import sandbox  # not sooner: what it needs takes its time

    return sandbox.read_file(path, with_weights=with_weights, deploy=deploy)


@contextmanager
def _unwind_on_interrupt() -> Iterator[None]:
    """Let Ctrl+C unwind this block, so that no half-written file stays. Elsewhere Ctrl+C ends the process at once."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _write_columns(rows: Iterable[tuple[str, ...]]) -> None:
    lines = [[plain(cell) for cell in row] for row in rows]
    widths = [max(map(columns_of, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell + " " * (width - columns_of(cell)) for cell, width in zip(line, widths, strict=True))
        _write("  ".join(padded).rstrip())


def _write_json(document: Any) -> None:
    utf8 = sys.stdout is None or codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8"
    _write(with_numbers_json(json.dumps(document, indent=2, ensure_ascii=not utf8)))


def _write(text: str) -> None:
    """Write a result completely. If stdout cannot take it, raise SqueezevizError."""
    if sys.stdout is None and text:
        raise SqueezevizError("the result could not be written: it is closed", Place("stdout"))
    try:
        print(text, end="" if text.endswith("\n") or not text else "\n", flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        _discard_stdout()
        raise SqueezevizError(f"the result could not be written: {error.strerror}", Place("stdout")) from None


def _print_messages(kind: str, messages: Iterable[object]) -> None:
    for message in messages:
        _print_message(kind, str(message))


def _print_message(kind: str, message: str) -> None:
    if sys.stderr is not None:
        print(f"squeezeviz: {kind}: {plain(message)}", file=sys.stderr)


def _write_utf8() -> None:
    """Write UTF-8 whatever the locale says, because other encodings lack × and some layer names.

    An encoding chosen by PYTHONIOENCODING is used; characters that it lacks become question marks.
    """
    asked = os.environ.get("PYTHONIOENCODING", "").partition(":")[0]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if asked:
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if os.environ.get("LC_ALL") in ("C", "POSIX"):
        os.environ["LC_ALL"] = "C.UTF-8"  # as Python does for LANG; Qt would complain on stderr


def _discard_stdout() -> None:
    """Keep Python from failing again when it flushes stdout at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
