"""What every test shares: the one application, and property tests that a busy machine does not fail."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def qapp() -> object:
    """The program's own application object: a process has one, whichever test comes first."""
    from squeezeviz.gui.app import make_application

    return make_application()
