"""Presets as resolved networks, and the folder of real files."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from places import SHARED

import squeezeviz.trace  # noqa: F401, before any test loads torch: it tells OpenMP how to wait
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.plain_data import from_plain


@pytest.fixture(scope="session")
def preset() -> Callable[[str], ResolvedNetwork]:
    """The preset of that id, resolved."""

    def opened(name: str) -> ResolvedNetwork:
        text = files("squeezeviz.resources").joinpath(f"presets/{name}.toml").read_text("utf-8")
        return resolve(from_plain(tomllib.loads(text)))

    return opened


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of papers' numbers and published weights; tests that need it are skipped without it."""
    data = SHARED / "data"
    if not data.is_dir():
        pytest.skip("the folder of real files, ../shared/data, is not here")
    return data
