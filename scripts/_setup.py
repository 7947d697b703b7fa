"""Makes the `.venv` that the scripts run in if it is missing, and updates it if it is outdated.

Standard library only. A start that finds everything in place reads three small files, looks at what is in a folder and
at the age of a file, and starts no process.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons do get here, to be told
    sys.exit(f"squeezeviz needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}")

import contextlib
import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import _pip
import _system
from _children import become
from _terminal import fail, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
STAMP = VENV / "squeezeviz-setup.json"
LOG = ROOT / ".venv.log"
"""What pip and apt-get write. Beside the venv: it outlives one that is made anew."""

LONGEST_LOG = 2_000_000
ASKING = ("pyproject.toml", "constraints.txt")
"""The files that say what is to be installed."""

READY = "ready"
FETCHING = "fetching"
FAILED = "failed"
INSTALLING = "installing"
"""Found at a start, it means that the set-up was cut off: what lies there may be half a package."""

if sys.platform == "win32":
    import msvcrt

    def _try_lock(lock: IO[str]) -> bool:
        try:
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(lock: IO[str]) -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def ensure(extra: str = "", qt: bool = True) -> Path:
    """Return the Python of a `.venv` that holds the project with `extra`, a dependency group of pyproject.toml.

    With `qt`, the system has the libraries that Qt needs. Raises SystemExit with a sentence if that cannot be done.
    """
    try:
        if outdated(extra) is not None:
            with _alone():
                if (reason := outdated(extra)) is not None:
                    _set_up(extra, reason, qt)
        elif qt and _libraries_may_lack():
            _check_libraries()
    except OSError as error:
        fail(_sentence(error))
    return PYTHON


def become_tool(module: str, extra: str, usage: str | None, arguments: list[str]) -> None:
    """Go on as a module of this folder, with its `extra` set up; print the usage instead where it is asked for."""
    if {"-h", "--help"} & set(arguments):
        print(usage)
        return
    python = ensure(extra)
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent)
    become([python, "-P", "-m", module, *arguments])


def is_ready(extra: str = "") -> bool:
    """Return whether all is in place, the system's libraries aside."""
    try:
        return outdated(extra) is None
    except OSError:
        return False


def outdated(extra: str = "") -> str | None:
    """Return why there is something to set up, as the end of a sentence; None if all is in place."""
    stamp = _stamp()
    made_from, now = stamp.get("made_from") or {}, _made_from()
    if not PYTHON.exists():
        gone = VENV.exists() or VENV.is_symlink()
        return "the Python that .venv was made with is gone" if gone else "this is the first time"
    if stamp.get("state") != READY:
        reasons = {
            None: "it is not known what is in .venv",
            FAILED: "the last set-up failed",
            FETCHING: "the last set-up was cut off",
            INSTALLING: "the last set-up was cut off while it installed",
        }
        return reasons.get(stamp.get("state"), reasons[None])
    if made_from.get("root") != now["root"]:
        return f"this checkout was moved or copied from {made_from.get('root')}"
    if made_from.get("python") != now["python"]:
        return f"the Python of .venv was {made_from.get('python')} and is {now['python']}"
    if changed := [name for name in ASKING if made_from.get(name) != now[name]]:
        return f"{' and '.join(changed)} changed"
    if extra not in ("", *stamp.get("extras", ())):
        return f"what “{extra}” needs is not in .venv yet"
    if lost := sorted(set(stamp.get("packages", ())) - set(_pip.installed(VENV))):
        return f"{lost[0]} {'is' if len(lost) == 1 else f'and {len(lost) - 1} more are'} gone from .venv"
    return None


def _made_from() -> dict[str, str]:
    """Return what a set-up depends on: pip writes the checkout's place into files, and the venv has Python's."""
    asked = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in ASKING}
    return {**asked, "root": str(ROOT), "python": str(PYTHON.resolve())}


def _stamp() -> dict[str, Any]:
    """Return the record of the last set-up; empty if there is none that can be read."""
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
    """Make other starts of this checkout wait. The system drops the lock of a process that dies."""
    with (ROOT / ".venv.lock").open("a") as lock:
        if not _try_lock(lock):
            say("another start is setting up .venv; waiting for it")
            while not _try_lock(lock):
                time.sleep(0.2)
        yield


def _set_up(extra: str, reason: str, qt: bool) -> None:
    begun = time.monotonic()
    for sign in ("$", os.pathsep):
        if sign in str(ROOT):
            fail(
                f"{ROOT}: Python's own tools cannot set up in a folder with {sign} in its path; rename it or move this"
            )
    stamp = _stamp()
    extras = sorted({extra, *stamp.get("extras", [])} - {""})
    say(f"setting up .venv: {reason}")
    _begin_log()
    steps = 3 if qt else 2
    say(f"1/{steps} an environment for Python {sys.version.split()[0]}")
    was_there = _provide_venv(stamp)
    say(f"2/{steps} the packages that squeezeviz needs")
    _pip.announce(VENV, _constrained_torch())
    _install(extras, was_there)
    record = {"made_from": _made_from(), "extras": extras, "packages": _pip.installed(VENV)}
    _write_stamp(state=READY, **record)
    if qt:
        say(f"3/{steps} the system libraries that Qt needs")
        _check_libraries()
    say(f"set up after {time.monotonic() - begun:.0f} s")


def _begin_log() -> None:
    if LOG.exists() and LOG.stat().st_size > LONGEST_LOG:
        LOG.unlink()
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n--- {time.strftime('%Y-%m-%d %H:%M:%S')}\n")


def _provide_venv(stamp: dict[str, Any]) -> bool:
    """Make the venv again unless what is there can be used; return whether it can."""
    if _is_usable(stamp):
        return True
    if VENV.is_symlink() or VENV.is_file():
        fail(f"{VENV} is no folder; remove it and start again")
    if VENV.exists():
        shutil.rmtree(VENV)
    _system.provide_ensurepip(LOG)
    VENV.mkdir()
    _write_stamp(state=INSTALLING, extras=stamp.get("extras", []))
    _pip.make_venv(VENV, LOG)
    return False


def _is_usable(stamp: dict[str, Any]) -> bool:
    """Return whether the packages that are there may stay: none was cut off, and no path points elsewhere."""
    made_from = stamp.get("made_from") or {}
    return (
        PYTHON.exists()
        and stamp.get("state") != INSTALLING
        and made_from.get("root", str(ROOT)) == str(ROOT)
        and made_from.get("python", str(PYTHON.resolve())) == str(PYTHON.resolve())
        and bool(_pip.version(PYTHON, LOG))
    )


def _install(extras: list[str], was_there: bool) -> None:
    _write_stamp(state=FETCHING, extras=extras)
    ended = _pip.install(PYTHON, ROOT, extras, LOG, lambda: _write_stamp(state=INSTALLING, extras=extras))
    if was_there and not ended.code:
        ended = _pip.mend(PYTHON, ROOT, LOG)
    if ended.code:
        _write_stamp(state=FAILED, extras=extras)
        fail(f"{_pip.why_it_failed(ended, ROOT)}; the log is {LOG}")


def _constrained_torch() -> str:
    """Return the version of PyTorch that constraints.txt asks for."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return next((line.partition("==")[2] for line in lines if line.startswith("torch==")), "")


def _libraries_may_lack() -> bool:
    at = _system.libraries_at()
    return not at or _stamp().get("libraries") != at


def _check_libraries() -> None:
    whole = _system.provide_libraries(LOG)
    with contextlib.suppress(OSError):  # in another person's checkout they are looked for at every start
        _write_stamp(**{**_stamp(), "libraries": _system.libraries_at() if whole else ""})


def _sentence(error: OSError) -> str:
    """Return what is wrong with a folder or the disk, and what to do."""
    place = error.filename or ROOT
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"{place}: the disk is full: {shutil.disk_usage(ROOT).free / 1e9:.1f} GB are free; make room, start again"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{place} cannot be written ({error.strerror}): the set-up needs a checkout of your own; "
            f"clone or copy {ROOT} into a folder of yours and start there"
        )
    return f"{place}: {error.strerror or error}"
