"""Random damage to files: to any bytes, to texts, to the lengths and descriptions that binary files are built on."""

import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import onnx
from onnx import ModelProto, TensorProto

Damage = Callable[[bytes, random.Random], bytes]

_TOKENS = (
    b"{", b"}", b'"', b"'", b"\n", b"\r", b",", b";", b"\t", b"[", b"]", b"=", b":", b"#", b"-1", b"0", b"9" * 30,
    b"nan", b"1e999", b"-0", b"\xff", b"\0", b"\xef\xbb\xbf", b"x", b"layer", b"\\", b"<", b"1e9", "１".encode(),
    b"true", b"*", b"|", b"&", b"\\\\", b"$", b"%", b"`", b"\\begin{tabular}{l}", b"\\end{tabular}",
    b"\\multicolumn{9}{c}{", b"null", b'"""', b"\\ud800", b"\xed\xa0\x80", "\u2028".encode(), b"[[layer]]", b"layer {",
    b"include { phase: TRAIN }",
)  # fmt: skip
_SIZES = (0, 1, 2, 7, 127, 128, 255, 256, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63, 2**64 - 1)
_OPCODES = b"().0128NRQbcdhjlpqrstu}]\x80\x81\x85\x86\x87\x88\x8a\x8c\x8e\x90\x93\x94\x95BCJKMTUX"
_JSON: tuple[object, ...] = (
    None, True, -1, 0, 2**53, 10**400, 1e308, 0.5, "", "F32", "I64", "BF16", "a" * 5000, [], {}, [2**40] * 3, [[[[]]]],
)  # fmt: skip


def changed_byte(content: bytes, dice: random.Random) -> bytes:
    at = _place(content, dice)
    return content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :]


def flipped_bit(content: bytes, dice: random.Random) -> bytes:
    at = _place(content, dice)
    return content[:at] + bytes([content[at] ^ 1 << dice.randrange(8)]) + content[at + 1 :]


def put_in(content: bytes, dice: random.Random) -> bytes:
    at = _place(content, dice)
    return content[:at] + dice.choice(_TOKENS) + content[at:]


def cut_out(content: bytes, dice: random.Random) -> bytes:
    at = _place(content, dice)
    return content[:at] + content[at + dice.randrange(1, 60) :]


def cut_off(content: bytes, dice: random.Random) -> bytes:
    return content[: _place(content, dice)]


def said_again(content: bytes, dice: random.Random) -> bytes:
    """A piece of the file once more, there or elsewhere."""
    start, at = _place(content, dice), _place(content, dice)
    return content[:at] + content[start : start + dice.choice((5, 50, 500))] * dice.choice((1, 1, 2, 30)) + content[at:]


def lines_swapped(content: bytes, dice: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def changed_digit(content: bytes, dice: random.Random) -> bytes:
    places = [found.start() for found in re.finditer(rb"[0-9]", content[:100_000])]
    at = dice.choice(places or [0])
    digits: bytes = dice.choice([b"0", b"7", b"9" * 15, b"9" * 5000, b"-3", b"1.5"])
    return content[:at] + digits + content[at + 1 :]


def changed_size(content: bytes, dice: random.Random) -> bytes:
    """A number of 2, 4 or 8 bytes, as the lengths and offsets of binary files are."""
    at, width = _place(content, dice), dice.choice((2, 4, 8))
    size: int = dice.choice((*_SIZES, len(content), len(content) - at))
    wrapped: int = size % 256**width
    return content[:at] + wrapped.to_bytes(width, dice.choice(("little", "big"))) + content[at + width :]


def changed_varint(content: bytes, dice: random.Random) -> bytes:
    """A length of a protobuf message."""
    size, made = dice.choice(_SIZES), bytearray()
    while size > 127:
        made.append(size & 127 | 128)
        size >>= 7
    at = _place(content, dice)
    return content[:at] + bytes([*made, size]) + content[at + dice.randrange(1, 4) :]


def changed_pickle(content: bytes, dice: random.Random) -> bytes:
    """Other instructions in the description of an archive's tensors, the archive itself being in order."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(name, archive.read(name)) for name in archive.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
        return changed_byte(content, dice)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, member in members:
            archive.writestr(name, _with_opcodes(member, dice) if name.endswith("data.pkl") else member)
    return made.getvalue()


def changed_opcode(content: bytes, dice: random.Random) -> bytes:
    return _with_opcodes(content, dice)


def changed_header(content: bytes, dice: random.Random) -> bytes:
    """Other values in the JSON that a .safetensors file begins with, its length being right."""
    length = int.from_bytes(content[:8], "little")
    try:
        header = json.loads(content[8 : 8 + length])
        holder = dice.choice([header, *(each for each in header.values() if isinstance(each, dict))])
        holder[dice.choice([*holder, "shape", "__metadata__"])] = dice.choice(_JSON)
    except (ValueError, AttributeError, TypeError, RecursionError):
        return changed_byte(content, dice)
    made = json.dumps(header).encode("utf-8", "replace")
    return len(made).to_bytes(8, "little") + made + content[8 + length :]


_NUMBERS = (-(2**63), -1, 0, 1, 2, 3, 13, 255, 2**31, 10**12 + 1, 10**18, 2**63 - 1)
_WORDS = (
    "", "Conv", "Relu", "Add", "Concat", "Pad", "Reshape", "Softmax", "Shape", "If", "Constant", "x\ny", "a" * 9_000,
)  # fmt: skip


def changed_messages(content: bytes, dice: random.Random) -> bytes:
    """Well-formed messages of ONNX that say something else: other numbers, types, names, links, sizes and orders."""
    model = onnx.load_model_from_string(content)
    for _ in range(dice.randint(1, 4)):
        if model.graph.node and model.graph.input:
            _change_model(model, dice)
    return bytes(model.SerializeToString())


def _change_model(model: ModelProto, dice: random.Random) -> None:
    graph = model.graph
    match dice.randrange(8):
        case 0 | 1 | 2:
            _change_node(graph, dice.choice(graph.node), dice)
        case 3 | 4 if graph.initializer:
            _change_tensor(dice.choice(graph.initializer), dice)
        case 5:
            del graph.node[dice.randrange(len(graph.node))]
        case 6:
            graph.node.insert(dice.randrange(len(graph.node)), dice.choice(graph.node))
        case _:
            dims = dice.choice(graph.input).type.tensor_type.shape.dim
            if dims:
                dice.choice(dims).dim_value = dice.choice(_NUMBERS)


def _change_node(graph: Any, node: Any, dice: random.Random) -> None:
    values = [*dice.choice(graph.node).output, *dice.choice(graph.node).input, *_WORDS]
    match dice.randrange(6):
        case 0 if node.attribute:
            attribute = dice.choice(node.attribute)
            attribute.ints[:] = [dice.choice(_NUMBERS) for _ in range(dice.randrange(6))]
            attribute.i = dice.choice(_NUMBERS)
        case 1 if node.attribute:
            dice.choice(node.attribute).type = dice.randrange(1, 14)
        case 2 if node.input:
            node.input[dice.randrange(len(node.input))] = dice.choice(values)
        case 3 if node.output:
            node.output[0] = dice.choice(values)
        case 4:
            del node.input[dice.randrange(len(node.input) + 1) :]
        case _:
            node.op_type = dice.choice(_WORDS)


def _change_tensor(tensor: Any, dice: random.Random) -> None:
    match dice.randrange(4):
        case 0:
            tensor.dims[:] = [dice.choice(_NUMBERS) for _ in range(dice.randrange(6))]
        case 1:
            tensor.data_type = dice.randrange(-1, 30)
        case 2:
            tensor.raw_data = dice.randbytes(dice.randrange(64))
        case _:
            tensor.data_location = dice.choice((TensorProto.DEFAULT, TensorProto.EXTERNAL))


ANYWHERE: tuple[Damage, ...] = (changed_byte, flipped_bit, put_in, cut_out, cut_off, said_again)
IN_TEXT: tuple[Damage, ...] = (*ANYWHERE, put_in, put_in, lines_swapped, changed_digit)
IN_BYTES: tuple[Damage, ...] = (*ANYWHERE, changed_size)


def damaged(content: bytes, others: Sequence[bytes], damages: Sequence[Damage], dice: random.Random) -> bytes:
    """One to three damages; now and then the end of another file, if there are others, stands where this one's was."""
    for _ in range(dice.randint(1, 3)):
        if others and dice.random() < 0.05:
            content = content[: _place(content, dice)] + (other := dice.choice(others))[_place(other, dice) :]
        elif content:
            content = dice.choice(damages)(content, dice)
    return content


def _with_opcodes(content: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 4)):
        at = _place(content, dice)
        content = content[:at] + bytes([dice.choice(_OPCODES)]) + content[at + dice.randrange(2) :]
    return content


def _place(content: bytes, dice: random.Random) -> int:
    """A place in the file; most often in its head or its tail, where binary files say what is in them."""
    length = max(len(content), 1)
    return dice.choice(
        (
            dice.randrange(length),
            dice.randrange(min(length, 64)),
            dice.randrange(min(length, 8_000)),
            dice.randrange(max(0, length - 400), length),
        )
    )
