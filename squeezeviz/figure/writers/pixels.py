"""Pixels as a PNG file within another."""

from __future__ import annotations

import io

from PIL import Image

from squeezeviz.figure.scene.primitives import Pixels


def png_of(pixels: Pixels, times: int = 1) -> bytes:
    """Return the pixels as a PNG, each as a square of `times` × `times`."""
    image = Image.frombytes("RGB", (pixels.columns, pixels.rows), pixels.rgb)
    file = io.BytesIO()
    image.resize((pixels.columns * times, pixels.rows * times), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()
