"""scripts/_setup.py in a checkout of its own, with a stand-in for the venv's Python that notes what it is asked."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

STAND_IN = """#!/bin/sh
echo "$@" >> {log}
[ "$2" = pip ] && [ "$3" = install ] && {{ sleep {seconds}; exit $(cat {code}); }}
exit 0
"""


class Checkout:
    """A checkout with `pyproject.toml` and `constraints.txt`, and the set-up looking at it."""

    def __init__(self, root: Path, setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.setup = setup
        self.monkeypatch = monkeypatch
        self.seconds = 0.0
        root.mkdir()
        (root / "pyproject.toml").write_text("[project]\n")
        (root / "constraints.txt").write_text("torch==2.13.0\n")
        (root / "pip-exit").write_text("0")
        self.settle(root)
        monkeypatch.setattr(setup, "_make_venv", self.make_venv)
        monkeypatch.setattr(setup._system, "provide_libraries", lambda: True)

    def settle(self, root: Path) -> None:
        """Look at `root` from now on, as a script in it would."""
        self.root, venv = root, root / ".venv"
        places = {"ROOT": root, "VENV": venv, "PYTHON": venv / "bin/python", "STAMP": venv / "squeezeviz-setup.json"}
        for name, place in places.items():
            self.monkeypatch.setattr(self.setup, name, place)

    def make_venv(self) -> None:
        base = self.root / "base-python"
        base.write_text(STAND_IN.format(log=self.root / "asked", code=self.root / "pip-exit", seconds=self.seconds))
        base.chmod(0o755)
        python = self.root / ".venv/bin/python"
        python.parent.mkdir(parents=True)
        python.symlink_to(base)

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
def checkout(tmp_path: Path, setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    return Checkout(tmp_path / "checkout", setup, monkeypatch)


def test_the_first_start_installs_and_the_second_finds_all_in_place(checkout: Checkout) -> None:
    checkout.setup.ensure()
    assert checkout.installs == ["."]
    checkout.setup.ensure()
    assert checkout.installs == ["."]


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_requirement_is_installed_over_what_is_there(checkout: Checkout, name: str) -> None:
    checkout.setup.ensure()
    checkout.leave_a_package()
    (checkout.root / name).write_text("changed\n")
    checkout.setup.ensure()
    assert checkout.installs == [".", "."]
    assert checkout.kept_its_packages


def test_an_extra_is_added_once_and_stays(checkout: Checkout) -> None:
    checkout.setup.ensure("test")
    checkout.setup.ensure()
    checkout.setup.ensure("bench")
    checkout.setup.ensure("test")
    assert checkout.installs == [".[test]", ".[bench,test]"]


def test_a_failed_install_is_said_and_tried_again_at_the_next_start(
    checkout: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    (checkout.root / "pip-exit").write_text("1")
    with pytest.raises(SystemExit) as stop:
        checkout.setup.ensure()
    assert stop.value.code == 1
    assert "squeezeviz: error: pip could not install" in capfd.readouterr().err
    checkout.leave_a_package()
    (checkout.root / "pip-exit").write_text("0")
    checkout.setup.ensure()
    assert checkout.installs == [".", "."]
    assert checkout.kept_its_packages


def test_an_install_that_was_cut_off_is_begun_from_nothing(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(extras: list[str]) -> None:
        checkout.leave_a_package()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(checkout.setup, "_install", cut_off)
        checkout.setup.ensure()
    checkout.setup.ensure()
    assert checkout.installs == ["."]
    assert not checkout.kept_its_packages


def test_a_copied_checkout_gets_a_venv_of_its_own(checkout: Checkout, tmp_path: Path) -> None:
    checkout.setup.ensure()
    checkout.leave_a_package()
    checkout.settle(shutil.copytree(checkout.root, tmp_path / "elsewhere", symlinks=True))
    checkout.setup.ensure()
    assert not checkout.kept_its_packages


def test_a_base_python_that_is_gone_means_a_new_venv(checkout: Checkout) -> None:
    checkout.setup.ensure()
    checkout.leave_a_package()
    (checkout.root / "base-python").unlink()
    checkout.setup.ensure()
    assert checkout.installs == [".", "."]
    assert not checkout.kept_its_packages


def test_a_record_that_cannot_be_read_is_no_record(checkout: Checkout) -> None:
    checkout.setup.ensure()
    (checkout.root / ".venv/squeezeviz-setup.json").write_text("{")
    checkout.setup.ensure()
    assert checkout.installs == [".", "."]


def test_of_two_starts_at_once_one_installs_and_the_other_waits(checkout: Checkout) -> None:
    checkout.seconds = 0.5
    starts = [threading.Thread(target=checkout.setup.ensure) for _ in range(2)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert checkout.installs == ["."]


def test_libraries_that_were_missing_are_looked_for_again(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(checkout.setup._system, "provide_libraries", lambda: next(answers))
    checkout.setup.ensure()
    checkout.setup.ensure()
    checkout.setup.ensure()
    assert checkout.installs == ["."]
    assert next(answers, None) is None


def test_an_old_python_is_told_so_in_one_sentence() -> None:
    pretend = "import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (main)'; import _setup"
    ran = subprocess.run([sys.executable, "-c", pretend], cwd=SCRIPTS, capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("squeezeviz needs Python 3.11 or newer;")
    assert ran.stderr.endswith("is 3.9.2\n")
