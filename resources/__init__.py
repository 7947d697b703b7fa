"""Icons, presets, themes and fonts, read through importlib.resources."""
