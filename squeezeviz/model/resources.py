"""Where icons, presets, themes and fonts lie. importlib.resources would say it too, and load zipfile and tempfile."""

from importlib import import_module
from pathlib import Path

RESOURCES = Path(import_module("squeezeviz.resources").__path__[0])
