"""What the window and the live-pass worker say to each other: one JSON document a line, UTF-8.

Every `Run` gets exactly one final answer: `Done`, `Failed` or `Cancelled`, the last also where a newer run took
its place. Nothing here loads torch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from squeezeviz.core.errors import SqueezevizError, shown
from squeezeviz.core.live import LivePass
from squeezeviz.core.plain import from_plain, to_plain
from squeezeviz.core.table import LayerTable
from squeezeviz.core.weights import KeptWeights
from squeezeviz.tracing.failures import FailureKind


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
    """Run `table` on the device, with `weights` in the rows that they fit; one that is going gives way to it."""

    revision: int
    table: LayerTable
    device: str = "cpu"
    batch: int = 1
    weights: KeptWeights | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Give up the run that is going, and the one that waits."""


@dataclass(frozen=True, slots=True)
class ListDevices:
    """Say which devices there are."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End; the end of the input says the same."""


Request = Run | Cancel | ListDevices | Quit


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has torch loaded; said once, first."""


@dataclass(frozen=True, slots=True)
class Devices:
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` operations have run; `name` is the one that runs now."""

    revision: int
    done: int
    total: int
    name: str


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


Event = Ready | Devices | Progress | Done | Failed | Cancelled


class BadRequestError(SqueezevizError):
    """A line that is no request; `revision` where at least that could be read."""

    def __init__(self, message: str, revision: int | None = None) -> None:
        super().__init__(message)
        self.revision = revision


def request_line(request: Request) -> bytes:
    """The request as the worker reads it, line end included."""
    match request:
        case Run(revision, table, device, batch, weights):
            said = {"op": "run", "revision": revision, "table": to_plain(table), "device": device, "batch": batch}
            if weights is not None:
                said["weights"] = {"path": weights.path, "origin": weights.origin, "renamed": dict(weights.renamed)}
            return _line(said)
        case Cancel():
            return _line({"op": "cancel"})
        case ListDevices():
            return _line({"op": "devices"})
        case Quit():
            return _line({"op": "quit"})


def parse_request(line: bytes) -> Request:
    """The request on that line; BadRequestError says what is wrong with it."""
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
        case "quit":
            return Quit()
        case other:
            raise BadRequestError(f"op must be run, cancel, devices or quit, not {shown(other)}")


def event_line(event: Event) -> bytes:
    """The event as the window reads it, line end included."""
    match event:
        case Ready():
            return _line({"event": "ready"})
        case Devices(devices):
            return _line({"event": "devices", "devices": [_device_json(each) for each in devices]})
        case Progress(revision, done, total, name):
            return _line({"event": "progress", "revision": revision, "done": done, "total": total, "name": name})
        case Done(revision, live_pass, problems):
            return _line(
                {"event": "done", "revision": revision, "pass": live_pass.to_json(), "problems": list(problems)}
            )
        case Failed(revision, reason, kind):
            return _line({"event": "failed", "revision": revision, "reason": reason, "kind": str(kind)})
        case Cancelled(revision):
            return _line({"event": "cancelled", "revision": revision})


def parse_event(line: bytes) -> Event:
    """The event on that line. ValueError, KeyError or TypeError where the worker did not write it."""
    document = json.loads(line)
    return _EVENTS[document["event"]](document)


_EVENTS: dict[str, Callable[[dict[str, Any]], Event]] = {
    "ready": lambda _: Ready(),
    "devices": lambda said: Devices(tuple(Device(**each) for each in said["devices"])),
    "progress": lambda said: Progress(said["revision"], said["done"], said["total"], said["name"]),
    "done": lambda said: Done(said["revision"], LivePass.from_json(said["pass"]), tuple(said["problems"])),
    "failed": lambda said: Failed(said["revision"], said["reason"], FailureKind(said["kind"])),
    "cancelled": lambda said: Cancelled(said["revision"]),
}


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
        return Run(revision, from_plain(table), device, batch, _parse_weights(document.get("weights"), revision))
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
