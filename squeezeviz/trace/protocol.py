"""What the window and the live-pass worker say to each other: one JSON document a line, UTF-8.

Every `Run` gets exactly one final answer: `Done`, `Failed` or `Cancelled`, the last also where a newer run took
its place. A run of several passes that is given up after some whole ones is `Done` with those.
Nothing here loads torch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.live_json import Fields, pass_json, read_pass
from squeezeviz.analysis.weights import KeptWeights
from squeezeviz.model.errors import SqueezevizError, shown
from squeezeviz.model.plain_data import from_plain, to_plain
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.failures import FailureKind

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes that a message may have, either way; the answer to a table of 10,000 Fire modules has some 20 MiB."""
MOST_COUNTED = 2**31 - 1
"""Progress is counted in the window's 32 bits."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device that a pass can run on, or one that is missing, with the reason.

    `memory_bytes` is all that it has; 0 where it has none or cannot say.
    """

    id: str
    name: str
    memory_bytes: int
    available: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Run `table` on the device, with `weights` in the rows that they fit; one that is going gives way to it.

    With `repeats` above 1 the answer has the medians of that many passes, after one that warms up.
    """

    revision: int
    table: LayerTable
    device: str = "cpu"
    batch: int = 1
    weights: KeptWeights | None = None
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class Cancel:
    """Give up the run that is going, and the one that waits."""


@dataclass(frozen=True, slots=True)
class ListDevices:
    """Say which devices there are."""


@dataclass(frozen=True, slots=True)
class Beat:
    """Say `Alive` every second from now on, while torch is loaded and while a pass runs."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End; the end of the input says the same."""


Request = Run | Cancel | ListDevices | Beat | Quit


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has torch loaded; said once, first of all but `Alive`."""


@dataclass(frozen=True, slots=True)
class Alive:
    """Said where `Beat` asked for it: the process is not stopped."""


@dataclass(frozen=True, slots=True)
class CannotStart:
    """Why this worker can run no pass at all: torch cannot be loaded. Then it ends."""

    reason: str
    kind: FailureKind


@dataclass(frozen=True, slots=True)
class Devices:
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` operations have run; `name` is the one that runs now.

    Of several passes it is in that of number `repeat`, 0 for the one that warms up.
    """

    revision: int
    done: int
    total: int
    name: str
    repeat: int = 1
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class Done:
    """A finished pass; `problems` say why rows at the end were left out."""

    revision: int
    live_pass: LivePass
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a run ended early; `revision` is None where the request itself could not be read."""

    revision: int | None
    reason: str
    kind: FailureKind


@dataclass(frozen=True, slots=True)
class Cancelled:
    revision: int


Event = Ready | Alive | CannotStart | Devices | Progress | Done | Failed | Cancelled


class BadEventError(ValueError):
    """A line that no worker of ours would write; says what is wrong with it."""


class BadRequestError(SqueezevizError):
    """A line that is no request; `revision` where at least that could be read."""

    def __init__(self, message: str, revision: int | None = None) -> None:
        super().__init__(message)
        self.revision = revision


def request_line(request: Request) -> bytes:
    """The request as the worker reads it, line end included."""
    match request:
        case Run(revision, table, device, batch, weights, repeats):
            said = {"op": "run", "revision": revision, "table": to_plain(table), "device": device, "batch": batch}
            said["repeats"] = repeats
            if weights is not None:
                said["weights"] = {"path": weights.path, "origin": weights.origin, "renamed": dict(weights.renamed)}
            return _line(said)
        case Cancel():
            return _line({"op": "cancel"})
        case ListDevices():
            return _line({"op": "devices"})
        case Beat():
            return _line({"op": "beat"})
        case Quit():
            return _line({"op": "quit"})


def parse_request(line: bytes) -> Request:
    """The request on that line; BadRequestError says what is wrong with it."""
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
    """The event as the window reads it, line end included."""
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
            said = {"event": "progress", "revision": revision, "done": done, "total": total, "name": name}
            return _line(said | {"repeat": repeat, "repeats": repeats})
        case Done(revision, live_pass, problems):
            return _line(
                {"event": "done", "revision": revision, "pass": pass_json(live_pass), "problems": list(problems)}
            )
        case Failed(revision, reason, kind):
            return _line({"event": "failed", "revision": revision, "reason": reason, "kind": str(kind)})
        case Cancelled(revision):
            return _line({"event": "cancelled", "revision": revision})


def parse_event(line: bytes) -> Event:
    """The event on that line. BadEventError where the worker did not write it."""
    try:
        said = Fields.of(json.loads(line, parse_constant=_refuse_constant), "an event")
        return _EVENTS[said.text("event")](said)
    except KeyError:
        raise BadEventError("an event of a kind that there is not") from None
    except (ValueError, RecursionError) as error:
        raise BadEventError(str(error)) from None


_EVENTS: dict[str, Callable[[Fields], Event]] = {
    "ready": lambda _: Ready(),
    "alive": lambda _: Alive(),
    "cannot_start": lambda said: CannotStart(said.text("reason"), FailureKind(said.text("kind"))),
    "devices": lambda said: Devices(tuple(map(_parse_device, said.objects("devices")))),
    "progress": lambda said: _parse_progress(said),
    "done": lambda said: Done(
        said.whole("revision", _LEAST), read_pass(said.document.get("pass")), said.texts("problems")
    ),
    "failed": lambda said: _parse_failed(said),
    "cancelled": lambda said: Cancelled(said.whole("revision", _LEAST)),
}
_LEAST = -(2**63)
"""Revisions may be negative: those beside the open table's are."""


def _refuse_constant(name: str) -> None:
    raise BadEventError(f"{name} is no number that JSON has")


def _parse_device(said: Fields) -> Device:
    return Device(
        said.text("id"), said.text("name"), said.whole("memory_bytes"), said.flag("available"), said.text("reason")
    )


def _parse_progress(said: Fields) -> Progress:
    counts = [said.whole("done"), said.whole("total")]
    counts += [said.whole(each) if each in said.document else 1 for each in ("repeat", "repeats")]
    if max(counts) > MOST_COUNTED:
        raise BadEventError(f"progress counts to {MOST_COUNTED} at most")
    done, total, repeat, repeats = counts
    return Progress(said.whole("revision", _LEAST), done, total, said.text("name"), repeat, repeats)


def _parse_failed(said: Fields) -> Failed:
    revision = None if said.document.get("revision") is None else said.whole("revision", _LEAST)
    return Failed(revision, said.text("reason"), FailureKind(said.text("kind")))


def _parse_run(document: Mapping[str, Any]) -> Run:
    revision = document.get("revision")
    if not isinstance(revision, int) or isinstance(revision, bool):
        raise BadRequestError("a run needs a revision, a whole number")
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


def _parse_weights(said: object, revision: int) -> KeptWeights | None:
    """Where the weights are; their shapes stand in the file."""
    if said is None:
        return None
    if not isinstance(said, dict) or not isinstance(said.get("path"), str):
        raise BadRequestError("weights need the path of their file", revision)
    renamed = said.get("renamed", {})
    if not isinstance(renamed, dict) or not all(isinstance(name, str) for name in renamed.values()):
        raise BadRequestError("renamed must give a row's former name by its present one", revision)
    return KeptWeights(said["path"], str(said.get("origin", said["path"])), {}, renamed)


def _device_json(device: Device) -> dict[str, Any]:
    return {
        "id": device.id,
        "name": device.name,
        "memory_bytes": device.memory_bytes,
        "available": device.available,
        "reason": device.reason,
    }


def _line(document: dict[str, Any]) -> bytes:
    """ASCII, so that no pipe and no line splitter can trip over a name."""
    return json.dumps(document, separators=(",", ":")).encode("ascii") + b"\n"
