"""The messages between the window and the live-pass worker: one JSON document a line, UTF-8.

Every `Run` gets exactly one final answer: `Done`, `Failed` or `Cancelled`, every `ShowMaps` `Maps` or `NoMaps`, every
`FollowValue` `Followed` or `NoMaps`, and every `LocateClass` `Located` or `NoMaps`. A run that a newer one replaces is
`Cancelled`. A run of several passes that is cancelled after some complete ones is `Done` with these.
This module does not load torch.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

from squeezeviz.analysis.arithmetic import EXACT, Arithmetic
from squeezeviz.analysis.channels import ChannelStatistics, MapOrder
from squeezeviz.analysis.following import FollowedValue
from squeezeviz.analysis.live import LivePass, MeasuredLayer
from squeezeviz.analysis.pictures.batch import PictureInput, SeenPictures
from squeezeviz.analysis.pictures.class_maps import ClassMap, Method
from squeezeviz.analysis.value_sources import ValueAt
from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.model.errors import SqueezevizError, shown
from squeezeviz.model.json_data import LARGEST, WrongShapeError, from_json, to_json
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.failures import FailureKind

LONGEST_LINE = 64 * 1024 * 1024
"""The largest message in bytes, in both directions. The answer to a table of 10,000 Fire modules has about 20 MiB."""

Revision = Annotated[int, range(-(2**63), LARGEST)]
"""Which table a run is of. Passes beside the open table have negative ones."""
Counted = Annotated[int, range(2**31)]
"""The window counts progress in 32 bits."""


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

    With `repeats` above 1 the answer has the medians of that many passes, after one that warms up. A GPU always runs
    several.
    On the meta device, where nothing is computed, a row that runs the very modules of the answer before on an input of
    the same shape is not run again: what was measured of it follows from these two alone. A run of the very network of
    the answer before measures all of it again. With `only_new`, the answer does not tell rows again of which the `Done`
    before told the very measurement (see `completed`).
    With `pictures` these are the batch, whatever `batch` says, and without them a ramp of grey is. On the meta device,
    which has no values, they are not looked at.
    With `keep_maps`, `ShowMaps` may ask for feature maps of the pass until the next run; the meta device has none.
    Those that were asked for last are made ready as the pass runs; for others it runs once more.
    """

    revision: Revision
    table: LayerTable
    device: str = "cpu"
    batch: int = 1
    weights: RetainedWeights | None = None
    repeats: int = 1
    arithmetic: Arithmetic = EXACT
    only_new: bool = False
    pictures: PictureInput | None = None
    keep_maps: bool = False


class MapsWanted(NamedTuple):
    """Maps of one operation: of `channels`, or if there are none of the first `most` in that order, 0 for all.

    Those of a concat, whose second part begins at `border`, are as many of each part, the first part's first.
    If a map has more than `side` rows or columns, means of squares of values are brought, so that it has no more; with
    0 every map is whole. With `statistics` come the numbers of all of the operation's channels.
    """

    operation: str
    channels: tuple[Counted, ...] = ()
    order: MapOrder = MapOrder.INDEX
    most: Counted = 0
    side: Counted = 0
    statistics: bool = False
    border: Counted = 0


@dataclass(frozen=True, slots=True)
class OtherNetwork:
    """A network beside the one of a run, with `weights` in the rows that they fit, and fresh ones in the others."""

    table: LayerTable
    weights: RetainedWeights | None = None


@dataclass(frozen=True, slots=True)
class ShowMaps:
    """Bring feature maps of the pass `revision` that kept them, of one image of its batch, once no run is going or
    waiting. The worker writes them to a new file at `path`, which is the window's to remove.

    With `minus`, another image of the batch, its maps are taken away from them, or with `other` those that this network
    puts out for the very input of the pass: all that is brought is of the differences.
    """

    revision: Revision
    serial: Counted
    wanted: tuple[MapsWanted, ...]
    path: str
    image: Counted = 0
    minus: Counted | None = None
    other: OtherNetwork | None = None


@dataclass(frozen=True, slots=True)
class FollowValue:
    """Follow one value of the pass `revision` that kept its maps, once no run is going or waiting. Its serial is no
    `ShowMaps`' either."""

    revision: Revision
    serial: Counted
    at: ValueAt


@dataclass(frozen=True, slots=True)
class LocateClass:
    """Tell where the class `number` is seen in a picture of the pass `revision`, once no run is going or waiting. The
    pass need not have kept its maps. Its serial is that of no other request."""

    revision: Revision
    serial: Counted
    number: Counted
    method: Method = Method.ACTIVATION
    image: Counted = 0


@dataclass(frozen=True, slots=True)
class GiveUp:
    """A `LocateClass` is no longer wanted, whether it waits or is going: it is answered with `NoMaps`."""

    serial: Counted


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


MapRequest = ShowMaps | FollowValue | LocateClass
"""What is asked of a pass that has run."""

Request = Run | MapRequest | GiveUp | Cancel | ListDevices | Beat | Quit
_REQUESTS: dict[str, type[Request]] = {
    "run": Run,
    "maps": ShowMaps,
    "follow": FollowValue,
    "locate": LocateClass,
    "give_up": GiveUp,
    "cancel": Cancel,
    "devices": ListDevices,
    "beat": Beat,
    "quit": Quit,
}


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

    revision: Revision
    done: Counted
    total: Counted
    name: str
    repeat: Counted = 1
    repeats: Counted = 1


class Again(NamedTuple):
    """So many rows from `row` on, which the answer before told from `before` on."""

    row: Counted
    before: Counted
    length: Counted


@dataclass(frozen=True, slots=True)
class Done:
    """A finished pass. `problems` say why rows at the end were left out.

    `again` says where the rows stand that are not told again; `pass_` has the others. `seen` is what the network said
    of the pictures that it ran on.
    """

    revision: Revision
    pass_: LivePass
    problems: tuple[str, ...] = ()
    again: tuple[Again, ...] = ()
    seen: SeenPictures | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a run ended early. `revision` is None if the request itself could not be read."""

    revision: Revision | None
    reason: str
    kind: FailureKind


@dataclass(frozen=True, slots=True)
class Cancelled:
    revision: Revision


class BroughtOperation(NamedTuple):
    """Maps in a file: those of `channels`, out of `total`, each with `rows` × `columns` values. Each of these is the
    mean of a square of `reduced` × `reduced` values.

    In the file, in native float32, stand the `ChannelStatistics` of the `described` channels, all or none, and then the
    maps. `capped_at` is the percentile `CAPPED_AT` of what is not 0 in all of the operation's maps, without its sign,
    where the channels are described.
    """

    operation: str
    channels: tuple[Counted, ...]
    total: Counted
    rows: Counted
    columns: Counted
    reduced: Counted = 1
    described: Counted = 0
    capped_at: float = 0.0

    @property
    def size(self) -> int:
        """How many bytes of the file are this operation's."""
        return 4 * (len(ChannelStatistics._fields) * self.described + len(self.channels) * self.rows * self.columns)


MOST_MAP_BYTES = 64 * 1024 * 1024
"""The most that one file of feature maps has."""


@dataclass(frozen=True, slots=True)
class Maps:
    """The maps that a `ShowMaps` asked for are in its file, one operation after the other as it named them."""

    revision: Revision
    serial: Counted
    operations: tuple[BroughtOperation, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """The value that a `FollowValue` asked for."""

    revision: Revision
    serial: Counted
    value: FollowedValue


@dataclass(frozen=True, slots=True)
class Locating:
    """`done` of `total` places were covered for a `LocateClass` by occlusion."""

    revision: Revision
    serial: Counted
    done: Counted
    total: Counted


@dataclass(frozen=True, slots=True)
class Located:
    """The map that a `LocateClass` asked for."""

    revision: Revision
    serial: Counted
    found: ClassMap


@dataclass(frozen=True, slots=True)
class NoMaps:
    """Why a `MapRequest` brings nothing, and whether that is because a run came after the one that it
    speaks of."""

    revision: Revision
    serial: Counted
    reason: str
    is_stale: bool = False


def no_maps(request: MapRequest, reason: str, *, is_stale: bool = False) -> NoMaps:
    """Return the answer to a request that brings nothing."""
    return NoMaps(request.revision, request.serial, reason, is_stale)


MapEvent = Maps | Followed | Locating | Located | NoMaps
"""What comes of a `MapRequest`."""

Event = Ready | Alive | CannotStart | Devices | Progress | Done | Failed | Cancelled | MapEvent
_EVENTS: dict[str, type[Event]] = {
    "ready": Ready,
    "alive": Alive,
    "cannot_start": CannotStart,
    "devices": Devices,
    "progress": Progress,
    "done": Done,
    "failed": Failed,
    "cancelled": Cancelled,
    "maps": Maps,
    "followed": Followed,
    "locating": Locating,
    "located": Located,
    "no_maps": NoMaps,
}


class BadEventError(ValueError):
    """A line that our worker would never write. The message says what is wrong with it."""


class BadRequestError(SqueezevizError):
    """A line that is not a valid request. `revision` is set if at least that could be read."""

    def __init__(self, message: str, revision: int | None = None) -> None:
        super().__init__(message)
        self.revision = revision


def request_line(request: Request) -> bytes:
    """Return the request as the worker reads it, including the line end."""
    if isinstance(request, Run) and request.weights is not None:  # their file has the shapes
        request = dataclasses.replace(request, weights=dataclasses.replace(request.weights, shapes={}))
    return _line("op", _REQUESTS, request)


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
    op, revision = document.get("op"), document.get("revision")
    if not isinstance(op, str) or op not in _REQUESTS:
        raise BadRequestError(
            f"op must be run, maps, follow, locate, give_up, cancel, devices, beat or quit, not {shown(op)}"
        )
    try:
        return from_json(_REQUESTS[op], document, "a request")
    except (WrongShapeError, SqueezevizError) as error:
        raise BadRequestError(str(error), revision if type(revision) is int else None) from None


def event_line(event: Event) -> bytes:
    """Return the event as the window reads it, including the line end."""
    return _line("event", _EVENTS, event)


def shortened(done: Done, before: LivePass | None) -> Done:
    """Return the answer without the rows whose objects stand in the pass that was told before."""
    told = {id(layer): index for index, layer in enumerate(before.layers if before is not None else ())}
    anew, again = [], [Again(0, 0, 0)]
    for row, layer in enumerate(done.pass_.layers):
        index, last = told.get(id(layer)), again[-1]
        if index is None:
            anew.append(layer)
        elif (row, index) == (last.row + last.length, last.before + last.length):
            again[-1] = last._replace(length=last.length + 1)
        else:
            again.append(Again(row, index, 1))
    rest = dataclasses.replace(done.pass_, layers=tuple(anew))
    return dataclasses.replace(done, pass_=rest, again=tuple(each for each in again if each.length))


def completed(done: Done, before: LivePass | None) -> Done:
    """Return what was `shortened`, whole again. Raises BadEventError if `before` has not the rows that it speaks of."""
    if not done.again:
        return done
    told = before.layers if before is not None else ()
    rows: list[MeasuredLayer] = []
    anew = iter(done.pass_.layers)
    for row, first, length in done.again:
        rows += islice(anew, max(0, row - len(rows)))
        if row != len(rows) or first + length > len(told):
            raise BadEventError(f"rows {row} to {row + length} were not told before")
        rows += told[first : first + length]
    whole = dataclasses.replace(done.pass_, layers=(*rows, *anew))
    return dataclasses.replace(done, pass_=whole, again=())


def parse_event(line: bytes) -> Event:
    """Read an event. Raises BadEventError if the line is not one that the worker writes."""
    try:
        document = json.loads(line, parse_constant=_refuse_constant)
        return from_json(_EVENTS[from_json(_Named, document, "an event").event], document, "an event")
    except KeyError:
        raise BadEventError("an unknown kind of event") from None
    except (ValueError, RecursionError) as error:
        raise BadEventError(str(error)) from None


@dataclass(frozen=True, slots=True)
class _Named:
    event: str


def _refuse_constant(name: str) -> None:
    raise BadEventError(f"{name} is not a JSON number")


def _line(key: str, names: Mapping[str, type[Any]], message: Request | Event) -> bytes:
    """Return the message as ASCII, so that neither a pipe nor a line splitter can misread a name."""
    name = next(name for name, kind in names.items() if kind is type(message))
    return json.dumps({key: name, **to_json(message)}, separators=(",", ":")).encode("ascii") + b"\n"
