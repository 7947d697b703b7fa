"""Icons, presets, themes and fonts, found by `squeezeviz.model.resources`."""
