"""What Python packages cannot bring: the system libraries that Qt loads, a font, and Debian's `ensurepip`."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

LIBRARIES = {
    "libGL.so.1": ("libgl1",),
    "libEGL.so.1": ("libegl1",),
    "libglib-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libgthread-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libdbus-1.so.3": ("libdbus-1-3",),
    "libfontconfig.so.1": ("libfontconfig1",),
    "libfreetype.so.6": ("libfreetype6",),
    "libz.so.1": ("zlib1g",),
    "libzstd.so.1": ("libzstd1",),
    "libstdc++.so.6": ("libstdc++6",),
    "libxkbcommon.so.0": ("libxkbcommon0",),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0",),
    "libX11.so.6": ("libx11-6",),
    "libX11-xcb.so.1": ("libx11-xcb1",),
    "libXrender.so.1": ("libxrender1",),
    "libxcb.so.1": ("libxcb1",),
    "libxcb-cursor.so.0": ("libxcb-cursor0",),
    "libxcb-glx.so.0": ("libxcb-glx0",),
    "libxcb-icccm.so.4": ("libxcb-icccm4",),
    "libxcb-image.so.0": ("libxcb-image0",),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1",),
    "libxcb-randr.so.0": ("libxcb-randr0",),
    "libxcb-render.so.0": ("libxcb-render0",),
    "libxcb-render-util.so.0": ("libxcb-render-util0",),
    "libxcb-shape.so.0": ("libxcb-shape0",),
    "libxcb-shm.so.0": ("libxcb-shm0",),
    "libxcb-sync.so.1": ("libxcb-sync1",),
    "libxcb-util.so.1": ("libxcb-util1",),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0",),
    "libxcb-xkb.so.1": ("libxcb-xkb1",),
}
"""What the wheel of PySide6-Essentials links to and does not carry, with the Debian package, its newest name first."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "dot": ("graphviz",),
    "pdftoppm": ("poppler-utils",),
    "rsvg-convert": ("librsvg2-bin",),
    "pdflatex": ("texlive-latex-base",),
}
STYLES = {
    "tikz.sty": ("texlive-pictures",),
    "booktabs.sty": ("texlive-latex-recommended",),
    "lmodern.sty": ("lmodern",),
}
"""What opens exported files in the longer tests: programs, and what LaTeX needs; tests that lack one are skipped."""

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_PACKAGES = ("fonts-dejavu-core", "fontconfig")


def say(text: str) -> None:
    """Tell the person at the terminal; results of the program alone go to stdout."""
    print(f"squeezeviz: {text}", file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    say(f"error: {text}")
    raise SystemExit(1)


def provide_libraries() -> bool:
    """Install what Qt lacks, or say how; whether all of it is there. The command line works without."""
    if sys.platform != "linux":
        return True
    wanted = [LIBRARIES[soname] for soname in missing_libraries()]
    if not _has_fonts():
        wanted += [(package,) for package in FONT_PACKAGES]
    if wanted:
        _apt_install(wanted, "the window and the export of pictures need system packages")
    return not missing_libraries()


def provide_readers() -> None:
    """Install the programs with which the longer tests open what was exported, or say how."""
    wanted = [packages for command, packages in COMMANDS.items() if shutil.which(command) is None]
    wanted += [packages for style, packages in STYLES.items() if not _has_style(style)]
    if wanted:
        _apt_install(wanted, "some of the longer tests need other programs, and are skipped without them")


def missing_libraries() -> list[str]:
    return [soname for soname in LIBRARIES if not _loads(soname)]


def provide_ensurepip() -> None:
    """Debian packs the part of Python that puts pip into a venv apart; install it, or exit saying how."""
    if importlib.util.find_spec("ensurepip"):
        return
    version = f"python3.{sys.version_info.minor}-venv"
    if not _apt_install([(version, "python3-venv")], "this Python cannot make a venv with pip in it"):
        fail("the set-up needs a Python with ensurepip")


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _has_style(name: str) -> bool:
    if shutil.which("kpsewhich") is None:
        return False
    return subprocess.run(["kpsewhich", name], capture_output=True).returncode == 0


def _has_fonts() -> bool:
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(next(folder.rglob("*.[ot]t[fc]"), None) for folder in folders if folder.is_dir())


def _apt_install(wanted: list[tuple[str, ...]], why: str) -> bool:
    """Install one package of each alternative as root or with passwordless sudo; else say what to type."""
    if shutil.which("apt-get") is None:
        names = " ".join(dict.fromkeys(names[-1] for names in wanted))
        say(f"{why}; install what your system calls these Debian packages: {names}")
        return False
    as_root = _as_root()
    if as_root is None:
        say(f"{why}; install them with: sudo apt-get install {' '.join(_chosen(wanted))}")
        return False
    subprocess.run([*as_root, "apt-get", "update", "-q"], stdout=sys.stderr)
    packages = _chosen(wanted)
    say(f"{why}; installing {' '.join(packages)}")
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
    ended = subprocess.run([*as_root, "env", "DEBIAN_FRONTEND=noninteractive", *install], stdout=sys.stderr)
    if ended.returncode:
        say(f"apt-get failed; install them with: sudo apt-get install {' '.join(packages)}")
    return ended.returncode == 0


def _as_root() -> list[str] | None:
    """What to put before a command to run it as root without asking; None where that cannot be done."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def _chosen(wanted: list[tuple[str, ...]]) -> list[str]:
    """Of each package's names the first that this release knows; the last, which is the plainest, if none."""
    return list(dict.fromkeys(next(filter(_is_known, names), names[-1]) for names in wanted))


def _is_known(package: str) -> bool:
    return subprocess.run(["apt-cache", "show", package], capture_output=True).returncode == 0
