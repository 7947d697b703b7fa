"""Presets as resolved networks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from preset_tables import network

from squeezeviz.analysis.resolve import ResolvedNetwork


@pytest.fixture(scope="session")
def preset() -> Callable[[str], ResolvedNetwork]:
    """The preset of that id, resolved."""
    return network
