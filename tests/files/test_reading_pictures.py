"""Pictures are read as red, green and blue in sRGB, upright; hostile and damaged ones come out of the sandbox as a
sentence."""

from __future__ import annotations

import io
import os
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from mutations import IN_BYTES, damaged
from PIL import Image, ImageCms

from squeezeviz.analysis.pictures.picture import MOST_PIXELS, Picture
from squeezeviz.files import pictures
from squeezeviz.files.pictures import LARGEST_FILE
from squeezeviz.files.sandbox import read_picture, read_picture_into
from squeezeviz.model.errors import Severity, SqueezevizError

RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)


def four() -> Image.Image:
    """Red and green over blue and white, each 8 × 8 pixels."""
    made = Image.new("RGB", (16, 16), RED)
    for place, colour in (((8, 0), GREEN), ((0, 8), BLUE), ((8, 8), WHITE)):
        made.paste(colour, (*place, place[0] + 8, place[1] + 8))
    return made


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


@pytest.fixture
def taken(tmp_path: Path) -> Callable[..., Picture]:
    """Read a picture in this process, as the sandbox's child reads it."""

    def taken(content: bytes, name: str = "picture") -> Picture:
        path = tmp_path / name
        path.write_bytes(content)
        read, written = pictures.read(path), io.BytesIO()
        read.write(written)
        return Picture(name, *read.image.size, written.getvalue(), read.notes)

    return taken


def corners(picture: Picture) -> list[tuple[int, ...]]:
    """The colours near the four corners, as they are read."""
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.pixels)
    right, bottom = picture.width - 4, picture.height - 4
    found = [image.getpixel(place) for place in ((3, 3), (right, 3), (3, bottom), (right, bottom))]
    return [tuple(each) for each in found if isinstance(each, tuple)]


def assert_near(picture: Picture, expected: list[tuple[int, int, int]], within: int = 3) -> None:
    assert all(
        abs(value - wanted) <= within
        for colour, other in zip(corners(picture), expected, strict=True)
        for value, wanted in zip(colour, other, strict=True)
    ), corners(picture)


def notes(picture: Picture) -> str:
    return "; ".join(map(str, picture.notes))


# What is whole


@pytest.mark.parametrize(
    ("kind", "options"),
    [("PNG", {}), ("BMP", {}), ("WEBP", {"lossless": True}), ("JPEG", {"quality": 100, "subsampling": 0})],
)
def test_each_of_the_four_formats_is_read_whatever_its_file_is_called(
    kind: str, options: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "picture").write_bytes(saved(four(), kind, **options))
    picture = read_picture(str(tmp_path / "picture"))
    assert (picture.name, picture.width, picture.height, len(picture.pixels)) == ("picture", 16, 16, 16 * 16 * 3)
    assert_near(picture, [RED, GREEN, BLUE, WHITE])
    assert not picture.notes


def test_what_a_file_holds_counts_not_its_suffix(taken: Callable[..., Picture]) -> None:
    assert notes(taken(saved(four(), "BMP"), "cat.png")) == "named .png, but read as what it holds: BMP"
    assert not taken(saved(four(), "JPEG"), "CAT.JPEG").notes


@pytest.mark.parametrize(
    ("mode", "grey"), [("1", False), ("L", True), ("P", False), ("LA", True), ("RGBA", False), ("CMYK", False)]
)
def test_every_kind_of_pixels_becomes_red_green_and_blue(mode: str, grey: bool, taken: Callable[..., Picture]) -> None:
    image = Image.new("L", (16, 16), 128) if grey else Image.new("RGB", (16, 16), WHITE)
    kind = "TIFF" if mode == "CMYK" else "PNG"
    converted = image.convert(mode)
    picture = taken(saved(converted, "JPEG" if kind == "TIFF" else kind))
    assert_near(picture, [(128, 128, 128) if grey else WHITE] * 4)


def test_sixteen_bits_of_grey_keep_their_upper_eight(taken: Callable[..., Picture]) -> None:
    image = Image.new("I;16", (16, 16), 0x8000)
    image.paste(0xFFFF, (8, 0, 16, 8))
    image.paste(0x0101, (0, 8, 8, 16))
    picture = taken(saved(image))
    assert_near(picture, [(128,) * 3, WHITE, (1, 1, 1), (128,) * 3], within=0)
    assert "16 bits a value" in notes(picture)


def test_what_is_transparent_lies_over_white(taken: Callable[..., Picture]) -> None:
    image = four().convert("RGBA")
    image.putalpha(Image.new("L", (16, 16), 0))
    image.paste((0, 0, 0, 128), (8, 8, 16, 16))
    picture = taken(saved(image))
    assert_near(picture, [WHITE, WHITE, WHITE, (127, 127, 127)], within=1)
    assert notes(picture) == "its transparent parts lie over white"
    palette = four().quantize(8)
    keyed = taken(saved(palette, transparency=palette.getpixel((3, 3))))
    assert_near(keyed, [WHITE, GREEN, BLUE, WHITE])
    assert not taken(saved(four().convert("RGBA"))).notes  # opaque all over


TURNED = {1: "ABCD", 2: "BADC", 3: "DCBA", 4: "CDAB", 5: "ACBD", 6: "CADB", 7: "DBCA", 8: "BDAC"}
"""For each orientation of EXIF, what stands in the corners of a picture whose own are ABCD."""


@pytest.mark.parametrize("orientation", TURNED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_upright_as_its_camera_says(
    orientation: int, kind: str, taken: Callable[..., Picture]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    picture = taken(saved(four().resize((16, 32), Image.Resampling.NEAREST), kind, exif=exif, **options))
    colours = dict(zip("ABCD", (RED, GREEN, BLUE, WHITE), strict=True))
    assert_near(picture, [colours[each] for each in TURNED[orientation]])
    assert (picture.width, picture.height) == ((32, 16) if orientation > 4 else (16, 32))
    assert ("turned as its EXIF data say" in notes(picture)) == (orientation > 1)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_taken(kind: str, taken: Callable[..., Picture]) -> None:
    others = [Image.new("RGB", (16, 16), colour) for colour in (BLACK, BLUE)]
    picture = taken(saved(four(), kind, save_all=True, append_images=others, lossless=True, duration=50))
    assert_near(picture, [RED, GREEN, BLUE, WHITE])
    assert notes(picture) == "the file holds 3 pictures, such as an animation; the first is taken"


def swapped_profile() -> bytes:
    """The profile of a device whose red is sRGB's blue: sRGB's own with two tags under each other's names."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[:] = profile.replace(b"rXYZ", b"tmp!", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tmp!", b"bXYZ", 1)
    return bytes(profile.replace(b"s\0R\0G\0B", b"s\0w\0a\0p"))


def test_a_colour_profile_leads_to_srgb(taken: Callable[..., Picture]) -> None:
    picture = taken(saved(four(), icc_profile=swapped_profile()))
    assert_near(picture, [BLUE, GREEN, RED, WHITE])
    assert "to sRGB" in notes(picture)
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert not taken(saved(four(), icc_profile=own)).notes


def test_a_profile_that_cannot_be_used_is_left_out_and_the_note_says_so(taken: Callable[..., Picture]) -> None:
    damaged = taken(saved(four(), icc_profile=swapped_profile()[:200]))
    assert_near(damaged, [RED, GREEN, BLUE, WHITE])
    assert [(note.text, note.severity) for note in damaged.notes] == [
        ("its colour profile is damaged and is not used", Severity.WARNING)
    ]
    inks = taken(saved(four().convert("CMYK"), "JPEG", icc_profile=swapped_profile()))
    assert "is for other colours" in notes(inks)
    assert "approximate" in notes(taken(saved(four().convert("CMYK"), "JPEG")))


def test_pixels_go_into_a_file_of_ours_for_the_window(tmp_path: Path) -> None:
    path = tmp_path / "four.png"
    path.write_bytes(saved(four()))
    retained = read_picture_into(tmp_path, str(path), lambda: False)
    assert Path(retained.path).parent == tmp_path
    assert retained.load() == read_picture(str(path))
    Path(retained.path).write_bytes(b"short")
    with pytest.raises(SqueezevizError, match=r"four\.png can no longer be read"):
        retained.load()
    Path(retained.path).unlink()
    with pytest.raises(SqueezevizError, match=r"four\.png can no longer be read"):
        retained.load()


def test_a_picture_that_is_cancelled_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "four.png"
    path.write_bytes(saved(four()))
    with pytest.raises(SqueezevizError, match="cancelled"):
        read_picture_into(tmp_path, str(path), lambda: True)


def test_a_long_strip_is_written_whole(taken: Callable[..., Picture]) -> None:
    """Pixels are written in strips of some megabytes."""
    image = Image.effect_noise((1000, 3000), 90).convert("RGB")
    assert taken(saved(image, compress_level=1)).pixels == image.tobytes()


# What is damaged or hostile


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2, end: bool = True) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + (chunk(b"IEND", b"") if end else b"")


def rows(width: int, height: int) -> bytes:
    return chunk(b"IDAT", zlib.compress((b"\0" + bytes(3 * width)) * height))


def bmp(width: int, height: int, bits: int = 24, compression: int = 0, data: bytes = b"") -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(data), 0, 0, 54) + info + data


def vp8x(width: int, height: int) -> bytes:
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + canvas


def broken(content: bytes, *places: int) -> bytes:
    changed = bytearray(content)
    for place in places:
        changed[place] ^= 0xFF
    return bytes(changed)


NOISE = Image.effect_noise((64, 64), 90).convert("RGB")
JPEG, WEBP, PNG, BMP = saved(NOISE, "JPEG"), saved(NOISE, "WEBP"), saved(NOISE), saved(NOISE, "BMP")
BOMB = zlib.compress(bytes(5 * 10**7))
EMPTY_JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
HUGE_JPEG = EMPTY_JPEG + b"\xff\xc0\0\x11\x08\xff\xff\xff\xff\3\1\x22\0\2\x11\1\3\x11\1"

HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "the file is empty"),
    "spaces": (b" \n" * 40, "the file is empty"),
    "a web page": (b"<!doctype html><title>cat.png</title>", "web page"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"),
    "a text": (b"a,b\n1,2\n", "no picture that can be read; those that can are PNG, JPEG, WebP and BMP"),
    "zeros": (bytes(5000), "no picture that can be read"),
    "a GIF": (saved(four(), "GIF"), "this is a GIF; save it as PNG or JPEG"),
    "a TIFF": (saved(four(), "TIFF"), "this is a TIFF picture"),
    "an icon": (saved(four(), "ICO"), "this is an icon"),
    "a HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "this is a HEIC picture"),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
    "a PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture that can be read"),
    "a PNG's first bytes": (PNG[:8], "this PNG"),
    "half of a PNG": (PNG[: len(PNG) // 2], "this PNG ends in the middle: the rest of the picture is missing"),
    "half of a JPEG": (JPEG[: len(JPEG) // 2], "this JPEG ends in the middle"),
    "half of a WebP": (WEBP[: len(WEBP) // 2], "this WebP"),
    "half of a BMP": (BMP[: len(BMP) // 2], "this BMP ends in the middle"),
    "a PNG without rows": (png(8, 8), "this PNG"),
    "a PNG with a wrong checksum": (broken(PNG, 41 + 500), "this PNG"),
    "a PNG with damaged rows": (png(64, 64, chunk(b"IDAT", broken(zlib.compress(bytes(12352)), 10, 11))), "this PNG"),
    "a PNG with a chunk too short": (png(8, 8, chunk(b"cHRM", b"\0"), rows(8, 8)), r"this PNG is damaged .*cHRM chunk"),
    "a PNG of no pixels": (png(0, 0, rows(1, 1)), "this PNG"),
    "a PNG of odd bits": (png(8, 8, rows(8, 8), depth=3), "this PNG is damaged right at its beginning"),
    "a PNG that says it is larger than any": (png(2**31 - 1, 2**31 - 1, rows(9, 9)), "the picture has 2,147,483,647 ×"),
    "a bomb": (png(60_000, 60_000, chunk(b"IDAT", zlib.compress(bytes(10**7)))), "at most 100,000,000 are read"),
    "a bomb of text": (png(8, 8, chunk(b"zTXt", b"a\0\0" + BOMB), rows(8, 8)), "this PNG is damaged"),
    "a bomb as a profile": (png(8, 8, chunk(b"iCCP", b"a\0\0" + BOMB), rows(8, 8)), "this PNG is damaged"),
    "a JPEG without a picture": (EMPTY_JPEG + b"\xff\xd9", "this JPEG"),
    "a JPEG of more pixels than are read": (HUGE_JPEG + b"\xff\xd9", "65,535 × 65,535 pixels|this JPEG"),
    "a JPEG of noise": (JPEG[:200] + bytes(range(256)) * 20, "this JPEG"),
    "a WebP of a canvas alone": (vp8x(100, 100), "this WebP"),
    "a WebP larger than any": (vp8x(2**24, 2**24), "16,777,216 × 16,777,216 pixels|this WebP"),
    "a WebP with a damaged frame": (broken(WEBP, *range(20, 30)), "this WebP"),
    "a BMP of a negative width": (bmp(-8, 8, data=bytes(192)), "4,294,967,288 × 8 pixels"),
    "a BMP of odd bits": (bmp(8, 8, bits=17, data=bytes(400)), "this BMP is damaged"),
    "a BMP of odd compression": (bmp(8, 8, compression=77, data=bytes(400)), "this BMP is damaged"),
    "a BMP without rows": (bmp(5000, 5000), "this BMP ends in the middle"),
    "a BMP larger than any": (bmp(2**31 - 1, 2**31 - 1), "2,147,483,647 × 2,147,483,647 pixels"),
    "a BMP whose runs go on beyond its end": (bmp(64, 64, bits=8, compression=1, data=b"\xff\1" * 3), "BMP"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_damaged_or_hostile_picture_is_one_sentence(name: str, tmp_path: Path) -> None:
    content, sentence = HOSTILE[name]
    path = tmp_path / "cat.png"
    path.write_bytes(content)
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        read_picture(str(path))
    assert raised.value.place.file == str(path)
    assert "\n" not in str(raised.value)
    assert "crashed" not in raised.value.message
    assert len(raised.value.message) < 250


CHECKSUM = PNG.index(b"IDAT") + 4 + int.from_bytes(PNG[PNG.index(b"IDAT") - 4 : PNG.index(b"IDAT")], "big")
_WRONG, _EARLY = "ends early or has wrong checksums", "its data end early, and a part of the picture"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (broken(PNG, CHECKSUM), _WRONG),
        (PNG[:-12], _WRONG),
        (JPEG[: len(JPEG) // 2] + b"\xff\xd9", _EARLY),
    ],
    ids=["a wrong checksum", "no end", "half and an end"],
)
def test_what_is_mended_without_a_word_is_said(content: bytes, said: str, taken: Callable[..., Picture]) -> None:
    (note,) = taken(content).notes
    assert note.severity is Severity.WARNING
    assert said in note.text


def cut(image: Image.Image, share: float, **options: object) -> bytes:
    """A JPEG of which that share of the bytes is there, and its end."""
    whole = saved(image, "JPEG", **options)
    return whole[: int(len(whole) * share)] + b"\xff\xd9"


@pytest.mark.parametrize("share", [0.6, 0.97, 0.99])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}], ids=str)
def test_a_jpeg_that_lacks_its_last_data_is_known_however_little_it_lacks(
    share: float, mode: str, options: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "cut.jpg"
    path.write_bytes(cut(NOISE.convert(mode), share, **options))
    first, *_ = pictures.read(path).notes
    assert _EARLY in first.text
    path.write_bytes(saved(NOISE.convert(mode), "JPEG", **options))
    assert all("damaged" not in note.text for note in pictures.read(path).notes)


def test_a_grey_wall_at_the_bottom_is_no_damage(taken: Callable[..., Picture]) -> None:
    wall = NOISE.copy()
    wall.paste((128, 128, 128), (0, 24, 64, 64))
    assert not taken(saved(wall, "JPEG", quality=95)).notes
    assert _EARLY in notes(taken(cut(wall, 0.99, quality=95)))


def with_adobe(jpeg: bytes, marker: bytes) -> bytes:
    """A JPEG with that in the place of its marker by Adobe, which says how its colours are coded."""
    start = jpeg.index(b"\xff\xee\0\x0eAdobe")
    return jpeg[:start] + marker + jpeg[start + 16 :]


def test_inks_whose_sign_nobody_says_or_a_damaged_marker_are_told(taken: Callable[..., Picture]) -> None:
    inks = saved(NOISE.convert("CMYK"), "JPEG")
    inverted, damaged_marker = "whether its inks (CMYK) are inverted", "its marker by Adobe"
    whole, none, wrong = taken(inks), taken(with_adobe(inks, b"")), taken(broken(inks, inks.index(b"Adobe") + 11))
    assert inverted not in notes(whole) and damaged_marker not in notes(whole)
    assert inverted in notes(none) and none.pixels == whole.pixels
    assert damaged_marker in notes(wrong)
    app = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0"
    colours = JPEG[:2] + app + b"\x07" + JPEG[2:]
    assert damaged_marker in notes(taken(colours))
    assert not taken(JPEG[:2] + app + b"\x01" + JPEG[2:]).notes


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_grey_pictures_and_whole_ones_are_not_taken_for_damaged(kind: str, taken: Callable[..., Picture]) -> None:
    for content in (saved(four(), kind), saved(Image.new("RGB", (40, 40), (128, 128, 128)), kind), PNG, JPEG):
        assert not taken(content).notes


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_wherever_a_picture_is_cut_off_there_is_a_sentence_or_a_picture(kind: str, tmp_path: Path) -> None:
    whole = saved(NOISE.resize((24, 24)), kind)
    path = tmp_path / "cut"
    for end in range(1, len(whole) - 1, max(1, len(whole) // 100)):
        path.write_bytes(whole[:end])
        try:
            assert pictures.read(path).image.size == (24, 24)
        except SqueezevizError as error:
            assert error.place.file == str(path)


def with_checksums(content: bytes) -> bytes:
    """A PNG whose chunks are damaged, and say that they are whole."""
    if not content.startswith(PNG[:8]):
        return content
    made, place = content[:8], 8
    while place + 12 <= len(content):
        end = place + 8 + int.from_bytes(content[place : place + 4], "big")
        made += content[place:end] + struct.pack(">I", zlib.crc32(content[place + 4 : end]))
        place = end + 4
    return made


def originals() -> list[bytes]:
    small, exif = NOISE.resize((24, 24)), Image.Exif()
    exif[0x0112] = 6
    more = {"exif": exif, "icc_profile": swapped_profile()}
    palette, frames = small.quantize(16), [small.rotate(90)]
    return [
        *(saved(small, kind, **more) for kind in ("PNG", "JPEG", "WEBP")),
        saved(small, "JPEG", progressive=True),
        saved(small, "WEBP", lossless=True),
        saved(small, "BMP"),
        saved(palette, "BMP"),
        saved(palette, transparency=3),
        saved(small.convert("LA")),
        saved(small.convert("CMYK"), "JPEG", icc_profile=swapped_profile()),
        *(saved(small, kind, save_all=True, append_images=frames) for kind in ("PNG", "WEBP")),
    ]


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_a_thousand_damaged_pictures_are_pictures_or_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 10**6)  # in this process, which nothing bounds
    seed = int(os.environ.get("SQUEEZEVIZ_SEED") or random.randrange(2**32))
    print(f"SQUEEZEVIZ_SEED={seed}")  # shown where the test fails
    dice, files, path = random.Random(seed), originals(), tmp_path / "mutant"
    for _ in range(1000):
        content = damaged(dice.choice(files), files, IN_BYTES, dice)
        path.write_bytes(with_checksums(content) if dice.random() < 0.7 else content)
        try:
            width, height = pictures.read(path).image.size
            assert 0 < width * height <= 10**6
        except SqueezevizError as error:
            assert error.place.file == str(path)
            assert "\n" not in str(error)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_exif_data_turn_nothing(taken: Callable[..., Picture]) -> None:
    for exif in (
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0nonsense",
        b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\2\0\xff\xff\xff\xff\0",
    ):
        assert_near(taken(saved(four(), "JPEG", quality=100, subsampling=0, exif=exif)), [RED, GREEN, BLUE, WHITE])


def test_a_file_larger_than_any_picture_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.write(PNG)
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(SqueezevizError, match=r"67,108,865 bytes; at most 67,108,864 \(64 MiB\) are read"):
        read_picture(str(path))


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    for path, sentence in ((tmp_path, "folder"), (tmp_path / "none.png", "there is no such file")):
        with pytest.raises(SqueezevizError, match=sentence):
            read_picture(str(path))


@pytest.mark.full
def test_the_largest_picture_with_all_that_takes_memory_stays_within_the_bounds(tmp_path: Path) -> None:
    """Alpha, a colour profile and a turn, at the most pixels that are read."""
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGBA", (10_000, MOST_PIXELS // 10_000), (255, 0, 0, 128))
    path = tmp_path / "large.png"
    path.write_bytes(saved(image, exif=exif, icc_profile=swapped_profile(), compress_level=1))
    del image
    picture = read_picture_into(tmp_path, str(path), lambda: False)
    assert (picture.width, picture.height) == (10_000, 10_000)
    assert len(picture.notes) == 3


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}, {"quality": 50, "exif": b"Exif\0\0II"}])
def test_the_header_of_a_webp_says_its_size_before_it_is_opened(options: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "small.webp").write_bytes(saved(Image.new("RGB", (300, 17)), "WEBP", **options))
    asked: list[int] = []
    pictures.read(tmp_path / "small.webp", asked.append)
    assert asked == [300 * 17, 300 * 17]


def test_a_large_webp_is_read(tmp_path: Path) -> None:
    (tmp_path / "wide.webp").write_bytes(saved(Image.new("RGB", (16383, 5000)), "WEBP", method=0))
    shown = read_picture_into(tmp_path, str(tmp_path / "wide.webp"), lambda: False)
    assert (shown.width, shown.height) == (16383, 5000)


def test_a_picture_that_takes_too_much_memory_is_told_the_bound_in_force(tmp_path: Path) -> None:
    """Pillow takes far more for a row than for its one pixel."""
    (tmp_path / "strip.png").write_bytes(png(1, 90_000_000, chunk(b"IDAT", zlib.compress(bytes(100)))))
    with pytest.raises(SqueezevizError, match=r"more memory than there is for it, at most 1\.67 GiB"):
        read_picture(str(tmp_path / "strip.png"))


@pytest.mark.parametrize(
    ("depth", "colour", "values", "clear"),
    [
        (16, 0, b"\x12\x34\x00\x00", b"\x12\x34"),
        (16, 2, b"\x12\x34\x56\x78\x9a\xbc" + bytes(6), b"\x12\x34\x56\x78\x9a\xbc"),
        (8, 0, b"\x12\x00", b"\0\x12"),
        (4, 0, b"\x70", b"\0\x07"),
        (2, 0, b"\x40", b"\0\x01"),
        (1, 0, b"\x80", b"\0\x01"),
    ],
)
def test_a_value_that_is_transparent_lies_over_white_in_every_depth(
    depth: int, colour: int, values: bytes, clear: bytes, taken: Callable[..., Picture]
) -> None:
    content = png(
        2, 1, chunk(b"tRNS", clear), chunk(b"IDAT", zlib.compress(b"\0" + values)), depth=depth, colour=colour
    )
    picture = taken(content)
    assert picture.pixels == b"\xff" * 3 + bytes(3)
    assert "its transparent parts lie over white" in notes(picture)
    assert ("16 bits a value; the upper 8 are taken" in notes(picture)) is (depth == 16)
