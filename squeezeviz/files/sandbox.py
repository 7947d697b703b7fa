"""Reading and writing networks with weights in a process of their own.

The window calls this: what a binary file makes a library do, however long it takes and however it ends, is done in a
process that can be given up. Run as `python -m squeezeviz.files.sandbox`, it takes one JSON request on stdin and gives
one JSON answer on stdout.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from squeezeviz.analysis.weights import KeptWeights, stored_name, tensor_name
from squeezeviz.files import registry
from squeezeviz.files import unknown_geometry as geometry
from squeezeviz.files.opened import Opened
from squeezeviz.model.errors import Fact, Place, SqueezevizError
from squeezeviz.model.plain_data import from_plain, to_plain
from squeezeviz.model.table import LayerTable

MEMORY_LIMIT = 768 * 1024**2
"""Bytes of data that reading may take, where the system can limit it: 512 MiB and what the program itself takes."""

PATIENCE_S = 0.5
"""How long a process that is given up may take to end by itself."""

Cancelled = Callable[[], bool]


def read_apart(path: str, folder: Path, cancelled: Cancelled) -> tuple[Opened, KeptWeights | None]:
    """The network in a file, without its weights, which go into a new file in `folder`.

    SqueezevizError as `registry.read_file`, and where it was cancelled or the process ended without an answer.
    """
    return _opened(_asked({"op": "read", "path": path, "folder": str(folder)}, Place(file=path), cancelled))


def write_apart(
    path: str, table: LayerTable, format_id: str, weights: KeptWeights | None, cancelled: Cancelled
) -> None:
    """Write the network with its weights, fresh ones where there are none.

    SqueezevizError as `registry.write_file`, and where it was cancelled or the process ended without an answer.
    """
    request = {
        "op": "write",
        "path": path,
        "table": to_plain(table),
        "format": format_id,
        "weights": _weights_json(weights),
    }
    _asked(request, Place(file=path), cancelled)


def _asked(request: dict[str, Any], place: Place, cancelled: Cancelled) -> dict[str, Any]:
    # -P: a folder named torch where the person happens to be must not be imported.
    command = (sys.executable, "-P", "-m", "squeezeviz.files.sandbox")
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaints:
        said.write(json.dumps(request).encode("ascii"))
        said.seek(0)
        with subprocess.Popen(command, stdin=said, stdout=subprocess.PIPE, stderr=complaints) as process:
            output = _outcome(process, cancelled)
        complaints.seek(0)
        last = complaints.read().decode(errors="replace").strip().splitlines()
    if output is None:
        raise SqueezevizError("it was cancelled", place)
    if process.returncode:
        said_last = f"; it said last: {last[-1][:200]}" if last else ""
        raise SqueezevizError(f"the process that does this ended unexpectedly (out of memory?){said_last}", place)
    answer: dict[str, Any] = json.loads(output)
    if error := answer.get("error"):
        raise SqueezevizError(error["message"], Place(**error["place"]))
    return answer


def _outcome(process: subprocess.Popen[bytes], cancelled: Cancelled) -> bytes | None:
    """What the process said in the end; None where it was given up."""
    while True:
        try:
            return process.communicate(timeout=0.05)[0]
        except subprocess.TimeoutExpired:
            if cancelled():
                _give_up(process)
                return None


def _give_up(process: subprocess.Popen[bytes]) -> None:
    """End it; one that is just writing first takes away what it wrote aside."""
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()


def _opened(answer: dict[str, Any]) -> tuple[Opened, KeptWeights | None]:
    unsaid = geometry.from_plain(answer["unsaid"]) if answer["unsaid"] else None
    notes = tuple(Fact(note) if is_fact else note for note, is_fact in answer["notes"])
    opened = Opened(from_plain(answer["table"]), notes, answer["format"], Path(answer["path"]), None, unsaid)
    return opened, _weights_of(answer["weights"])


def _weights_json(weights: KeptWeights | None) -> dict[str, Any] | None:
    if weights is None:
        return None
    shapes = {stored_name(name): shape for name, shape in weights.shapes.items()}
    return {"path": weights.path, "origin": weights.origin, "shapes": shapes, "renamed": dict(weights.renamed)}


def _weights_of(said: dict[str, Any] | None) -> KeptWeights | None:
    if said is None:
        return None
    shapes = {tensor_name(name): tuple(shape) for name, shape in said["shapes"].items()}
    return KeptWeights(said["path"], said["origin"], shapes, said["renamed"])


def main() -> None:
    """Do what the one request on stdin asks for. A terminate unwinds it, so that no half-written file stays."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the window
    request = json.load(sys.stdin)
    answer = sys.stdout
    sys.stdout = sys.stderr  # what libraries print is no answer
    try:
        said = _read(request) if request["op"] == "read" else _write(request)
    except SqueezevizError as error:
        said = {"error": {"message": error.message, "place": asdict(error.place)}}
    except MemoryError:
        said = {"error": {"message": "this takes more memory than there is for it", "place": {"file": request["path"]}}}
    answer.write(json.dumps(said))
    answer.flush()
    os._exit(0)  # nothing that torch loaded needs taking down


def _read(request: dict[str, Any]) -> dict[str, Any]:
    _limit_memory()
    opened = registry.read_file(request["path"])
    kept = None
    if opened.weights is not None:
        from squeezeviz.files.trained_weights import save

        handle, name = tempfile.mkstemp(".safetensors", "weights-", request["folder"])
        os.close(handle)
        kept = save(opened.weights, Path(name))
    return {
        "table": to_plain(opened.table),
        "notes": [[note, isinstance(note, Fact)] for note in opened.notes],
        "format": opened.format,
        "path": request["path"],
        "weights": _weights_json(kept),
        "unsaid": geometry.to_plain(opened.unsaid) if opened.unsaid else None,
    }


def _write(request: dict[str, Any]) -> dict[str, Any]:
    from squeezeviz.files.trained_weights import load

    kept = _weights_of(request["weights"])
    weights = load(kept) if kept else None
    registry.write_file(request["path"], from_plain(request["table"]), request["format"], weights)
    return {}


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        limit = MEMORY_LIMIT if most == resource.RLIM_INFINITY else min(most, MEMORY_LIMIT)
        with contextlib.suppress(ValueError, OSError):  # macOS knows this limit, and refuses most of its values
            resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


if __name__ == "__main__":
    main()
