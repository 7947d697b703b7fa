"""A pickle read as inert data: what it names is never imported, what it would call is never called.

The instructions are those of Python's `pickletools`, protocols 2 to 5. Time and memory are bounded: by the bytes that
are given, and by a number of instructions that is far above what 20,000 tensors take.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from squeezeviz.model.errors import SqueezevizError

MOST_INSTRUCTIONS = 800_000


class Named(NamedTuple):
    """A class or function that a pickle names."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


class Made(NamedTuple):
    """What a call would make."""

    function: object
    arguments: object


class Reference(NamedTuple):
    """What the file keeps outside of the pickle: a tensor's numbers."""

    identity: object


DAMAGED = "this checkpoint is damaged or was cut off; download or save it again"

Call = Callable[[object, tuple[object, ...]], object]


class Pickle:
    """Reads pickles that stand one after another in `data`. `position` is where the next begins.

    `check` is asked about every name, and raises where it has no place in the file; `call` gives what stands for a
    call of it. `references` are all that were met so far.
    """

    def __init__(self, data: bytes, check: Callable[[Named], None], call: Call) -> None:
        self.data = data
        self.position = 0
        self._check, self._call = check, call
        self.references: list[Reference] = []
        self._left = MOST_INSTRUCTIONS
        self._start()

    def load(self) -> object:
        """The next object; a dict keeps its items with text keys alone. SqueezevizError where there is none."""
        self._start()
        instructions = _INSTRUCTIONS
        try:
            while True:
                opcode = self.data[self.position]
                self.position += 1
                if opcode == _STOP:
                    return self._stack.pop()
                self._left -= 1
                if self._left < 0:
                    raise SqueezevizError("this checkpoint has too many parts; save the model's state_dict() alone")
                instructions[opcode](self)
        except (IndexError, KeyError, ValueError, TypeError, AttributeError, struct.error):
            raise SqueezevizError(DAMAGED) from None

    def _start(self) -> None:
        self._stack: list[Any] = []
        self._below: list[list[Any]] = []
        self._memo: dict[int, object] = {}

    def take(self, count: int) -> bytes:
        """The next bytes."""
        end = self.position + count
        if count < 0 or end > len(self.data):
            raise IndexError
        taken = self.data[self.position : end]
        self.position = end
        return taken

    def whole(self, form: str) -> int:
        """The next bytes as the number that `struct` reads in them."""
        number: int = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return number

    def push(self, value: object) -> None:
        self._stack.append(value)

    def pop(self) -> Any:
        return self._stack.pop()

    def mark(self) -> None:
        self._below.append(self._stack)
        self._stack = []

    def marked(self) -> list[Any]:
        """What stands above the last mark, taken off with it."""
        items = self._stack
        self._stack = self._below.pop()
        return items

    def put(self, place: int) -> None:
        self._memo[place] = self._stack[-1]

    def memoize(self) -> None:
        self.put(len(self._memo))

    def get(self, place: int) -> None:
        self._stack.append(self._memo[place])

    def line(self) -> str:
        end = self.data.index(b"\n", self.position)
        text = self.take(end - self.position).decode("utf-8")
        self.position += 1
        return text

    def name(self, module: object, name: object) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise TypeError
        named = Named(module, name)
        self._check(named)
        self._stack.append(named)

    def reduce(self) -> None:
        arguments = self._stack.pop()
        if not isinstance(arguments, tuple):
            raise TypeError
        self._stack.append(self._call(self._stack.pop(), arguments))

    def refer(self) -> None:
        self.references.append(Reference(self._stack.pop()))
        self._stack.append(self.references[-1])

    def append(self, items: list[Any]) -> None:
        """Add to the list on top. What is no list takes items by calls, which are left undone."""
        target = self._stack[-1]
        if type(target) is list:
            target.extend(items)

    def set_items(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if len(items) % 2:
            raise ValueError
        if type(target) is dict:
            target.update((key, value) for key, value in zip(items[::2], items[1::2], strict=True) if type(key) is str)


_STOP = ord(".")


def _pair(pickle: Pickle) -> list[Any]:
    value = pickle.pop()
    return [pickle.pop(), value]


def _tuple(count: int) -> Callable[[Pickle], None]:
    def make(pickle: Pickle) -> None:
        items = [pickle.pop() for _ in range(count)]
        pickle.push(tuple(reversed(items)))

    return make


def _dict(pickle: Pickle) -> None:
    items = pickle.marked()
    pickle.push({})
    pickle.set_items(items)


def _constant(make: Callable[[], object]) -> Callable[[Pickle], None]:
    return lambda pickle: pickle.push(make())


def _sized(form: str, decode: Callable[[bytes], object]) -> Callable[[Pickle], None]:
    """Push what `decode` makes of the bytes that follow their number."""
    return lambda pickle: pickle.push(decode(pickle.take(pickle.whole(form))))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")


def _long(raw: bytes) -> int:
    return int.from_bytes(raw, "little", signed=True)


def _named_by_lines(pickle: Pickle) -> None:
    module = pickle.line()
    pickle.name(module, pickle.line())


def _named_by_stack(pickle: Pickle) -> None:
    module, name = _pair(pickle)
    pickle.name(module, name)


def _new_with_keywords(pickle: Pickle) -> None:
    pickle.pop()
    pickle.reduce()


_INSTRUCTIONS: dict[int, Callable[[Pickle], object]] = {
    0x80: lambda pickle: pickle.take(1),  # PROTO
    0x95: lambda pickle: pickle.take(8),  # FRAME
    ord("("): Pickle.mark,
    ord("0"): Pickle.pop,
    ord("1"): Pickle.marked,
    ord("N"): _constant(lambda: None),
    0x88: _constant(lambda: True),
    0x89: _constant(lambda: False),
    ord("J"): lambda pickle: pickle.push(pickle.whole("<i")),
    ord("K"): lambda pickle: pickle.push(pickle.whole("<B")),
    ord("M"): lambda pickle: pickle.push(pickle.whole("<H")),
    ord("G"): lambda pickle: pickle.push(pickle.whole(">d")),
    0x8A: _sized("<B", _long),
    0x8B: _sized("<i", _long),
    ord("U"): _sized("<B", _text),
    ord("T"): _sized("<i", _text),
    ord("X"): _sized("<I", _text),
    0x8C: _sized("<B", _text),
    0x8D: _sized("<Q", _text),
    ord("B"): _sized("<I", bytes),
    ord("C"): _sized("<B", bytes),
    0x8E: _sized("<Q", bytes),
    0x96: _sized("<Q", bytes),
    ord(")"): _constant(tuple),
    ord("t"): lambda pickle: pickle.push(tuple(pickle.marked())),
    0x85: _tuple(1),
    0x86: _tuple(2),
    0x87: _tuple(3),
    ord("]"): _constant(list),
    ord("l"): lambda pickle: pickle.push(pickle.marked()),
    ord("a"): lambda pickle: pickle.append([pickle.pop()]),
    ord("e"): lambda pickle: pickle.append(pickle.marked()),
    ord("}"): _constant(dict),
    ord("d"): _dict,
    ord("s"): lambda pickle: pickle.set_items(_pair(pickle)),
    ord("u"): lambda pickle: pickle.set_items(pickle.marked()),
    0x8F: _constant(list),  # EMPTY_SET, whose order nobody asks for
    0x90: lambda pickle: pickle.append(pickle.marked()),
    0x91: lambda pickle: pickle.push(pickle.marked()),  # FROZENSET
    ord("q"): lambda pickle: pickle.put(pickle.whole("<B")),
    ord("r"): lambda pickle: pickle.put(pickle.whole("<I")),
    0x94: Pickle.memoize,
    ord("h"): lambda pickle: pickle.get(pickle.whole("<B")),
    ord("j"): lambda pickle: pickle.get(pickle.whole("<I")),
    ord("c"): _named_by_lines,
    0x93: _named_by_stack,
    ord("R"): Pickle.reduce,
    0x81: Pickle.reduce,  # NEWOBJ
    0x92: _new_with_keywords,
    ord("b"): Pickle.pop,  # BUILD: the state of what is no tensor
    ord("Q"): Pickle.refer,
}
"""By opcode. What stands nowhere here, no checkpoint has."""
