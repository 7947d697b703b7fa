"""Pixels as a PNG file within another: its header, rows without a filter, and the end. Needs no Qt."""

from __future__ import annotations

import zlib

from squeezeviz.figure.scene.primitives import Pixels


def png_of(pixels: Pixels, times: int = 1) -> bytes:
    """Return the pixels as a PNG, each as a square of `times` × `times`."""
    across = 3 * pixels.columns
    rows = b"".join(
        (b"\0" + _widened(pixels.rgb[at : at + across], times)) * times for at in range(0, len(pixels.rgb), across)
    )
    size = (pixels.columns * times).to_bytes(4, "big") + (pixels.rows * times).to_bytes(4, "big")
    chunks = ((b"IHDR", size + b"\x08\x02\0\0\0"), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big") for name, data in chunks
    )


def _widened(row: bytes, times: int) -> bytes:
    return row if times == 1 else b"".join(row[at : at + 3] * times for at in range(0, len(row), 3))
