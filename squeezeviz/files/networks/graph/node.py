"""The nodes of a network file's graph, as every format hands them over."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import StrEnum

from squeezeviz.model.errors import SqueezevizError, shown
from squeezeviz.model.layers import Layer


class Kind(StrEnum):
    """What a node does, by the words of a layer table; FOREIGN is what a table cannot say."""

    INPUT = "input"
    CONV = "conv"
    RELU = "relu"
    POOL = "pool"
    DROPOUT = "dropout"
    SOFTMAX = "softmax"
    CONCAT = "concat"
    SUM = "sum"
    FOREIGN = "foreign"


WHAT_A_TABLE_HOLDS = "it holds convolutions with their ReLUs, pools, Fire modules, dropout and softmax"
_LONGEST_IN_A_NOTE = 60


class FileOperation(ABC):
    """One operation as its file has it. All that raise give SqueezevizError, with the place in the file.

    `name` is the file's, which a row takes over; a format gives one to what has none.
    """

    name: str

    @abstractmethod
    def fail(self, message: str, field: str = "") -> SqueezevizError:
        """An error at this operation, in the line of `field` where the format has lines."""

    @abstractmethod
    def at_fault(self, error: SqueezevizError) -> SqueezevizError:
        """`error`, raised by a row that was made of this operation, with the place in the file."""

    @abstractmethod
    def foreign(self) -> SqueezevizError:
        """Why a layer table cannot say this operation, and what to do."""

    @property
    @abstractmethod
    def leaves_maps(self) -> bool:
        """Whether what a foreign operation makes is no map any more, such as boxes, or what is flattened."""

    @property
    @abstractmethod
    def weights(self) -> Hashable:
        """What is equal for convolutions that share their weights; false where they have none of a name."""

    @abstractmethod
    def layer(self, *, relu: bool) -> Layer:
        """The row that a convolution, with the ReLU behind it, a pool, a dropout or a softmax makes."""

    @abstractmethod
    def check_joint(self) -> None:
        """Raise where a concat or a sum is not one that a Fire module has."""


@dataclass(eq=False, slots=True)
class Node:
    """One operation and what it makes; `operation` is None for an input that the file only declares.

    `blob` is the name of what it makes. `inputs` are in the file's order. `measured` where a loss or an accuracy, which
    is no node, takes what it makes.
    """

    kind: Kind
    blob: str
    operation: FileOperation | None
    inputs: tuple[Node, ...] = ()
    consumers: list[Node] = field(default_factory=list)
    measured: bool = False

    def __post_init__(self) -> None:
        for each in self.inputs:
            each.consumers.append(self)

    @property
    def its_operation(self) -> FileOperation:
        """The operation of a node that is no declared input."""
        assert self.operation is not None
        return self.operation

    @property
    def name(self) -> str:
        return self.operation.name if self.operation else self.blob

    def fail(self, message: str, field: str = "") -> SqueezevizError:
        return self.operation.fail(message, field) if self.operation else SqueezevizError(message)


def in_a_note(name: str) -> str:
    """A name on one line, for notes on what becomes no row: it may hold anything."""
    return name if name.isprintable() and len(name) <= _LONGEST_IN_A_NOTE else shown(name)
