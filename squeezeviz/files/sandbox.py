"""Binary files and large texts are read in a child process with bounds on its memory, its processor time and the clock.

What a file makes a library do, and however that ends, costs the child alone: the caller gets a network or one sentence.
The window also writes networks with weights in such a child, without the bounds, so that writing can be cancelled.

Run as `python -m squeezeviz.files.sandbox`, this module is the child: it takes one request, a line of JSON on stdin,
and gives one answer on stdout, a line of JSON and, where they were asked for, the weights' numbers after it.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from squeezeviz.analysis.weights import RetainedWeights, lost_weights_error, stored_name
from squeezeviz.files import registry
from squeezeviz.files.child import Cancelled, Ended, Refusal, end_with_the_parent, run_child
from squeezeviz.files.opened import Opened
from squeezeviz.files.unknown_geometry import UnknownGeometry
from squeezeviz.files.weights import Weights
from squeezeviz.model.errors import Note, Place, SqueezevizError
from squeezeviz.model.json_data import from_json, to_json
from squeezeviz.model.table import LayerTable
from squeezeviz.model.wording import readable_bytes

MEMORY_LIMIT = 512 * 1024**2
"""Bytes of data that reading may take, beside what is in proportion to the file. The libraries alone take 150 MiB."""
TIMES_THE_FILE = 3
"""The file itself, what a library makes of it, and its numbers as float32; of at most `LARGEST` bytes of it."""
LARGEST = 512 * 1024**2
PROCESSOR_LIMIT_S = 30
"""Seconds of processor time that reading may take. A SqueezeNet takes a quarter of one."""
DEADLINE_S = 300.0
"""Seconds by the clock that reading may take, from a slow disk too; the only bound where a system knows no others."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A request to read a network. Its weights go into a new file in `folder`, or without one follow the answer."""

    path: str
    folder: str | None
    with_weights: bool
    memory: int
    processor_s: int


@dataclass(frozen=True, slots=True)
class _Writing:
    path: str
    table: LayerTable
    format: str
    weights: RetainedWeights | None


@dataclass(frozen=True, slots=True)
class _Found:
    table: LayerTable
    notes: tuple[Note, ...]
    format: str
    weights: RetainedWeights | None
    unknown_geometry: UnknownGeometry | None

    def opened(self, path: str) -> Opened:
        return Opened(self.table, self.notes, self.format, Path(path), unknown_geometry=self.unknown_geometry)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found, or why not; neither where something was written."""

    found: _Found | None = None
    refusal: Refusal | None = None


def read_file(name: str, *, with_weights: bool) -> Opened:
    """The network in a binary file, or of an id of trained weights, without its weights unless they are asked for.

    SqueezevizError as `registry.open_network`, and where reading crashed or went beyond a bound.
    """
    from squeezeviz.files.weights.trained import as_named, file_behind  # the child needs none

    path = file_behind(name)
    with _answer(_reading(path, None, with_weights), lambda: False) as (found, numbers):
        assert found is not None
        opened = found.opened(path)
        if found.weights is not None:
            opened = replace(opened, weights=_received(found.weights, numbers))
        return as_named(opened, name)


def read_into(folder: Path, name: str, cancelled: Cancelled) -> Opened:
    """The network in a file, or of an id of trained weights, with its weights, if any, in a new file in `folder`.

    SqueezevizError as `read_file`, and where it was cancelled.
    """
    from squeezeviz.files.weights.trained import as_named, file_behind  # the child needs none

    path = file_behind(name)
    with _answer(_reading(path, str(folder), True), cancelled) as (found, _):
        assert found is not None
        return as_named(replace(found.opened(path), retained=found.weights), name)


def write_file(
    path: str, table: LayerTable, format_id: str, weights: RetainedWeights | None, cancelled: Cancelled
) -> None:
    """Write the network with its weights, fresh ones where there are none.

    SqueezevizError as `registry.write_file`, and where it was cancelled or writing crashed.
    """
    with _answer(_Writing(path, table, format_id, weights), cancelled):
        pass


def _reading(path: str, folder: str | None, with_weights: bool) -> _Reading:
    return _Reading(path, folder, with_weights, _memory_limit(path), PROCESSOR_LIMIT_S)


def _memory_limit(path: str) -> int:
    size = 0
    with contextlib.suppress(OSError):  # which reading it says
        size = min(Path(path).stat().st_size, LARGEST)
    return MEMORY_LIMIT + TIMES_THE_FILE * size


@contextlib.contextmanager
def _answer(request: _Reading | _Writing, cancelled: Cancelled) -> Iterator[tuple[_Found | None, IO[bytes]]]:
    """What the child found, and the file in which the weights' numbers follow it. Its errors are raised here."""
    place, reads = Place(file=request.path), isinstance(request, _Reading)
    asked = json.dumps({"read" if reads else "write": to_json(request)}).encode("ascii") + b"\n"
    with tempfile.TemporaryFile() as output:
        try:
            ended = run_child(__name__, asked, output, cancelled, place, DEADLINE_S if reads else math.inf)
        except TimeoutError:
            raise SqueezevizError(f"{_TOO_LONG}: more than {DEADLINE_S:,.0f} seconds", place) from None
        if ended.code:
            raise SqueezevizError(_why_it_ended(request, ended), place)
        output.seek(0)
        try:
            answer = from_json(_Answer, json.loads(output.readline()), "an answer")
        except ValueError as error:
            reason = f"the process that does this gave no answer that can be read: {error}"
            raise SqueezevizError(reason, place) from None
        if answer.refusal is not None:
            raise answer.refusal.error
        yield answer.found, output


_TOO_LONG = "reading it took longer than that of any network and was stopped"
_OUT_OF_MEMORY = re.compile(
    rb"memory allocation of \d+ bytes failed|bad_alloc|MemoryError|annot allocate memory|failed to map segment"
    rb"|OpenBLAS error: Memory"
)
"""What Rust, C++, Python, the system and numpy say of it."""


def _why_it_ended(request: _Reading | _Writing, ended: Ended) -> str:
    """What became of a child that ended without an answer."""
    if ended.code == -getattr(signal, "SIGXCPU", 0):
        return f"{_TOO_LONG}: more than {PROCESSOR_LIMIT_S} seconds of the processor"
    if ended.killed or _OUT_OF_MEMORY.search(ended.stderr):
        return _too_large(request)
    return f"the process that does this crashed, with code {ended.code}{ended.last_words}"


def _too_large(request: _Reading | _Writing) -> str:
    if isinstance(request, _Writing):
        return "writing it takes more memory than there is"
    return f"reading it takes more memory than there is for it, at most {readable_bytes(request.memory)}"


def _received(sent: RetainedWeights, numbers: IO[bytes]) -> Weights:
    import numpy as np

    arrays = {
        name: np.frombuffer(bytearray(numbers.read(4 * math.prod(shape))), np.float32).reshape(shape)
        for name, shape in sent.shapes.items()
    }
    return Weights(arrays, sent.origin)


def save(weights: Weights, path: Path) -> RetainedWeights:
    """Put the weights into a file of ours, from which the live pass takes them."""
    from safetensors.numpy import save_file

    save_file({stored_name(name): array for name, array in weights.arrays.items()}, path)
    return RetainedWeights(str(path), weights.origin, weights.shapes)


def load(retained: RetainedWeights) -> Weights:
    """The weights by the rows' present names. SqueezevizError where the file is gone or damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays = load_file(retained.path)
    except (OSError, SafetensorError) as error:
        raise lost_weights_error(retained, error) from None
    return Weights({now: arrays[stored_name(then)] for then, now in retained.now().items()}, retained.origin)


def main() -> None:
    """Serve the one request on stdin."""
    asked = json.loads(sys.stdin.readline())
    request: _Reading | _Writing
    request = from_json(_Reading, asked["read"], "it") if "read" in asked else from_json(_Writing, asked["write"], "it")
    output = sys.stdout.buffer
    sys.stdout = sys.stderr  # what libraries print is no answer
    weights = None
    try:
        answer, weights = _read(request) if isinstance(request, _Reading) else _write(request)
    except SqueezevizError as error:
        answer = _Answer(refusal=Refusal.of(error))
    except MemoryError:
        answer = _Answer(refusal=Refusal(_too_large(request), Place(file=request.path)))
    output.write(json.dumps(to_json(answer)).encode("ascii") + b"\n")
    for array in weights.arrays.values() if weights else ():
        output.write(array.data)
    output.flush()
    os._exit(0)  # nothing that torch loaded needs taking down


def _read(request: _Reading) -> tuple[_Answer, Weights | None]:
    end_with_the_parent()
    limit_resources(request.memory, request.processor_s)
    opened = registry.read_file(request.path)
    weights = opened.weights if request.with_weights else None
    retained = None
    if weights is not None and request.folder is not None:
        handle, name = tempfile.mkstemp(".safetensors", "weights-", request.folder)
        os.close(handle)
        retained, weights = save(weights, Path(name)), None
    elif weights is not None:
        retained = RetainedWeights("", weights.origin, weights.shapes)
    return _Answer(_Found(opened.table, opened.notes, opened.format, retained, opened.unknown_geometry)), weights


def _write(request: _Writing) -> tuple[_Answer, None]:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # which unwinds, so that no half-written file stays
    weights = load(request.weights) if request.weights else None
    registry.write_file(request.path, request.table, request.format, weights)
    return _Answer(), None


def limit_resources(memory: int, processor_s: int) -> None:
    """Bound the data of this process, in bytes, and its processor time, where the system can; leave no core file."""
    limit_memory(memory)
    _limit("RLIMIT_CPU", processor_s)
    _limit("RLIMIT_CORE", 0)


def limit_memory(memory: int) -> None:
    """Bound the data of this process, in bytes, where the system can."""
    _limit("RLIMIT_DATA", memory)


def _limit(name: str, limit: int) -> None:
    if sys.platform != "win32":
        import resource

        kind = getattr(resource, name)
        _, most = resource.getrlimit(kind)
        bound = limit if most == resource.RLIM_INFINITY else min(most, limit)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses most limits of memory
            resource.setrlimit(kind, (bound, most))


if __name__ == "__main__":
    main()
