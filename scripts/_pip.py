"""Makes a venv and has pip install into it; says in steps what is fetched, how much of it, and why it failed."""

import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from _children import Ended, run_logged
from _terminal import fail, say

WITH_CUDA = "2.9 GB to fetch and 5.4 GB on the disk once installed"
WITHOUT_CUDA = "0.4 GB to fetch and 1.6 GB on the disk once installed"
"""What a set-up takes where the package index's PyTorch brings CUDA along, which it does for Linux, and elsewhere."""

RAW_PROGRESS = (24, 1)
"""The first pip that writes numbers of bytes on lines of their own."""

UNREACHABLE = re.compile(
    r"NewConnectionError|NameResolutionError|Name or service not known|Temporary failure in name resolution|"
    r"Network is unreachable|ConnectTimeout|Connection refused|ProxyError|Max retries exceeded|getaddrinfo failed"
)
UNTRUSTED = re.compile(r"CERTIFICATE_VERIFY_FAILED|SSLError")
NOT_WELCOME = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_DRY_RUN", "PIP_REQUIREMENT", "PIP_EDITABLE")
"""Settings of a person's own that would send the packages elsewhere, or bring others."""

DAMAGED = """
import csv
from importlib.metadata import distributions
for each in distributions():
    rows = csv.reader((each.read_text("RECORD") or "").splitlines())
    tops = {row[0].partition("/")[0] for row in rows if row} - {"..", "__pycache__"}
    if not all(each.locate_file(top).exists() for top in tops):
        print(f"{each.metadata['Name']}=={each.version}")
"""
"""Names the packages of which a file or folder is gone that stood beside the others."""


def make_venv(venv: Path, log: Path) -> None:
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()  # never that of a .venv that was removed
    ran = run_logged([base, "-P", "-m", "venv", venv], log, lambda line: "making .venv")
    if ran.code:
        fail(f"{base} -m venv could not make {venv}: {ran.last('Error')}; the log is {log}")


def version(python: Path, log: Path) -> tuple[int, ...]:
    """Return the version of the venv's pip; empty if there is none that works."""
    try:
        ran = run_logged([python, "-P", "-m", "pip", "--version"], log, lambda line: "asking for pip")
    except OSError:
        return ()
    found = re.match(r"pip (\d+)\.(\d+)", ran.last("pip "))
    return tuple(map(int, found.groups())) if found and not ran.code else ()


def installed(venv: Path) -> list[str]:
    """Return the names of what lies in the venv's folder for packages, without what comes and goes by itself."""
    folders = [*venv.glob("lib/python*/site-packages"), *venv.glob("Lib/site-packages")]
    found = {name for folder in folders for name in os.listdir(folder)}  # noqa: PTH208
    return sorted(name for name in found if not name.startswith(("__pycache__", "pip-", "~")))


def announce(venv: Path, wanted_torch: str) -> None:
    """Say how much there is to fetch, and that a PyTorch that is there already stays."""
    found = [re.fullmatch(r"torch-(.+)\.dist-info", name) for name in installed(venv)]
    there = next((match[1] for match in found if match), "")
    if there and there.partition("+")[0] == wanted_torch:
        say(f"    PyTorch {there} is in .venv already and stays")
        return
    most = WITH_CUDA if sys.platform == "linux" else WITHOUT_CUDA
    free = shutil.disk_usage(venv).free / 1e9
    say(f"    up to {most}, most of it PyTorch; {free:.1f} GB are free")


@dataclass
class Watch:
    """Reads how the installation goes from the lines that pip writes."""

    on_install: Callable[[], None]
    """Called when pip begins to change what is in the venv."""

    fetched: dict[str, float] = field(default_factory=dict)
    """The files that were fetched, in MB."""
    installing: int = 0
    """How many packages pip has begun to install."""
    _now: str = ""

    def __call__(self, line: str) -> str:
        if found := re.match(r"\s*(Downloading|Using cached) (\S+) \(([\d.]+) (kB|MB|GB|bytes)\)", line):
            size = float(found[3]) * {"kB": 1e-3, "MB": 1, "GB": 1e3, "bytes": 1e-6}[found[4]]
            self._now = f"fetching {found[2].partition('-')[0]} ({size:,.0f} MB)" if size >= 1 else self._now
            self.fetched[found[2]] = size
            return f"{self._now}; {self.so_far} so far"
        if found := re.match(r"Progress (\d+) of (\d+)", line):
            return f"{self._now}: {int(found[1]) / 1e6:,.0f} MB; {self.so_far} with it"
        if found := re.match(r"Collecting ([\w.-]+)", line):
            return f"looking for {found[1]}"
        if re.match(r"Processing |\s*(Installing build|Getting requirements|Preparing|Building)", line):
            return "preparing what was fetched"
        if "Retrying (" in line:
            return "the package index does not answer; pip tries again"
        if line.startswith("Installing collected packages: "):
            self.on_install()
            self.installing = line.count(",") + 1
            say(f"    fetched {self.so_far}; installing {self.installing} packages")
            return "installing"
        return ""

    @property
    def so_far(self) -> str:
        megabytes = sum(self.fetched.values())
        return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"


def install(python: Path, root: Path, extras: list[str], log: Path, on_install: Callable[[], None]) -> Ended:
    """Install the project with its extras, held to constraints.txt.

    What pip fetches lies in the venv meanwhile: a temporary folder may be in memory, and too small for PyTorch.
    """
    project = f".[{','.join(extras)}]" if extras else "."
    progress = "raw" if version(python, log) >= RAW_PROGRESS else "off"
    command: list[str | Path] = [python, "-P", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", progress, "-c", "constraints.txt", "-e", project]
    return _pip(command, root, log, Watch(on_install))


def mend(python: Path, root: Path, log: Path) -> Ended:
    """Install those packages again of which parts are gone."""
    found = run_logged([python, "-P", "-c", DAMAGED], log, lambda line: "looking for damage")
    damaged = [line for line in found.lines if "==" in line and not line.startswith("squeezeviz==")]
    if not damaged:
        return Ended(0, ())
    say(f"    parts of {', '.join(damaged)} are gone; installing anew")
    command: list[str | Path] = [python, "-P", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "--force-reinstall", "--no-deps", *damaged]
    return _pip(command, root, log, Watch(lambda: None))


def _pip(command: list[str | Path], root: Path, log: Path, watch: Watch) -> Ended:
    fetched = python_folder(command[0]) / "squeezeviz-fetched"
    shutil.rmtree(fetched, ignore_errors=True)
    fetched.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in NOT_WELCOME}
    environment |= {"PIP_USER": "0", "PYTHONUNBUFFERED": "1", "TMPDIR": str(fetched)}
    try:
        return run_logged(command, log, watch, cwd=root, env=environment)
    finally:
        shutil.rmtree(fetched, ignore_errors=True)


def python_folder(python: str | Path) -> Path:
    """Return the folder of the venv that a Python belongs to."""
    return Path(python).parent.parent


def why_it_failed(ended: Ended, root: Path) -> str:
    """Return a sentence on why pip failed, made from what it wrote."""
    said = "\n".join(ended.lines)
    last = ended.last("ERROR:", "error:").removeprefix("ERROR: ")
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return f"the disk is full: {shutil.disk_usage(root).free / 1e9:.1f} GB are free, and it takes up to {WITH_CUDA}"
    if UNTRUSTED.search(said):
        return f"this machine does not trust the package index's certificate: {last}"
    if UNREACHABLE.search(said):
        return "the package index cannot be reached; see that this machine is online, and start again"
    return f"pip could not install what squeezeviz needs: {last}"
