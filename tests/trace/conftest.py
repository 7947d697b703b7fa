"""Presets as resolved networks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from preset_tables import network

import squeezeviz.trace  # noqa: F401, before any test loads torch: it tells OpenMP how to wait
from squeezeviz.analysis.resolve import ResolvedNetwork


@pytest.fixture(scope="session")
def preset() -> Callable[[str], ResolvedNetwork]:
    """The preset of that id, resolved."""
    return network
