"""scripts/_system.py and _apt.py with stand-ins for apt-get, apt-cache and sudo, which note what they are asked."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from places import ROOT

SCRIPTS = ROOT / "scripts"
LIBRARIES = {"libc.so.6": ("libc6",), "libsqueezeviz-nonsense.so.9": ("nonsense-new", "nonsense-old")}


class Machine:
    """A machine whose only commands are those that are put on it."""

    def __init__(
        self,
        folder: Path,
        system: ModuleType,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.folder = folder
        self.system, self.monkeypatch, self.capsys = system, monkeypatch, capsys
        self.log = folder / "asked"
        self.written = folder / ".venv.log"

    def has(self, name: str, exit_code: str = "0", says: str = "") -> None:
        command = self.folder / name
        command.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.log}\necho "{says}"\nexit {exit_code}\n')
        command.chmod(0o755)

    def belongs_to_root(self) -> None:
        self.monkeypatch.setattr(self.system._apt.os, "geteuid", lambda: 0)

    def set(self, **values: object) -> None:
        """Set what the script knows of systems."""
        for name, value in values.items():
            self.monkeypatch.setattr(self.system, name, value)

    def provides(self) -> bool:
        whole: bool = self.system.provide_libraries(self.written)
        return whole

    def error(self) -> str:
        """Of the sentences that a start for the window says, the last, which it ends with."""
        with pytest.raises(SystemExit) as stop:
            self.provides()
        assert stop.value.code == 1
        return self.said().splitlines()[-1]

    def said(self) -> str:
        return self.capsys.readouterr().err

    @property
    def asked(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import _system

    monkeypatch.setattr(_system, "LIBRARIES", LIBRARIES)
    monkeypatch.setattr(_system, "X11_LIBRARIES", {})
    monkeypatch.setattr(_system, "_has_fonts", lambda: True)
    return _system


@pytest.fixture
def machine(
    tmp_path: Path, system: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Machine:
    """A Debian that knows the older of the two package names, and a person who is not root."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(system._apt.os, "geteuid", lambda: 1000)
    machine = Machine(tmp_path, system, monkeypatch, capsys)
    machine.has("apt-get")
    machine.has("apt-cache", '$([ "$2" = nonsense-old ] && echo 0 || echo 100)')
    machine.has("sudo", "1")
    (tmp_path / "env").symlink_to("/usr/bin/env")
    return machine


def test_the_linker_is_asked_which_libraries_are_missing(system: ModuleType) -> None:
    assert system.missing_libraries() == ["libsqueezeviz-nonsense.so.9"]


def test_root_installs_what_is_missing_by_the_name_this_release_has(machine: Machine) -> None:
    machine.belongs_to_root()
    answers = iter([["libsqueezeviz-nonsense.so.9"], []])
    machine.set(missing_libraries=lambda: next(answers))
    assert machine.provides() is True
    assert "apt-get update -q" in machine.asked
    (install,) = [line for line in machine.asked if line.startswith("apt-get install -q -y --no-install-recommends")]
    assert install.endswith(" nonsense-old")
    assert "DPkg::Lock::Timeout=" in install
    assert not [line for line in machine.asked if "libc6" in line]


def test_passwordless_sudo_is_used(machine: Machine) -> None:
    machine.has("sudo", "0")
    machine.error()
    settings = "sudo -n env DEBIAN_FRONTEND=noninteractive LC_ALL=C"
    assert f"{settings} apt-get update -q" in machine.asked
    assert [line for line in machine.asked if line.startswith(settings) and "nonsense-old" in line]


def test_without_either_one_line_says_what_to_ask_for(machine: Machine) -> None:
    said = machine.error()
    assert said.endswith(
        "lacks libsqueezeviz-nonsense.so.9 here; "
        "ask whoever may install software here for: sudo apt-get install nonsense-old"
    )
    assert "scripts/run.py" not in said
    assert not [line for line in machine.asked if line.startswith("apt-get")]


def test_without_apt_the_packages_are_named(machine: Machine) -> None:
    (machine.folder / "apt-get").unlink()
    said = machine.error()
    assert said.endswith("install what your system calls these Debian packages: nonsense-old")


def test_what_only_some_windows_lack_is_said_and_the_start_goes_on(machine: Machine) -> None:
    machine.set(LIBRARIES={})
    machine.set(X11_LIBRARIES=LIBRARIES)
    assert machine.provides() is False
    assert "this machine lacks libraries for windows on X11; ask whoever" in machine.said()


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        (
            "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.",
            "an earlier installation was cut off; finish it with: sudo dpkg --configure -a",
        ),
        (
            "E: Unmet dependencies. Try 'apt --fix-broken install' with no packages (or specify a solution).",
            "mend that with: sudo apt-get --fix-broken install",
        ),
        (
            "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?",
            "another program installs packages; start again when it has finished",
        ),
        (
            "E: You do not have enough free space in /var/cache/apt/archives/.",
            "apt-get said 'E: You do not have enough free space in /var/cache/apt/archives/.' (the log is {log}); "
            "try: sudo apt-get install nonsense-old",
        ),
    ],
)
def test_what_apt_stumbles_over_is_said_with_what_mends_it(machine: Machine, says: str, sentence: str) -> None:
    machine.belongs_to_root()
    machine.has("apt-get", '$([ "$1" = install ] && echo 100 || echo 0)', says)
    assert machine.error().endswith(sentence.format(log=machine.written))
    assert says in machine.written.read_text()


def test_lists_of_packages_that_another_program_reads_are_waited_for(machine: Machine) -> None:
    machine.belongs_to_root()
    machine.monkeypatch.setattr(machine.system._apt, "LOOK_EVERY_S", 0)
    held = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (unattended-upgr)"
    count = machine.folder / "count"
    machine.has("apt-get", "0", f"$([ $(echo x >> {count}; wc -l < {count}) -lt 4 ] && echo '{held}')")
    (machine.folder / "wc").symlink_to("/usr/bin/wc")
    with pytest.raises(SystemExit):
        machine.provides()
    assert machine.asked.count("apt-get update -q") == 4
    said = machine.said()
    assert said.count("another program reads the lists of packages; waiting for it") == 1
    assert "process 7 (unattended-upgr)" in said


def test_nothing_is_installed_where_nothing_is_missing_or_on_another_system(machine: Machine) -> None:
    machine.set(LIBRARIES={"libc.so.6": ("libc6",)})
    assert machine.provides() is True
    machine.set(LIBRARIES=LIBRARIES)
    for platform in ("win32", "darwin"):
        machine.monkeypatch.setattr(machine.system.sys, "platform", platform)
        assert machine.provides() is True
    assert machine.asked == []


def test_a_machine_without_fonts_gets_one(machine: Machine) -> None:
    machine.set(LIBRARIES={})
    machine.set(_has_fonts=lambda: False)
    machine.provides()
    said = machine.said()
    assert "this machine lacks any font; ask" in said
    assert "sudo apt-get install fonts-dejavu-core fontconfig" in said


def test_the_mark_of_the_libraries_changes_with_them(
    system: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "ld.so.cache"
    monkeypatch.setattr(system, "LIBRARY_CACHE", cache)
    assert system.libraries_at() == ""
    cache.write_bytes(b"one")
    before = system.libraries_at()
    assert before == system.libraries_at()
    cache.write_bytes(b"one more")
    assert system.libraries_at() not in ("", before)


def test_the_package_that_carries_ensurepip_is_named(machine: Machine) -> None:
    machine.monkeypatch.setattr(machine.system.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        machine.system.provide_ensurepip(machine.written)
    assert "sudo apt-get install python3-venv" in machine.said()
    machine.has("apt-cache")
    with pytest.raises(SystemExit):
        machine.system.provide_ensurepip(machine.written)
    assert f"sudo apt-get install python3.{sys.version_info.minor}-venv" in machine.said()


def test_the_programs_that_open_exported_files_are_installed_where_they_are_missing(machine: Machine) -> None:
    machine.belongs_to_root()
    machine.set(COMMANDS={"sudo": ("here",), "nonsense": ("nonsense-new", "nonsense-old")})
    machine.set(STYLES={"nonsense.sty": ("nonsense-old",)})
    machine.system.provide_readers(machine.written)
    (installed,) = [line for line in machine.asked if line.startswith("apt-get install")]
    assert installed.endswith(" nonsense-old")


def test_nothing_is_installed_where_every_program_is_there(machine: Machine) -> None:
    machine.has("kpsewhich")
    machine.set(COMMANDS={"sudo": ("here",)})
    machine.system.provide_readers(machine.written)
    assert not [line for line in machine.asked if line.startswith("apt-get")]
