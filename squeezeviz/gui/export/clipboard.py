"""What the clipboard holds of a picture: other programs ask for it by these names."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QMimeData

_LIBREOFFICE = 'application/x-openoffice-drawing;windows_formatname="Drawing Format"'
"""What LibreOffice calls a drawing on the clipboard: of an SVG it would take the pixels alone."""
_MM_PER_UNIT = 25.4 / 96
_DRAWING = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" \
xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" \
xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" \
xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" \
office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.graphics">
<office:styles><style:default-style style:family="graphic"/>\
<style:style style:name="standard" style:family="graphic"/></office:styles>
<office:automatic-styles><style:style style:name="dp1" style:family="drawing-page"/>\
<style:style style:name="gr1" style:family="graphic" style:parent-style-name="standard">\
<style:graphic-properties draw:stroke="none" draw:fill="none"/></style:style></office:automatic-styles>
<office:body><office:drawing><draw:page draw:name="page1" draw:style-name="dp1">\
<draw:frame draw:style-name="gr1" svg:width="{width:.2f}mm" svg:height="{height:.2f}mm" svg:x="0mm" svg:y="0mm">\
<draw:image draw:mime-type="image/svg+xml"><office:binary-data>{data}</office:binary-data></draw:image>\
<svg:title>{title}</svg:title></draw:frame></draw:page></office:drawing></office:body></office:document>
"""
"""A page with the picture on it. With a master page, or without styles, LibreOffice 7.4 ends when it is pasted."""


def for_clipboard(content: Callable[[str], bytes]) -> Mapping[str, bytes]:
    """Return a picture under the names by which other programs ask for it: lines to edit first, then pixels."""
    vector = content("svg")
    return {
        "image/svg+xml": vector,
        "image/x-inkscape-svg": vector,
        _LIBREOFFICE: _for_libreoffice(vector),
        "image/png": content("png"),
    }


def as_data(made: Mapping[str, bytes]) -> QMimeData:
    """Return what was made, by the names by which programs ask for it."""
    data = QMimeData()
    for name, content in made.items():
        data.setData(name, QByteArray(content))
    return data


def as_picture(made: Mapping[str, bytes]) -> QMimeData:
    """Return the same, with its pixels for programs that ask for these in whatever form."""
    from PySide6.QtGui import QImage

    data = as_data(made)
    data.setImageData(QImage.fromData(made["image/png"]))
    return data


def _for_libreoffice(vector: bytes) -> bytes:
    """Return a drawing in OpenDocument that holds the SVG, as large as it says it is."""
    root = vector[: vector.index(b">", vector.index(b"<svg"))].decode()
    width, height = (_in_mm(found) for found in re.findall(r' (?:width|height)="([0-9.]+(?:mm)?)', root)[:2])
    title = re.search(rb"<title>([^<]*)</title>", vector)
    shown = title[1].decode() if title else ""  # escaped already
    return _DRAWING.format(width=width, height=height, data=b64encode(vector).decode("ascii"), title=shown).encode()


def _in_mm(length: str) -> float:
    return float(length[:-2]) if length.endswith("mm") else float(length) * _MM_PER_UNIT
