"""scripts/_system.py with stand-ins for apt-get, apt-cache and sudo, which note what they are asked."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
LIBRARIES = {"libc.so.6": ("libc6",), "libsqueezeviz-nonsense.so.9": ("nonsense-new", "nonsense-old")}


class Machine:
    """A machine whose only commands are those that are put on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "asked"

    def has(self, name: str, exit_code: str = "0") -> None:
        command = self.folder / name
        command.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.log}\nexit {exit_code}\n')
        command.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import _system

    monkeypatch.setattr(_system, "LIBRARIES", LIBRARIES)
    monkeypatch.setattr(_system, "_has_fonts", lambda: True)
    return _system


@pytest.fixture
def machine(tmp_path: Path, system: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A Debian that knows the older of the two package names, and a person who is not root."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    machine = Machine(tmp_path)
    machine.has("apt-get")
    machine.has("apt-cache", '$([ "$2" = nonsense-old ] && echo 0 || echo 100)')
    machine.has("sudo", "1")
    (tmp_path / "env").symlink_to("/usr/bin/env")
    return machine


def test_the_linker_is_asked_which_libraries_are_missing(system: ModuleType) -> None:
    assert system.missing_libraries() == ["libsqueezeviz-nonsense.so.9"]


def test_root_installs_what_is_missing_by_the_name_this_release_has(
    system: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    system.provide_libraries()
    assert "apt-get update -q" in machine.asked
    assert "apt-get install -q -y --no-install-recommends nonsense-old" in machine.asked
    assert not [line for line in machine.asked if "libc6" in line]


def test_passwordless_sudo_is_used(system: ModuleType, machine: Machine) -> None:
    machine.has("sudo", "0")
    system.provide_libraries()
    assert "sudo -n apt-get update -q" in machine.asked
    assert [line for line in machine.asked if line.startswith("sudo -n env DEBIAN_FRONTEND") and "nonsense-old" in line]


def test_without_either_the_command_to_type_is_named(
    system: ModuleType, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert system.provide_libraries() is False
    assert "install them with: sudo apt-get install nonsense-old\n" in capsys.readouterr().err
    assert not [line for line in machine.asked if line.startswith("apt-get")]


def test_without_apt_the_packages_are_named(
    system: ModuleType, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    (machine.folder / "apt-get").unlink()
    assert system.provide_libraries() is False
    assert "install what your system calls these Debian packages: nonsense-old\n" in capsys.readouterr().err


def test_nothing_is_installed_where_nothing_is_missing(
    system: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "LIBRARIES", {"libc.so.6": ("libc6",)})
    assert system.provide_libraries() is True
    assert machine.asked == []


def test_a_machine_without_fonts_gets_one(
    system: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system, "LIBRARIES", {})
    monkeypatch.setattr(system, "_has_fonts", lambda: False)
    system.provide_libraries()
    assert "sudo apt-get install fonts-dejavu-core fontconfig" in capsys.readouterr().err


def test_the_package_that_carries_ensurepip_is_named(
    system: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        system.provide_ensurepip()
    assert "sudo apt-get install python3-venv" in capsys.readouterr().err
    machine.has("apt-cache")
    with pytest.raises(SystemExit):
        system.provide_ensurepip()
    assert f"sudo apt-get install python3.{sys.version_info.minor}-venv" in capsys.readouterr().err


def test_the_programs_that_open_exported_files_are_installed_where_they_are_missing(
    system: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    monkeypatch.setattr(system, "COMMANDS", {"sudo": ("here",), "nonsense": ("nonsense-new", "nonsense-old")})
    monkeypatch.setattr(system, "STYLES", {"nonsense.sty": ("nonsense-old",)})
    system.provide_readers()
    (installed,) = [line for line in machine.asked if line.startswith("apt-get install")]
    assert installed.endswith(" nonsense-old")


def test_nothing_is_installed_where_every_program_is_there(
    system: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has("kpsewhich")
    monkeypatch.setattr(system, "COMMANDS", {"sudo": ("here",)})
    system.provide_readers()
    assert not [line for line in machine.asked if line.startswith("apt-get")]
