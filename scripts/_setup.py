"""The `.venv` that the scripts run in: made where it is missing, mended where it is outdated, else left alone.

Standard library only. A start that finds everything in place reads three small files and starts no process.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons do get here, to be told
    sys.exit(f"squeezeviz needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}")

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import _system
from _system import fail, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "squeezeviz-setup.json"

READY = "ready"
FAILED = "failed"
INSTALLING = "installing"
"""Found at a start, it means that the set-up was cut off: what lies there may be half a package."""


def ensure(extra: str = "") -> Path:
    """The Python of a `.venv` that holds the project with `extra`, an optional dependency group of pyproject.toml."""
    if not _is_ready(extra):
        with _alone():
            if not _is_ready(extra):
                _set_up(extra)
    elif not _stamp()["libraries"]:
        with _alone():
            _write_stamp(**{**_stamp(), "libraries": _system.provide_libraries()})
    return PYTHON


def _is_ready(extra: str) -> bool:
    stamp = _stamp()
    return (
        stamp.get("state") == READY
        and stamp.get("made_from") == _made_from()
        and extra in ("", *stamp["extras"])
        and PYTHON.exists()
    )


def _made_from() -> dict[str, str]:
    """What a set-up depends on. The checkout's place is in the paths that pip writes; Python's is in the venv."""
    asked = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        asked.update((ROOT / name).read_bytes())
    return {"asked": asked.hexdigest(), "root": str(ROOT), "python": str(PYTHON.resolve())}


def _stamp() -> dict[str, Any]:
    """The record of the last set-up; empty where there is none that can be read."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(**record: Any) -> None:
    written = STAMP.with_suffix(".new")
    written.write_text(json.dumps(record, indent=1), encoding="utf-8")
    written.replace(STAMP)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold back other starts of the same checkout meanwhile. The system drops the lock of one that dies."""
    with (ROOT / ".venv.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another start is setting up .venv; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _set_up(extra: str) -> None:
    stamp = _stamp()
    extras = sorted({extra, *stamp.get("extras", [])} - {""})
    say("setting up .venv; the first time takes some minutes, most of them for PyTorch")
    if not _is_usable(stamp):
        if VENV.is_symlink() or VENV.is_file():
            fail(f"{VENV} is no folder; remove it and start again")
        shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(exist_ok=True)
    _write_stamp(state=INSTALLING, extras=extras)
    if not PYTHON.exists():
        _make_venv()
    _install(extras)
    libraries = _system.provide_libraries()
    _write_stamp(state=READY, made_from=_made_from(), extras=extras, libraries=libraries)
    say("set up")


def _is_usable(stamp: dict[str, Any]) -> bool:
    """Whether the packages that are there may stay: none were cut off, and no path points elsewhere."""
    root = stamp.get("made_from", {}).get("root", str(ROOT))
    python = stamp.get("made_from", {}).get("python", str(PYTHON.resolve()))
    return (
        PYTHON.exists()
        and stamp.get("state") != INSTALLING
        and root == str(ROOT)
        and python == str(PYTHON.resolve())
        and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
    )


def _make_venv() -> None:
    _system.provide_ensurepip()
    base = Path(sys.executable).resolve()  # never the Python of the .venv that has just been removed
    if subprocess.run([base, "-m", "venv", VENV], stdout=sys.stderr).returncode:
        fail(f"{base} -m venv could not make {VENV}; what it said stands above")


def _install(extras: list[str]) -> None:
    project = f".[{','.join(extras)}]" if extras else "."
    command: list[str | Path] = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["-c", "constraints.txt", "-e", project]
    ended = subprocess.run(command, cwd=ROOT, stdout=sys.stderr, env=os.environ | {"PIP_USER": "0"}).returncode
    if ended > 0:
        _write_stamp(state=FAILED, extras=extras)
    if ended:
        fail("pip could not install what squeezeviz needs; what it said stands above. Start again once that is mended")
