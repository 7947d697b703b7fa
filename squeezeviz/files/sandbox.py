"""Binary files are read in a child process with bounds on its memory, its processor time and the clock.

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
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from squeezeviz.analysis.weights import RetainedWeights, stored_name, tensor_name
from squeezeviz.files import registry
from squeezeviz.files.opened import Opened
from squeezeviz.model.errors import Fact, Place, SqueezevizError
from squeezeviz.model.plain_data import from_plain, to_plain
from squeezeviz.model.table import LayerTable

if TYPE_CHECKING:
    from squeezeviz.files.trained_weights import Weights

MEMORY_LIMIT = 512 * 1024**2
"""Bytes of data that reading may take, beside what is in proportion to the file. The libraries alone take 150 MiB."""
TIMES_THE_FILE = 3
"""The file itself, what a library makes of it, and its numbers as float32; of at most `LARGEST` bytes of it."""
LARGEST = 512 * 1024**2
PROCESSOR_LIMIT_S = 30
"""Seconds of processor time that reading may take. A SqueezeNet takes a quarter of one."""
DEADLINE_S = 300.0
"""Seconds by the clock that reading may take, from a slow disk too; the only bound where a system knows no others."""
PATIENCE_S = 0.5
"""Seconds that a cancelled child may take to end by itself."""

Cancelled = Callable[[], bool]


def read_file(path: str, *, with_weights: bool) -> Opened:
    """The network in a binary file, without its weights unless they are asked for.

    SqueezevizError as `registry.read_file`, and where reading crashed or went beyond a bound.
    """
    with _answer(_reading(path, None, with_weights), lambda: False) as (answer, numbers):
        opened, weights = _opened(answer)
        return opened if weights is None else replace(opened, weights=_received(weights, numbers))


def read_into(folder: Path, path: str, cancelled: Cancelled) -> tuple[Opened, RetainedWeights | None]:
    """The network in a binary file, and its weights in a new file in `folder`.

    SqueezevizError as `read_file`, and where it was cancelled.
    """
    with _answer(_reading(path, folder, True), cancelled) as (answer, _):
        return _opened(answer)


def write_file(
    path: str, table: LayerTable, format_id: str, weights: RetainedWeights | None, cancelled: Cancelled
) -> None:
    """Write the network with its weights, fresh ones where there are none.

    SqueezevizError as `registry.write_file`, and where it was cancelled or writing crashed.
    """
    request = {
        "op": "write",
        "path": path,
        "table": to_plain(table),
        "format": format_id,
        "weights": _weights_to_plain(weights),
    }
    with _answer(request, cancelled):
        pass


def _reading(path: str, folder: Path | None, with_weights: bool) -> dict[str, Any]:
    return {
        "op": "read",
        "path": path,
        "folder": str(folder) if folder else None,
        "with_weights": with_weights,
        "limits": (_memory_limit(path), PROCESSOR_LIMIT_S),
    }


def _memory_limit(path: str) -> int:
    size = 0
    with contextlib.suppress(OSError):  # which reading it says
        size = min(Path(path).stat().st_size, LARGEST)
    return MEMORY_LIMIT + TIMES_THE_FILE * size


@contextlib.contextmanager
def _answer(request: dict[str, Any], cancelled: Cancelled) -> Iterator[tuple[dict[str, Any], IO[bytes]]]:
    """The child's answer, and the file in which the weights' numbers follow it. Its errors are raised here."""
    place = Place(file=request["path"])
    # -P: a folder named onnx where the person happens to be must not be imported.
    command = (sys.executable, "-P", "-m", __name__)
    group = 0 if os.name == "posix" else None  # one of its own: Ctrl+C in a terminal is for this process
    with tempfile.TemporaryFile() as output:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.PIPE, process_group=group
        ) as process:
            stderr = _wait(process, request, cancelled)
        if process.returncode:
            raise SqueezevizError(_why_it_ended(request, process.returncode, stderr), place)
        output.seek(0)
        answer: dict[str, Any] = json.loads(output.readline())
        if error := answer.get("error"):
            raise SqueezevizError(error["message"], Place(**error["place"]))
        yield answer, output


def _wait(process: subprocess.Popen[bytes], request: dict[str, Any], cancelled: Cancelled) -> bytes:
    """What the child wrote to stderr until it ended. SqueezevizError where it was cancelled or took too long.

    Its stdin stays open meanwhile: a child that reads ends when it closes, as it does when this process dies.
    """
    stdin, process.stdin = process.stdin, None  # or `communicate` would close it
    assert stdin is not None
    place = Place(file=request["path"])
    deadline = time.monotonic() + (DEADLINE_S if request["op"] == "read" else math.inf)
    with contextlib.suppress(BrokenPipeError), stdin:  # it may have ended already
        stdin.write(json.dumps(request).encode("ascii") + b"\n")
        stdin.flush()
        while time.monotonic() < deadline:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.communicate(timeout=0.05)[1]
            if cancelled():
                _end(process)
                raise SqueezevizError("it was cancelled", place)
        process.kill()
        raise SqueezevizError(f"{_TOO_LONG}: more than {DEADLINE_S:,.0f} seconds", place)
    return process.communicate()[1]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the child; one that is writing first removes its half-written file."""
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()


_TOO_LONG = "reading it took longer than that of any network and was stopped"
_OUT_OF_MEMORY = re.compile(
    rb"memory allocation of \d+ bytes failed|bad_alloc|MemoryError|annot allocate memory|failed to map segment"
    rb"|OpenBLAS error: Memory"
)
"""What Rust, C++, Python, the system and numpy say of it."""


def _why_it_ended(request: dict[str, Any], code: int, stderr: bytes) -> str:
    """What became of a child that ended without an answer; `code` is a signal's number below 0."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return f"{_TOO_LONG}: more than {PROCESSOR_LIMIT_S} seconds of the processor"
    if code == -getattr(signal, "SIGKILL", 0) or _OUT_OF_MEMORY.search(stderr):
        return _too_large(request)
    lines = stderr.decode(errors="replace").strip().splitlines()
    last = f"; it said last: {lines[-1][:200]}" if lines else ""
    return f"the process that does this crashed, with code {code}{last}"


def _too_large(request: dict[str, Any]) -> str:
    if request["op"] == "write":
        return "writing it takes more memory than there is"
    from squeezeviz.model.wording import readable_bytes

    memory, _ = request["limits"]
    return f"reading it takes more memory than there is for it, at most {readable_bytes(memory)}"


def _opened(answer: dict[str, Any]) -> tuple[Opened, RetainedWeights | None]:
    unknown = None
    if answer["unknown_geometry"]:
        from squeezeviz.files.unknown_geometry import UnknownGeometry

        unknown = UnknownGeometry.from_plain(answer["unknown_geometry"])
    notes = tuple(Fact(note) if is_fact else note for note, is_fact in answer["notes"])
    opened = Opened(from_plain(answer["table"]), notes, answer["format"], Path(answer["path"]), None, unknown)
    return opened, _weights_from_plain(answer["weights"])


def _received(sent: RetainedWeights, numbers: IO[bytes]) -> Weights:
    import numpy as np

    from squeezeviz.files.trained_weights import Weights

    arrays = {
        name: np.frombuffer(bytearray(numbers.read(4 * math.prod(shape))), np.float32).reshape(shape)
        for name, shape in sent.shapes.items()
    }
    return Weights(arrays, sent.origin)


def _weights_to_plain(weights: RetainedWeights | None) -> dict[str, Any] | None:
    if weights is None:
        return None
    shapes = {stored_name(name): shape for name, shape in weights.shapes.items()}
    return {"path": weights.path, "origin": weights.origin, "shapes": shapes, "renamed": dict(weights.renamed)}


def _weights_from_plain(plain: dict[str, Any] | None) -> RetainedWeights | None:
    if plain is None:
        return None
    shapes = {tensor_name(name): tuple(shape) for name, shape in plain["shapes"].items()}
    return RetainedWeights(plain["path"], plain["origin"], shapes, plain["renamed"])


def main() -> None:
    """Serve the one request on stdin."""
    request = json.loads(sys.stdin.readline())
    output = sys.stdout.buffer
    sys.stdout = sys.stderr  # what libraries print is no answer
    weights = None
    try:
        answer, weights = _read(request) if request["op"] == "read" else _write(request)
    except SqueezevizError as error:
        answer = {"error": {"message": error.message, "place": asdict(error.place)}}
    except MemoryError:
        answer = {"error": {"message": _too_large(request), "place": {"file": request["path"]}}}
    output.write(json.dumps(answer).encode("ascii") + b"\n")
    for array in weights.arrays.values() if weights else ():
        output.write(array.data)
    output.flush()
    os._exit(0)  # nothing that torch loaded needs taking down


def _read(request: dict[str, Any]) -> tuple[dict[str, Any], Weights | None]:
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    limit_resources(*request["limits"])
    opened = registry.read_file(request["path"])
    weights = opened.weights if request["with_weights"] else None
    retained = None
    if weights is not None and request["folder"] is not None:
        from squeezeviz.files.trained_weights import save

        handle, name = tempfile.mkstemp(".safetensors", "weights-", request["folder"])
        os.close(handle)
        retained, weights = save(weights, Path(name)), None
    elif weights is not None:
        retained = RetainedWeights("", weights.origin, weights.shapes)
    answer = {
        "table": to_plain(opened.table),
        "notes": [[note, isinstance(note, Fact)] for note in opened.notes],
        "format": opened.format,
        "path": request["path"],
        "weights": _weights_to_plain(retained),
        "unknown_geometry": opened.unknown_geometry.to_plain() if opened.unknown_geometry else None,
    }
    return answer, weights


def _write(request: dict[str, Any]) -> tuple[dict[str, Any], None]:
    from squeezeviz.files.trained_weights import load

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # which unwinds, so that no half-written file stays
    retained = _weights_from_plain(request["weights"])
    weights = load(retained) if retained else None
    registry.write_file(request["path"], from_plain(request["table"]), request["format"], weights)
    return {}, None


def _end_with_the_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


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
