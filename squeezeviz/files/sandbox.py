"""Binary files and large texts are read in a child process with bounds on its memory, its processor time and the clock.

What a file makes a library do, and however that ends, costs the child alone: the caller gets a network, or a picture,
or one sentence.
The window also writes networks with weights in such a child, without the bounds, so that writing can be cancelled.

Run as `python -m squeezeviz.files.sandbox`, this module is the child: it takes one request, a line of JSON on stdin,
and gives one answer on stdout, a line of JSON and, where they were asked for, the weights' numbers or a picture's
pixels after it.
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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from squeezeviz.analysis.pictures.picture import Picture, Preview, RetainedPicture
from squeezeviz.analysis.pictures.preprocessing import PreprocessingHint
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

if TYPE_CHECKING:
    from squeezeviz.files.pictures import Pixels

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
    deploy: str | None
    folder: str | None
    with_weights: bool
    memory: int
    processor_s: int


@dataclass(frozen=True, slots=True)
class _Depicting:
    """A request to read a picture. Its pixels go into a new file in `folder`, or without one follow the answer."""

    path: str
    folder: str | None
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
    preprocessing: PreprocessingHint | None

    def opened(self, path: str) -> Opened:
        return Opened(
            self.table,
            self.notes,
            self.format,
            Path(path),
            unknown_geometry=self.unknown_geometry,
            preprocessing=self.preprocessing,
        )


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found, a network or a picture, or why not; none of these where something was written."""

    found: _Found | None = None
    refusal: Refusal | None = None
    picture: RetainedPicture | None = None


_Request = _Reading | _Depicting | _Writing
_REQUESTS: dict[str, type[_Request]] = {"read": _Reading, "picture": _Depicting, "write": _Writing}


def read_file(name: str, *, with_weights: bool, deploy: str | None = None) -> Opened:
    """The network in a binary file, or of an id of trained weights, without its weights unless they are asked for.

    `deploy` as in `registry.read_file`. SqueezevizError as `registry.open_network`, and where reading crashed or went
    beyond a bound.
    """
    from squeezeviz.files.weights.trained import as_named, file_behind  # the child needs none

    path = file_behind(name)
    with _answer(_reading(path, deploy, None, with_weights), lambda: False) as (answer, numbers):
        found = answer.found
        assert found is not None
        opened = found.opened(path)
        if found.weights is not None:
            opened = replace(opened, weights=_received(found.weights, numbers))
        return as_named(opened, name)


def read_into(folder: Path, name: str, cancelled: Cancelled, deploy: str | None = None) -> Opened:
    """The network in a file, or of an id of trained weights, with its weights, if any, in a new file in `folder`.

    SqueezevizError as `read_file`, and where it was cancelled.
    """
    from squeezeviz.files.weights.trained import as_named, file_behind  # the child needs none

    path = file_behind(name)
    with _answer(_reading(path, deploy, str(folder), True), cancelled) as (answer, _):
        assert answer.found is not None
        return as_named(replace(answer.found.opened(path), retained=answer.found.weights), name)


def read_picture(path: str) -> Picture:
    """The picture in a PNG, JPEG, WebP or BMP file.

    SqueezevizError as `pictures.read`, and where reading crashed or went beyond a bound.
    """
    with _answer(_depicting(path, None), lambda: False) as (answer, pixels):
        shown = answer.picture
        assert shown is not None
        return Picture(shown.name, shown.width, shown.height, pixels.read(), shown.notes)


def read_picture_into(folder: Path, path: str, cancelled: Cancelled) -> RetainedPicture:
    """The same, with its pixels and those of a preview in new files in `folder`.

    SqueezevizError also where it was cancelled, or there is no room.
    """
    with _answer(_depicting(path, str(folder)), cancelled) as (answer, _):
        assert answer.picture is not None
        return answer.picture


def write_file(
    path: str, table: LayerTable, format_id: str, weights: RetainedWeights | None, cancelled: Cancelled
) -> None:
    """Write the network with its weights, fresh ones where there are none.

    SqueezevizError as `registry.write_file`, and where it was cancelled or writing crashed.
    """
    with _answer(_Writing(path, table, format_id, weights), cancelled):
        pass


def _reading(path: str, deploy: str | None, folder: str | None, with_weights: bool) -> _Reading:
    return _Reading(path, deploy, folder, with_weights, _memory_limit(path), PROCESSOR_LIMIT_S)


def _depicting(path: str, folder: str | None) -> _Depicting:
    return _Depicting(path, folder, _memory_limit(path), PROCESSOR_LIMIT_S)


def _memory_limit(path: str) -> int:
    size = 0
    with contextlib.suppress(OSError):  # which reading it says
        size = min(Path(path).stat().st_size, LARGEST)
    return MEMORY_LIMIT + TIMES_THE_FILE * size


@contextlib.contextmanager
def _answer(request: _Request, cancelled: Cancelled) -> Iterator[tuple[_Answer, IO[bytes]]]:
    """What the child answers, and the file in which numbers or pixels follow it. Its errors are raised here."""
    place, reads = Place(file=request.path), not isinstance(request, _Writing)
    name = next(name for name, kind in _REQUESTS.items() if isinstance(request, kind))
    asked = json.dumps({name: to_json(request)}).encode("ascii") + b"\n"
    with tempfile.TemporaryFile() as output:
        try:
            ended = run_child(__name__, asked, output, cancelled, place, DEADLINE_S if reads else math.inf)
        except TimeoutError:
            raise SqueezevizError(f"{_too_long(request)}: more than {DEADLINE_S:,.0f} seconds", place) from None
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
        yield answer, output


def _too_long(request: _Request) -> str:
    what = "picture" if isinstance(request, _Depicting) else "network"
    return f"reading it took longer than that of any {what} and was stopped"


_OUT_OF_MEMORY = re.compile(
    rb"memory allocation of \d+ bytes failed|bad_alloc|MemoryError|annot allocate memory|failed to map segment"
    rb"|OpenBLAS error: Memory"
)
"""What Rust, C++, Python, the system and numpy say of it."""


def _why_it_ended(request: _Request, ended: Ended) -> str:
    """What became of a child that ended without an answer."""
    if ended.code == -getattr(signal, "SIGXCPU", 0):
        return f"{_too_long(request)}: more than {PROCESSOR_LIMIT_S} seconds of the processor"
    if ended.killed or _OUT_OF_MEMORY.search(ended.stderr):
        return _too_large(request)
    return f"the process that does this crashed, with code {ended.code}{ended.last_words}"


def _too_large(request: _Request) -> str:
    if isinstance(request, _Writing):
        return "writing it takes more memory than there is"
    if isinstance(request, _Depicting):  # the bound went up with its pixels
        return _TOO_LARGE
    return f"{_TOO_LARGE}, at most {readable_bytes(request.memory)}"


_TOO_LARGE = "reading it takes more memory than there is for it"


def _received(sent: RetainedWeights, numbers: IO[bytes]) -> Weights:
    import numpy as np

    arrays = {
        name: np.frombuffer(bytearray(numbers.read(4 * math.prod(shape))), np.float32).reshape(shape)
        for name, shape in sent.shapes.items()
    }
    return Weights(arrays, sent.origin, sent.stored)


def save(weights: Weights, path: Path) -> RetainedWeights:
    """Put the weights into a file of ours, from which the live pass takes them."""
    from safetensors.numpy import save_file

    save_file({stored_name(name): array for name, array in weights.arrays.items()}, path)
    return RetainedWeights(str(path), weights.origin, weights.shapes, stored=weights.stored)


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
    ((name, asked),) = json.loads(sys.stdin.readline()).items()
    request = from_json(_REQUESTS[name], asked, "it")
    output = sys.stdout.buffer
    sys.stdout = sys.stderr  # what libraries print is no answer
    write_rest: Callable[[IO[bytes]], None] | None = None
    try:
        answer, write_rest = _served(request)
    except SqueezevizError as error:
        answer = _Answer(refusal=Refusal.of(error))
    except MemoryError:
        answer = _Answer(refusal=Refusal(_too_large(request), Place(file=request.path)))
    output.write(json.dumps(to_json(answer)).encode("ascii") + b"\n")
    if write_rest is not None:
        write_rest(output)
    output.flush()
    os._exit(0)  # nothing that torch loaded needs taking down


_Served = tuple[_Answer, Callable[[IO[bytes]], None] | None]
"""An answer, and what writes the numbers or pixels that follow it, if any do."""


def _served(request: _Request) -> _Served:
    if isinstance(request, _Writing):
        return _write(request)
    end_with_the_parent()
    limit_resources(request.memory, request.processor_s)
    return _read(request) if isinstance(request, _Reading) else _depict(request)


def _read(request: _Reading) -> _Served:
    opened = registry.read_file(request.path, request.deploy)
    weights = opened.weights if request.with_weights else None
    retained = None
    if weights is not None and request.folder is not None:
        retained, weights = save(weights, _new_file(request.folder, "weights-", ".safetensors")), None
    elif weights is not None:
        retained = RetainedWeights("", weights.origin, weights.shapes, stored=weights.stored)
    found = _Found(opened.table, opened.notes, opened.format, retained, opened.unknown_geometry, opened.preprocessing)
    arrays = tuple(weights.arrays.values()) if weights else ()

    def write(file: IO[bytes]) -> None:
        for array in arrays:
            file.write(array.data)

    return _Answer(found), write


def _new_file(folder: str, prefix: str, suffix: str) -> Path:
    handle, name = tempfile.mkstemp(suffix, prefix, folder)
    os.close(handle)
    return Path(name)


def _depict(request: _Depicting) -> _Served:
    from squeezeviz.files import pictures  # not sooner: networks need no Pillow

    bound = request.memory

    def may_take(count: int) -> None:
        nonlocal bound
        bound = request.memory + count * pictures.BYTES_PER_PIXEL
        limit_memory(bound)

    try:
        image, notes = pictures.read(Path(request.path), may_take)
    except MemoryError:
        raise SqueezevizError(f"{_TOO_LARGE}, at most {readable_bytes(bound)}", Place(file=request.path)) from None
    shown = RetainedPicture(Path(request.path).name, *image.size, "", tuple(map(Note.as_line, notes)))
    if request.folder is None:
        return _Answer(picture=shown), pictures.Pixels(image, notes).write
    return _Answer(picture=_put(pictures.Pixels(image, notes), shown, request.folder)), None


def _put(pixels: Pixels, shown: RetainedPicture, folder: str) -> RetainedPicture:
    """Write the picture and its preview into new files; of what is half written nothing stays."""
    small = pixels.preview()
    paths: list[Path] = []
    try:
        for each in (pixels, small):
            paths.append(_new_file(folder, "picture-", ".rgb"))
            with paths[-1].open("wb") as file:
                each.write(file)
    except OSError as error:
        for path in paths:
            path.unlink(missing_ok=True)
        raise SqueezevizError(f"there is no place for its pixels: {error.strerror}") from None
    return replace(shown, path=str(paths[0]), preview=Preview(*small.image.size, str(paths[1])))


def _write(request: _Writing) -> _Served:
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
