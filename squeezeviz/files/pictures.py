"""A PNG, JPEG, WebP or BMP picture as red, green and blue in sRGB, upright: what Pillow reads, with its notes.

It runs in the sandbox (`sandbox.read_picture`): whatever a file makes Pillow do costs that process alone.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from PIL import Image, ImageCms, ImageFile, UnidentifiedImageError

from squeezeviz.analysis.pictures.picture import MOST_PIXELS, PREVIEW_SIDE, SUFFIXES
from squeezeviz.files.reading import binary_file
from squeezeviz.model.errors import Note, Severity, SqueezevizError, errors_at
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes. A photograph of a hundred million pixels has about half of that."""

BYTES_PER_PIXEL = 14
"""What one takes at most while its alpha and its profile are worked in."""


class Pixels(NamedTuple):
    """A picture as Pillow has it, of mode RGB, and what was done to it."""

    image: Image.Image
    notes: tuple[Note, ...]

    def preview(self) -> Pixels:
        """Return a copy of which no side has more than `PREVIEW_SIDE` pixels; itself where it is that small."""
        scale = PREVIEW_SIDE / max(self.image.size)
        if scale >= 1:
            return self
        width, height = (max(1, round(side * scale)) for side in self.image.size)
        return Pixels(self.image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2), ())

    def write(self, file: IO[bytes]) -> None:
        """Write height × width × 3 bytes, in strips, so that they are never in memory twice."""
        for strip in _strips(self.image):
            file.write(strip)


def _strips(image: Image.Image) -> Iterator[bytes]:
    """The values of an image, some rows at a time."""
    width, height = image.size
    rows = max(1, _STRIP // (4 * width))
    for top in range(0, height, rows):
        yield image.crop((0, top, width, min(top + rows, height))).tobytes()


_STRIP = 4 * 1024 * 1024


def read(path: Path, may_take: Any = lambda pixels: None) -> Pixels:
    """The picture in a file; `may_take` is called with the number of its pixels before they are read.

    SqueezevizError, with the file as its place, for all that is no such picture, a damaged one or too large a one.
    """
    with binary_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_FILE:
            raise SqueezevizError(f"the file has {size:,} bytes; at most {LARGEST_FILE:,} (64 MiB) are read{_SMALLER}")
        content = file.read(LARGEST_FILE)
    with errors_at(file=str(path)):
        return _read(content, path, may_take)


def _read(content: bytes, path: Path, may_take: Any) -> Pixels:
    Image.MAX_IMAGE_PIXELS = None  # whose place the bound below takes
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    what = _kind(content)
    try:
        if what == "WEBP":  # whose decoder takes its memory as it is opened
            _admit(*_webp_size(content), may_take)
        with Image.open(io.BytesIO(content), formats=tuple(SUFFIXES)) as image:
            what = "JPEG" if image.format == "MPO" else image.format or what
            _admit(*image.size, may_take)
            stored = str(image.tile[0].args) if image.format == "PNG" and image.tile else ""
            image.load()
            notes = [*_notes_on_damage(content, image), *_notes_on_the_file(image, what, path)]
            _scale_transparency(image, stored)
            if stored.endswith(";16B"):
                notes.append(Note("16 bits a value; the upper 8 are taken", Severity.INFO))
            upright, turned = _upright(_as_rgb(image, notes), _orientation(image))
            return Pixels(upright, (*notes, *turned))
    except UnidentifiedImageError:
        raise SqueezevizError(_unreadable(content, what)) from None
    except _DAMAGES as error:
        raise SqueezevizError(_damage(what, error)) from None


def _admit(width: int, height: int, may_take: Any) -> None:
    if width * height > MOST_PIXELS:
        raise SqueezevizError(
            f"the picture has {width:,} × {height:,} pixels; at most {MOST_PIXELS:,} are read{_SMALLER}"
        )
    may_take(width * height)


def _webp_size(content: bytes) -> tuple[int, int]:
    """The width and height that a WebP's first chunk says, as RFC 9649 lays it out; 0 where it says none."""
    kind, data = content[12:16], content[20:30].ljust(10, b"\0")
    if kind == b"VP8X":
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    if kind == b"VP8L" and data[0] == 0x2F:
        sides = int.from_bytes(data[1:5], "little")
        return (sides & 0x3FFF) + 1, (sides >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


_SMALLER = ": save a smaller copy and take that"

_DAMAGES = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, RuntimeError, struct.error,
    zlib.error,
)  # fmt: skip
"""What Pillow raises over damaged files."""

_BEGINNINGS = {
    "PNG": rb"\x89PNG",
    "JPEG": rb"\xff\xd8",
    "WEBP": rb"RIFF[\s\S]{4}WEBP",
    "BMP": rb"BM",
}
_OTHERS = {
    "a GIF": rb"GIF8[79]a",
    "a TIFF picture": rb"II\*\0|MM\0\*|II\+\0|MM\0\+",
    "an AVIF picture": rb"[\s\S]{4}ftypavi[fs]",
    "a HEIC picture": rb"[\s\S]{4}ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)",
    "a Photoshop document": rb"8BPS",
    "an icon": rb"\0\0[\x01\x02]\0",
    "a JPEG 2000 picture": rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51",
    "a JPEG XL picture": rb"\xff\x0a|\0\0\0\x0cJXL ",
    "an SVG drawing": rb"\s*(?:<\?xml[\s\S]{,200}?)?<svg\b",
    "a PDF": rb"%PDF-",
}


def _kind(content: bytes) -> str:
    return next((each for each, pattern in _BEGINNINGS.items() if re.match(pattern, content)), "")


def _unreadable(content: bytes, what: str) -> str:
    """What is wrong with a file that Pillow finds none of the formats in."""
    if what:
        return f"this {_name(what)} is damaged right at its beginning; download or save it again"
    other = next((each for each, pattern in _OTHERS.items() if re.match(pattern, content)), None)
    if other:
        return f"this is {other}; save it as PNG or JPEG and take that"
    return "this is no picture that can be read; those that can are PNG, JPEG, WebP and BMP"


def _name(what: str) -> str:
    return {"WEBP": "WebP", "": "picture"}.get(what, what)


def _damage(what: str, error: Exception) -> str:
    why = str(error)
    name = _name(what)
    if re.search("(?i:truncated)(?! .{4} chunk)|unexpected end", why):
        return f"this {name} ends in the middle: the rest of the picture is missing; download or copy it again"
    return f"this {name} is damaged ({plain(why, _LONGEST_REASON) or type(error).__name__}); save it again"


_LONGEST_REASON = 120


def _notes_on_damage(content: bytes, image: Image.Image) -> Iterator[Note]:
    """What Pillow mends without a word: a PNG's bytes that do not fit their checksums, a JPEG that ends early."""
    if image.format == "PNG":
        try:
            with Image.open(io.BytesIO(content), formats=("PNG",)) as again:
                again.verify()
        except _DAMAGES:
            yield Note(
                "the file is damaged: it ends early or has wrong checksums, and parts of the picture may be wrong"
            )
    elif image.format in ("JPEG", "MPO"):
        if _ends_early(content, image):
            yield Note(
                "the file is damaged: its data end early, and a part of the picture, mostly its lowest, is missing"
            )
        yield from _notes_on_inks(image)


def _ends_early(content: bytes, image: Image.Image) -> bool:
    """Whether a JPEG's picture lacks data at its end, which libjpeg makes up for without a word.

    Bytes before its end change nothing where all data are there, and are taken for them where they are not.
    """
    more = _with_more_data(content)
    if more is None:
        return content.rfind(b"\xff\xd9") < content.rfind(b"\xff\xda")
    with Image.open(io.BytesIO(more), formats=("JPEG",)) as again:
        again.load()
        return any(one != other for one, other in zip(_strips(image), _strips(again), strict=True))


def _with_more_data(content: bytes) -> bytes | None:
    """A JPEG with bytes before the end of its picture; None where they could say nothing: it has no end, or its coding
    may leave out its last bytes."""
    at = 0
    while found := _MARKER.search(content, at):
        marker = found[1][0]
        if marker == _END:
            return content[: found.start()] + _data_after(content[: found.start()]) + content[found.start() :]
        if marker in _ARITHMETIC:
            return None
        alone = marker in (_START, 0x01)
        at = found.end() + (0 if alone else int.from_bytes(content[found.end() : found.end() + 2], "big"))
    return None


_MARKER = re.compile(rb"\xff+([^\0\xff\xd0-\xd7])")
"""What follows it is no pixels' data, in which 255 is followed by 0, or by where decoding may start anew."""
_START, _END = 0xD8, 0xD9
_ARITHMETIC = (0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
"""Frames that are coded so."""
_NOISE = bytes(range(0xAA, 0, -1))
"""Data that begin with a 1, as what is missing is taken to be zeros."""


def _data_after(content: bytes) -> bytes:
    """Data to go on where a JPEG's end, also after each marker at which decoding may start anew, the due one first."""
    markers = [bytes((0xFF, number)) for number in range(0xD0, 0xD8)]
    last = max(markers, key=content.rfind)
    due = markers.index(last) + 1 if last in content else 0
    return _NOISE + b"".join(marker + _NOISE for marker in markers[due:] + markers[:due])


def _notes_on_inks(image: Image.Image) -> Iterator[Note]:
    """What a JPEG's marker by Adobe, which says how its colours are coded, leaves to be guessed."""
    bands, coded = len(image.getbands()), image.info.get("adobe_transform")
    if bands == 4 and coded is None:
        yield Note(
            "it does not say whether its inks (CMYK) are inverted; they are taken to be, as Adobe's programs do it"
        )
    elif coded is not None and coded not in {3: (0, 1), 4: (0, 2)}.get(bands, (coded,)):
        yield Note("its marker by Adobe, which says how its colours are coded, is damaged; colours may be wrong")


def _notes_on_the_file(image: Image.Image, what: str, path: Path) -> Iterator[Note]:
    suffix = path.suffix.casefold()
    if suffix and suffix not in SUFFIXES[what] and any(suffix in each for each in SUFFIXES.values()):
        yield Note(f"named {suffix}, but read as what it holds: {_name(what)}", Severity.INFO)
    pictures = getattr(image, "n_frames", 1)
    if pictures > 1:
        yield Note(f"the file holds {pictures:,} pictures, such as an animation; the first is taken", Severity.INFO)


def _scale_transparency(image: Image.Image, stored: str) -> None:
    """Bring the value that a PNG takes as transparent to the 8 bits that Pillow brings the pixels to."""
    value = image.info.get("transparency")
    if isinstance(value, int) and stored in ("L;2", "L;4"):
        image.info["transparency"] = min(255, value * {"L;2": 85, "L;4": 17}[stored])
    elif isinstance(value, tuple) and stored == "RGB;16B":
        image.info["transparency"] = tuple(each >> 8 for each in value)


def _as_rgb(image: Image.Image, notes: list[Note]) -> Image.Image:
    """The picture in sRGB, over white where it is transparent."""
    profile = image.info.get("icc_profile")
    alpha = None
    if image.mode.startswith(("I", "F")):
        grey, clear = image.convert("I"), image.info.get("transparency")
        if isinstance(clear, int):
            alpha = grey.point([255 * (value != clear) for value in range(1 << 16)], "L")
        image = grey.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    elif image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode in ("1", "PA"):
        image = image.convert({"1": "L", "PA": "RGBA"}[image.mode])
    if image.mode in ("LA", "RGBA"):
        alpha = image.getchannel("A")
        image = image.convert("L" if image.mode == "LA" else "RGB")
    image = _in_srgb(image if image.mode in _TAKEN_AS else image.convert("RGB"), profile, notes)
    if alpha is None or alpha.getextrema() == (255, 255):
        return image
    notes.append(Note("its transparent parts lie over white", Severity.INFO))
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=alpha)
    return white


def _in_srgb(image: Image.Image, profile: object, notes: list[Note]) -> Image.Image:
    """The picture by its colour profile, without which its colours are taken to be sRGB's."""
    if not isinstance(profile, bytes):
        if image.mode == "CMYK":
            notes.append(Note("printing inks (CMYK) without a colour profile; its colours are approximate"))
        return image.convert("RGB")
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = plain((own.profile.profile_description or "").strip(), 60)
        fitting = _SPACES.get(own.profile.xcolor_space.strip())
        if fitting is None or fitting not in _TAKEN_AS[image.mode]:
            notes.append(Note(f"its colour profile is for other colours ({name or 'unnamed'}) and is not used"))
            return image.convert("RGB")
        if fitting == "RGB" and name.startswith("sRGB"):
            return image.convert("RGB")
        matched = ImageCms.profileToProfile(
            image.convert(fitting), own, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, *_DAMAGES):
        notes.append(Note("its colour profile is damaged and is not used"))
        return image.convert("RGB")
    assert matched is not None
    notes.append(Note(f"its colours were brought from {name or 'its profile'} to sRGB", Severity.INFO))
    return matched


_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
"""What the pictures are whose profile is of that space."""
_TAKEN_AS = {"L": ("L", "RGB"), "RGB": ("RGB",), "CMYK": ("CMYK",)}
"""What a picture may be turned into before its profile is used."""

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _orientation(image: Image.Image) -> int:
    """What the camera said of how it was held; 1, which is upright, where its EXIF data are damaged."""
    try:
        found = image.getexif().get(_ORIENTATION)
    except _DAMAGES:
        return 1
    return found if isinstance(found, int) else 1


def _upright(image: Image.Image, orientation: int) -> tuple[Image.Image, tuple[Note, ...]]:
    if orientation not in _TURNS:
        return image, ()
    return image.transpose(_TURNS[orientation]), (Note("turned as its EXIF data say", Severity.INFO),)
