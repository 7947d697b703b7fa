"""Installs Debian packages where that may be done without asking; else returns the line that says what to type."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from _children import Ended, run_logged
from _terminal import say

LOOK_EVERY_S = 5.0
LOCK_PATIENCE_S = 900
"""How long another program may install packages before ours gives up, as unattended-upgrades does at night."""

Alternatives = tuple[str, ...]
"""The names that one package has in different releases, the newest first."""


def install(wanted: list[Alternatives], log: Path) -> str:
    """Install one package of each alternative as root or with passwordless sudo.

    Return an empty text if that was done; else what there is to do, as the rest of a sentence.
    """
    if shutil.which("apt-get") is None:
        names = " ".join(dict.fromkeys(names[-1] for names in wanted))
        return f"install what your system calls these Debian packages: {names}"
    as_root = _as_root()
    if as_root is None:
        command = f"apt-get install {' '.join(_chosen(wanted))}"
        return f"ask whoever may install software here for: sudo {command}"
    _update(as_root, log)
    packages = _chosen(wanted)
    say(f"    installing {' '.join(packages)}")
    ended = _apt_get(
        as_root,
        ["install", "-q", "-y", "--no-install-recommends", "-o", f"DPkg::Lock::Timeout={LOCK_PATIENCE_S}", *packages],
        log,
        uncut="the installation of system packages",
    )
    return "" if ended.code == 0 else _what_to_do(ended, packages, log)


def _update(as_root: list[str], log: Path) -> None:
    """Update the lists of packages. If that fails, the present ones may do: the installation will show it."""
    begun = time.monotonic()
    waits = False
    while True:
        ended = _apt_get(as_root, ["update", "-q"], log)
        held = re.search(r"Could not get lock \S+/lists/lock.*", "\n".join(ended.lines))
        if not held or time.monotonic() - begun > LOCK_PATIENCE_S:
            return
        if not waits:
            say(f"    another program reads the lists of packages; waiting for it ({held[0]})")
        waits = True
        time.sleep(LOOK_EVERY_S)


def _apt_get(as_root: list[str], arguments: list[str], log: Path, uncut: str = "") -> Ended:
    doing = f"apt-get {arguments[0]}"

    def watch(line: str) -> str:
        if held := re.search(r"held by process (\d+ ?\([^)]*\)|\d+)", line):
            return f"another program installs packages, process {held[1]}; waiting for it"
        return f"{doing}: {line}" if re.match(r"(Get:|Unpacking|Setting up|Processing)", line) else doing

    # LC_ALL: its messages are searched for what went wrong.
    settings = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"]
    return run_logged([*as_root, *settings, "apt-get", *arguments], log, watch, uncut=uncut)


def _what_to_do(ended: Ended, packages: list[str], log: Path) -> str:
    said = "\n".join(ended.lines)
    if "dpkg --configure -a" in said:
        return "an earlier installation was cut off; finish it with: sudo dpkg --configure -a"
    if "--fix-broken" in said:
        return "packages that are installed here lack others; mend that with: sudo apt-get --fix-broken install"
    if "Could not get lock" in said or "Unable to acquire the dpkg frontend lock" in said:
        return "another program installs packages; start again when it has finished"
    return f"apt-get said {ended.last('E: ')!r} (the log is {log}); try: sudo apt-get install {' '.join(packages)}"


def _as_root() -> list[str] | None:
    """Return what to put before a command to run it as root without asking; None if that cannot be done."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    # In a session of its own, as apt-get will be: a password that was typed here before does not count there.
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, start_new_session=True).returncode == 0:
        return [sudo, "-n"]
    return None


def _chosen(wanted: list[Alternatives]) -> list[str]:
    """Return for each package the first of its names that this release knows, else the last, the plainest."""
    return list(dict.fromkeys(next(filter(_is_known, names), names[-1]) for names in wanted))


def _is_known(package: str) -> bool:
    return subprocess.run(["apt-cache", "show", package], capture_output=True).returncode == 0
