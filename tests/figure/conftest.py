"""Every painting test shares the one application of the test run; the window's tests need it to be a QApplication."""

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _application(qapp: object) -> None:
    pass
