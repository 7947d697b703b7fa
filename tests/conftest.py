"""What every test shares: the one application, and patience with a busy machine."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import squeezeviz.trace  # noqa: F401, before any test loads torch: it tells OpenMP how to wait

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


_states = count()
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="tests-of-squeezeviz-")
"""No test sees what a person left unsaved, or leaves anything there; nor does one run of the tests see another's."""


@pytest.fixture(scope="session", autouse=True)
def _state_folder_of_these_tests() -> Iterator[None]:
    yield
    shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)


@pytest.fixture(scope="module", autouse=True)
def _no_garbage_of_other_files() -> Iterator[None]:
    """The window's package stops Python's collector for the whole process, so each file's garbage is collected here.

    What outlives its file, as modules do, is not looked at again.
    """
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def state_home(_state_folder_of_these_tests: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state home of one test, and of the processes that it starts; it need not be there yet."""
    home = Path(os.environ["XDG_STATE_HOME"], str(next(_states)))
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def qapp() -> object:
    """The program's own application object: a process has one, whichever test comes first."""
    from squeezeviz.gui.app import make_application

    return make_application()


PATIENCE_MS = 300_000
"""A busy machine may be slow to do what is waited for; where it is done, nobody waits any longer."""


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> object:
    """pytest-qt's, but that it waits as long as it may take, whatever a test thinks to be enough."""
    from pytestqt.qtbot import QtBot

    class PatientBot(QtBot):
        def waitUntil(self, callback: Any, *, timeout: int = 0) -> None:
            super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

        def waitSignal(self, signal: Any, *, timeout: int = 0, **more: Any) -> Any:
            # Where nothing is expected to come, the time that is named is what is waited.
            patience = PATIENCE_MS if more.get("raising", True) else 0
            return super().waitSignal(signal, timeout=max(timeout, patience), **more)

        def waitSignals(self, signals: Any, *, timeout: int = 0, **more: Any) -> Any:
            return super().waitSignals(signals, timeout=max(timeout, PATIENCE_MS), **more)

        def waitExposed(self, widget: Any, *, timeout: int = 0) -> Any:
            return super().waitExposed(widget, timeout=max(timeout, PATIENCE_MS))

    return PatientBot(request)
