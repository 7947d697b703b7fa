"""What Python packages cannot bring: the system libraries that Qt loads, a font, and Debian's `ensurepip`."""

import ctypes
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import _apt
from _terminal import fail, say

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
    "libX11.so.6": ("libx11-6",),
}
"""What the wheel of PySide6-Essentials links to and does not carry, with the Debian package, its newest name first."""

X11_LIBRARIES = {
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0",),
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
"""What its windows on X11 link to besides. Pictures are drawn without, and windows on Wayland too."""

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


LIBRARY_CACHE = Path("/etc/ld.so.cache")
"""The dynamic linker's list of libraries, written anew whenever a package brings or takes one."""

_BROUGHT = "the packages that should bring them are installed, so see that they are whole"


def libraries_at() -> str:
    """Return a text that changes when a library comes or goes; empty if the system has no such list."""
    try:
        found = LIBRARY_CACHE.stat()
    except OSError:
        return ""
    return f"{found.st_mtime_ns} {found.st_size}"


def provide_libraries(log: Path) -> bool:
    """Install what Qt lacks, and return whether all of it is there then.

    Raises SystemExit with a sentence if Qt could not be loaded. What only some windows need is said and no more.
    """
    if sys.platform != "linux":
        return True
    lacking = missing_libraries()
    wanted = [(LIBRARIES | X11_LIBRARIES)[soname] for soname in lacking]
    if not _has_fonts():
        wanted += [(package,) for package in FONT_PACKAGES]
    if not wanted:
        return True
    to_do = _apt.install(wanted, log)
    lacking = missing_libraries()
    if essential := [soname for soname in lacking if soname in LIBRARIES]:
        which = f"{len(lacking)} system libraries ({essential[0]}, …)" if len(lacking) > 1 else essential[0]
        fail(f"Qt, which draws the window and pictures, lacks {which} here; {to_do or _BROUGHT}")
    if to_do:
        what = "libraries for windows on X11" if lacking else "any font"
        say(f"this machine lacks {what}; {to_do}")
    return not lacking


def provide_readers(log: Path) -> None:
    """Install the programs with which the longer tests open exported files, or say how."""
    wanted = [packages for command, packages in COMMANDS.items() if shutil.which(command) is None]
    wanted += [packages for style, packages in STYLES.items() if not _has_style(style)]
    if wanted and (to_do := _apt.install(wanted, log)):
        say(f"some of the longer tests need other programs, and are skipped without them; {to_do}")


def missing_libraries() -> list[str]:
    return [soname for soname in LIBRARIES | X11_LIBRARIES if not _loads(soname)]


def provide_ensurepip(log: Path) -> None:
    """Install the part of Python that puts pip into a venv, which Debian packs separately, or exit and say how."""
    if importlib.util.find_spec("ensurepip"):
        return
    version = f"python3.{sys.version_info.minor}-venv"
    if to_do := _apt.install([(version, "python3-venv")], log):
        fail(f"{sys.executable} cannot make an environment with pip in it; {to_do}")


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
