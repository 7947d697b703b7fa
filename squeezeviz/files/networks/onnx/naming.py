"""Names of operations. Exporters name weights well and nodes badly, or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from squeezeviz.files.networks.graph.series import Row
from squeezeviz.files.networks.onnx.operation import OnnxOperation
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import check_name

_WEIGHT_ENDINGS = re.compile(r"(?:[._/](?:w|weights?|kernel|W)(?:_?\d+)?)(?::\d+)?$")
"""What stands behind a convolution's name in its weight's: `conv1_w_0`, `features.0.weight`, `conv1/kernel:0`."""
_NODE_ENDINGS = re.compile(r"(?:_fwd|:\d+)$")
_COUNTED = re.compile(r"_\d+$")
_MEANINGLESS = re.compile(
    r"\W*|[A-Za-z]{0,2}[._]?\d+|onnx::.*|node_.*|(?:input|output|data|tensor|value|result|var|val|const\w*|x|y)[._]?\d*",
    re.IGNORECASE,
)
"""Numbers, letters with a number, and words that exporters put where they know no name."""
_NAMING_TYPES = frozenset(
    ("Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "ReduceMean", "Dropout", "Softmax", "Concat")
)


def name_operations(operations: Sequence[OnnxOperation]) -> None:
    """Give each operation the best name that is its alone; one without a name is `nameless`."""
    naming = [each for each in operations if each.node.type in _NAMING_TYPES]
    candidates = [tuple(dict.fromkeys(_candidates(each))) for each in naming]
    counts = Counter(name for names in candidates for name in names)
    for operation, names in zip(naming, candidates, strict=True):
        found = next((name for name in names if counts[name] == 1), "")
        operation.name, operation.nameless = found or operation.node.where, not found
    for operation in operations:
        operation.name = operation.name or operation.node.name or operation.node.where


OUR_PRODUCER = "squeezeviz"


def take_our_names(operations: Sequence[OnnxOperation]) -> None:
    """Give each operation of a network that we wrote its node's name: a row's, or that of a part of a Fire module."""
    for operation in operations:
        check_name(operation.node.name, "a node")
        operation.name, operation.nameless = operation.node.name, False


def _candidates(operation: OnnxOperation) -> Iterator[str]:
    """Names from the best to the worst: of the weight, of the node, of what it makes."""
    node = operation.node
    if node.type == "Conv":
        yield from _sensible(_WEIGHT_ENDINGS.sub("", node.input(1)), node.type)
    yield from _sensible(_NODE_ENDINGS.sub("", _scope(node.name, node.type)), node.type)
    output = _NODE_ENDINGS.sub("", node.outputs[0] if node.outputs else "")
    if _scope(output, node.type) == output:
        yield from _sensible(_COUNTED.sub("", output), node.type)


def _sensible(name: str, kind: str) -> Iterator[str]:
    try:
        check_name(name)
    except SqueezevizError:
        return
    if not _MEANINGLESS.fullmatch(name) and not re.fullmatch(rf"{kind}(?:_\d+)?", name):
        yield name


def _scope(name: str, kind: str) -> str:
    """PyTorch's `/features/features.3/squeeze/Conv` as `features.3/squeeze`; another name as it stands."""
    *scopes, last = name.split("/")
    if not name.startswith("/") or not re.fullmatch(rf"{kind}(?:_\d+)?(?:_output_\d+)?", last):
        return name
    kept = [scope for scope, after in zip(scopes, [*scopes[1:], ""], strict=True) if not after.startswith(f"{scope}.")]
    return "/".join(filter(None, kept)) or last


def is_nameless(row: Row) -> bool:
    """Whether an operation of the row has no name of the file's own."""
    parts = [row.first, *row.convolutions.values()]
    return any(isinstance(part, OnnxOperation) and part.nameless for part in parts)
