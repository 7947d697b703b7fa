"""How wide a line of text will be, and what of it fits: an estimate from the bundled font, without Qt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

PARTS_OF_EM = 160

REGULAR = {
    0x0020: (
        "2d2d4165668266233a3a50692d4a2c39644a61666761645b63642c2d69696951966c687473605e77762a57685a8e787a667a"
        "666667776c98676a643a393a4b48505a6359635d3a625f262657268b5e5f62623c543a5d59825659573a343a69"
    ),
    0x00A0: (
        "2d2d596574582a585f924856564a6b48496943455064602c2b3248568d9498516c6c6c6c6c6c9e74606060602a2a2a2a7378"
        "7a7a7a7a7a697a777777776a65625a5a5a5a5a5a94595d5d5d5d262626265d5e5f5f5f5f5f695f5d5d5d5d5962596c5a6c5a"
        "6c5a7459745974597459736c7363605d605d605d605d605d7762776277627762765f7c5f472d2a262a262a262a26814c5726"
        "6857655a265a265a315a325a26785e785e785e63785e7a5f7a5f7a5f989e663c663c663c6654665466546654673a673a673a"
        "775d775d775d775d775d775d98826a596a6457645764572b"
    ),
    0x0370: (
        "655669562b2b786563632b5656562c57636363632b566c2c6e8a31637d63837a2a6c685c6c6064767a2a686c8e78567a7366"
        "6365676a78677d7a2a6a66575e2a5e665f555657545e562a655e645d565f655b56654b5e756078822a5e5f5e826565656a78"
        "6a7082737a6573566556655673736363636363636363636363636363736559267a48486562748e735b657474"
    ),
    0x0400: (
        "6060815c6a662a2a57adb590687864736c69685c78609866787867728e767a73667467647f677872989d8288696ba26b5a5e"
        "5a49645d844f5f5f565e785d5f5d625955596d56665c838b69785957825a5d5d5f49565426262694905f565f595d"
    ),
    0x2010: "39396850a0a03948201e20233d3d3d4865565a5a2b58832b",
    0x2030: "a7cb23415e23415e483939",
    0x2070: "461b63634642443e4444464646282841463243454642443e44444646462828633d3f403b48413b1b5f41423a28",
    0x2190: "99999999d79999999999",
    0x2200: (
        "63636563636e6c6363636363636363736365696363636363636365636363956363636363636363636363632d636363636363"
        "6363636363636363636363636363636363636363636369636363636363636363636363636363636363636363636369636363"
        "6969"
    ),
}

SEMIBOLD = {
    0x0020: (
        "28313f6768876a223f3f576c2f4b2e3d6b4d63686b65685e67682e2f6c6c6c57a074697774615e79772c5a6c5b91777c677c"
        "68686a7574a16e71683f3d3f4d4b505c655c655f3c64622a2a5b2a90626164643f583d615c865a5c5a3f393f6c"
    ),
    0x00A0: (
        "28315c69785a335d59924c605b4b6b54496c44465068612e36334c608d939a57747474747474a377616161612c2c2c2c7477"
        "7c7c7c7c7c6c7c757575757169675c5c5c5c5c5c935c5f5f5f5f2a2a2a2a5f6261616161616c61616161615c625c745c745c"
        "745c775c775c775c775c74737465615f615f615f615f615f796479647964796477628062482e2c2a2c2a2c2b2c2a86535a2a"
        "6c5b695b2a5b2a5b385c3d5c2a7762776277626377637c617c617c619f9d683f683f683f68586858685868586a3d6a416a3d"
        "756175617561756175617561a186715c71685a685a685a2d"
    ),
    0x0370: (
        "6a5a6a622e2e7b6963632e5a5a5a2e5a63636363365a742e799139637f6393803074695d746168777c2c6c749177637c7867"
        "63696a71836e827c2c71685a62305e686157635a57626330696068635a61715e5a69555e81627e8f305e615e8f7169696f84"
        "6f7a8f787a63785a6a5a71628178636363636363636363636363636378695c2a7c4b4b69627791785e717777"
    ),
    0x0400: (
        "6161865d6e682c2c5ab2b4916c7769747469695d7c61a66877776e7491777c7867776a69866e7d78a3a6838d6b6ea76d5c61"
        "5b4a695f8a5361615b607a5e615f645c585c795a685e87936e7f5c58845c5f5f624a5b582a2a2a9792625b615c5f"
    ),
    0x2010: "45456b50a0a0494b2422242641414147615a4f4f2e58812e",
    0x2030: "acd2294a6a294a6a533d3d",
    0x2070: "491d63634844463f46464747472b2b42493344464844463f46464747472b2b633e3f413d4c423e1d6142433c29",
    0x2190: "99999999d79999999999",
    0x2200: (
        "63636963636e7463636363636363637963726c636363636363636a6363639a63636363636363636363636336636363636363"
        "636363636363636363636363636363636363636363636c63636363636363636363636363636363636363636363636c636363"
        "6c6c"
    ),
}


ELLIPSIS = "…"
UNKNOWN_EM = 1.1
"""Of a script that the font lacks: rather too much than too little, so that nothing leaves its box."""
WIDE_EM = 1.3
"""Fallback fonts draw emoji wider than their em."""

LONGEST_CLUSTER = 12
"""A base character with more marks than this is cut: nobody can read it, and it would cover its neighbours."""

_JOINER = "\u200d"
_MARKS = ("Mn", "Me", "Cf")
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_OTHER_SCRIPTS = (
    (0x0590, 0x05FF, 0.7),  # Hebrew
    (0x0600, 0x077F, 0.85),  # Arabic, Syriac
    (0xFDF0, 0xFDFC, 3.0),  # whole words in one character
    (0xFDFD, 0xFDFD, 9.0),  # a whole sentence
    (0x12000, 0x1254F, 3.5),  # cuneiform
)
"""First and last character, and the width in ems that fonts commonly give them."""

_HEAD_SHARE = 0.6
_SHORT = 100
_RIGHT_TO_LEFT = ("R", "AL", "AN")


def _advances(ranges: dict[int, str]) -> dict[str, float]:
    return {
        chr(first + place): int(widths[2 * place : 2 * place + 2], 16) / PARTS_OF_EM
        for first, widths in ranges.items()
        for place in range(len(widths) // 2)
    }


_ADVANCES = {False: _advances(REGULAR), True: _advances(SEMIBOLD)}
_SIMPLE = frozenset(_ADVANCES[False])
"""Characters that stand for themselves, without marks."""


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width of one line of `text` in units, where the font's em is `size` units."""
    advances = _ADVANCES[bold]
    return size * sum(advances[each] if each in advances else _other_advance(each) for each in text)


def is_known(text: str) -> bool:
    """Whether the font has every character of `text`, so that its width is no estimate."""
    return _SIMPLE.issuperset(text)


@lru_cache(maxsize=4096)
def elide(text: str, size: float, bold: bool, width: float) -> str:
    """`text` where it fits `width` units, else its beginning and its end around an ellipsis.

    Letters stay with their marks, and joined emoji together. Costs what is shown, however long the text is.
    """
    if len(text) < _SHORT and _SIMPLE.issuperset(text) and text_width(text, size, bold) <= width:
        return text
    whole, fits = _fitting(_clusters(text), size, bold, width)
    if fits:
        return "".join(whole)
    room = max(0.0, width - text_width(ELLIPSIS, size, bold))
    head, _ = _fitting(_clusters(text), size, bold, room * _HEAD_SHARE)
    rest = room - sum(_cluster_width(cluster, size, bold) for cluster in head)
    # The end is looked for in no more of the text than can be shown; the first cluster there may be half a one.
    window = text[-LONGEST_CLUSTER * (int(4 * room / size) + 8) :]
    tail, _ = _fitting(reversed(list(_clusters(window))[1:]), size, bold, rest)
    return f"{''.join(head).rstrip()}{ELLIPSIS}{''.join(reversed(tail)).lstrip()}"


def isolated(text: str) -> str:
    """`text`, if it runs right to left, between marks that keep the line around it in order."""
    if any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text):
        return f"\u2068{text}\u2069"
    return text


def _clusters(text: str) -> Iterable[str]:
    """Characters with the marks and joined characters that belong to them, in order."""
    cluster = ""
    for character in text:
        if cluster and not _belongs(character, cluster):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _belongs(character: str, cluster: str) -> bool:
    """Marks and skin tones belong to what stands before, as does what is joined; two letters make a flag."""
    if character in _SIMPLE and not cluster.endswith(_JOINER):
        return False
    if character in _SKIN_TONES or cluster.endswith(_JOINER) or _is_mark(character):
        return True
    return character in _FLAG_LETTERS and len(cluster) == 1 and cluster in _FLAG_LETTERS


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in _MARKS


def _fitting(clusters: Iterable[str], size: float, bold: bool, width: float) -> tuple[list[str], bool]:
    """As many of the clusters as fit `width` units, and whether these are all."""
    kept: list[str] = []
    used = 0.0
    for cluster in clusters:
        shown = cluster[:LONGEST_CLUSTER]
        used += _cluster_width(shown, size, bold)
        if used > width:
            return kept, False
        kept.append(shown)
    return kept, True


def _cluster_width(cluster: str, size: float, bold: bool) -> float:
    # Joined emoji are one picture, as wide as its first.
    return text_width(cluster[0] if _JOINER in cluster else cluster, size, bold)


@lru_cache(maxsize=4096)
def _other_advance(character: str) -> float:
    """The width in ems of a character that the font may lack."""
    if _is_mark(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return WIDE_EM if unicodedata.category(character) == "So" else 1.05
    scripts = (width for first, last, width in _OTHER_SCRIPTS if first <= ord(character) <= last)
    return next(scripts, UNKNOWN_EM)
