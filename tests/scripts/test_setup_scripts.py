"""scripts/_setup.py in a checkout of its own, with a stand-in for the venv's Python that notes what it is asked."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from unittest.mock import Mock

import pytest
from places import ROOT

SCRIPTS = ROOT / "scripts"

STAND_IN = """#!/bin/sh
echo "$@" >> {root}/asked
[ "$3 $4" = "pip --version" ] && echo "pip 25.1 from here (python 3.13)"
[ "$3 $4" = "pip install" ] || exit 0
cat {root}/pip-says
sleep {seconds}
exit $(cat {root}/pip-exit)
"""


class Checkout:
    """A checkout with `pyproject.toml` and `constraints.txt`, and the set-up looking at it."""

    def __init__(
        self,
        root: Path,
        setup: ModuleType,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str] | None = None,
    ) -> None:
        self.setup, self.monkeypatch, self.capfd = setup, monkeypatch, capfd
        self.seconds = 0.0
        self.looked_for_libraries = 0
        root.mkdir()
        (root / "pyproject.toml").write_text("[project]\n")
        (root / "constraints.txt").write_text("torch==2.13.0\n")
        self.settle(root)
        self.pip_ends(0)
        monkeypatch.setattr(setup._pip, "make_venv", self.make_venv)
        monkeypatch.setattr(setup._system, "provide_libraries", self.provide_libraries)
        monkeypatch.setattr(setup._system, "libraries_at", lambda: "now")

    def ensure(self, *arguments: str, **options: bool) -> str:
        """Set up, and return what was said meanwhile."""
        self.setup.ensure(*arguments, **options)
        return self.said()

    def refuses(self) -> str:
        """Set up, which ends the process with a sentence, the last that was said."""
        with pytest.raises(SystemExit) as stop:
            self.setup.ensure()
        assert stop.value.code == 1
        return self.said().splitlines()[-1]

    def said(self) -> str:
        assert self.capfd is not None
        return self.capfd.readouterr().err

    def settle(self, root: Path) -> None:
        """Look at `root` from now on, as a script in it would."""
        self.root, venv = root, root / ".venv"
        places = {"ROOT": root, "VENV": venv, "PYTHON": venv / "bin/python", "STAMP": venv / "squeezeviz-setup.json"}
        for name, place in (places | {"LOG": root / ".venv.log"}).items():
            self.monkeypatch.setattr(self.setup, name, place)

    def pip_ends(self, code: int, *says: str) -> None:
        (self.root / "pip-exit").write_text(str(code))
        (self.root / "pip-says").write_text("".join(f"{line}\n" for line in says))

    def make_venv(self, venv: Path, log: Path) -> None:
        base = self.root / "base-python"
        base.write_text(STAND_IN.format(root=self.root, seconds=self.seconds))
        base.chmod(0o755)
        python = self.root / ".venv/bin/python"
        python.parent.mkdir(parents=True)
        python.symlink_to(base)
        self.packages.mkdir(parents=True)
        (self.packages / "numpy").mkdir()

    def provide_libraries(self, log: Path) -> bool:
        self.looked_for_libraries += 1
        return True

    @property
    def packages(self) -> Path:
        return self.root / ".venv/lib/python3.11/site-packages"

    @property
    def installs(self) -> list[str]:
        """What pip was asked to install, one entry an install: the project with its extras."""
        asked = self.root / "asked"
        lines = asked.read_text().splitlines() if asked.exists() else []
        return [line.split()[-1] for line in lines if "pip install" in line]

    def leave_a_package(self) -> None:
        (self.root / ".venv/package").write_text("installed")

    @property
    def kept_its_packages(self) -> bool:
        return (self.root / ".venv/package").exists()


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import _setup

    return _setup


@pytest.fixture
def checkout(
    tmp_path: Path, setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Checkout:
    return Checkout(tmp_path / "checkout", setup, monkeypatch, capfd)


def test_the_first_start_installs_and_the_second_finds_all_in_place(checkout: Checkout) -> None:
    said = checkout.ensure()
    assert checkout.installs == ["."]
    assert "setting up .venv: this is the first time" in said
    # How much there is to fetch and room for it is said before.
    assert " GB to fetch and " in said and " GB are free" in said
    checkout.monkeypatch.setattr(subprocess, "Popen", None)  # no process is started
    assert checkout.ensure() == ""


def change(name: str) -> Callable[[Checkout], object]:
    return lambda checkout: (checkout.root / name).write_text("changed\n")


def copy(checkout: Checkout) -> None:
    checkout.settle(shutil.copytree(checkout.root, checkout.root.parent / "elsewhere", symlinks=True))


def stop_knowing(checkout: Checkout) -> None:
    """Lose the record, and have a Python that is no program."""
    checkout.setup.STAMP.unlink()
    (checkout.root / "base-python").write_bytes(b"\x7fELF")


CHANGES: dict[str, tuple[Callable[[Checkout], object], bool, str]] = {
    "requirement": (change("pyproject.toml"), True, "pyproject.toml changed"),
    "constraint": (change("constraints.txt"), True, "constraints.txt changed"),
    "package gone": (lambda checkout: (checkout.packages / "numpy").rmdir(), True, "numpy is gone from .venv"),
    "record unreadable": (
        lambda checkout: checkout.setup.STAMP.write_text("{"),
        True,
        "it is not known what is in .venv",
    ),
    "copied": (copy, False, "this checkout was moved or copied from {root}"),
    "python gone": (
        lambda checkout: (checkout.root / "base-python").unlink(),
        False,
        "the Python that .venv was made with is gone",
    ),
    "no program": (stop_knowing, False, "it is not known what is in .venv"),
}
"""What happens to a checkout; whether the packages that are there may stay; and what the next start says."""


@pytest.mark.parametrize(("happens", "stays", "reason"), CHANGES.values(), ids=CHANGES)
def test_what_changed_is_said_and_set_up_over_what_may_stay(
    checkout: Checkout, happens: Callable[[Checkout], object], stays: bool, reason: str
) -> None:
    root = checkout.root
    checkout.ensure()
    checkout.leave_a_package()
    happens(checkout)
    assert f"setting up .venv: {reason.format(root=root)}\n" in checkout.ensure()
    assert checkout.installs[-1] == "."
    assert checkout.kept_its_packages is stays
    assert checkout.ensure() == ""


def test_an_extra_is_added_once_and_stays(checkout: Checkout) -> None:
    checkout.ensure("test")
    checkout.ensure()
    assert "what “bench” needs is not in .venv yet" in checkout.ensure("bench")
    checkout.ensure("test")
    assert checkout.installs == [".[test]", ".[bench,test]"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(…)'", "cannot be reached"),
        ("… Max retries exceeded with url: / (Caused by SSLError(…CERTIFICATE_VERIFY_FAILED…))", "does not trust"),
        (
            "Collecting torch",
            "squeezeviz: error: pip could not install what squeezeviz needs: No matching distribution found for torch; "
            "the log is {log}",
        ),
    ],
)
def test_a_failed_install_is_said_in_a_sentence_and_tried_again_at_the_next_start(
    checkout: Checkout, line: str, sentence: str
) -> None:
    checkout.pip_ends(1, line, "ERROR: No matching distribution found for torch", "[notice] all is well")
    log = checkout.root / ".venv.log"
    assert sentence.format(log=log) in checkout.refuses()
    assert f"{line}\n" in log.read_text()
    checkout.leave_a_package()
    checkout.pip_ends(0)
    assert "setting up .venv: the last set-up failed\n" in checkout.ensure()
    assert checkout.installs == [".", "."]
    assert checkout.kept_its_packages


def cut_off(checkout: Checkout, *pip_said: str) -> None:
    """Set up until the person presses Ctrl+C after pip has said that."""
    log = checkout.root / ".venv.log"
    real = checkout.setup._pip.run_logged

    def run(command: list[str], log: Path, watch: Callable[[str], str] = str, **options: object) -> object:
        if "install" not in command:
            return real(command, log, watch, **options)
        for line in pip_said:
            watch(line)
        raise KeyboardInterrupt

    with checkout.monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(checkout.setup._pip, "run_logged", run)
        checkout.setup.ensure()
    assert log.exists()


@pytest.mark.parametrize(
    ("pip_said", "stays", "reason"),
    [
        ("Installing collected packages: torch, squeezeviz", False, "the last set-up was cut off while it installed"),
        (
            "  Downloading torch-2.13.0-cp313-cp313-manylinux_2_28_x86_64.whl (526.6 MB)",
            True,
            "the last set-up was cut off",
        ),
    ],
    ids=["installing", "fetching"],
)
def test_only_an_install_that_was_cut_off_is_begun_from_nothing(
    checkout: Checkout, pip_said: str, stays: bool, reason: str
) -> None:
    cut_off(checkout, "Collecting torch", pip_said)
    checkout.leave_a_package()
    assert f"setting up .venv: {reason}\n" in checkout.ensure()
    assert checkout.installs == ["."]
    assert checkout.kept_its_packages is stays


def test_a_package_that_is_half_gone_is_installed_anew(
    tmp_path: Path, setup: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("half", "whole"):
        (tmp_path / name).mkdir()
        record = tmp_path / f"{name}-1.0.dist-info"
        record.mkdir()
        (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (record / "RECORD").write_text(f"{name}/__init__.py,,\n{name}-1.0.dist-info/METADATA,,\n../../bin/{name},,\n")
    (tmp_path / "half").rmdir()
    ran = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = [{str(tmp_path)!r}, *sys.path]" + setup._pip.DAMAGED],
        capture_output=True,
        text=True,
    )
    assert ran.stdout == "half==1.0\n", ran.stderr
    run = Mock(return_value=setup._pip.Ended(0, ("half==1.0", "squeezeviz==0.1.0")))
    monkeypatch.setattr(setup._pip, "run_logged", run)
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    setup._pip.mend(python, tmp_path, tmp_path / "log")
    assert run.call_args_list[1].args[0][-3:] == ["--force-reinstall", "--no-deps", "half==1.0"]


def test_a_venv_of_before_the_first_set_up_is_taken_with_its_torch(checkout: Checkout) -> None:
    (checkout.root / ".venv").mkdir()
    checkout.make_venv(checkout.root / ".venv", checkout.root / ".venv.log")
    (checkout.packages / "torch-2.13.0+cpu.dist-info").mkdir()
    checkout.leave_a_package()
    said = checkout.ensure()
    assert checkout.kept_its_packages
    assert "PyTorch 2.13.0+cpu is in .venv already and stays" in said
    assert "GB to fetch" not in said


def test_how_pip_goes_is_read_from_what_it_says(setup: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    begun: list[str] = []
    watch = setup._pip.Watch(lambda: begun.append("install"))
    assert watch("Collecting torch==2.13.0 (from squeezeviz==0.1.0)") == "looking for torch"
    assert watch("  Downloading torch-2.13.0-cp313.whl (526.6 MB)") == "fetching torch (527 MB); 527 MB so far"
    assert watch("Progress 1048576 of 526600000").startswith("fetching torch (527 MB): 1 MB; ")
    assert watch("  Using cached nvidia_cublas-13.1.1.3-py3-none.whl (1.5 GB)").endswith("2.0 GB so far")
    assert begun == []
    assert watch("Installing collected packages: mpmath, torch, squeezeviz") == "installing"
    assert begun == ["install"]
    assert "fetched 2.0 GB; installing 3 packages" in capfd.readouterr().err


def test_what_pip_fetches_lies_beside_what_it_installs_and_is_gone_afterwards(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A temporary folder in memory may have no room for PyTorch."""
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    given: list[dict[str, str]] = []
    real = checkout.setup._pip.run_logged

    def run(*arguments: object, **options: dict[str, str]) -> object:
        given.extend([options["env"]] if "env" in options else [])
        return real(*arguments, **options)

    monkeypatch.setattr(checkout.setup._pip, "run_logged", run)
    checkout.setup.ensure()
    (environment,) = given
    assert Path(environment["TMPDIR"]).is_relative_to(checkout.root / ".venv")
    assert not Path(environment["TMPDIR"]).exists()
    assert "PIP_TARGET" not in environment


def test_of_two_starts_at_once_one_installs_and_the_other_waits(checkout: Checkout) -> None:
    checkout.seconds = 0.5
    starts = [threading.Thread(target=checkout.setup.ensure) for _ in range(2)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert checkout.installs == ["."]


def test_libraries_are_looked_for_again_when_the_system_has_gained_or_lost_some(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.setup.ensure()
    checkout.setup.ensure()
    assert checkout.looked_for_libraries == 1
    monkeypatch.setattr(checkout.setup._system, "libraries_at", lambda: "later")
    checkout.setup.ensure(qt=False)
    assert checkout.looked_for_libraries == 1
    checkout.setup.ensure()
    checkout.setup.ensure()
    assert checkout.looked_for_libraries == 2
    monkeypatch.setattr(checkout.setup._system, "libraries_at", lambda: "")  # this system does not say
    checkout.setup.ensure()
    checkout.setup.ensure()
    assert checkout.looked_for_libraries == 4
    assert checkout.installs == ["."]


def test_libraries_that_were_missing_are_looked_for_at_every_start(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False, False, True])
    monkeypatch.setattr(checkout.setup._system, "provide_libraries", lambda log: next(answers))
    for _ in range(4):
        checkout.setup.ensure()
    assert checkout.installs == ["."]
    assert next(answers, None) is None


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "cannot be written (Permission denied): the set-up needs a checkout of your own"),
        (errno.EROFS, "cannot be written (Read-only file system): the set-up needs a checkout of your own"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(checkout: Checkout, number: int, sentence: str) -> None:
    refuse_to_write(checkout.monkeypatch, number)
    said = checkout.refuses()
    assert said.startswith(f"squeezeviz: error: {checkout.root / '.venv.lock'}")
    assert sentence in said


def test_a_set_up_checkout_that_cannot_be_written_starts(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.setup.ensure()

    monkeypatch.setattr(checkout.setup._system, "libraries_at", lambda: "later")
    refuse_to_write(monkeypatch, errno.EROFS)
    checkout.setup.ensure()
    assert checkout.looked_for_libraries == 2


def refuse_to_write(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    look = Path.open

    def refuse(self: Path, mode: str = "r", *rest: object, **named: object) -> object:
        if set(mode) & set("wax+"):
            raise OSError(number, os.strerror(number), str(self))
        return look(self, mode, *rest, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)


@pytest.mark.parametrize("name", ["a b", 'it\'s "quoted"', "Übung", "two\nlines", "a;&|*", "-P"])
def test_a_checkout_may_be_called_anything(
    tmp_path: Path, name: str, setup: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    Checkout(tmp_path / name, setup, monkeypatch)
    monkeypatch.setattr(setup._pip, "make_venv", lambda venv, log: stand_in_that_says_nothing(venv))
    setup.ensure()
    assert setup.is_ready()


@pytest.mark.parametrize("name", ["US$ 5", f"a{os.pathsep}b"])
def test_a_path_that_the_tools_of_python_cannot_take_is_refused_at_once(
    tmp_path: Path, name: str, setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert "in its path; rename it" in Checkout(tmp_path / name, setup, monkeypatch, capfd).refuses()


def stand_in_that_says_nothing(venv: Path) -> None:
    python = venv / "bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho pip 23.0\n")
    python.chmod(0o755)


def test_an_old_python_is_told_so_in_one_sentence() -> None:
    pretend = "import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (main)'; import run"
    ran = subprocess.run([sys.executable, "-c", pretend], cwd=SCRIPTS, capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("squeezeviz needs Python 3.11 or newer;")
    assert ran.stderr.endswith("is 3.9.2\n")
