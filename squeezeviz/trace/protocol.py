"""The messages between the window and the live-pass worker: one JSON document a line, UTF-8.

Every `Run` gets exactly one final answer: `Done`, `Failed` or `Cancelled`. A run that a newer one replaces is
`Cancelled`. A run of several passes that is cancelled after some complete ones is `Done` with these. This module does
not load torch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.live_json import Fields, pass_json, read_pass
from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.model.errors import SqueezevizError, shown
from squeezeviz.model.plain_data import from_plain, to_plain
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.failures import FailureKind

LONGEST_LINE = 64 * 1024 * 1024
"""The largest message in bytes, in both directions. The answer to a table of 10,000 Fire modules has about 20 MiB."""
MOST_COUNTED = 2**31 - 1
"""The largest progress, because the window counts it in 32 bits."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device that a pass can run on, or a missing one with the reason.

    `memory_bytes` is its total memory, or 0 if it has none or does not say.
    """

    id: str
    name: str
    memory_bytes: int
    available: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Run `table` on the device, with `weights` in the rows that they fit. It replaces a run that is going.

    With `repeats` above 1 the answer has the medians of that many passes, after one that warms up.
    """

    revision: int
    table: LayerTable
    device: str = "cpu"
    batch: int = 1
    weights: RetainedWeights | None = None
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel the present run and the waiting one."""


@dataclass(frozen=True, slots=True)
class ListDevices:
    """Ask which devices there are."""


@dataclass(frozen=True, slots=True)
class Beat:
    """Ask for `Alive` every second from now on, while torch loads and while a pass runs."""


@dataclass(frozen=True, slots=True)
class Quit:
    """Ask the worker to exit. The end of its input means the same."""


Request = Run | Cancel | ListDevices | Beat | Quit


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded torch. It is sent once, before anything but `Alive`."""


@dataclass(frozen=True, slots=True)
class Alive:
    """A sign of life, sent if `Beat` asked for it."""


@dataclass(frozen=True, slots=True)
class CannotStart:
    """Why this worker can run no pass at all: torch cannot be loaded. The worker then exits."""

    reason: str
    kind: FailureKind


@dataclass(frozen=True, slots=True)
class Devices:
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` operations have run; `name` is the one that runs now.

    In a run of several passes, `repeat` is the number of the pass, 0 for the one that warms up.
    """

    revision: int
    done: int
    total: int
    name: str
    repeat: int = 1
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class Done:
    """A finished pass. `problems` say why rows at the end were left out."""

    revision: int
    live_pass: LivePass
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a run ended early. `revision` is None if the request itself could not be read."""

    revision: int | None
    reason: str
    kind: FailureKind


@dataclass(frozen=True, slots=True)
class Cancelled:
    revision: int


Event = Ready | Alive | CannotStart | Devices | Progress | Done | Failed | Cancelled


class BadEventError(ValueError):
    """A line that our worker would never write. The message says what is wrong with it."""


class BadRequestError(SqueezevizError):
    """A line that is not a valid request. `revision` is set if at least that could be read."""

    def __init__(self, message: str, revision: int | None = None) -> None:
        super().__init__(message)
        self.revision = revision


def request_line(request: Request) -> bytes:
    """Return the request as the worker reads it, including the line end."""
    match request:
        case Run(revision, table, device, batch, weights, repeats):
            fields = {"op": "run", "revision": revision, "table": to_plain(table), "device": device, "batch": batch}
            fields["repeats"] = repeats
            if weights is not None:
                fields["weights"] = {"path": weights.path, "origin": weights.origin, "renamed": dict(weights.renamed)}
            return _line(fields)
        case Cancel():
            return _line({"op": "cancel"})
        case ListDevices():
            return _line({"op": "devices"})
        case Beat():
            return _line({"op": "beat"})
        case Quit():
            return _line({"op": "quit"})


def parse_request(line: bytes) -> Request:
    """Read a request. Raises BadRequestError, which says what is wrong with the line."""
    if len(line) > LONGEST_LINE:
        raise BadRequestError(f"a request has more than {LONGEST_LINE // 1024**2} MiB; take fewer layers")
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRequestError(f"a request is one JSON object on a line, and this is not: {error}") from None
    if not isinstance(document, dict):
        raise BadRequestError("a request is a JSON object with an op")
    match document.get("op"):
        case "run":
            return _parse_run(document)
        case "cancel":
            return Cancel()
        case "devices":
            return ListDevices()
        case "beat":
            return Beat()
        case "quit":
            return Quit()
        case other:
            raise BadRequestError(f"op must be run, cancel, devices, beat or quit, not {shown(other)}")


def event_line(event: Event) -> bytes:
    """Return the event as the window reads it, including the line end."""
    match event:
        case Ready():
            return _line({"event": "ready"})
        case Alive():
            return _line({"event": "alive"})
        case CannotStart(reason, kind):
            return _line({"event": "cannot_start", "reason": reason, "kind": str(kind)})
        case Devices(devices):
            return _line({"event": "devices", "devices": [_device_json(each) for each in devices]})
        case Progress(revision, done, total, name, repeat, repeats):
            fields = {"event": "progress", "revision": revision, "done": done, "total": total, "name": name}
            return _line(fields | {"repeat": repeat, "repeats": repeats})
        case Done(revision, live_pass, problems):
            return _line(
                {"event": "done", "revision": revision, "pass": pass_json(live_pass), "problems": list(problems)}
            )
        case Failed(revision, reason, kind):
            return _line({"event": "failed", "revision": revision, "reason": reason, "kind": str(kind)})
        case Cancelled(revision):
            return _line({"event": "cancelled", "revision": revision})


def parse_event(line: bytes) -> Event:
    """Read an event. Raises BadEventError if the line is not one that the worker writes."""
    try:
        fields = Fields.of(json.loads(line, parse_constant=_refuse_constant), "an event")
        return _EVENTS[fields.text("event")](fields)
    except KeyError:
        raise BadEventError("an unknown kind of event") from None
    except (ValueError, RecursionError) as error:
        raise BadEventError(str(error)) from None


_EVENTS: dict[str, Callable[[Fields], Event]] = {
    "ready": lambda _: Ready(),
    "alive": lambda _: Alive(),
    "cannot_start": lambda fields: CannotStart(fields.text("reason"), FailureKind(fields.text("kind"))),
    "devices": lambda fields: Devices(tuple(map(_parse_device, fields.objects("devices")))),
    "progress": lambda fields: _parse_progress(fields),
    "done": lambda fields: Done(
        fields.whole("revision", _LEAST), read_pass(fields.document.get("pass")), fields.texts("problems")
    ),
    "failed": lambda fields: _parse_failed(fields),
    "cancelled": lambda fields: Cancelled(fields.whole("revision", _LEAST)),
}
_LEAST = -(2**63)
"""The lowest revision. Passes beside the open table have negative ones."""


def _refuse_constant(name: str) -> None:
    raise BadEventError(f"{name} is not a JSON number")


def _parse_device(fields: Fields) -> Device:
    return Device(
        fields.text("id"),
        fields.text("name"),
        fields.whole("memory_bytes"),
        fields.flag("available"),
        fields.text("reason"),
    )


def _parse_progress(fields: Fields) -> Progress:
    counts = [fields.whole("done"), fields.whole("total")]
    counts += [fields.whole(each) if each in fields.document else 1 for each in ("repeat", "repeats")]
    if max(counts) > MOST_COUNTED:
        raise BadEventError(f"progress counts to {MOST_COUNTED} at most")
    done, total, repeat, repeats = counts
    return Progress(fields.whole("revision", _LEAST), done, total, fields.text("name"), repeat, repeats)


def _parse_failed(fields: Fields) -> Failed:
    revision = None if fields.document.get("revision") is None else fields.whole("revision", _LEAST)
    return Failed(revision, fields.text("reason"), FailureKind(fields.text("kind")))


def _parse_run(document: Mapping[str, Any]) -> Run:
    revision = document.get("revision")
    if not isinstance(revision, int) or isinstance(revision, bool):
        raise BadRequestError("a run needs a revision that is a whole number")
    table, device, batch = document.get("table"), document.get("device", "cpu"), document.get("batch", 1)
    if not isinstance(table, dict):
        raise BadRequestError("a run needs a table", revision)
    if not isinstance(device, str):
        raise BadRequestError(f"device must be a name such as cpu, not {shown(device)}", revision)
    try:
        weights = _parse_weights(document.get("weights"), revision)
        return Run(revision, from_plain(table), device, batch, weights, document.get("repeats", 1))
    except SqueezevizError as error:
        raise BadRequestError(str(error), revision) from None


def _parse_weights(fields: object, revision: int) -> RetainedWeights | None:
    """Read where the weights are. Their shapes are not sent, because the file has them."""
    if fields is None:
        return None
    if not isinstance(fields, dict) or not isinstance(fields.get("path"), str):
        raise BadRequestError("weights need the path of their file", revision)
    renamed = fields.get("renamed", {})
    if not isinstance(renamed, dict) or not all(isinstance(name, str) for name in renamed.values()):
        raise BadRequestError("renamed must give a row's former name by its present one", revision)
    return RetainedWeights(fields["path"], str(fields.get("origin", fields["path"])), {}, renamed)


def _device_json(device: Device) -> dict[str, Any]:
    return {
        "id": device.id,
        "name": device.name,
        "memory_bytes": device.memory_bytes,
        "available": device.available,
        "reason": device.reason,
    }


def _line(document: dict[str, Any]) -> bytes:
    """Return the document as ASCII, so that neither a pipe nor a line splitter can misread a name."""
    return json.dumps(document, separators=(",", ":")).encode("ascii") + b"\n"
